"""Reads of matching: the runs of a call, one run with its projects, one project with everything about its experts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor, Reach, Role
from kernel.errors import Missing
from kernel.rows import Q
from kernel.sql import literal
from projects.matching.puzzle import Short
from projects.matching.rules import Parameters
from projects.matching.tables import MatchRun
from projects.queries import not_recused, recused_from
from projects.states import RunState

PAGE = 50
UNDER_WAY = [RunState.QUEUED, RunState.RUNNING]
INSIDE = {Role.COORDINATOR, Role.DIRECTOR}
"""Who sees a matching before it is approved."""


def visible_run(actor: Actor, action: Action) -> Q:
    """The condition on match_run (as r) that `action` reaches it. Who has a hard conflict with one of its projects only looks on."""
    if actor.reach(action) is not Reach.CITY:
        return Q("false")
    if action is Action.VIEW_MATCHING:
        return Q("true") if any(m.role in INSIDE for m in actor.memberships) else Q("r.state = 'approved'")
    return Q("NOT EXISTS (SELECT 1 FROM match_project rp WHERE rp.run = r.id AND rp.project = ANY ({}))", recused_from(actor))


async def find(actor: Actor, action: Action, run: UUID) -> MatchRun:
    """The run locked for a verb, if `action` reaches it, else Missing."""
    seen = await rows.value(Q("SELECT r.id FROM match_run r WHERE r.id = {} AND {}", run, visible_run(actor, action)))
    if seen is None:
        raise Missing
    return await rows.find(MatchRun, MatchRun.id == run)


class Line(Struct, frozen=True):
    id: UUID
    number: int
    call: str
    call_title: str
    state: RunState
    objective: str
    share: int
    projects: int
    figures: dict[str, Any]
    asked_by: str
    asked_at: datetime


def runs(actor: Actor, call: str = "", page: int = 1, size: int = PAGE) -> rows.Many[Line]:
    """One page and the first of the next, latest first."""
    return rows.Many(
        Line,
        Q(
            "SELECT r.id, r.number, c.code AS call, c.title AS call_title, r.state, r.objective, r.share,"
            " (SELECT count(*) FROM match_project mp WHERE mp.run = r.id) AS projects, r.figures, a.name AS asked_by, r.asked_at"
            " FROM match_run r JOIN call c ON c.id = r.call JOIN person a ON a.id = r.asked_by WHERE {} AND ({} = '' OR c.code = {})"
            " ORDER BY r.asked_at DESC, r.id LIMIT {} OFFSET {}",
            visible_run(actor, Action.VIEW_MATCHING),
            call,
            call,
            size + 1,
            (page - 1) * size,
        ),
    )


class Shown(Struct, frozen=True):
    """The head of a run's page."""

    id: UUID
    number: int
    call: UUID
    call_code: str
    call_title: str
    state: RunState
    objective: str
    parameters: Parameters
    pack_hash: str
    seed: str
    share: int
    doing: str
    asked_person: UUID
    asked_by: str
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    failure: str
    input_hash: str
    result_hash: str
    algorithm: str
    code_version: str
    figures: dict[str, Any]
    shortages: list[Short]
    returned_reason: str
    approved_by: str | None
    approved_at: datetime | None
    panel: UUID | None
    version: int

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


async def shown(actor: Actor, run: UUID, action: Action = Action.VIEW_MATCHING) -> Shown:
    return await rows.the(
        Shown,
        Q(
            "SELECT r.id, r.number, r.call, c.code AS call_code, c.title AS call_title, r.state, r.objective, r.parameters,"
            " r.pack_hash, r.seed, r.share, r.doing, r.asked_by AS asked_person, a.name AS asked_by, r.asked_at, r.begun_at, r.ended_at,"
            " r.failure, r.input_hash, r.result_hash, r.algorithm, r.code_version, r.figures, r.shortages, r.returned_reason,"
            " s.name AS approved_by, r.approved_at, r.panel, r.version FROM match_run r JOIN call c ON c.id = r.call"
            " JOIN person a ON a.id = r.asked_by LEFT JOIN person s ON s.id = r.approved_by WHERE r.id = {} AND {}",
            run,
            visible_run(actor, action),
        ),
    )


