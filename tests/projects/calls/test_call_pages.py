"""The pages of a call: the wizard with wrong input, approval in the browser, the public page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from departments.organisation.actions import ensure_city
from kernel.access import Actor, Role
from kernel.errors import Refused
from projects.calls import actions, queries
from projects.calls.editing import Changes, changes_of
from projects.states import CallState
from projects.tables import Call
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

    refused = await browser.post(
        f"/w/calls/{code}/edit/rules", data={**numbers, **{n: builders.hidden(page, n) for n in ("csrf", "once", "version")}}
    )
    now = changes_of(await queries.pack((await queries.call(code)).pack_hash))
    await actions.edit_rules(coordinator, code, 1, Changes(**{**now, "instalments": (50, 40, 20)}))
    preview = (await browser.get(f"/w/calls/{code}/edit/preview")).text
    call = await queries.call(code)

    assert refused.status_code == 422
    assert "各期拨款比例合计应为 100%，现为 110%。" in beside(refused.text, "third")
    assert "各期拨款比例合计应为 100%，现为 110%。" in preview
    with pytest.raises(Refused):
        await actions.send(coordinator, code, call.version)


def beside(page: str, field: str) -> str:
    """The sentence at a field."""
    found = re.search(rf'id="{field}-error">(.*?)</p>', page, re.S)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("step", "typed", "field", "sentence"),
    [
        ("rules", {"seats": "4"}, "seats", "评审组人数应为单数，现为 4 名。"),
        ("rules", {"minimum": "4万", "team_cap": "3万"}, "minimum", "最低申请额应大于零，且不高于各类申报主体的上限。"),
        ("calendar", {"opens_on": "2026-11-20", "fill_until": "2026-11-19"}, "fill_until", "填报截止不能早于开始申报（2026-11-20）。"),
        ("calendar", {"fill_until": "2026-12-10", "endorse_until": "2026-12-09"}, "endorse_until", "单位审核截止不能早于填报截止（2026-12-10）。"),
        ("basic", {"contact": "问王老师"}, "contact", "请写明电话号码，例如 0816-1234567。"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_said_at_once_beside_its_field(
    db: None, as_: SignIn, step: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    coordinator = await of(Role.COORDINATOR)
    code = (await actions.draft(coordinator)).split("/")[3]
    browser = await as_(coordinator)

    answer = await builders.submit(browser, f"/w/calls/{code}/edit/{step}", **typed)

    assert answer.status_code == 422
    assert sentence in beside(answer.text, field)


async def test_publishing_asks_again_and_says_what_follows(db: None, as_: SignIn) -> None:
    coordinator, director = await of(Role.COORDINATOR), await of(Role.DIRECTOR)
    code = (await actions.draft(coordinator)).split("/")[3]
    await actions.send(coordinator, code, (await queries.call(code)).version)

    page = (await (await as_(director)).get(f"/w/calls/{code}")).text

    assert page.index("<details") < page.index("发布后规则冻结") < page.index(f'action="/w/calls/{code}/publish"')


async def test_a_closed_call_leads_on_to_its_panel(db: None, as_: SignIn) -> None:
    coordinator = await of(Role.COORDINATOR)
    call = await builders.call(code="2026-90")
    browser = await as_(coordinator)
    onward = 'href="/w/panels/new?call=2026-90"'
    before = (await browser.get("/w/calls/2026-90")).text
    await call.update_self({Call.state: "closed"})

    after = (await browser.get("/w/calls/2026-90")).text

    assert onward not in before
    assert onward in after


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
        f"/w/calls/{code}/edit/basic", data={**hidden, "title": "我改的标题", "contact": "0816-1", "supervision": "0816-2"}
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
