"""Lists of consultations: what waits for the office, what a project or a unit has asked, in whose name one may ask."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from uuid import UUID

from msgspec import Struct

from departments import catalogue
from kernel import rows
from kernel.access import Action, Actor
from kernel.rows import Q
from kernel.sql import literal
from talent_pool.consultations.kinds import Urgency
from talent_pool.consultations.reach import visible_consultation
from talent_pool.life import ConsultationState

PAGE = 50


class Line(Struct, frozen=True):
    """One consultation in a list."""

    id: UUID
    code: str
    state: ConsultationState
    topic: str
    area: str
    county: str
    urgency: Urgency
    unit_name: str
    project_code: str
    asked_at: datetime
    due: date
    meets_at: datetime | None

    @property
    def area_name(self) -> str:
        return _areas().get(self.area, self.area)

    @property
    def county_name(self) -> str:
        return _counties().get(self.county, "")


@cache
def _areas() -> dict[str, str]:
    return {area.code: area.name for area in catalogue.load().areas}


@cache
def _counties() -> dict[str, str]:
    return {county.code: county.name for county in catalogue.counties()}


class Sought(Struct, frozen=True):
    """What the list is narrowed by."""

    text: str = ""
    state: str = ""
    area: str = ""

    @property
    def active(self) -> int:
        return sum(bool(value) for value in (self.text, self.state, self.area))


def _where(actor: Actor, action: Action, sought: Sought) -> Q:
    parts = [visible_consultation(actor, action)]
    if sought.text:
        like = "%" + literal(sought.text) + "%"
        parts.append(
            Q("(c.topic LIKE {} OR c.code LIKE {} OR u.name LIKE {} OR c.project_title LIKE {})", like, like, like, like)
        )
    if sought.state:
        parts.append(Q("c.state = {}", sought.state))
    if sought.area:
        parts.append(Q("c.area = {}", sought.area))
    return Q(" AND ".join("{}" for _ in parts), *parts)


_LINE = Q(
    "SELECT c.id, c.code, c.state, c.topic, c.area, c.county, c.urgency, u.name AS unit_name, c.project_code, c.asked_at, c.due,"
    " c.meets_at FROM consultation c JOIN unit u ON u.id = c.asking_unit"
)


def listed(actor: Actor, action: Action, sought: Sought, page: int = 1, size: int = PAGE) -> rows.Many[Line]:
    """One page: what waits for the office first, then the latest."""
    return rows.Many(
        Line,
        Q(
            "{} WHERE {} ORDER BY c.state IN ('asked', 'inviting') DESC, c.asked_at DESC, c.id DESC LIMIT {} OFFSET {}",
            _LINE,
            _where(actor, action, sought),
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, action: Action, sought: Sought) -> int:
    found = Q("SELECT 1 FROM consultation c JOIN unit u ON u.id = c.asking_unit WHERE {}", _where(actor, action, sought))
    return await rows.bounded_count(found)


async def of_project(actor: Actor, action: Action, project: UUID) -> list[Line]:
    """What was asked for a project, as far as `action` reaches."""
    seen = visible_consultation(actor, action)
    return await rows.fetch(Line, Q("{} WHERE c.project = {} AND {} ORDER BY c.asked_at DESC, c.id DESC", _LINE, project, seen))


class Speaking(Struct, frozen=True):
    """A department or station in whose name somebody may ask."""

    id: UUID
    name: str


async def speaks_for(actor: Actor) -> list[Speaking]:
    """Organisations ask from their projects, so they are not among these."""
    units = list(actor.units(Action.ASK_CONSULTATION))
    if not units:
        return []
    return await rows.fetch(
        Speaking,
        Q("SELECT id, name FROM unit WHERE id = ANY({}::uuid[]) AND kind <> 'organisation' ORDER BY position, name", units),
    )
