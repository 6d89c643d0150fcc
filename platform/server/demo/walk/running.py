"""Awarded projects: agreement, first payment, expenses, reports, the end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.money import Fen, split
from kernel.rows import Q
from projects.closing import actions as closing
from projects.paying import actions as paying
from projects.signing import actions as signing
from projects.spending import actions as spending
from projects.states import ReportState
from projects.tracking import actions as tracking
from projects.tracking import queries as reports
from projects.tracking.rules import Conclusion, Grade
from projects.tracking.schedule import ReportKind
from projects.vouching import actions as vouching
from server.demo.walk.cast import Cast, Paper, project, version
from server.demo.words import BANK, DONE, EXPENSE, PAPER, PROBLEMS, PURPOSE


class Awarded(Struct, frozen=True):
    """A project by its code, with the people who act for it."""

    id: UUID
    code: str
    number: int
    team: Actor
    admin: Actor


async def awarded(cast: Cast, code: str) -> Awarded:
    ident = await project(code)
    organisation = await rows.value(Q("SELECT organisation FROM project WHERE id = {}", ident))
    number = next(n for n, (unit, _, _) in enumerate(cast.teams, 1) if unit == organisation)
    return Awarded(ident, code, number, await cast.team(number), await cast.admin(number))


async def revise(cast: Cast, who: Awarded, day: int, ends_on: date) -> None:
    """Budget and indicators as agreed; the first line carries what the award is less than the application."""
    with clock.at(cast.morning(day)):
        determined = await rows.value(Q("SELECT determined FROM project WHERE id = {}", who.id))
        lines = await rows.DB.run("SELECT id, requested FROM budget_line WHERE project = $1 ORDER BY position", [who.id])
        budget = {ident: Fen(amount) for ident, amount in lines}
        first = lines[0][0]
        budget[first] = Fen(budget[first] - (sum(budget.values()) - determined))
        goals = dict(await rows.DB.run("SELECT id, target FROM indicator WHERE project = $1", [who.id]))
        held = await rows.value(Q("SELECT version FROM agreement WHERE project = {}", who.id))
        await signing.revise(
            who.team, who.code, budget=budget, goals=goals, starts_on=clock.today(), ends_on=ends_on, version=held or 1
        )


async def sign(cast: Cast, who: Awarded, day: int, ends_on: date, *, host: bool = True) -> None:
    """From revised budget to the last signature, with which the project begins. Without the host it waits for the director."""
    await revise(cast, who, day, ends_on)
    with clock.at(cast.morning(day + 1)):
        await signing.present(who.team, who.code, version=await _agreement(who))
        name = await rows.value(Q("SELECT name FROM unit WHERE id = {}", cast.unit(who.number)))
        account = f"62220000{who.number:08d}"
        await signing.sign_team(who.admin, who.code, account_name=name, bank=BANK, account=account, version=await _agreement(who))
    if host:
        with clock.at(cast.morning(day + 2)):
            await signing.sign_host(await cast.actor("director"), who.code, version=await _agreement(who))


async def _agreement(who: Awarded) -> int:
    return int(await rows.value(Q("SELECT version FROM agreement WHERE project = {}", who.id)))


async def pay(cast: Cast, who: Awarded, day: int, *, number: int = 1, upto: str = "paid") -> None:
    """An instalment: asked for, checked, approved, voucher registered and confirmed, as far as `upto`."""
    instalment = await rows.value(Q("SELECT id FROM instalment WHERE project = {} AND number = {}", who.id, number))
    paper = PAPER.format(number=who.number)
    with clock.at(cast.morning(day)):
        await paying.request(who.team, who.code, instalment, purpose=PURPOSE, receipt=Paper(paper))
    request, owner, amount = (
        await rows.DB.run("SELECT id, owner, amount FROM payment_request WHERE instalment = $1", [instalment])
    )[0]
    if upto == "requested":
        return
    with clock.at(cast.morning(day + 2)):
        await paying.check(await cast.owner(owner, "officer"), request, version=await version("payment_request", request))
    if upto == "checked":
        return
    with clock.at(cast.morning(day + 3)):
        await paying.approve(await cast.owner(owner, "head"), request, version=await version("payment_request", request))
    if upto == "approved":
        return
    with clock.at(cast.morning(day + 7)):
        await vouching.register_voucher(
            await cast.owner(owner, "finance"),
            request,
            number=f"PZ{cast.today.year}{who.number:03d}{number}",
            paid_on=clock.today(),
            amount=Fen(amount),
            slip=Paper(paper),
            version=await version("payment_request", request),
        )
    if upto == "registered":
        return
    with clock.at(cast.morning(day + 8)):
        await vouching.confirm_voucher(
            await cast.owner(owner, "head"), request, version=await version("payment_request", request)
        )


async def spend(cast: Cast, who: Awarded, day: int, percent: int = 50) -> None:
    """Bills over every line of the agreed budget, each with its voucher: together `percent` of the agreed amount."""
    with clock.at(cast.morning(day)):
        line = await rows.value(Q("SELECT id FROM funding_line WHERE project = {} AND state = 'consented'", who.id))
        planned = await rows.DB.run("SELECT id, agreed FROM budget_line WHERE project = $1 ORDER BY position", [who.id])
        amounts = split(Fen(sum(agreed for _, agreed in planned) * percent // 100), [agreed for _, agreed in planned])
        for number, ((ident, _), amount) in enumerate(zip(planned, amounts, strict=True), 1):
            await spending.enter(
                who.team,
                who.code,
                line=line,
                budget_line=ident,
                amount=amount,
                spent_on=clock.today(),
                note=EXPENSE,
                voucher=f"{who.number:02d}-{number:02d}",
            )


async def report(cast: Cast, who: Awarded, until: date, *, leave_last: bool = False) -> None:
    """Every report whose period is over by `until`, handed in on time and accepted; the last may still wait for that."""
    due = [
        row
        for row in await reports.reports(who.id)
        if row.kind is not ReportKind.FINAL and row.state is ReportState.DUE and row.ends < until
    ]
    due.sort(key=lambda row: (row.ends, row.due))
    for at, row in enumerate(due):
        with clock.at(datetime.combine(row.ends + timedelta(days=2), time(9), clock.SHANGHAI)):
            actuals = await _actuals(who, row.ends)
            await tracking.report(
                who.team,
                who.code,
                row.id,
                actuals=actuals,
                texts={"done": DONE, "problems": PROBLEMS, "plans": ""},
                satisfaction=None,
                version=row.version,
            )
            if not (leave_last and at == len(due) - 1):
                await tracking.accept(await cast.actor("coordinator"), row.id, version=await version("report", row.id))


async def _actuals(who: Awarded, day: date) -> dict[UUID, int]:
    """In step with the time that has passed."""
    starts, ends = (await rows.DB.run("SELECT starts_on, ends_on FROM project WHERE id = $1", [who.id]))[0]
    share = min(100, max(0, (day - starts).days * 100 // max((ends - starts).days, 1)))
    goals = await rows.DB.run("SELECT id, coalesce(agreed, target) FROM indicator WHERE project = $1", [who.id])
    return {ident: target * share // 100 for ident, target in goals}


async def finish(cast: Cast, who: Awarded, day: int) -> None:
    """The final report; the project waits for its closing."""
    with clock.at(cast.morning(day)):
        row = next(row for row in await reports.reports(who.id) if row.kind is ReportKind.FINAL)
        goals = dict(await rows.DB.run("SELECT id, coalesce(agreed, target) FROM indicator WHERE project = $1", [who.id]))
        texts = {"done": DONE, "problems": PROBLEMS, "plans": ""}
        await closing.submit_final(who.team, who.code, actuals=goals, texts=texts, satisfaction=92, version=row.version)


async def close(cast: Cast, who: Awarded, day: int, grade: Grade) -> None:
    with clock.at(cast.morning(day)):
        await closing.close(
            await cast.actor("coordinator"),
            who.code,
            performance=Conclusion.PASSED,
            finance=Conclusion.PASSED,
            grade=grade,
            remarks="",
            version=await version("project", who.id),
        )


async def turn(cast: Cast, who: Awarded, day: int, action: Action, reason: str) -> None:
    """Suspended, resumed, terminated."""
    with clock.at(cast.morning(day)):
        await closing.change_course(
            await cast.actor("coordinator"), who.code, action, reason=reason, version=await version("project", who.id)
        )


async def settle(cast: Cast, who: Awarded, day: int) -> None:
    with clock.at(cast.morning(day)):
        await closing.settle(await cast.actor("coordinator"), who.code, version=await version("project", who.id))


async def abandon(cast: Cast, who: Awarded, day: int, reason: str) -> None:
    with clock.at(cast.morning(day)):
        await signing.abandon(who.team, who.code, reason=reason, version=await version("project", who.id))
