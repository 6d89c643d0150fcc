"""The draw and what follows from it: standbys by telephone and in order, the second look at conflicts, opening for scoring."""

from __future__ import annotations

import secrets
from uuid import UUID

import msgspec

from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.rulepack import PanelRules
from projects.drawing import loads, queries, rules
from projects.drawing.rules import Reason
from projects.panels import queries as panels
from projects.panels.actions import url_of
from projects.panels.tables import Charge, Panel, Seat
from projects.states import SeatState, State
from projects.tables import Project
from talent_pool.matching.draw.panel import Draw, draw
from talent_pool.profiles.queries import roster


@rows.verb
async def draw_experts(
    actor: Actor, panel_id: UUID, *, supervisor: UUID | None, early_reason: str = "", fit: bool = False, version: int
) -> str:
    """Draw seats and standbys at random among those without a hard conflict; the whole draw is recorded with its seed.

    Refused: a second draw, no supervisor, too early without a reason, a pool that cannot fill the seats.
    """
    panel = await panels.find(actor, Action.DRAW_EXPERTS, panel_id)
    rows.check_version(panel, version)
    rules.check_watched(actor.person, supervisor)
    if str(supervisor) not in {person for person, _ in await queries.supervisors(clock.today())}:
        raise Refused(Reason.NOT_SUPERVISOR)
    pack = await calls.pack(panel.pack_hash)
    projects = rules.remaining(await queries.judged(panel.id))
    rules.check_projects(projects, pack.panel, panel.seats)
    rules.check_draw_day(clock.today(), panel.review_on, pack.panel, clock.calendar(), early_reason)
    everybody = await roster()
    free, excluded = rules.sift(
        everybody,
        projects,
        pack.panel,
        on=clock.today(),
        held=await loads.held([entry.person for entry in everybody], panel.review_on.year),
        declared=await queries.declared(panel.id),
        fit=fit,
        days=[panel.review_on],
    )
    seed = secrets.token_hex(16)
    drawn = draw(bytes.fromhex(seed), f"panel:{panel.id}", free, rules.draw_rules(pack.panel, panel.seats), excluded)
    await panel.update_self(
        {
            Panel.seed: seed,
            Panel.draw_log: msgspec.json.encode(drawn.to_log()).decode(),
            Panel.drawn_by: actor.person,
            Panel.drawn_at: clock.now(),
            Panel.supervisor: supervisor,
            Panel.early_reason: early_reason,
        }
    )
    await move(actor, panel, Action.DRAW_EXPERTS, seed_sha256=drawn.seed_sha256, pool=len(free), supervisor=supervisor)
    await _seat(panel, drawn)
    return url_of(panel.id)


async def _seat(panel: Panel, drawn: Draw) -> None:
    """One row for everybody drawn and every standby; who has a seat is invited."""
    person = {str(entry.expert): entry.person for entry in await roster()}
    made: list[Seat] = []
    for place in drawn.seats:
        for order, expert in enumerate((place.expert, *place.standbys)):
            state = SeatState.STANDBY if order else SeatState.INVITED
            made.append(
                Seat(
                    panel=panel.id,
                    expert=UUID(expert),
                    person=person[expert],
                    number=place.seat,
                    kind=place.kind,
                    standby=order,
                    state=state,
                )
            )
    await Seat.insert(*made)
    for seat in made:
        if seat.state == SeatState.INVITED:
            await invite(panel, seat)


async def invite(panel: Panel, seat: Seat) -> None:
    """The letter and the to-do of an invited expert. No title of a proposal is in either."""
    url = f"/r/{panel.id}"
    await todo.ask(Action.ACCEPT_SEAT, seat, title=panel.name, url=url, person=seat.person, due=panel.review_on)
    await letters.tell("panel_invitation", [seat.person], url=url, panel=panel.name, review_on=panel.review_on, way=panel.way)


async def hand_on(actor: Actor, panel: Panel, pack: PanelRules, left: Seat, project: UUID | None) -> Seat | None:
    """On a matched panel: what the seat had in its charge (or one project of it) goes to the next standby of each place.

    None when a project found nobody: then the host is asked.
    """
    barred = {line.seat for line in await queries.conflicted_charges(panel.id, clock.today(), pack.conflict_years)}
    held = (Charge.seat == left.id) & Charge.ended_at.is_null()
    if project is not None:
        held &= Charge.project == project
    charges = await Charge.objects().where(held).order_by(Charge.project).lock_rows("UPDATE")
    last: Seat | None = None
    short = False
    for charge in charges:
        await charge.update_self({Charge.ended_at: clock.now()})
        following = await queries.next_charge(panel.id, charge.project, charge.place, list(barred), pack.per_employer_max)
        if following is None:
            short = True
        else:
            last = await _take_charge(actor, panel, await rows.find(Charge, Charge.id == following), left)
    return None if short else last


async def _take_charge(actor: Actor, panel: Panel, charge: Charge, left: Seat) -> Seat:
    """A standby of a matched panel takes the project: beside what is theirs already, or with a new invitation."""
    expert, person = await queries.stands_for(charge.expert)
    sits = (Seat.panel == panel.id) & (Seat.expert == expert) & Seat.state.is_in(panels.SITTING)
    seat: Seat | None = await Seat.objects().where(sits).first().lock_rows("UPDATE")
    if seat is None:
        number = await rows.value(Q("SELECT max(number) + 1 FROM seat WHERE panel = {}", panel.id))
        seat = await rows.insert(Seat(panel=panel.id, expert=expert, person=person, number=number, kind=charge.kind, listed=True))
        await invite(panel, seat)
    else:
        await letters.tell("panel_charge", [seat.person], url=f"/r/{panel.id}", panel=panel.name, review_on=panel.review_on)
    await charge.update_self({Charge.seat: seat.id})
    await audit.record(actor, Action.SUMMON_STANDBY, seat, instead_of=left.id, project=charge.project)
    return seat


