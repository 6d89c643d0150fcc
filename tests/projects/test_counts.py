"""What the lists of calls, panels, rankings and waiting decisions count beside each name, however they are read."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import httpx
import pytest
from python_calamine import CalamineWorkbook

from kernel import clock, rows
from kernel.rows import Q
from projects.calls import queries as calls
from projects.deciding import queries as deciding
from projects.deciding.tables import Decision
from projects.drawing import loads
from projects.panels import queries as panels
from projects.panels.tables import Panel
from projects.ranking import queries as ranking
from projects.ranking.tables import Standing
from projects.states import CallState, PanelState, State
from projects.tables import Call, Project
from talent_pool.profiles.load import Load
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing

pytestmark = pytest.mark.anyio


async def panel(of: Call, name: str, **columns: object) -> Panel:
    """Formed an hour later than the one before, so that lists have an order."""
    formed = clock.now() + timedelta(hours=await Panel.count())
    given: dict[str, object] = {"seats": 5, "pack_hash": of.pack_hash, "review_on": reviewing.REVIEW_ON, "formed_at": formed}
    by = await builders.person()
    return await rows.insert(Panel(call=of.id, name=name, formed_by=by, **{**given, **columns}))


async def standing(project: Project, of: Panel) -> None:
    only = {"place": 1, "numerator": 170, "denominator": 1, "sheets": 1, "seats": [1], "totals": [170]}
    await rows.insert(Standing(project=project.id, call=of.call, panel=of.id, ranked_at=clock.now(), **only))


async def test_a_call_counts_its_own_drafts_and_what_was_formally_submitted(db: None) -> None:
    earlier = await builders.call(title="先（示例）", created_at=clock.now() - timedelta(days=9))
    later, empty = await builders.call(title="后（示例）"), await builders.call(CallState.DRAFT, title="空（示例）")
    for state in (State.DRAFT, State.ENDORSING, State.SUBMITTED, State.RETURNED, State.RUNNING):
        await builders.project(state, of=earlier)
    await builders.project(State.SUBMITTED, of=later)

    listed = {line.code: (line.drafts, line.submitted) for line in await calls.listed()}

    assert listed == {earlier.code: (2, 3), later.code: (0, 1), empty.code: (0, 0)}
    assert list(listed)[-1] == earlier.code, "the latest first"
    assert [(line.drafts, line.submitted) for line in await calls.listed(most=1)][-1] == (1, 1)
    assert [line.code for line in await calls.listed(limit=2)] == list(listed)[:2]


async def test_the_page_says_more_than_a_thousand_and_the_sheet_how_many(db: None, as_: SignIn) -> None:
    call = await builders.call(code="2026-01")
    first = await builders.project(State.SUBMITTED, of=call)
    skipped = {"id", "code", "stage"}
    names = await rows.column(
        Q("SELECT attname FROM pg_attribute WHERE attrelid = 'project'::regclass AND attnum > 0 AND NOT attisdropped")
    )
    copied = ", ".join(f'"{name}"' for name in names if name not in skipped)
    await rows.value(
        Q(
            f"WITH made AS (INSERT INTO project (id, code, {copied}) SELECT gen_random_uuid(), 'MY2026-' || n, {copied}"  # noqa: S608 - names of columns
            " FROM project, generate_series(100001, 101000) n WHERE id = {} RETURNING 1) SELECT count(*) FROM made",
            first.id,
        )
    )
    browser: httpx.AsyncClient = await as_(await reviewing.host())

    page, sheet = (await browser.get("/w/calls")).text, (await browser.get("/w/calls.xlsx")).content

    assert '<td data-l="正式提交" class="num">1000+</td><td data-l="草稿" class="num">0</td>' in page
    assert 1001 in [
        cell for row in CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python() for cell in row
    ]


async def test_panels_are_turned_over_latest_first_without_one_lost(db: None) -> None:
    one, other = await builders.call(), await builders.call()
    made = [await panel(call, f"第{n}组") for n, call in enumerate((one, other, one, one), 1)]
    coordinator = await reviewing.host()

    pages = [[line.id for line in await panels.panels(coordinator, page=page, size=2)] for page in (1, 2, 3)]
    of_one = [line.id for line in await panels.panels(coordinator, one.code)]

    latest = [row.id for row in reversed(made)]
    assert pages == [latest[:3], latest[2:], []], "a page and the first of the next"
    assert of_one == [made[3].id, made[2].id, made[0].id]


async def test_rankings_list_calls_with_panels_and_count_what_has_closed(db: None) -> None:
    earlier, later = await builders.call(created_at=clock.now() - timedelta(days=9)), await builders.call()
    await builders.call()
    closed = await panel(earlier, "第一组", state=PanelState.CLOSED, closed_at=clock.now())
    await panel(earlier, "第二组")
    await panel(later, "第一组")
    for _ in range(2):
        await standing(await builders.project(State.SCORED, of=earlier), closed)

    found = await ranking.rounds(await reviewing.host())

    assert [(line.code, line.panels, line.closed, line.ranked) for line in found] == [
        (later.code, 1, 0, 0),
        (earlier.code, 2, 1, 2),
    ]


async def test_calls_wait_for_a_decision_while_none_is_open(db: None) -> None:
    first, second, decided = [await builders.call(code=f"2026-0{n}") for n in (1, 2, 3)]
    await builders.project(State.SUBMITTED, of=await builders.call(code="2026-04"))
    for call, state in (
        (first, State.SCORED),
        (first, State.SCORED),
        (first, State.RESERVED),
        (second, State.RESERVED),
        (decided, State.SCORED),
    ):
        await builders.project(state, of=call)
    await rows.insert(Decision(call=decided.id, title="审定", prepared_by=await builders.person(), prepared_at=clock.now()))

    waiting = [(line.code, line.scored, line.reserved) for line in await deciding.waiting_calls()]

    assert waiting == [("2026-02", 0, 1), ("2026-01", 2, 1)]
    assert [line.code for line in await deciding.waiting_calls("2026-01")] == ["2026-01"]
    assert await deciding.waiting_calls("2026-03") == []


async def test_an_expert_has_open_panels_in_hand_and_those_of_the_year_behind(db: None) -> None:
    judged = await reviewing.panel(PanelState.DRAWN)
    seats = await panels.seats(judged.id)
    person = next(seat.person for seat in seats if seat.state == "invited")

    async def held(year: int) -> Load:
        return (await loads.on_panels([person], year)).get(person, Load())

    assert [await held(2025), await held(2026)] == [Load(1, 0), Load(1, 1)], "in hand whatever the year"
    judged.review_on = date(2025, 11, 24)
    judged.state, judged.closed_at = PanelState.CLOSED, clock.now()
    await judged.save([Panel.review_on, Panel.state, Panel.closed_at])
    assert [await held(2025), await held(2026)] == [Load(0, 1), Load(0, 0)]
