"""Experts chosen by hand: with a reason, watched, and never past a conflict."""

from __future__ import annotations

import pytest

from kernel import clock, rows
from kernel.access import Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.drawing import actions as drawing
from projects.matching.choosing import actions
from projects.matching.rules import Reason
from projects.panels import queries as panels
from projects.panels.tables import Panel
from projects.states import PanelState, SeatState, State
from projects.tables import Recusal
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing

pytestmark = pytest.mark.anyio
NAMES = [f"专家{n:02d}" for n in range(7)]
WHY = "应急项目，经部务会研究确定"


async def choose(panel: Panel, names: list[str] | None = None, reason: str = WHY, **more: object) -> str:
    watcher = await builders.actor(Role.SUPERVISOR, None)
    given: dict[str, object] = {"names": names or NAMES, "reason": reason, "supervisor": watcher.person, **more}
    return await actions.choose_experts(await reviewing.host(), panel.id, version=panel.version, **given)  # type: ignore[arg-type]


async def test_the_named_sit_the_others_stand_by_and_the_panel_opens(db: None) -> None:
    await reviewing.pool(9)
    panel = await reviewing.panel()

    await choose(panel)

    seats = await panels.seats(panel.id)
    assert [(s.number, s.kind) for s in seats if not s.standby][:2] == [(1, "finance"), (2, "community")]
    assert sorted(s.name for s in seats if not s.standby) == NAMES[:5]
    assert sorted(s.name for s in seats if s.state is SeatState.STANDBY) == NAMES[5:]
    shown = await panels.shown(await reviewing.host(), panel.id)
    assert (shown.way, shown.hand_reason, shown.seed) == ("hand", WHY, "")
    await drawing.open_panel(await reviewing.host(), panel.id, shown.version)
    assert (await reviewing.found(panel.id)).state == PanelState.OPEN


async def test_a_conflict_holds_against_every_reason(db: None) -> None:
    project = await builders.project(State.ACCEPTED)
    experts = await reviewing.pool(9)
    panel = await reviewing.panel(PanelState.FORMING, [project])
    person = await rows.value(Q("SELECT person FROM expert WHERE id = {}", experts[0]))
    await rows.insert(Recusal(project=project.id, person=person, reason="亲属", declared_at=clock.now()))

    with pytest.raises(Refused) as no:
        await choose(panel)

    assert no.value.reason is Reason.PICK_BARRED
    assert no.value.facts["name"] == "专家00"


async def test_too_few_the_wrong_mix_and_no_reason_are_refused(db: None) -> None:
    await reviewing.pool(9)
    panel = await reviewing.panel()

    async def refusal(**given: object) -> object:
        with pytest.raises(Refused) as no:
            await choose(panel, **given)  # type: ignore[arg-type]
        return no.value.reason

    assert await refusal(names=NAMES[:4]) is Reason.PICK_COUNT
    assert await refusal(names=["专家02", "专家05", "专家08", "专家01", "专家04"]) == "role-missing"
    assert await refusal(reason=" ") is Reason.NO_REASON
    assert await refusal(names=[*NAMES[:4], "无此人"]) is Reason.NO_EXPERT


async def test_it_is_the_coordinators_and_works_as_a_form(db: None, as_: SignIn) -> None:
    await reviewing.pool(9)
    panel = await reviewing.panel()
    watcher = await builders.actor(Role.SUPERVISOR, None)
    url = f"/w/panels/{panel.id}/choose"
    browser = await as_(await reviewing.host())

    short = await builders.submit(browser, url, names="专家00", reason=WHY, supervisor=str(watcher.person))
    done = await builders.submit(browser, url, names="\n".join(NAMES), reason=WHY, supervisor=str(watcher.person))
    page = (await browser.get(done.headers["location"])).text
    other = await as_(await builders.actor(Role.DIRECTOR, await builders.unit("society")))

    assert (short.status_code, done.status_code) == (422, 303)
    assert WHY in page
    assert (await other.get(url)).status_code == 404
    with pytest.raises(Missing):
        await actions.choose_experts(
            await builders.actor(Role.DIRECTOR, None), panel.id, names=NAMES, reason=WHY, supervisor=watcher.person, version=9
        )
