"""Approval: from the answer of a run to a panel with its projects, seats and standbys, looked over once more by other means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows, todo
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.drawing import queries as drawing
from projects.drawing import rules as drawing_rules
from projects.matching import keeping, queries, rules, words
from projects.matching.loading import asked
from projects.matching.rules import Reason
from projects.matching.tables import MatchRun
from projects.panels.actions import url_of as panel_url
from projects.panels.tables import Charge, Panel, PanelProject, Seat
from projects.states import SeatState


class Pair(Struct, frozen=True):
    project: UUID
    expert: UUID
    person: UUID
    place: int
    kind: str
    standby: int


@rows.verb
async def approve_run(actor: Actor, run_id: UUID, *, early_reason: str = "", version: int) -> str:
    """Another person than who ran it says yes: the panel exists, its experts are invited.

    Refused: the same person, a project that is no longer free, a conflict that came to light since, too early without a reason.
    """
    run = await queries.find(actor, Action.APPROVE_MATCHING, run_id)
    rows.check_version(run, version)
    rules.check_two_people(run.asked_by, actor.person)
    pack = (await calls.pack(run.pack_hash)).panel
    wanted = (await asked(run.id)).parameters
    rules.check_asking(1, wanted.review_on, clock.today())
    drawing_rules.check_draw_day(clock.today(), wanted.review_on, pack, clock.calendar(), early_reason)
    await _check_free(run.id)
    await _check_pool(run.id)
    panel = await _panel(actor, run, wanted, early_reason)
    pairs = await _pairs(run.id)
    await _seat(panel, pairs)
    await _check_conflicts(panel.id, pack.conflict_years)
    await move(actor, panel, Action.APPROVE_MATCHING, run=run.id)
    await run.update_self({MatchRun.approved_by: actor.person, MatchRun.approved_at: clock.now(), MatchRun.panel: panel.id})
    await move(actor, run, Action.APPROVE_MATCHING, panel=panel.id)
    await _invite(panel)
    await letters.tell("match_approved", [run.asked_by], url=panel_url(panel.id), number=run.number, panel=panel.name)
    return panel_url(panel.id)


async def _check_free(run: UUID) -> None:
    """Locks the projects: nobody takes one into another panel meanwhile."""
    free = Q(
        "SELECT p.id, p.code, p.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM panel_project pp WHERE pp.project = p.id)"
        " FROM project p WHERE p.id IN (SELECT mp.project FROM match_project mp WHERE mp.run = {}) ORDER BY p.id FOR UPDATE OF p",
        run,
    )
    rules.check_unchanged([str(code) for _, code, is_free in await rows.DB.run_querystring(free) if not is_free])


async def _check_pool(run: UUID) -> None:
    """Who has left the pool, or is another record's part since, is not invited."""
    gone = await rows.column(
        Q(
            "SELECT DISTINCT pe.name FROM match_pair m JOIN expert e ON e.id = m.expert AND e.state <> 'admitted'"
            " JOIN person pe ON pe.id = e.person WHERE m.run = {} ORDER BY pe.name",
            run,
        )
    )
    rules.check_pool(gone)


async def _panel(actor: Actor, run: MatchRun, wanted: rules.Parameters, early_reason: str) -> Panel:
    count = await Panel.count().where(Panel.call == run.call)
    largest = await rows.value(Q("SELECT max(seats) FROM match_project WHERE run = {}", run.id))
    return await rows.insert(
        Panel(
            call=run.call,
            name=words.PANEL_NAME.format(number=count + 1),
            seats=largest,
            pack_hash=run.pack_hash,
            review_on=wanted.review_on,
            way="match",
            formed_by=run.asked_by,
            formed_at=clock.now(),
            draw_log=keeping.as_json({"run": str(run.id), "result": run.result_hash}),
            drawn_by=run.asked_by,
            drawn_at=clock.now(),
            supervisor=actor.person,
            early_reason=early_reason,
        )
    )


async def _pairs(run: UUID) -> list[Pair]:
    return await rows.fetch(
        Pair,
        Q(
            "SELECT m.project, m.expert, e.person, m.place, m.kind, m.standby FROM match_pair m JOIN expert e ON e.id = m.expert"
            " WHERE m.run = {} ORDER BY m.project, m.place, m.standby",
            run,
        ),
    )


async def _seat(panel: Panel, pairs: Sequence[Pair]) -> None:
    """One seat an expert, whatever number of projects; one charge a project and expert, standbys without a seat yet."""
    held: defaultdict[UUID, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if not pair.standby:
            held[pair.expert].append(pair)
    seats = {expert: rows.new_id() for expert in sorted(held, key=str)}
    at, by = clock.now(), panel.drawn_by
    await rows.copy(
        PanelProject,
        ("id", "panel", "project", "added_by", "added_at"),
        [(rows.new_id(), panel.id, project, by, at) for project in dict.fromkeys(pair.project for pair in pairs)],
    )
    await rows.copy(
        Seat,
        ("id", "panel", "expert", "person", "number", "kind", "standby", "project", "listed", "state", "phone", "phone_note",
         "reason", "on_paper", "version"),
        [
            (ident, panel.id, expert, held[expert][0].person, number, held[expert][0].kind, 0, None, True,
             SeatState.INVITED.value, "", "", "", False, 1)
            for number, (expert, ident) in enumerate(seats.items(), 1)
        ],
    )  # fmt: skip
    await rows.copy(
        Charge,
        ("id", "panel", "project", "expert", "place", "kind", "standby", "seat", "ended_at"),
        [
            (
                rows.new_id(),
                panel.id,
                p.project,
                p.expert,
                p.place,
                p.kind,
                p.standby,
                None if p.standby else seats[p.expert],
                None,
            )
            for p in pairs
        ],
    )


async def _check_conflicts(panel: UUID, years: int) -> None:
    """The second look, in SQL: it shares nothing with how the mask was made."""
    _, found = await drawing.conflicted(panel, clock.today(), years)
    if found:
        kind = drawing_rules.conflict_label(found[0].kind)
        raise Refused(Reason.CONFLICTED, name=found[0].name, code=found[0].code, conflict=kind)


async def _invite(panel: Panel) -> None:
    """Like drawing.invite for each, with one letter to all."""
    url = f"/r/{panel.id}"
    seats = await Seat.objects().where(Seat.panel == panel.id).order_by(Seat.number)
    for seat in seats:
        await todo.ask(Action.ACCEPT_SEAT, seat, title=panel.name, url=url, person=seat.person, due=panel.review_on)
    people = [seat.person for seat in seats]
    await letters.tell("panel_invitation", people, url=url, panel=panel.name, review_on=panel.review_on, way=panel.way)
