"""First chapter: a call is drafted, approved and published; two teams apply, their units endorse, the host screens."""

from __future__ import annotations

from datetime import date

from kernel.access import Action
from tests.journeys.city import City
from tests.journeys.proposal import PDF, RECORD_PAPERS, SECTIONS, answers, lines
from tests.journeys.visitor import Visitor

OPENS, FILL_UNTIL, ENDORSE_UNTIL = date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 1)


async def publish_a_call(city: City) -> str:
    """Drafted by the coordinator, published by the director; nobody else can."""
    coordinator, director = await city.visitor("coordinator"), await city.visitor("director")
    await coordinator.open("/w/calls")
    await coordinator.press("新建征集批次")
    code = coordinator.page.url.split("/")[3]
    await city.left(Action.DRAFT_CALL, "coordinator")
    await (await city.stranger()).open(f"/calls/{code}", 404)

    await coordinator.press("保存并继续", title="2026年第一批社工服务项目征集（示例）", budget="2000000", contact="0816-1234567")
    await coordinator.press("保存并继续")
    await coordinator.press("保存并继续")
    await coordinator.press("保存并继续", opens_on=f"{OPENS}", fill_until=f"{FILL_UNTIL}", endorse_until=f"{ENDORSE_UNTIL}")
    await city.refused("officer-scitech", f"/w/calls/{code}/edit/basic")
    await coordinator.press("送主办部门负责人审批")
    await city.left(Action.SEND_CALL, "coordinator", then={"director": f"/w/calls/{code}"})
    assert coordinator.page.is_blocked("发布征集")

    await director.open(f"/w/calls/{code}")
    await director.press("发布征集")
    await city.left(Action.PUBLISH_CALL, "director", told=("orgadmin-01", "team-01"))
    assert await city.waits("director", f"/w/calls/{code}") == []
    public = await (await city.stranger()).open(f"/calls/{code}")
    assert "评分标准" in public.words
    return code


async def keep_record(city: City, number: int) -> None:
    """The unit's administrator puts its papers on record, once for all calls."""
    admin = await city.visitor(f"orgadmin-{number:02}")
    for code in RECORD_PAPERS:
        await admin.open("/my/organisation")
        await admin.press("上传材料", {"file": PDF}, code=code, dated_on="2026-03-01")
    await city.left(Action.EDIT_ORGANISATION, f"orgadmin-{number:02}")


async def fill_in(city: City, call: str, number: int, title: str) -> str:
    """From the public page of the call to a proposal with nothing left to mend; its reference."""
    name = f"team-{number:02}"
    team = await city.visitor(name)
    await team.open(f"/calls/{call}")
    await team.follow("开始申报")
    await team.press("开始填写申报书")
    ref = team.page.url.split("/")[3]
    await city.left(Action.DRAFT_PROJECT, name)
    await city.refused("team-06", f"/my/proposals/{ref}")
    await city.refused("coordinator", f"/w/proposals/{ref}")

    for section in SECTIONS:
        await team.open(f"/my/proposals/{ref}/s/{section}")
        await _more_lines(team, len({key.split("-")[1] for key in lines(section, title)}))
        await team.press("保存并继续", **answers(section, title), **lines(section, title))
        assert "check=true" not in team.page.url, (team.page.url, team.page.complaints)
    await team.open(f"/my/proposals/{ref}/s/files")
    await team.press("上传：落地社区意见", {"file": PDF})
    await city.left(Action.UPLOAD_FILE, name)
    return ref


async def _more_lines(team: Visitor, wanted: int) -> None:
    """Without JavaScript a line more is a button, too."""
    while wanted and not team.page.tree.xpath(f"//*[starts-with(@name, 'lines-{wanted - 1}-')]"):
        await team.press("添加一行")


