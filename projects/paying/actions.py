"""The verbs of paying: request, check, return, approve. We never pay ourselves: departments do, and register it (vouching)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from departments.funds import actions as ledger
from departments.funds.rules import Event
from departments.organisation.queries import holders
from kernel import audit, clock, files, letters, rows, signoff, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.files.actions import Upload, receive
from kernel.money import Fen, show
from kernel.moves import move
from kernel.rows import Q
from projects.paying import papers, queries, rules, words
from projects.paying.rules import Reason
from projects.paying.tables import PaymentRequest
from projects.queries import find, team_of
from projects.signing import queries as agreements
from projects.signing import rules as signing
from projects.states import PaymentState, State
from projects.tables import Project

files.owner("payment_request")(queries.check_visible)


@rows.verb
async def request(
    actor: Actor, ref: str, instalment: UUID, *, purpose: str, receipt: Upload | None, milestone: Upload | None = None
) -> str:
    """提交用款申请, for the first time or after it was returned. Refused: gate closed, earlier one unpaid, package incomplete."""
    project = await find(actor, Action.REQUEST_PAYMENT, ref)
    steps = await queries.steps(project.id)
    step = next((found for found in steps if found.id == instalment), None)
    if step is None:
        raise Missing
    gates = await queries.passed(project.id)
    queries.check_may_request(step, steps, gates, State(project.state))
    row = await _write(actor, project, step, purpose)
    if receipt is not None:
        await receive(actor, receipt, "payment_request", row.id, slot="receipt")
    if milestone is not None:
        await receive(actor, milestone, "payment_request", row.id, slot="milestone")
    # An open gate is itself the proof of its milestone: the accepted report or the closing stands behind it.
    held = await queries.held(project.id, step.line, row.id, milestone=step.gate in gates or milestone is not None)
    rules.check_package(held, first=step.number == 1)
    await todo.settle(("instalment", instalment), Action.REQUEST_PAYMENT, actor)
    await ask(Action.CHECK_PAYMENT, row, "check", project.title, Role.OFFICER)
    to = await holders(Role.OFFICER, [row.owner])
    await letters.tell("payment_requested", to, url=f"/w/payments/{row.id}", **facts(project, row))
    return f"/my/projects/{project.code}/payments"


async def _write(actor: Actor, project: Project, step: queries.Step, purpose: str) -> PaymentRequest:
    """The one row of an instalment: new, or the returned one asked for again."""
    if step.request is not None:
        row = await rows.find(PaymentRequest, PaymentRequest.id == step.request)
        await row.update_self(
            {
                PaymentRequest.amount: step.to_pay,
                PaymentRequest.purpose: purpose,
                PaymentRequest.made_by: actor.person,
                PaymentRequest.made_at: clock.now(),
            }
        )
        await move(actor, row, Action.REQUEST_PAYMENT, amount=show(step.to_pay))
        return row
    owner = await rows.value(Q("SELECT owner FROM funding_line WHERE id = {}", step.line))
    row = await rows.insert(
        PaymentRequest(
            project=project.id,
            line=step.line,
            instalment=step.id,
            owner=owner,
            number=step.number,
            amount=step.to_pay,
            purpose=purpose,
            made_by=actor.person,
            made_at=clock.now(),
        )
    )
    await audit.record(actor, Action.REQUEST_PAYMENT, row, project=project.code, number=step.number, amount=show(step.to_pay))
    return row


async def ask(action: Action, row: PaymentRequest, word: str, title: str, role: Role) -> None:
    text = words.TODO[word].format(number=row.number, title=title)
    await todo.ask(action, row, title=text, url=f"/w/payments/{row.id}", role=role, unit=row.owner)


def facts(project: Project | queries.PaymentRow, row: PaymentRequest) -> dict[str, Any]:
    return {"title": project.title, "code": project.code, "number": row.number, "amount": Fen(row.amount)}


async def find_payment(
    actor: Actor, action: Action, ident: UUID, version: int | None
) -> tuple[PaymentRequest, queries.PaymentRow]:
    """A request to one's own department, locked. Nobody of the project's own units decides on its money."""
    seen = await queries.payment(actor, action, ident)
    row = await rows.find(PaymentRequest, PaymentRequest.id == ident)
    if version is not None:
        rows.check_version(row, version)
    signing.check_impartial(actor.person, await agreements.interested(seen.project))
    return row, seen


@rows.verb
async def check(actor: Actor, ident: UUID, *, version: int) -> str:
    """The owner's officer has compared the package with agreement and milestone."""
    row, seen = await find_payment(actor, Action.CHECK_PAYMENT, ident, version)
    rules.check_checker(actor.person, row.made_by)
    await row.update_self({PaymentRequest.checked_by: actor.person, PaymentRequest.checked_at: clock.now()})
    await move(actor, row, Action.CHECK_PAYMENT)
    await ask(Action.APPROVE_PAYMENT, row, "approve", seen.title, Role.HEAD)
    return seen.url


