"""How many proposals the officers' list says there are: exact up to the bound, the same for every way of reaching them."""

from __future__ import annotations

import pytest

from kernel import clock, rows
from kernel.access import Role
from kernel.rows import Q
from projects import tables as projects
from projects.screening import queries
from projects.screening.queries import STAGES, Filter
from projects.states import State
from tests import builders

pytestmark = pytest.mark.anyio


@pytest.fixture
def counted_to_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 2)


async def test_a_department_counts_what_it_leads_and_what_else_concerns_it(db: None) -> None:
    round_ = await builders.call()
    health = await builders.unit("health")
    for number in (1, 2):
        await builders.project(State.SUBMITTED, of=round_, lead=health, code=f"MY2026-000{number}")
    other = await builders.project(State.SUBMITTED, of=round_)
    await rows.insert(projects.Involvement(project=other.id, unit=health, why="co"))
    await builders.project(State.SUBMITTED, of=round_)
    officer = await builders.actor(Role.OFFICER, of=health)

    assert await queries.count(officer, Filter()) == 3
    assert len(await queries.proposals(officer, Filter(), 1)) == 3
    assert await queries.count(officer, Filter(q="MY2026-0002")) == 1


@pytest.mark.usefixtures("counted_to_two")
async def test_beyond_the_bound_a_count_says_one_more_and_stops(db: None) -> None:
    round_ = await builders.call()
    health = await builders.unit("health")
    for _ in range(4):
        await builders.project(State.SUBMITTED, of=round_, lead=health)
    officer, coordinator = await builders.actor(Role.OFFICER, of=health), await builders.actor(Role.COORDINATOR)

    assert await queries.count(officer, Filter(stage="screening")) == 3
    assert await queries.count(coordinator, Filter(stage="screening")) == 3


@pytest.mark.usefixtures("counted_to_two")
async def test_what_somebody_recused_from_is_not_counted_even_where_the_department_leads(db: None) -> None:
    round_ = await builders.call()
    health = await builders.unit("health")
    mine = [await builders.project(State.SUBMITTED, of=round_, lead=health) for _ in range(3)]
    officer = await builders.actor(Role.OFFICER, of=health)
    assert await queries.count(officer, Filter()) == 3

    for project in mine[:2]:
        await rows.insert(projects.Recusal(project=project.id, person=officer.person, reason="示例", declared_at=clock.now()))

    assert await queries.count(officer, Filter()) == 1
    assert [row.code for row in await queries.proposals(officer, Filter(), 1)] == [mine[2].code]


async def test_a_code_finds_its_project_and_words_find_titles(db: None) -> None:
    round_ = await builders.call()
    project = await builders.project(State.SUBMITTED, of=round_, title="社区食堂助餐", code="MY2026-4711")
    await builders.project(State.SUBMITTED, of=round_, title="乡村学校驻点")
    coordinator = await builders.actor(Role.COORDINATOR)

    for typed in ("my2026-4711", " MY2026-4711 ", "食堂", "助"):
        assert [row.code for row in await queries.proposals(coordinator, Filter(q=typed), 1)] == [project.code], typed


async def test_words_that_are_not_among_the_newest_are_found_by_their_pairs_and_by_the_same_right(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = await builders.call()
    health = await builders.unit("health")
    own = [
        await builders.project(State.SUBMITTED, of=round_, lead=health, title=title, code=f"MY2026-000{number}")
        for number, title in enumerate(("社区食堂助餐", "社区 Food 站", "乡村学校驻点"), 1)
    ]
    other = await builders.project(State.SUBMITTED, of=round_, title="社区食堂助浴", code="MY2026-0009")
    officer, coordinator = await builders.actor(Role.OFFICER, of=health), await builders.actor(Role.COORDINATOR)

    for newest in (queries.NEWEST, 1):
        monkeypatch.setattr(queries, "NEWEST", newest)
        assert [row.code for row in await queries.proposals(coordinator, Filter(q="食堂"))] == [other.code, own[0].code]
        assert [(row.code, row.total) for row in await queries.proposals(officer, Filter(q="社区"))] == [
            (own[1].code, 2),
            (own[0].code, 2),
        ]
        assert [row.code for row in await queries.proposals(officer, Filter(q="FOOD", stage="screening"))] == [own[1].code]
        assert await queries.proposals(officer, Filter(q="食堂", stage="review")) == []
        assert (await queries.count(officer, Filter(q="社区")), await queries.count(officer, Filter(q="食浴"))) == (2, 0)


async def test_a_page_further_on_holds_the_next_rows_and_one_beyond_the_end_none(db: None) -> None:
    round_ = await builders.call()
    codes = [(await builders.project(State.SUBMITTED, of=round_, code=f"MY2026-000{n}")).code for n in (1, 2, 3, 4, 5)]
    coordinator = await builders.actor(Role.COORDINATOR)

    pages = [[row.code for row in await queries.proposals(coordinator, Filter(), page, size=2)] for page in (1, 2, 3, 4)]

    assert pages == [[codes[4], codes[3]], [codes[2], codes[1]], [codes[0]], []]


def test_every_state_that_staff_may_see_is_in_exactly_one_stage() -> None:
    unseen = {State.DRAFT, State.ENDORSING, State.LAPSED}

    staged = [state for states in STAGES.values() for state in states]

    assert sorted(staged) == sorted(set(State) - unseen)


async def test_the_database_knows_the_same_stages(db: None) -> None:
    told = await rows.value(
        Q("SELECT generation_expression FROM information_schema.columns WHERE table_name = 'project' AND column_name = 'stage'")
    )
    every = Q("unnest({}::text[]) AS state", [str(state) for state in State])

    found = await rows.column(Q(f"SELECT state || ' ' || coalesce({told}, '-') FROM {{}}", every))  # noqa: S608 - the database's own text

    of = {state: stage for stage, states in STAGES.items() for state in states}
    assert found == [f"{state} {of.get(state, '-')}" for state in State]
