"""Reads of units: the organisation's record and papers, departments in their order, who holds a role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from departments.kinds import OrganisationKind
from kernel import clock, files, rows
from kernel.access import Action, Actor, Reach, Role
from kernel.errors import Missing
from kernel.files.life import FileState
from kernel.rows import Q


class UnitRow(Struct, frozen=True):
    id: UUID
    kind: str
    code: str
    name: str
    confirmed: bool


class Record(Struct, frozen=True):
    """An organisation with its unit. Fields of the record are empty until somebody fills them in."""

    unit: UUID
    code: str
    name: str
    kind: OrganisationKind
    registered_on: date | None
    legal_person: str
    supervisor: str
    county: str
    address: str
    scope: str
    profile: str
    staff: int
    social_workers: int
    inspection: str
    grade: str
    abnormal_on: date | None
    dishonest_on: date | None
    violation_on: date | None
    banned_until: date | None
    confirmed_at: datetime | None
    fictional: bool
    version: int


class Paper(Struct, frozen=True):
    id: UUID
    code: str
    dated_on: date
    file: UUID
    name: str
    size: int
    state: FileState

    @property
    def url(self) -> str:
        return f"/files/{self.file}"


# A unit that the administrators have just opened has no record yet: it reads as an empty, unconfirmed one of version 0.
RECORD = Q(
    "SELECT u.id AS unit, u.code, u.name, coalesce(o.kind, 'service-agency') AS kind, o.registered_on,"
    " coalesce(o.legal_person, '') AS legal_person, coalesce(o.supervisor, '') AS supervisor, coalesce(o.county, '') AS county,"
    " coalesce(o.address, '') AS address, coalesce(o.scope, '') AS scope, coalesce(o.profile, '') AS profile,"
    " coalesce(o.staff, 0) AS staff, coalesce(o.social_workers, 0) AS social_workers, coalesce(o.inspection, '') AS inspection,"
    " coalesce(o.grade, '') AS grade, o.abnormal_on, o.dishonest_on, o.violation_on, o.banned_until, o.confirmed_at,"
    " coalesce(o.fictional, false) AS fictional, coalesce(o.version, 0) AS version"
    " FROM unit u LEFT JOIN organisation o ON o.unit = u.id"
)


async def record(unit: UUID) -> Record:
    """The record of an organisation, or Missing."""
    return await rows.the(Record, Q("{} WHERE u.kind = 'organisation' AND u.id = {}", RECORD, unit))


async def mine(actor: Actor, action: Action) -> list[Record]:
    """The organisations this person acts for, in the order of their names."""
    units = actor.units(action, Reach.OWN)
    return await rows.fetch(
        Record, Q("{} WHERE u.kind = 'organisation' AND u.id = ANY({}::uuid[]) ORDER BY u.sort_key, u.name", RECORD, list(units))
    )


def listed(only_waiting: bool, q: str = "", limit: int = 100) -> rows.Many[Record]:
    """For the host department: those that wait for confirmation, or all, by name, code or pinyin."""
    return rows.Many(
        Record,
        Q(
            "{} WHERE u.kind = 'organisation' AND ({} = false OR o.confirmed_at IS NULL)"
            " AND ({} = '' OR strpos(u.name, {}) > 0 OR strpos(u.code, upper({})) > 0 OR strpos(u.sort_key, lower({})) > 0)"
            " ORDER BY u.sort_key, u.name LIMIT {}",
            RECORD,
            only_waiting,
            q,
            q,
            q,
            q,
            limit,
        ),
    )


async def own(actor: Actor, action: Action, ident: str) -> Record:
    """One of mine: the named one, or the first; Missing when it is none of mine."""
    found = await mine(actor, action)
    chosen = [r for r in found if str(r.unit) == ident] if ident else found
    if not chosen:
        raise Missing
    return chosen[0]


async def papers(unit: UUID) -> list[Paper]:
    """The dated papers of the record, the newest of each code first."""
    return await rows.fetch(
        Paper,
        Q(
            "SELECT d.id, d.code, d.dated_on, d.file, f.name, f.size, f.state FROM organisation_document d JOIN file f ON f.id = d.file"
            " WHERE d.unit = {} AND d.removed_at IS NULL ORDER BY d.code, d.dated_on DESC, d.added_at DESC, d.id DESC",
            unit,
        ),
    )


async def find_unit(kind: str, code: str) -> UnitRow:
    """A department, organisation, county or station by its public code, or Missing."""
    return await rows.the(
        UnitRow, Q("SELECT id, kind, code, name, confirmed FROM unit WHERE kind = {} AND code = {}", kind, code)
    )


async def departments() -> list[UnitRow]:
    """In the order of establishment, in which departments are always listed."""
    return await rows.fetch(
        UnitRow, Q("SELECT id, kind, code, name, confirmed FROM unit WHERE kind = 'department' ORDER BY position, code")
    )


async def units_by_code(kind: str, codes: list[str]) -> dict[str, UUID]:
    found = await rows.fetch(
        UnitRow, Q("SELECT id, kind, code, name, confirmed FROM unit WHERE kind = {} AND code = ANY({}::text[])", kind, codes)
    )
    return {unit.code: unit.id for unit in found}


async def holders(role: Role, units: list[UUID] | None = None) -> list[UUID]:
    """Who holds a role today, in some units or anywhere."""
    return await rows.column(
        Q(
            "SELECT DISTINCT person FROM membership WHERE role = {} AND ({}::uuid[] IS NULL OR unit = ANY({}::uuid[]))"
            " AND starts_on <= {} AND (ends_on IS NULL OR ends_on >= {})",
            role,
            units,
            units,
            clock.today(),
            clock.today(),
        )
    )


Reader = Callable[[Actor, UUID], Awaitable[bool]]
READERS: list[Reader] = []
"""Further reasons to see an organisation's papers. A package to the left adds its own: a project that rests on them."""


@files.owner("organisation")
async def check_may_see_papers(actor: Actor | None, unit: UUID) -> None:
    """The organisation's own people, those with city reach, and whoever READERS name."""
    if actor is not None:
        if unit in actor.units(Action.VIEW_ORGANISATION) or actor.reach(Action.VIEW_ORGANISATION) is Reach.CITY:
            return
        for may_read in READERS:
            if await may_read(actor, unit):
                return
    raise Missing
