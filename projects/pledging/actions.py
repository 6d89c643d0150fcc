"""Funding lines: proposed by the host, checked and consented to by the department whose money it is."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from departments import catalogue
from departments.funds import actions as ledger
from departments.funds import queries as funds
from departments.funds.rules import Account, Event
from departments.kinds import SupportMode
from kernel import audit, clock, rows, signoff, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.money import Fen
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.deciding import actions as deciding
from projects.deciding import queries as decisions
from projects.deciding.rules import Outcome, ReceiptKind, check_line
from projects.deciding.tables import FundingLine
from projects.deciding.words import TODO as DECISION_TODO
from projects.pledging import queries, rules, words
from projects.pledging.rules import Reason

# Where a line's money may stand while it can still be given back, and the event that does it.
DROPS = {
    Account.DECIDED: Event.DROP_DECIDED,
    Account.CLAIMED: Event.DROP_CLAIMED,
    Account.INTENDED: Event.DROP_INTENDED,
}


class _About(Struct, frozen=True):
    id: UUID
    code: str
    title: str


class _Host(Struct, frozen=True):
    title: str
    call: UUID
    host: UUID


@rows.verb
async def propose(actor: Actor, decision: UUID, code: str, *, fund: str, mode: SupportMode, amount: Fen) -> UUID:
    """Ask a department for money for one project of an open decision. The fund holds the amount from now on.

    Refused: not listed for award, more than the award, beyond the fund's purposes, caps or what it has left.
    """
    await deciding.open_for_change(actor, decision)
    item = await decisions.item(actor, Action.PROPOSE_LINE, decision, code)
    if item.outcome is not Outcome.APPROVE or item.amount is None:
        raise Refused(Reason.NOT_APPROVED)
    rules.check_within_award(amount, [line.amount for line in item.live], item.amount)
    source = await _locked_fund(fund)
    if any(line.fund == source.id and line.project == item.project for line in await queries.live([item.project])):
        raise Refused(Reason.LINE_EXISTS)
    area = catalogue.load().area(item.area)
    check_line(amount, fund=source.terms, area=area, mode=mode, remaining=source.available)
    await _check_uses(source, decision, item.project, amount)
    line = await rows.insert(
        FundingLine(
            project=item.project,
            decision=decision,
            fund=source.id,
            owner=source.owner,
            support_mode=mode,
            amount=amount,
            proposed_by=actor.person,
            proposed_at=clock.now(),
        )
    )
    await _involve(item.project, source.owner)
    about = ledger.About(item.project, item.code, item.title)
    await ledger.post(actor, Event.INTEND, amount, fund=source.id, source=f"line:{line.id}:intend", about=about, line=line.id)
    await todo.settle(("project", item.project), Action.PROPOSE_LINE, actor)
    await audit.record(actor, Action.PROPOSE_LINE, line, project=code, fund=fund, amount=amount, mode=mode)
    await ask(Action.CHECK_LINE, line, "check", item.title, Role.FINANCE_OFFICER)
    return line.id


async def _locked_fund(code: str) -> funds.FundRow:
    ident = await rows.value(Q("SELECT id FROM fund WHERE code = {}", code))
    if ident is None:
        raise Refused(Reason.NO_SUCH_FUND)
    await ledger.lock([ident])
    return await funds.by_id(ident)


async def _check_uses(source: funds.FundRow, decision: UUID, project: UUID, amount: Fen) -> None:
    call = await rows.value(Q("SELECT call FROM decision WHERE id = {}", decision))
    names = {category.code: category.name for category in (await calls.pack_of(call)).budget.categories}
    rules.check_uses(source.terms, amount, await queries.by_category(project), names)


async def _involve(project: UUID, unit: UUID) -> None:
    """From now on the project concerns the department that is asked."""
    await rows.execute(
        Q(
            "INSERT INTO involvement (id, project, unit, why) VALUES ({}, {}, {}, 'fund') ON CONFLICT DO NOTHING",
            rows.new_id(),
            project,
            unit,
        )
    )


async def ask(action: Action, line: FundingLine, word: str, title: str, role: Role) -> None:
    text = words.TODO[word].format(title=title)
    await todo.ask(action, line, title=text, url=f"/w/lines/{line.id}", role=role, unit=line.owner)


async def find(actor: Actor, action: Action, ident: UUID, version: int | None = None) -> tuple[FundingLine, queries.LineRow]:
    """A line of one's own department, locked, and how it reads."""
    seen = await queries.line(actor, action, ident)
    if seen.owner not in actor.units(action):
        raise Missing
    line = await rows.find(FundingLine, FundingLine.id == ident)
    if version is not None:
        rows.check_version(line, version)
    return line, seen