@rows.verb
async def return_to_team(actor: Actor, ident: UUID, *, reason: str, version: int) -> str:
    """Back to the team with a reason; what was checked is checked again."""
    rules.check_reason(reason)
    row, seen = await find_payment(actor, Action.RETURN_PAYMENT, ident, version)
    await move(actor, row, Action.RETURN_PAYMENT, reason=reason)
    await row.update_self({PaymentRequest.checked_by: None, PaymentRequest.checked_at: None})
    await todo.settle(row, None, actor)
    url = f"/my/projects/{seen.code}/payments"
    text = words.TODO["again"].format(number=row.number, title=seen.title)
    await todo.ask(Action.REQUEST_PAYMENT, row, title=text, url=url, person=row.made_by)
    await letters.tell("payment_returned", await team_of(row.project), url=url, reason=reason, **facts(seen, row))
    return seen.url


@rows.verb
async def approve(actor: Actor, ident: UUID, *, version: int) -> str:
    """The owner's head approves: the money is due, the paper is issued."""
    row, seen = await find_payment(actor, Action.APPROVE_PAYMENT, ident, version)
    rules.check_approver(actor.person, row.made_by, row.checked_by)
    await _approve(actor, row, seen, None, "")
    return seen.url


async def _approve(actor: Actor, row: PaymentRequest, seen: queries.PaymentRow, paper: UUID | None, number: str) -> None:
    await row.update_self(
        {PaymentRequest.approved_by: actor.person, PaymentRequest.approved_at: clock.now(), PaymentRequest.signoff: paper}
    )
    await move(actor, row, Action.APPROVE_PAYMENT, paper=number)
    about = ledger.About(seen.project, seen.code, seen.title)
    await ledger.post(
        actor,
        Event.FALL_DUE,
        Fen(row.amount),
        fund=seen.fund,
        source=f"payment:{row.id}:due",
        about=about,
        line=row.line,
        instalment=row.instalment,
    )
    document = await papers.issue(actor, row, seen, number)
    await row.update_self({PaymentRequest.document: document})
    await ask(Action.REGISTER_VOUCHER, row, "register", seen.title, Role.FINANCE_OFFICER)
    url = f"/my/projects/{seen.code}/payments"
    await letters.tell("payment_approved", await team_of(row.project), url=url, **facts(seen, row))


@rows.verb
async def register_paper(
    actor: Actor,
    ident: UUID,
    paper: signoff.Paper,
    scan: Upload | None,
) -> str:
    """Enter the head's approval given on paper. A colleague of the department confirms it, which approves the request."""
    row, seen = await find_payment(actor, Action.REGISTER_SIGNOFF, ident, None)
    if PaymentState(row.state) is not PaymentState.CHECKED:
        raise Refused(Reason.NOT_WAITING, state=PaymentState(row.state).label)
    file = await receive(actor, scan, "payment_request", row.id, slot=queries.APPROVE) if scan else None
    await signoff.register(
        actor,
        row,
        paper,
        purpose=queries.APPROVE,
        scan=file.id if file else None,
        ask=Role.OFFICER if not actor.holds(Role.OFFICER) else Role.FINANCE_OFFICER,
        ask_unit=row.owner,
        title=words.TODO["paper"].format(title=seen.title),
        url=seen.url,
    )
    return seen.url


@rows.verb
async def confirm_paper(actor: Actor, ident: UUID, paper: UUID) -> str:
    """A second person of the department has compared the entry with the paper: the request is approved."""
    row, seen = await find_payment(actor, Action.CONFIRM_SIGNOFF, ident, None)
    entered = next((found for found in await signoff.papers(row) if found.id == paper), None)
    if entered is None:
        raise Missing
    rules.check_paper_is_of(row.checked_at, entered.registered_at)
    rules.check_checker(actor.person, row.made_by)
    await signoff.confirm(actor, paper)
    await _approve(actor, row, seen, paper, entered.number)
    return seen.url


async def ask_next(project: Project) -> None:
    """Put what may be asked for now on the team's home page. Called wherever a gate opens or money arrives."""
    steps, gates = await queries.steps(project.id), await queries.passed(project.id)
    for step in steps:
        if step.request is not None:
            continue
        try:
            queries.check_may_request(step, steps, gates, State(project.state))
        except Refused:
            continue
        await todo.ask(
            Action.REQUEST_PAYMENT,
            ("instalment", step.id),
            title=words.TODO["next"].format(number=step.number, title=project.title),
            url=f"/my/projects/{project.code}/payments",
            person=project.author,
            due=step.due,
        )
