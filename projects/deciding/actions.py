"""Preparing a decision, bringing it before the meeting, registering what the meeting said."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kernel import audit, clock, files, rows, signoff, todo
from kernel.access import Action, Actor, Reach, Role
from kernel.errors import Missing, Refused
from kernel.files.actions import Upload, receive
from kernel.money import Fen
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.deciding import queries, rules, words
from projects.deciding.rules import Outcome, Reason
from projects.deciding.tables import Decision, DecisionItem
from projects.states import DecisionState

files.owner("decision")(queries.check_visible)


async def find(actor: Actor, action: Action, ident: UUID) -> Decision:
    """The decision locked for a verb; only those with the whole city's reach change one, and nobody who scored."""
    if actor.reach(action) is not Reach.CITY:
        raise Missing
    decision = await rows.find(Decision, Decision.id == ident)
    rules.check_decider(actor.person, await queries.scorers(decision.call))
    return decision


async def open_for_change(actor: Actor, ident: UUID) -> Decision:
    """A decision that may still be changed, locked."""
    decision = await find(actor, Action.PREPARE_DECISION, ident)
    rules.check_preparing(DecisionState(decision.state))
    return decision


@rows.verb
async def prepare(actor: Actor, call_code: str, *, title: str, money_line: Fen | None) -> Decision:
    """Begin the decision of a call with everything that was scored or is in reserve, in published order, nothing suggested."""
    if actor.reach(Action.PREPARE_DECISION) is not Reach.CITY:
        raise Missing
    call = await calls.call(call_code)
    rules.check_decider(actor.person, await queries.scorers(call.id))
    if await rows.value(Q("SELECT 1 FROM decision WHERE call = {} AND state <> 'released'", call.id)):
        raise Refused(Reason.DECISION_OPEN)
    candidates = await rows.column(
        Q("SELECT id FROM project WHERE call = {} AND state IN ('scored', 'reserved') ORDER BY rank NULLS LAST, code", call.id)
    )
    if not candidates:
        raise Refused(Reason.NO_CANDIDATES)
    decision = await rows.insert(
        Decision(call=call.id, title=title, money_line=money_line, prepared_by=actor.person, prepared_at=clock.now())
    )
    await DecisionItem.insert(
        *(DecisionItem(decision=decision.id, project=project, position=n) for n, project in enumerate(candidates, 1))
    )
    await audit.record(actor, Action.PREPARE_DECISION, decision, call=call_code, projects=len(candidates))
    await todo.settle(("call", call.id), Action.PREPARE_DECISION, actor)
    return decision


@rows.verb
async def set_money_line(actor: Actor, ident: UUID, amount: Fen | None, version: int) -> None:
    """Move the 经费线. It marks the sheet; it decides nothing."""
    decision = await open_for_change(actor, ident)
    rows.check_version(decision, version, money_line=decision.money_line)
    await decision.update_self({Decision.money_line: amount, Decision.version: decision.version + 1})
    await audit.record(actor, Action.PREPARE_DECISION, decision, money_line=amount)


@rows.verb
async def arrange(actor: Actor, ident: UUID, codes: Collection[str], outcome: Outcome) -> int:
    """Give the ticked projects one outcome. An amount typed before stays; a new award starts from the audited amount."""
    decision = await open_for_change(actor, ident)
    changed = 0
    for item in await queries.items(actor, Action.PREPARE_DECISION, ident):
        if item.code in codes and item.outcome is not outcome:
            amount = item.suggested if outcome is Outcome.APPROVE else None
            await _write(actor, item, outcome, amount, item.reason)
            changed += 1
    await audit.record(actor, Action.PREPARE_DECISION, decision, outcome=outcome, projects=sorted(codes))
    return changed


@rows.verb
async def settle_item(
    actor: Actor, ident: UUID, code: str, *, outcome: Outcome, amount: Fen | None, reason: str, version: int
) -> None:
    """Outcome, amount and reason of one project. Refused: more than audited, asked for, or nothing."""
    decision = await open_for_change(actor, ident)
    item = await queries.item(actor, Action.PREPARE_DECISION, ident, code)
    rows.check_version(item, version, outcome=item.outcome, amount=item.amount, why=item.reason)
    if outcome is Outcome.APPROVE:
        if amount is None:
            raise Refused(Reason.AMOUNT_MISSING)
        rules.check_amounts(rules.Amounts(item.requested, item.audited, None, amount))
    await _write(actor, item, outcome, amount if outcome is Outcome.APPROVE else None, reason)
    await audit.record(actor, Action.PREPARE_DECISION, decision, project=code, outcome=outcome, amount=amount, reason=reason)


