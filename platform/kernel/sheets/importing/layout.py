"""The sheet of an import as the words of its phase describe it: columns, the template people download, cells as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from litestar.response import Stream
from msgspec import Struct

from kernel.errors import Reason, Refused
from kernel.sheets.columns import Column, Kind
from kernel.sheets.importing.judging import Found, Item, Line
from kernel.sheets.problems import BadCells, Problem, merge, tell, unread
from kernel.sheets.reading import read
from kernel.sheets.serving import download

Described = Sequence[tuple[str, str, str, int, bool, int, str, str]]
"""Key, title, kind, width, required, limit, example, what the page says of it."""
Row = TypeVar("Row", bound=Line)


class Read(Struct, Generic[Row]):
    """What a file holds: rows, unreadable cells, how each column is called."""

    rows: list[Row]
    errors: list[Problem]
    letters: Mapping[str, str]
    titles: Mapping[str, str]

    def warnings(self, found: Found[Item]) -> list[str]:
        """What is worth a look. BadCells names every cell that is wrong."""
        errors = merge(self.errors, found.errors)
        if errors:
            raise BadCells(tell(errors, self.letters, self.titles))
        return tell(found.warnings, self.letters, self.titles)


class Layout(Generic[Row]):
    """`choices` by column key: what people write → what is kept. `too_many` says no to more than `most` rows."""

    def __init__(
        self, row: type[Row], described: Described, choices: Mapping[str, Mapping[str, str]], *, most: int, too_many: Reason
    ) -> None:
        self.row, self.most, self.too_many = row, most, too_many
        self.columns = [
            Column(key, title, Kind.TEXT if kind == "choice" else Kind(kind), width, required, limit, choices.get(key))
            for key, title, kind, width, required, limit, _, _ in described
        ]
        self.titles = {column.key: column.title for column in self.columns}
        self.example = {key: example for key, _, _, _, _, _, example, _ in described}

    async def read(self, data: bytes) -> Read[Row]:
        """Refused when the file is no such table at all; cells that cannot be read are collected."""
        sheet = await read(data, self.columns)
        if len(sheet.rows) > self.most:
            raise Refused(self.too_many, limit=self.most, count=len(sheet.rows))
        rows = [self._row({"number": number, **cells}) for number, cells in zip(sheet.numbers, sheet.rows, strict=True)]
        return Read(rows, unread(sheet), sheet.letters, self.titles)

    def _row(self, cells: dict[str, Any]) -> Row:
        return msgspec.convert(cells, self.row)

    async def template(self, name: str) -> Stream:
        """The empty sheet with one example row, which no import takes for a real one."""
        return await download(name, [Column(c.key, c.title, Kind.TEXT, c.width) for c in self.columns], [self.example])
