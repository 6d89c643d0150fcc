"""What the draw needs to know: the projects with everybody behind them, who is busy, who recused, and the second look at conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.rows import Q
from projects.drawing.rules import Judged
from projects.panels.queries import SITTING, visible_panel


async def judged(panel: UUID) -> list[Judged]:
    """The panel's projects with everybody and every unit behind them."""
    return await rows.fetch(
        Judged,
        Q(
            "SELECT p.id AS project, p.code, p.title, p.area, coalesce(p.requested, 0) AS requested, p.state,"
            " ARRAY(SELECT i.unit FROM involvement i WHERE i.project = p.id AND i.why IN ('team', 'payee')"
            "  UNION SELECT p.organisation UNION SELECT p.payee WHERE p.payee IS NOT NULL) AS units,"
            " ARRAY(SELECT iu.name FROM involvement i JOIN unit iu ON iu.id = i.unit"
            "  WHERE i.project = p.id AND i.why IN ('team', 'payee') UNION SELECT u.name) AS unit_names,"
            " ARRAY(SELECT pm.person FROM project_member pm WHERE pm.project = p.id UNION SELECT p.author) AS people,"
            " ARRAY(SELECT tm.name FROM team_member tm WHERE tm.project = p.id UNION SELECT o.legal_person WHERE o.legal_person <> ''"
            "  UNION SELECT mp.name FROM project_member pm JOIN person mp ON mp.id = pm.person WHERE pm.project = p.id) AS team,"
            " ARRAY(SELECT e.person FROM expert e JOIN person ep ON ep.id = e.person WHERE ep.name IN"
            "  (SELECT tm.name FROM team_member tm WHERE tm.project = p.id UNION SELECT o.legal_person)) AS namesakes,"
            " ARRAY(SELECT e.person FROM expert_tie t JOIN expert e ON e.id = t.expert WHERE t.kind = 'mentoring'"
            "  AND (t.unit = p.organisation OR t.unit_name = u.name)) AS mentors, coalesce(o.supervisor, '') AS supervisor"
            " FROM panel_project pp JOIN project p ON p.id = pp.project JOIN unit u ON u.id = p.organisation"
            " LEFT JOIN organisation o ON o.unit = p.organisation WHERE pp.panel = {} ORDER BY p.code",
            panel,
        ),
    )


class Load(Struct, frozen=True):
    person: UUID
    projects: int


async def load(but: UUID) -> dict[UUID, int]:
    """How many proposals each expert has in hand on other panels that are not closed."""
    found = await rows.fetch(
        Load,
        Q(
            "SELECT st.person, count(*) AS projects FROM seat st JOIN panel pn ON pn.id = st.panel"
            " JOIN panel_project pp ON pp.panel = pn.id WHERE pn.state IN ('drawn', 'open') AND pn.id <> {}"
            " AND st.state = ANY({}) AND (st.project IS NULL OR st.project = pp.project) GROUP BY st.person",
            but,
            SITTING,
        ),
    )
    return {line.person: line.projects for line in found}


class Declared(Struct, frozen=True):
    person: UUID
    projects: list[UUID]


async def declared(panel: UUID) -> dict[UUID, list[UUID]]:
    """Live recusals from projects of the panel, by person."""
    found = await rows.fetch(
        Declared,
        Q(
            "SELECT rc.person, array_agg(rc.project) AS projects FROM recusal rc JOIN panel_project pp ON pp.project = rc.project"
            " WHERE pp.panel = {} AND rc.lifted_at IS NULL GROUP BY rc.person",
            panel,
        ),
    )
    return {line.person: line.projects for line in found}


class Conflicted(Struct, frozen=True):
    seat: UUID
    name: str
    code: str
    kind: str


