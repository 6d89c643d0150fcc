"""Who may see a consultation: one condition for lists, counts, pages, files, exports and verbs."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from kernel import files, rows
from kernel.access import GRANTS, Action, Actor, Reach
from kernel.errors import Missing
from kernel.rows import Q

INVITED = (
    "EXISTS (SELECT 1 FROM invitation v WHERE v.consultation = c.id AND v.person = {} AND v.state IN ('invited', 'accepted'))"
)
OWNERS: list[Callable[[Actor], Q]] = []
"""Further conditions on consultation (as c) by which it is somebody's own. A package to the left adds its own: the team
of the project it was asked for."""


def visible_consultation(actor: Actor, action: Action) -> Q:
    """The condition on consultation (as c) that `action` reaches it for this actor.

    One condition for lists, counts, pages, files, exports and verbs, so that none shows what another hides.
    """
    ways = [way for m in actor.memberships if (way := _way(actor, GRANTS.get(action, {}).get(m.role), m.unit)) is not None]
    return Q("(" + " OR ".join("{}" for _ in ways) + ")", *ways) if ways else Q("false")


def _way(actor: Actor, reach: Reach | None, unit: UUID | None) -> Q | None:
    match reach:
        case Reach.CITY:
            return Q("true")
        case Reach.INVOLVED if unit is not None:
            return Q("(c.asking_unit = {} OR c.department = {})", unit, unit)
        case Reach.UNIT if unit is not None:
            return Q("c.asking_unit = {}", unit)
        case Reach.ASSIGNED:
            return Q(INVITED, actor.person)
        case Reach.OWN:
            ways = [Q("c.asked_by = {}", actor.person), *(own(actor) for own in OWNERS)]
            return Q("(" + " OR ".join("{}" for _ in ways) + ")", *ways)
    return None


async def consultation_id(actor: Actor, action: Action, code: str) -> UUID:
    """The id behind a code, if `action` reaches it, else Missing."""
    found = await rows.value(
        Q("SELECT c.id FROM consultation c WHERE c.code = {} AND {}", code, visible_consultation(actor, action))
    )
    if found is None:
        raise Missing
    return UUID(str(found))


@files.owner("consultation")
async def check_may_see_files(actor: Actor | None, consultation: UUID) -> None:
    """Whoever sees the consultation, on either side, and the experts who were asked to it."""
    if actor is not None:
        ways = [visible_consultation(actor, action) for action in (Action.LIST_CONSULTATIONS, Action.LIST_OWN_CONSULTATIONS)]
        ways.append(Q(INVITED, actor.person))
        condition = Q("c.id = {} AND (" + " OR ".join("{}" for _ in ways) + ")", consultation, *ways)
        if await rows.value(Q("SELECT c.id FROM consultation c WHERE {}", condition)) is not None:
            return
    raise Missing
