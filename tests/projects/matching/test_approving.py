"""Approval by a second person: a panel whose experts judge their own projects and nothing else, to the end of scoring."""

from __future__ import annotations

from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.drawing import actions as drawing
from projects.drawing import queries as drawn
from projects.matching import seating
from projects.matching.rules import Reason
from projects.panels import queries as panels
from projects.ranking import actions as ranking
from projects.ranking import queries as ranks
from projects.scoring import actions as scoring
from projects.scoring import queries as scored
from projects.states import PanelState, RunState, SeatState, State
from projects.tables import Call, Project, Recusal
from server import check
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.projects.matching import pool
from tests.projects.reviewing import GOOD

pytestmark = pytest.mark.anyio


async def matched(count: int = 3, size: int = 14) -> tuple[Call, list[Project], UUID]:
    """A call whose matching is approved, its projects, its panel."""
    call = await builders.call()
    made = [await pool.project(call, n % 3) for n in range(count)]
    await pool.pool(size)
    run = await pool.answered(call)
    url = await seating.approve_run(await pool.director(), run.id, version=run.version)
    return call, made, UUID(url.split("/")[3])


async def lists(panel: UUID) -> dict[UUID, set[str]]:
    """What each sitting expert finds on their list."""
    found = {}
    for seat in await reviewing.sitting(panel):
        found[seat.person] = {item.code for item in await scored.items(await reviewing.as_expert(seat), panel)}
    return found


async def test_experts_judge_what_was_matched_to_them_and_nothing_else_to_the_end(db: None) -> None:
    _, made, panel = await matched()
    coordinator = await reviewing.host()

    await drawing.open_panel(coordinator, panel, (await reviewing.found(panel)).version)
    await reviewing.promise_all(panel)
    seen = await lists(panel)
    pairs = await rows.DB.run_querystring(
        Q(
            "SELECT e.person, p.code FROM charge c JOIN expert e ON e.id = c.expert JOIN project p ON p.id = c.project WHERE c.seat IS NOT NULL"
        )
    )
    for seat in await reviewing.sitting(panel):
        me = await reviewing.as_expert(seat)
        for code in sorted(seen[seat.person]):
            await scoring.save_sheet(me, panel, code, GOOD, "", 0)
        await scoring.sign_scores(me, panel)
    await ranking.close_panel(coordinator, panel, version=(await reviewing.found(panel)).version)

    assert sorted((person, code) for person, codes in seen.items() for code in codes) == sorted((p, c) for p, c in pairs)
    assert {len(codes) for codes in seen.values()} - {3}, "somebody judges fewer than all"
    assert (await reviewing.found(panel)).state == PanelState.CLOSED
    sheets = await ranks.signed_sheets(Q("pp.panel = {}", panel))
    assert [(line.seats, len(line.points)) for line in sheets] == [([1, 2, 3, 4, 5], 5)] * 3
    assert await rows.column(Q("SELECT state FROM project WHERE id = ANY({}::uuid[])", [p.id for p in made])) == ["scored"] * 3
    fees = await ranks.paid(panel)
    assert sum(line.sheets for line in fees) == 15
    for key in ("seats", "signed", "own-judge"):
        assert await rows.DB.run(check.questions()[key]) == [], key


async def test_a_project_out_of_ones_charge_is_not_there(db: None) -> None:
    _, made, panel = await matched()
    await drawing.open_panel(await reviewing.host(), panel, (await reviewing.found(panel)).version)
    await reviewing.promise_all(panel)
    seen = await lists(panel)
    seat = next(s for s in await reviewing.sitting(panel) if len(seen[s.person]) < 3)
    foreign = next(p.code for p in made if p.code not in seen[seat.person])
    me = await reviewing.as_expert(seat)

    with pytest.raises(Missing):
        await scoring.save_sheet(me, panel, foreign, GOOD, "", 0)

    await scoring.save_sheet(me, panel, min(seen[seat.person]), GOOD, "", 0)


async def test_who_ran_it_does_not_approve_it_and_a_second_person_does(db: None) -> None:
    call = await builders.call()
    await pool.project(call)
    await pool.pool(8)
    coordinator = await reviewing.host()
    run = await pool.answered(call, coordinator)

    with pytest.raises(Refused) as no:
        await seating.approve_run(coordinator, run.id, version=run.version)
    await seating.approve_run(await reviewing.host(), run.id, version=run.version)

    assert no.value.reason is Reason.SAME_PERSON
    assert (await pool.found(run.id)).state == RunState.APPROVED


async def test_the_director_reads_what_to_do_with_which_call(db: None) -> None:
    call = await builders.call()
    await pool.project(call)
    await pool.pool(14)

    await pool.answered(call)

    asked = await rows.column(Q("SELECT title FROM todo WHERE action = 'match.approve' AND done_at IS NULL"))
    assert asked == [f"批准匹配结果：{call.title}"]


