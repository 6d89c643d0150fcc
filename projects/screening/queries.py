"""Reads of screening: the officers' list of proposals and what one page about a proposal shows."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.rows import Q
from projects.queries import by_ref, visible_project
from projects.states import State

STAGES: dict[str, tuple[State, ...]] = {
    "screening": (State.SUBMITTED, State.RETURNED),
    "review": (State.ACCEPTED, State.IN_REVIEW, State.SCORED),
    "notice": (State.PUBLICISED, State.RESERVED, State.APPROVED),
    "running": (State.RUNNING, State.SUSPENDED, State.CLOSING),
    "ended": (
        State.INELIGIBLE,
        State.DECLINED,
        State.CLOSED,
        State.TERMINATED,
        State.SETTLED,
        State.WITHDRAWN,
        State.CANCELLED,
        State.ABANDONED,
    ),
}
"""Every state that staff may see is in exactly one: the tiles of the workbench and the list they lead to count the same.

The database computes the same as project.stage (projects/schema.sql), which its indexes are ordered by.
"""
PAGE = 50
MOST = 1000
"""Counted exactly up to here; more is 1000+."""
NEWEST = 10_000
"""Where words are looked for first, title by title."""
CODE = re.compile(r"\S{0,12}\d{4}-[0-9A-Za-z]+")


class Filter(Struct, frozen=True):
    """What the officer ticked. Empty means everything."""

    q: str = ""
    call: str = ""
    stage: str = ""
    state: str = ""
    area: str = ""

    @property
    def active(self) -> bool:
        return bool(self.q or self.call or self.stage or self.state or self.area)


class Listed(Struct, frozen=True):
    code: str
    title: str
    state: State
    organisation: str
    lead: str | None
    call: str
    area: str
    requested: int | None
    audited: int | None
    submitted_at: datetime | None
    total: int
    """How many there are in the whole list, the same in every row: a question to the database costs more than a column."""


class CallChoice(Struct, frozen=True):
    code: str
    title: str


class Shown(Struct, frozen=True):
    """The head of the officers' page about one project."""

    id: UUID
    code: str
    title: str
    state: State
    version: int
    area: str
    organisation: str
    lead: str | None
    call_code: str
    call_title: str
    requested: int | None
    audited: int | None
    advised: int | None
    determined: int | None
    agreed: int | None
    submitted_at: datetime | None


class Conclusion(Struct, frozen=True):
    outcome: str
    note: str
    name: str
    concluded_at: datetime


class GivenOpinion(Struct, frozen=True):
    view: str | None
    text: str
    name: str | None
    given_at: datetime | None
    due: date


class AmountSet(Struct, frozen=True):
    kind: str
    amount: int
    reason: str
    name: str | None
    set_at: datetime


class LogLine(Struct, frozen=True):
    at: datetime
    actor_name: str
    action: Action
    reason: str | None


def _wanted(wanted: Filter) -> Q:
    """What was ticked, as a condition on project (as p), without the words."""
    parts = [Q("p.code IS NOT NULL")]
    if wanted.call:
        parts.append(Q("p.call = (SELECT id FROM call WHERE code = {})", wanted.call))
    if wanted.state:
        parts.append(Q("p.state = {}", wanted.state))
    stage = wanted.stage if not wanted.state else next((stage for stage, states in STAGES.items() if wanted.state in states), "")
    if stage in STAGES:
        parts.append(Q("p.stage = {}", stage))
    if wanted.area:
        parts.append(Q("p.area = {}", wanted.area))
    if CODE.fullmatch(wanted.q.strip()):
        parts.append(Q("p.code = upper({})", wanted.q.strip()))
    return Q(" AND ".join("{}" for _ in parts), *parts)


