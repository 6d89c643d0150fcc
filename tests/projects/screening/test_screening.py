"""Screening as officers live it: accept, return once, refuse, readmit, opinion, audited amount, the list."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from kernel import clock, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.money import Fen, yuan
from kernel.rows import DB, Q
from projects.screening import actions, rules
from projects.screening.queries import Filter, proposals
from projects.screening.words import CHECKLIST
from projects.states import State
from projects.tables import Project
from tests import builders
from tests.conftest import SignIn

pytestmark = pytest.mark.anyio
ALL_MET: dict[str, bool | None] = dict.fromkeys(CHECKLIST, True)


async def coordinator(name: str = "示例主办经办") -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"), name)


async def state_of(project: Project) -> str:
    return str(await rows.value(Q("SELECT state FROM project WHERE id = {}", project.id)))


async def test_a_proposal_is_accepted_and_the_team_is_told(db: None) -> None:
    project = await builders.project(State.SUBMITTED)

    await actions.accept(await coordinator(), project.code, items=ALL_MET, note="", version=1)

    assert await state_of(project) == State.ACCEPTED
    assert await rows.column(Q("SELECT kind FROM letter WHERE person = {}", project.author)) == ["proposal_accepted"]


async def test_an_undecided_item_holds_the_acceptance_up(db: None) -> None:
    project = await builders.project(State.SUBMITTED)

    with pytest.raises(Refused) as no:
        await actions.accept(await coordinator(), project.code, items={**ALL_MET, "credit": None}, note="", version=1)

    assert no.value.reason is rules.Reason.OPEN_ITEMS
    assert await state_of(project) == State.SUBMITTED


async def test_a_stale_page_does_not_accept(db: None) -> None:
    project = await builders.project(State.SUBMITTED, version=2)

    with pytest.raises(Stale):
        await actions.accept(await coordinator(), project.code, items=ALL_MET, note="", version=1)


async def test_a_return_names_fields_and_days_and_asks_the_author(db: None) -> None:
    project = await builders.project(State.SUBMITTED)
    head = await coordinator()

    await actions.return_for_changes(
        head, project.code, fields=["need.analysis"], explanation="请补充数据来源", days=3, head_reason="", version=1
    )

    waiting = await todo.waiting(Actor(project.author, "示例申报人"))
    assert [(item.action, item.due) for item in waiting] == [(Action.RESUBMIT_PROJECT, clock.add_working_days(clock.today(), 3))]
    assert await state_of(project) == State.RETURNED


async def test_a_second_return_needs_the_heads_reason(db: None) -> None:
    project = await builders.project(State.SUBMITTED)
    officer = await coordinator()
    once = {"fields": ["need.analysis"], "explanation": "请补充", "days": 3}
    await actions.return_for_changes(officer, project.code, **once, head_reason="", version=1)
    await rows.execute(Q("UPDATE project SET state = 'submitted' WHERE id = {}", project.id))
    await rows.execute(Q("UPDATE correction SET answered_at = {} WHERE project = {}", clock.now(), project.id))

    with pytest.raises(Refused) as no:
        await actions.return_for_changes(officer, project.code, **once, head_reason="", version=2)

    assert no.value.reason is rules.Reason.SECOND_RETURN


async def test_who_refused_does_not_readmit(db: None) -> None:
    project = await builders.project(State.SUBMITTED)
    officer = await coordinator()
    await actions.refuse(officer, project.code, grounds="不属于重点领域", version=1)

    with pytest.raises(Refused) as no:
        await actions.readmit(officer, project.code, reason="复核", version=2)
    await actions.readmit(await coordinator("另一位"), project.code, reason="复核后符合", version=2)

    assert no.value.reason is rules.Reason.SAME_OFFICER
    assert await state_of(project) == State.SUBMITTED


async def test_readmission_is_open_only_for_its_days(db: None) -> None:
    project = await builders.project(State.SUBMITTED)
    await actions.refuse(await coordinator(), project.code, grounds="不属于重点领域", version=1)
    clock.fix(clock.now() + timedelta(days=10))

    with pytest.raises(Refused) as no:
        await actions.readmit(await coordinator("另一位"), project.code, reason="复核", version=2)

    assert no.value.reason is rules.Reason.READMIT_CLOSED


async def test_the_audited_amount_never_exceeds_the_request_and_a_cut_says_why(db: None) -> None:
    project = await builders.project(State.ACCEPTED, requested=yuan(50_000))
    officer = await coordinator()

    for audited, note, reason in (
        (yuan(50_001), "", rules.Reason.OVER_REQUESTED),
        (yuan(40_000), "", rules.Reason.NO_CUT_REASON),
    ):
        with pytest.raises(Refused) as no:
            await actions.review_budget(officer, project.code, audited=Fen(audited), note=note, version=1)
        assert no.value.reason is reason
    await actions.review_budget(officer, project.code, audited=yuan(40_000), note="物资单价偏高", version=1)

    assert await rows.value(Q("SELECT audited FROM project WHERE id = {}", project.id)) == yuan(40_000)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE_OFFICER, Role.SUPERVISOR, Role.APPLICANT, Role.EXPERT])
async def test_others_do_not_accept(db: None, role: Role) -> None:
    project = await builders.project(State.SUBMITTED)

    with pytest.raises(Missing):
        await actions.accept(
            await builders.actor(role, await builders.unit("society")), project.code, items=ALL_MET, note="", version=1
        )


async def test_the_list_shows_an_officer_only_what_concerns_the_department(db: None) -> None:
    ours = await builders.project(State.SUBMITTED)
    elsewhere = await builders.project(
        State.SUBMITTED, of=await builders.call(host=await builders.unit("health")), lead=await builders.unit("health")
    )
    mine = await builders.actor(Role.OFFICER, await builders.unit("society"))
    city = await coordinator()

    assert [row.code for row in await proposals(mine, Filter(), 1)] == [ours.code]
    assert {row.code for row in await proposals(city, Filter(), 1)} == {ours.code, elsewhere.code}


async def test_drafts_are_on_no_officers_list(db: None) -> None:
    await builders.project(State.DRAFT)
    await builders.project(State.ENDORSING)

    assert await proposals(await coordinator(), Filter(), 1) == []


@pytest.mark.parametrize("wanted", ["食堂", "社区食堂志愿", "食", "MY2026-000001"])
async def test_search_finds_two_characters_one_character_and_the_code(db: None, wanted: str) -> None:
    await builders.project(State.SUBMITTED, code="MY2026-000001", title="社区食堂志愿服务（示例）")
    await builders.project(State.SUBMITTED, title="乡村夜校（示例）")

    found = await proposals(await coordinator(), Filter(q=wanted), 1)

    assert [row.code for row in found] == ["MY2026-000001"]


@pytest.mark.parametrize("rows_there", [1, 3])
async def test_the_list_costs_the_same_queries_for_one_row_and_three(db: None, as_: SignIn, rows_there: int) -> None:
    for _ in range(rows_there):
        await builders.project(State.SUBMITTED)
    browser = await as_(await coordinator())

    counted: list[str] = []
    token = DB.queries.set(counted)
    page = await browser.get("/w/proposals?stage=screening&area=new-employment")
    DB.queries.reset(token)

    assert page.text.count('<th scope="row">') == rows_there
    assert len(counted) == 3


async def test_the_page_accepts_through_its_own_form(db: None, as_: SignIn) -> None:
    project = await builders.project(State.SUBMITTED)
    browser = await as_(await coordinator())
    where = f"/w/proposals/{project.code}"

    answer: httpx.Response = await builders.submit(browser, where, f"{where}/accept", items=list(CHECKLIST))

    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert "资格审查通过" in (await browser.get(where)).text


async def test_a_refusal_keeps_what_was_typed(db: None, as_: SignIn) -> None:
    project = await builders.project(State.ACCEPTED, requested=yuan(50_000))
    browser = await as_(await coordinator())
    where = f"/w/proposals/{project.code}"

    answer = await builders.submit(browser, where, f"{where}/budget", audited="60000", note="写了半天的理由")

    assert answer.status_code == 422
    assert "不能超过申请金额" in answer.text
    assert "写了半天的理由" in answer.text
    assert 'value="60000' in answer.text


async def test_a_double_click_gets_the_same_answer_and_one_conclusion(db: None, as_: SignIn) -> None:
    project = await builders.project(State.SUBMITTED)
    browser = await as_(await coordinator())
    where = f"/w/proposals/{project.code}"
    shown = (await browser.get(where)).text
    sent = {name: builders.hidden(shown, name) for name in ("csrf", "once", "version")} | {"items": list(CHECKLIST)}

    first, second = [await browser.post(f"{where}/accept", data=sent) for _ in range(2)]

    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"]) == (303, where)
    assert await rows.value(Q("SELECT count(*) FROM screening WHERE project = {}", project.id)) == 1


async def test_a_foreign_and_an_unknown_code_look_the_same(db: None, as_: SignIn) -> None:
    elsewhere = await builders.unit("health")
    foreign = await builders.project(State.SUBMITTED, of=await builders.call(host=elsewhere), lead=elsewhere)
    browser = await as_(await builders.actor(Role.OFFICER, await builders.unit("scitech")))

    answers = [await browser.get(f"/w/proposals/{ref}") for ref in (foreign.code, "MY2026-9999", foreign.id)]

    assert {answer.status_code for answer in answers} == {404}