class Seated(Struct, frozen=True):
    """One expert of a project, as the list shows it."""

    name: str
    kind: str
    rank: int
    affinity: int
    locked: bool
    terms: list[str]


class Matched(Struct, frozen=True):
    """A project of a run with its proposed experts."""

    code: str
    title: str
    organisation: str
    seats: int
    experts: list[Seated]


def projects(actor: Actor, run: UUID, text: str = "", page: int = 1, size: int = PAGE) -> rows.Many[Matched]:
    """One page in the order of codes; a project that is hidden from this person is hidden here."""
    like = "%" + literal(text) + "%"
    experts = Q(
        "coalesce((SELECT jsonb_agg(jsonb_build_object('name', pe.name, 'kind', m.kind, 'rank', m.rank, 'affinity', m.affinity,"
        " 'locked', m.locked, 'terms', coalesce((SELECT jsonb_path_query_array(mr.reasons, '$.terms[0 to 2].term') FROM match_reason mr"
        "  WHERE mr.run = m.run AND mr.project = m.project AND mr.expert = m.expert), '[]')) ORDER BY m.place)"
        " FROM match_pair m JOIN expert e ON e.id = m.expert JOIN person pe ON pe.id = e.person"
        " WHERE m.run = mp.run AND m.project = p.id AND m.standby = 0), '[]')"
    )
    return rows.Many(
        Matched,
        Q(
            "SELECT p.code, p.title, u.name AS organisation, mp.seats, {} AS experts FROM match_project mp"
            " JOIN project p ON p.id = mp.project JOIN unit u ON u.id = p.organisation WHERE mp.run = {} AND {}"
            " AND ({} = '' OR p.title LIKE {} OR p.code LIKE {} OR u.name LIKE {} OR EXISTS (SELECT 1 FROM match_pair f JOIN expert fe"
            "  ON fe.id = f.expert JOIN person fp ON fp.id = fe.person WHERE f.run = mp.run AND f.project = p.id AND f.standby = 0"
            "  AND fp.name LIKE {})) ORDER BY p.code LIMIT {} OFFSET {}",
            experts,
            run,
            not_recused(actor),
            text,
            like,
            like,
            like,
            like,
            size + 1,
            (page - 1) * size,
        ),
    )


class HoldLine(Struct, frozen=True):
    id: UUID
    kind: str
    name: str
    employer: str
    code: str | None
    title: str | None
    why: str
    made_by: str
    made_at: datetime
    version: int


async def holds(actor: Actor, call: UUID) -> list[HoldLine]:
    """Live locks and exclusions of a call, latest first."""
    return await rows.fetch(
        HoldLine,
        Q(
            "SELECT h.id, h.kind, pe.name, coalesce(u.name, e.employer_name) AS employer, p.code, p.title, h.why, b.name AS made_by,"
            " h.made_at, h.version FROM match_hold h JOIN expert e ON e.id = h.expert JOIN person pe ON pe.id = e.person"
            " LEFT JOIN unit u ON u.id = e.employer LEFT JOIN project p ON p.id = h.project JOIN person b ON b.id = h.made_by"
            " WHERE h.call = {} AND h.lifted_at IS NULL AND (p.id IS NULL OR {}) ORDER BY h.made_at DESC, h.id LIMIT 200",
            call,
            not_recused(actor),
        ),
    )


class Other(Struct, frozen=True):
    """Another run of the same call, to compare with. `same` pairs are in both."""

    id: UUID
    number: int
    state: RunState
    objective: str
    figures: dict[str, Any]
    pairs: int
    same: int


async def others(actor: Actor, run: UUID, call: UUID) -> list[Other]:
    return await rows.fetch(
        Other,
        Q(
            "SELECT r.id, r.number, r.state, r.objective, r.figures, count(m.id) AS pairs, count(mine.id) AS same"
            " FROM match_run r JOIN match_pair m ON m.run = r.id AND m.standby = 0 LEFT JOIN match_pair mine ON mine.run = {}"
            "  AND mine.project = m.project AND mine.expert = m.expert AND mine.standby = 0"
            " WHERE r.call = {} AND r.result_hash <> '' AND {} GROUP BY r.id ORDER BY r.number DESC LIMIT 10",
            run,
            call,
            visible_run(actor, Action.VIEW_MATCHING),
        ),
    )
