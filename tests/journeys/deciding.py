"""Third chapter: a decision with its money, consents on screen and on paper, the meeting, the release, the notice, the award."""

from __future__ import annotations

from kernel import rows
from kernel.access import Action
from kernel.rows import Q
from tests.journeys.city import City
from tests.journeys.proposal import PDF
from tests.journeys.visitor import Page

PAPER = {"kind": "minutes", "number": "绵社会纪〔2026〕7号", "body": "市委社会工作部部务会", "votes": "应到7人，实到7人，同意7人"}


async def prepare(city: City, call: str) -> str:
    """The page of the new decision; nobody outside sees it."""
    coordinator = await city.visitor("coordinator")
    await coordinator.open("/w/decisions")
    await coordinator.follow("拟定审定方案")
    await coordinator.press("开始拟定", title="2026年第一批审定方案（示例）", money_line="1000000")
    await city.left(Action.PREPARE_DECISION, "coordinator")
    decision = coordinator.page.url
    assert coordinator.page.is_blocked("提交会议审定")
    await city.refused("team-01", decision)
    await city.refused("officer-scitech", decision)
    return decision


async def award(city: City, decision: str, code: str, amount: str, fund: str, owner: str) -> str:
    """Listed for award, paid by one fund; its finance officer finds the line waiting. The line's page."""
    coordinator = await city.visitor("coordinator")
    await coordinator.open(f"{decision}/items/{code}")
    await coordinator.press("保存审定意见", outcome="approve", amount=amount, reason="")
    await coordinator.press("拟定出资", fund=fund, mode="grant", amount=amount)
    line = next(url for url in coordinator.page.addresses if url.startswith("/w/lines/"))
    finance = f"finance-{owner}"
    await city.left(Action.PROPOSE_LINE, "coordinator", then={finance: line})
    await city.refused("finance-health", line)
    return line


async def check(city: City, line: str, owner: str) -> None:
    """The finance officer compares; consenting is not theirs."""
    name, head = f"finance-{owner}", f"head-{owner}"
    finance = await city.visitor(name)
    await finance.open(line)
    await finance.press("核对无误", receipt="invoice")
    await city.left(Action.CHECK_LINE, name, then={head: line})
    assert (await finance.open(line)).is_blocked("同意出资")
    assert await city.waits(name, line) == []


async def consent(city: City, line: str, owner: str) -> None:
    head = await city.visitor(f"head-{owner}")
    await head.open(line)
    await head.press("同意出资")
    await city.left(Action.CONSENT_LINE, f"head-{owner}")
    assert await city.waits(f"head-{owner}", line) == []


async def consent_on_paper(city: City, line: str, owner: str) -> None:
    """The head does not sign in: one colleague enters the memo, another confirms it, the finance officer enters the consent."""
    officer, finance = await city.visitor(f"officer-{owner}"), await city.visitor(f"finance-{owner}")
    await officer.open(line)
    await officer.press("登记", {"scan": PDF}, **PAPER | {"kind": "memo"}, signed_on="2026-12-04")
    assert officer.page.is_blocked("确认与原件一致")
    await city.left(Action.REGISTER_SIGNOFF, f"officer-{owner}", then={f"finance-{owner}": line})
    await finance.open(line)
    await finance.press("确认与原件一致")
    await city.left(Action.CONFIRM_SIGNOFF, f"finance-{owner}")
    await finance.open(line)
    if finance.page.buttons("同意出资"):
        await finance.press("同意出资")
    await city.left(Action.CONSENT_LINE, f"finance-{owner}")
    assert await city.waits(f"finance-{owner}", line) == []
    assert await city.waits(f"head-{owner}", line) == []


async def convene(city: City, decision: str) -> None:
    coordinator = await city.visitor("coordinator")
    assert decision in await city.home("coordinator")
    await coordinator.open(decision)
    await coordinator.press("提交会议审定")
    await city.left(Action.CONVENE_DECISION, "coordinator", then={"coordinator": decision})
    assert coordinator.page.is_blocked("发布审定结果")


async def meet(city: City, decision: str) -> None:
    """Minutes entered by one, confirmed by another; until then the release says why it cannot be."""
    coordinator, director = await city.visitor("coordinator"), await city.visitor("director")
    await coordinator.open(decision)
    await coordinator.press("登记", {"scan": PDF}, **PAPER, signed_on="2026-12-07")
    assert coordinator.page.is_blocked("确认与原件一致")
    assert coordinator.page.is_blocked("发布审定结果")
    await city.left(Action.REGISTER_SIGNOFF, "coordinator", then={"director": decision})
    await director.open(decision)
    await director.press("确认与原件一致")
    await city.left(Action.CONFIRM_SIGNOFF, "director", then={"coordinator": decision})
    assert await city.waits("director", decision) == []


async def release(city: City, decision: str, teams: tuple[str, ...]) -> str:
    """One act: the notice stands, every team is told. Its code."""
    coordinator = await city.visitor("coordinator")
    await coordinator.open(decision)
    await coordinator.press("确认发布")
    notice = coordinator.page.url.split("/")[3]
    await city.left(Action.RELEASE_DECISION, "coordinator", told=teams)
    assert await city.waits("coordinator", decision) == []
    assert (await coordinator.open(f"/w/notices/{notice}")).is_blocked("印发立项通知")
    return notice


async def public_notice(city: City, notice: str) -> Page:
    stranger = await city.stranger()
    await stranger.open("/notices")
    await stranger.open(f"/notices/{notice}")
    page = stranger.page
    code = next((url for url in page.addresses if url.startswith("/verify/")), None)
    assert code, "the notice carries a code anybody can verify"
    assert notice in (await stranger.open(code)).words or "公示" in stranger.page.words
    return page


async def issue(city: City, notice: str, codes: list[str], teams: tuple[str, ...]) -> None:
    """After the window: the award's paper, a letter and the next step for each team."""
    coordinator = await city.visitor("coordinator")
    assert f"/w/notices/{notice}" in await city.home("coordinator")
    await coordinator.open(f"/w/notices/{notice}")
    await coordinator.press("印发立项通知", codes=codes)
    agreements = {team: f"/my/projects/{code}/agreement" for team, code in zip(teams, codes, strict=True)}
    await city.left(Action.ISSUE_PROJECT, "coordinator", told=teams, then=agreements)
    assert await city.waits("coordinator", f"/w/notices/{notice}") == []
    numbers = await rows.column(Q("SELECT number FROM award"))
    desk = await coordinator.open(f"/w/notices/{notice}")
    assert len(numbers) == len(codes)
    assert all(number in desk.words for number in numbers)
