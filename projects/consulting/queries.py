"""What the pool may know of a project that asks: who stands behind it, and whose its consultations are."""

from __future__ import annotations

from uuid import UUID

from kernel import rows
from kernel.access import Action, Actor
from kernel.rows import Q
from projects.drawing import queries as drawing
from projects.queries import visible_project
from talent_pool.consultations.reach import OWNERS
from talent_pool.consultations.rules import Parties


def own(actor: Actor) -> Q:
    """The condition on consultation (as c) that it was asked for a project of this person's team."""
    return Q("c.project IN (SELECT pm.project FROM project_member pm WHERE pm.person = {})", actor.person)


if own not in OWNERS:
    OWNERS.append(own)


async def parties(project: UUID) -> Parties:
    """By id and by name, as the draw of a panel sees them."""
    [judged] = await drawing.concerned(Q("p.id = {}", project))
    facts = judged.facts
    recused = await drawing.recused(Q("SELECT {}::uuid", project))
    return Parties(
        project=facts.project,
        units=tuple(facts.units),
        people=tuple(facts.people),
        mentors=tuple(facts.mentors),
        bodies=tuple(facts.supervising_bodies),
        recused=tuple(map(str, recused)),
    )


async def county(project: UUID) -> str:
    """Where it works, else where its organisation sits: what a need of the project begins with."""
    return str(
        await rows.value(
            Q(
                "SELECT coalesce((SELECT left(min(l.township), 6) FROM place l WHERE l.project = p.id), p.county) FROM project p"
                " WHERE p.id = {}",
                project,
            )
        )
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
