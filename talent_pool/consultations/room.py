"""Whether an expert has room for one more: a consultation counts as one project, up to the limits that experts set themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q
from talent_pool.consultations import rules
from talent_pool.profiles import load


class Counted(Struct, frozen=True):
    person: UUID
    now: int
    year: int


@load.source
async def in_consultations(persons: Sequence[UUID], year: int) -> dict[UUID, load.Load]:
    """Those accepted: ahead, and of the year in which they were held or are to be. A merged person has them all."""
    found = await rows.fetch(
        Counted,
        Q(
            "SELECT se.also_person AS person, count(*) FILTER (WHERE c.state IN ('inviting', 'agreed')) AS now,"
            " count(*) FILTER (WHERE extract(year FROM coalesce(c.held_on, (c.meets_at AT TIME ZONE 'Asia/Shanghai')::date, c.wished_on,"
            "  (v.answered_at AT TIME ZONE 'Asia/Shanghai')::date)) = {}) AS year"
            " FROM invitation v JOIN consultation c ON c.id = v.consultation JOIN same_expert se ON se.expert = v.expert"
            " WHERE v.state = 'accepted' AND c.state IN ('inviting', 'agreed', 'held', 'finished')"
            " AND se.also_person = ANY({}::uuid[]) GROUP BY se.also_person",
            year,
            list(persons),
        ),
    )
    return {line.person: load.Load(line.now, line.year) for line in found}


class Limits(Struct, frozen=True):
    """What an expert takes on: in a round, in a year."""

    expert: UUID
    person: UUID
    max_load: int
    max_year: int


async def full(limits: Sequence[Limits], day: date) -> dict[UUID, str]:
    """Who of them is at a limit, and at which, in words."""
    held = await load.of([one.person for one in limits], day.year)
    told = {one.expert: rules.why_full(held[one.person], one.max_load, one.max_year) for one in limits}
    return {expert: why for expert, why in told.items() if why}
