"""The demo city served to a real Chromium: windows that do with clicks what the journeys' visitors do without JavaScript."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from playwright.async_api import Locator
from playwright.async_api import Page as Tab

from kernel.access import Action
from kernel.accounts.demo import PASSWORD
from server.app import create_app
from tests.browser.conftest import OpenPage, overflow, serve
from tests.journeys import city
from tests.journeys.visitor import Page, Visitor

SMALL = ("team", "orgadmin", "expert", "nobody")
"""Who comes by phone."""
DOWNLOADS = (".json", ".xlsx", ".pdf", ".docx")
_ids = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|MY\d{4}-\d+|\d{4}-\d+")


class Window(Visitor):
    """One person's browser window."""

    def __init__(self, tab: Tab, name: str, address: str, measured: dict[tuple[str, str], list[str]]) -> None:
        self.tab, self.name, self.address, self.measured = tab, name, address, measured

    async def open(self, url: str, status: int = 200) -> Page:
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        if urlsplit(path).path.endswith(DOWNLOADS):
            sent = await self.tab.context.request.get(f"{self.address}{path}")
            assert sent.status == status, (self.name, path, sent.status)
            return Page(path, await sent.body(), is_html=False)
        answer = await self.tab.goto(f"{self.address}{path}")
        assert answer is not None
        assert answer.status == status, (self.name, path, answer.status)
        return await self._arrived()

    async def _arrived(self) -> Page:
        """The page as it stands now, scripts and all; every kind of page is measured once for every role."""
        role, kind = self.name.rsplit("-", 1)[0], _ids.sub("*", urlsplit(self.tab.url).path)
        if (role, kind) not in self.measured:
            widths = (390, 1440) if role in SMALL else (1440,)
            self.measured[role, kind] = [f"{width}: {what}" for width in widths for what in await overflow(self.tab, width)]
            await self.tab.set_viewport_size({"width": 1440, "height": 900})
        url = urlsplit(self.tab.url)._replace(scheme="", netloc="").geturl()
        self.page = Page(url, (await self.tab.content()).encode())
        return self.page

    async def follow(self, text: str) -> Page:
        async with self.tab.expect_navigation():
            await self.tab.get_by_role("link", name=text, exact=True).first.click()
        return await self._arrived()

    async def press(self, text: str, papers: Mapping[str, bytes] | None = None, /, **typed: Any) -> Page:
        button = await self._fill(text, papers or {}, typed)
        if await button.get_attribute("data-row-add") is not None:
            await button.click()
            return await self._arrived()
        status = await self._leave(button)
        assert status == 200, (self.name, self.tab.url, text, status, (await self._arrived()).complaints)
        return await self._arrived()

    async def attempt(self, text: str, papers: Mapping[str, bytes] | None = None, /, **typed: Any) -> str:
        status = await self._leave(await self._fill(text, papers or {}, typed))
        assert status == 422, (self.name, self.tab.url, text, status)
        return (await self._arrived()).complaints

    async def _leave(self, button: Locator) -> int:
        async with self.tab.expect_navigation() as going:
            await button.click()
        answer = await going.value
        return answer.status if answer else 0

    async def _fill(self, text: str, papers: Mapping[str, bytes], typed: Mapping[str, Any]) -> Locator:
        """Everything typed, ticked and chosen in the form with this button."""
        named = f'form button[aria-label="{text}"]'
        found = self.tab.locator(named)
        if not await found.count():
            found = self.tab.locator(f'form button:has(span:text-is("{text}"))')
        assert await found.count() == 1, (self.name, self.tab.url, text, await found.count())
        await _unfold(found)
        form = found.locator("xpath=ancestor::form[1]")
        for name, value in typed.items():
            await _type(form.locator(f'[name="{name}"]'), value)
        for name, body in papers.items():
            paper: Any = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": body}
            await form.locator(f'[name="{name}"]').set_input_files(paper)
        return found


async def _unfold(inside: Locator) -> None:
    """Open what it is folded into, from the outside in."""
    shut = inside.locator("xpath=ancestor::details[not(@open)]")
    while await shut.count():
        await shut.first.locator("> summary").click()


async def _type(field: Locator, value: Any) -> None:
    kind = await field.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if kind in {"checkbox", "radio"}:
        for one in value if isinstance(value, list) else [value]:
            box = field.and_(field.page.locator(f'[value="{one}"]'))
            await _unfold(box)
            await box.check()
    elif kind == "select":
        await field.select_option(value)
    elif kind != "hidden":
        await field.fill(value)


class World(city.City):
    """The same city. What each step leaves behind is the journeys' business; here the pages are looked at."""

    def __init__(self, app: Any, who: dict[str, UUID], address: str, open_page: OpenPage) -> None:
        super().__init__(app, who)
        self.address, self.open_page = address, open_page
        self.measured: dict[tuple[str, str], list[str]] = {}
        self._windows: dict[str, Window] = {}

    async def visitor(self, name: str) -> Window:
        if name not in self._windows:
            window = await self._window(name)
            await window.open("/login")
            await window.press("登录", username=name, password=PASSWORD)
        return self._windows[name]

    async def stranger(self) -> Window:
        return self._windows.get("nobody") or await self._window("nobody")

    async def _window(self, name: str) -> Window:
        window = self._windows[name] = Window(await self.open_page(), name, self.address, self.measured)
        return window

    @property
    def sideways(self) -> dict[tuple[str, str], list[str]]:
        """What sticks out, by role and page."""
        return {page: found for page, found in self.measured.items() if found}

    async def left(self, action: Action, by: str, *, told: tuple[str, ...] = (), then: dict[str, str] | None = None) -> None:
        await city.work()

    async def waits(self, name: str, url: str) -> list[str]:
        return []

    async def refused(self, name: str, url: str, status: int = 404) -> None:
        pass


@asynccontextmanager
async def opened(open_page: OpenPage) -> AsyncIterator[World]:
    """On an empty, committed database."""
    who = await city.base()
    async with city.morning():
        app = create_app(open_pools=False)
        async with serve(app) as address:
            yield World(app, who, address, open_page)
