"""The sheet of an import: its columns, the template people download, its cells as rows."""

from __future__ import annotations

from typing import Any

import msgspec

from departments.kinds import OrganisationKind, SupportMode
from kernel import sheets
from kernel.errors import Refused
from kernel.sheets import Column, Kind, Problem
from kernel.sheets.problems import unread
from projects.importing import words
from projects.importing.rules import MOST, Reason
from projects.importing.sheet import Row

CHOICES: dict[str, dict[str, str]] = {
    "kind": {kind.label: str(kind) for kind in OrganisationKind} | words.KIND_ALIAS,
    "state": words.STATE,
    "mode": {mode.label: str(mode) for mode in SupportMode} | words.MODE_ALIAS,
    "grade": words.GRADE,
}
COLUMNS = [
    Column(key, title, Kind("text" if kind == "choice" else kind), width, required, limit, CHOICES.get(key))
    for key, title, kind, width, required, limit, _, _ in words.COLUMNS
]
TITLES = {column.key: column.title for column in COLUMNS}
_AS_TEXT = [Column(column.key, column.title, Kind.TEXT, column.width) for column in COLUMNS]


class Read(msgspec.Struct):
    """What the file holds: rows, unreadable cells, and under which letter each column stands."""

    rows: list[Row]
    errors: list[Problem]
    letters: dict[str, str]


async def read(data: bytes) -> Read:
    """Refused when the file is no such table at all; cells that cannot be read are collected."""
    sheet = await sheets.read(data, COLUMNS)
    if len(sheet.rows) > MOST:
        raise Refused(Reason.TOO_MANY, limit=MOST, count=len(sheet.rows))
    rows = [_row(number, cells) for number, cells in zip(sheet.numbers, sheet.rows, strict=True)]
    return Read(rows, unread(sheet), sheet.letters)


def _row(number: int, cells: dict[str, Any]) -> Row:
    return msgspec.convert({"number": number, **cells}, Row)


async def template() -> Any:
    """The empty sheet with one example row, which the import itself refuses to take for a project."""
    example = {key: text for key, _, _, _, _, _, text, _ in words.COLUMNS}
    return await sheets.download(words.TEMPLATE, _AS_TEXT, [example])
