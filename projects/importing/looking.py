"""A sheet looked over as a whole: what it would bring, what is worth a look, or every cell that is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kernel.errors import Refused
from kernel.money import Fen, total
from projects.importing import facts, reading, rules, words
from projects.importing.facts import Ids
from projects.importing.judging import judge
from projects.importing.rules import Reason
from projects.importing.sheet import Resolved


class BadCells(Refused):
    """Some cells are wrong; `cells` holds a sentence for each, with its row and column."""

    def __init__(self, cells: Sequence[str]) -> None:
        shown = list(cells[: rules.SHOWN])
        if len(cells) > len(shown):
            shown.append(words.MORE.format(count=len(cells) - len(shown)))
        super().__init__(Reason.CELLS, count=len(cells), text="\n".join(shown))
        self.cells = shown


class Looked(Struct, frozen=True):
    """A sheet that may be brought in, and what is worth a look in it."""

    rows: list[Resolved]
    warnings: list[str]
    ids: Ids

    @property
    def amount(self) -> Fen:
        return total(item.row.amount for item in self.rows)


async def look(data: bytes) -> Looked:
    """Read and judge the whole sheet, writing nothing. BadCells names every cell that is wrong."""
    sheet = await reading.read(data)
    city, ids = await facts.city(sheet.rows)
    found = judge(sheet.rows, city)
    unread = {(problem.row, problem.key) for problem in sheet.errors}
    errors = sheet.errors + [problem for problem in found.errors if (problem.row, problem.key) not in unread]
    if errors:
        raise BadCells(rules.tell(errors, sheet.letters, reading.TITLES))
    return Looked(found.rows, rules.tell(found.warnings, sheet.letters, reading.TITLES), ids)
