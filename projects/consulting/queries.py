"""What the pool may know of a project that asks: who stands behind it, and whose its consultations are."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.rows import Q
from projects.queries import visible_project
from talent_pool.consultations.reach import OWNERS
from talent_pool.consultations.rules import Parties
from talent_pool.profiles.rules import named


def own(actor: Actor) -> Q:
    """The condition on consultation (as c) that it was asked for a project of this person's team."""
    return Q("c.project IN (SELECT pm.project FROM project_member pm WHERE pm.person = {})", actor.person)


if own not in OWNERS:
    OWNERS.append(own)


class Behind(Struct, frozen=True):
    """Everybody and every unit behind a project. `namesakes` are experts named like somebody of its team."""

    units: list[UUID]
    unit_names: list[str]
    people: list[UUID]
    team: list[str]
    namesakes: list[UUID]
    mentors: list[UUID]
    supervisor: str
    recused: list[UUID]
    county: str


async def behind(project: UUID) -> Behind:
    return await rows.the(
        Behind,
        Q(
            "SELECT ARRAY(SELECT i.unit FROM involvement i WHERE i.project = p.id AND i.why IN ('team', 'payee')"
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
            "  AND (t.unit = p.organisation OR t.unit_name = u.name)) AS mentors, coalesce(o.supervisor, '') AS supervisor,"
            " ARRAY(SELECT coalesce(se.also_person, rc.person) FROM recusal rc LEFT JOIN expert re ON re.person = rc.person"
            "  LEFT JOIN same_expert se ON se.expert = re.id WHERE rc.project = p.id AND rc.lifted_at IS NULL) AS recused,"
            " coalesce((SELECT left(min(l.township), 6) FROM place l WHERE l.project = p.id), p.county) AS county"
            " FROM project p JOIN unit u ON u.id = p.organisation LEFT JOIN organisation o ON o.unit = p.organisation WHERE p.id = {}",
            project,
        ),
    )


async def parties(project: UUID) -> Parties:
    """By id and by name, as the draw of a panel sees them."""
    found = await behind(project)
    return Parties(
        project=str(project),
        units=(*map(str, found.units), *map(named, found.unit_names)),
        people=(*map(str, found.people), *map(str, found.namesakes), *map(named, found.team)),
        mentors=tuple(map(str, found.mentors)),
        bodies=(named(found.supervisor),) if found.supervisor else (),
        recused=tuple(map(str, found.recused)),
    )


async def may_ask(actor: Actor, project: UUID) -> bool:
    """Whether this person may ask for the project."""
    seen = Q("SELECT p.id FROM project p WHERE p.id = {} AND {}", project, visible_project(actor, Action.ASK_CONSULTATION))
    return await rows.value(seen) is not None


async def speaking_unit(actor_units: list[UUID], project: UUID) -> UUID | None:
    """The official's own unit that answers for the project, when one does."""
    found = await rows.value(
        Q(
            "SELECT i.unit FROM involvement i WHERE i.project = {} AND i.unit = ANY({}::uuid[]) AND i.why IN ('lead', 'host')"
            " ORDER BY i.why DESC, i.unit LIMIT 1",
            project,
            actor_units,
        )
    )
    return UUID(str(found)) if found else None
