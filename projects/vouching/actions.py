"""The verbs of vouching: register what was paid, take the entry back, confirm it by a second person."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from departments.funds import actions as ledger
from departments.funds.rules import Event
from departments.organisation.queries import holders
from kernel import clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.files.actions import Upload, receive, remove
from kernel.money import Fen
from kernel.moves import move
from kernel.rows import Q
from projects.paying import actions as paying
from projects.paying import queries, rules
from projects.paying.tables import PaymentRequest
from projects.queries import team_of
from projects.spending import actions as spending
from projects.states import PaymentState
from projects.tables import Project


@rows.verb
async def register_voucher(
    actor: Actor, ident: UUID, *, number: str, paid_on: date | None, amount: Fen, slip: Upload | None, version: int
) -> str:
    """登记支付凭证: number, date and bank slip of what the treasury system has paid, for exactly the approved amount."""
    row, seen = await paying.find_payment(actor, Action.REGISTER_VOUCHER, ident, version)
    # Locked, so that two requests of one department cannot register the same number at once.
    await rows.value(Q("SELECT id FROM unit WHERE id = {} FOR NO KEY UPDATE", row.owner))
    rules.check_voucher(
        number=number,
        paid_on=paid_on,
        has_file=slip is not None,
        amount=amount,
        approved=Fen(row.amount),
        approved_on=row.approved_at.astimezone(clock.SHANGHAI).date(),
        today=clock.today(),
        used_numbers=await queries.used_vouchers(row.owner, row.id),
    )
    file = await receive(actor, slip, "payment_request", row.id, slot="slip")
    await row.update_self(
        {
            PaymentRequest.voucher: number.strip(),
            PaymentRequest.paid_on: paid_on,
            PaymentRequest.slip: file.id,
            PaymentRequest.registered_by: actor.person,
            PaymentRequest.registered_at: clock.now(),
        }
    )
    await move(actor, row, Action.REGISTER_VOUCHER, voucher=number.strip())
    await paying.ask(Action.CONFIRM_VOUCHER, row, "confirm", seen.title, await _second(actor, row.owner))
    return seen.url


async def _second(actor: Actor, owner: UUID) -> Role:
    """Another finance officer of the department confirms; where there is none, the head."""
    others = set(await holders(Role.FINANCE_OFFICER, [owner])) - {actor.person}
    return Role.FINANCE_OFFICER if others else Role.HEAD


@rows.verb
async def return_voucher(actor: Actor, ident: UUID, *, reason: str, version: int) -> str:
    """The entry does not match the slip: it is taken back and entered again."""
    rules.check_reason(reason)
    row, seen = await paying.find_payment(actor, Action.RETURN_VOUCHER, ident, version)
    await move(actor, row, Action.RETURN_VOUCHER, reason=reason)
    slip = row.slip
    await row.update_self(
        {
            PaymentRequest.voucher: None,
            PaymentRequest.paid_on: None,
            PaymentRequest.slip: None,
            PaymentRequest.registered_by: None,
            PaymentRequest.registered_at: None,
        }
    )
    if slip is not None:
        await remove(actor, slip, "payment_request", row.id)
    await todo.settle(row, None, actor)
    await paying.ask(Action.REGISTER_VOUCHER, row, "register", seen.title, Role.FINANCE_OFFICER)
    return seen.url


@rows.verb
async def confirm_voucher(actor: Actor, ident: UUID, *, version: int) -> str:
    """A second person has compared the entry with the slip: paid. The ledger knows it once, whatever happens."""
    row, seen = await paying.find_payment(actor, Action.CONFIRM_VOUCHER, ident, version)
    PaymentRequest.LIFE.target(PaymentState(row.state), Action.CONFIRM_VOUCHER)
    rules.check_confirmer(actor.person, row.registered_by)
    await row.update_self({PaymentRequest.confirmed_by: actor.person, PaymentRequest.confirmed_at: clock.now()})
    await move(actor, row, Action.CONFIRM_VOUCHER, voucher=row.voucher)
    about = ledger.About(seen.project, seen.code, seen.title)
    await ledger.post(
        actor,
        Event.PAY,
        Fen(row.amount),
        fund=seen.fund,
        source=f"payment:{row.id}:paid",
        about=about,
        line=row.line,
        instalment=row.instalment,
        memo=row.voucher,
    )
    project = await rows.find(Project, Project.id == row.project)
    await spending.post_spent(actor, project, row.line)
    await paying.ask_next(project)
    url = f"/my/projects/{seen.code}/payments"
    await letters.tell("payment_paid", await team_of(row.project), url=url, **paying.facts(seen, row))
    return seen.url
