"""The import over HTTP: the template, errors on the page, looking only, undoing; hostile cells and big sheets."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import httpx
import pytest

from departments.funds import actions as ledger
from departments.funds import queries as funds
from departments.funds.rules import Event
from departments.funds.tables import Fund
from kernel import rows, sheets
from kernel.access import Role
from kernel.errors import Refused
from kernel.rows import DB, Q
from kernel.sheets import BadCells
from kernel.sheets.columns import Reason as SheetReason
from projects.importing import actions, reading
from projects.importing.rules import MOST, Reason
from projects.importing.words import REASON
from tests import builders
from tests.conftest import SignIn
from tests.projects.importing.sheet import LETTER, city, row, workbook

pytestmark = pytest.mark.anyio
MANY = 1_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def send(browser: httpx.AsyncClient, sheet: bytes, name: str = "往年项目.xlsx", **fields: str) -> httpx.Response:
    page = await browser.get("/w/import")
    base = {key: builders.hidden(page.text, key) for key in ("csrf", "once")}
    return await browser.post("/w/import", data={**base, **fields}, files={"file": (name, sheet, XLSX)})


async def test_the_template_is_read_again_by_the_import_which_refuses_its_example(db: None, as_: SignIn) -> None:
    coordinator = await city()
    browser = await as_(coordinator)

    answer = await browser.get("/w/import/template.xlsx")

    read = await reading.LAYOUT.read(answer.content)
    assert (answer.status_code, set(read.letters), read.errors) == (200, set(LETTER), [])
    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "模板.xlsx", answer.content)
    assert "第 2 行 A 列：请删去模板中的示例行。" in no.value.cells


async def test_a_sheet_is_brought_in_shown_and_taken_back_in_the_browser(db: None, as_: SignIn) -> None:
    browser = await as_(await city())

    answer = await send(browser, workbook(row(uscc="51510000MJQ1234565")))
    url = answer.headers["location"]
    shown = await browser.get(url)
    undone = await builders.submit(browser, url, f"{url}/undo", reason="表格版本不对")
    after = await browser.get(url)

    assert (answer.status_code, shown.status_code) == (303, 200)
    assert all(text in shown.text for text in ("社区食堂志愿服务", "2026-社-012", "张某", "校验不通过", "撤销整批"))
    assert (undone.status_code, undone.headers["location"]) == (303, url)
    assert "已撤销" in after.text
    assert "社区食堂志愿服务" not in after.text


async def test_the_page_of_an_imported_project_opens(db: None, as_: SignIn) -> None:
    browser = await as_(await city())
    await send(browser, workbook(row()))
    code = await rows.value(Q("SELECT code FROM project"))

    pages = [f"/w/projects/{code}", f"/w/projects/{code}/agreement", f"/w/projects/{code}/money", f"/w/proposals/{code}"]

    assert [(await browser.get(page)).status_code for page in pages] == [200] * 4


async def test_errors_stand_on_the_page_all_at_once_and_nothing_is_in(db: None, as_: SignIn) -> None:
    browser = await as_(await city())

    answer = await send(browser, workbook(row(area="星际航行", determined="八万")))

    assert answer.status_code == 422
    assert f"第 2 行 {LETTER['area']} 列" in answer.text
    assert f"第 2 行 {LETTER['determined']} 列" in answer.text
    assert await rows.value(Q("SELECT count(*) FROM import_batch")) == 0


async def test_looking_only_says_what_would_come_and_writes_nothing(db: None, as_: SignIn) -> None:
    browser = await as_(await city())

    good = await send(browser, workbook(row()), go="look")
    bad = await send(browser, workbook(row(area="无")), go="look")

    assert (good.status_code, bad.status_code) == (200, 422)
    assert "可以导入" in good.text
    assert f"第 2 行 {LETTER['area']} 列" in bad.text
    assert await rows.value(Q("SELECT count(*) FROM project")) == 0


async def test_a_double_click_brings_it_in_once(db: None, as_: SignIn) -> None:
    browser = await as_(await city())
    page = await browser.get("/w/import")
    base = {key: builders.hidden(page.text, key) for key in ("csrf", "once")}
    sheet = workbook(row())

    answers = [await browser.post("/w/import", data=base, files={"file": ("a.xlsx", sheet, XLSX)}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await rows.value(Q("SELECT count(*) FROM project")) == 1


async def test_no_file_another_file_and_a_renamed_one_are_sentences(db: None, as_: SignIn) -> None:
    browser = await as_(await city())

    answers = [
        await builders.submit(browser, "/w/import"),
        await send(browser, b"MZ\x90\x00" + b"\0" * 4000, "往年项目.xlsx"),
        await send(browser, b"", "空.xlsx"),
        await send(browser, b"%PDF-1.7", "a.pdf"),
        await send(browser, workbook(row()), "../../etc/\u202egpj.\x00xlsx"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 303]
    assert SheetReason.NOT_XLSX.label.split("。")[0] in answers[1].text


HOSTILE = [
    ("title", "=1+1", None),
    ("title", '=HYPERLINK("http://127.0.0.1","x")', None),
    ("organisation", "甲\x01乙", SheetReason.BAD_CHARACTER),
    ("leader", "字" * 30_000, SheetReason.TOO_LONG),
    ("area", "'; DROP TABLE project; --", Reason.UNKNOWN_AREA),
    ("lead", "{title.__class__}", Reason.UNKNOWN_DEPARTMENT),
    ("target", "9" * 18, Reason.GOAL),
    ("determined", "1e308", SheetReason.NOT_MONEY),
    ("awarded_on", "2026-02-30", SheetReason.NOT_DATE),
]


@pytest.mark.parametrize(("key", "value", "reason"), HOSTILE)
async def test_a_hostile_cell_is_a_sentence_or_plain_text(db: None, key: str, value: str, reason: Any) -> None:
    coordinator = await city()
    sheet = workbook(row(**{key: value}))

    if reason is None:
        await actions.load(coordinator, "a.xlsx", sheet)
        assert await rows.value(Q("SELECT title FROM project")) == "0"
        return
    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "a.xlsx", sheet)
    assert no.value.cells[0].startswith(f"第 2 行 {LETTER[key]} 列：")
    assert len(no.value.cells) == 1


async def test_a_cell_of_a_hundred_thousand_characters_and_one_with_nul_are_refused(db: None) -> None:
    coordinator = await city()
    sheet = _with_title("字" * 100_000)
    nul = _with_title("甲&#0;乙")

    with pytest.raises(BadCells) as long:
        await actions.load(coordinator, "a.xlsx", sheet)
    with pytest.raises(Refused) as zero:
        await actions.load(coordinator, "a.xlsx", nul)

    assert long.value.cells[0].startswith("第 2 行 A 列：“项目名称”有 100000 个字")
    assert zero.value.reason is SheetReason.NOT_XLSX


def _with_title(text: str) -> bytes:
    """A workbook no spreadsheet program would write: the title replaced inside the packed text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(row(title="替换我")))) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            target.writestr(member, source.read(member).replace("替换我".encode(), text.encode()))
    return out.getvalue()


