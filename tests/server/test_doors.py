"""Every door × every role: nobody, the wrong role and a foreign id get what the law says, and a form without its token gets nothing."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from kernel.access import EVERYONE, GRANTS, Action, Role
from server import law
from tests import builders
from tests.conftest import SignIn
from tests.doors import DOORS

pytestmark = pytest.mark.anyio
NOWHERE = {"str": "MY2026-9999", "uuid": str(UUID(int=7)), "int": "999999", "path": "nowhere"}
AT_HOME = {Role.ORGANISATION_ADMIN: "organisation", Role.APPLICANT: "organisation"}


def address(door: law.Door) -> str:
    """The path with ids that exist nowhere."""
    return re.sub(r"\{[^:}]+(?::([a-z]+))?\}", lambda found: NOWHERE[found.group(1) or "str"], door.path)


@pytest.fixture
async def browsers(db: None, as_: SignIn) -> dict[Role | None, dict[str, str]]:
    """Session cookies of one person per role."""
    cookies: dict[Role | None, dict[str, str]] = {None: {}}
    for role in Role:
        unit = await builders.unit("society", kind=AT_HOME.get(role, "department"))
        browser = await as_(await builders.actor(role, unit))
        cookies[role] = dict(browser.cookies)
    return cookies


async def test_nobody_gets_in_without_signing_in(db: None, client: Any) -> None:
    for door in DOORS:
        if door.action is not Action.PUBLIC:
            answer = await client.request(door.method, address(door))
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login"), door


async def test_the_wrong_role_finds_nothing(browsers: dict[Role | None, dict[str, str]], client: Any) -> None:
    for role in Role:
        client.cookies.clear()
        client.cookies.update(browsers[role])
        for door in DOORS:
            if door.action not in EVERYONE and role not in GRANTS[door.action or Action.PUBLIC]:
                answer = await client.request(door.method, address(door))
                assert answer.status_code == 404, (role, door)


async def test_what_exists_nowhere_is_not_found_by_those_who_may(
    browsers: dict[Role | None, dict[str, str]], client: Any
) -> None:
    asked = 0
    for role in Role:
        client.cookies.clear()
        client.cookies.update(browsers[role])
        for door in DOORS:
            granted = door.action not in EVERYONE and role in GRANTS[door.action or Action.PUBLIC]
            if granted and door.method == "GET" and "{" in door.path:
                answer = await client.get(address(door))
                assert answer.status_code == 404, (role, door, answer.status_code)
                asked += 1
    assert asked > 20


async def test_a_form_without_its_token_is_refused_before_anything_is_read(
    browsers: dict[Role | None, dict[str, str]], client: Any
) -> None:
    for role in Role:
        client.cookies.clear()
        client.cookies.update(browsers[role])
        for door in DOORS:
            granted = door.action not in EVERYONE and role in GRANTS[door.action or Action.PUBLIC]
            if granted and door.method != "GET":
                answer = await client.request(door.method, address(door), data={"anything": "at all"})
                assert answer.status_code == 403, (role, door)
