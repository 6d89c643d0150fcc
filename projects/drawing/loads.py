"""How much experts have in hand: what panels ask of them, and that with everything else they do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q
from projects.panels.queries import SITTING
from projects.queries import JUDGED
from talent_pool.profiles import load
from talent_pool.profiles.load import Load


class Counted(Struct, frozen=True):
    person: UUID
    now: int
    year: int


@load.source
async def on_panels(persons: Sequence[UUID], year: int) -> dict[UUID, Load]:
    """Proposals on panels that are not closed, and all those of panels of the year, scored or not. A merged person has them all."""
    of_year = (date(year, 1, 1), date(year, 12, 31))
    found = await rows.fetch(
        Counted,
        Q(
            "SELECT se.also_person AS person, count(*) FILTER (WHERE pn.state IN ('drawn', 'open')) AS now,"  # noqa: S608 - our own text
            " count(*) FILTER (WHERE pn.review_on BETWEEN {} AND {}) AS year FROM seat st JOIN panel pn ON pn.id = st.panel"
            f" JOIN same_expert se ON se.expert = st.expert CROSS JOIN {JUDGED} WHERE st.state = ANY({{}})"
            " AND se.also_person = ANY({}::uuid[]) AND (pn.state IN ('drawn', 'open') OR pn.review_on BETWEEN {} AND {})"
            " GROUP BY se.also_person",
            *of_year,
            SITTING,
            list(persons),
            *of_year,
        ),
    )
    return {line.person: Load(line.now, line.year) for line in found}


async def held(persons: Sequence[UUID], year: int) -> dict[UUID, Load]:
    """Panels and everything else: asked through here, what panels ask is sure to be counted, whatever a process has imported."""
    return await load.of(persons, year)
