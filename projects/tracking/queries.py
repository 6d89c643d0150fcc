"""Reads of tracking: reports, indicators as reached, what a project still owes, the pages of an awarded project."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.money import Fen
from kernel.rows import Q
from projects.queries import visible_project
from projects.signing import queries as agreements
from projects.states import ReportState, State
from projects.tracking.rules import Attained, Conclusion, Grade
from projects.tracking.schedule import ReportKind

PAGE = 50


class ReportRow(Struct, frozen=True):
    id: UUID
    project: UUID
    code: str
    title: str
    organisation: str
    kind: ReportKind
    starts: date
    ends: date
    due: date
    state: ReportState
    actuals: dict[str, int]
    done: str
    problems: str
    plans: str
    satisfaction: int | None
    submitter: str | None
    submitted_at: datetime | None
    reviewer: str | None
    reviewed_at: datetime | None
    reason: str
    version: int

    @property
    def name(self) -> str:
        """2026-12-01 — 2026-12-31"""
        return f"{self.starts} — {self.ends}"


class ClosingRow(Struct, frozen=True):
    performance: Conclusion
    finance: Conclusion
    grade: Grade
    best: Grade
    remarks: str
    closer: str
    closed_at: datetime


class Tally(Struct, frozen=True):
    """What must be settled before a project closes."""

    open_payments: int
    unvouched: int


class LogLine(Struct, frozen=True):
    at: datetime
    actor_name: str
    action: Action
    reason: str | None


_REPORT = Q(
    "SELECT r.id, r.project, p.code, p.title, o.name AS organisation, r.kind, r.starts, r.ends, r.due, r.state, r.actuals, r.done,"
    " r.problems, r.plans, r.satisfaction, s.name AS submitter, r.submitted_at, v.name AS reviewer, r.reviewed_at, r.reason, r.version"
    " FROM report r JOIN project p ON p.id = r.project JOIN unit o ON o.id = p.organisation"
    " LEFT JOIN person s ON s.id = r.submitted_by LEFT JOIN person v ON v.id = r.reviewed_by"
)


async def report(actor: Actor, action: Action, ident: UUID) -> ReportRow:
    """One report, if `action` reaches its project, or Missing."""
    return await rows.the(ReportRow, Q("{} WHERE r.id = {} AND {}", _REPORT, ident, visible_project(actor, action)))


async def reports(project: UUID) -> list[ReportRow]:
    """All reports a project owes, in order of their days."""
    return await rows.fetch(ReportRow, Q("{} WHERE r.project = {} ORDER BY r.due, r.starts DESC, r.kind", _REPORT, project))


def desk(actor: Actor, state: str, page: int = 1, size: int = PAGE) -> rows.Many[ReportRow]:
    """The officers' list: what was handed in, the oldest first."""
    return rows.Many(
        ReportRow,
        Q(
            "{} WHERE ({} = '' AND r.state <> 'due' OR r.state = {}) AND {} ORDER BY (r.state <> 'submitted'), r.due, r.id"
            " LIMIT {} OFFSET {}",
            _REPORT,
            state,
            state,
            visible_project(actor, Action.LIST_PROJECTS),
            size,
            (page - 1) * size,
        ),
    )


async def desk_count(actor: Actor, state: str) -> int:
    return await rows.bounded_count(
        Q(
            "SELECT 1 FROM report r JOIN project p ON p.id = r.project WHERE ({} = '' AND r.state <> 'due' OR r.state = {}) AND {}",
            state,
            state,
            visible_project(actor, Action.LIST_PROJECTS),
        )
    )


class _Actuals(Struct, frozen=True):
    actuals: dict[str, int]


async def reached(project: UUID, *, accepted_only: bool = False) -> dict[str, int]:
    """Cumulative totals by indicator id as the latest report that was handed in says."""
    row = await rows.one(
        _Actuals,
        Q(
            "SELECT actuals FROM report WHERE project = {} AND (state = 'accepted' OR (NOT {}::boolean AND state = 'submitted'))"
            " ORDER BY submitted_at DESC LIMIT 1",
            project,
            accepted_only,
        ),
    )
    return row.actuals if row else {}


class _Goal(Struct, frozen=True):
    id: UUID
    name: str
    target: int


async def goals(project: UUID) -> dict[str, str]:
    """Names of the agreed indicators by id, in their order."""
    found = await rows.fetch(
        _Goal,
        Q("SELECT id, name, coalesce(agreed, target) AS target FROM indicator WHERE project = {} ORDER BY position", project),
    )
    return {str(goal.id): goal.name for goal in found}


async def interested(project: UUID) -> list[UUID]:
    """The team and everybody of its units: they do not judge it."""
    return await agreements.interested(project)


