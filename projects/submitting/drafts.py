"""Reads around drafting: what was saved, what a correction allows, who may do what, whose time has passed, who sees files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct, structs

from departments.organisation import queries as organisations
from kernel import clock, files, rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.queries import visible_project
from projects.states import State
from projects.submitting import papers, report
from projects.submitting.queries import Proposal, content, pack_of

BUSY = timedelta(minutes=10)


class Saved(Struct, frozen=True):
    """A section as last saved, and by whom."""

    section: str
    lines: list[dict[str, str]] | None
    version: int
    saved_at: datetime
    by: str
    person: UUID

    def is_busy_for(self, actor: Actor) -> bool:
        """Whether somebody else seems to be at it: a page that is open saves itself every few seconds."""
        return self.person != actor.person and clock.now() - self.saved_at < BUSY


class Correcting(Struct, frozen=True):
    """The open 一次性告知补正."""

    id: UUID
    named: list[str]
    explanation: str
    due: date
    total_before: Fen


async def saved(project: UUID) -> dict[str, Saved]:
    found = await rows.fetch(
        Saved,
        Q(
            "SELECT s.section, s.lines, s.version, s.saved_at, p.name AS by, p.id AS person FROM section_state s JOIN person p ON p.id = s.saved_by"
            " WHERE s.project = {}",
            project,
        ),
    )
    return {state.section: state for state in found}


async def correcting(project: UUID) -> Correcting | None:
    return await rows.one(
        Correcting,
        Q("SELECT id, named, explanation, due, total_before FROM correction WHERE project = {} AND answered_at IS NULL", project),
    )


async def facts(row: Proposal, states: dict[str, Saved], *, with_elsewhere: bool = False) -> report.Facts:
    """What the problems of this proposal follow from."""
    return report.Facts(
        pack=await pack_of(row),
        content=await content(row),
        kind=row.kind,
        areas=row.areas,
        typed={code: state.lines for code, state in states.items() if state.lines},
        elsewhere=await _elsewhere(row) if with_elsewhere else {},
        sealed=row.sealed,
        current=papers.version_code(row),
    )


class Share(Struct, frozen=True):
    name: str
    percent: int


async def _elsewhere(row: Proposal) -> dict[str, int]:
    """Percent of the same people's time in the unit's other live projects."""
    found = await rows.fetch(
        Share,
        Q(
            "SELECT t.name, sum(t.percent)::int AS percent FROM team_member t JOIN project p ON p.id = t.project"
            " WHERE p.organisation = {} AND p.id <> {} AND p.state IN ('approved', 'running', 'suspended', 'closing')"
            " AND t.name = ANY({}::text[]) GROUP BY t.name",
            row.organisation,
            row.id,
            [member.name for member in row.team],
        ),
    )
    return {share.name: share.percent for share in found}


class Colleague(Struct, frozen=True):
    id: UUID
    name: str
    on_team: bool


async def colleagues(project: UUID, unit: UUID) -> list[Colleague]:
    """The unit's applicants, and whether they fill in this proposal."""
    return await rows.fetch(
        Colleague,
        Q(
            "SELECT p.id, p.name, EXISTS (SELECT 1 FROM project_member m WHERE m.project = {} AND m.person = p.id) AS on_team"
            " FROM person p WHERE EXISTS (SELECT 1 FROM membership h WHERE h.person = p.id AND h.unit = {} AND h.role = {}"
            " AND h.starts_on <= {} AND (h.ends_on IS NULL OR h.ends_on >= {})) ORDER BY p.sort_key, p.name",
            project,
            unit,
            Role.APPLICANT,
            clock.today(),
            clock.today(),
        ),
    )


class May(Struct, frozen=True):
    """What this person may do with this very proposal."""

    edit: bool
    endorse: bool
    withdraw: bool


async def may(actor: Actor, project: UUID) -> May:
    return await rows.the(
        May,
        Q(
            "SELECT {} AS edit, {} AS endorse, {} AS withdraw FROM project p WHERE p.id = {}",
            visible_project(actor, Action.EDIT_PROJECT),
            visible_project(actor, Action.ENDORSE_PROJECT),
            visible_project(actor, Action.WITHDRAW_PROJECT),
            project,
        ),
    )


class Overdue(Struct, frozen=True):
    id: UUID
    state: State
    due: date | None
    days: int | None


async def overdue(limit: int = 500) -> list[UUID]:
    """Proposals whose time has passed: not submitted, not endorsed, not corrected, or of a call that was withdrawn."""
    today = clock.today()
    found = await rows.fetch(
        Overdue,
        Q(
            "SELECT p.id, p.state, k.due, (c.pack -> 'calendar' ->> 'endorse_days')::int AS days FROM project p"
            " JOIN call c ON c.id = p.call LEFT JOIN correction k ON k.project = p.id AND k.answered_at IS NULL"
            " WHERE p.state IN ('draft', 'endorsing', 'returned') AND (c.state = 'withdrawn' OR k.due < {}"
            " OR (k.due IS NULL AND p.state = 'draft' AND c.fill_until < {}) OR (k.due IS NULL AND c.endorse_until < {}))"
            " ORDER BY p.id LIMIT {}",
            today,
            today,
            today,
            limit,
        ),
    )
    return [row.id for row in found if not _has_time(row, today)]


def _has_time(row: Overdue, today: date) -> bool:
    """A corrected proposal waits for its unit a few working days longer."""
    return row.state is State.ENDORSING and row.due is not None and clock.add_working_days(row.due, row.days or 0) >= today


def _with_files(actor: Actor) -> Q:
    """The condition on project (as p) that its files are open to this actor.

    Experts of a blind round open none, whatever else they are: the name of the unit is on every page.
    """
    seen, blind = visible_project(actor, Action.VIEW_PROJECT), "(SELECT (c.pack -> 'panel' ->> 'blind')::boolean FROM call c"
    elsewhere = structs.replace(actor, memberships=tuple(m for m in actor.memberships if m.role is not Role.EXPERT))
    named = visible_project(elsewhere, Action.VIEW_PROJECT)
    return Q(f"({{}} AND ({{}} OR NOT coalesce({blind} WHERE c.id = p.call), false)))", seen, named)


@files.owner("project")
async def check_may_see_files(actor: Actor | None, project: UUID) -> None:
    """Whoever may see the proposal, but for experts of a blind round."""
    if (
        actor is None
        or await rows.value(Q("SELECT 1 FROM project p WHERE p.id = {} AND {}", project, _with_files(actor))) is None
    ):
        raise Missing


async def _rests_on(actor: Actor, unit: UUID) -> bool:
    """Whoever may see the files of a submitted proposal may see the organisation's papers it rests on."""
    seen = await rows.value(
        Q(
            "SELECT 1 FROM project p WHERE p.organisation = {} AND EXISTS (SELECT 1 FROM reused_paper r WHERE r.project = p.id)"
            " AND {} LIMIT 1",
            unit,
            _with_files(actor),
        )
    )
    return seen is not None


organisations.READERS.append(_rests_on)