async def _write(actor: Actor, item: queries.ItemRow, outcome: Outcome, amount: Fen | None, reason: str) -> None:
    if outcome is not Outcome.APPROVE:
        await todo.settle(("project", item.project), Action.PROPOSE_LINE, actor)
    await DecisionItem.update(
        {
            DecisionItem.outcome: outcome,
            DecisionItem.amount: amount,
            DecisionItem.reason: reason,
            DecisionItem.version: item.version + 1,
        }
    ).where(DecisionItem.id == item.id)


@rows.verb
async def convene(actor: Actor, ident: UUID, version: int) -> None:
    """Bring it before the meeting: every project arranged, every award covered by consented lines, departures explained."""
    decision = await find(actor, Action.CONVENE_DECISION, ident)
    rows.check_version(decision, version)
    await check_ready(ident, await calls.by_id(decision.call))
    await decision.update_self({Decision.convened_at: clock.now()})
    await move(actor, decision, Action.CONVENE_DECISION)
    host = await rows.value(Q("SELECT host FROM call WHERE id = {}", decision.call))
    url = f"/w/decisions/{ident}"
    title = words.TODO["minutes"].format(title=decision.title)
    await todo.ask(Action.REGISTER_SIGNOFF, decision, title=title, url=url, role=Role.COORDINATOR, unit=host)


async def check_ready(ident: UUID, call: calls.CallRow) -> None:
    """What convening asks. Refused with the first thing that is wrong, naming the project."""
    sheet = await queries.all_items(ident)
    rubric = (await calls.pack(call.pack_hash)).rubric
    rules.check_release([item.outcome for item in sheet], signoff_confirmed=True)
    for item in sheet:
        for problem in item.problems(rubric):
            raise Refused(Reason.PROBLEMS, project=item.code, problem=str(problem))
        if item.outcome is not Outcome.APPROVE and item.live:
            raise Refused(Reason.LINES_ELSEWHERE, project=item.code)
    last = max((item.position for item in sheet if item.outcome is Outcome.APPROVE), default=0)
    skipped = [item.code for item in sheet if item.position < last and item.outcome is not Outcome.APPROVE and not item.reason]
    rules.check_order(skipped, "")


@rows.verb
async def recall(actor: Actor, ident: UUID, *, reason: str, version: int) -> None:
    """Take it back to change it. Minutes registered before no longer count: the next meeting sees another text."""
    decision = await find(actor, Action.RECALL_DECISION, ident)
    rows.check_version(decision, version)
    await move(actor, decision, Action.RECALL_DECISION, reason=reason)
    await todo.settle(decision, None, actor)


@rows.verb
async def register_minutes(
    actor: Actor,
    ident: UUID,
    paper: signoff.Paper,
    scan: Upload | None,
) -> None:
    """Enter the minutes of the meeting, with their scan. Another person confirms them against the paper."""
    decision = await find(actor, Action.REGISTER_SIGNOFF, ident)
    if DecisionState(decision.state) is not DecisionState.CONVENED:
        raise Refused(Reason.NOT_CONVENED)
    file = await receive(actor, scan, "decision", decision.id, slot=queries.MEETING) if scan else None
    host = await rows.value(Q("SELECT host FROM call WHERE id = {}", decision.call))
    await signoff.register(
        actor,
        decision,
        paper,
        purpose=queries.MEETING,
        scan=file.id if file else None,
        ask=await _second_role(actor, host),
        ask_unit=host,
        title=words.TODO["confirm"].format(title=decision.title),
        url=f"/w/decisions/{decision.id}",
    )
    await todo.settle(decision, Action.REGISTER_SIGNOFF, actor)


async def _second_role(actor: Actor, host: UUID) -> Role:
    """Another coordinator of the host confirms; where there is none, the director."""
    other = await rows.value(
        Q(
            "SELECT 1 FROM membership WHERE role = {} AND unit = {} AND person <> {} AND starts_on <= {} AND (ends_on IS NULL OR ends_on >= {}) LIMIT 1",
            Role.COORDINATOR,
            host,
            actor.person,
            clock.today(),
            clock.today(),
        )
    )
    return Role.COORDINATOR if other else Role.DIRECTOR


@rows.verb
async def confirm_minutes(actor: Actor, ident: UUID, paper: UUID) -> None:
    """A second person has compared the entry with the paper."""
    decision = await find(actor, Action.CONFIRM_SIGNOFF, ident)
    if paper not in {found.id for found in await signoff.papers(decision)}:
        raise Missing
    await signoff.confirm(actor, paper)
    host = await rows.value(Q("SELECT host FROM call WHERE id = {}", decision.call))
    title = words.TODO["release"].format(title=decision.title)
    await todo.ask(Action.RELEASE_DECISION, decision, title=title, url=f"/w/decisions/{ident}", role=Role.COORDINATOR, unit=host)