async def attained(project: UUID, actuals: dict[str, int]) -> list[Attained]:
    """What was agreed beside what was reached."""
    goals = await rows.fetch(
        _Goal,
        Q("SELECT id, name, coalesce(agreed, target) AS target FROM indicator WHERE project = {} ORDER BY position", project),
    )
    return [Attained(goal.name, goal.target, actuals.get(str(goal.id), 0)) for goal in goals]


async def closing(project: UUID) -> ClosingRow | None:
    return await rows.one(
        ClosingRow,
        Q(
            "SELECT c.performance, c.finance, c.grade, c.best, c.remarks, p.name AS closer, c.closed_at FROM closing c"
            " JOIN person p ON p.id = c.closed_by WHERE c.project = {}",
            project,
        ),
    )


async def unsettled(project: UUID) -> Tally:
    return await rows.the(
        Tally,
        Q(
            "SELECT (SELECT count(*) FROM payment_request WHERE project = {} AND state <> 'paid')::int AS open_payments,"
            " (SELECT count(*) FROM expense WHERE project = {} AND voucher = '')::int AS unvouched",
            project,
            project,
        ),
    )


async def log(project: UUID, limit: int = 200) -> list[LogLine]:
    """What was done to the project, its agreement, payments and reports, latest first. Who judged it is left out."""
    return await rows.fetch(
        LogLine,
        Q(
            "SELECT at, actor_name, action, facts ->> 'reason' AS reason FROM audit_line WHERE role <> 'expert'"
            " AND (subject = {} OR subject IN (SELECT id FROM agreement WHERE project = {} UNION ALL SELECT id FROM payment_request WHERE project = {}"
            " UNION ALL SELECT id FROM report WHERE project = {} UNION ALL SELECT id FROM expense WHERE project = {}"
            " UNION ALL SELECT id FROM refund WHERE project = {})) ORDER BY id DESC LIMIT {}",
            project,
            project,
            project,
            project,
            project,
            project,
            limit,
        ),
    )


class Due(Struct, frozen=True):
    id: UUID
    code: str
    title: str
    kind: ReportKind
    due: date
    project: UUID


async def due_soon(until: date, today: date) -> list[Due]:
    """Reports to be handed in by `until` of projects that run, not reminded of yet today."""
    return await rows.fetch(
        Due,
        Q(
            "SELECT r.id, p.code, p.title, r.kind, r.due, r.project FROM report r JOIN project p ON p.id = r.project"
            " WHERE r.state IN ('due', 'returned') AND r.ends < {} AND r.due <= {} AND r.reminded_on IS NULL AND p.state = 'running'"
            " ORDER BY r.due LIMIT 500",
            today,
            until,
        ),
    )


class Public(Struct, frozen=True):
    """What anybody may know of a project that was publicised: no people, no account."""

    id: UUID
    code: str
    title: str
    state: State
    organisation: str
    area: str
    agreed: Fen
    starts_on: date
    ends_on: date
    grade: str
    funders: list[str]
    lottery: bool


async def public(code: str) -> Public:
    """A project from the day its agreement was signed, or Missing."""
    return await rows.the(
        Public,
        Q(
            "SELECT p.id, p.code, p.title, p.state, u.name AS organisation, p.area, p.agreed, p.starts_on, p.ends_on, p.grade,"
            " (SELECT coalesce(jsonb_agg(o.name ORDER BY o.position, o.code), '[]') FROM funding_line l JOIN unit o ON o.id = l.owner"
            " WHERE l.project = p.id AND l.state = 'consented') AS funders,"
            " EXISTS (SELECT 1 FROM funding_line l JOIN fund f ON f.id = l.fund WHERE l.project = p.id AND l.state = 'consented'"
            " AND f.lottery) AS lottery"
            " FROM project p JOIN unit u ON u.id = coalesce(p.payee, p.organisation)"
            " WHERE p.code = {} AND p.agreed IS NOT NULL AND p.starts_on IS NOT NULL AND p.ends_on IS NOT NULL",
            code,
        ),
    )


class WalkRow(Struct, frozen=True):
    """One step of the money of this project, as the ledger holds it."""

    at: datetime
    event: str
    owner_name: str
    fund_name: str
    amount: Fen
    memo: str


async def walk(project: UUID) -> list[WalkRow]:
    return await rows.fetch(
        WalkRow,
        Q(
            "SELECT e.at, e.event, u.name AS owner_name, f.name AS fund_name,"
            " (SELECT max(po.amount) FROM posting po WHERE po.entry = e.id) AS amount, e.memo"
            " FROM entry e JOIN fund f ON f.id = e.fund JOIN unit u ON u.id = f.owner WHERE e.project = {} ORDER BY e.at, e.id",
            project,
        ),
    )
