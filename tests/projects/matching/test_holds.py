"""Locks and exclusions: a person's word that the next run keeps, and that never beats a conflict."""

from __future__ import annotations

import pytest

from kernel import clock, rows
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.matching import actions, queries
from projects.matching.rules import Reason
from projects.states import RunState
from projects.tables import Recusal
from tests import builders
from tests.projects import reviewing
from tests.projects.matching import pool

pytestmark = pytest.mark.anyio
WHY = "熟悉该社区情况"


async def test_a_locked_expert_is_in_and_an_excluded_one_is_out(db: None) -> None:
    call = await builders.call()
    project, other = await pool.project(call, 0), await pool.project(call, 0)
    experts = await pool.pool(12)
    far = await pool.expert("远处专家", 2)
    coordinator = await reviewing.host()
    await actions.hold(coordinator, call.code, kind="lock", expert="远处专家", code=project.code, why=WHY)
    await actions.hold(coordinator, call.code, kind="exclude", expert="专家02", code="", why=WHY)
    await actions.hold(coordinator, call.code, kind="exclude", expert="专家00", code=other.code, why=WHY)

    run = await pool.answered(call, coordinator, "lottery")

    seated = {
        (project, expert)
        for project, expert in await rows.DB.run_querystring(Q("SELECT project, expert FROM match_pair WHERE run = {}", run.id))
    }
    assert run.state == RunState.DONE
    assert (project.id, far) in seated
    assert await rows.column(Q("SELECT expert FROM match_pair WHERE run = {} AND locked", run.id)) == [far]
    assert experts[2] not in {expert for _, expert in seated}
    assert (other.id, experts[0]) not in seated


async def test_a_lifted_hold_counts_no_more_and_its_line_stays(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    await pool.pool(8)
    await pool.expert("远处专家", 2)
    coordinator = await reviewing.host()
    await actions.hold(coordinator, call.code, kind="lock", expert="远处专家", code=project.code, why=WHY)
    hold = (await queries.holds(coordinator, call.id))[0]

    await actions.lift(coordinator, hold.id)
    run = await pool.answered(call, coordinator)

    assert await queries.holds(coordinator, call.id) == []
    assert await rows.value(Q("SELECT count(*) FROM match_hold WHERE lifted_at IS NOT NULL")) == 1
    assert await rows.value(Q("SELECT count(*) FROM match_pair WHERE run = {} AND locked", run.id)) == 0
    with pytest.raises(Missing):
        await actions.lift(coordinator, hold.id)


async def test_a_lock_never_beats_a_conflict(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    expert = await pool.expert("亲属专家", 0)
    person = await rows.value(Q("SELECT person FROM expert WHERE id = {}", expert))
    await rows.insert(Recusal(project=project.id, person=person, reason="亲属", declared_at=clock.now()))
    coordinator = await reviewing.host()

    with pytest.raises(Refused) as no:
        await actions.hold(coordinator, call.code, kind="lock", expert="亲属专家", code=project.code, why=WHY)

    assert no.value.reason is Reason.LOCK_CONFLICT


async def test_holds_that_cannot_be_meant_are_refused_by_name(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    await pool.expert("张三", 0, "甲单位")
    await pool.expert("张三", 0, "乙单位")
    coordinator = await reviewing.host()

    async def refusal(**given: str) -> object:
        with pytest.raises(Refused) as no:
            await actions.hold(coordinator, call.code, **{"kind": "exclude", "expert": "张三", "code": "", "why": WHY, **given})
        return no.value.reason

    assert await refusal() is Reason.SEVERAL_EXPERTS
    assert await refusal(expert="李四") is Reason.NO_EXPERT
    assert await refusal(kind="lock", expert="张三 甲单位") is Reason.LOCK_NEEDS_PROJECT
    assert await refusal(expert="张三 甲单位", code="MY2026-9999") is Reason.NO_PROJECT
    await actions.hold(coordinator, call.code, kind="lock", expert="张三 甲单位", code=project.code, why=WHY)
    assert await refusal(expert="张三 甲单位", code=project.code) is Reason.HELD_ALREADY
