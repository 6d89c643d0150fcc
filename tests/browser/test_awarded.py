"""The pages of an awarded project as people see them: no axe finding, nothing sticks out, nothing too small to press."""

from __future__ import annotations

import os
from typing import Any

import pytest

from kernel import rows
from kernel.access import Actor
from kernel.accounts import sessions
from kernel.money import yuan
from kernel.rows import Q
from tests.browser.conftest import OpenPage, axe, overflow, serve, small_targets
from tests.projects.awarded import City, approved, presented, running
from tests.projects.closing.test_closing import finish
from tests.projects.paying.test_paying import approved_request
from tests.projects.spending.test_spending import enter
from tests.projects.tracking.test_path import pay

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
SHOTS = os.environ.get("SHOTS", "")


async def look(opened: OpenPage, address: str, actor: Actor, url: str, name: str) -> list[str]:
    token = await sessions.open_session(actor.person)
    found = []
    for width in (1440, 390):
        page = await opened(width=width, bypass_csp=True, address=address, cookies={sessions.COOKIE: token})
        answer = await page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        found += [f"{url} {width}: {problem}" for problem in await axe(page)]
        found += [f"{url} {width}: {problem}" for problem in await small_targets(page)]
        found += [f"{url}: {problem}" for problem in await overflow(page, 320)] if width == 390 else []
    return found


async def pages(city: City, waiting: City) -> list[tuple[Actor, str, str]]:
    ident = await rows.value(Q("SELECT id FROM payment_request WHERE state = 'approved' LIMIT 1"))
    report = await rows.value(Q("SELECT id FROM report WHERE project = {} AND kind <> 'final' LIMIT 1", city.project.id))
    my, work = f"/my/projects/{city.code}", f"/w/projects/{city.code}"
    return [
        (city.team, my, "my"),
        (city.team, f"{my}/payments", "my-payments"),
        (city.team, f"{my}/expenses", "my-expenses"),
        (city.team, f"{my}/reports/{report}", "my-report"),
        (city.coordinator, f"{work}/money", "w-money"),
        (city.finance, f"/w/payments/{ident}", "payment"),
        (waiting.admin, f"/my/projects/{waiting.code}/agreement", "agreement-admin"),
    ]


async def test_the_pages_of_an_awarded_project_are_in_order(committed: str, app: Any, open_page: OpenPage) -> None:
    city, waiting, open_ = await running((50_000, 30_000)), await approved(), await approved()
    await presented(waiting)
    await pay(city, 1, "示例支-1")
    await enter(city, yuan(10_000))
    await approved_request(await running())
    async with serve(app) as address:
        found = await look(open_page, address, open_.team, f"/my/projects/{open_.code}/agreement", "agreement-team")
        for actor, url, name in await pages(city, waiting):
            found += await look(open_page, address, actor, url, name)
        await finish(city)
        found += await look(open_page, address, city.coordinator, f"/w/projects/{city.code}/closing", "w-closing-open")

    assert found == []
