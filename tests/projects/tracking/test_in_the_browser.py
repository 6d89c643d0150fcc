"""The same way through the pages, without JavaScript: every step has its button, every office its page."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest

from kernel import rows
from kernel.access import Actor
from kernel.rows import Q
from projects.signing import queries as agreements
from projects.states import State
from tests.builders import hidden
from tests.conftest import SignIn
from tests.projects.awarded import PDF, City, approved, at, refresh, running

pytestmark = pytest.mark.anyio


async def do(browser: httpx.AsyncClient, page: str, url: str, files: dict[str, bytes] | None = None, **fields: object) -> None:
    """Open the page, find the form that goes to `url`, send it with its hidden fields; it must lead on."""
    shown = await browser.get(page)
    assert shown.status_code == 200, (page, shown.status_code, shown.text[-2000:])
    form = re.search(rf'<form[^>]*action="{re.escape(url)}".*?</form>', shown.text, re.S)
    assert form, f"no form to {url} on {page}"
    typed = {name: hidden(form.group(0), name) for name in ("csrf", "once", "version") if f'name="{name}"' in form.group(0)}
    sent = {name: (f"{name}.pdf", body, "application/pdf") for name, body in (files or {}).items()}
    answer = await browser.post(url, data={**typed, **fields}, files=sent or None)
    assert answer.status_code == 303, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[:1500]
    led = await browser.get(answer.headers["location"])
    assert led.status_code == 200, (answer.headers["location"], led.text[-2000:])


async def pay(as_: SignIn, city: City, number: int) -> None:
    my, code = f"/my/projects/{city.code}", city.code
    browser = await as_(city.team)
    instalment = await rows.value(Q("SELECT id FROM instalment WHERE line = {} AND number = {}", city.line.id, number))
    await do(browser, f"{my}/payments", f"{my}/payments/{instalment}", files={"receipt": PDF}, purpose="")
    ident = await rows.value(Q("SELECT id FROM payment_request WHERE instalment = {}", instalment))
    amount = await rows.value(Q("SELECT amount FROM payment_request WHERE id = {}", ident))
    url = f"/w/payments/{ident}"
    await do(await as_(city.officer), url, f"{url}/check")
    await do(await as_(city.head), url, f"{url}/approve")
    today = await rows.value(Q("SELECT approved_at::date::text FROM payment_request WHERE id = {}", ident))
    await do(
        await as_(city.finance),
        url,
        f"{url}/voucher",
        files={"slip": PDF},
        number=f"示例-{code}-{number}",
        paid_on=today,
        amount=f"{amount // 100}.{amount % 100:02d}",
    )
    await do(await as_(city.other_finance), url, f"{url}/voucher/confirm")


async def fill(browser: httpx.AsyncClient, city: City, page: str, rate: int, **texts: object) -> None:
    goals = {f"got_{g.id.hex}": g.target * rate // 100 for g in await agreements.indicators(city.project.id)}
    await do(browser, page, page, **goals, **{"done": "按计划开展", "problems": "", "plans": "", "satisfaction": "", **texts})


async def sign(as_: SignIn, city: City) -> None:
    my, work = f"/my/projects/{city.code}", f"/w/projects/{city.code}"
    browser = await as_(city.team)
    lines = {f"line_{row.id.hex}": row.requested // 100 for row in await agreements.budget(city.project.id)}
    goals = {f"goal_{row.id.hex}": row.target for row in await agreements.indicators(city.project.id)}
    revise = f"{my}/agreement/revise"
    await do(browser, f"{my}/agreement", revise, **lines, **goals, starts_on="2026-12-01", ends_on="2027-05-31")
    await do(browser, f"{my}/agreement", f"{my}/agreement/present")
    account = {"account_name": "示例社会工作服务中心", "bank": "示例银行涪城支行", "account": "6222 0200 1234 5678"}
    await do(await as_(city.admin), f"{my}/agreement", f"{my}/agreement/sign", **account)
    await do(await as_(city.director), f"{work}/agreement", f"{work}/agreement/sign")


async def test_a_person_carries_a_project_from_award_to_closing_in_the_browser(db: None, as_: SignIn) -> None:
    city = await approved((50_000,))
    my, work = f"/my/projects/{city.code}", f"/w/projects/{city.code}"

    await sign(as_, city)
    at(date(2026, 12, 2))
    await pay(as_, city, 1)

    reports = await rows.column(Q("SELECT id FROM report WHERE project = {} AND kind <> 'final' ORDER BY ends", city.project.id))
    for ident in reports:
        ends = await rows.value(Q("SELECT ends FROM report WHERE id = {}", ident))
        at(ends)
        await fill(await as_(city.team), city, f"{my}/reports/{ident}", 100)
        await do(await as_(city.coordinator), f"/w/reports/{ident}", f"/w/reports/{ident}/accept")
    at(date(2027, 6, 1))
    await pay(as_, city, 2)
    browser = await as_(city.team)
    line = str(city.line.id)
    for budget in await agreements.budget(city.project.id):
        await do(
            browser,
            f"{my}/expenses",
            f"{my}/expenses",
            files={"receipt": PDF},
            line=line,
            budget_line=str(budget.id),
            amount=str(budget.requested // 100),
            spent_on="2027-05-30",
            note="示例支出",
            voucher="记-1",
            invoice="",
        )
    await fill(browser, city, f"{my}/closing", 100, satisfaction="95")
    verdict = {"performance": "passed", "finance": "passed", "grade": "excellent", "remarks": ""}
    await do(await as_(city.coordinator), f"{work}/closing", f"{work}/close", **verdict)
    await pay(as_, city, 3)

    assert State((await refresh(city.project)).state) is State.CLOSED
    for page in ("", "/agreement", "/money", "/reports", "/closing", "/log"):
        shown = await (await as_(city.coordinator)).get(work + page)
        assert shown.status_code == 200, page
    for page in ("", "/agreement", "/payments", "/expenses", "/reports", "/closing"):
        assert (await (await as_(city.admin)).get(my + page)).status_code == 200, page


async def test_what_is_not_theirs_is_not_there(db: None, as_: SignIn) -> None:
    city = await approved()
    my, work = f"/my/projects/{city.code}", f"/w/projects/{city.code}"
    here = {city.team: my, city.coordinator: work, city.officer: work}
    for actor, url in here.items():
        assert (await (await as_(actor)).get(url)).status_code == 200

    strangers: list[tuple[Actor, str]] = [
        (city.stranger, my),
        (city.foreign_officer, work),
        (city.team, work),
        (city.officer, my),
    ]
    for actor, url in strangers:
        for page in ("", "/agreement", "/reports", "/closing"):
            answer = await (await as_(actor)).get(url + page)
            missing = await (await as_(actor)).get(url.replace(city.code, "MY2026-000000") + page)
            assert (answer.status_code, missing.status_code) == (404, 404), (url, page)


async def test_anybody_sees_a_signed_project_and_whether_the_lottery_pays_for_it(db: None, as_: SignIn) -> None:
    signed, lottery, waiting = await running(), await running(), await approved()
    await rows.execute(Q("UPDATE fund SET lottery = true, purposes = '[\"elderly\"]' WHERE id = {}", lottery.funds[0].id))
    browser = await as_(None)

    plain, marked = [await browser.get(f"/projects/{city.code}") for city in (signed, lottery)]

    assert (plain.status_code, marked.status_code) == (200, 200)
    assert ("彩票公益金资助" in plain.text, "彩票公益金资助" in marked.text) == (False, True)
    assert "5678" not in marked.text
    assert (await browser.get(f"/projects/{waiting.code}")).status_code == 404
    assert (await browser.get("/projects/MY2026-000000")).status_code == 404


async def test_a_stale_revision_shows_both_texts_and_a_bad_one_keeps_what_was_typed(db: None, as_: SignIn) -> None:
    city = await approved()
    page, url = f"/my/projects/{city.code}/agreement", f"/my/projects/{city.code}/agreement/revise"
    browser = await as_(city.team)
    lines = {f"line_{row.id.hex}": "24000" for row in await agreements.budget(city.project.id)}
    goals = {f"goal_{row.id.hex}": row.target for row in await agreements.indicators(city.project.id)}
    dates = {"starts_on": "2026-12-01", "ends_on": "2027-05-31"}
    old = {name: hidden((await browser.get(page)).text, name) for name in ("csrf", "version")}
    await do(browser, page, url, **{**dict.fromkeys(lines, "25000"), **goals, **dates})

    stale = await browser.post(url, data={**old, **lines, **goals, **dates})
    bad = await browser.post(url, data={**old, **dict.fromkeys(lines, "两万四"), **goals, **dates})

    assert stale.status_code == 409
    assert ('value="24000"' in stale.text, "25,000.00" in stale.text) == (True, True)
    assert bad.status_code == 422
    assert bad.text.count('value="两万四"') == 2


async def test_a_refused_step_says_why_on_the_same_page(db: None, as_: SignIn) -> None:
    city = await approved()
    my = f"/my/projects/{city.code}/agreement"
    browser = await as_(city.team)
    token = hidden((await browser.get(my)).text, "csrf")

    answer = await browser.post(f"{my}/present", data={"csrf": token, "version": "1"})

    assert answer.status_code == 422
    assert "请先在“调整预算与指标”中核对并保存" in answer.text