@rows.verb
async def check(actor: Actor, ident: UUID, *, receipt: ReceiptKind, version: int) -> None:
    """The department's finance officer has compared fund, subject and amount, and says which receipt is due."""
    line, seen = await find(actor, Action.CHECK_LINE, ident, version)
    rules.check_not_drafter(actor.person, line.proposed_by)
    await line.update_self(
        {FundingLine.receipt: receipt, FundingLine.checked_by: actor.person, FundingLine.checked_at: clock.now()}
    )
    await move(actor, line, Action.CHECK_LINE, receipt=receipt)
    await ask(Action.CONSENT_LINE, line, "consent", seen.title, Role.HEAD)


@rows.verb
async def consent(actor: Actor, ident: UUID, *, version: int) -> None:
    """The department binds itself. By its head; or by the finance officer once the head's paper is registered and confirmed."""
    line, seen = await find(actor, Action.CONSENT_LINE, ident, version)
    paper = await signoff.confirmed(line, queries.CONSENT)
    is_head = any(m.role is Role.HEAD and m.unit == line.owner for m in actor.memberships)
    rules.check_consent(
        actor.person, proposed_by=line.proposed_by, checked_by=line.checked_by, is_head=is_head, has_paper=paper is not None
    )
    await line.update_self(
        {
            FundingLine.consented_by: actor.person,
            FundingLine.consented_at: clock.now(),
            FundingLine.signoff: paper.id if paper else None,
        }
    )
    await move(actor, line, Action.CONSENT_LINE, paper=paper.number if paper else "")
    about = ledger.About(seen.project, seen.code, seen.title)
    await ledger.post(
        actor, Event.CLAIM, Fen(line.amount), fund=line.fund, source=f"line:{ident}:claim", about=about, line=line.id
    )
    if line.decision is not None:
        await _ask_to_convene(line.decision)


async def _ask_to_convene(decision: UUID) -> None:
    """When the last consent is in, the host can go before the meeting."""
    row = await rows.one(
        _Host, Q("SELECT d.title, d.call, c.host FROM decision d JOIN call c ON c.id = d.call WHERE d.id = {}", decision)
    )
    if row is None:
        return
    try:
        await deciding.check_ready(decision, await calls.by_id(row.call))
    except Refused:
        return
    await todo.ask(
        Action.CONVENE_DECISION,
        ("decision", decision),
        title=DECISION_TODO["convene"].format(title=row.title),
        url=f"/w/decisions/{decision}",
        role=Role.COORDINATOR,
        unit=row.host,
    )


@rows.verb
async def decline(actor: Actor, ident: UUID, *, reason: str, version: int) -> None:
    """The department does not pay, and says why. Its fund is free again."""
    rules.check_reason(reason)
    line, seen = await find(actor, Action.DECLINE_LINE, ident, version)
    await _give_back(actor, line, seen.project, seen.code, seen.title, reason)
    await line.update_self({FundingLine.reason: reason})
    await move(actor, line, Action.DECLINE_LINE, reason=reason)
    await todo.settle(line, None, actor)
    text = words.TODO["again"].format(title=seen.title)
    url = f"/w/decisions/{line.decision}/items/{seen.code}"
    await todo.ask(Action.PROPOSE_LINE, ("project", seen.project), title=text, url=url, person=line.proposed_by)


@rows.verb
async def release(actor: Actor, decision: UUID, ident: UUID, *, reason: str) -> None:
    """The host takes a line back while the decision is still being prepared, to change or replace it."""
    rules.check_reason(reason)
    await deciding.open_for_change(actor, decision)
    line = await rows.find(FundingLine, (FundingLine.id == ident) & (FundingLine.decision == decision))
    await end(actor, line, reason=reason)


@rows.verb
async def end(actor: Actor | None, line: FundingLine, *, reason: str) -> None:
    """Give the line's money back and release it. For verbs that end a project's funding; the line is locked."""
    seen = await rows.the(_About, Q("SELECT id, code, title FROM project WHERE id = {}", line.project))
    await _give_back(actor, line, seen.id, seen.code, seen.title, reason)
    await line.update_self({FundingLine.reason: reason})
    await move(actor, line, Action.RELEASE_LINE, reason=reason)
    await todo.settle(line, None, actor)


async def _give_back(actor: Actor | None, line: FundingLine, project: UUID, code: str, title: str, reason: str) -> None:
    """What the ledger still holds for the line becomes available again: a claim, or an award that was cancelled."""
    held = await funds.balances(line.id)
    for account, event in DROPS.items():
        if held[account] > 0:
            about = ledger.About(project, code, title)
            source = f"line:{line.id}:{event}"
            await ledger.post(actor, event, held[account], fund=line.fund, source=source, about=about, line=line.id, memo=reason)
