"""Sheets out: one pass over the rows, memory flat, text never read as a formula by a spreadsheet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any, BinaryIO, cast

import anyio.to_thread
import xlsxwriter

from kernel.clock import SHANGHAI
from kernel.errors import Refused
from kernel.sheets.columns import Column, Kind, Reason
from kernel.sheets.words import FORMULA_STARTS, YES_NO

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv"  # Litestar adds the charset to text
ROW_LIMIT = 1_048_575  # rows a sheet can hold below its header
CELL_LIMIT = 32_767
BATCH = 500  # rows written per hop to the thread: the loop answers others in between
CHUNK = 64 * 1024
FORMATS = {Kind.MONEY: "#,##0.00", Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm", Kind.ID: "@", Kind.TEXT: "@"}

Rows = AsyncIterable[Any] | Iterable[Any]


async def write(columns: Sequence[Column], rows: Rows, sheet: str = "Sheet1") -> bytes:
    """The whole workbook at once, for small lists and attachments."""
    return b"".join([chunk async for chunk in stream_xlsx(columns, rows, sheet)])


async def stream_xlsx(columns: Sequence[Column], rows: Rows, sheet: str = "Sheet1") -> AsyncIterator[bytes]:
    """XLSX in chunks. Rows are structs, objects or mappings; they may come from an async generator over a cursor."""
    with tempfile.TemporaryFile() as file:
        await write_to(file, columns, rows, sheet)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


async def write_to(file: BinaryIO, columns: Sequence[Column], rows: Rows, sheet: str = "Sheet1") -> None:
    book = _Book(file, columns, sheet)
    try:
        async with aclosing(_batches(rows)) as batches:
            async for batch in batches:
                await anyio.to_thread.run_sync(book.add, batch)
    finally:
        # Also when the rows fail half-way: the workbook owns temporary files of its own.
        await anyio.to_thread.run_sync(book.close)


async def stream_csv(columns: Sequence[Column], rows: Rows) -> AsyncIterator[bytes]:
    """CSV with a byte order mark, without which Excel reads Chinese as noise."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.title for column in columns])
    yield b"\xef\xbb\xbf"
    pick: Callable[[Any], tuple[Any, ...]] | None = None
    async with aclosing(_batches(rows)) as batches:
        async for batch in batches:
            pick = pick or _picker(columns, batch[0])
            for row in batch:
                writer.writerow([_plain(column, value) for column, value in zip(columns, pick(row), strict=True)])
            yield _drain(text)
    if text.tell():
        yield _drain(text)


class _Book:
    """A workbook being written, row by row; touched by one thread at a time."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column], sheet: str) -> None:
        self.columns, self.row = columns, 0
        self.pick: Callable[[Any], tuple[Any, ...]] | None = None
        self.book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
        self.sheet = self.book.add_worksheet(sheet)
        head = self.book.add_format(
            {"bold": True, "bg_color": "#E6F0FA", "border": 1, "border_color": "#D5DCE4", "valign": "vcenter"}
        )
        for index, column in enumerate(columns):
            self.sheet.set_column(index, index, column.width)
            self.sheet.write_string(0, index, column.title, head)
        self.sheet.freeze_panes(1, 0)
        formats = {kind: self.book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
        self.writers = [self._writer(column.kind, formats.get(column.kind)) for column in columns]

    def add(self, batch: list[Any]) -> None:
        self.pick = self.pick or _picker(self.columns, batch[0])
        for row in batch:
            self.row += 1
            if self.row > ROW_LIMIT:
                raise Refused(Reason.TOO_MANY_ROWS, rows=self.row, limit=ROW_LIMIT)
            for index, value in enumerate(self.pick(row)):
                if value is not None:
                    self.writers[index](self.row, index, value)

    def close(self) -> None:
        self.sheet.autofilter(0, 0, self.row, max(len(self.columns) - 1, 0))
        self.book.close()

    def _writer(self, kind: Kind, style: Any) -> Callable[[int, int, Any], object]:
        sheet = self.sheet
        match kind:
            case Kind.INTEGER | Kind.NUMBER:
                return lambda row, index, value: sheet.write_number(row, index, value)
            case Kind.MONEY:
                return lambda row, index, value: sheet.write_number(row, index, value / 100, style)
            case Kind.DATE | Kind.MOMENT:
                return lambda row, index, value: sheet.write_datetime(row, index, _local(value), style)
            case _:
                return lambda row, index, value: sheet.write_string(row, index, _text(value)[:CELL_LIMIT], style)


async def _batches(rows: Rows) -> AsyncGenerator[list[Any]]:
    batch: list[Any] = []
    async with one_by_one(rows) as each:
        async for row in each:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


@asynccontextmanager
async def one_by_one(rows: Rows) -> AsyncIterator[AsyncIterator[Any]]:
    """The rows, of whatever kind. Afterwards their source is closed, also when the writer fails: it may hold a connection."""
    each = aiter(rows) if isinstance(rows, AsyncIterable) else _each(rows)
    try:
        yield each
    finally:
        if isinstance(each, AsyncGenerator):
            await each.aclose()


async def _each(rows: Iterable[Any]) -> AsyncIterator[Any]:
    for row in rows:
        yield row


def _picker(columns: Sequence[Column], sample: Any) -> Callable[[Any], tuple[Any, ...]]:
    """The values of a row in column order. One getter for all keys is several times faster than one per cell."""
    keys = [column.key for column in columns]
    getter = itemgetter(*keys) if isinstance(sample, dict) else attrgetter(*keys)
    if len(keys) == 1:
        return lambda row: (getter(row),)
    return cast("Callable[[Any], tuple[Any, ...]]", getter)


def _text(value: Any) -> str:
    """What people read: words of an enum, yes and no, never a lone surrogate (no file can hold one)."""
    if isinstance(value, bool):
        return YES_NO[value]
    text = str(getattr(value, "label", value))
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _local(value: date | datetime) -> date | datetime:
    """Spreadsheets know no zones: print the city's time."""
    if isinstance(value, datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).replace(tzinfo=None)
    return value


def _plain(column: Column, value: Any) -> str:
    """One CSV cell. Numbers are ours and keep their minus; text that could run gets an apostrophe in front."""
    if value is None:
        return ""
    match column.kind:
        case Kind.MONEY:
            return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
        case Kind.INTEGER | Kind.NUMBER:
            return str(value)
        case Kind.DATE:
            return str(value.isoformat()[:10])
        case Kind.MOMENT:
            return f"{_local(value):%Y-%m-%d %H:%M}"
        case _:
            text = _text(value)
            return f"'{text}" if text.lstrip(" ")[:1] in FORMULA_STARTS else text


def _drain(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data
