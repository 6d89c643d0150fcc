"""Every list reads the page it is asked for in one way: what is no page number is the first page."""

from __future__ import annotations

import re
import sys
from inspect import getsource
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from kernel.access import GRANTS, Action, Actor, Role
from server.app import litestar
from tests import builders
from tests.conftest import SignIn

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
NONSENSE = ["", "0", "-1", "+2", " 2", "2 ", "1.5", "1e1", "x", "%00", "%EF%BC%92", "10001", "9" * 30, "x&page=2"]
"""`%EF%BC%92` is the wide 2. Of two the first one counts."""
READS = re.compile(r"query_params(?:\.get\(|\[)\s*[\"']page[\"']|\bpage: FromQuery")


def paged(app: Litestar) -> dict[str, Action]:
    """Pages without an id in their address whose module reads the number of a page."""
    return {
        route.path_format: handler.opt["action"]
        for route in app.routes
        if isinstance(route, HTTPRoute) and "{" not in route.path_format and not route.path_format.endswith(".xlsx")
        for handler in route.route_handlers
        if "GET" in handler.http_methods
        and handler.fn.__module__.endswith(".pages")
        and "web.page_number(" in getsource(sys.modules[handler.fn.__module__])
    }


def test_nobody_else_reads_the_number_of_a_page() -> None:
    packages = ("platform", "departments", "talent_pool", "projects")
    files = [path for package in packages for path in (ROOT / package).rglob("*.py")]

    assert len(files) > 400
    assert [path for path in files if READS.search(path.read_text(encoding="utf-8"))] == []


async def test_every_list_takes_nonsense_for_its_first_page(db: None, as_: SignIn) -> None:
    """Forged numbers answer as no number does, on every list there is."""
    lists = paged(litestar(open_pools=False))
    people: dict[Role, Actor] = {role: await builders.actor(role, await builders.unit("society")) for role in Role}
    opened = 0

    for path, action in lists.items():
        grants = GRANTS.get(action) or {Role.COORDINATOR: None}
        role = Role.COORDINATOR if Role.COORDINATOR in grants else next(iter(grants))
        browser = await as_(people[role])
        plain = (await browser.get(path)).status_code
        opened += plain == 200
        assert {text: (await browser.get(f"{path}?page={text}")).status_code for text in NONSENSE} == dict.fromkeys(
            NONSENSE, plain
        )
    assert opened > 25


async def test_the_first_page_is_what_nonsense_shows(db: None, as_: SignIn) -> None:
    for number in range(120):
        await builders.unit(f"s-{number:03}", f"示例站{number:03}", kind="station")
    browser = await as_(await builders.actor(Role.SYSTEM_ADMIN))

    async def shown(query: str) -> list[str]:
        return re.findall(r"示例站\d{3}", (await browser.get(f"/admin/units?kind=station{query}")).text)

    first, second = await shown("&page=1"), await shown("&page=2")

    assert first
    assert second
    assert not set(first) & set(second)
    assert await shown("") == first
    assert {text: await shown(f"&page={text}") for text in NONSENSE} == dict.fromkeys(NONSENSE, first)
