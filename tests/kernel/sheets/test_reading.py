"""Sheets come in as typed rows; whatever is wrong is said cell by cell, and hostile workbooks are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from kernel import sheets
from kernel.errors import Refused
from kernel.sheets import Column, Kind
from kernel.sheets.columns import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Reason

pytestmark = pytest.mark.anyio

COLUMNS = [
    Column("title", "项目名称", required=True, limit=10),
    Column("uscc", "统一社会信用代码", Kind.ID),
    Column("amount", "金额", Kind.MONEY, required=True),
    Column("count", "人数", Kind.INTEGER),
    Column("score", "得分", Kind.NUMBER),
    Column("begun", "开始日期", Kind.DATE),
    Column("state", "状态", choices={"进行中": "running", "已结项": "closed"}),
    Column("paid", "已付款", Kind.YES_NO),
]
HEADER = [column.title for column in COLUMNS]


def book(*lines: list[object]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return file.getvalue()


async def test_a_good_sheet_is_read_as_the_program_keeps_it() -> None:
    data = book(
        ["项目名称 *", *HEADER[1:]],
        ["微光", "52510700MJX000000A", 46_800.5, 12, 87.5, date(2026, 3, 1), "进行中", "是"],
        ["助老", 12345, "￥1,000.10元", "1,200", "90", "2026年3月2日", "已结项", "否"],
        ["简", None, 0.1, None, None, None, None, None],
    )

    read = await sheets.read(data, COLUMNS)

    assert read.errors == []
    assert read.numbers == [2, 3, 4]
    assert [list(row.values()) for row in read.rows] == [
        ["微光", "52510700MJX000000A", 46_800_50, 12, Decimal("87.5"), date(2026, 3, 1), "running", True],
        ["助老", "12345", 1_000_10, 1200, Decimal(90), date(2026, 3, 2), "closed", False],
        ["简", None, 10, None, None, None, None, None],
    ]


async def test_every_error_is_reported_at_once_with_its_cell() -> None:
    data = book(
        HEADER,
        ["好", "1", 1, 1, 1, date(2026, 1, 1), "进行中", "是"],
        ["", 510703199001011234.0, "很多", "1.5", "优", "2026-02-30", "暂停", "也许"],
        ["项目名称超过了十个字了呢", "", 1.234, True, "inf", "昨天", "", ""],
    )

    read = await sheets.read(data, COLUMNS)

    assert [(error.row, error.column, error.reason) for error in read.errors] == [
        (3, "A", Reason.EMPTY),
        (3, "B", Reason.ID_AS_NUMBER),
        (3, "C", Reason.NOT_MONEY),
        (3, "D", Reason.NOT_INTEGER),
        (3, "E", Reason.NOT_NUMBER),
        (3, "F", Reason.NOT_DATE),
        (3, "G", Reason.NOT_A_CHOICE),
        (3, "H", Reason.NOT_A_CHOICE),
        (4, "A", Reason.TOO_LONG),
        (4, "C", Reason.NOT_MONEY),
        (4, "D", Reason.NOT_INTEGER),
        (4, "E", Reason.NOT_NUMBER),
        (4, "F", Reason.NOT_DATE),
    ]
    assert read.errors[2].label == "第 3 行 C 列：“很多”不是金额。请按元填写，最多两位小数，例如 46800.00。"


async def test_a_moment_keeps_its_time_in_the_city() -> None:
    columns = [Column("at", "时间", Kind.MOMENT)]
    written = await sheets.write(columns, [{"at": datetime(2026, 3, 1, 1, 0, tzinfo=UTC)}])

    kept = (await sheets.read(written, columns)).rows + (await sheets.read(book(["时间"], ["2026-03-01 08:30"]), columns)).rows

    assert [str(row["at"]) for row in kept] == ["2026-03-01 09:00:00+08:00", "2026-03-01 08:30:00+08:00"]


async def test_rows_keep_their_spreadsheet_number_when_lines_between_are_empty() -> None:
    data = book(HEADER, [], ["甲", "", "x"])

    read = await sheets.read(data, COLUMNS)

    assert [error.label.split("：")[0] for error in read.errors] == ["第 3 行 C 列"]


async def test_what_we_write_we_can_read(tmp_path: Path) -> None:
    columns = [COLUMNS[0], COLUMNS[2], COLUMNS[5], COLUMNS[7]]
    rows = [{"title": "=危险", "amount": 123_45, "begun": date(2026, 5, 1), "paid": True}]
    path = tmp_path / "list.xlsx"
    path.write_bytes(await sheets.write(columns, rows))

    assert (await sheets.read(path, columns)).rows == rows


def packed(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def forged(sheet: bytes, **extra: bytes) -> bytes:
    """A real workbook with its sheet replaced."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(book(HEADER, ["甲"]))) as archive:
        for name in archive.namelist():
            members[name] = archive.read(name)
    return packed(members | {"xl/worksheets/sheet1.xml": sheet})


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BILLION = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_XLSX),
        ("项目,金额".encode(), Reason.NOT_XLSX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.NOT_XLSX),
        (packed({"a.txt": b"1"}), Reason.NOT_XLSX),
        (book(HEADER, ["甲"])[:-100], Reason.NOT_XLSX),
        (bytes(MAX_BYTES + 1), Reason.TOO_BIG),
        (book(), Reason.NO_ROWS),
        (book(HEADER), Reason.NO_ROWS),
        (book(["金额"], [1]), Reason.HEADER_MISSING),
        (book(["项目名称", "项目名称", "金额"], ["a", "b", 1]), Reason.HEADER_TWICE),
        (book(HEADER + [""] * (MAX_COLUMNS - 7) + ["x"], ["甲"]), Reason.TOO_MANY_COLUMNS),
        (book(HEADER, *[["甲", "", 1]] * (MAX_ROWS + 1)), Reason.TOO_MANY_ROWS),
        (
            forged(b"<worksheet " + MAIN + b'><sheetData><row><c r="A1"><v>1</v></c><c r="XFD1"/></row></sheetData></worksheet>'),
            Reason.TOO_MANY_COLUMNS,
        ),
        (
            forged(b"<worksheet " + MAIN + b"><sheetData><row><c r = '&#65;1048576'><v>1</v></c></row></sheetData></worksheet>"),
            Reason.TOO_MANY_ROWS,
        ),
        (forged(b'<worksheet><row r="9999999"/></worksheet>'), Reason.TOO_MANY_ROWS),
        (forged(BILLION + b"<worksheet " + MAIN + b">&b;</worksheet>"), Reason.NOT_XLSX),
        (forged(b"<worksheet"), Reason.NOT_XLSX),
        (forged(b" " * 210 * 1024 * 1024), Reason.TOO_BIG),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_not_a_table_of_ours_is_refused_with_the_reason(data: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        await sheets.read(data, COLUMNS)

    assert refused.value.reason == reason
