"""What is asked and who there is: counts by area, field and county, and the needs for which nobody was found."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q

BY = ("area", "field", "county")


class Count(Struct, frozen=True):
    """Of one code: asked, of these met, open, unmet; and the experts who could."""

    code: str
    asked: int
    met: int
    open: int
    unmet: int
    supply: int


class Unmet(Struct, frozen=True):
    id: UUID
    code: str
    topic: str
    area: str
    county: str
    unit_name: str
    asked_at: datetime
    reason: str


_COUNTED = (
    "count(*) AS asked, count(*) FILTER (WHERE c.state IN ('held', 'finished')) AS met,"
    " count(*) FILTER (WHERE c.state IN ('asked', 'returned', 'inviting', 'agreed')) AS open,"
    " count(*) FILTER (WHERE c.state = 'unmet') AS unmet"
)
_NEEDED = {
    "area": "SELECT c.area AS code, {counted} FROM consultation c WHERE {when} GROUP BY 1",
    "field": (
        "SELECT coalesce(f.code, '') AS code, {counted} FROM consultation c"
        " LEFT JOIN LATERAL jsonb_array_elements_text(c.fields) AS f (code) ON true WHERE {when} GROUP BY 1"
    ),
    "county": "SELECT c.county AS code, {counted} FROM consultation c WHERE {when} GROUP BY 1",
}
_THERE = {
    "area": "SELECT a.code, count(*) AS supply FROM expert e, jsonb_array_elements_text(e.areas) AS a (code)"
    " WHERE e.state = 'admitted' GROUP BY 1",
    "field": "SELECT a.code, count(*) AS supply FROM expert e, jsonb_array_elements_text(e.fields) AS a (code)"
    " WHERE e.state = 'admitted' GROUP BY 1",
    "county": "SELECT a.code, count(*) AS supply FROM expert e, LATERAL (SELECT e.county WHERE e.county <> ''"
    " UNION SELECT jsonb_array_elements_text(e.counties)) AS a (code) WHERE e.state = 'admitted' GROUP BY 1",
}


async def counts(by: str, year: int) -> list[Count]:
    """By `by`, of the needs of a year; declined and cancelled ones count as asked only. One query."""
    when = "c.asked_at >= make_timestamptz({}, 1, 1, 0, 0, 0, 'Asia/Shanghai') AND c.asked_at < make_timestamptz({}, 1, 1, 0, 0, 0, 'Asia/Shanghai')"
    needed = _NEEDED[by].replace("{counted}", _COUNTED).replace("{when}", when)
    return await rows.fetch(
        Count,
        Q(
            f"SELECT coalesce(n.code, s.code) AS code, coalesce(n.asked, 0) AS asked, coalesce(n.met, 0) AS met,"  # noqa: S608 - our own words
            f" coalesce(n.open, 0) AS open, coalesce(n.unmet, 0) AS unmet, coalesce(s.supply, 0) AS supply"
            f" FROM ({needed}) AS n FULL JOIN ({_THERE[by]}) AS s ON s.code = n.code ORDER BY 1",
            year,
            year + 1,
        ),
    )


async def unmet(year: int, limit: int = 100) -> list[Unmet]:
    """Needs that found nobody, the latest first."""
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    return await rows.fetch(
        Unmet,
        Q(
            "SELECT c.id, c.code, c.topic, c.area, c.county, u.name AS unit_name, c.asked_at, c.reason FROM consultation c"
            " JOIN unit u ON u.id = c.asking_unit WHERE c.state = 'unmet' AND (c.asked_at AT TIME ZONE 'Asia/Shanghai')::date >= {}"
            " AND (c.asked_at AT TIME ZONE 'Asia/Shanghai')::date < {} ORDER BY c.asked_at DESC, c.id DESC LIMIT {}",
            first,
            last,
            limit,
        ),
    )
