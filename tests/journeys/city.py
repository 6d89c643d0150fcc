"""The demo's people and money without anything that has happened yet, and what each step of a journey has to leave behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from departments.funds.actions import ensure_funds
from kernel import clock, jobs, rows, settings
from kernel.access import Action
from kernel.accounts.demo import PASSWORD
from kernel.rows import Q
from server.app import create_app
from server.demo import people
from server.demo.names import Seed
from server.worker_main import routines
from tests.conftest import MORNING
from tests.journeys.visitor import Visitor

SEED = 7
EXPERTS = 24
HOMES = {"team": "/my", "orgadmin": "/my", "expert": "/r"}
ROUTINES = routines()
"""Collected once: this also registers every job."""


async def base() -> dict[str, UUID]:
    """Units, accounts, experts and funds; the persons by user name."""
    seed = Seed(SEED)
    async with rows.transaction():
        unit_of = await people.units(seed)
        unit_of |= await people.organisations(seed, range(1, 7))
        who = await people.people(seed, unit_of)
        await people.applicants(seed, unit_of, who, range(1, 7))
        await people.experts(seed, who, range(EXPERTS))
        await ensure_funds()
        seen = await rows.DB.run_querystring(Q("SELECT username, person FROM account WHERE username LIKE 'expert-%'"))
        who |= {str(row["username"]): UUID(str(row["person"])) for row in seen}
    return who


@asynccontextmanager
async def demo_mode() -> AsyncIterator[None]:
    """Accounts on the sign-in page, a clock that can be moved, and business time that is real time."""
    before = settings.get()
    settings.use(msgspec.structs.replace(before, demo=True))
    clock.fix(None)
    yield
    clock.shift(timedelta())
    settings.use(before)


@asynccontextmanager
async def morning() -> AsyncIterator[None]:
    """Demo mode, and business time that begins on the tests' Friday and runs; `/demo/clock` moves it on."""
    offset = MORNING - clock.real_now()
    await rows.execute(Q("INSERT INTO demo_clock (id, seconds) VALUES (1, {})", int(offset.total_seconds())))
    async with demo_mode():
        clock.shift(offset)
        yield


async def work() -> None:
    """What the worker would do by now: its routines, then the outbox until it is empty."""
    for _, routine in ROUTINES:
        await routine()
    await jobs.drain()


class City:
    """The demo city with a browser for everybody, who sign in when they are first needed."""

    def __init__(self, app: Any, who: dict[str, UUID]) -> None:
        self.app, self.who = app, who
        self.name_of = {person: name for name, person in who.items()}
        self._visitors: dict[str, Visitor] = {}
        self._outside: set[str] = set()
        self._line = 0
        self._letters: set[UUID] = set()

    async def visitor(self, name: str) -> Visitor:
        if name not in self._visitors:
            # Nobody has signed in yet: the links of this page are everybody's, and the first one tries them for all.
            visitor = Visitor(self.app, name, self._outside)
            await visitor.open("/login")
            self._outside |= visitor.known
            await visitor.press("登录", username=name, password=PASSWORD)
            self._visitors[name] = visitor
        return self._visitors[name]

    async def stranger(self) -> Visitor:
        """Somebody who has not signed in."""
        return Visitor(self.app, "nobody")

    async def home(self, name: str) -> set[str]:
        """The addresses on a person's home page."""
        visitor = await self.visitor(name)
        page = await visitor.open(HOMES.get(name.rsplit("-", 1)[0], "/w"))
        return page.addresses

    async def day(self, to: date) -> None:
        """Business time moves on to 09:00 of that day, through the demo's own page, and the worker catches up."""
        visitor = await self.stranger()
        await visitor.open("/demo/clock")
        await visitor.press("推进到这一天", to=f"{to}")
        assert clock.now() >= datetime.combine(to, datetime.min.time(), clock.SHANGHAI)
        await work()

    async def left(self, action: Action, by: str, *, told: tuple[str, ...] = (), then: dict[str, str] | None = None) -> None:
        """The step by this person left its audit line and letters, and the next to-dos stand on the right home pages.

        Every letter and every to-do leads its reader to a page that opens.
        """
        lines = await rows.column(
            Q("SELECT id FROM audit_line WHERE id > {} AND action = {} AND actor = {}", self._line, action, self.who[by])
        )
        assert lines, f"{by} did {action}, and no audit line says so"
        self._line = int(await rows.value(Q("SELECT max(id) FROM audit_line")))
        await work()
        await self._letters_lead_somewhere(told)
        for name, url in (then or {}).items():
            assert url in await self.home(name), (
                f"{url} does not stand on the home page of {name}",
                sorted(await self.home(name)),
            )
            await (await self.visitor(name)).open(url)

    async def _letters_lead_somewhere(self, told: tuple[str, ...]) -> None:
        fresh = [
            line for line in await rows.DB.run("SELECT id, person, url, kind FROM letter") if line["id"] not in self._letters
        ]
        self._letters |= {line["id"] for line in fresh}
        readers = {self.name_of.get(UUID(str(line["person"]))) for line in fresh}
        assert set(told) <= readers, (f"not told: {set(told) - readers}", [line["kind"] for line in fresh])
        for line in fresh:
            name = self.name_of.get(UUID(str(line["person"])))
            if name and line["url"]:
                await (await self.visitor(name)).open(_path(line["url"]))

    async def waits(self, name: str, url: str) -> list[str]:
        """The texts of this person's to-dos that lead there."""
        visitor = await self.visitor(name)
        page = await visitor.open("/w/todo")
        return [text for text, there in page.links.items() if there == url]

    async def open_todos(self) -> set[tuple[Action, str]]:
        """Everything that still waits for somebody, besides what the calendar brings: experts' papers that run out, their yearly word."""
        waiting = await rows.DB.run("SELECT action, url FROM todo WHERE done_at IS NULL")
        yearly = {Action.MANAGE_EXPERTS, Action.CONFIRM_EXPERT}
        return {(Action(action), url) for action, url in waiting if action not in yearly}

    @property
    def dead_links(self) -> list[tuple[str, str, str, int]]:
        """(who, on which page, to where, answer) of everything that led nowhere."""
        return [(visitor.name, *found) for visitor in self._visitors.values() for found in visitor.dead]

    async def refused(self, name: str, url: str, status: int = 404) -> None:
        """This person finds nothing there."""
        await (await self.visitor(name)).open(url, status)


def _path(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


@asynccontextmanager
async def opened() -> AsyncIterator[City]:
    """On an empty, committed database."""
    who = await base()
    async with morning():
        yield City(create_app(open_pools=False), who)
