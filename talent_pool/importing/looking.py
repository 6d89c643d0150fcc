"""A sheet looked over as a whole: what it would bring, what is worth a look, or every cell that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from departments import catalogue
from kernel import rows, secrets_box
from kernel.forms.fields import plain
from kernel.rows import Q
from talent_pool.importing import reading
from talent_pool.importing.judging import judge
from talent_pool.importing.rules import Twins
from talent_pool.importing.sheet import Holder, Known, Pool, Resolved, Row
from talent_pool.profiles import fields
from talent_pool.profiles.rules import named


class Looked(Struct, frozen=True):
    """A sheet that may be brought in, and what is worth a look in it."""

    rows: list[Resolved]
    warnings: list[str]

    @property
    def new(self) -> int:
        return sum(item.known is None for item in self.rows)


async def look(data: bytes, twins: Twins) -> Looked:
    """Read and judge the whole sheet, writing nothing. BadCells names every cell that is wrong."""
    sheet = await reading.LAYOUT.read(data)
    found = judge(sheet.rows, await _pool(sheet.rows, twins))
    return Looked(found.rows, sheet.warnings(found))


async def _pool(sheet: Sequence[Row], twins: Twins) -> Pool:
    """Everything the rows name, read once. Whoever is about to write has locked imports out before."""
    numbers = {plain(row.mobile).removeprefix("+86") for row in sheet if row.mobile}
    keys = {number: secrets_box.hmac_keys(number) for number in numbers}
    by_name: dict[str, list[Known]] = {}
    for one in await _experts(sorted({row.name for row in sheet if row.name})):
        by_name.setdefault(named(one.name), []).append(one)
    holders = await _holders(sorted(key for found in keys.values() for key in found))
    counties = {word: c.code for c in catalogue.counties() for word in (c.code, c.name)}
    return Pool(_areas(), _fields(), counties, by_name, {one.mobile_key: one for one in holders}, keys, twins is Twins.UPDATE)


@cache
def _areas() -> dict[str, str]:
    return {word: area.code for area in catalogue.load().areas for word in (area.code, area.name)}


@cache
def _fields() -> dict[str, str]:
    return {word: code for code, name in fields.names().items() for word in (code, name)}


async def _experts(names: list[str]) -> list[Known]:
    """Namesakes in the pool, the current ones first. Names are compared without the blanks inside."""
    return await rows.fetch(
        Known,
        Q(
            "SELECT e.id, pe.name, coalesce(u.name, e.employer_name) AS employer, e.state, pe.mobile_key FROM expert e"
            " JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer"
            " WHERE e.merged_into IS NULL AND replace(pe.name, ' ', '') = ANY({}::text[]) ORDER BY e.state, e.id",
            ["".join(name.split()) for name in names],
        ),
    )


async def _holders(keys: list[str]) -> list[Holder]:
    """Of several people under one number whoever came first, as signing in by a code does."""
    return await rows.fetch(
        Holder,
        Q(
            "SELECT DISTINCT ON (mobile_key) id, name, mobile_key FROM person WHERE mobile_key = ANY({}::text[])"
            " ORDER BY mobile_key, created_at, id",
            keys,
        ),
    )
