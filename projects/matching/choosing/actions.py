"""Choosing the experts of a panel by hand: the mask of conflicts holds all the same, and the reason stays on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import structs

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.moves import move
from projects.calls import queries as calls
from projects.calls.rulepack import PanelRules
from projects.drawing import actions as drawing
from projects.drawing import loads, queries, rules
from projects.drawing.rules import Reason as DrawReason
from projects.matching import keeping, words
from projects.matching.actions import expert_named
from projects.matching.choosing.rules import places
from projects.matching.rules import Reason, check_reason
from projects.panels import queries as panels
from projects.panels.actions import url_of
from projects.panels.tables import Panel, Seat
from projects.states import SeatState
from talent_pool.matching.draw.panel import Candidate, DrawnSeat
from talent_pool.profiles.queries import roster


@rows.verb
async def choose_experts(
    actor: Actor,
    panel_id: UUID,
    *,
    names: Sequence[str],
    reason: str,
    supervisor: UUID | None,
    early_reason: str = "",
    consent_reason: str = "",
    version: int,
) -> str:
    """The named experts sit, in this order; more names than seats stand by. Watched by a supervisor, as a draw is.

    Refused: nobody who watches, no reason, who has a hard conflict or no time, whose employer's consent is over unless
    `consent_reason` says why it may be so all the same, a mix that the rules do not allow.
    """
    panel = await panels.find(actor, Action.CHOOSE_EXPERTS, panel_id)
    rows.check_version(panel, version)
    check_reason(reason)
    rules.check_watched(actor.person, supervisor)
    if str(supervisor) not in {person for person, _ in await queries.supervisors(clock.today())}:
        raise Refused(DrawReason.NOT_SUPERVISOR)
    pack = (await calls.pack(panel.pack_hash)).panel
    wanted = list(dict.fromkeys([(await expert_named(name))[0] for name in names if name.strip()]))
    people, free = await _free(panel, pack, wanted, early_reason, consent_reason)
    seats = places(free, rules.draw_rules(pack, panel.seats))
    said = words.WITH_CONSENT.format(reason=reason, consent=consent_reason) if consent_reason.strip() else reason
    await panel.update_self(
        {
            Panel.way: "hand",
            Panel.draw_log: keeping.as_json({"way": "hand", "reason": said, "chosen": [str(expert) for expert in wanted]}),
            Panel.drawn_by: actor.person,
            Panel.drawn_at: clock.now(),
            Panel.supervisor: supervisor,
            Panel.early_reason: early_reason,
        }
    )
    await move(actor, panel, Action.CHOOSE_EXPERTS, reason=said, supervisor=supervisor)
    panel.way = "hand"
    await _seat(panel, seats, people)
    return url_of(panel.id)


async def _free(
    panel: Panel, pack: PanelRules, wanted: Sequence[UUID], early_reason: str, consent_reason: str
) -> tuple[dict[UUID, UUID], list[Candidate]]:
    """(person of each expert, the chosen as candidates). Refuses the first who may not judge this panel, with the reason."""
    projects = rules.remaining(await queries.judged(panel.id))
    rules.check_projects(projects, pack, panel.seats)
    rules.check_draw_day(clock.today(), panel.review_on, pack, clock.calendar(), early_reason)
    entries = {entry.expert: entry for entry in await roster()}
    chosen = [entries[expert] for expert in wanted if expert in entries]
    free, barred = rules.sift(
        chosen,
        projects,
        structs.replace(pack, consent_required=pack.consent_required and not consent_reason.strip()),
        on=clock.today(),
        held=await loads.held([entry.person for entry in chosen], panel.review_on.year),
        declared=await queries.declared(panel.id),
        fit=False,
        days=[panel.review_on],
    )
    if barred:
        name = entries[UUID(barred[0].expert)].name
        if barred[0].reason == "consent":
            raise Refused(Reason.PICK_CONSENT, name=name)
        raise Refused(Reason.PICK_BARRED, name=name, why=rules.excluded_label(barred[0].reason))
    return {expert: entry.person for expert, entry in entries.items()}, free


async def _seat(panel: Panel, seats: Sequence[DrawnSeat], people: Mapping[UUID, UUID]) -> None:
    """Seats and those who stand by; who sits is invited."""
    made = [
        Seat(
            panel=panel.id,
            expert=UUID(expert),
            person=people[UUID(expert)],
            number=place.seat,
            kind=place.kind,
            standby=order,
            state=SeatState.STANDBY if order else SeatState.INVITED,
        )
        for place in seats
        for order, expert in enumerate((place.expert, *place.standbys))
    ]
    await Seat.insert(*made)
    for seat in made:
        if seat.state == SeatState.INVITED:
            await drawing.invite(panel, seat)
