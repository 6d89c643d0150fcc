"""The draw: replayable from its log, blind to nobody's interests, made once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.access import Role
from kernel.errors import Missing, Refused
from kernel.life import LifeReason
from kernel.rows import Q
from kernel.working_days import national
from projects.calls.rulepack import default_pack
from projects.drawing import actions, queries, rules
from projects.drawing.rules import Reason
from projects.panels import queries as panels
from projects.panels.queries import SeatLine
from projects.states import PanelState, SeatState, State
from projects.tables import Call, Project, ProjectMember, Recusal, TeamMember
from talent_pool.matching import verify_draw
from talent_pool.matching.draw import panel as drawing
from talent_pool.profiles import actions as profiles
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.queries import roster
from talent_pool.profiles.rules import TieKind
from talent_pool.profiles.tables import Expert
from tests import builders
from tests.projects import reviewing

pytestmark = pytest.mark.anyio
RULES = default_pack().panel


async def drawn_people(panel: UUID) -> set[UUID]:
    return {seat.person for seat in await panels.seats(panel)}


async def refusal(call: object) -> object:
    with pytest.raises(Refused) as no:
        await call  # type: ignore[misc]
    return no.value.reason


async def test_five_seats_with_their_standbys_are_drawn_and_the_log_replays(db: None, tmp_path: Path) -> None:
    panel = await reviewing.panel(PanelState.DRAWN)

    seats = await panels.seats(panel.id)
    log = await queries.draw_log(await reviewing.host(), panel.id)
    file = tmp_path / "log.json"
    file.write_text(json.dumps(log), encoding="utf8")
    script = Path(verify_draw.__file__)
    checked = subprocess.run([sys.executable, str(script), str(file)], capture_output=True, text=True, check=False)

    assert [(s.number, s.kind) for s in seats if s.standby == 0] == [
        (1, "finance"), (2, "community"), (3, "general"), (4, "general"), (5, "general")
    ]  # fmt: skip
    assert {s.state for s in seats if s.standby == 0} == {SeatState.INVITED}
    assert {s.state for s in seats if s.standby} == {SeatState.STANDBY}
    assert checked.stdout == "OK\n"
    assert panel.state == PanelState.DRAWN
    assert log["seed"] == panel.seed


async def test_a_second_draw_is_refused_and_changes_nothing(db: None) -> None:
    panel = await reviewing.panel(PanelState.DRAWN)
    coordinator = await reviewing.host()
    watcher = await builders.actor(Role.SUPERVISOR, None)
    before = await drawn_people(panel.id)

    reason = await refusal(actions.draw_experts(coordinator, panel.id, supervisor=watcher.person, version=panel.version))

    assert reason is LifeReason.WRONG_STATE
    assert await drawn_people(panel.id) == before
    assert (await reviewing.found(panel.id)).seed == panel.seed


async def conflicted_pool(project: Project) -> dict[str, UUID]:
    """Beside a pool large enough, one expert for each way of being too close to the project."""
    await reviewing.pool(15)
    keeper = await reviewing.host()
    unit_name = await rows.value(Q("SELECT name FROM unit WHERE id = {}", project.organisation))
    made = {
        "employment": await reviewing.expert("在职者", unit_name),
        "earlier": await reviewing.expert("离职者"),
        "office": await reviewing.expert("理事"),
        "kinship": await reviewing.expert("亲属"),
        "mentoring": await reviewing.expert("督导"),
        "joint": await reviewing.expert("团队成员甲"),
        "declared": await reviewing.expert("已回避者"),
        "post": await reviewing.expert("兼任管理员"),
    }
    await profiles.add_tie(keeper, made["earlier"], TieKind.EMPLOYMENT, unit_name=unit_name, until=date(2025, 1, 1))
    await profiles.add_tie(keeper, made["office"], TieKind.BOARD, unit_name=unit_name)
    await profiles.add_tie(keeper, made["kinship"], TieKind.KINSHIP, other_name="团队成员甲")
    await profiles.add_tie(keeper, made["mentoring"], TieKind.MENTORING, unit_name=unit_name)
    await rows.insert(TeamMember(project=project.id, position=1, name="团队成员甲"))
    person = {name: await rows.value(Q("SELECT person FROM expert WHERE id = {}", expert)) for name, expert in made.items()}
    await rows.insert(Recusal(project=project.id, person=person["declared"], reason="亲属", declared_at=clock.now()))
    await builders.actor(Role.ORGANISATION_ADMIN, project.organisation, person_id=person["post"])
    return made


async def test_nobody_close_to_any_project_of_the_panel_is_drawn_and_the_log_says_why(db: None) -> None:
    project = await builders.project(State.ACCEPTED)
    other = await builders.project(State.ACCEPTED, of=await call_of(project))
    close = await conflicted_pool(project)

    panel = await reviewing.panel(PanelState.DRAWN, [other, project])

    log = await queries.draw_log(await reviewing.host(), panel.id)
    why = dict(log["excluded"])
    assert {name: why.get(str(expert)) for name, expert in close.items()} == {
        "employment": "conflict:employment",
        "earlier": "conflict:employment",
        "office": "conflict:office",
        "kinship": "conflict:kinship",
        "mentoring": "conflict:mentoring",
        "joint": "conflict:joint",
        "declared": "conflict:declared",
        "post": "conflict:employment",
    }
    assert {line[0] for line in log["candidates"]} & {str(expert) for expert in close.values()} == set()


async def call_of(project: Project) -> Call:
    return await Call.objects().get(Call.id == project.call)


async def test_the_second_look_in_sql_finds_the_same_conflicts_as_the_rules(db: None) -> None:
    project = await builders.project(State.ACCEPTED)
    await reviewing.pool(15)
    panel = await reviewing.panel(PanelState.DRAWN, [project])
    seats = await panels.seats(panel.id)
    assert await queries.conflicted(panel.id, clock.today(), 3) == (len(seats), [])
    keeper = await reviewing.host()
    unit_name = await rows.value(Q("SELECT name FROM unit WHERE id = {}", project.organisation))
    await profiles.add_tie(keeper, seats[0].expert, TieKind.BOARD, unit_name=unit_name)
    await profiles.add_tie(keeper, seats[1].expert, TieKind.EMPLOYMENT, unit_name=unit_name, until=date(2025, 1, 1))
    await profiles.add_tie(keeper, seats[2].expert, TieKind.EMPLOYMENT, unit_name=unit_name, until=date(2020, 1, 1))
    await rows.insert(ProjectMember(project=project.id, person=seats[3].person))

    _, found = await queries.conflicted(panel.id, clock.today(), 3)
    entries = {entry.expert: entry for entry in await roster()}
    by_rules = {
        seat.id
        for seat in seats
        if rules.sift(
            [entries[seat.expert]], await queries.judged(panel.id), RULES, on=clock.today(), held={}, declared={}, fit=False
        )[1]
    }

    assert {line.seat for line in found} == by_rules == {seats[0].id, seats[1].id, seats[3].id}


async def test_opening_is_refused_when_a_conflict_came_to_light_after_the_draw(db: None) -> None:
    project = await builders.project(State.ACCEPTED)
    panel = await reviewing.panel(PanelState.DRAWN, [project])
    seat = (await reviewing.sitting(panel.id))[0]
    await rows.insert(Recusal(project=project.id, person=seat.person, reason="亲属", declared_at=clock.now()))

    coordinator = await reviewing.host()
    reason = await refusal(actions.open_panel(coordinator, panel.id, panel.version))
    await actions.replace_seat(coordinator, panel.id, seat.id, reason="亲属关系")
    await actions.open_panel(coordinator, panel.id, panel.version)

    assert reason is Reason.HARD_CONFLICT
    assert (await reviewing.found(panel.id)).state == PanelState.OPEN


async def test_a_pool_too_small_is_named_with_its_numbers(db: None) -> None:
    for n in range(3):
        await reviewing.expert(f"专家{n}")
    panel = await reviewing.panel()
    watcher = await builders.actor(Role.SUPERVISOR, None)

    with pytest.raises(Refused) as no:
        await actions.draw_experts(await reviewing.host(), panel.id, supervisor=watcher.person, version=panel.version)

    assert no.value.reason is drawing.Reason.POOL_TOO_SMALL
    assert no.value.facts == {"found": 3, "needed": 5}


async def test_the_draw_needs_a_supervisor_who_is_one_and_does_not_draw(db: None) -> None:
    await reviewing.pool()
    panel = await reviewing.panel()
    coordinator = await reviewing.host()
    passer_by = await builders.person()

    async def draw(supervisor: UUID | None) -> object:
        return await refusal(actions.draw_experts(coordinator, panel.id, supervisor=supervisor, version=panel.version))

    assert await draw(None) is Reason.NO_SUPERVISOR
    assert await draw(coordinator.person) is Reason.SUPERVISOR_DRAWS
    assert await draw(passer_by) is Reason.NOT_SUPERVISOR


def test_experts_are_drawn_at_most_two_working_days_before_unless_a_reason_is_recorded() -> None:
    monday = date(2026, 11, 23)
    rules.check_draw_day(date(2026, 11, 19), monday, RULES, national())
    rules.check_draw_day(date(2026, 11, 18), monday, RULES, national(), "评审场地提前确定")

    with pytest.raises(Refused) as no:
        rules.check_draw_day(date(2026, 11, 18), monday, RULES, national())

    assert no.value.reason is Reason.TOO_EARLY_DRAW
    assert no.value.facts["earliest"] == date(2026, 11, 19)


async def test_standbys_follow_in_the_drawn_order_and_run_out_loudly(db: None) -> None:
    panel = await reviewing.panel(PanelState.DRAWN)
    coordinator = await reviewing.host()
    of_number: dict[int, list[SeatLine]] = defaultdict(list)
    for line in await panels.seats(panel.id):
        of_number[line.number].append(line)
    # A seat for finance may have one only: the lot gave the others of the pool to other seats.
    seat, first, second = next(lines for lines in of_number.values() if len(lines) == 3)

    await actions.record_phone(coordinator, panel.id, seat.id, outcome="unreachable", note="三次未接")
    await actions.replace_seat(coordinator, panel.id, seat.id, reason="未接通")
    await actions.replace_seat(coordinator, panel.id, first.id, reason="出差")
    third = await refusal(actions.replace_seat(coordinator, panel.id, second.id, reason="生病"))

    states = {s.id: s.state for s in await panels.seats(panel.id) if s.number == seat.number}
    assert states == {seat.id: SeatState.REPLACED, first.id: SeatState.REPLACED, second.id: SeatState.INVITED}
    assert third is Reason.NO_STANDBY


async def test_a_seat_under_another_panels_address_is_not_there(db: None) -> None:
    call = await builders.call()
    one = await reviewing.panel(PanelState.DRAWN, call=call)
    two = await reviewing.panel(PanelState.FORMING, call=call)
    seat = (await reviewing.sitting(one.id))[0]
    coordinator = await reviewing.host()

    with pytest.raises(Missing):
        await actions.record_phone(coordinator, two.id, seat.id, outcome="coming")
    with pytest.raises(Missing):
        await actions.replace_seat(coordinator, two.id, seat.id, reason="试")

    await actions.record_phone(coordinator, one.id, seat.id, outcome="coming")


async def test_paused_busy_and_misplaced_experts_are_left_out_with_the_reason(db: None) -> None:
    await reviewing.pool(15)
    paused, busy = await reviewing.expert("暂停者"), await reviewing.expert("任务已满", max_load=0)
    await admitting.pause_expert(await reviewing.host(), paused, "出差")
    elsewhere = await reviewing.expert("外行")
    await Expert.update({Expert.areas: '["elderly-care"]'}).where(Expert.id == elsewhere)
    panel = await reviewing.panel()
    watcher = await builders.actor(Role.SUPERVISOR, None)

    await actions.draw_experts(await reviewing.host(), panel.id, supervisor=watcher.person, fit=True, version=panel.version)

    why = dict((await queries.draw_log(await reviewing.host(), panel.id))["excluded"])
    assert (why[str(paused)], why[str(busy)], why[str(elsewhere)]) == ("paused", "load", "area")


async def test_a_proposal_withdrawn_after_the_draw_does_not_hold_up_the_others(db: None) -> None:
    call = await builders.call()
    stays, leaves = await builders.project(State.ACCEPTED, of=call), await builders.project(State.ACCEPTED, of=call)
    panel = await reviewing.panel(PanelState.DRAWN, [stays, leaves])
    await Project.update({Project.state: State.WITHDRAWN}).where(Project.id == leaves.id)

    await actions.open_panel(await reviewing.host(), panel.id, panel.version)

    states = {p.id: p.state for p in await Project.objects().where(Project.id.is_in([stays.id, leaves.id]))}
    assert states == {stays.id: State.IN_REVIEW, leaves.id: State.WITHDRAWN}
