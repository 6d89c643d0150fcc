"""Decisions: arranged by rank, paid for by departments, determined by a meeting, released, and what a notice draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from departments import catalogue
from departments.kinds import SupportMode
from kernel import clock, rows, signoff
from kernel.money import Fen
from kernel.rows import Q
from projects.deciding import actions as deciding
from projects.deciding import queries as decisions
from projects.deciding.objections import Upheld
from projects.deciding.rules import Outcome, ReceiptKind
from projects.objecting import actions as objecting
from projects.pledging import actions as pledging
from projects.publicising import actions as publicising
from server.demo.walk.cast import Cast, Paper, version
from server.demo.words import ANSWERED, BODY, DECISION, FACTS, MINUTES, OBJECTOR, PAPER, PHONE, VOTES

MODES = {"justice-2026": SupportMode.PURCHASE}


def fund_of(area: str) -> str:
    """The fund of the department that leads the area; where it has none, the host's."""
    source = catalogue.load()
    lottery = next(fund.code for fund in source.funds if fund.lottery)
    if source.area(area).purposes and source.area(area).lead != "health":
        return lottery
    lead = source.area(area).lead
    return next((fund.code for fund in source.funds if fund.owner == lead and not fund.lottery), "society-2026")


async def decide(cast: Cast, call: str, title: str, days: tuple[int, int, int], awards: int, reserves: int) -> str:
    """The best `awards` are approved, the next in reserve, the others declined. Returns the notice's code.

    `days`: prepared, met, released.
    """
    coordinator, director = await cast.actor("coordinator"), await cast.actor("director")
    with clock.at(cast.morning(days[0])):
        decision = await deciding.prepare(coordinator, call, title=DECISION.format(call=title), money_line=None)
        ranked = [item.code for item in await decisions.all_items(decision.id)]
        parts = (ranked[:awards], ranked[awards : awards + reserves], ranked[awards + reserves :])
        for codes, outcome in zip(parts, Outcome, strict=True):
            await deciding.arrange(coordinator, decision.id, codes, outcome)
        await _pledge(cast, decision.id)
        await deciding.convene(coordinator, decision.id, await version("decision", decision.id))
    with clock.at(cast.morning(days[1], 15)):
        await deciding.register_minutes(
            coordinator,
            decision.id,
            signoff.Paper("minutes", MINUTES.format(year=cast.today.year, code=call), clock.today(), BODY, VOTES),
            Paper(PAPER.format(number=call)),
        )
    with clock.at(cast.morning(days[2])):
        paper = await rows.value(Q("SELECT id FROM signoff WHERE subject = {}", decision.id))
        await deciding.confirm_minutes(director, decision.id, paper)
        url = await publicising.release(coordinator, decision.id, await version("decision", decision.id))
    return url.rsplit("/", 1)[1]


async def begin(cast: Cast, call: str, title: str, day: int, stages: Sequence[str]) -> None:
    """A decision still being prepared: one line a stage, as far as it says; the projects after them are declined."""
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(day)):
        decision = await deciding.prepare(coordinator, call, title=DECISION.format(call=title), money_line=None)
        ranked = [item.code for item in await decisions.all_items(decision.id)]
        await deciding.arrange(coordinator, decision.id, ranked[: len(stages)], Outcome.APPROVE)
        await deciding.arrange(coordinator, decision.id, ranked[len(stages) :], Outcome.DECLINE)
        for item, stage in zip(await decisions.all_items(decision.id), stages, strict=False):
            await _line(cast, decision.id, item, stage)


async def _pledge(cast: Cast, decision: UUID) -> None:
    for item in await decisions.all_items(decision):
        if item.outcome is Outcome.APPROVE:
            await _line(cast, decision, item, "consented")


async def _line(cast: Cast, decision: UUID, item: decisions.ItemRow, stage: str) -> None:
    """The lead department's fund pays the whole award: proposed, checked by finance, consented to by the head."""
    coordinator, fund, amount = await cast.actor("coordinator"), fund_of(item.area), item.amount or Fen(0)
    mode = MODES.get(fund, SupportMode.GRANT)
    line = await pledging.propose(coordinator, decision, item.code, fund=fund, mode=mode, amount=amount)
    owner = await rows.value(Q("SELECT owner FROM funding_line WHERE id = {}", line))
    if stage != "proposed":
        await pledging.check(await cast.owner(owner, "finance"), line, receipt=ReceiptKind.INVOICE, version=1)
    if stage == "consented":
        await pledging.consent(await cast.owner(owner, "head"), line, version=await version("funding_line", line))


async def object_to(cast: Cast, notice: str, code: str, *, answer: Upheld | None, after: int = 0) -> None:
    """On the first day of the window; answered `after` days later by who has the duty, who did not decide first."""
    starts = await rows.value(Q("SELECT starts_on FROM notice WHERE code = {}", notice))
    with clock.at(datetime.combine(starts, time(10), clock.SHANGHAI)):
        objection = await objecting.lodge(notice, code, name=OBJECTOR, contact=PHONE, by_unit=False, statement=FACTS)
    if answer is None:
        return
    with clock.at(cast.morning(after)):
        row = await rows.value(Q("SELECT version FROM objection WHERE code = {}", objection))
        await objecting.answer(await cast.actor("secretary"), objection, outcome=answer, text=ANSWERED, version=row)


async def issue(cast: Cast, notice: str, day: int) -> list[str]:
    """The window is over: close the notice and issue what nobody objects to. Returns the awarded codes by rank."""
    with clock.at(cast.morning(day)):
        ident = await rows.value(Q("SELECT id FROM notice WHERE code = {}", notice))
        await publicising.close(ident)
        codes = await rows.column(
            Q(
                "SELECT p.code FROM notice_item i JOIN project p ON p.id = i.project WHERE i.notice = {} AND p.state = 'publicised'"
                " ORDER BY i.position",
                ident,
            )
        )
        await publicising.issue(await cast.actor("coordinator"), notice, codes)
    return [str(code) for code in codes]
