"""Every page of every role's menu, in an empty city: one heading, its own title, nothing for axe, nothing sideways, every link alive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from kernel import rows
from kernel.access import Actor, Membership, Role
from kernel.accounts import sessions, tables
from portal.nav import entries_of
from tests import builders
from tests.browser.conftest import OpenPage, axe, overflow, serve, small_targets

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOMES = {
    Role.APPLICANT: "organisation",
    Role.ORGANISATION_ADMIN: "organisation",
    Role.EXPERT: "",
    Role.OFFICER: "department",
    Role.HEAD: "department",
    Role.FINANCE_OFFICER: "department",
    Role.COORDINATOR: "department",
    Role.DIRECTOR: "department",
    Role.COUNTY_OFFICER: "county",
    Role.AGENCY_WORKER: "agency",
    Role.STATION_WORKER: "station",
    Role.AGENT: "",
    Role.MEMBER: "",
    Role.SUPERVISOR: "",
    Role.AUDITOR: "",
    Role.SYSTEM_ADMIN: "",
    Role.SECURITY_ADMIN: "",
    Role.AUDIT_ADMIN: "",
}
"""Every role, and the kind of unit it stands in."""


@pytest.fixture
async def city(app: Any, committed: str) -> AsyncIterator[str]:
    """A fresh city, served, with real commits."""
    async with serve(app) as address:
        yield address


async def someone(role: Role) -> Actor:
    """A person who can sign in, with this one role."""
    kind = HOMES[role]
    actor = await builders.actor(role, await builders.unit(f"u-{role}", kind=kind) if kind else None)
    await rows.insert(tables.Account(person=actor.person, username=str(role), password="-", must_change=False))
    return actor


def pages_of(actor: Actor) -> list[str]:
    return list(dict.fromkeys(url for *_, url, _ in entries_of(actor)))


def first_to_see(url: str) -> Role:
    """The role that stands for all at this page: axe takes a second a look, and the frame is the same for everyone."""
    return next(role for role in HOMES if url in pages_of(Actor(UUID(int=0), "", (Membership(UUID(int=0), role, None, ""),))))


@pytest.mark.parametrize("role", HOMES, ids=str)
async def test_the_pages_of_a_role_are_accessible_and_fit_every_screen(city: str, open_page: OpenPage, role: Role) -> None:
    actor = await someone(role)
    token = await sessions.open_session(actor.person)
    page = await open_page(address=city, bypass_csp=True, cookies={sessions.COOKIE: token})
    found: dict[str, Any] = {}

    for url in pages_of(actor):
        await page.set_viewport_size({"width": 1440, "height": 900})
        answer = await page.goto(url)
        assert answer is not None
        looked_at = first_to_see(url) is role
        wrong = await small_targets(page) + (await axe(page) if looked_at else [])
        wrong += await overflow(page, 320) + await overflow(page, 390) + (await axe(page) if looked_at else [])
        seen = (answer.status, await page.locator("h1").count(), wrong)
        if seen != (200, 1, []):
            found[url] = seen

    assert found == {}
