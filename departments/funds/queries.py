"""Reads of funds. Every balance is a sum of postings."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct

from departments.city import FundTerms
from departments.funds.rules import Account
from departments.kinds import BudgetType, Purpose, SupportMode
from kernel import rows
from kernel.access import Action, Actor, Reach
from kernel.money import ZERO, Fen
from kernel.rows import Q


class FundRow(Struct, frozen=True):
    id: UUID
    code: str
    owner: UUID
    owner_name: str
    year: int
    name: str
    budget_type: BudgetType
    index_number: str
    subject: str
    total: Fen
    work_expense: Fen
    modes: list[SupportMode]
    purposes: list[Purpose]
    forbidden: list[str]
    management_cap: int
    labour_floor: int
    project_cap: Fen
    lottery: bool
    confirmed: bool
    version: int
    available: Fen
    intended: Fen
    claimed: Fen
    decided: Fen
    signed: Fen
    due: Fen
    paid: Fen
    spent: Fen
    refunded: Fen

    @property
    def terms(self) -> FundTerms:
        """As the rules know it."""
        return FundTerms(
            modes=tuple(self.modes),
            purposes=tuple(self.purposes),
            forbidden=tuple(self.forbidden),
            management_cap=self.management_cap,
            labour_floor=self.labour_floor,
            project_cap=self.project_cap,
            lottery=self.lottery,
        )


class FundLineRow(Struct, frozen=True):
    """One funding line as the ledger knows it."""

    line: UUID
    project: UUID
    code: str
    title: str
    intended: Fen
    claimed: Fen
    decided: Fen
    signed: Fen
    due: Fen
    paid: Fen
    spent: Fen
    refunded: Fen


_LATER = (
    Account.INTENDED,
    Account.CLAIMED,
    Account.DECIDED,
    Account.SIGNED,
    Account.DUE,
    Account.PAID,
    Account.SPENT,
    Account.REFUNDED,
)


def _sums(accounts: tuple[Account, ...]) -> Q:
    """One column an account."""
    return Q(", ".join(f"coalesce(sum(po.amount) FILTER (WHERE po.account = '{a}'), 0)::bigint AS {a}" for a in accounts))


_FUND = Q(
    "SELECT f.id, f.code, f.owner, u.name AS owner_name, f.year, f.name, f.budget_type, f.index_number,"
    " f.subject, f.total, f.work_expense, f.modes, f.purposes, f.forbidden, f.management_cap, f.labour_floor, f.project_cap,"
    " f.lottery, f.confirmed, f.version, {}"
    " FROM fund f JOIN unit u ON u.id = f.owner LEFT JOIN posting po ON po.fund = f.id",
    _sums((Account.AVAILABLE, *_LATER)),
)


def visible_fund(actor: Actor, action: Action) -> Q:
    """The condition on fund (as f) that `action` reaches it: the whole city, or the units that own the money."""
    if actor.reach(action) is Reach.CITY:
        return Q("true")
    return Q("f.owner = ANY({})", list(actor.units(action)))


async def funds(actor: Actor, year: int | None = None) -> list[FundRow]:
    """In the order of establishment of the owners, never by size."""
    return await rows.fetch(
        FundRow,
        Q(
            "{} WHERE {} AND ({}::int IS NULL OR f.year = {}) GROUP BY f.id, u.id ORDER BY f.year DESC, u.position, u.code, f.code",
            _FUND,
            visible_fund(actor, Action.VIEW_FUNDS),
            year,
            year,
        ),
    )


async def every_fund() -> list[FundRow]:
    """All of them, for verbs that choose among them."""
    return await rows.fetch(FundRow, Q("{} GROUP BY f.id, u.id ORDER BY u.position, u.code, f.code", _FUND))


async def fund(actor: Actor, action: Action, code: str) -> FundRow:
    return await rows.the(FundRow, Q("{} WHERE f.code = {} AND {} GROUP BY f.id, u.id", _FUND, code, visible_fund(actor, action)))


async def by_id(ident: UUID) -> FundRow:
    """Balances included. Whoever spends on them has locked the fund before asking."""
    return await rows.the(FundRow, Q("{} WHERE f.id = {} GROUP BY f.id, u.id", _FUND, ident))


async def lines(fund_id: UUID, limit: int = 200) -> list[FundLineRow]:
    """What each funding line holds, latest first. Lines that ended with nothing are left out."""
    return await rows.fetch(
        FundLineRow,
        Q(
            "SELECT e.line, e.project, max(e.code) AS code, max(e.title) AS title, {}"
            " FROM entry e JOIN posting po ON po.entry = e.id WHERE e.fund = {} AND e.line IS NOT NULL"
            " GROUP BY e.line, e.project HAVING sum(po.amount) FILTER (WHERE po.account <> 'available') > 0"
            " ORDER BY max(e.at) DESC LIMIT {}",
            _sums(_LATER),
            fund_id,
            limit,
        ),
    )


async def held(fund_id: UUID, line: UUID | None) -> dict[Account, Fen]:
    """The balances an event is measured against: AVAILABLE is the fund's, all others are the line's own."""
    found = await rows.value(
        Q("SELECT coalesce(sum(amount), 0)::bigint FROM posting WHERE fund = {} AND account = 'available'", fund_id)
    )
    own = await balances(line) if line is not None else dict.fromkeys(Account, ZERO)
    return {**own, Account.AVAILABLE: Fen(found)}


class Balance(Struct, frozen=True):
    """What stands on one account."""

    account: Account
    amount: Fen


async def balances(line: UUID) -> dict[Account, Fen]:
    """What one line holds on every account."""
    found = await rows.fetch(
        Balance, Q("SELECT account, sum(amount)::bigint AS amount FROM posting WHERE line = {} GROUP BY account", line)
    )
    return {**dict.fromkeys(Account, ZERO), **{row.account: row.amount for row in found}}


class _LineBalance(Struct, frozen=True):
    line: UUID
    account: Account
    amount: Fen


async def balances_of(lines: Collection[UUID]) -> dict[UUID, dict[Account, Fen]]:
    """What each of many lines holds on every account."""
    found = await rows.fetch(
        _LineBalance,
        Q(
            "SELECT line, account, sum(amount)::bigint AS amount FROM posting WHERE line = ANY({}::uuid[]) GROUP BY line, account",
            list(lines),
        ),
    )
    sums = {line: dict.fromkeys(Account, ZERO) for line in lines}
    for row in found:
        sums[row.line][row.account] = row.amount
    return sums
