"""The import over HTTP: the template, errors on the page, looking only, admitting by another, undoing, hostile cells."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kernel import rows
from kernel.access import Role
from kernel.rows import Q
from kernel.sheets import BadCells
from kernel.sheets.columns import Reason as SheetReason
from talent_pool.importing import actions
from talent_pool.importing.rules import Reason
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.directory import pool
from tests.talent_pool.importing.sheet import LETTER, row, workbook

pytestmark = pytest.mark.anyio
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def send(browser: httpx.AsyncClient, sheet: bytes, **fields: str) -> httpx.Response:
    page = await browser.get("/w/experts/import")
    base = {key: builders.hidden(page.text, key) for key in ("csrf", "once")}
    return await browser.post("/w/experts/import", data={**base, **fields}, files={"file": ("专家.xlsx", sheet, XLSX)})


async def test_a_sheet_is_brought_in_admitted_by_another_and_shown(db: None, as_: SignIn) -> None:
    host, other = await pool.host(), await builders.actor(Role.DIRECTOR, await builders.unit("society"))
    browser = await as_(host)

    answer = await send(browser, workbook(row()))
    url = answer.headers["location"]
    own = (await browser.get(url)).text
    mine = await builders.submit(browser, url, f"{url}/admit")
    browser = await as_(other)
    admitted = await builders.submit(browser, url, f"{url}/admit")
    after = (await browser.get(url)).text

    assert (answer.status_code, mine.status_code, admitted.status_code) == (303, 422, 303)
    assert "导入人不能批准自己导入的专家" in own
    assert "撤销整批" not in after
    assert await rows.value(Q("SELECT state FROM expert")) == "admitted"


async def test_a_batch_is_taken_back_in_the_browser(db: None, as_: SignIn) -> None:
    browser = await as_(await pool.host())
    url = (await send(browser, workbook(row()))).headers["location"]

    answer = await builders.submit(browser, url, f"{url}/undo", reason="版本不对")

    assert answer.status_code == 303
    assert "已撤销" in (await browser.get(url)).text
    assert await rows.value(Q("SELECT count(*) FROM expert")) == 0


async def test_errors_stand_on_the_page_all_at_once_and_nothing_is_in(db: None, as_: SignIn) -> None:
    browser = await as_(await pool.host())

    answer = await send(browser, workbook(row(areas="星际航行", mobile="1")))

    assert answer.status_code == 422
    assert f"第 2 行 {LETTER['areas']} 列" in answer.text
    assert f"第 2 行 {LETTER['mobile']} 列" in answer.text
    assert await rows.value(Q("SELECT count(*) FROM expert_batch")) == 0


async def test_looking_only_says_what_would_come_and_writes_nothing(db: None, as_: SignIn) -> None:
    await pool.expert("张三", "示例大学")
    browser = await as_(await pool.host())

    update = await send(browser, workbook(row(), row(name="李四")), go="look", twins="update")
    bad = await send(browser, workbook(row()), go="look")
    none = await send(browser, b"%PDF", go="look")

    assert (update.status_code, bad.status_code, none.status_code) == (200, 422, 422)
    assert "检查结果：可以导入" in update.text
    assert f"第 2 行 {LETTER['name']} 列" in bad.text
    assert SheetReason.NOT_XLSX.label.split("。")[0] in none.text
    assert await rows.value(Q("SELECT count(*) FROM expert")) == 1


async def test_a_double_click_brings_it_in_once(db: None, as_: SignIn) -> None:
    browser = await as_(await pool.host())
    page = await browser.get("/w/experts/import")
    base = {key: builders.hidden(page.text, key) for key in ("csrf", "once")}
    sheet = workbook(row())

    answers = [await browser.post("/w/experts/import", data=base, files={"file": ("a.xlsx", sheet, XLSX)}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert await rows.value(Q("SELECT count(*) FROM expert")) == 1


HOSTILE: list[tuple[str, str, Any]] = [
    ("name", "=1+1", None),
    ("speciality", '=HYPERLINK("http://127.0.0.1","x")', None),
    ("employer", "甲\x01乙", SheetReason.BAD_CHARACTER),
    ("speciality", "字" * 30_000, SheetReason.TOO_LONG),
    ("areas", "'; DROP TABLE expert; --", Reason.UNKNOWN_AREA),
    ("areas", "{title.__class__}", Reason.UNKNOWN_AREA),
    ("max_load", "9" * 18, Reason.LOAD_RANGE),
    ("max_load", "-1", Reason.LOAD_RANGE),
    ("mobile", "１３８１２３４５６７８９", Reason.NOT_MOBILE),
    ("works", "：：：（2024）", Reason.NOT_A_WORK),
    ("works", "论文：" + "(" * 150, None),
    ("former", "（至", None),
]


@pytest.mark.parametrize(("key", "value", "reason"), HOSTILE)
async def test_a_hostile_cell_is_a_sentence_or_plain_text(db: None, key: str, value: str, reason: Any) -> None:
    host = await pool.host()
    sheet = workbook(row(**{key: value}))

    if reason is None:
        await actions.bring_in(host, "a.xlsx", sheet)
        assert await rows.value(Q("SELECT count(*) FROM expert")) == 1
    else:
        with pytest.raises(BadCells) as no:
            await actions.bring_in(host, "a.xlsx", sheet)
        assert no.value.cells[0].startswith(f"第 2 行 {LETTER[key]} 列")
        assert await rows.value(Q("SELECT count(*) FROM expert")) == 0
