"""Whatever the menu offers a role is there, in a city where nothing has happened yet."""

from __future__ import annotations

import pytest

from portal.nav import ENTRIES
from tests.journeys.city import City

pytestmark = pytest.mark.anyio

ONE_OF_EACH = (
    "coordinator", "director", "secretary", "officer-scitech", "head-scitech", "finance-scitech", "team-01", "orgadmin-01",
    "expert-01", "county-01", "agency-01", "station-01", "supervisor", "auditor", "sysadmin", "secadmin", "auditadmin",
)  # fmt: skip


async def test_every_entry_of_the_menu_opens(city: City) -> None:
    public = {"/", "/library", "/calls", "/notices", "/help", "/accessibility", "/privacy"}
    broken: dict[str, dict[str, int]] = {}
    for name in ONE_OF_EACH:
        visitor = await city.visitor(name)
        offered = set(visitor.page.links.values()) & (public | {url for *_, url, _ in ENTRIES})
        assert offered, name
        answers = {url: (await visitor.browser.get(url, follow_redirects=url == "/home")).status_code for url in sorted(offered)}
        broken[name] = {url: status for url, status in answers.items() if status != 200}

    assert {name: found for name, found in broken.items() if found} == {}
