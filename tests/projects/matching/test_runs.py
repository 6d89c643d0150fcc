"""A run from being asked for to its answer: once, whatever happens to its job, and by the rules."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from kernel import clock, rows
from kernel.errors import Refused
from kernel.rows import Q
from projects.matching import actions, details, loading, queries, running
from projects.matching.masking import masked
from projects.matching.puzzle import Failed, Puzzle
from projects.matching.rules import Failure, Reason
from projects.matching.solving import child
from projects.states import RunState
from projects.tables import Recusal
from talent_pool.matching.conflicts import find_conflicts
from talent_pool.profiles import actions as profiles
from talent_pool.profiles.rules import TieKind
from talent_pool.profiles.tables import ExpertAbsence
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.projects.matching import pool

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("objective", ["total", "lottery"])
async def test_every_place_of_every_project_is_filled_by_the_rules(db: None, objective: str) -> None:
    call = await builders.call()
    for subject in (0, 1, 2):
        await pool.project(call, subject)
    await pool.pool(12)

    run = await pool.answered(call, objective=objective)

    assert run.state == RunState.DONE, run.failure
    counted = await rows.column(Q("SELECT count(*) FROM match_pair WHERE run = {} AND standby = 0 GROUP BY project", run.id))
    assert counted == [5, 5, 5]
    assert await rows.column(Q("SELECT DISTINCT kind FROM match_pair WHERE run = {} AND standby = 0 AND place = 1", run.id)) == [
        "finance"
    ]
    assert run.input_hash
    assert run.result_hash


async def counts(run: UUID) -> tuple[str, int, int]:
    """(state, seated pairs, explained pairs)."""
    return (
        (await pool.found(run)).state,
        await rows.value(Q("SELECT count(*) FROM match_pair WHERE run = {} AND standby = 0", run)),
        await rows.value(Q("SELECT count(*) FROM match_reason WHERE run = {}", run)),
    )


async def test_every_seated_pair_is_explained_by_shared_words(db: None) -> None:
    call = await builders.call()
    await pool.project(call, 1)
    await pool.pool(10)

    run = await pool.answered(call)

    assert await counts(run.id) == (RunState.DONE, 5, 5)
    terms = await rows.column(Q("SELECT jsonb_array_length(reasons->'terms') FROM match_reason WHERE run = {}", run.id))
    assert max(terms) > 0


async def test_the_same_question_has_the_same_answer(db: None) -> None:
    call = await builders.call()
    for subject in (0, 1, 2):
        await pool.project(call, subject)
    await pool.pool(12)

    one, two = await pool.answered(call), await pool.answered(call)

    assert (one.number, two.number) == (1, 2)
    assert (one.input_hash, one.result_hash) == (two.input_hash, two.result_hash)


async def test_a_process_of_its_own_gives_the_answer_of_this_one(committed: str) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    await pool.pool(8)
    here = await pool.answered(call)
    running.use(None)

    run = await pool.asked(call)
    await actions.match(run=str(run))

    assert await counts(run) == (RunState.DONE, 5, 5)
    assert (await pool.found(run)).result_hash == here.result_hash


async def test_a_cancelled_run_keeps_nothing_and_its_process_ends(committed: str) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    await pool.pool(8)
    coordinator = await reviewing.host()
    running.use(None)
    run = await pool.asked(call, coordinator)
    working = asyncio.create_task(actions.match(run=str(run)))
    while (await pool.found(run)).state != RunState.RUNNING:
        await asyncio.sleep(0.01)

    await actions.cancel_run(coordinator, run, (await pool.found(run)).version)
    await working

    assert await counts(run) == (RunState.CANCELLED, 0, 0)


async def test_a_process_that_dies_is_said_and_the_run_may_be_asked_again(db: None) -> None:
    class Dying(running.Here):
        async def answer(self, puzzle: Puzzle, heard: running.Heard, kept: running.Kept) -> None:
            await kept(running.Result(Failed(Failure.CRASHED), b""))

    call = await builders.call()
    await pool.project(call, 0)
    await pool.pool(8)
    run = await pool.asked(call)
    running.use(Dying())

    await actions.match(run=str(run))
    running.use(None)
    again = await pool.answered(call)

    assert ((await pool.found(run)).state, (await pool.found(run)).failure) == (RunState.FAILED, Failure.CRASHED)
    assert again.state == RunState.DONE


async def test_one_run_of_a_call_at_a_time(db: None) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    await pool.asked(call)

    with pytest.raises(Refused) as no:
        await pool.asked(call)

    assert no.value.reason is Reason.UNDER_WAY


async def test_what_is_missing_is_said_with_the_rule_and_the_smallest_change(db: None, as_: SignIn) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    for n in range(5):
        await pool.expert(f"专家{n}", finance=False, community=n == 0)

    run = await pool.answered(call)

    coordinator = await reviewing.host()
    shown = await queries.shown(coordinator, run.id)
    page = await (await as_(coordinator)).get(f"/w/matching/{run.id}/projects/{project.code}", params={"q": "专家1"})
    assert run.state == RunState.SHORT
    assert (page.status_code, "专家1" in page.text) == (200, True)
    assert [(short.rule, short.role, short.missing) for short in shown.shortages] == [("role", "finance", 1)]
    assert "财务" in shown.shortages[0].sentence


async def test_nobody_in_the_pool_is_said_plainly(db: None) -> None:
    call = await builders.call()
    await pool.project(call, 0)

    run = await pool.answered(call)

    assert (run.state, run.failure) == (RunState.FAILED, Failure.NO_EXPERTS)


async def test_hard_conflicts_and_absences_are_masked_with_their_reason(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    experts = await pool.pool(12)
    person = await rows.value(Q("SELECT person FROM expert WHERE id = {}", experts[0]))
    await rows.insert(Recusal(project=project.id, person=person, reason="亲属", declared_at=clock.now()))
    day = pool.REVIEW_ON
    await rows.insert(ExpertAbsence(expert=experts[1], since=day, until=day, added_at=clock.now()))

    run = await pool.answered(call)

    seen = await details.counts(run.id)
    assert seen.masked == {"conflict:declared": 1, "absent": 1}
    sat = await rows.column(Q("SELECT expert FROM match_pair WHERE run = {}", run.id))
    assert not set(sat) & {experts[0], experts[1]}


async def test_the_mask_finds_what_every_pair_by_itself_would_find(db: None) -> None:
    call = await builders.call()
    made = [await pool.project(call, subject) for subject in (0, 1, 2)]
    await pool.pool(6)
    unit = await rows.value(Q("SELECT name FROM unit WHERE id = {}", made[0].organisation))
    keeper = await reviewing.host()
    tied = [await pool.expert(name) for name in ("理事", "离职者", "督导")]
    await profiles.add_tie(keeper, tied[0], TieKind.BOARD, unit_name=unit)
    await profiles.add_tie(keeper, tied[1], TieKind.EMPLOYMENT, unit_name=unit, until=date(2025, 1, 1))
    await profiles.add_tie(keeper, tied[2], TieKind.MENTORING, unit_name=unit)

    puzzle = await loading.puzzle(await pool.asked(call))

    alone = [
        (p, e)
        for p, project in enumerate(puzzle.projects)
        for e, expert in enumerate(puzzle.experts)
        if any(c.is_hard for c in find_conflicts(expert.facts, project.facts, clock.today(), 3))
    ]
    assert len(alone) == 3
    assert [(p, e) for p, e, _ in masked(puzzle)] == sorted(alone)


async def test_a_run_cannot_be_rewritten(db: None) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    await pool.pool(8)
    run = await pool.answered(call)

    with pytest.raises(asyncpg.CheckViolationError):
        async with rows.transaction():
            await rows.execute(Q("UPDATE match_run SET result_hash = 'x' WHERE id = {}", run.id))

    assert (await pool.found(run.id)).result_hash == run.result_hash


def test_a_process_that_breaks_leaves_word_where_and_not_what_it_read(tmp_path: Path) -> None:
    (tmp_path / running.PUZZLE).write_text('{"run": "张三"}')

    with pytest.raises(msgspec.ValidationError):
        child.watched(tmp_path)

    trouble = (tmp_path / running.TROUBLE).read_text()
    assert trouble.startswith("ValidationError solving/child.py:")
    assert "张三" not in trouble
