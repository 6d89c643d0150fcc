"""The city these tests attack: built once, then a database that each test leaves as it was."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from kernel import clock
from kernel.accounts import sessions
from kernel.rows import DB
from server import embedded
from tests.conftest import MORNING, clone, drop
from tests.security import world as story
from tests.security.world import World


@pytest.fixture(scope="session")
async def built(servers: embedded.Servers, template: str) -> AsyncIterator[tuple[str, World]]:
    """The address of the city's database and what is in it."""
    name = f"attacked_{os.getpid()}"
    url = await clone(servers, template, name)
    pools = DB.pool, DB.read_pool
    await DB.open(url)
    clock.fix(MORNING)
    world = await story.build()
    clock.fix(None)
    await DB.close()
    DB.pool, DB.read_pool = pools
    yield url, world
    await drop(servers, name)


@pytest.fixture
def morning() -> Iterator[None]:
    clock.fix(MORNING)
    yield
    clock.fix(None)


@pytest.fixture
async def city(built: tuple[str, World], morning: None) -> AsyncIterator[World]:
    """The built city with real commits."""
    pools = DB.pool, DB.read_pool
    await DB.open(built[0])
    yield built[1]
    await DB.close()
    DB.pool, DB.read_pool = pools


async def enter(browser: httpx.AsyncClient, world: World, name: str) -> None:
    """Make the browser this person's, or nobody's."""
    browser.cookies.clear()
    if name != "nobody":
        browser.cookies.set(sessions.COOKIE, await sessions.open_session(world.who[name]))


Any_ = Any
