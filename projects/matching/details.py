"""Reads of what explains a run: one project with its pairs, what was kept for questions, the record and the log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Actor
from kernel.rows import Q
from kernel.sql import literal
from projects.matching.puzzle import Frame
from projects.matching.rules import Parameters
from projects.matching.why import Asked, Record
from projects.queries import not_recused


class Term(Struct, frozen=True):
    term: str
    share: int
    """Percent of the similarity."""


class Work(Struct, frozen=True):
    text: str
    near: float


class Reasons(Struct, frozen=True):
    """Empty until they are written, a moment after the answer."""

    terms: list[Term] = []
    work: Work | None = None
    fields: list[str] = []


class PairLine(Struct, frozen=True):
    """An expert of one project with everything that explains the pair."""

    expert: UUID
    name: str
    employer: str
    place: int
    kind: str
    standby: int
    affinity: int
    rank: int
    eligible: int
    locked: bool
    load_before: int
    load_after: int
    max_load: int
    reasons: Reasons


async def pairs(run: UUID, project: UUID) -> list[PairLine]:
    """Place by place: who is seated, then who stands by. The caller has asked `visible_run`."""
    return await rows.fetch(
        PairLine,
        Q(
            "SELECT m.expert, pe.name, coalesce(u.name, e.employer_name) AS employer, m.place, m.kind, m.standby, m.affinity, m.rank,"
            " m.eligible, m.locked, m.load_before, m.load_after, e.max_load, coalesce(mr.reasons, jsonb_build_object()) AS reasons"
            " FROM match_pair m JOIN expert e ON e.id = m.expert JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer"
            " LEFT JOIN match_reason mr ON mr.run = m.run AND mr.project = m.project AND mr.expert = m.expert"
            " WHERE m.run = {} AND m.project = {} ORDER BY m.place, m.standby",
            run,
            project,
        ),
    )


class Head(Struct, frozen=True):
    """The project of a detail page."""

    id: UUID
    code: str
    title: str
    organisation: str
    area: str
    seats: int


async def project(actor: Actor, run: UUID, code: str) -> Head:
    """One project of a run the caller has shown, or Missing when it is hidden from this person."""
    return await rows.the(
        Head,
        Q(
            "SELECT p.id, p.code, p.title, u.name AS organisation, p.area, mp.seats FROM match_project mp"
            " JOIN project p ON p.id = mp.project JOIN unit u ON u.id = p.organisation WHERE mp.run = {} AND p.code = {} AND {}",
            run,
            code,
            not_recused(actor),
        ),
    )


async def record(run: UUID, project: UUID) -> Record | None:
    """What the run kept, for questions about one project."""
    return await rows.one(
        Record,
        Q(
            "SELECT mp.place, (SELECT count(*) FROM match_project o WHERE o.run = mp.run) AS count, k.experts, k.loads, k.kinds,"
            " k.masked, k.groups, coalesce(k.floors->mp.place, jsonb_build_array()) AS floors, k.affinity"
            " FROM match_project mp JOIN match_record k ON k.run = mp.run WHERE mp.run = {} AND mp.project = {}",
            run,
            project,
        ),
    )


class Line(Struct, frozen=True):
    """A project of the whole run, in its place."""

    project: UUID
    seats: int
    locked: list[UUID]


async def frame(run: UUID, record: Record, parameters: Parameters) -> Frame:
    """The problem of a run as it was posed, for a question about the whole of it."""
    lines = await rows.fetch(
        Line,
        Q(
            "SELECT mp.project, mp.seats, ARRAY(SELECT m.expert FROM match_pair m WHERE m.run = mp.run AND m.project = mp.project"
            " AND m.locked) AS locked FROM match_project mp WHERE mp.run = {} ORDER BY mp.place",
            run,
        ),
    )
    place = {expert: number for number, expert in enumerate(record.experts)}
    return Frame(
        projects=[line.project for line in lines],
        experts=record.experts,
        seats=[line.seats for line in lines],
        load=[most for most, _, _ in record.loads],
        kinds=record.kinds,
        groups=record.groups,
        masked=record.masked,
        locked=sorted((number, place[expert]) for number, line in enumerate(lines) for expert in line.locked),
        parameters=parameters,
    )


async def experts_named(text: str, among: Sequence[UUID] | None = None) -> list[Asked]:
    """Experts of the pool by name or initials, for the question why somebody is not there. Who is only asked to come in is nobody's yet."""
    like = literal(text) + "%"
    return await rows.fetch(
        Asked,
        Q(
            "SELECT e.id AS expert, pe.name, coalesce(u.name, e.employer_name) AS employer FROM expert e"
            " JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer"
            " WHERE (pe.name LIKE {} OR e.initials LIKE {}) AND e.state IN ('admitted', 'paused')"
            " AND ({}::uuid[] IS NULL OR e.id = ANY({}::uuid[])) ORDER BY pe.sort_key, e.id LIMIT 5",
            "%" + like,
            like.lower(),
            None if among is None else list(among),
            [] if among is None else list(among),
        ),
    )


class Counts(Struct, frozen=True):
    """What a run holds, for its record."""

    projects: int
    experts: int
    pairs: int
    standbys: int
    masked: dict[str, int]
    has_log: bool


async def counts(run: UUID) -> Counts:
    return await rows.the(
        Counts,
        Q(
            "SELECT (SELECT count(*) FROM match_project mp WHERE mp.run = {}) AS projects, coalesce(cardinality(k.experts), 0) AS experts,"
            " (SELECT count(*) FROM match_pair m WHERE m.run = {} AND m.standby = 0) AS pairs,"
            " (SELECT count(*) FROM match_pair m WHERE m.run = {} AND m.standby > 0) AS standbys,"
            " coalesce((SELECT jsonb_object_agg(why, n) FROM (SELECT x->>2 AS why, count(*) AS n FROM jsonb_array_elements(k.masked) x"
            "  GROUP BY 1) y), jsonb_build_object()) AS masked, EXISTS (SELECT 1 FROM match_extra x WHERE x.run = k.run AND x.log IS NOT NULL) AS has_log"
            " FROM (SELECT 1) one LEFT JOIN match_record k ON k.run = {}",
            run,
            run,
            run,
            run,
        ),
    )


async def log(run: UUID) -> bytes | None:
    """The log of a lottery, compressed JSON; None where there is none (yet)."""
    found: bytes | None = await rows.value(Q("SELECT x.log FROM match_extra x WHERE x.run = {}", run))
    return found


class Sat(Struct, frozen=True):
    """A line of the exported result: codes and ids, no names."""

    project: str
    expert: UUID
    place: int
    kind: str
    standby: int
    affinity: int
    locked: bool


async def sat(actor: Actor, run: UUID) -> list[Sat]:
    return await rows.fetch(
        Sat,
        Q(
            "SELECT p.code AS project, m.expert, m.place, m.kind, m.standby, m.affinity, m.locked FROM match_pair m"
            " JOIN project p ON p.id = m.project WHERE m.run = {} AND {} ORDER BY p.code, m.place, m.standby",
            run,
            not_recused(actor),
        ),
    )
