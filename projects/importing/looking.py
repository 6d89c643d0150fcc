"""A sheet looked over as a whole: what it would bring, what is worth a look, or every cell that is wrong."""

from __future__ import annotations

from msgspec import Struct

from kernel.money import Fen, total
from projects.importing import facts, reading
from projects.importing.facts import Ids
from projects.importing.judging import judge
from projects.importing.sheet import Resolved


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
    sheet = await reading.LAYOUT.read(data)
    city, ids = await facts.city(sheet.rows)
    found = judge(sheet.rows, city)
    return Looked(found.rows, sheet.warnings(found), ids)
