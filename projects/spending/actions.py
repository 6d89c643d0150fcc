"""The verbs of spending: enter an expense, add its voucher, register a refund. The ledger follows in the same transaction."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from departments.funds import actions as ledger
from departments.funds.rules import Event
from kernel import audit, clock, files, letters, rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused
from kernel.files.actions import Upload, receive
from kernel.money import Fen, show
from kernel.rows import Q
from projects.queries import find, team_of
from projects.spending import queries, rules
from projects.spending.rules import Reason
from projects.spending.tables import Expense, Refund
from projects.states import State
from projects.tables import Project

files.owner("expense")(queries.check_visible)


@rows.verb
async def enter(
    actor: Actor,
    ref: str,
    *,
    line: UUID,
    budget_line: UUID,
    amount: Fen,
    spent_on: date,
    note: str,
    voucher: str = "",
    invoice: str = "",
    receipt: Upload | None = None,
) -> str:
    """登记支出. Refused: more than the budget line or the funding line has left, an invoice that was used before."""
    project = await find(actor, Action.REGISTER_EXPENSE, ref)
    rules.check_may_spend(State(project.state))
    rules.check_amount(amount)
    rules.check_day(spent_on, clock.today())
    await _check_room(project.id, line, budget_line, amount)
    number = invoice.strip() or None
    made = await rows.value(
        Q(
            "INSERT INTO expense (id, project, line, budget_line, amount, spent_on, note, voucher, invoice, entered_by, entered_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (invoice) DO NOTHING RETURNING id",
            rows.new_id(),
            project.id,
            line,
            budget_line,
            amount,
            spent_on,
            note,
            voucher.strip(),
            number,
            actor.person,
            clock.now(),
        )
    )
    if made is None:
        raise Refused(Reason.INVOICE_USED, number=number, project=await queries.invoice_holder(number or ""))
    if receipt is not None:
        await receive(actor, receipt, "expense", made, slot="receipt")
    await audit.record(actor, Action.REGISTER_EXPENSE, ("expense", made), project=ref, amount=show(amount), invoice=invoice)
    await post_spent(actor, project, line)
    return f"/my/projects/{project.code}/expenses"


async def _check_room(project: UUID, line: UUID, budget_line: UUID, amount: Fen) -> None:
    """Refused: more than the budget line or the funding line has left."""
    of = {row.line: row for row in await queries.standings(project)}
    planned = {row.id: row for row in await queries.budget(project)}
    if line not in of or budget_line not in planned:
        raise Missing
    rules.check_expense(amount, planned[budget_line].remaining)
    rules.check_expense(amount, Fen(of[line].amount - of[line].spent))


@rows.verb
async def vouch(actor: Actor, ref: str, expense: UUID, *, voucher: str) -> str:
    """Add the voucher number that was not at hand when the expense was entered."""
    project = await find(actor, Action.REGISTER_EXPENSE, ref)
    found = await rows.find(Expense, (Expense.id == expense) & (Expense.project == project.id))
    if not voucher.strip():
        raise Refused(Reason.NO_VOUCHER)
    if found.voucher:
        raise Refused(Reason.VOUCHED)
    await found.update_self({Expense.voucher: voucher.strip()})
    await audit.record(actor, Action.REGISTER_EXPENSE, found, voucher=voucher.strip())
    return f"/my/projects/{project.code}/expenses"


async def post_spent(actor: Actor, project: Project, line: UUID) -> None:
    """Bring SPENT up to what was entered, as far as money has arrived. The source names the new total: never twice."""
    now = await queries.standing(line)
    target = min(now.spent, now.paid - now.refunded)
    if target <= now.posted:
        return
    await ledger.post(
        actor,
        Event.SPEND,
        Fen(target - now.posted),
        fund=now.fund,
        source=f"spent:{line}:{target}",
        about=ledger.About(project.id, project.code, project.title),
        line=line,
    )


@rows.verb
async def refund(actor: Actor, ref: str, *, line: UUID, amount: Fen, refunded_on: date, voucher: str) -> str:
    """结余缴回, registered by the department whose line it is. Refused: more than the line owes."""
    project = await find(actor, Action.REGISTER_REFUND, ref)
    rules.check_may_refund(State(project.state))
    of = {row.line: row for row in await queries.standings(project.id)}
    if line not in of or of[line].owner not in actor.units(Action.REGISTER_REFUND):
        raise Missing
    rules.check_amount(amount)
    rules.check_day(refunded_on, clock.today())
    if not voucher.strip():
        raise Refused(Reason.NO_VOUCHER)
    if any(row.line == line and row.voucher == voucher.strip() for row in await queries.refunds(project.id)):
        raise Refused(Reason.REFUND_ENTERED, voucher=voucher.strip())
    rules.check_refund(amount, of[line].owed)
    row = await rows.insert(
        Refund(
            project=project.id,
            line=line,
            amount=amount,
            refunded_on=refunded_on,
            voucher=voucher.strip(),
            registered_by=actor.person,
            registered_at=clock.now(),
        )
    )
    await ledger.post(
        actor,
        Event.REFUND,
        amount,
        fund=of[line].fund,
        source=f"refund:{row.id}",
        about=ledger.About(project.id, project.code, project.title),
        line=line,
        memo=voucher.strip(),
    )
    await audit.record(actor, Action.REGISTER_REFUND, row, amount=show(amount), voucher=voucher.strip())
    team = await team_of(project.id)
    await letters.tell("refund_registered", team, url=f"/my/projects/{project.code}/expenses", title=project.title, amount=amount)
    return f"/w/projects/{project.code}/money"