def proposals(actor: Actor, wanted: Filter, page: int = 1, size: int = PAGE) -> rows.Many[Listed]:
    """One page of the list, the latest code first.

    The rows of the page are the first of those that are counted: one look at what this person may see serves both. Names are
    looked up row by row: with a unit in hand the statement is planned anew each time, and joins to put in order cost more than fifty rows.
    """
    return rows.Many(
        Listed,
        Q(
            "WITH {} SELECT p.code, p.title, p.state, (SELECT name FROM unit WHERE id = p.organisation) AS organisation,"
            " (SELECT name FROM unit WHERE id = p.lead) AS lead, (SELECT title FROM call WHERE id = p.call) AS call, p.area, p.requested,"
            " p.audited, p.submitted_at, (SELECT least(count(*), {}) FROM found) AS total"
            " FROM (SELECT id FROM found LIMIT {} OFFSET {}) f JOIN project p ON p.id = f.id ORDER BY p.code DESC",
            _found(actor, wanted, max(page * size, MOST + 1)),
            MOST + 1,
            _number(size),
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, wanted: Filter) -> int:
    """How many there are, exact to 1,000, for a page beyond the last row."""
    return int(await rows.value(Q("WITH {} SELECT least(count(*), {}) FROM found", _found(actor, wanted, MOST + 1), MOST + 1)))


def _found(actor: Actor, wanted: Filter, most: int) -> Q:
    """The first `most` projects of the list, as found (id, code), written and so read in the order of the list.

    Words that many titles hold are soon found title by title among the newest; only for others are the pairs of characters asked.
    A single character has none.
    """
    visible, ticked, bound = visible_project(actor, Action.LIST_PROJECTS), _wanted(wanted), _number(most)
    if not wanted.q or CODE.fullmatch(wanted.q.strip()):
        held = Q("true")
    elif len(wanted.q) < 2:
        held = Q("strpos(p.title, {}) > 0", wanted.q)
    else:
        held = Q("strpos(lower(p.title), lower({})) > 0", wanted.q)
        return Q(
            "newest AS MATERIALIZED (SELECT p.id, p.code FROM (SELECT p.* FROM project p WHERE {} ORDER BY p.code DESC LIMIT {}) p"
            " WHERE {} AND {} ORDER BY p.code DESC LIMIT {}),"
            " found AS MATERIALIZED (SELECT id, code FROM newest WHERE (SELECT count(*) FROM newest) = {} UNION ALL"
            " SELECT p.id, p.code FROM project p WHERE (SELECT count(*) FROM newest) < {} AND bigrams(p.title) @> bigrams({})"
            " AND {} AND {} AND {} ORDER BY code DESC LIMIT {})",
            ticked,
            _number(NEWEST),
            visible,
            held,
            bound,
            most,
            most,
            wanted.q,
            visible,
            ticked,
            held,
            bound,
        )
    return Q(
        "found AS MATERIALIZED (SELECT p.id, p.code FROM project p WHERE {} AND {} AND {} ORDER BY p.code DESC LIMIT {})",
        visible,
        ticked,
        held,
        bound,
    )


def _number(most: int) -> Q:
    """Written into the statement: of a bound that is a parameter the planner knows nothing, and plans anew for every page."""
    return Q(str(most))


async def call_choices() -> list[CallChoice]:
    return await rows.fetch(
        CallChoice,
        Q("SELECT code, title FROM call WHERE state IN ('published', 'closed') ORDER BY published_at DESC LIMIT 20"),
    )


async def shown(actor: Actor, ref: str) -> Shown:
    """The head of the page, or Missing."""
    return await rows.the(
        Shown,
        Q(
            "SELECT p.id, p.code, p.title, p.state, p.version, p.area, o.name AS organisation, l.name AS lead, c.code AS call_code,"
            " c.title AS call_title, p.requested, p.audited, p.advised, p.determined, p.agreed, p.submitted_at"
            " FROM project p JOIN unit o ON o.id = p.organisation JOIN call c ON c.id = p.call LEFT JOIN unit l ON l.id = p.lead"
            " WHERE {} AND p.code IS NOT NULL AND {}",
            by_ref(ref),
            visible_project(actor, Action.VIEW_PROJECT),
        ),
    )


async def conclusions(project: UUID) -> list[Conclusion]:
    return await rows.fetch(
        Conclusion,
        Q(
            "SELECT s.outcome, s.note, p.name, s.concluded_at FROM screening s JOIN person p ON p.id = s.concluded_by"
            " WHERE s.project = {} ORDER BY s.concluded_at",
            project,
        ),
    )


async def opinion(project: UUID) -> GivenOpinion | None:
    return await rows.one(
        GivenOpinion,
        Q(
            "SELECT o.view, o.text, p.name, o.given_at, o.due FROM opinion o LEFT JOIN person p ON p.id = o.given_by"
            " WHERE o.project = {}",
            project,
        ),
    )


async def amounts(project: UUID) -> list[AmountSet]:
    """The five amounts as they were set: who, when, why."""
    return await rows.fetch(
        AmountSet,
        Q(
            "SELECT a.kind, a.amount, a.reason, p.name, a.set_at FROM amount a LEFT JOIN person p ON p.id = a.set_by"
            " WHERE a.project = {} ORDER BY a.set_at",
            project,
        ),
    )


async def log(project: UUID, limit: int = 100) -> list[LogLine]:
    """What was done to this project, latest first. Who judges it is no department's to know: lines of experts are left out."""
    return await rows.fetch(
        LogLine,
        Q(
            "SELECT at, actor_name, action, facts ->> 'reason' AS reason FROM audit_line WHERE subject = {}"
            " AND role <> 'expert' ORDER BY id DESC LIMIT {}",
            project,
            limit,
        ),
    )
