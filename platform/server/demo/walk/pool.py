"""People on their way into the expert pool, by the real verb: entered by the coordinator, waiting for a second person."""

from __future__ import annotations

from server.demo.expertise.words import EMPLOYER
from server.demo.expertise.writing import knowledge
from server.demo.walk.cast import Cast
from talent_pool.profiles.actions import Details, add_expert
from talent_pool.profiles.kinds import Category

WAITING = range(1, 3)
APART = 1_000_000
"""Their knowledge is not that of an expert who is in."""


async def ask(cast: Cast) -> None:
    """Two applications on the desk of whoever may admit."""
    coordinator = await cast.actor("coordinator")
    for number in WAITING:
        known = knowledge(cast.seed, APART + number, False, False)
        details = Details(
            employer_name=EMPLOYER,
            category=Category.ACADEMIA,
            areas=known.areas,
            fields=known.fields,
            methods=known.methods,
            counties=known.counties,
            keywords=known.keywords,
            speciality=known.speciality,
        )
        await add_expert(coordinator, cast.seed.person("candidate", number), details, fictional=True)
