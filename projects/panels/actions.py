"""Forming a panel and choosing what it judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.panels import queries, rules
from projects.panels.rules import Reason
from projects.panels.tables import Panel, PanelProject
from projects.queries import visible_project
from projects.states import PanelState, State
from projects.tables import Project


def url_of(panel: UUID) -> str:
    return f"/w/panels/{panel}"


@rows.verb
async def form_panel(actor: Actor, call: str, *, name: str, seats: int, review_on: date) -> str:
    """A new, empty panel of a call. The rules are the call's as they stand."""
    found = await queries.calls(actor, Action.MANAGE_PANEL, call)
    if not found or not call:
        raise Missing
    rules.check_review_day(clock.today(), review_on)
    if await Panel.exists().where((Panel.call == found[0].id) & (Panel.name == name)):
        raise Refused(Reason.NAME_TAKEN, name=name)
    panel = await rows.insert(
        Panel(
            call=found[0].id,
            name=name,
            seats=seats,
            pack_hash=found[0].pack_hash,
            review_on=review_on,
            formed_by=actor.person,
            formed_at=clock.now(),
        )
    )
    await audit.record(actor, Action.MANAGE_PANEL, panel, what="formed", seats=seats)
    return f"{url_of(panel.id)}/projects"


@rows.verb
async def add_projects(actor: Actor, panel_id: UUID, codes: Sequence[str]) -> str:
    """Take accepted proposals into a panel that has not been drawn: all of them or none."""
    panel = await _forming(actor, panel_id)
    found = await _ready(actor, panel, codes)
    await PanelProject.insert(
        *(PanelProject(panel=panel.id, project=p, added_by=actor.person, added_at=clock.now()) for p in found)
    )
    await _touch(actor, panel, what="projects", added=len(found))
    return url_of(panel.id)


async def _ready(actor: Actor, panel: Panel, codes: Sequence[str]) -> list[UUID]:
    """The projects behind the codes, locked in id order, each checked; what is out of reach is Missing."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        raise Refused(Reason.NO_PROJECTS)
    seen = visible_project(actor, Action.LIST_PROJECTS)
    ids = await rows.column(Q("SELECT p.id FROM project p WHERE p.code = ANY({}::text[]) AND {} ORDER BY p.id", wanted, seen))
    if len(ids) < len(wanted):
        raise Missing
    found = await Project.objects().where(Project.id.is_in(ids)).order_by(Project.id).lock_rows("UPDATE")
    for project in found:
        if project.call != panel.call:
            raise Refused(Reason.OTHER_CALL, code=project.code)
        if project.state != State.ACCEPTED:
            raise Refused(Reason.NOT_READY, code=project.code, state=State(project.state).label)
        other = await rows.value(
            Q("SELECT pn.name FROM panel_project pp JOIN panel pn ON pn.id = pp.panel WHERE pp.project = {}", project.id)
        )
        if other is not None:
            raise Refused(Reason.TAKEN, code=project.code, panel=other)
    return [project.id for project in found]


@rows.verb
async def remove_project(actor: Actor, panel_id: UUID, code: str) -> str:
    """Take a project out again while nothing has been drawn."""
    panel = await _forming(actor, panel_id)
    found = await rows.value(
        Q(
            "SELECT pp.id FROM panel_project pp JOIN project p ON p.id = pp.project WHERE pp.panel = {} AND p.code = {}",
            panel.id,
            code,
        )
    )
    if found is None:
        raise Missing
    await PanelProject.delete().where(PanelProject.id == found)
    await _touch(actor, panel, what="projects", removed=code)
    return url_of(panel.id)


async def _forming(actor: Actor, panel_id: UUID) -> Panel:
    panel = await queries.find(actor, Action.MANAGE_PANEL, panel_id)
    if panel.state != PanelState.FORMING:
        raise Refused(Reason.FIXED)
    return panel


async def _touch(actor: Actor, panel: Panel, **facts: object) -> None:
    await panel.update_self({Panel.version: panel.version + 1})
    await audit.record(actor, Action.MANAGE_PANEL, panel, **facts)
