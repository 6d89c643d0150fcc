"""Reads of the expert's day: my panels, what I have to score, one sheet. Nobody reads anyone else's here."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.rows import Q
from projects.panels.queries import SITTING
from projects.queries import JUDGED, visible_project
from projects.states import PanelState, SeatState
from talent_pool.profiles import load as loads

_MINE = Q(
    f"CROSS JOIN {JUDGED} JOIN project p ON p.id = j.project AND p.state NOT IN ('withdrawn')"  # noqa: S608 - our own text
    " AND NOT EXISTS (SELECT 1 FROM recusal rc WHERE rc.project = p.id AND rc.person = st.person AND rc.lifted_at IS NULL)"
)
"""What a seat (as st) has to judge."""


class MyPanel(Struct, frozen=True):
    id: UUID
    name: str
    state: PanelState
    call_title: str
    review_on: date
    seat: UUID
    seat_state: SeatState
    projects: int
    done: int


class MySeat(Struct, frozen=True):
    """My seat on a panel and the rules it scores by."""

    panel: UUID
    panel_name: str
    panel_state: PanelState
    call_title: str
    review_on: date
    pack_hash: str
    seat: UUID
    number: int
    state: SeatState
    only: str | None
    signed_at: datetime | None
    reason: str
    name: str


class Item(Struct, frozen=True):
    """One project on my list, with my sheet."""

    project: UUID
    code: str
    title: str
    organisation: str
    points: dict[str, int]
    total: int | None
    comment: str
    complete: bool
    saved_at: datetime | None
    version: int


async def my_panels(actor: Actor) -> list[MyPanel]:
    """Where I sit, the nearest review first, closed ones last."""
    return await rows.fetch(
        MyPanel,
        Q(
            "SELECT pn.id, pn.name, pn.state, c.title AS call_title, pn.review_on, st.id AS seat, st.state AS seat_state,"  # noqa: S608 - our own text
            " count(p.id) AS projects, count(sc.id) FILTER (WHERE sc.complete) AS done"
            " FROM seat st JOIN panel pn ON pn.id = st.panel JOIN call c ON c.id = pn.call"
            f" LEFT JOIN {JUDGED} ON NOT EXISTS"
            "  (SELECT 1 FROM recusal rc WHERE rc.project = j.project AND rc.person = st.person AND rc.lifted_at IS NULL)"
            " LEFT JOIN project p ON p.id = j.project AND p.state <> 'withdrawn'"
            " LEFT JOIN score sc ON sc.seat = st.id AND sc.project = p.id"
            " WHERE st.person = {} AND st.state = ANY({}) GROUP BY pn.id, c.title, st.id"
            " ORDER BY (pn.state = 'closed'), pn.review_on, pn.id",
            actor.person,
            SITTING,
        ),
    )


async def my_seat(actor: Actor, panel: UUID) -> MySeat:
    """My seat, or Missing: also for who declined, recused or was replaced."""
    return await rows.the(
        MySeat,
        Q(
            "SELECT pn.id AS panel, pn.name AS panel_name, pn.state AS panel_state, c.title AS call_title, pn.review_on, pn.pack_hash,"
            " st.id AS seat, st.number, st.state, op.code AS only, st.signed_at, st.reason, pe.name"
            " FROM seat st JOIN panel pn ON pn.id = st.panel JOIN call c ON c.id = pn.call JOIN person pe ON pe.id = st.person"
            " LEFT JOIN project op ON op.id = st.project WHERE pn.id = {} AND st.person = {} AND st.state = ANY({})",
            panel,
            actor.person,
            SITTING,
        ),
    )


async def items(actor: Actor, panel: UUID, *, blind: bool = False) -> list[Item]:
    """What I have to score on this panel, in an order of my own, so that nobody is always first.

    Empty before the promise and after the panel has closed: the condition is that of every page about a project.
    """
    return await rows.fetch(
        Item,
        Q(
            "SELECT p.id AS project, p.code, p.title, CASE WHEN {} THEN '' ELSE u.name END AS organisation,"
            " coalesce(sc.points, jsonb_build_object()) AS points, sc.total, coalesce(sc.comment, '') AS comment,"
            " coalesce(sc.complete, false) AS complete, sc.saved_at, coalesce(sc.version, 0) AS version"
            " FROM seat st {} JOIN unit u ON u.id = p.organisation LEFT JOIN score sc ON sc.seat = st.id AND sc.project = p.id"
            " WHERE st.panel = {} AND st.person = {} AND st.state = ANY({}) AND {}"
            " ORDER BY md5(st.id::text || p.id::text)",
            blind,
            _MINE,
            panel,
            actor.person,
            SITTING,
            visible_project(actor, Action.SCORE_PROJECT),
        ),
    )


def place_of(found: list[Item], code: str) -> int:
    """Where a project stands on my list, or Missing: another panel's project is not on it."""
    for index, item in enumerate(found):
        if item.code == code:
            return index
    raise Missing


class Signed(Struct, frozen=True):
    code: str
    title: str
    total: int
    signed_at: datetime


async def my_signed(actor: Actor, seat: UUID) -> list[Signed]:
    """What I signed last for each project, for the time after closing."""
    return await rows.fetch(
        Signed,
        Q(
            "SELECT DISTINCT ON (p.code) p.code, p.title, s.total, s.signed_at FROM signed_sheet s JOIN seat st ON st.id = s.seat"
            " JOIN project p ON p.id = s.project WHERE s.seat = {} AND st.person = {} AND NOT EXISTS (SELECT 1 FROM recusal rc"
            "  WHERE rc.project = p.id AND rc.person = st.person AND rc.lifted_at IS NULL) ORDER BY p.code, s.signed_at DESC",
            seat,
            actor.person,
        ),
    )


class Limits(Struct, frozen=True):
    """What I said I can take on."""

    max_load: int
    max_year: int


class Task(Struct, frozen=True):
    """What I have in hand in this round and in this year beside my limits."""

    now: int
    year: int
    max_load: int
    max_year: int


async def my_task(actor: Actor, year: int) -> Task | None:
    """None for who is no expert of the pool."""
    limits = await rows.one(Limits, Q("SELECT e.max_load, e.max_year FROM expert e WHERE e.person = {}", actor.person))
    if limits is None:
        return None
    load = (await loads.of([actor.person], year))[actor.person]
    return Task(load.now, load.year, limits.max_load, limits.max_year)


class Past(Struct, frozen=True):
    """A panel on which I sat to the end, or which I left."""

    panel: UUID
    name: str
    call_title: str
    review_on: date
    state: SeatState
    signed: int


async def my_past(actor: Actor, limit: int = 50) -> list[Past]:
    """Latest first. No titles of proposals: they were shown while the panel was open."""
    return await rows.fetch(
        Past,
        Q(
            "SELECT pn.id AS panel, pn.name, c.title AS call_title, pn.review_on, st.state,"
            " (SELECT count(DISTINCT s.project) FROM signed_sheet s WHERE s.seat = st.id) AS signed"
            " FROM seat st JOIN panel pn ON pn.id = st.panel JOIN call c ON c.id = pn.call"
            " WHERE st.person = {} AND st.state <> 'standby' AND (pn.state = 'closed' OR NOT (st.state = ANY({})))"
            " ORDER BY pn.review_on DESC, pn.id LIMIT {}",
            actor.person,
            SITTING,
            limit,
        ),
    )
