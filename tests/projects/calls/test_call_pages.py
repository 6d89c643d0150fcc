"""The pages of a call: the wizard with wrong input, approval in the browser, the public page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from departments.organisation.actions import ensure_city
from kernel.access import Actor, Role
from kernel.errors import Refused
from projects.calls import actions, queries
from projects.life import CallState
from tests import builders

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


async def of(role: Role) -> Actor:
    await ensure_city()
    return await builders.actor(role, await builders.unit("society"))


async def test_one_person_drafts_and_sends_and_another_publishes(db: None, as_: SignIn) -> None:
    coordinator, director = await of(Role.COORDINATOR), await of(Role.DIRECTOR)
    browser = await as_(coordinator)

    drafted = await builders.submit(browser, "/w/calls", "/w/calls/new")
    code = drafted.headers["location"].split("/")[3]
    saved = await builders.submit(
        browser, f"/w/calls/{code}/edit/basic", title="示例征集", contact="0816-1", supervision="0816-2", budget="200万元"
    )
    assert saved.headers["location"] == f"/w/calls/{code}/edit/areas"
    assert (await queries.call(code)).budget == 200_000_000
    sent = await builders.submit(browser, f"/w/calls/{code}/edit/preview", f"/w/calls/{code}/send")
    assert sent.headers["location"] == f"/w/calls/{code}"
    browser = await as_(director)
    await builders.submit(browser, f"/w/calls/{code}", f"/w/calls/{code}/publish")

    assert (await queries.call(code)).state is CallState.PUBLISHED
    assert "示例征集" in (await (await as_(None)).get(f"/calls/{code}")).text


async def test_everything_wrong_with_the_rules_is_said_beside_its_field(db: None, as_: SignIn) -> None:
    coordinator = await of(Role.COORDINATOR)
    code = (await actions.draft(coordinator)).split("/")[3]
    browser = await as_(coordinator)

    answer = await builders.submit(
        browser, f"/w/calls/{code}/edit/rules", per_unit="很多", registered_cap="10万", pass_line="101"
    )

    assert answer.status_code == 422
    assert "请填写整数" in answer.text
    assert "不能大于 100" in answer.text
    assert 'value="很多"' in answer.text


async def test_instalments_that_do_not_add_up_stop_the_sending(db: None, as_: SignIn) -> None:
    coordinator = await of(Role.COORDINATOR)
    code = (await actions.draft(coordinator)).split("/")[3]
    browser = await as_(coordinator)
    page = (await browser.get(f"/w/calls/{code}/edit/rules")).text
    numbers: dict[str, Any] = {
        "kinds": ["association"],
        "per_unit": "1",
        "registered_cap": "10万",
        "team_cap": "3万",
        "minimum": "5000",
        "seats": "5",
        "pass_line": "70",
        "first": "50",
        "second": "40",
        "third": "20",
        "screening_days": "5",
        "correction_days": "3",
        "notice_days": "5",
    }

    await browser.post(
        f"/w/calls/{code}/edit/rules", data={**numbers, **{n: builders.hidden(page, n) for n in ("csrf", "once", "version")}}
    )
    preview = (await browser.get(f"/w/calls/{code}/edit/preview")).text
    call = await queries.call(code)

    assert "各期拨款比例合计应为 100%，现为 110%。" in preview
    with pytest.raises(Refused):
        await actions.send(coordinator, code, call.version)


async def test_money_not_settled_yet_is_a_blank_and_not_a_zero(db: None, as_: SignIn) -> None:
    coordinator = await of(Role.COORDINATOR)
    code = (await actions.draft(coordinator)).split("/")[3]

    page = (await (await as_(coordinator)).get(f"/w/calls/{code}/edit/basic")).text

    assert 'name="budget" value=""' in page


async def test_a_stale_wizard_page_answers_409_with_both(db: None, as_: SignIn) -> None:
    coordinator = await of(Role.COORDINATOR)
    code = (await actions.draft(coordinator)).split("/")[3]
    browser = await as_(coordinator)
    page = (await browser.get(f"/w/calls/{code}/edit/basic")).text
    hidden = {name: builders.hidden(page, name) for name in ("csrf", "once", "version")}
    await actions.edit(coordinator, code, 1, {"title": "同事改的标题"})

    answer = await browser.post(
        f"/w/calls/{code}/edit/basic", data={**hidden, "title": "我改的标题", "contact": "1", "supervision": "2"}
    )

    assert answer.status_code == 409
    assert "同事改的标题" in answer.text
    assert "我改的标题" in answer.text


async def test_the_public_page_may_be_kept_and_carries_no_form(db: None, client: httpx.AsyncClient) -> None:
    call = await builders.call()

    answer = await client.get(f"/calls/{call.code}")

    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in answer.headers
    assert '<form method="post"' not in answer.text
    assert len(answer.content) < 40_000


@pytest.mark.parametrize("path", ["/w/calls/nowhere", "/w/calls/nowhere/edit/basic", "/calls/nowhere", "/calls/nowhere/start"])
async def test_a_call_that_is_not_there_is_404(db: None, as_: SignIn, path: str) -> None:
    browser = await as_(await of(Role.COORDINATOR))

    assert (await browser.get(path)).status_code == 404
