"""What an import finds wrong in a sheet, told cell by cell as the spreadsheet prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kernel.errors import Refused
from kernel.sheets.columns import Reason
from kernel.sheets.reading import Sheet
from kernel.sheets.words import REASON

SHOWN = 200


class Problem(Struct, frozen=True):
    """What is wrong in one cell: the row as the spreadsheet prints it, the column's key."""

    row: int
    key: str
    reason: str
    what: str


class BadCells(Refused):
    """Some cells are wrong; `cells` holds a sentence for each, with its row and column."""

    def __init__(self, cells: Sequence[str]) -> None:
        shown = list(cells[:SHOWN])
        if len(cells) > len(shown):
            shown.append(REASON["more"].format(count=len(cells) - len(shown)))
        super().__init__(Reason.CELLS, count=len(cells), text="\n".join(shown))
        self.cells = shown


def unread(sheet: Sheet) -> list[Problem]:
    """The cells that could not be read, by the key of their column."""
    keys = {letter: key for key, letter in sheet.letters.items()}
    return [Problem(error.row, keys[error.column], str(error.reason), error.what) for error in sheet.errors]


def merge(unread: Sequence[Problem], judged: Sequence[Problem]) -> list[Problem]:
    """What is said of a cell that nobody could read is said once."""
    told = {(problem.row, problem.key) for problem in unread}
    return [*unread, *(problem for problem in judged if (problem.row, problem.key) not in told)]


def tell(problems: Sequence[Problem], letters: Mapping[str, str], titles: Mapping[str, str]) -> list[str]:
    """Sentences with the cell as the spreadsheet prints it; by title when the sheet lacks the column."""
    told = []
    for p in sorted(problems, key=lambda p: (p.row, len(letters.get(p.key, "")), letters.get(p.key, ""))):
        place = letters.get(p.key)
        told.append(
            REASON["cell"].format(row=p.row, column=place, what=p.what)
            if place
            else REASON["row"].format(row=p.row, title=titles[p.key], what=p.what)
        )
    return told
