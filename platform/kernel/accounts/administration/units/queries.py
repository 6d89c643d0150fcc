"""What the administrators read of units."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.accounts.words import UNIT_KIND
from kernel.rows import Q
from kernel.sql import literal


class UnitLine(Struct, frozen=True):
    id: UUID
    kind: str
    code: str
    name: str
    closed_on: date | None
    members: int

    @property
    def kind_label(self) -> str:
        return UNIT_KIND[self.kind]


def units(kind: str, text: str, page: int, size: int) -> rows.Many[UnitLine]:
    today = clock.today()
    return rows.Many(
        UnitLine,
        Q(
            "SELECT u.id, u.kind, u.code, u.name, u.closed_on, (SELECT count(DISTINCT m.person) FROM membership m WHERE m.unit = u.id"
            " AND m.starts_on <= {} AND (m.ends_on IS NULL OR m.ends_on >= {}))::int AS members FROM unit u WHERE {}"
            " ORDER BY array_position(ARRAY['department', 'county', 'organisation', 'agency', 'station'], u.kind::text),"
            " u.position, u.sort_key, u.id LIMIT {} OFFSET {}",
            today,
            today,
            _unit_filter(kind, text),
            size,
            (page - 1) * size,
        ),
    )


async def count_units(kind: str, text: str) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM unit u WHERE {}", _unit_filter(kind, text)))


def _unit_filter(kind: str, text: str) -> Q:
    like = "%" + literal(text) + "%"
    return Q("({} = '' OR u.kind = {}) AND ({} = '%%' OR u.name ILIKE {} OR u.code ILIKE {})", kind, kind, like, like, like)
