"""Reads of calls: the public list and page, the officers' list, the rules in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from departments import catalogue
from departments.city import KeyArea
from kernel import clock, files, rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.calls import rulepack
from projects.calls.rulepack import RulePack
from projects.calls.rules import Schedule
from projects.states import CallState

KEPT = 64
MOST = 1000
"""How far the list counts the proposals of a call; more is 1000+."""
_packs: dict[str, RulePack] = {}


class CallRow(Struct, frozen=True):
    id: UUID
    code: str
    year: int
    title: str
    summary: str
    state: CallState
    host: UUID
    host_name: str
    areas: list[str]
    pack_hash: str
    pack_version: int
    opens_on: date
    fill_until: date
    endorse_until: date
    budget: Fen
    contact: str
    supervision: str
    number: str
    drafted_by: UUID
    drafter: str
    published_at: datetime | None
    version: int

    @property
    def schedule(self) -> Schedule:
        published = clock.today() if self.published_at is None else self.published_at.astimezone(clock.SHANGHAI).date()
        return Schedule(min(published, self.opens_on), self.opens_on, self.fill_until, self.endorse_until)

    @property
    def is_open(self) -> bool:
        """Whether applications may be begun and filled in now."""
        return self.state is CallState.PUBLISHED and self.opens_on <= clock.today() <= self.fill_until

    @property
    def key_areas(self) -> list[KeyArea]:
        """In the order of the catalogue; a code the catalogue no longer knows is left out."""
        return [area for area in catalogue.load().areas if area.code in self.areas]


class Listed(Struct, frozen=True):
    """A line of the officers' list."""

    code: str
    title: str
    state: CallState
    year: int
    opens_on: date
    fill_until: date
    endorse_until: date
    budget: Fen
    drafts: int
    submitted: int


class Version(Struct, frozen=True):
    number: int
    pack_hash: str
    differences: list[dict[str, Any]]
    reason: str
    published_at: datetime


COLUMNS = Q(
    "c.id, c.code, c.year, c.title, c.summary, c.state, c.host, h.name AS host_name, c.areas, c.pack_hash, c.pack_version,"
    " c.opens_on, c.fill_until, c.endorse_until, c.budget, c.contact, c.supervision, c.number, c.drafted_by,"
    " d.name AS drafter, c.published_at, c.version"
)
FROM = Q("FROM call c JOIN unit h ON h.id = c.host JOIN person d ON d.id = c.drafted_by")


async def call(code: str) -> CallRow:
    """For officers: in any state, or Missing."""
    return await rows.the(CallRow, Q("SELECT {} {} WHERE c.code = {} AND c.batch IS NULL", COLUMNS, FROM, code))


async def by_id(ident: UUID) -> CallRow:
    return await rows.the(CallRow, Q("SELECT {} {} WHERE c.id = {}", COLUMNS, FROM, ident))


async def public_call(code: str) -> CallRow:
    """For everybody: only what has been published."""
    found = await call(code)
    if found.state not in {CallState.PUBLISHED, CallState.CLOSED}:
        raise Missing
    return found


async def public_calls(limit: int = 50) -> list[CallRow]:
    """Open ones first, the latest deadline on top of the rest."""
    return await rows.fetch(
        CallRow,
        Q(
            "SELECT {} {} WHERE c.state IN ('published', 'closed') AND c.batch IS NULL"
            " ORDER BY (c.state = 'published' AND c.fill_until >= {}) DESC, c.opens_on DESC, c.code DESC LIMIT {}",
            COLUMNS,
            FROM,
            clock.today(),
            limit,
        ),
    )


async def open_calls(limit: int = 10) -> list[CallRow]:
    """What can be applied for today, the nearest deadline first."""
    return await rows.fetch(
        CallRow,
        Q(
            "SELECT {} {} WHERE c.state = 'published' AND c.opens_on <= {} AND c.fill_until >= {} ORDER BY c.fill_until, c.code LIMIT {}",
            COLUMNS,
            FROM,
            clock.today(),
            clock.today(),
            limit,
        ),
    )


def listed(limit: int = 50, most: int | None = MOST + 1) -> rows.Many[Listed]:
    """The officers' list, newest first, with how many drafts and formal submissions each has, counted to `most`."""
    return rows.Many(
        Listed,
        Q(
            "SELECT c.code, c.title, c.state, c.year, c.opens_on, c.fill_until, c.endorse_until, c.budget,"
            " (SELECT count(*) FROM (SELECT 1 FROM project p WHERE p.call = c.id AND p.code IS NULL"
            " AND p.state IN ('draft', 'endorsing') LIMIT {}) d)::int AS drafts,"
            " (SELECT count(*) FROM (SELECT 1 FROM project p WHERE p.call = c.id AND p.code IS NOT NULL LIMIT {}) s)::int AS submitted"
            " FROM call c WHERE c.batch IS NULL ORDER BY c.created_at DESC, c.code DESC LIMIT {}",
            most,
            most,
            limit,
        ),
    )


async def pack(pack_hash: str) -> RulePack:
    """The rules with this hash, from memory when this process has read them before: a published pack never changes."""
    found = _packs.get(pack_hash)
    if found is None:
        text = await rows.value(
            Q(
                "SELECT pack FROM call WHERE pack_hash = {} UNION ALL SELECT pack FROM call_version WHERE pack_hash = {} LIMIT 1",
                pack_hash,
                pack_hash,
            )
        )
        if text is None:
            raise Missing
        found = rulepack.from_json(text)
        if len(_packs) >= KEPT:
            _packs.clear()
        _packs[pack_hash] = found
    return found


async def pack_of(call_id: UUID) -> RulePack:
    """The rules in force for a call."""
    found = await rows.value(Q("SELECT pack_hash FROM call WHERE id = {}", call_id))
    if found is None:
        raise Missing
    return await pack(found)


async def versions(call_id: UUID) -> list[Version]:
    """What was published, latest first."""
    return await rows.fetch(
        Version,
        Q(
            "SELECT number, pack_hash, differences, reason, published_at FROM call_version WHERE call = {} ORDER BY number DESC",
            call_id,
        ),
    )


async def drafters(call_id: UUID) -> list[UUID]:
    """Everybody who has a proposal of this call in hand: told of corrections and extensions."""
    return await rows.column(
        Q(
            "SELECT DISTINCT pm.person FROM project p JOIN project_member pm ON pm.project = p.id"
            " WHERE p.call = {} AND p.state IN ('draft', 'endorsing', 'returned')",
            call_id,
        )
    )


@files.owner("call")
async def check_may_see_papers(actor: Actor | None, call_id: UUID) -> None:
    """The scan of an approval is for officers."""
    if actor is None or not actor.may(Action.VIEW_CALL):
        raise Missing
    await by_id(call_id)
