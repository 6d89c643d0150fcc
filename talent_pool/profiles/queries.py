"""Reads of the expert pool: the list, one profile, and the whole roster as a draw needs it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor, Reach
from kernel.rows import Q
from talent_pool.profiles.rules import Category, Entry, FeeClass, TieKind

PAGE = 50


class Line(Struct, frozen=True):
    id: UUID
    name: str
    employer: str
    title: str
    category: Category
    areas: list[str]
    finance: bool
    community: bool
    host_staff: bool
    max_load: int
    active: bool


class Profile(Struct, frozen=True):
    id: UUID
    person: UUID
    name: str
    employer: str
    title: str
    category: Category
    areas: list[str]
    speciality: str
    county: str
    finance: bool
    community: bool
    host_staff: bool
    civil_servant: bool
    fee_approved: bool
    fee_class: FeeClass
    max_load: int
    active: bool
    fictional: bool
    version: int


class TieLine(Struct, frozen=True):
    kind: TieKind
    unit: str
    other_name: str
    since: date | None
    until: date | None
    note: str


class Sought(Struct, frozen=True):
    """What the list is narrowed by."""

    text: str = ""
    area: str = ""
    category: str = ""

    @property
    def active(self) -> int:
        return sum(bool(value) for value in (self.text, self.area, self.category))


def visible_expert(actor: Actor, action: Action) -> Q:
    """The condition on expert (as e): the pool is the host's alone; a secretary meets experts on the panel, not here."""
    return Q("true") if actor.reach(action) is Reach.CITY else Q("false")


def _where(actor: Actor, sought: Sought) -> Q:
    parts = [visible_expert(actor, Action.VIEW_EXPERTS)]
    if sought.text:
        like = "%" + sought.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        parts.append(
            Q(
                "(pe.name LIKE {} OR e.initials LIKE {} OR e.employer_name LIKE {} OR u.name LIKE {} OR e.speciality LIKE {})",
                like,
                like.lower()[1:],
                like,
                like,
                like,
            )
        )
    if sought.area:
        parts.append(Q("e.areas @> to_jsonb({}::text)", sought.area))
    if sought.category:
        parts.append(Q("e.category = {}", sought.category))
    return Q(" AND ".join("{}" for _ in parts), *parts)


_FROM = Q("FROM expert e JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer")


async def experts(actor: Actor, sought: Sought, page: int = 1) -> list[Line]:
    """One page in dictionary order of the names."""
    return await rows.fetch(
        Line,
        Q(
            "SELECT e.id, pe.name, coalesce(u.name, e.employer_name) AS employer, e.title, e.category, e.areas, e.finance,"
            " e.community, e.host_staff, e.max_load, e.active {} WHERE {} ORDER BY pe.sort_key, e.id LIMIT {} OFFSET {}",
            _FROM,
            _where(actor, sought),
            PAGE,
            (page - 1) * PAGE,
        ),
    )


async def count(actor: Actor, sought: Sought) -> int:
    return await rows.bounded_count(Q("SELECT 1 {} WHERE {}", _FROM, _where(actor, sought)))


async def profile(actor: Actor, expert: UUID) -> Profile:
    return await rows.the(
        Profile,
        Q(
            "SELECT e.id, e.person, pe.name, coalesce(u.name, e.employer_name) AS employer, e.title, e.category, e.areas,"
            " e.speciality, e.county, e.finance, e.community, e.host_staff, e.civil_servant, e.fee_approved, e.fee_class,"
            " e.max_load, e.active, e.fictional, e.version {} WHERE e.id = {} AND {}",
            _FROM,
            expert,
            visible_expert(actor, Action.VIEW_EXPERTS),
        ),
    )


async def ties(expert: UUID) -> list[TieLine]:
    return await rows.fetch(
        TieLine,
        Q(
            "SELECT t.kind, coalesce(u.name, t.unit_name) AS unit, t.other_name, t.since, t.until, t.note FROM expert_tie t"
            " LEFT JOIN unit u ON u.id = t.unit WHERE t.expert = {} ORDER BY t.added_at, t.id",
            expert,
        ),
    )


async def roster(only: list[UUID] | None = None) -> list[Entry]:
    """Everybody in the pool (or just these persons), whole: for conflicts and the draw."""
    chosen = Q("true") if only is None else Q("e.person = ANY({}::uuid[])", only)
    return await rows.fetch(
        Entry,
        Q(
            "SELECT e.id AS expert, e.person, pe.name, e.employer, coalesce(u.name, e.employer_name) AS employer_name, e.areas,"
            " e.finance, e.community, e.host_staff, e.max_load, e.active,"
            " (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'unit', t.unit, 'unit_name',"
            "   coalesce(tu.name, t.unit_name), 'other_name', t.other_name, 'until', t.until)), '[]')"
            "  FROM expert_tie t LEFT JOIN unit tu ON tu.id = t.unit WHERE t.expert = e.id) AS ties,"
            " (SELECT coalesce(jsonb_agg(jsonb_build_object('unit', m.unit, 'until', m.ends_on)), '[]') FROM membership m"
            "  WHERE m.person = e.person AND m.unit IS NOT NULL AND m.role <> 'expert') AS posts"
            " {} WHERE {} ORDER BY e.id",
            _FROM,
            chosen,
        ),
    )
