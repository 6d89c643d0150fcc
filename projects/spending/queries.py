"""Reads of expenses and refunds, and what each line still owes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.queries import visible_project
from projects.spending import rules


class ExpenseRow(Struct, frozen=True):
    id: UUID
    line: UUID
    owner_name: str
    category: str
    item: str
    amount: Fen
    spent_on: date
    note: str
    voucher: str
    invoice: str | None
    entered_at: datetime


class RefundRow(Struct, frozen=True):
    id: UUID
    line: UUID
    owner_name: str
    amount: Fen
    refunded_on: date
    voucher: str
    name: str


class Standing(Struct, frozen=True):
    """One consented line: promised, paid, spent (as entered), given back."""

    line: UUID
    fund: UUID
    owner: UUID
    owner_name: str
    fund_name: str
    amount: Fen
    due: Fen
    paid: Fen
    posted: Fen
    refunded: Fen
    spent: Fen

    @property
    def owed(self) -> Fen:
        return rules.owed(self.paid, self.spent, self.refunded)


class BudgetStanding(Struct, frozen=True):
    """One line of the agreed budget and what was entered against it."""

    id: UUID
    category: str
    item: str
    agreed: Fen
    spent: Fen

    @property
    def remaining(self) -> Fen:
        return Fen(self.agreed - self.spent)


async def expenses(project: UUID) -> list[ExpenseRow]:
    return await rows.fetch(
        ExpenseRow,
        Q(
            "SELECT e.id, e.line, u.name AS owner_name, b.category, b.item, e.amount, e.spent_on, e.note, e.voucher, e.invoice,"
            " e.entered_at FROM expense e JOIN funding_line l ON l.id = e.line JOIN unit u ON u.id = l.owner"
            " JOIN budget_line b ON b.id = e.budget_line WHERE e.project = {} ORDER BY e.spent_on DESC, e.id DESC",
            project,
        ),
    )


async def refunds(project: UUID) -> list[RefundRow]:
    return await rows.fetch(
        RefundRow,
        Q(
            "SELECT r.id, r.line, u.name AS owner_name, r.amount, r.refunded_on, r.voucher, p.name FROM refund r"
            " JOIN funding_line l ON l.id = r.line JOIN unit u ON u.id = l.owner JOIN person p ON p.id = r.registered_by"
            " WHERE r.project = {} ORDER BY r.refunded_on, r.id",
            project,
        ),
    )


_STANDING = Q(
    "SELECT l.id AS line, l.fund, l.owner, u.name AS owner_name, f.name AS fund_name, l.amount,"
    " coalesce(sum(po.amount) FILTER (WHERE po.account = 'due' AND po.amount > 0), 0)::bigint AS due,"
    " coalesce(sum(po.amount) FILTER (WHERE po.account = 'paid' AND po.amount > 0), 0)::bigint AS paid,"
    " coalesce(sum(po.amount) FILTER (WHERE po.account = 'spent'), 0)::bigint AS posted,"
    " coalesce(sum(po.amount) FILTER (WHERE po.account = 'refunded'), 0)::bigint AS refunded,"
    " (SELECT coalesce(sum(e.amount), 0) FROM expense e WHERE e.line = l.id)::bigint AS spent"
    " FROM funding_line l JOIN unit u ON u.id = l.owner JOIN fund f ON f.id = l.fund LEFT JOIN posting po ON po.line = l.id"
)


async def standings(project: UUID) -> list[Standing]:
    """Paid, spent and refunded of every consented line: the ledger is the only source of what was paid."""
    return await rows.fetch(
        Standing,
        Q(
            "{} WHERE l.project = {} AND l.state = 'consented' GROUP BY l.id, u.id, f.id ORDER BY u.position, u.code, l.id",
            _STANDING,
            project,
        ),
    )


async def standing(line: UUID) -> Standing:
    return await rows.the(Standing, Q("{} WHERE l.id = {} GROUP BY l.id, u.id, f.id", _STANDING, line))


async def budget(project: UUID) -> list[BudgetStanding]:
    return await rows.fetch(
        BudgetStanding,
        Q(
            "SELECT b.id, b.category, b.item, coalesce(b.agreed, 0) AS agreed,"
            " (SELECT coalesce(sum(e.amount), 0) FROM expense e WHERE e.budget_line = b.id)::bigint AS spent"
            " FROM budget_line b WHERE b.project = {} ORDER BY b.position",
            project,
        ),
    )


async def invoice_holder(invoice: str) -> str:
    """The project that has used an invoice number, or nothing."""
    return str(
        await rows.value(Q("SELECT p.code FROM expense e JOIN project p ON p.id = e.project WHERE e.invoice = {}", invoice)) or ""
    )


async def check_visible(actor: Actor | None, ident: UUID) -> None:
    """For the papers of an expense: whoever may see the project's agreement."""
    if actor is None:
        raise Missing
    seen = visible_project(actor, Action.VIEW_AGREEMENT)
    if (
        await rows.value(Q("SELECT 1 FROM expense e JOIN project p ON p.id = e.project WHERE e.id = {} AND {}", ident, seen))
        is None
    ):
        raise Missing