async def test_every_reason_has_its_sentence() -> None:
    assert set(REASON) == set(Reason)


async def test_a_thousand_rows_come_and_go_with_queries_that_do_not_grow_with_them(db: None) -> None:
    """On one fund, with constraints asked in portions: no statement runs into its time-out."""
    coordinator = await city()
    fund = await rows.find(Fund, Fund.code == "society-2026")
    await fund.update_self({Fund.total: 10**12})
    await ledger.post(None, Event.BUDGET, 10**12 - 150_000_000, fund=fund.id, source="more")
    team = {"organisation": "阳光志愿服务队", "uscc": None, "kind": "志愿服务队伍"}
    sheet = workbook(*[row(title=f"项目{n}", **team) for n in range(MANY)])
    before = next(f.available for f in await funds.every_fund() if f.code == "society-2026")
    counted: list[str] = []
    token = DB.queries.set(counted)

    ident = await actions.bring_in(coordinator, "大.xlsx", sheet)
    DB.queries.reset(token)
    brought = await rows.value(Q("SELECT count(*) FROM project WHERE batch = {}", ident))
    await actions.undo(coordinator, ident, reason="试算", version=1)

    assert brought == MANY
    assert len(counted) < 60
    assert next(f.available for f in await funds.every_fund() if f.code == "society-2026") == before


async def test_a_row_more_than_the_most_is_refused(db: None) -> None:
    coordinator = await city()

    with pytest.raises(Refused) as no:
        await actions.load(coordinator, "大.xlsx", workbook(*[row(title=f"项目{n}") for n in range(MOST + 1)]))

    assert no.value.reason is Reason.TOO_MANY


async def test_others_find_no_import(db: None, as_: SignIn) -> None:
    coordinator = await city()
    ident = await actions.bring_in(coordinator, "a.xlsx", workbook(row()))
    assert (await (await as_(coordinator)).get(f"/w/import/{ident}")).status_code == 200

    browser = await as_(await builders.actor(Role.HEAD, await builders.unit("society")))

    assert (await browser.get(f"/w/import/{ident}")).status_code == 404


async def test_the_sheet_kinds_are_those_of_the_export() -> None:
    assert {column.kind for column in reading.LAYOUT.columns} <= set(sheets.Kind)
