"""Building the demo city: its people, what real verbs did in it, and the bulk around them. All of it or nothing."""

from __future__ import annotations

from collections.abc import Collection

from departments.funds.actions import ensure_funds
from kernel import clock, rows
from server.demo import bulk, people
from server.demo.names import Seed
from server.demo.proposals import Place
from server.demo.rounds import LARGEST
from server.demo.walk import pool, story
from server.demo.walk.cast import Cast
from server.demo.words import MATES

FEWEST = 40
"""Even the smallest city has a bulk: four calls, one of each stage."""
POOL = 24
"""Experts whom the panels of the story are drawn from; the first eight have accounts."""


async def build(proposals: int, experts: int, scores: int, seed: int, acts: Collection[story.Act] = tuple(story.Act)) -> None:
    """About `proposals` proposals, `scores` score sheets and `experts` experts; the same seed gives the same city.

    `acts` are the parts of the story that are told; what is left out leaves its pages empty.
    """
    city = Seed(seed)
    async with rows.transaction() as tx:
        # A million rows in one statement take longer than any page may.
        await tx.connection.execute("SET LOCAL statement_timeout = 0")
        many = max(proposals - story.PROJECTS, FEWEST)
        await bulk.reserve(city, many)
        unit_of = await people.units(city)
        unit_of |= await people.organisations(city, range(1, story.LAST + 1))
        who = await people.people(city, unit_of)
        teams = await people.applicants(city, unit_of, who, range(1, story.LAST + 1))
        await people.experts(city, who, range(POOL))
        cast = Cast(city, unit_of, who, teams, clock.today())
        await pool.ask(cast)
        await ensure_funds()
        sheets = await story.tell(cast, acts)
        others = range(story.LAST + 1, story.LAST + 1 + min(max(many // 4 + 1, 12), LARGEST + 4))
        unit_of |= await people.organisations(city, others)
        judges = await people.experts(city, who, range(POOL, max(experts, POOL + 16)))
        place = Place(
            units=unit_of,
            host=unit_of["society"],
            coordinator=who["coordinator"],
            director=who["director"],
            secretary=who["secretary"],
            applicants=await people.applicants(city, unit_of, who, others),
            mates=[city.person("mate", number) for number in range(MATES)],
        )
        await bulk.load(city, many, scores - sheets, place, judges)
