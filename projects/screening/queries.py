"""Reads of screening: the officers' list of proposals and what one page about a proposal shows."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor, Reach
from kernel.rows import Q
from projects.life import State
from projects.queries import by_ref, not_recused, visible_project

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
"""Every state that staff may see is in exactly one: the tiles of the workbench and the list they lead to count the same."""
PAGE = 50
MOST = 1000
"""Counted exactly up to here; more is 1000+."""
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


def _where(actor: Actor, action: Action, wanted: Filter) -> Q:
    return Q("{} AND {}", visible_project(actor, action), _wanted(wanted))


def _wanted(wanted: Filter) -> Q:
    """What was ticked, as a condition on project (as p)."""
    parts = [Q("true")]
    if wanted.call:
        parts.append(Q("p.call = (SELECT id FROM call WHERE code = {})", wanted.call))
    if wanted.state:
        parts.append(Q("p.state = {}", wanted.state))
    elif wanted.stage in STAGES:
        parts.append(Q("p.state = ANY({})", [str(state) for state in STAGES[wanted.stage]]))
    if wanted.area:
        parts.append(Q("p.area = {}", wanted.area))
    if wanted.q:
        parts.append(_matches(wanted.q))
    return Q(" AND ".join("{}" for _ in parts), *parts)


def _matches(text: str) -> Q:
    """A code, or title by pairs of characters; a single character is looked for in the title as it stands.

    Never both in one condition: an OR would have the pairs of every title made anew instead of read from the index.
    """
    if CODE.fullmatch(text.strip()):
        return Q("p.code = upper({})", text.strip())
    if len(text) < 2:
        return Q("strpos(p.title, {}) > 0", text)
    return Q("(bigrams(p.title) @> bigrams({}) AND strpos(lower(p.title), lower({})) > 0)", text, text)


async def proposals(actor: Actor, wanted: Filter, page: int = 1, size: int = PAGE) -> list[Listed]:
    """One page of the list, the latest code first."""
    return await rows.fetch(
        Listed,
        Q(
            "SELECT p.code, p.title, p.state, o.name AS organisation, l.name AS lead, c.title AS call, p.area, p.requested,"
            " p.audited, p.submitted_at, ({}) AS total FROM (SELECT p.* FROM project p WHERE {} ORDER BY p.code DESC LIMIT {} OFFSET {}) p"
            " JOIN unit o ON o.id = p.organisation JOIN call c ON c.id = p.call LEFT JOIN unit l ON l.id = p.lead"
            " ORDER BY p.code DESC",
            _total(actor, wanted),
            _where(actor, Action.LIST_PROJECTS, wanted),
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, wanted: Filter) -> int:
    """How many there are, exact to 1,000, for a page beyond the last row."""
    return int(await rows.value(_total(actor, wanted)))


def _total(actor: Actor, wanted: Filter) -> Q:
    """How many there are, exact to 1,000.

    A department sees whatever it leads; when that alone is over 1,000 nobody has to look at what else concerns it.
    """
    counted = Q(
        "SELECT count(*) FROM (SELECT 1 FROM project p WHERE {} LIMIT {}) AS found",
        _where(actor, Action.LIST_PROJECTS, wanted),
        MOST + 1,
    )
    units = list(actor.units(Action.LIST_PROJECTS))
    if actor.reach(Action.LIST_PROJECTS) is Reach.CITY or not units:
        return counted
    led = Q(
        "SELECT count(*) AS led FROM (SELECT 1 FROM project p WHERE p.lead = ANY({}) AND p.code IS NOT NULL AND {} AND {} LIMIT {}) AS found",
        units,
        not_recused(actor),
        _wanted(wanted),
        MOST + 1,
    )
    return Q("SELECT CASE WHEN led > {} THEN led ELSE ({}) END FROM ({}) AS first", MOST, counted, led)


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
