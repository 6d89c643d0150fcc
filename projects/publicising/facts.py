"""What a release needs to know of the projects it moves: their teams, what the notice lists, who scored."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q
from kernel.strokes import by_strokes


async def experts(call: UUID) -> list[str]:
    """Who signed scores in the call, in the order of strokes of the surname."""
    names = await rows.column(
        Q(
            "SELECT DISTINCT pe.name FROM seat st JOIN panel pn ON pn.id = st.panel JOIN person pe ON pe.id = st.person"
            " WHERE pn.call = {} AND st.state = 'signed'",
            call,
        )
    )
    return by_strokes(names)


async def teams(projects: list[UUID]) -> dict[UUID, list[UUID]]:
    """Who is told about each project: its members."""
    found = await rows.fetch(
        _Member, Q("SELECT project, person FROM project_member WHERE project = ANY({}) ORDER BY leader DESC", projects)
    )
    teams: dict[UUID, list[UUID]] = {project: [] for project in projects}
    for row in found:
        teams[row.project].append(row.person)
    return teams


class _Member(Struct, frozen=True):
    project: UUID
    person: UUID


class Public(Struct, frozen=True):
    """A project as its notice will list it."""

    project: UUID
    code: str
    title: str
    organisation: str
    payee: str
    area: str
    lottery: bool


async def public_facts(projects: list[UUID]) -> dict[UUID, Public]:
    found = await rows.fetch(
        Public,
        Q(
            "SELECT p.id AS project, p.code, p.title, o.name AS organisation, coalesce(y.name, '') AS payee, p.area,"
            " EXISTS (SELECT 1 FROM funding_line l JOIN fund f ON f.id = l.fund WHERE l.project = p.id AND l.state = 'consented'"
            " AND f.lottery) AS lottery FROM project p JOIN unit o ON o.id = p.organisation LEFT JOIN unit y ON y.id = p.payee"
            " WHERE p.id = ANY({})",
            projects,
        ),
    )
    return {row.project: row for row in found}
