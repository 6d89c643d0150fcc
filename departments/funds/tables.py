"""Funds and the ledger. Balances are never stored: they are sums of postings, and schema.sql keeps the sums honest."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from departments.funds.rules import Account, Event
from departments.kinds import BudgetType
from kernel import rows
from kernel.accounts.tables import Person, Unit
from kernel.sql import one_of


class Fund(Table):
    """资金来源: one department's money of one year. `total` always equals what BUDGET owes (schema.sql)."""

    id = UUID(primary_key=True, default=rows.new_id)
    code = Varchar(length=40, unique=True)
    owner = ForeignKey(Unit, null=False, index=True, on_delete=OnDelete.restrict)
    year = Integer()
    name = Varchar(length=120)
    budget_type = Varchar(length=20)
    index_number = Varchar(length=80, default="")
    subject = Varchar(length=120, default="")
    total = BigInt()
    work_expense = BigInt(default=0)
    modes = JSONB()
    purposes = JSONB()
    forbidden = JSONB()
    management_cap = Integer(default=100)
    labour_floor = Integer(default=0)
    project_cap = BigInt()
    lottery = Boolean(default=False)
    confirmed = Boolean(default=False)
    version = Integer(default=1)

    fund_known_budget_type = Check(one_of("budget_type", tuple(BudgetType)))
    fund_amounts = Check("total >= 0 AND work_expense >= 0 AND project_cap > 0")
    fund_percents = Check("management_cap BETWEEN 0 AND 100 AND labour_floor BETWEEN 0 AND 100")
    fund_lottery_names_purposes = Check("NOT lottery OR jsonb_array_length(purposes) > 0")


class Entry(Table):
    """One event of the 资金台账（备查）. `source` and `leg` name what caused it, so that it can only be posted once.

    `code` and `title` say what it is about in words of its time: the ledger reads without asking any other package.
    """

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    event = Varchar(length=20)
    source = Varchar(length=120)
    leg = Integer(default=0)
    fund = ForeignKey(Fund, null=False, index=True, on_delete=OnDelete.restrict)
    project = UUID(null=True, default=None, index=True)
    line = UUID(null=True, default=None)
    instalment = UUID(null=True, default=None)
    code = Varchar(length=40, default="")
    title = Varchar(length=120, default="")
    memo = Varchar(length=300, default="")
    at = Timestamptz(index=True)
    by = ForeignKey(Person, null=True, default=None, index=False, on_delete=OnDelete.restrict)

    entry_known_event = Check(one_of("event", tuple(Event)))
    entry_once = Unique(["source", "leg"])


class Posting(Table):
    """One side of an entry: what `account` gains (or loses, negative)."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    entry = ForeignKey(Entry, null=False, index=True, on_delete=OnDelete.restrict)
    fund = ForeignKey(Fund, null=False, index=False, on_delete=OnDelete.restrict)
    line = UUID(null=True, default=None)
    account = Varchar(length=12)
    amount = BigInt()

    posting_known_account = Check(one_of("account", tuple(Account)))
    posting_not_nothing = Check("amount <> 0")
