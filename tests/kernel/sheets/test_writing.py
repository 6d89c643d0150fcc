"""Lists go out as XLSX and CSV that a spreadsheet shows as they are and never runs."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from msgspec import Struct
from python_calamine import CalamineWorkbook

from kernel import sheets
from kernel.sheets import Column, Kind

pytestmark = pytest.mark.anyio


class Mood(StrEnum):
    GOOD = "good"

    @property
    def label(self) -> str:
        return "良好"


class Line(Struct):
    title: str | None
    number: str
    amount: int
    day: date
    at: datetime
    mood: Mood
    urgent: bool


COLUMNS = [
    Column("title", "名称", width=30),
    Column("number", "身份证号", Kind.ID),
    Column("amount", "金额（元）", Kind.MONEY),
    Column("day", "日期", Kind.DATE),
    Column("at", "时间", Kind.MOMENT),
    Column("mood", "评价"),
    Column("urgent", "加急", Kind.YES_NO),
]


def line(title: str | None) -> Line:
    return Line(title, "510703199001011234", -468_00, date(2026, 3, 1), datetime(2026, 3, 1, 16, 30, tzinfo=UTC), Mood.GOOD, True)


def cells(data: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


async def test_money_is_yuan_dates_are_dates_and_long_numbers_keep_every_digit() -> None:
    data = await sheets.write(COLUMNS, [line("社区“微光”计划")])

    assert cells(data) == [
        ["名称", "身份证号", "金额（元）", "日期", "时间", "评价", "加急"],
        [
            "社区“微光”计划",
            "510703199001011234",
            -468.0,
            date(2026, 3, 1),
            datetime.fromisoformat("2026-03-02 00:30"),
            "良好",
            "是",
        ],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://example.org", "＝1", "=HYPERLINK(1)"])
async def test_text_is_never_a_formula_or_a_link_in_xlsx(text: str) -> None:
    data = await sheets.write(COLUMNS, [line(text)])

    assert cells(data)[1][0] == text
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@a", "\ta", "\ra", "＝1", "  =1", "\n=1"])
async def test_csv_puts_an_apostrophe_before_text_that_could_run(text: str) -> None:
    data = b"".join([chunk async for chunk in sheets.stream_csv(COLUMNS, [line(text)])])

    rows = list(csv.reader(io.StringIO(data.removeprefix(b"\xef\xbb\xbf").decode(), newline="")))
    assert rows[1][0] == f"'{text}"
    assert rows[1][2] == "-468.00"


async def test_csv_begins_with_a_byte_order_mark_and_leaves_harmless_text_alone() -> None:
    data = b"".join([chunk async for chunk in sheets.stream_csv(COLUMNS, [line("甲,“乙”\n丙")])])

    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data[3:].decode(), newline="")))
    assert rows[1] == ["甲,“乙”\n丙", "510703199001011234", "-468.00", "2026-03-01", "2026-03-02 00:30", "良好", "是"]


async def test_an_empty_list_still_has_its_header() -> None:
    assert cells(await sheets.write(COLUMNS, [])) == [[column.title for column in COLUMNS]]
    data = b"".join([chunk async for chunk in sheets.stream_csv(COLUMNS, [])])
    assert data.decode("utf-8-sig").strip() == "名称,身份证号,金额（元）,日期,时间,评价,加急"


async def test_nothing_is_left_out_when_text_is_too_long_for_a_cell_or_not_writable() -> None:
    data = await sheets.write(COLUMNS, [line("长" * 40_000), line("坏\ud800字\x00"), line(None)])

    assert [len(str(row[0])) for row in cells(data)[1:]] == [32_767, 4, 0]


async def test_rows_may_be_mappings_and_the_sheet_is_frozen_and_filtered() -> None:
    data = await sheets.write([Column("a", "甲")], [{"a": "1", "b": "2"}], sheet="名单")

    assert cells(data) == [["甲"], ["1"]]
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b'state="frozen"' in sheet
    assert b'<autoFilter ref="A1:A2"/>' in sheet


async def test_memory_stays_flat_however_many_rows_an_export_has() -> None:
    async def many(count: int) -> AsyncIterator[Line]:
        for number in range(count):
            yield line(f"项目{number}" * 20)

    async def peak(count: int) -> int:
        tracemalloc.start()
        async for _ in sheets.stream_xlsx(COLUMNS, many(count)):
            pass
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    small, large = await peak(1_000), await peak(6_000)

    assert large < small * 1.5


async def test_an_export_whose_rows_fail_says_so_and_leaves_no_workbook_behind() -> None:
    async def failing() -> AsyncIterator[Line]:
        yield line("甲")
        raise LookupError

    with pytest.raises(LookupError):
        await sheets.write(COLUMNS, failing())
