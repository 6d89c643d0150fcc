"""The city these tests attack: built once, then every module gets a copy of its own, with real commits."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import Struct

from kernel import clock
from kernel.accounts import sessions
from kernel.rows import DB
from server import embedded
from tests.asking import Asking
from tests.conftest import MORNING, clone, drop, named
from tests.security import world as story
from tests.security.world import World


@pytest.fixture(scope="session")
async def built(servers: embedded.Servers, template: str) -> AsyncIterator[tuple[str, World]]:
    """The name of the city's database and what is in it."""
    name = f"attacked_{os.getpid()}"
    url = await clone(servers, template, name)
    pools = DB.pool, DB.read_pool
    await DB.open(url)
    clock.fix(MORNING)
    world = await story.build()
    clock.fix(None)
    await DB.close()
    DB.pool, DB.read_pool = pools
    yield name, world
    await drop(servers, name)


class City(Struct):
    """A copy of the built city: the story, the tables' owner, and a browser."""

    world: World
    owner: Any
    browser: httpx.AsyncClient
    app: Any

    async def enter(self, name: str) -> httpx.AsyncClient:
        """Make the browser this person's, or nobody's."""
        self.browser.cookies.clear()
        if name != "nobody":
            self.browser.cookies.set(sessions.COOKIE, await sessions.open_session(self.world.who[name]))
        return self.browser

    async def asking(self, name: str) -> Asking:
        """This person, or nobody, opening one address after the other."""
        return Asking(self.app, "" if name == "nobody" else await sessions.open_session(self.world.who[name]))


@pytest.fixture(scope="module")
async def city(
    request: pytest.FixtureRequest, servers: embedded.Servers, built: tuple[str, World], app: Any
) -> AsyncIterator[City]:
    name = f"{built[0]}_{request.module.__name__.rpartition('_')[2]}"
    url = await clone(servers, built[0], name)
    pools = DB.pool, DB.read_pool
    await DB.open(url)
    clock.fix(MORNING)
    owner = await asyncpg.connect(named(servers.owner_url, name))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield City(built[1], owner, browser, app)
    await owner.close()
    clock.fix(None)
    await DB.close()
    DB.pool, DB.read_pool = pools
    await drop(servers, name)
