"""The applicant's pages in a browser without JavaScript: every path that a person takes, and what is typed wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from kernel import clock, rows
from kernel.access import Actor, Role
from kernel.rows import DB, Q
from projects.states import State
from projects.submitting import actions, queries
from projects.submitting.endorsing import actions as endorsing
from tests import builders
from tests.projects.conftest import PDF
from tests.projects.submitting import city

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


def form_of(section: str) -> dict[str, Any]:
    """A section as a browser posts it."""
    sent: dict[str, Any] = {}
    for code, value in city.ANSWERS.get(section, {}).items():
        if code == "places":
            sent["places_510703"] = value
        else:
            sent[code] = value
    for number, line in enumerate(city.LINES.get(section, [])):
        sent |= {f"lines-{number}-{column}": text for column, text in line.items()}
    return sent


async def test_a_team_goes_from_the_public_page_to_the_receipt(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    await city.papers(world, upload)
    browser = await as_(world.applicant)
    assert "开始申报" in (await browser.get("/calls/2026-90")).text

    started = await builders.submit(browser, "/calls/2026-90/start", unit=str(world.unit))
    assert started.status_code == 303
    url = started.headers["location"]
    for section in ("basic", "unit", "need", "party", "theory", "value", "scene", "plan", "indicators", "team", "budget"):
        saved = await builders.submit(browser, f"{url}/s/{section}", **form_of(section))
        assert (section, saved.status_code, "check" in saved.headers["location"]) == (section, 303, False)
    shown = await browser.get(f"{url}/s/files")
    sent = await browser.post(
        f"{url}/papers/community",
        data={"csrf": builders.hidden(shown.text, "csrf")},
        files={"file": ("社区意见.pdf", PDF, "application/pdf")},
    )
    assert sent.status_code == 303
    submitted = await builders.submit(browser, f"{url}/check", f"{url}/submit", promise="y")

    assert submitted.headers["location"] == f"{url}/submitted"
    receipt = await browser.get(f"{url}/submitted")
    assert "还差单位审核" in receipt.text


async def test_the_administrator_endorses_and_the_receipt_shows_the_code(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    browser = await as_(world.admin)
    assert "骑手驿站" in (await browser.get("/my/endorse")).text

    done = await builders.submit(browser, f"/my/proposals/{ref}", f"/my/proposals/{ref}/endorse")

    assert re.fullmatch(r"/my/proposals/MY2026-\d{4}/submitted", done.headers["location"])
    assert "受理编号" in (await browser.get(done.headers["location"])).text


async def test_a_double_click_on_submit_gets_the_same_answer(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    browser = await as_(world.applicant)
    page = (await browser.get(f"/my/proposals/{ref}/check")).text
    sent = {name: builders.hidden(page, name) for name in ("csrf", "once", "version")} | {"promise": "y"}

    first = await browser.post(f"/my/proposals/{ref}/submit", data=sent)
    second = await browser.post(f"/my/proposals/{ref}/submit", data=sent)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert await rows.value(Q("SELECT count(*) FROM audit_line WHERE action = 'project.submit'")) == 1


async def test_a_wrong_number_is_saved_as_typed_and_pointed_out(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)

    saved = await builders.submit(browser, f"/my/proposals/{ref}/s/basic", **{**form_of("basic"), "direct": "约两百"})
    page = (await browser.get(saved.headers["location"])).text

    assert "约两百" in page
    assert "“直接受益人数”请填写整数。" in page


@pytest.mark.parametrize(("typed", "sentence"), [("a\x00b", "无法保存的字符"), ("长" * 100_000, "最多 20000 个字")])
async def test_what_cannot_be_stored_comes_back_with_a_sentence(db: None, as_: SignIn, typed: str, sentence: str) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    shown = (await browser.get(f"/my/proposals/{ref}/s/need")).text
    hidden = {name: builders.hidden(shown, name) for name in ("csrf", "once", "version")}

    answer = await browser.post(f"/my/proposals/{ref}/s/need", data={**hidden, "analysis": typed, "goal": "保留这一句"})

    if answer.status_code == 413:  # 100,000 Han characters are 900 kB url-encoded: the body limit speaks first
        assert len(typed) == 100_000
        return
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "保留这一句" in answer.text


async def test_twenty_thousand_and_one_characters_are_refused_with_everything_typed(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)

    answer = await builders.submit(browser, f"/my/proposals/{ref}/s/need", analysis="长" * 20_001, goal="保留这一句")

    assert answer.status_code == 422
    assert "最多 20000 个字" in answer.text
    assert "保留这一句" in answer.text


async def test_a_stale_save_shows_both_texts(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    shown = (await browser.get(f"/my/proposals/{ref}/s/need")).text
    hidden = {name: builders.hidden(shown, name) for name in ("csrf", "once", "version")}
    await actions.save(world.applicant, ref, "need", 0, {"goal": "同事写的目标"}, [])

    answer = await browser.post(f"/my/proposals/{ref}/s/need", data={**hidden, "goal": "我写的目标"})

    assert answer.status_code == 409
    assert "同事写的目标" in answer.text
    assert "我写的目标" in answer.text


async def test_autosave_answers_with_the_new_version(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    shown = (await browser.get(f"/my/proposals/{ref}/s/need")).text
    sent = {"csrf": builders.hidden(shown, "csrf"), "version": "0", "goal": "自动保存的目标"}

    first = await browser.post(f"/my/proposals/{ref}/s/need", data=sent, headers={"hx-request": "true"})
    late = await browser.post(f"/my/proposals/{ref}/s/need", data=sent, headers={"hx-request": "true"})

    assert (first.status_code, "已自动保存" in first.text, builders.hidden(first.text, "version")) == (200, True, "1")
    assert (late.status_code, "同一部分已被他人修改" in late.text) == (409, True)


async def test_rows_pasted_from_a_spreadsheet_become_lines(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    paste = "科目\t用途\t数量\t单位\t单价（元）\t申请（元）\t自筹（元）\t测算依据\n服务活动费\t小组\t10\t场\t1,500\t\t\t询价\n不存在的科目\t杂项\t1\t项\t100\t\t\t估算"

    saved = await builders.submit(browser, f"/my/proposals/{ref}/s/budget", paste=paste)

    page = (await browser.get(saved.headers["location"])).text
    assert await rows.column(Q("SELECT requested FROM budget_line WHERE category = 'service'")) == [1_500_000]
    assert "不存在的科目" in page


@pytest.mark.parametrize("path", ["", "/s/basic", "/check", "/submitted"])
async def test_a_strangers_draft_is_not_there(db: None, as_: SignIn, path: str) -> None:
    world = await city.build()
    ref = await city.start(world)
    assert (await (await as_(world.applicant)).get(f"/my/proposals/{ref}{path}")).status_code == 200
    stranger = await builders.actor(Role.APPLICANT, await builders.unit("other", kind="organisation"))
    browser = await as_(stranger)

    theirs = await browser.get(f"/my/proposals/{ref}{path}")
    nowhere = await browser.get(f"/my/proposals/{rows.new_id()}{path}")

    assert (theirs.status_code, nowhere.status_code) == (404, 404)
    assert said(theirs) == said(nowhere)


def said(answer: httpx.Response) -> str:
    """The page without what differs for any two: the token and the address itself."""
    return re.sub(r'x-csrf-token": "[^"]*"|value="[^"]*"|/my/proposals/[\w-]+|%2F[\w%-]+', "", answer.text)


async def test_after_the_deadline_the_page_says_so_and_keeps_the_text(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    shown = (await browser.get(f"/my/proposals/{ref}/s/need")).text
    hidden = {name: builders.hidden(shown, name) for name in ("csrf", "once", "version")}
    clock.fix(datetime(2026, 12, 1, 0, 0, 1, tzinfo=clock.SHANGHAI))

    answer = await browser.post(f"/my/proposals/{ref}/s/need", data={**hidden, "goal": "迟到的目标"})

    assert answer.status_code == 422
    assert "填报已于 2026-11-30 24:00 截止" in answer.text
    assert "迟到的目标" in answer.text


async def test_a_renamed_program_is_not_taken_as_an_attachment(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    shown = await browser.get(f"/my/proposals/{ref}/s/files")

    answer = await browser.post(
        f"/my/proposals/{ref}/papers/community",
        data={"csrf": builders.hidden(shown.text, "csrf")},
        files={"file": ("意见.pdf", b"MZ\x90\x00" + b"\x00" * 200, "application/pdf")},
    )

    assert answer.status_code == 422
    assert "不是" in answer.text


async def test_a_unit_that_may_not_apply_reads_why_before_it_starts(db: None, as_: SignIn) -> None:
    world = await city.build(kind=city.OrganisationKind.ENTERPRISE)
    browser = await as_(world.applicant)

    page = await browser.get("/calls/2026-90/start")
    answer = await builders.submit(browser, "/calls/2026-90/start", unit=str(world.unit))

    assert "本批次不接受“企业”申报" in page.text
    assert answer.status_code == 422


async def test_withdrawn_and_restored_it_is_a_draft(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    browser = await as_(world.applicant)

    await builders.submit(browser, f"/my/proposals/{ref}", f"/my/proposals/{ref}/withdraw", reason="先补材料")
    assert await rows.value(Q("SELECT state FROM project WHERE id::text = {}", ref)) == "withdrawn"
    await builders.submit(browser, f"/my/proposals/{ref}", f"/my/proposals/{ref}/restore")

    assert await rows.value(Q("SELECT state FROM project WHERE id::text = {}", ref)) == "draft"


async def count(browser: httpx.AsyncClient, url: str) -> int:
    asked: list[str] = []
    token = DB.queries.set(asked)
    try:
        assert (await browser.get(url)).status_code == 200
    finally:
        DB.queries.reset(token)
    return len(asked)


@pytest.mark.parametrize(
    ("url", "who"), [("/my/proposals", "applicant"), ("/my/endorse", "admin"), ("/w/calls", "coordinator"), ("/calls", "")]
)
async def test_a_list_asks_the_same_number_of_questions_for_one_row_and_three(
    db: None, as_: SignIn, upload: Any, url: str, who: str
) -> None:
    world = await city.build()
    await city.submitted(world, upload)
    browser = await as_(getattr(world, who) if who else None)
    one = await count(browser, url)

    state = State.ENDORSING if url == "/my/endorse" else State.DRAFT
    for _ in range(2):
        of = await builders.call()
        await builders.project(state, of=of, author=world.applicant.person, organisation=world.unit)

    assert await count(browser, url) == one


@pytest.mark.parametrize("path", ["", "/s/basic", "/s/budget", "/s/files", "/check"])
async def test_no_page_of_a_proposal_asks_more_than_ten_questions(db: None, as_: SignIn, upload: Any, path: str) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    browser = await as_(world.applicant)
    await browser.get(f"/my/proposals/{ref}{path}")

    assert await count(browser, f"/my/proposals/{ref}{path}") <= 10


async def test_an_expert_of_a_blind_round_gets_no_name_and_no_file(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    code = (await endorsing.endorse(world.admin, ref, await city.version(ref))).split("/")[3]
    ident = await rows.value(Q("SELECT id FROM project WHERE code = {}", code))
    open_text = str(await queries.document(ident, contacts=True))
    assert all(hidden in open_text for hidden in ("绵阳示例社会工作服务中心", "示例甲", "13800001234", "registration.pdf"))

    blind = str(await queries.document(ident, anonymous=True))

    assert not [hidden for hidden in ("绵阳示例社会工作服务中心", "示例甲", "1380000", "registration.pdf") if hidden in blind]


async def test_a_colleague_at_the_same_section_is_named_for_ten_minutes(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    colleague = await builders.actor(Role.APPLICANT, world.unit, "王珂（示例）")
    await actions.share(world.applicant, ref, colleague.person)
    await actions.save(colleague, ref, "need", 0, city.ANSWERS["need"], [])
    page = f"/my/proposals/{ref}/s/need"

    own = await (await as_(colleague)).get(page)
    browser = await as_(world.applicant)
    seen = await browser.get(page)
    with clock.at(clock.now() + timedelta(minutes=11)):
        later = await browser.get(page)

    assert "王珂（示例）正在填写这一部分" in seen.text
    assert "正在填写这一部分" not in own.text
    assert "正在填写这一部分" not in later.text