async def submit(city: City, ref: str, number: int) -> None:
    """Checked, promised, handed to the unit's administrator."""
    name, admin = f"team-{number:02}", f"orgadmin-{number:02}"
    team = await city.visitor(name)
    await team.open(f"/my/proposals/{ref}/check")
    assert await team.attempt("提交单位审核")
    await team.press("提交单位审核", promise="y")
    await city.left(Action.SUBMIT_PROJECT, name, told=(admin,), then={admin: f"/my/proposals/{ref}"})
    await city.refused("orgadmin-06", f"/my/proposals/{ref}")


async def endorse(city: City, ref: str, number: int) -> str:
    """Formal submission: the code."""
    name, admin = f"team-{number:02}", f"orgadmin-{number:02}"
    visitor = await city.visitor(admin)
    await visitor.open(f"/my/proposals/{ref}")
    await visitor.press("审核通过并正式提交")
    code = visitor.page.url.split("/")[3]
    assert code.startswith("MY2026-")
    await city.left(Action.ENDORSE_PROJECT, admin, told=(name,), then={"coordinator": f"/w/proposals/{code}"})
    assert await city.waits(admin, f"/my/proposals/{ref}") == []
    return code


async def give_opinion(city: City, code: str, owner: str) -> None:
    """The department that leads the area says what it thinks; it decides nothing."""
    name, url = f"officer-{owner}", f"/w/proposals/{code}"
    assert url in await city.home(name)
    officer = await city.visitor(name)
    await officer.open(url)
    await officer.press("提交业务意见", view="support", text="符合本领域年度工作安排。")
    await city.left(Action.GIVE_OPINION, name)
    assert await city.waits(name, url) == []


async def accept(city: City, code: str, number: int) -> None:
    """All five points ticked; the proposal is ready for review."""
    coordinator = await city.visitor("coordinator")
    await coordinator.open(f"/w/proposals/{code}")
    assert await coordinator.attempt("资格审查通过")
    await coordinator.press("资格审查通过", items=["kind", "scope", "credit", "complete", "free"], note="")
    await city.left(Action.ACCEPT_PROJECT, "coordinator", told=(f"team-{number:02}",))
    assert await city.waits("coordinator", f"/w/proposals/{code}") == []
    await city.refused("officer-health", f"/w/proposals/{code}")


async def return_once(city: City, code: str, number: int) -> None:
    """一次性告知补正: only what was named can be changed, and it goes through the unit again."""
    name, admin = f"team-{number:02}", f"orgadmin-{number:02}"
    coordinator, team = await city.visitor("coordinator"), await city.visitor(name)
    await coordinator.open(f"/w/proposals/{code}")
    await coordinator.press("发出补正通知", fields=["unit.contact_phone"], explanation="联系人手机号码少一位，请补正。", days="3")
    await city.left(Action.RETURN_FOR_CHANGES, "coordinator", told=(name,), then={name: f"/my/proposals/{code}"})

    await team.open(f"/my/proposals/{code}/s/unit")
    await team.press("保存", contact_phone="13900001234")
    await team.open(f"/my/proposals/{code}/check")
    await team.press("提交单位审核", promise="y")
    await city.left(Action.RESUBMIT_PROJECT, name, told=(admin,), then={admin: f"/my/proposals/{code}"})


async def audit_amount(city: City, code: str, amount: str) -> None:
    coordinator = await city.visitor("coordinator")
    await coordinator.open(f"/w/proposals/{code}")
    await coordinator.press("保存财务审核", audited=amount, note="按当地标准核减。")
    await city.left(Action.REVIEW_BUDGET, "coordinator")


async def close_call(city: City, call: str) -> None:
    coordinator = await city.visitor("coordinator")
    assert f"/w/calls/{call}" in await city.home("coordinator")
    await coordinator.open(f"/w/calls/{call}")
    await coordinator.press("结束征集批次")
    await city.left(Action.CLOSE_CALL, "coordinator")
    assert await city.waits("coordinator", f"/w/calls/{call}") == []
