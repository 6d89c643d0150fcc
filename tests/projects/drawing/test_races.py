"""Two people at once, with real commits: one draw, one panel a project, one signature."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from kernel import rows
from kernel.access import Role
from kernel.errors import Refused
from kernel.rows import Q
from projects.drawing import actions as drawing
from projects.panels import actions as panels
from projects.panels.rules import Reason
from projects.scoring import actions as scoring
from projects.states import PanelState, State
from tests import builders
from tests.projects import reviewing
from tests.projects.reviewing import GOOD

pytestmark = pytest.mark.anyio


async def both(one: object, other: object) -> list[object]:
    return await asyncio.gather(one, other, return_exceptions=True)  # type: ignore[call-overload,no-any-return]


async def test_two_draws_at_once_make_one(committed: str) -> None:
    await reviewing.pool(15)
    panel = await reviewing.panel()
    watcher = await builders.actor(Role.SUPERVISOR, None)
    one, other = await reviewing.host(), await reviewing.host()

    answers = await both(
        drawing.draw_experts(one, panel.id, supervisor=watcher.person, version=panel.version),
        drawing.draw_experts(other, panel.id, supervisor=watcher.person, version=panel.version),
    )

    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert await rows.value(Q("SELECT count(*) FROM seat WHERE standby = 0")) == 5


async def test_two_panels_cannot_take_one_project(committed: str) -> None:
    call = await builders.call()
    wanted = await builders.project(State.ACCEPTED, of=call)
    coordinator = await reviewing.host()
    urls = [
        await panels.form_panel(coordinator, call.code, name=name, seats=5, review_on=reviewing.REVIEW_ON)
        for name in ("甲", "乙")
    ]
    one, other = (UUID(url.split("/")[3]) for url in urls)

    answers = await both(
        panels.add_projects(coordinator, one, [wanted.code]), panels.add_projects(await reviewing.host(), other, [wanted.code])
    )

    refused = [answer.reason for answer in answers if isinstance(answer, Refused)]
    assert refused == [Reason.TAKEN]
    assert await rows.value(Q("SELECT count(*) FROM panel_project")) == 1


async def test_signing_in_two_windows_signs_once_and_a_late_save_changes_nothing(committed: str) -> None:
    project = await builders.project(State.ACCEPTED)
    panel = await reviewing.panel(PanelState.OPEN, [project])
    me = await reviewing.as_expert((await reviewing.sitting(panel.id))[0])
    await scoring.save_sheet(me, panel.id, project.code, GOOD, "", 0)

    answers = await both(scoring.sign_scores(me, panel.id), scoring.sign_scores(me, panel.id))
    late = await both(
        scoring.save_sheet(me, panel.id, project.code, {"party": 1}, "", 1),
        scoring.save_sheet(me, panel.id, project.code, {"party": 2}, "", 1),
    )

    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert all(isinstance(answer, Refused) for answer in late)
    assert await rows.column(Q("SELECT total FROM signed_sheet")) == [171]
    assert await rows.column(Q("SELECT total FROM score")) == [171]
