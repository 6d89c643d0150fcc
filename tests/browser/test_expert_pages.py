"""The pages of an expert's profile: every section at the host and at home, the application and the confirmation by link, on a phone too."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from kernel.access import Action
from kernel.accounts import sessions
from talent_pool.profiles import actions, keeping, queries
from talent_pool.profiles.confirming import actions as confirming
from talent_pool.profiles.inviting import actions as inviting
from talent_pool.profiles.kinds import DocumentKind, Part, TieKind, WorkKind
from talent_pool.profiles.tables import Expert, ExpertWork
from tests.browser.conftest import OpenPage, axe, overflow, serve, small_targets
from tests.kernel.files import samples
from tests.talent_pool.profiles import pool

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
OWN = Action.EDIT_OWN_EXPERT
FOLDER = os.environ.get("EXPERT_PICTURES", "")
"""Where pictures of the pages go, when somebody wants to look at them."""


@pytest.fixture
async def city(app: Any, committed: str) -> AsyncIterator[str]:
    async with serve(app) as address:
        yield address


async def somebody() -> UUID:
    """An expert of whom everything is known, asked for the yearly word, with a paper that runs out."""
    made = await pool.expert("李建国", "示例大学社会学院", finance=True)
    me = await pool.myself(made)
    said = pool.said(
        title="教授",
        areas=("new-employment", "elderly"),
        fields=("new-employment.riders", "new-employment.rights", "elderly.meals", "general.evaluation"),
        methods=("survey", "evaluation"),
        counties=("510703", "510704"),
        county="510703",
        keywords="骑手法律援助、社区食堂运营",
        speciality="长期研究新就业群体的社会融入，主持过骑手驿站服务效果评估，熟悉社区助餐的成本测算。",
    )
    await actions.edit_own(me, said, (await queries.own(me)).version)
    for n in range(3):
        work = keeping.Work(
            WorkKind.PAPER, f"骑手职业伤害保障与社会支持研究之{n + 1}", 2020 + n, "示例学刊", "对十二个驿站的追踪调查。" * 4
        )
        await keeping.save_work(me, OWN, made, work)
    paper = samples.upload("单位同意函.pdf", samples.pdf())
    soon = clock.today() + timedelta(days=9)
    await keeping.add_document(me, OWN, made, DocumentKind.CONSENT, paper, title="2026年度", expires_on=soon)
    await keeping.add_absence(me, OWN, made, date(2026, 12, 1), date(2026, 12, 5), "参加培训")
    await actions.add_tie(me, made, TieKind.BOARD, unit_name="示例社会工作协会", since=date(2024, 1, 1), action=OWN)
    await keeping.decide_shown(me, [Part.NAME, Part.FIELDS])
    await pool.reachable(made)
    await Expert.update({Expert.confirmed_on: clock.today() - timedelta(days=400)}).where(Expert.id == made)
    await confirming.ask_due_confirmations()
    return made


async def look(page: Any, url: str) -> Any:
    """Status, headings, and everything that is wrong, wide and narrow."""
    await page.set_viewport_size({"width": 1440, "height": 900})
    answer = await page.goto(url)
    wrong = await small_targets(page) + await axe(page)
    name = url.strip("/").replace("/", "-")[-40:]
    if FOLDER:
        await page.screenshot(path=Path(FOLDER) / f"{name}-wide.png", full_page=True)
    wrong += await overflow(page, 320) + await overflow(page, 390) + await axe(page)
    if FOLDER:
        await page.screenshot(path=Path(FOLDER) / f"{name}-phone.png", full_page=True)
    return answer.status, await page.locator("h1").count(), wrong


async def looked(page: Any, urls: list[str]) -> dict[str, Any]:
    return {url: seen for url in urls if (seen := await look(page, url)) != (200, 1, [])}


async def test_the_sections_of_a_profile_are_accessible_and_fit_a_phone(city: str, open_page: OpenPage) -> None:
    made = await somebody()
    (work, *_) = await ExpertWork.objects().where(ExpertWork.expert == made)
    waiting = await pool.entered("王待审")
    base, own = f"/w/experts/{made}", "/r/profile"
    host = [base, f"/w/experts/{waiting}", f"{base}/edit", "/w/experts/new", "/w/experts/invite", "/w/experts/invitations"]
    host += [f"{base}{tab}" for tab in ("/works", f"/works/{work.id}", "/documents", "/time", "/ties", "/log")]
    mine = [own, *(f"{own}{tab}" for tab in ("/edit", "/works", "/documents", "/time", "/ties", "/shown"))]

    found: dict[str, Any] = {}
    for actor, urls in ((await pool.keeper(), host), (await pool.myself(made), mine)):
        token = await sessions.open_session(actor.person)
        page = await open_page(address=city, bypass_csp=True, cookies={sessions.COOKIE: token})
        found |= await looked(page, urls)

    assert found == {}


async def test_the_pages_behind_the_links_are_for_a_phone(city: str, open_page: OpenPage) -> None:
    await somebody()
    confirm = await pool.sent_link("confirm")
    await inviting.invite_expert(await pool.officer(), pool.invited("赵受邀", "13900005678"))
    apply = await pool.sent_link("apply")
    page = await open_page(address=city, bypass_csp=True)

    assert await looked(page, [confirm, apply, "/experts/applied", "/experts/confirmed"]) == {}


async def test_an_application_is_filled_in_on_a_phone_without_script(city: str, open_page: OpenPage) -> None:
    await inviting.invite_expert(await pool.officer(), pool.invited())
    page = await open_page(address=city, width=360, height=640, js=False)

    await page.goto(await pool.sent_link("apply"))
    await page.get_by_text("新就业群体", exact=True).first.click()
    await page.get_by_text("以上内容真实").click()
    await page.get_by_role("button", name="提交申请").click()
    await page.get_by_role("heading", name="入库申请已提交").wait_for()

    assert await page.get_by_role("heading", name="入库申请已提交").count() == 1
