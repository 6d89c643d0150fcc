"""The main job in Chromium, with clicks and scripts: one project from a drafted call to its closing; every page fits its screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Route

from tests.browser.conftest import OpenPage
from tests.browser.world import World, opened
from tests.journeys import applying, carrying_out, deciding, reviewing
from tests.journeys.proposal import RIDERS

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture
async def world(committed: str, open_page: OpenPage) -> AsyncIterator[World]:
    async with opened(open_page) as world:
        yield world


async def apply(world: World) -> tuple[str, str]:
    """The call's code and the accepted project's."""
    call = await applying.publish_a_call(world)
    await applying.keep_record(world, 1)
    ref = await applying.fill_in(world, call, 1, RIDERS)
    await applying.submit(world, ref, 1)
    code = await applying.endorse(world, ref, 1)
    await world.day(date(2026, 12, 2))
    await applying.accept(world, code, 1)
    return call, code


async def review(world: World, call: str, code: str, folder: Path) -> None:
    await world.day(date(2026, 12, 3))
    panel = await reviewing.form(world, call, [code], review_on=date(2026, 12, 4))
    experts = await reviewing.draw(world, panel, folder)
    await reviewing.promise(world, panel, experts)
    await world.day(date(2026, 12, 4))
    await reviewing.open_scoring(world, panel, experts)
    for number, name in enumerate(experts):
        await reviewing.score(world, panel, name, number, [code])
    await reviewing.close(world, panel, experts, call)
    await reviewing.ranking(world, call, [code])


async def decide(world: World, call: str, code: str) -> None:
    decision = await deciding.prepare(world, call)
    line = await deciding.award(world, decision, code, "47000", "scitech-2026", "scitech")
    await deciding.check(world, line, "scitech")
    await deciding.consent(world, line, "scitech")
    await deciding.convene(world, decision)
    await world.day(date(2026, 12, 7))
    await deciding.meet(world, decision)
    notice = await deciding.release(world, decision, ("team-01",))
    await deciding.public_notice(world, notice)
    await world.day(date(2026, 12, 15))
    await deciding.issue(world, notice, [code], ("team-01",))


async def carry_out(world: World, code: str) -> None:
    await carrying_out.revise_and_present(world, code, date(2026, 12, 15))
    await carrying_out.sign(world, code)
    await world.day(date(2026, 12, 18))
    paid = await carrying_out.pay(world, code, "scitech")
    await carrying_out.ledger(world, code, paid, "scitech")
    await world.day(date(2026, 12, 21))
    await carrying_out.spend(world, code, paid)
    await carrying_out.report(world, code)
    await carrying_out.close(world, code)


async def test_a_project_is_carried_from_a_call_to_its_closing_in_the_browser(world: World, tmp_path: Path) -> None:
    call, code = await apply(world)
    await review(world, call, code, tmp_path)
    await decide(world, call, code)
    await carry_out(world, code)

    assert world.sideways == {}


async def test_a_button_pressed_while_an_autosave_is_on_its_way_meets_no_conflict(world: World) -> None:
    call = await applying.publish_a_call(world)
    team = await world.visitor("team-01")
    await team.open(f"/calls/{call}/start")
    await team.press("开始填写申报书")
    await team.open(f"{team.page.url}/s/need")
    saved = asyncio.Event()

    async def slowly(route: Route) -> None:
        """The server has saved; the answer takes its time."""
        if "hx-request" not in route.request.headers:
            await route.continue_()
            return
        answer = await route.fetch()
        saved.set()
        await asyncio.sleep(1)
        await route.fulfill(response=answer)

    await team.tab.route("**/s/need", slowly)
    await team.tab.locator("[name=goal]").fill("一年内服务骑手二百人，建立三支互助队伍。")
    await team.tab.locator("[name=goal]").blur()
    await asyncio.wait_for(saved.wait(), 5)
    await team.press("保存")

    assert "一年内服务骑手二百人" in await team.tab.locator("[name=goal]").input_value()
    assert not team.page.complaints
