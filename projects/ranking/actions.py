"""Closing a panel, opening it again, and noting what a re-discussion brought."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.rulepack import RulePack
from projects.panels import queries as panels
from projects.panels.actions import url_of
from projects.panels.tables import Panel
from projects.ranking import queries, words
from projects.ranking.tables import Rediscussion, Standing
from projects.scoring import rules
from projects.scoring.ranking import rank
from projects.states import PanelState, State
from projects.tables import Project


@rows.verb
async def note_rediscussion(actor: Actor, panel_id: UUID, code: str, note: str) -> str:
    """What the panel said when it looked again at a project on which it was far apart. Sheets change only by their authors."""
    panel = await panels.find(actor, Action.MANAGE_PANEL, panel_id)
    if panel.state != PanelState.OPEN:
        raise Refused(rules.Reason.PANEL_SHUT)
    project = await rows.value(
        Q(
            "SELECT p.id FROM panel_project pp JOIN project p ON p.id = pp.project WHERE pp.panel = {} AND p.code = {}",
            panel.id,
            code,
        )
    )
    if project is None:
        raise Missing
    row = Rediscussion(panel=panel.id, project=project, note=note, noted_by=actor.person, noted_at=clock.now())
    await rows.insert(row)
    await audit.record(actor, Action.MANAGE_PANEL, panel, what="rediscussed", code=code)
    return f"{url_of(panel.id)}/progress"


@rows.verb
async def close_panel(actor: Actor, panel_id: UUID, *, reason: str = "", version: int) -> str:
    """End scoring: averages and places by the published formula, over signed sheets only.

    Refused: a project without a signed sheet, fewer signatures than seats without a reason, a wide disagreement not talked over.
    """
    panel = await panels.find(actor, Action.CLOSE_PANEL, panel_id)
    rows.check_version(panel, version)
    pack = await calls.pack(panel.pack_hash)
    projects = await _in_review(panel)
    sheets = {found.project: found for found in await queries.signed_sheets(Q("pp.panel = {}", panel.id))}
    await _check_closing(panel, pack, projects, sheets, reason)
    await panel.update_self({Panel.closed_at: clock.now(), Panel.close_reason: reason})
    await move(actor, panel, Action.CLOSE_PANEL, reason=reason, sheets=sum(len(s.points) for s in sheets.values()))
    for project in projects:
        await move(actor, project, Action.CLOSE_REVIEW, panel=panel.name)
    await reckon(panel.call, pack)
    await _tell(panel)
    return f"{url_of(panel.id)}/progress"


async def _in_review(panel: Panel) -> list[Project]:
    ids = await rows.column(Q("SELECT project FROM panel_project WHERE panel = {}", panel.id))
    query = Project.objects().where(Project.id.is_in(ids) & (Project.state == State.IN_REVIEW)).order_by(Project.id)
    found: list[Project] = await query.lock_rows("UPDATE")
    return found


async def _check_closing(
    panel: Panel, pack: RulePack, projects: Sequence[Project], sheets: dict[UUID, queries.Sheets], reason: str
) -> None:
    for project in projects:
        if project.id not in sheets:
            raise Refused(rules.Reason.NO_SHEETS, code=project.code)
    seats = await queries.progress(panel.id)
    signed = sum(seat.signed_at is not None and seat.state == "signed" and seat.only is None for seat in seats)
    needed = panel.seats
    if panel.way == "match":
        # Each project has experts of its own: the one that is furthest from its places counts.
        places = await queries.places_of(panel.id)
        lacking = {found.project: places.get(found.project, 0) - len(found.points) for found in sheets.values()}
        worst = max(lacking, key=lambda project: lacking[project])
        needed, signed = places.get(worst, 0), len(sheets[worst].points)
    if signed < needed and not reason.strip():
        raise Refused(rules.Reason.FEWER_NEED_REASON, needed=needed, signed=signed)
    discussed = await queries.discussed(panel.id)
    unsettled = [
        found.code for found in sheets.values() if rules.is_wide(found.totals, pack.ranking) and found.project not in discussed
    ]
    rules.check_closing(min(signed, needed), signed, unsettled)


async def reckon(call: UUID, pack: RulePack) -> None:
    """Average, place and standing of every scored project of a call, anew: one more panel can move all places."""
    await rows.execute(Q("SELECT id FROM call WHERE id = {} FOR UPDATE", call))
    found = await queries.signed_sheets(Q("p.call = {} AND p.state = 'scored'", call))
    sheets = {str(line.project): line for line in found}
    ranked = rank({project: line.points for project, line in sheets.items()}, pack.rubric, pack.ranking)
    await rows.execute(Q("DELETE FROM standing WHERE call = {}", call))
    standings = [
        Standing(
            project=sheets[line.project].project,
            call=call,
            panel=sheets[line.project].panel,
            place=line.place,
            numerator=line.mean.numerator,
            denominator=line.mean.denominator,
            sheets=line.sheets,
            seats=sheets[line.project].seats,
            totals=sheets[line.project].totals,
            tied=line.tied,
            decided_by=line.decided_by,
            passes=line.passes,
            ranked_at=clock.now(),
        )
        for line in ranked
    ]
    for start in range(0, len(standings), 500):
        await Standing.insert(*standings[start : start + 500])
    await rows.execute(
        Q(
            "UPDATE project p SET average = t.average, rank = t.place, changed_at = {}"
            " FROM unnest({}::uuid[], {}::int[], {}::int[]) AS t (id, average, place) WHERE p.id = t.id",
            clock.now(),
            [UUID(line.project) for line in ranked],
            [int(Decimal(rules.show_mean(line.mean)) * 100) for line in ranked],
            [line.place for line in ranked],
        )
    )


async def _tell(panel: Panel) -> None:
    people = await rows.column(Q("SELECT person FROM seat WHERE panel = {} AND state = 'signed'", panel.id))
    await letters.tell("panel_closed", people, url=f"/r/{panel.id}", panel=panel.name)
    waiting = Q(
        "SELECT count(*) FROM project WHERE call = {} AND state IN ('submitted', 'returned', 'accepted', 'in-review')", panel.call
    )
    if not await rows.value(waiting):
        title, code, host = (await _call(panel.call))[0]
        await todo.ask(
            Action.PREPARE_DECISION,
            ("call", panel.call),
            title=words.TODO.format(title=title),
            url=f"/w/ranking/{code}",
            role=Role.COORDINATOR,
            unit=host,
        )


async def _call(call: UUID) -> list[tuple[str, str, UUID]]:
    return [tuple(row) for row in await rows.DB.run_querystring(Q("SELECT title, code, host FROM call WHERE id = {}", call))]


@rows.verb
async def reopen_panel(actor: Actor, panel_id: UUID, *, reason: str, version: int) -> str:
    """Scoring goes on, with a reason, as long as nothing has been decided. Averages and places are withdrawn."""
    panel = await panels.find(actor, Action.REOPEN_PANEL, panel_id)
    rows.check_version(panel, version)
    rules.check_return(reason)
    ids = await rows.column(Q("SELECT project FROM panel_project WHERE panel = {}", panel.id))
    projects = await Project.objects().where(Project.id.is_in(ids)).order_by(Project.id).lock_rows("UPDATE")
    if any(State(project.state) not in {State.SCORED, State.WITHDRAWN} for project in projects):
        raise Refused(rules.Reason.STILL_SITTING)
    await move(actor, panel, Action.REOPEN_PANEL, reason=reason)
    for project in projects:
        if project.state == State.SCORED:
            await move(actor, project, Action.REOPEN_REVIEW, reason=reason)
            await project.update_self({Project.average: None, Project.rank: None})
    await todo.settle(("call", panel.call), Action.PREPARE_DECISION, actor)
    await reckon(panel.call, await calls.pack(panel.pack_hash))
    return f"{url_of(panel.id)}/progress"
