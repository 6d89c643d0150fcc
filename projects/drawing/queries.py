"""What the draw needs to know: the projects with everybody behind them, who is busy, who recused, and the second look at conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.rows import Q
from projects.drawing import loads
from projects.drawing.rules import Judged
from projects.panels.queries import SITTING, visible_panel
from projects.queries import JUDGED


async def judged(panel: UUID) -> list[Judged]:
    """The panel's projects with everybody and every unit behind them."""
    return await concerned(Q("p.id IN (SELECT pp.project FROM panel_project pp WHERE pp.panel = {})", panel))


async def concerned(which: Q) -> list[Judged]:
    """Projects (as p) that meet the condition, with everybody and every unit behind them. The caller has asked who may see them."""
    return await rows.fetch(
        Judged,
        Q(
            "SELECT p.id AS project, p.code, p.title, p.area, coalesce(p.requested, 0) AS requested, p.state,"
            " ARRAY(SELECT i.unit FROM involvement i WHERE i.project = p.id AND i.why IN ('team', 'payee')"
            "  UNION SELECT p.organisation UNION SELECT p.payee WHERE p.payee IS NOT NULL) AS units,"
            " ARRAY(SELECT iu.name FROM involvement i JOIN unit iu ON iu.id = i.unit"
            "  WHERE i.project = p.id AND i.why IN ('team', 'payee') UNION SELECT u.name) AS unit_names,"
            " ARRAY(SELECT coalesce(se.also_person, near.person) FROM (SELECT pm.person FROM project_member pm WHERE pm.project = p.id"
            "  UNION SELECT p.author) near LEFT JOIN expert ne ON ne.person = near.person LEFT JOIN same_expert se ON se.expert = ne.id) AS people,"
            " ARRAY(SELECT tm.name FROM team_member tm WHERE tm.project = p.id UNION SELECT o.legal_person WHERE o.legal_person <> ''"
            "  UNION SELECT mp.name FROM project_member pm JOIN person mp ON mp.id = pm.person WHERE pm.project = p.id) AS team,"
            " ARRAY(SELECT se.also_person FROM expert e JOIN person ep ON ep.id = e.person JOIN same_expert se ON se.expert = e.id WHERE ep.name IN"
            "  (SELECT tm.name FROM team_member tm WHERE tm.project = p.id UNION SELECT o.legal_person)) AS namesakes,"
            " ARRAY(SELECT se.also_person FROM expert_tie t JOIN same_expert se ON se.expert = t.expert WHERE t.kind = 'mentoring'"
            "  AND (t.unit = p.organisation OR t.unit_name = u.name)) AS mentors, coalesce(o.supervisor, '') AS supervisor"
            " FROM project p JOIN unit u ON u.id = p.organisation"
            " LEFT JOIN organisation o ON o.unit = p.organisation WHERE {} ORDER BY p.code",
            which,
        ),
    )


class Declared(Struct, frozen=True):
    person: UUID
    projects: list[UUID]


async def declared(panel: UUID) -> dict[UUID, list[UUID]]:
    """Live recusals from projects of the panel, by person."""
    return await recused(Q("SELECT pp.project FROM panel_project pp WHERE pp.panel = {}", panel))


async def recused(projects: Q) -> dict[UUID, list[UUID]]:
    """Live recusals from the projects that a query names, by person."""
    found = await rows.fetch(
        Declared,
        Q(
            "SELECT coalesce(se.also_person, rc.person) AS person, array_agg(DISTINCT rc.project) AS projects FROM recusal rc"
            " LEFT JOIN expert x ON x.person = rc.person LEFT JOIN same_expert se ON se.expert = x.id"
            " WHERE rc.project IN ({}) AND rc.lifted_at IS NULL GROUP BY coalesce(se.also_person, rc.person)",
            projects,
        ),
    )
    return {line.person: line.projects for line in found}


class Conflicted(Struct, frozen=True):
    seat: UUID
    name: str
    code: str
    kind: str


_PAIR = "p.id AS project, p.code, p.organisation, p.payee, p.author"


async def conflicted(panel: UUID, on: date, years: int) -> tuple[int, list[Conflicted]]:
    """How many pairs of seat and project were looked at, and the hard conflicts among them.

    Written in SQL, apart from `rules.sift` on purpose, so that one mistake cannot hide in both.
    """
    pairs = Q(
        f"SELECT st.id AS seat, st.person, st.expert, pe.name, {_PAIR} FROM seat st JOIN person pe ON pe.id = st.person"  # noqa: S608 - our own text
        f" CROSS JOIN {JUDGED} JOIN project p ON p.id = j.project"
        " WHERE st.panel = {} AND (st.state = 'standby' OR st.state = ANY({}))",
        panel,
        SITTING,
    )
    looked_at = await rows.value(Q("SELECT count(*) FROM ({}) AS pair", pairs))
    return int(looked_at), await _conflicts(pairs, on, years)


