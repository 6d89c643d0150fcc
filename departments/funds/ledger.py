"""Reading the 资金台账: entries looked for, their sums, and all of them for the sheet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from departments.funds.queries import Balance, visible_fund
from departments.funds.rules import FLOWS, Account, Event
from kernel import rows
from kernel.access import Action, Actor
from kernel.clock import end_of
from kernel.money import ZERO, Fen
from kernel.rows import Q

PAGE = 50


class EntryRow(Struct, frozen=True):
    id: UUID
    at: datetime
    event: Event
    fund_code: str
    fund_name: str
    owner_name: str
    code: str
    title: str
    amount: Fen
    memo: str
    by_name: str

    @property
    def taken_from(self) -> Account:
        return FLOWS[self.event][0]

    @property
    def given_to(self) -> Account:
        return FLOWS[self.event][1]


class Filter(Struct, frozen=True):
    """What a ledger page looks for; empty asks nothing."""

    fund: str = ""
    project: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def active(self) -> int:
        return sum(bool(getattr(self, name)) for name in self.__struct_fields__)


def _entries(actor: Actor, wanted: Filter) -> Q:
    """Condition on entry (as e) of a ledger page."""
    until = end_of(wanted.until) if wanted.until else None
    since = end_of(wanted.since - timedelta(days=1)) if wanted.since else None
    return Q(
        "{} AND ({} = '' OR f.code = {}) AND ({} = '' OR e.code = {}) AND ({} = '' OR e.event = {})"
        " AND ({}::timestamptz IS NULL OR e.at >= {}) AND ({}::timestamptz IS NULL OR e.at < {})",
        visible_fund(actor, Action.VIEW_LEDGER),
        wanted.fund,
        wanted.fund,
        wanted.project,
        wanted.project,
        wanted.event,
        wanted.event,
        since,
        since,
        until,
        until,
    )


def entries(actor: Actor, wanted: Filter, page: int = 1, size: int = PAGE) -> rows.Many[EntryRow]:
    """Entries, latest first."""
    return rows.Many(
        EntryRow,
        Q(
            "SELECT e.id, e.at, e.event, f.code AS fund_code, f.name AS fund_name, u.name AS owner_name, e.code, e.title,"
            " (SELECT max(po.amount) FROM posting po WHERE po.entry = e.id) AS amount, e.memo, coalesce(pe.name, '') AS by_name"
            " FROM entry e JOIN fund f ON f.id = e.fund JOIN unit u ON u.id = f.owner LEFT JOIN person pe ON pe.id = e.by"
            " WHERE {} ORDER BY e.at DESC, e.id DESC LIMIT {} OFFSET {}",
            _entries(actor, wanted),
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, wanted: Filter) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM entry e JOIN fund f ON f.id = e.fund WHERE {}", _entries(actor, wanted)))


async def sums(actor: Actor, wanted: Filter) -> dict[Account, Fen]:
    """What the entries looked for leave on every account, to the fen."""
    found = await rows.fetch(
        Balance,
        Q(
            "SELECT po.account, sum(po.amount)::bigint AS amount FROM entry e JOIN fund f ON f.id = e.fund"
            " JOIN posting po ON po.entry = e.id WHERE {} GROUP BY po.account",
            _entries(actor, wanted),
        ),
    )
    return {**dict.fromkeys(Account, ZERO), **{row.account: row.amount for row in found}}
