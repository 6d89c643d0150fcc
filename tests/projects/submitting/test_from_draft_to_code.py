"""A proposal is filled in, submitted to the unit, endorsed, and then has a code, a lead and everybody concerned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from kernel import clock, rows, todo
from kernel.access import Action
from kernel.errors import Missing, Refused, Stale
from kernel.moves import move
from kernel.rows import Q
from projects.queries import project_id
from projects.states import State
from projects.submitting import actions, drafts, queries, report
from projects.submitting.endorsing import actions as endorsing
from projects.submitting.rules import Reason
from projects.tables import Correction, Project
from tests import builders
from tests.projects.submitting import city

pytestmark = pytest.mark.anyio


async def row_of(ref: str) -> queries.Proposal:
    ident = await rows.value(Q("SELECT id FROM project WHERE id::text = {} OR code = {}", ref, ref))
    return await queries.proposal(ident)


async def test_a_full_proposal_has_nothing_left_to_mend(db: None, upload: Any) -> None:
    world = await city.build()

    ref = await city.filled(world, upload)

    row = await row_of(ref)
    facts = await drafts.facts(row, await drafts.saved(row.id))
    assert [p.sentence for p in report.all_problems(facts)] == []
    assert row.total == city.TOTAL
    assert {t.state for t in report.tasks(facts.pack, [], set(await drafts.saved(row.id)), None)} == {"done"}


async def test_endorsing_gives_the_code_and_tells_whom_it_concerns(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    assert [t.action for t in await todo.waiting(world.admin)] == [Action.ENDORSE_PROJECT]

    url = await endorsing.endorse(world.admin, ref, await city.version(ref))

    code = url.split("/")[3]
    row = await row_of(code)
    assert (row.state, row.requested) == (State.SUBMITTED, city.TOTAL)
    assert code.startswith("MY2026-")
    assert code.removeprefix("MY2026-").isdigit()
    whys = await rows.column(Q("SELECT DISTINCT why FROM involvement WHERE project = {} ORDER BY why", row.id))
    assert whys == ["co", "county", "host", "lead", "payee", "team"]
    assert await rows.value(Q("SELECT amount FROM amount WHERE project = {} AND kind = 'requested'", row.id)) == city.TOTAL
    assert [t.action for t in await todo.waiting(world.coordinator)] == [Action.ACCEPT_PROJECT]
    assert await todo.waiting(world.admin) == []
    assert await rows.column(Q("SELECT person FROM letter WHERE kind = 'proposal_endorsed'")) == [world.applicant.person]


async def test_staff_see_nothing_before_the_unit_has_endorsed(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)

    with pytest.raises(Missing):
        await project_id(world.coordinator, Action.VIEW_PROJECT, ref)

    await endorsing.endorse(world.admin, ref, await city.version(ref))
    assert await project_id(world.coordinator, Action.VIEW_PROJECT, ref) is not None


async def test_who_filled_in_does_not_endorse(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    both = await builders.actor(city.Role.ORGANISATION_ADMIN, world.unit, person_id=world.applicant.person)

    with pytest.raises(Refused) as no:
        await endorsing.endorse(both, ref, await city.version(ref))

    assert no.value.reason is Reason.OWN_WORK


async def test_an_incomplete_proposal_is_not_submitted(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.start(world)

    with pytest.raises(Refused) as no:
        await actions.submit(world.applicant, ref, promised=True, version=1)

    assert no.value.reason is Reason.NOT_COMPLETE


async def test_a_missing_attachment_is_named(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    row = await row_of(ref)
    own = next(f for f in await queries.attached(row) if not f.from_record)

    await actions.remove_paper(world.applicant, ref, own.id)

    row = await row_of(ref)
    found = report.all_problems(await drafts.facts(row, {}))
    assert [p.sentence for p in found] == ["请上传“落地社区意见”。"]


async def test_without_the_promise_nothing_is_submitted(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)

    with pytest.raises(Refused) as no:
        await actions.submit(world.applicant, ref, promised=False, version=await city.version(ref))

    assert no.value.reason is Reason.NOT_PROMISED


async def test_after_the_deadline_nothing_is_saved_or_submitted(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    clock.fix(datetime(2026, 12, 1, 0, 0, 1, tzinfo=clock.SHANGHAI))

    with pytest.raises(Refused) as no:
        await actions.submit(world.applicant, ref, promised=True, version=await city.version(ref))
    assert no.value.reason is Reason.FILL_CLOSED
    with pytest.raises(Refused):
        await actions.save(world.applicant, ref, "need", 1, {}, [])


async def test_the_last_second_before_midnight_still_counts(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    clock.fix(datetime(2026, 11, 30, 23, 59, 59, tzinfo=clock.SHANGHAI))

    await actions.submit(world.applicant, ref, promised=True, version=await city.version(ref))

    assert (await row_of(ref)).state is State.ENDORSING


async def test_a_section_saved_from_an_old_page_is_stale_and_another_section_is_not(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)
    await actions.save(world.applicant, ref, "need", 0, {"goal": "第一版"}, [])

    with pytest.raises(Stale):
        await actions.save(world.applicant, ref, "need", 0, {"goal": "第二版"}, [])
    assert await actions.save(world.applicant, ref, "party", 0, {"partners": "街道"}, []) == 1

    assert (await row_of(ref)).answers["need"]["goal"] == "第一版"


async def test_lines_that_cannot_be_stored_are_kept_as_typed(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)
    wrong = [{**city.LINES["budget"][0], "unit_price": "一千五"}, city.LINES["budget"][1]]

    await actions.save(world.applicant, ref, "budget", 0, {}, wrong)

    row = await row_of(ref)
    states = await drafts.saved(row.id)
    assert states["budget"].lines == wrong
    assert [line.item for line in row.budget] == ["社工劳务"]
    sentences = [p.sentence for p in report.all_problems(await drafts.facts(row, states)) if p.section == "budget"]
    assert any("一千五" in sentence for sentence in sentences)

    await actions.save(world.applicant, ref, "budget", 1, {}, city.LINES["budget"])

    row = await row_of(ref)
    assert (await drafts.saved(row.id))["budget"].lines is None
    assert len(row.budget) == 3


async def test_below_an_unreadable_line_every_line_keeps_its_number(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)
    first, second, third = city.LINES["budget"]
    await actions.save(
        world.applicant,
        ref,
        "budget",
        0,
        {},
        [{**first, "unit_price": "一千五"}, {**second, "basis": ""}, {**third, "category": "moon"}],
    )

    row = await row_of(ref)
    found = report.all_problems(await drafts.facts(row, await drafts.saved(row.id)))

    assert [(p.field, p.sentence) for p in found if p.section == "budget" and "行：" in p.sentence] == [
        ("lines-2-category", "第 3 行：预算科目不在本批次范围内，请重新选择。"),
        ("lines", "第 2 行：请填写测算依据。"),
    ]


async def test_a_line_beside_an_unreadable_one_counts_once(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)
    first, second, _ = city.LINES["indicators"]
    await actions.save(world.applicant, ref, "indicators", 0, {}, [{**first, "target": "三十"}, second])

    row = await row_of(ref)
    found = report.all_problems(await drafts.facts(row, await drafts.saved(row.id)))

    assert [p.refusal.reason for p in found if p.section == "indicators"] == [Reason.TOO_FEW_ROWS, Reason.NOT_A_NUMBER]


async def test_a_budget_typed_in_wan_is_pointed_out(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)

    await actions.save(world.applicant, ref, "budget", 0, {}, [{**city.LINES["budget"][0], "quantity": "1", "unit_price": "8"}])

    row = await row_of(ref)
    found = [p.refusal.reason for p in report.all_problems(await drafts.facts(row, {})) if p.field == "lines"]
    assert found == [Reason.LOOKS_LIKE_WAN]


async def test_a_budget_over_the_cap_names_the_cap(db: None) -> None:
    world = await city.build()
    ref = await city.start(world)

    await actions.save(
        world.applicant, ref, "budget", 0, {}, [{**city.LINES["budget"][0], "quantity": "1", "unit_price": "100000.01"}]
    )

    row = await row_of(ref)
    found = [p.sentence for p in report.all_problems(await drafts.facts(row, {})) if p.field == "lines"]
    assert found == ["申请总额 100,000.01 元超过上限 100,000.00 元。"]


async def test_starting_twice_leads_to_the_same_draft(db: None) -> None:
    world = await city.build()

    assert await city.start(world) == await city.start(world)


async def test_one_proposal_per_unit(db: None, upload: Any) -> None:
    world = await city.build()
    await city.submitted(world, upload)

    with pytest.raises(Refused) as no:
        await city.start(world)

    assert no.value.reason is Reason.ENOUGH


async def test_returned_to_the_author_it_is_a_draft_again(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)

    await endorsing.return_to_author(world.admin, ref, "请补充需求数据", await city.version(ref))

    assert (await row_of(ref)).state is State.DRAFT
    assert [t.action for t in await todo.waiting(world.applicant)] == [Action.SUBMIT_PROJECT]


async def test_what_nobody_endorsed_lapses_once(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    other = await builders.project(of=world.call)
    clock.fix(datetime(2026, 12, 2, 12, tzinfo=clock.SHANGHAI))
    await endorsing.lapse_overdue()
    assert ((await row_of(ref)).state, (await row_of(str(other.id))).state) == (State.ENDORSING, State.LAPSED)

    clock.fix(datetime(2026, 12, 3, 0, 1, tzinfo=clock.SHANGHAI))
    await endorsing.lapse_overdue()
    await endorsing.lapse_overdue()

    assert (await row_of(ref)).state is State.LAPSED
    assert await rows.value(Q("SELECT count(*) FROM letter WHERE kind = 'proposal_lapsed'")) == 2


async def test_a_correction_opens_only_what_it_names(db: None, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    code = (await endorsing.endorse(world.admin, ref, await city.version(ref))).split("/")[3]
    row = await row_of(code)
    await correct(row, ["need.analysis"])

    longer = city.ANSWERS["need"]["analysis"] + "补充数据来源。"
    await actions.save(world.applicant, code, "need", 1, {"analysis": longer, "goal": "偷偷改掉"}, [])
    await actions.submit(world.applicant, code, promised=True, version=await city.version(code))
    await endorsing.endorse(world.admin, code, await city.version(code))

    after = await row_of(code)
    assert (after.state, after.code) == (State.SUBMITTED, code)
    assert after.answers["need"]["analysis"] == longer
    assert after.answers["need"]["goal"] == city.ANSWERS["need"]["goal"]
    assert await drafts.correcting(row.id) is None
    assert await rows.value(Q("SELECT count(*) FROM submission WHERE project = {}", row.id)) == 2


async def correct(row: queries.Proposal, named: list[str]) -> None:
    """What screening writes when it returns a proposal."""
    project = await rows.find(Project, Project.id == row.id)
    officer = await builders.actor(city.Role.COORDINATOR, await builders.unit("society"))
    await move(officer, project, Action.RETURN_FOR_CHANGES, reason="请补充")
    columns: dict[str, Any] = {
        "named": msgspec.json.encode(named).decode(),
        "explanation": "请补充",
        "days": 3,
        "due": date(2026, 11, 25),
        "before": "{}",
        "total_before": row.total,
        "returned_by": officer.person,
        "returned_at": clock.now(),
    }
    await rows.insert(Correction(project=row.id, **columns))
