"""Fourth chapter: the agreement, the first payment with its five people, expenses, reports, the closing."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kernel import rows
from kernel.access import Action
from kernel.money import Fen, show
from tests.journeys.city import City
from tests.journeys.proposal import PDF

ENDS = date(2027, 5, 31)


async def revise_and_present(city: City, code: str, starts: date) -> None:
    """Budget and indicators as agreed; only when the sums are equal can it be handed on."""
    at = f"/my/projects/{code}/agreement"
    team = await city.visitor("team-01")
    await city.refused("team-02", at)
    await team.open(at)
    assert team.page.is_blocked("提交协议")
    await team.press("保存调整", starts_on=f"{starts}", ends_on=f"{ENDS}")
    await city.left(Action.REVISE_BUDGET, "team-01")
    await team.open(at)
    await team.press("提交协议，请单位签署")
    await city.left(Action.PRESENT_AGREEMENT, "team-01", told=("orgadmin-01",), then={"orgadmin-01": at})
    assert await city.waits("team-01", at) == []


async def sign(city: City, code: str) -> None:
    """By the unit's administrator, then by the director; with the last signature the project runs."""
    mine, work = f"/my/projects/{code}/agreement", f"/w/projects/{code}/agreement"
    admin, director = await city.visitor("orgadmin-01"), await city.visitor("director")
    assert (await director.open(work)).is_blocked("代表主办部门签署")
    await admin.open(mine)
    assert await admin.attempt("签署协议", bank="示例银行涪城支行", account="不是账号")
    await admin.press("签署协议", bank="示例银行涪城支行", account="6222 0200 1234 5678")
    await city.left(Action.SIGN_AGREEMENT_TEAM, "orgadmin-01", told=("director",), then={"director": work})
    assert await city.waits("orgadmin-01", mine) == []

    await director.open(work)
    await director.press("代表主办部门签署")
    payments = f"/my/projects/{code}/payments"
    told = ("team-01", "orgadmin-01", "finance-scitech")
    await city.left(Action.SIGN_AGREEMENT_HOST, "director", told=told, then={"team-01": payments})
    assert await city.waits("director", work) == []


async def pay(city: City, code: str, owner: str) -> Fen:
    """The first instalment: asked for, checked, approved, voucher entered and confirmed by five people. What was paid."""
    officer, head, finance = (f"{post}-{owner}" for post in ("officer", "head", "finance"))
    mine = f"/my/projects/{code}/payments"
    team = await city.visitor("team-01")
    await team.open(mine)
    await team.press("提交用款申请", {"receipt": PDF}, purpose="")
    ident, amount = next(iter(await rows.DB.run("SELECT id, amount FROM payment_request")))
    url = f"/w/payments/{ident}"
    await city.left(Action.REQUEST_PAYMENT, "team-01", then={officer: url})
    assert await city.waits("team-01", mine) == []
    await city.refused("officer-health", url)
    await city.refused("team-01", url)

    for name, button, action, following in (
        (officer, "审核通过", Action.CHECK_PAYMENT, head),
        (head, "批准", Action.APPROVE_PAYMENT, finance),
    ):
        visitor = await city.visitor(name)
        await visitor.open(url)
        await visitor.press(button)
        await city.left(action, name, then={following: url})
        assert await city.waits(name, url) == []

    visitor = await city.visitor(finance)
    await visitor.open(url)
    assert await visitor.attempt("登记支付凭证", {"slip": PDF}, number="示例0001", paid_on="2026-12-18", amount="1")
    await visitor.press("登记支付凭证", {"slip": PDF}, number="示例0001", paid_on="2026-12-18", amount=show(amount))
    await city.left(Action.REGISTER_VOUCHER, finance, then={head: url})
    assert (await visitor.open(url)).is_blocked("确认已拨付") or not visitor.page.buttons("核对一致，确认已拨付")

    visitor = await city.visitor(head)
    await visitor.open(url)
    await visitor.press("核对一致，确认已拨付")
    await city.left(Action.CONFIRM_VOUCHER, head, told=("team-01",))
    assert await city.waits(head, url) == []
    return Fen(amount)


