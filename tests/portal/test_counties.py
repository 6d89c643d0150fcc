"""The work page counts, county by county, the projects of this year that concern whoever reads it."""

from __future__ import annotations

import pytest

from kernel import rows
from kernel.access import Role
from portal import queries
from projects.states import State
from projects.tables import Involvement
from tests import builders

pytestmark = pytest.mark.anyio


async def test_everybody_counts_what_they_see_of_this_years_calls(db: None) -> None:
    this_year, last_year = await builders.call(), await builders.call(year=2025)
    county = await builders.unit("510704", kind="county")
    for call, where, concerned in (
        (this_year, "510704", True),
        (this_year, "510704", True),
        (this_year, "510703", False),
        (this_year, "", True),
        (last_year, "510704", True),
    ):
        project = await builders.project(State.SUBMITTED, of=call, county=where)
        if concerned:
            await rows.insert(Involvement(project=project.id, unit=county, why="county"))
    await builders.project(State.DRAFT, of=this_year, county="510704")
    officer, coordinator = await builders.actor(Role.COUNTY_OFFICER, county), await builders.actor(Role.COORDINATOR)

    of_the_county = {line.county: line.projects for line in await queries.by_county(officer)}
    of_the_city = {line.county: line.projects for line in await queries.by_county(coordinator)}

    assert of_the_county == {"510704": 2}
    assert of_the_city == {"510703": 1, "510704": 2}


async def test_an_expert_without_projects_counts_none(db: None) -> None:
    await builders.project(State.SUBMITTED, county="510704")

    assert await queries.by_county(await builders.actor(Role.EXPERT)) == []