async def test_the_second_look_in_sql_finds_no_conflict_in_what_was_approved(db: None) -> None:
    _, _, panel = await matched()

    pairs, found = await drawn.conflicted(panel, clock.today(), 3)

    assert (pairs, found) == (15, [])


async def test_a_conflict_that_came_to_light_after_the_run_stops_its_approval(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call)
    await pool.pool(8)
    run = await pool.answered(call)
    person = await rows.value(
        Q("SELECT e.person FROM match_pair m JOIN expert e ON e.id = m.expert WHERE m.run = {} AND m.standby = 0 LIMIT 1", run.id)
    )
    await rows.insert(Recusal(project=project.id, person=person, reason="亲属", declared_at=clock.now()))

    with pytest.raises(Refused) as no:
        await seating.approve_run(await pool.director(), run.id, version=run.version)

    assert no.value.reason is Reason.CONFLICTED
    assert await rows.value(Q("SELECT count(*) FROM panel")) == 0


async def test_a_project_withdrawn_since_makes_the_run_stale(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call)
    await pool.pool(8)
    run = await pool.answered(call)
    await Project.update({Project.state: State.WITHDRAWN}).where(Project.id == project.id)

    with pytest.raises(Refused) as no:
        await seating.approve_run(await pool.director(), run.id, version=run.version)

    assert no.value.reason is Reason.CHANGED


async def test_a_decline_hands_each_project_to_the_next_standby_of_its_place(db: None) -> None:
    _, _, panel = await matched(count=2, size=18)
    coordinator = await reviewing.host()
    seat = (await reviewing.sitting(panel))[0]
    held = await rows.column(Q("SELECT project FROM charge WHERE seat = {} ORDER BY project", seat.id))

    await scoring.decline_seat(await reviewing.as_expert(seat), panel, "出差")

    now = await rows.DB.run_querystring(
        Q(
            "SELECT project, count(*) FROM charge WHERE panel = {} AND seat IS NOT NULL AND ended_at IS NULL GROUP BY project",
            panel,
        )
    )
    assert held
    assert {count for _, count in now} == {5}
    assert await drawn.uncharged(panel) == []
    assert {s.state for s in await panels.seats(panel) if s.id == seat.id} == {SeatState.DECLINED}
    await drawing.open_panel(coordinator, panel, (await reviewing.found(panel)).version)


async def test_a_recusal_from_one_project_keeps_the_others(db: None) -> None:
    _, _, panel = await matched(count=3, size=12)
    await drawing.open_panel(await reviewing.host(), panel, (await reviewing.found(panel)).version)
    await reviewing.promise_all(panel)
    before = await lists(panel)
    followed = await rows.DB.run_querystring(
        Q(
            "SELECT e.person, p.code FROM charge c JOIN expert e ON e.id = c.expert JOIN project p ON p.id = c.project"
            " WHERE c.seat IS NOT NULL AND EXISTS (SELECT 1 FROM charge f WHERE f.project = c.project AND f.place = c.place"
            "  AND f.standby > 0) ORDER BY p.code, e.id"
        )
    )
    person, code = next((who, code) for who, code in followed if len(before[who]) > 1)
    seat = next(s for s in await reviewing.sitting(panel) if s.person == person)

    await scoring.recuse(await reviewing.as_expert(seat), panel, code, "同学")

    after = await lists(panel)
    assert after[seat.person] == before[seat.person] - {code}
    live = Q(
        "SELECT count(*) FROM charge c JOIN project p ON p.id = c.project WHERE p.code = {} AND c.seat IS NOT NULL AND c.ended_at IS NULL",
        code,
    )
    assert await rows.value(live) == 5


async def test_a_place_that_nobody_follows_in_keeps_the_panel_shut_and_asks_the_host(db: None) -> None:
    _, _, panel = await matched(count=1, size=5)
    coordinator = await reviewing.host()
    seat = (await reviewing.sitting(panel))[0]

    await scoring.decline_seat(await reviewing.as_expert(seat), panel, "出差")
    with pytest.raises(Refused) as no:
        await drawing.open_panel(coordinator, panel, (await reviewing.found(panel)).version)

    assert no.value.reason == "place-empty"
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE action = 'seat.replace' AND done_at IS NULL")) == 1


async def test_an_expert_finds_invitation_load_and_history_on_one_page(db: None, as_: SignIn) -> None:
    _, _, panel = await matched(count=2, size=12)
    seats = await reviewing.sitting(panel)
    me, left = await reviewing.as_expert(seats[0]), await reviewing.as_expert(seats[1])
    await scoring.decline_seat(left, panel, "出差")
    held = await rows.value(Q("SELECT count(*) FROM charge WHERE seat = {} AND ended_at IS NULL", seats[0].id))

    mine = (await (await as_(me)).get("/r")).text
    theirs = (await (await as_(left)).get("/r")).text

    assert "查看邀请" in mine
    assert f"{held} 个项目，上限 20 个" in mine
    assert "历次评审" not in mine
    assert "0 个项目，上限 20 个" in theirs
    assert SeatState.DECLINED.label in theirs