@rows.verb
async def record_phone(actor: Actor, panel_id: UUID, seat_id: UUID, *, outcome: str, note: str = "") -> str:
    """What the telephone call to a drawn expert brought. Replacing somebody is a step of its own."""
    panel = await panels.find(actor, Action.MANAGE_PANEL, panel_id)
    seat = await seat_of(panel, seat_id)
    await seat.update_self(
        {
            Seat.phone: outcome,
            Seat.phone_note: note,
            Seat.phone_at: clock.now(),
            Seat.phone_by: actor.person,
            Seat.version: seat.version + 1,
        }
    )
    await audit.record(actor, Action.MANAGE_PANEL, seat, what="phone", outcome=outcome)
    return url_of(panel.id)


async def seat_of(panel: Panel, seat_id: UUID) -> Seat:
    """A seat of this very panel, locked. A seat of another panel is not there."""
    return await rows.find(Seat, (Seat.id == seat_id) & (Seat.panel == panel.id))


@rows.verb
async def replace_seat(actor: Actor, panel_id: UUID, seat_id: UUID, *, reason: str) -> str:
    """Put the next standby of the same seat in, with the reason. Works before and during scoring, not after signing."""
    panel = await panels.find(actor, Action.REPLACE_SEAT, panel_id)
    rules.check_reason(reason)
    seat = await seat_of(panel, seat_id)
    await move(actor, seat, Action.REPLACE_SEAT, reason=reason)
    await seat.update_self({Seat.reason: reason})
    await todo.settle(seat, None, actor)
    if await summon(actor, panel, seat, project=seat.project) is None:
        raise Refused(Reason.NO_STANDBY, number=seat.number)
    return url_of(panel.id)


async def summon(actor: Actor, panel: Panel, left: Seat, *, project: UUID | None) -> Seat | None:
    """Invite the next standby of the seat that was left, skipping who has a conflict by now. None when there is none."""
    pack = await calls.pack(panel.pack_hash)
    if left.listed:
        return await hand_on(actor, panel, pack.panel, left, project)
    _, found = await queries.conflicted(panel.id, clock.today(), pack.panel.conflict_years)
    barred = {line.seat for line in found}
    waiting = await (
        Seat.objects()
        .where((Seat.panel == panel.id) & (Seat.number == left.number) & (Seat.state == SeatState.STANDBY))
        .order_by(Seat.standby)
        .lock_rows("UPDATE")
    )
    for seat in waiting:
        if seat.id not in barred:
            await seat.update_self({Seat.project: project})
            await move(actor, seat, Action.SUMMON_STANDBY, instead_of=left.id)
            await invite(panel, seat)
            return seat
    return None


@rows.verb
async def open_panel(actor: Actor, panel_id: UUID, version: int) -> str:
    """Open scoring: every seat is taken, nobody has a hard conflict by the second look; projects go into review."""
    panel = await panels.find(actor, Action.OPEN_PANEL, panel_id)
    rows.check_version(panel, version)
    pack = await calls.pack(panel.pack_hash)
    projects = rules.remaining(await queries.judged(panel.id))
    if panel.way == "match":
        rules.check_ready(projects)
        rules.check_charged(await queries.uncharged(panel.id))
    else:
        rules.check_projects(projects, pack.panel, panel.seats)
    pairs, found = await queries.conflicted(panel.id, clock.today(), pack.panel.conflict_years)
    seats = await panels.seats(panel.id)
    sitting = {seat.id: seat for seat in seats if seat.sits and seat.only is None}
    if panel.way != "match":
        rules.check_seated(panel.seats, len(sitting))
    for conflict in found:
        if conflict.seat in sitting:
            raise Refused(
                Reason.HARD_CONFLICT, name=conflict.name, code=conflict.code, conflict=rules.conflict_label(conflict.kind)
            )
    await move(actor, panel, Action.OPEN_PANEL, pairs_checked=pairs)
    await panel.update_self({Panel.opened_at: clock.now()})
    await _open_projects(actor, panel)
    people = [seat.person for seat in sitting.values()]
    await letters.tell("panel_opened", people, url=f"/r/{panel.id}", panel=panel.name, review_on=panel.review_on)
    for seat in await Seat.objects().where(Seat.id.is_in(list(sitting))):
        await todo.ask(Action.SIGN_SCORES, seat, title=panel.name, url=f"/r/{panel.id}", person=seat.person, due=panel.review_on)
    return url_of(panel.id)


async def _open_projects(actor: Actor, panel: Panel) -> None:
    ids = await rows.column(Q("SELECT project FROM panel_project WHERE panel = {}", panel.id))
    for project in await Project.objects().where(Project.id.is_in(ids)).order_by(Project.id).lock_rows("UPDATE"):
        if project.state != State.WITHDRAWN:
            await move(actor, project, Action.OPEN_REVIEW, panel=panel.name)
            await project.update_self({Project.changed_at: clock.now()})
