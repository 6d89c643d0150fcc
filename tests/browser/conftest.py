"""A real Chromium against the real application: pages that watch for console errors and requests to elsewhere."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response, async_playwright
from playwright.async_api import Request as Asked

FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_missing: list[str] = []

OpenPage = Callable[..., Awaitable[Page]]


def executable(playwright: Playwright) -> str | None:
    """Debian's Chromium, first the one without windows, which costs a third; else the one Playwright installed."""
    names = (os.environ.get("CHROMIUM", ""), *map(shutil.which, ("chromium-headless-shell", "chromium")))
    for path in (*names, playwright.chromium.executable_path):
        if path and Path(path).exists():
            return path
    return None


@pytest.fixture(scope="session")
async def chromium(anyio_backend: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            sentence = (
                "no Chromium: apt-get install chromium-headless-shell, or playwright install chromium; no page was looked at"
            )
            if os.environ.get("CI") == "true":
                pytest.fail(sentence)
            _missing.append(sentence)
            pytest.skip(sentence)
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A skipped browser must not pass for a green one."""
    for sentence in _missing[:1]:
        terminalreporter.write_line(f"BROWSER TESTS SKIPPED: {sentence}", red=True, bold=True)


@asynccontextmanager
async def serve(app: Any) -> AsyncIterator[str]:
    """The application on a free port of this machine, in this loop; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", access_log=False)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running


@pytest.fixture
async def site(app: Any, shared_database: str, business_time: Any) -> AsyncIterator[str]:
    """The empty city, for pages that need no rows."""
    async with serve(app) as address:
        yield address


class Watch:
    """Everything a page did that no page may do."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def on(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A refused form answers 409 or 422, and Chromium calls that an error; responses are judged below.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Asked) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "about:", "blob:")):
            self.problems.append(f"went elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (
            response.status >= 400 and response.request.resource_type not in {"document", "xhr", "fetch"}
        ):
            self.problems.append(f"{response.status}: {response.url}")


@pytest.fixture
async def open_page(chromium: Browser) -> AsyncIterator[OpenPage]:
    """open_page(width=390, js=False, theme='dark', size='large', token='…') → a fresh visitor's page. Problems fail the test."""
    watch, contexts = Watch(), list[BrowserContext]()

    async def opened(
        *,
        width: int = 1440,
        height: int = 900,
        js: bool = True,
        bypass_csp: bool = False,
        address: str = "",
        cookies: dict[str, str] | None = None,
    ) -> Page:
        context = await chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=js,
            bypass_csp=bypass_csp,
            base_url=address or None,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if cookies:
            await context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = await context.new_page()
        watch.on(page)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert watch.problems == []


async def axe(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practices; the page's context needs bypass_csp."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    return await page.evaluate(
        """async rules => (await axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})).violations.map(
            rule => `${rule.id} (${rule.impact}): ` + rule.nodes.slice(0, 4).map(node => node.html.slice(0, 160)).join('; '))""",
        RULES,
    )


async def overflow(page: Page, width: int) -> list[str]:
    """What sticks out at this width, or nothing when the page does not scroll sideways."""
    await page.set_viewport_size({"width": width, "height": 800})
    return await page.evaluate(
        """() => {
            const wide = innerWidth;
            const cut = [...document.querySelectorAll('.cards td')].filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display === 'flex')
                .map(e => `cut off: ${e.textContent.slice(0, 40)}`).slice(0, 4);
            if (document.documentElement.scrollWidth <= wide) return cut;
            return [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > wide + 1 && !e.closest('.table-wrap, .tabs, .pub-nav, .review-toc'))
                .map(e => `${e.tagName}.${e.className.baseVal ?? e.className}`).slice(0, 8)
                .concat(`page ${document.documentElement.scrollWidth} > ${wide}`);
        }"""
    )


async def small_targets(page: Page, least: int = 24) -> list[str]:
    """Things to press that are smaller than `least` pixels (WCAG 2.5.8); links inside a sentence are exempt."""
    return await page.evaluate(
        """least => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
            .filter(e => e.offsetParent && !e.closest('p, dd, .vh, .skip') && !e.matches('.skip, .vh, [type=file]'))
            .map(e => [e, (e.matches('[type=checkbox], [type=radio]') && e.closest('.option, .tick, label') || e).getBoundingClientRect()])
            .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
            .map(([e, box]) => `${e.outerHTML.slice(0, 110)} ${Math.round(box.width)}×${Math.round(box.height)}`)""",
        least,
    )
