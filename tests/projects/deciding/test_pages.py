"""From the ranking to the 立项通知 through the pages, without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from PIL import Image

from kernel import rows
from kernel.access import Actor
from kernel.rows import Q
from projects.states import State
from tests import builders
from tests.projects.deciding import round as rounds

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


def scan() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(file, "PNG")
    return file.getvalue()


async def paper(browser: httpx.AsyncClient, page: str, url: str) -> httpx.Response:
    """Post a 线下签批 with its scan."""
    shown = (await browser.get(page)).text
    fields = {
        "csrf": builders.hidden(shown, "csrf"),
        "once": builders.hidden(shown, "once"),
        "kind": "minutes",
        "number": "绵社会纪〔2026〕1号",
        "signed_on": "2026-11-19",
        "body": "市委社会工作部部务会",
        "votes": "同意 7 票",
    }
    return await browser.post(url, data=fields, files={"scan": ("纪要.png", scan(), "image/png")})


async def press(browser: httpx.AsyncClient, page: str, url: str, **fields: Any) -> None:
    answer = await builders.submit(browser, page, url, **fields)
    assert answer.status_code == 303, re.sub(r"<[^>]+>|\s+", " ", answer.text)[:3000]


async def test_a_round_goes_from_ranking_to_award_through_the_pages(
    db: None, as_: SignIn, business_time: Callable[[Any], None]
) -> None:
    city = await rounds.ranked(3)
    browser = await as_(city.coordinator)
    assert city.call.title in (await browser.get("/w/decisions")).text
    made = await builders.submit(
        browser, f"/w/decisions/new?call={city.call.code}", title="2026年第一批审定方案", money_line="60000"
    )
    sheet = made.headers["location"]
    await press(browser, sheet, f"{sheet}/arrange", codes=city.codes[:1], outcome="approve")
    await press(browser, sheet, f"{sheet}/arrange", codes=city.codes[1:2], outcome="reserve")
    await press(browser, sheet, f"{sheet}/arrange", codes=city.codes[2:], outcome="decline")
    item = f"{sheet}/items/{city.codes[0]}"
    await press(browser, item, item, outcome="approve", amount="48000", reason="")
    await press(browser, item, f"{item}/lines", fund="scitech-2026", mode="grant", amount="48000")
    ident = await rows.value(Q("SELECT id FROM funding_line"))
    line = f"/w/lines/{ident}"

    browser = await as_(city.finance)
    assert "第1名项目" in (await browser.get("/w/lines")).text
    await press(browser, line, f"{line}/check", receipt="settlement")
    assert "请由部门负责人同意" in (await browser.get(line)).text
    browser = await as_(city.head)
    await press(browser, line, f"{line}/consent")

    browser = await as_(city.coordinator)
    await press(browser, sheet, f"{sheet}/convene")
    assert "请先登记会议纪要并由另一位同事确认" in (await browser.get(sheet)).text
    assert (await paper(browser, sheet, f"{sheet}/minutes")).status_code == 303
    browser = await as_(city.second)
    shown = (await browser.get(sheet)).text
    await press(browser, sheet, re.search(rf'action="({sheet}/minutes/[^"]+/confirm)"', shown)[1])  # type: ignore[index]
    assert "本次将发出 3 封通知" in (await browser.get(sheet)).text
    await press(browser, sheet, f"{sheet}/release")

    code = await rows.value(Q("SELECT code FROM notice"))
    browser = await as_(None)
    notice = (await browser.get(f"/notices/{code}")).text
    assert "2026-11-23 至 2026-11-27" in notice
    assert "第1名项目" in notice
    assert "第2名项目" not in notice
    assert (await browser.get("/notices")).status_code == 200
    assert (await browser.get(f"/notices/{code}/list.xlsx")).status_code == 200

    rounds.later(business_time, 2026, 11, 28)
    browser = await as_(city.coordinator)
    await press(browser, f"/w/notices/{code}", f"/w/notices/{code}/issue", codes=city.codes[:1])
    assert await rounds.state_of(city.projects[0]) is State.APPROVED
    assert "第1名项目" in (await browser.get("/results/2026")).text
    for page in (
        "/w/funds",
        "/w/funds/scitech-2026",
        "/w/ledger",
        "/w/ledger?project=" + city.codes[0],
        "/w/ledger.xlsx",
        sheet,
        item,
        line,
    ):
        assert (await browser.get(page)).status_code == 200, page


async def test_an_objection_goes_through_the_pages(db: None, as_: SignIn, business_time: Callable[[Any], None]) -> None:
    city = await rounds.released(3, 2)
    code = await rounds.notice_code(city)
    rounds.later(business_time, 2026, 11, 24)
    browser = await as_(None)
    received = await builders.submit(
        browser,
        f"/objection?notice={code}",
        project=city.codes[0],
        kind="person",
        name="王实名",
        contact="13800000000",
        statement="该项目与本单位上年已获资助的项目内容重复，有合同为证，请核查。",
        promise="y",
    )
    assert received.status_code == 303
    assert (await browser.get(received.headers["location"])).status_code == 200
    number = await rows.value(Q("SELECT code FROM objection"))

    handler = await builders.actor(rounds.Role.COORDINATOR, city.call.host, "冯经办")
    browser = await as_(handler)
    page = f"/w/objections/{number}"
    assert "王实名" in (await browser.get(page)).text
    assert "王实名" not in (await browser.get("/w/objections")).text
    await press(browser, page, f"{page}/answer", outcome="cancel", text="经核查，异议属实。")

    assert await rounds.state_of(city.projects[0]) is State.CANCELLED
    browser = await as_(city.coordinator)
    assert "王实名" not in (await browser.get(page)).text


async def test_a_stale_item_shows_both_texts_and_overwrites_nothing(db: None, as_: SignIn) -> None:
    city = await rounds.prepared()
    browser = await as_(city.coordinator)
    page = f"/w/decisions/{city.ident}/items/{city.codes[0]}"
    await press(browser, page, page, outcome="approve", amount="40000", reason="先保存的理由")

    stale = await builders.submit(browser, page, page, outcome="decline", amount="", reason="后保存的理由", version="2")

    assert stale.status_code == 409
    assert "先保存的理由" in stale.text
    assert "后保存的理由" in stale.text
    assert await rows.value(Q("SELECT reason FROM decision_item WHERE position = 1")) == "先保存的理由"


async def test_a_refusal_keeps_what_was_typed(db: None, as_: SignIn) -> None:
    city = await rounds.prepared()
    browser = await as_(city.coordinator)
    item = f"/w/decisions/{city.ident}/items/{city.codes[0]}"

    too_much = await builders.submit(browser, item, item, outcome="approve", amount="99999", reason="我写的理由")
    lottery = await builders.submit(browser, item, f"{item}/lines", fund="civil-lottery-2026", mode="grant", amount="12345.60")

    assert (too_much.status_code, lottery.status_code) == (422, 422)
    assert "不能超过财务审核金额" in too_much.text
    assert "我写的理由" in too_much.text
    assert "彩票公益金只用于" in lottery.text
    assert "12345.60" in lottery.text


@pytest.mark.parametrize("action", ["check", "consent", "decline", "paper"])
async def test_a_line_of_another_department_answers_like_one_that_is_not_there(db: None, as_: SignIn, action: str) -> None:
    city = await rounds.prepared()
    line = await rounds.line(city, city.codes[0])
    stranger = await builders.actor(rounds.Role.FINANCE_OFFICER, await builders.unit("civil"))
    browser = await as_(stranger)
    csrf = builders.hidden((await browser.get("/w/lines")).text, "csrf")
    fields = {
        "csrf": csrf,
        "version": "1",
        "receipt": "invoice",
        "reason": "不",
        "kind": "memo",
        "number": "1",
        "signed_on": "2026-11-19",
        "body": "x",
    }
    files = {"scan": ("a.png", scan(), "image/png")} if action == "paper" else None

    answers = [await browser.post(f"/w/lines/{ident}/{action}", data=fields, files=files) for ident in (line, rows.new_id(), "x")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (await browser.get(f"/w/lines/{line}")).status_code == 404


async def test_todos_of_a_decision_say_what_to_do(db: None, as_: SignIn) -> None:
    city = await rounds.convened()

    titles = await rows.column(Q("SELECT title FROM todo WHERE subject = {} AND done_at IS NULL", city.decision))

    assert titles
    assert all(title.startswith("登记会议纪要：") for title in titles)


async def test_a_new_decision_is_named_after_its_call(db: None, as_: SignIn) -> None:
    city = await rounds.ranked(1)

    page = (await (await as_(city.coordinator)).get(f"/w/decisions/new?call={city.call.code}")).text

    assert f'value="{city.call.title}审定方案"' in page