async def conflicted(panel: UUID, on: date, years: int) -> tuple[int, list[Conflicted]]:
    """How many pairs of seat and project were looked at, and the hard conflicts among them.

    Written in SQL, apart from `rules.sift` on purpose, so that one mistake cannot hide in both.
    """
    pairs = Q(
        "SELECT st.id AS seat, st.person, st.expert, pe.name, p.id AS project, p.code, p.organisation, p.payee, p.author"
        " FROM seat st JOIN person pe ON pe.id = st.person JOIN panel_project pp ON pp.panel = st.panel"
        " JOIN project p ON p.id = pp.project WHERE st.panel = {} AND (st.state = 'standby' OR st.state = ANY({}))"
        " AND (st.project IS NULL OR st.project = p.id)",
        panel,
        SITTING,
    )
    since = Q("({}::date - make_interval(years => {}))::date", on, years)
    found = await rows.fetch(
        Conflicted,
        Q(
            "WITH pair AS ({}), concerned AS (SELECT pair.*, u.id AS unit, u.name AS unit_name FROM pair JOIN unit u"
            " ON u.id IN (SELECT pair.organisation UNION SELECT pair.payee UNION SELECT i.unit FROM involvement i"
            "  WHERE i.project = pair.project AND i.why IN ('team', 'payee')))"
            " SELECT seat, name, code, 'employment' AS kind FROM concerned c JOIN expert e ON e.id = c.expert"
            "  AND (e.employer = c.unit OR e.employer_name = c.unit_name)"
            " UNION SELECT seat, name, code, 'employment' FROM concerned c JOIN membership m ON m.person = c.person"
            "  AND m.unit = c.unit AND m.role <> 'expert' AND (m.ends_on IS NULL OR m.ends_on >= {})"
            " UNION SELECT seat, name, code, CASE t.kind WHEN 'board' THEN 'office' ELSE t.kind END FROM concerned c"
            "  JOIN expert_tie t ON t.expert = c.expert AND (t.unit = c.unit OR t.unit_name = c.unit_name)"
            "  AND (t.kind IN ('board', 'mentoring') OR (t.kind = 'employment' AND (t.until IS NULL OR t.until >= {})))"
            " UNION SELECT seat, name, code, 'kinship' FROM pair JOIN expert_tie t ON t.expert = pair.expert AND t.kind = 'kinship'"
            "  AND (t.other_name IN (SELECT tm.name FROM team_member tm WHERE tm.project = pair.project)"
            "   OR t.other_name IN (SELECT mp.name FROM project_member pm JOIN person mp ON mp.id = pm.person WHERE pm.project = pair.project))"
            " UNION SELECT seat, name, code, 'joint' FROM pair WHERE person = author"
            "  OR person IN (SELECT pm.person FROM project_member pm WHERE pm.project = pair.project)"
            "  OR name IN (SELECT tm.name FROM team_member tm WHERE tm.project = pair.project)"
            " UNION SELECT seat, name, code, 'declared' FROM pair JOIN recusal rc ON rc.project = pair.project"
            "  AND rc.person = pair.person AND rc.lifted_at IS NULL ORDER BY code, name",
            pairs,
            since,
            since,
        ),
    )
    looked_at = await rows.value(Q("SELECT count(*) FROM ({}) AS pair", pairs))
    return int(looked_at), found


async def supervisors(today: date) -> list[tuple[str, str]]:
    """People who are supervisors today: (id, name)."""

    class Person(Struct, frozen=True):
        id: UUID
        name: str

    found = await rows.fetch(
        Person,
        Q(
            "SELECT pe.id, pe.name FROM person pe WHERE EXISTS (SELECT 1 FROM membership m WHERE m.person = pe.id"
            " AND m.role = 'supervisor' AND m.starts_on <= {} AND (m.ends_on IS NULL OR m.ends_on >= {})) ORDER BY pe.sort_key, pe.id",
            today,
            today,
        ),
    )
    return [(str(person.id), person.name) for person in found]


class Log(Struct, frozen=True):
    log: dict[str, Any]


async def draw_log(actor: Actor, panel: UUID) -> dict[str, Any]:
    """The recorded draw as `verify_draw.py` reads it, or Missing."""
    found = await rows.one(
        Log,
        Q(
            "SELECT pn.draw_log AS log FROM panel pn WHERE pn.id = {} AND pn.draw_log IS NOT NULL AND {}",
            panel,
            visible_panel(actor, Action.VIEW_PANELS),
        ),
    )
    if found is None:
        raise Missing
    return found.log


async def expert_names(experts: Sequence[UUID]) -> dict[str, tuple[str, str]]:
    """Name and employer by expert, for showing a log that holds ids."""

    class Named(Struct, frozen=True):
        id: UUID
        name: str
        employer: str

    found = await rows.fetch(
        Named,
        Q(
            "SELECT e.id, pe.name, coalesce(u.name, e.employer_name) AS employer FROM expert e JOIN person pe ON pe.id = e.person"
            " LEFT JOIN unit u ON u.id = e.employer WHERE e.id = ANY({}::uuid[])",
            list(experts),
        ),
    )
    return {str(person.id): (person.name, person.employer) for person in found}
