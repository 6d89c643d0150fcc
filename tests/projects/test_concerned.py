"""The units a project concerns stand in its own row: whatever is written to involvement, the list sees it at once."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from kernel import rows
from kernel.access import Action, Role
from kernel.rows import DB, Q
from projects.queries import visible_project
from projects.states import State
from projects.tables import Involvement
from tests import builders

pytestmark = pytest.mark.anyio


async def units(project: UUID) -> set[UUID]:
    return set(await rows.value(Q("SELECT units FROM project WHERE id = {}", project)))


async def held(project: UUID) -> set[UUID]:
    return set(await rows.column(Q("SELECT unit FROM involvement WHERE project = {}", project)))


@pytest.mark.usefixtures("db")
async def test_a_row_knows_the_units_that_were_added_changed_and_taken_away() -> None:
    health, labour = await builders.unit("health"), await builders.unit("labour")
    project, other = await builders.project(State.SUBMITTED), await builders.project(State.SUBMITTED)
    before = await units(project.id)
    assert before == await held(project.id)
    assert health not in before

    await rows.insert(Involvement(project=project.id, unit=health, why="co"))
    await rows.insert(Involvement(project=project.id, unit=health, why="fund"))
    assert await units(project.id) == before | {health}

    await rows.execute(Q("UPDATE involvement SET unit = {} WHERE project = {} AND why = 'co'", labour, project.id))
    assert await units(project.id) == before | {health, labour}

    await rows.execute(Q("UPDATE involvement SET project = {} WHERE project = {} AND why = 'co'", other.id, project.id))
    assert (await units(project.id), labour in await units(other.id)) == (before | {health}, True)

    await rows.execute(Q("DELETE FROM involvement WHERE project = {} AND unit = {}", project.id, health))
    assert await units(project.id) == before == await held(project.id)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("why", ["team", "payee", "lead", "host", "co", "fund", "county", "station"])
async def test_whatever_the_reason_an_officer_of_that_unit_sees_it_and_nobody_elses(why: str) -> None:
    health, labour = await builders.unit("health"), await builders.unit("labour")
    project, draft = await builders.project(State.SUBMITTED), await builders.project(State.DRAFT)
    for one in (project, draft):
        await rows.insert(Involvement(project=one.id, unit=health, why=why))
    concerned, stranger = await builders.actor(Role.OFFICER, of=health), await builders.actor(Role.OFFICER, of=labour)

    seen = [
        await rows.column(Q("SELECT p.id FROM project p WHERE {}", visible_project(actor, Action.LIST_PROJECTS)))
        for actor in (concerned, stranger)
    ]

    assert seen == [[project.id], []]


@pytest.mark.usefixtures("committed")
async def test_two_units_that_come_at_once_are_both_in_the_row() -> None:
    project = await builders.project(State.SUBMITTED)
    coming = [await builders.unit("health"), await builders.unit("labour")]
    written, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with rows.transaction():
            await rows.insert(Involvement(project=project.id, unit=coming[0], why="co"))
            written.set()
            await go_on.wait()

    async def second() -> None:
        await written.wait()
        async with rows.transaction():
            await rows.insert(Involvement(project=project.id, unit=coming[1], why="co"))

    async def let_go() -> None:
        await written.wait()
        while not await rows.value(Q("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")):
            await asyncio.sleep(0.01)
        go_on.set()

    await asyncio.wait_for(asyncio.gather(first(), second(), let_go()), 60)

    assert set(coming) <= await units(project.id)
    assert DB.current() is None