async def ledger(city: City, code: str, paid: Fen, owner: str) -> None:
    """The register shows it paid: to the department, to auditors, and on the project's own page."""
    for name, url in ((f"finance-{owner}", "/w/ledger"), ("auditor", "/w/ledger"), ("coordinator", f"/w/projects/{code}/money")):
        page = await (await city.visitor(name)).open(url)
        assert show(paid) in page.words, (name, url)
    assert show(paid) not in (await (await city.visitor("finance-health")).open("/w/ledger")).words


async def spend(city: City, code: str, amount: Fen) -> None:
    team = await city.visitor("team-01")
    await team.open(f"/my/projects/{code}/expenses")
    line = team.page.tree.xpath("//select[@name='budget_line']/option[@value!='']/@value")[0]
    typed = {"budget_line": line, "amount": show(amount), "note": "小组与社区活动费用", "voucher": "记-1"}
    await team.press("登记支出", {"receipt": PDF}, **typed, spent_on="2026-12-20")
    await city.left(Action.REGISTER_EXPENSE, "team-01")


async def goals(code: str, prefix: str) -> dict[str, str]:
    """Every indicator as agreed."""
    found = await rows.DB.run(
        "SELECT i.id, coalesce(i.agreed, i.target) FROM indicator i JOIN project p ON p.id = i.project WHERE p.code = $1", [code]
    )
    return {f"{prefix}{UUID(str(ident)).hex}": str(target) for ident, target in found}


async def report(city: City, code: str) -> None:
    """Every period, one to-do at a time: handed in by the team, accepted by the department that leads the area."""
    asked = "SELECT r.id, r.ends FROM report r JOIN project p ON p.id = r.project WHERE p.code = $1 AND r.kind <> 'final' ORDER BY r.due, r.ends"
    periods = await rows.DB.run(asked, [code])
    assert len(periods) >= 4
    team, officer = await city.visitor("team-01"), await city.visitor("officer-society")
    for ident, ends in periods:
        url, work = f"/my/projects/{code}/reports/{ident}", f"/w/reports/{ident}"
        await city.day(max(ends + timedelta(days=1), date(2026, 12, 22)))
        assert url in await city.home("team-01")
        await team.open(url)
        await team.press("提交报告", **await goals(code, "got_"), done="按计划开展服务，完成本期任务。", problems="", plans="")
        await city.left(Action.REPORT_PROGRESS, "team-01", told=("officer-society",), then={"officer-society": work})
        assert await city.waits("team-01", url) == []
        await officer.open(work)
        await officer.press("审核通过")
        await city.left(Action.ACCEPT_REPORT, "officer-society", told=("team-01",))
        assert await city.waits("officer-society", work) == []


async def close(city: City, code: str) -> None:
    """The final report, two conclusions, a grade."""
    mine, work = f"/my/projects/{code}/closing", f"/w/projects/{code}/closing"
    team, coordinator = await city.visitor("team-01"), await city.visitor("coordinator")
    assert mine in await city.home("team-01")
    await team.open(mine)
    await team.press(
        "提交结项报告", **await goals(code, "got_"), done="项目按协议完成全部服务。", problems="", plans="", satisfaction="95"
    )
    await city.left(Action.SUBMIT_FINAL, "team-01", told=("coordinator",), then={"coordinator": work})
    assert await city.waits("team-01", mine) == []

    await city.refused("team-01", work)
    await coordinator.open(work)
    await coordinator.press("确定结项", performance="passed", finance="passed", grade="excellent", remarks="")
    await city.left(Action.CLOSE_PROJECT, "coordinator", told=("team-01",))
    assert await city.waits("coordinator", work) == []
    assert "优秀" in (await team.open(mine)).words
    assert "已结项" in (await team.open(f"/my/projects/{code}")).words
