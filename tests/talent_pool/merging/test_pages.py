"""Merging over HTTP: pairs, two records side by side, who may; every step from a page to the next."""

from __future__ import annotations

import pytest

from kernel import rows
from kernel.access import Role
from kernel.rows import Q
from talent_pool.merging import actions
from talent_pool.merging.rules import Reason
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.talent_pool.directory import pool

pytestmark = pytest.mark.anyio


async def test_a_pair_is_found_compared_merged_and_separated_in_the_browser(db: None, as_: SignIn) -> None:
    keep, drop = await pool.expert("张三", title="教授"), await pool.expert("张三", title="院长", keywords="助餐")
    browser = await as_(await pool.host())

    listed = (await browser.get("/w/experts/duplicates")).text
    page = f"/w/experts/merge/{keep}/{drop}"
    compared = (await browser.get(page)).text
    refused = await builders.submit(browser, page, title="drop", reason="")
    versions = {name: builders.hidden(compared, name) for name in ("keep_version", "drop_version")}
    done = await builders.submit(browser, page, title="drop", reason="同一手机号", **versions)
    url = done.headers["location"]
    shown = (await browser.get(url)).text
    undone = await builders.submit(browser, url, f"{url}/undo", reason="弄错了")

    assert f"/w/experts/merge/{keep}/{drop}" in listed
    assert all(text in compared for text in ("教授", "院长", "助餐", "两个账号都保留"))
    assert (refused.status_code, "院长" in refused.text) == (422, True)
    assert (done.status_code, undone.status_code) == (303, 303)
    assert "同一手机号" in shown
    assert await rows.value(Q("SELECT title FROM expert WHERE id = {}", keep)) == "教授"
    assert "已撤销" in (await browser.get("/w/experts/duplicates")).text


async def test_a_form_made_from_an_older_record_is_a_conflict(db: None, as_: SignIn) -> None:
    keep, drop = await pool.expert("张三"), await pool.expert("张三")
    browser = await as_(await pool.host())

    answer = await builders.submit(
        browser, f"/w/experts/merge/{keep}/{drop}", reason="同一人", keep_version="1", drop_version="9"
    )

    assert answer.status_code == 409
    assert await rows.value(Q("SELECT count(*) FROM expert_merge")) == 0


async def test_two_on_one_panel_are_told_why_not(db: None, as_: SignIn) -> None:
    from projects.panels import queries as panels
    from projects.states import PanelState

    panel = await reviewing.panel(PanelState.OPEN)
    first, second = (await panels.seats(panel.id))[:2]
    browser = await as_(await pool.host())
    page = f"/w/experts/merge/{first.expert}/{second.expert}"
    whole = (await browser.get(page)).text
    versions = {name: builders.hidden(whole, name) for name in ("keep_version", "drop_version")}

    answer = await builders.submit(browser, page, reason="同一人", **versions)

    assert answer.status_code == 422
    assert Reason.ONE_PANEL.label in answer.text


async def test_two_are_chosen_by_hand(db: None, as_: SignIn) -> None:
    keep, drop = await pool.expert("张三"), await pool.expert("章叁", "别的大学")
    browser = await as_(await pool.host())

    first = (await browser.get("/w/experts/merge?q=张三")).text
    second = (await browser.get(f"/w/experts/merge?keep={keep}&q=zhang")).text

    assert f"/w/experts/merge?keep={keep}" in first
    assert f"/w/experts/merge/{keep}/{drop}" in second
    assert f"/w/experts/merge/{keep}/{keep}" not in second


async def test_pairs_that_are_two_people_leave_the_list(db: None, as_: SignIn) -> None:
    one, other = await pool.expert("张三"), await pool.expert("张三")
    browser = await as_(await pool.host())

    answer = await builders.submit(
        browser, "/w/experts/duplicates", "/w/experts/duplicates/apart", one=str(one), other=str(other)
    )

    assert answer.status_code == 303
    assert "没有发现重复的档案" in (await browser.get("/w/experts/duplicates")).text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
async def test_nobody_but_the_host_merges(db: None, as_: SignIn, role: Role) -> None:
    keep, drop = await pool.expert("张三"), await pool.expert("张三")
    merge = await actions.merge(await pool.host(), keep, drop, {}, reason="同一人")
    browser = await as_(await builders.actor(role, await builders.unit("scitech")))

    pages = ["/w/experts/duplicates", "/w/experts/merge", f"/w/experts/merge/{keep}/{drop}", f"/w/experts/merges/{merge}"]
    pages += ["/w/experts/import", "/w/experts/import/template.xlsx"]

    assert [(await browser.get(url)).status_code for url in pages] == [404] * len(pages)
