"""What the rows of a sheet came to, and the desk where one of them is looked at cell by cell. Pure."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from kernel.errors import Reason
from kernel.sheets.problems import Problem


class Line(Struct, frozen=True):
    """One line of a sheet, cells already of their kinds; None where a cell is empty or could not be read."""

    number: int


Item = TypeVar("Item")
Row = TypeVar("Row", bound=Line)


class Found(Struct, Generic[Item]):
    """What the rows came to: each row with what it names, everything wrong, everything worth a look."""

    rows: list[Item]
    errors: list[Problem]
    warnings: list[Problem]


class Desk(Generic[Row]):
    """Collects what is found about one row."""

    def __init__(self, row: Row, found: Found[Item]) -> None:
        self.row, self.wrong = row, False
        self._errors, self._warnings = found.errors, found.warnings

    def error(self, key: str, reason: Reason, **facts: object) -> None:
        self.wrong = True
        self._errors.append(self._problem(key, reason, facts))

    def look(self, key: str, reason: Reason, **facts: object) -> None:
        self._warnings.append(self._problem(key, reason, facts))

    def _problem(self, key: str, reason: Reason, facts: dict[str, object]) -> Problem:
        return Problem(self.row.number, key, str(reason), reason.label.format(**facts))
