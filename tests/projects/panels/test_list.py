"""The list of panels offers the calls whose proposals still wait for one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from kernel.access import Actor, Role
from tests import builders

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


async def test_only_calls_with_proposals_to_group_are_offered(db: None, as_: SignIn) -> None:
    waiting, done = await builders.call(code="2026-91"), await builders.call(code="2026-92")
    await builders.project(of=waiting, state="accepted")
    await builders.project(of=done, state="scored")
    coordinator = await builders.actor(Role.COORDINATOR, await builders.unit("society"))
    browser = await as_(coordinator)

    page = (await browser.get("/w/panels")).text
    asked_for = (await browser.get("/w/panels?call=2026-92")).text

    assert 'href="/w/panels/new?call=2026-91"' in page
    assert 'href="/w/panels/new?call=2026-92"' not in page
    assert 'href="/w/panels/new?call=2026-92"' in asked_for
