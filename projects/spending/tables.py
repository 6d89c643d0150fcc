"""Expenses and refunds of a funding line. Both are only ever added; a voucher may come later."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Date, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from projects.deciding.tables import FundingLine
from projects.tables import BudgetLine, Project


class Expense(Table):
    """支出, entered by the team: monthly totals or single bills. An invoice number is used once in all projects."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    line = ForeignKey(FundingLine, null=False, index=True, on_delete=OnDelete.restrict)
    budget_line = ForeignKey(BudgetLine, null=False, index=True, on_delete=OnDelete.restrict)
    amount = BigInt()
    spent_on = Date()
    note = Varchar(length=200)
    voucher = Varchar(length=60, default="")
    invoice = Varchar(length=40, null=True, default=None, unique=True)
    entered_by = UUID()
    entered_at = Timestamptz()

    expense_positive = Check("amount > 0")


class Refund(Table):
    """结余缴回: a line's own balance, returned by its own channel, registered by the department whose money it is."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    line = ForeignKey(FundingLine, null=False, index=True, on_delete=OnDelete.restrict)
    amount = BigInt()
    refunded_on = Date()
    voucher = Varchar(length=60)
    registered_by = UUID()
    registered_at = Timestamptz()

    refund_positive = Check("amount > 0 AND voucher <> ''")
    refund_once = Unique(["line", "voucher"])
