"""Sheets in: rows as the program keeps them, and every error at once, each with the cell it is in."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import anyio.to_thread
from msgspec import Struct
from python_calamine import CalamineError, CalamineWorkbook

from kernel import money
from kernel.clock import SHANGHAI
from kernel.errors import Refused
from kernel.money import Fen
from kernel.sheets.columns import MAX_ROWS, Column, Kind, Reason, letters
from kernel.sheets.guarding import check_workbook
from kernel.sheets.words import BETWEEN, HEADER_NOISE, MOMENT_PATTERN, REASON, YES_NO

MOMENT = re.compile(MOMENT_PATTERN, re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
FORMULA_ERROR = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)\Z")
EXACT_DIGITS = 10**15
FLOAT_NOISE = 0.0001


class CellError(Struct, frozen=True):
    """What is wrong in one cell. `row` and `column` are as the spreadsheet prints them."""

    row: int
    column: str
    reason: Reason
    what: str

    @property
    def label(self) -> str:
        return REASON["cell"].format(row=self.row, column=self.column, what=self.what)


class Sheet(Struct):
    """What was read: each row keyed by column, with `row` numbers beside; errors say which cells must be put right."""

    rows: list[dict[str, Any]]
    numbers: list[int]
    errors: list[CellError]
    letters: dict[str, str] = {}
    """Which letter each column was found under, for errors that only the caller can find."""


async def read(file: bytes | Path, columns: Sequence[Column]) -> Sheet:
    """The first sheet of an XLSX. Refused when it cannot be read as a table at all; errors of cells are collected."""
    return await anyio.to_thread.run_sync(_read, file, columns)


def _read(file: bytes | Path, columns: Sequence[Column]) -> Sheet:
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as stream:
        check_workbook(stream)
        try:
            cells = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (CalamineError, IndexError, ValueError, OSError) as error:
            raise Refused(Reason.NOT_XLSX) from error
    filled = [(number, line) for number, line in enumerate(cells, start=1) if any(_is_filled(cell) for cell in line)]
    if len(filled) - 1 > MAX_ROWS:
        raise Refused(Reason.TOO_MANY_ROWS, rows=len(filled) - 1, limit=MAX_ROWS)
    if not filled:
        raise Refused(Reason.NO_ROWS)
    places = _places(filled[0][1], columns)
    if len(filled) == 1:
        raise Refused(Reason.NO_ROWS)
    sheet = Sheet([], [], [], {key: letters(place) for key, place in places.items()})
    for number, line in filled[1:]:
        sheet.rows.append(_row(number, line, columns, places, sheet.errors))
        sheet.numbers.append(number)
    return sheet


def _places(header: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands. People move columns about; they are found by title."""
    titles = [re.sub(HEADER_NOISE, "", str(cell)) for cell in header]
    places: dict[str, int] = {}
    for column in columns:
        wanted = re.sub(HEADER_NOISE, "", column.title)
        found = titles.count(wanted)
        if found > 1:
            raise Refused(Reason.HEADER_TWICE, title=column.title)
        if found:
            places[column.key] = titles.index(wanted)
        elif column.required:
            raise Refused(Reason.HEADER_MISSING, title=column.title)
    return places


def _row(
    number: int, line: Sequence[Any], columns: Sequence[Column], places: dict[str, int], errors: list[CellError]
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in columns:
        place = places.get(column.key)
        cell = None if place is None or place >= len(line) else line[place]
        try:
            row[column.key] = convert(column, cell)
        except Refused as refused:
            row[column.key] = None
            errors.append(CellError(number, letters(place or 0), Reason(str(refused.reason)), str(refused)))
    return row


def convert(column: Column, cell: Any) -> Any:
    """One cell as the program keeps it, or Refused with the reason."""
    if not _is_filled(cell):
        if column.required:
            raise Refused(Reason.EMPTY, title=column.title)
        return None
    if isinstance(cell, str) and FORMULA_ERROR.match(cell):
        raise Refused(Reason.FORMULA_ERROR, value=cell)
    return _convert(column, cell)


def _convert(column: Column, cell: Any) -> Any:
    match column.kind:
        case Kind.INTEGER:
            return _integer(cell)
        case Kind.NUMBER:
            return _decimal(cell)
        case Kind.MONEY:
            return _money(cell)
        case Kind.DATE:
            return _moment(cell).date()
        case Kind.MOMENT:
            return _moment(cell)
        case Kind.YES_NO:
            return _choice(cell, {YES_NO[True]: True, YES_NO[False]: False})
        case Kind.ID if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= EXACT_DIGITS:
            raise Refused(Reason.ID_AS_NUMBER)
        case _:
            return _words(column, cell)


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _show(cell: Any) -> str:
    """What the person sees in the cell: 12 and not 12.0, a word and not True."""
    if isinstance(cell, bool):
        return YES_NO[cell]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_DIGITS:
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()


def _words(column: Column, cell: Any) -> Any:
    text = _show(cell)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text.replace("\r\n", "\n")):
        raise Refused(Reason.BAD_CHARACTER, title=column.title)
    if len(text) > column.limit:
        raise Refused(Reason.TOO_LONG, title=column.title, length=len(text), limit=column.limit)
    return _choice(text, column.choices) if column.choices is not None else text


def _choice(cell: Any, choices: Any) -> Any:
    text = _show(cell)
    if text not in choices:
        raise Refused(Reason.NOT_A_CHOICE, value=text[:40], choices=BETWEEN.join(choices))
    return choices[text]


def _integer(cell: Any) -> int:
    text = _show(cell).replace(",", "")
    if isinstance(cell, bool) or not INTEGER.match(text):
        raise Refused(Reason.NOT_INTEGER, value=_show(cell)[:40])
    return int(text)


def _decimal(cell: Any) -> Decimal:
    try:
        number = Decimal(_show(cell).replace(",", ""))
    except InvalidOperation as error:
        raise Refused(Reason.NOT_NUMBER, value=_show(cell)[:40]) from error
    if isinstance(cell, bool) or not number.is_finite() or abs(number) >= EXACT_DIGITS:
        raise Refused(Reason.NOT_NUMBER, value=_show(cell)[:40])
    return number


def _money(cell: Any) -> Fen:
    """Yuan on the sheet, fen in the program; a third decimal is a mistake, not something to round away."""
    text = _show(cell)
    if isinstance(cell, float) and abs(cell) < EXACT_DIGITS and abs(cell * 100 - round(cell * 100)) < FLOAT_NOISE:
        # 0.1 + 0.2 out of a formula is 0.30000000000000004: noise of the binary form, not a third decimal.
        text = str(Decimal(round(cell * 100)) / 100)
    try:
        return money.read("" if isinstance(cell, bool) else text)
    except Refused as refused:
        raise Refused(Reason.NOT_MONEY, value=_show(cell)[:40]) from refused


def _moment(cell: Any) -> datetime:
    """A day, with its time when one is written, as the city's clocks show it."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=SHANGHAI)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), SHANGHAI)
    if isinstance(cell, str) and (found := MOMENT.match(_show(cell))):
        try:
            return datetime(*(int(part or 0) for part in found.groups()), tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]
        except ValueError:
            pass
    raise Refused(Reason.NOT_DATE, value=_show(cell)[:40])