async def conflicted_charges(panel: UUID, on: date, years: int) -> list[Conflicted]:
    """Hard conflicts of who stands by on a matched panel; `seat` is the charge."""
    pairs = Q(
        f"SELECT ch.id AS seat, e.person, ch.expert, pe.name, {_PAIR} FROM charge ch JOIN expert e ON e.id = ch.expert"  # noqa: S608 - our own text
        " JOIN person pe ON pe.id = e.person JOIN project p ON p.id = ch.project WHERE ch.panel = {} AND ch.seat IS NULL",
        panel,
    )
    return await _conflicts(pairs, on, years)


async def _conflicts(pairs: Q, on: date, years: int) -> list[Conflicted]:
    since = Q("({}::date - make_interval(years => {}))::date", on, years)
    return await rows.fetch(
        Conflicted,
        Q(
            # Everybody a merged expert is: what keeps one of them out keeps out all.
            "WITH found AS ({}), pair AS (SELECT f.seat, se.also_person AS person, se.also AS expert, n.name, f.project, f.code,"
            " f.organisation, f.payee, f.author FROM found f JOIN same_expert se ON se.expert = f.expert"
            " JOIN person n ON n.id = se.also_person), concerned AS (SELECT pair.*, u.id AS unit, u.name AS unit_name FROM pair JOIN unit u"
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


async def uncharged(panel: UUID) -> list[str]:
    """Codes of a matched panel's projects that have a place with nobody in it."""
    found: list[str] = await rows.column(
        Q(
            "SELECT DISTINCT p.code FROM charge ch JOIN project p ON p.id = ch.project AND p.state <> 'withdrawn'"
            " WHERE ch.panel = {} AND ch.standby = 0 AND NOT EXISTS (SELECT 1 FROM charge t JOIN seat st ON st.id = t.seat"
            "  WHERE t.panel = ch.panel AND t.project = ch.project AND t.place = ch.place AND t.ended_at IS NULL"
            "  AND st.state = ANY({}) AND NOT EXISTS (SELECT 1 FROM recusal rc WHERE rc.project = t.project"
            "   AND rc.person = st.person AND rc.lifted_at IS NULL)) ORDER BY p.code",
            panel,
            SITTING,
        )
    )
    return found


class Waiting(Struct, frozen=True):
    """A standby of a place on a matched panel."""

    id: UUID
    person: UUID
    max_load: int


async def next_charge(panel: UUID, project: UUID, place: int, barred: Sequence[UUID], per_employer: int) -> UUID | None:
    """The next standby of a place: free of conflicts, not full, not gone from the panel, fitting beside who stays."""
    gone = Q(
        "SELECT 1 FROM same_expert se JOIN seat s ON s.expert = se.also WHERE se.expert = ch.expert AND s.panel = ch.panel"
        " AND NOT (s.state = ANY({}))",
        SITTING[:3],
    )
    mates = Q(
        "SELECT count(*) FROM charge b JOIN expert be ON be.id = b.expert WHERE b.panel = ch.panel AND b.project = ch.project"
        " AND b.seat IS NOT NULL AND b.ended_at IS NULL AND (be.employer = e.employer OR be.employer_name = e.employer_name"
        " AND be.employer_name <> '' OR be.host_staff AND e.host_staff)"
    )
    waiting = await rows.fetch(
        Waiting,
        Q(
            "SELECT ch.id, e.person, e.max_load FROM charge ch JOIN expert c ON c.id = ch.expert"
            " JOIN expert e ON e.id = coalesce(c.merged_into, c.id) WHERE ch.panel = {}"
            " AND ch.project = {} AND ch.place = {} AND ch.seat IS NULL AND NOT (ch.id = ANY({}::uuid[])) AND NOT EXISTS ({})"
            " AND ({}) < {} ORDER BY ch.standby",
            panel,
            project,
            place,
            list(barred),
            gone,
            mates,
            per_employer,
        ),
    )
    held = await loads.held([one.person for one in waiting], clock.today().year)
    return next((one.id for one in waiting if held[one.person].now < one.max_load), None)


class Standing(Struct, frozen=True):
    expert: UUID
    person: UUID


async def stands_for(expert: UUID) -> tuple[UUID, UUID]:
    """(expert, person) who lives on when this one has been merged since, else the same."""
    found = await rows.the(
        Standing,
        Q(
            "SELECT e.id AS expert, e.person FROM expert c JOIN expert e ON e.id = coalesce(c.merged_into, c.id) WHERE c.id = {}",
            expert,
        ),
    )
    return found.expert, found.person


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
            "SELECT pn.draw_log AS log FROM panel pn WHERE pn.id = {} AND pn.seed <> '' AND {}",
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
