"""Forming panels: which projects may join, who runs them."""

from __future__ import annotations

from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.access import Action, Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.calls.rulepack import default_pack
from projects.panels import actions, queries
from projects.panels.rules import Reason
from projects.states import PanelState, State
from projects.tables import CallDuty, Recusal
from tests import builders
from tests.projects import reviewing

pytestmark = pytest.mark.anyio
RULES = default_pack().panel


async def refusal(call: object) -> object:
    with pytest.raises(Refused) as no:
        await call  # type: ignore[misc]
    return no.value.reason


async def test_projects_join_all_or_none_and_one_panel_only(db: None) -> None:
    call = await builders.call()
    ready, early = await builders.project(State.ACCEPTED, of=call), await builders.project(State.SUBMITTED, of=call)
    foreign = await builders.project(State.ACCEPTED)
    taken = await builders.project(State.ACCEPTED, of=call)
    panel = await reviewing.panel(PanelState.FORMING, [taken])
    coordinator = await reviewing.host()
    url = await actions.form_panel(coordinator, call.code, name="又一组", seats=5, review_on=reviewing.REVIEW_ON)
    other = UUID(url.split("/")[3])

    assert await refusal(actions.add_projects(coordinator, other, [ready.code, early.code])) is Reason.NOT_READY
    assert await refusal(actions.add_projects(coordinator, other, [ready.code, foreign.code])) is Reason.OTHER_CALL
    assert await refusal(actions.add_projects(coordinator, other, [ready.code, taken.code])) is Reason.TAKEN
    with pytest.raises(Missing):
        await actions.add_projects(coordinator, other, [ready.code, "MY2026-9999"])
    assert await rows.value(Q("SELECT count(*) FROM panel_project WHERE panel = {}", other)) == 0
    assert await rows.value(Q("SELECT count(*) FROM panel_project WHERE panel = {}", panel.id)) == 1


async def test_a_secretary_runs_the_panels_of_that_call_and_another_officer_sees_none(db: None) -> None:
    panel = await reviewing.panel()
    unit = await builders.unit("scitech")
    secretary, other = await builders.actor(Role.OFFICER, unit), await builders.actor(Role.OFFICER, unit)
    await rows.insert(CallDuty(call=panel.call, person=secretary.person, duty="secretary", assigned_at=clock.now()))

    assert [line.id for line in await queries.panels(secretary)] == [panel.id]
    assert (await queries.find(secretary, Action.DRAW_EXPERTS, panel.id)).id == panel.id
    assert await queries.panels(other) == []
    with pytest.raises(Missing):
        await queries.find(other, Action.DRAW_EXPERTS, panel.id)


async def test_who_recused_from_a_project_may_look_at_its_panel_but_not_run_it(db: None) -> None:
    panel = await reviewing.panel()
    coordinator = await reviewing.host()
    project = await rows.value(Q("SELECT project FROM panel_project WHERE panel = {}", panel.id))
    await rows.insert(Recusal(project=project, person=coordinator.person, reason="亲属", declared_at=clock.now()))

    assert (await queries.shown(coordinator, panel.id)).id == panel.id
    with pytest.raises(Missing):
        await queries.find(coordinator, Action.DRAW_EXPERTS, panel.id)
