"""Objections: by name, confidential, freezing one project only, answered by somebody who did not decide first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing
from kernel.rows import Q
from projects.deciding.objections import Upheld
from projects.deciding.rules import Reason
from projects.objecting import actions, queries
from projects.objecting.actions import Reason as ObjectingReason
from projects.publicising import actions as publicising
from projects.states import ObjectionState, State
from projects.tables import CallDuty
from tests import builders
from tests.projects.deciding import round as rounds
from tests.projects.deciding.test_verbs import refusal

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]
NAME, CONTACT = "金丝雀实名人", "13955550123"
STATEMENT = "该项目与已获资助的项目内容重复，有合同为证，请予核查处理。"


async def lodged(business_time: Any, count: int = 2) -> tuple[rounds.Round, str, Actor]:
    """A notice of `count` projects, an objection to the first, and somebody fit to handle it."""
    city = await rounds.released(count, count)
    rounds.later(business_time, 2026, 11, 24)
    code = await actions.lodge(
        await rounds.notice_code(city), city.codes[0], name=NAME, contact=CONTACT, by_unit=False, statement=STATEMENT
    )
    return city, code, await builders.actor(Role.COORDINATOR, city.call.host, "冯经办")


async def version(code: str) -> int:
    return int(await rows.value(Q("SELECT version FROM objection WHERE code = {}", code)))


async def test_an_objection_freezes_its_project_and_no_other(db: None, business_time: Any) -> None:
    city, code, handler = await lodged(business_time)
    notice = await rounds.notice_code(city)
    rounds.later(business_time, 2026, 11, 28)

    assert await refusal(publicising.issue(city.coordinator, notice, city.codes)) is Reason.OBJECTION_OPEN
    assert [await rounds.state_of(p) for p in city.projects] == [State.PUBLICISED, State.PUBLICISED]
    await publicising.issue(city.coordinator, notice, city.codes[1:])
    await actions.answer(handler, code, outcome=Upheld.DISMISSED, text="经核查，不重复。", version=1)
    await publicising.issue(city.coordinator, notice, city.codes[:1])

    assert [await rounds.state_of(p) for p in city.projects] == [State.APPROVED, State.APPROVED]


async def test_an_upheld_objection_cancels_the_project(db: None, business_time: Any) -> None:
    city, code, handler = await lodged(business_time)

    await actions.answer(handler, code, outcome=Upheld.CANCEL, text="经核查属实。", version=1)

    assert [await rounds.state_of(p) for p in city.projects] == [State.CANCELLED, State.PUBLICISED]
    found = await queries.objection(handler, Action.VIEW_OBJECTIONS, code)
    assert (found.state, found.outcome) == (ObjectionState.ANSWERED, Upheld.CANCEL)


async def test_two_upheld_objections_cancel_once_and_leave_nothing_to_do(db: None, business_time: Any) -> None:
    city, code, handler = await lodged(business_time, 1)
    notice = await rounds.notice_code(city)
    second = await actions.lodge(notice, city.codes[0], name="乙", contact="乙地", by_unit=True, statement=STATEMENT)
    rounds.later(business_time, 2026, 11, 28)
    await publicising.close_due_notices()

    for number in (code, second):
        await actions.answer(handler, number, outcome=Upheld.CANCEL, text="经核查属实。", version=1)

    assert await rounds.state_of(city.projects[0]) is State.CANCELLED
    assert await rows.column(Q("SELECT action FROM todo WHERE done_at IS NULL")) == []


async def test_who_decided_first_does_not_answer(db: None, business_time: Any) -> None:
    city, code, _ = await lodged(business_time)

    for person in (city.coordinator, city.second):
        verb = actions.answer(person, code, outcome=Upheld.DISMISSED, text="不成立", version=1)
        assert await refusal(verb) is Reason.DECIDER_ANSWERS
    scorer = await builders.actor(Role.COORDINATOR, city.call.host)
    await rounds.scorer(city, "x", scorer.person)
    assert await refusal(actions.refuse(scorer, code, reason="不成立", version=1)) is Reason.DECIDER_ANSWERS


async def test_the_duty_of_a_call_opens_its_objections_and_other_duties_do_not(db: None, business_time: Any) -> None:
    city, code, _ = await lodged(business_time)
    officer = await builders.actor(Role.OFFICER, await builders.unit("society"))
    for duty, found in (("secretary", 0), ("objections", 1)):
        await rows.insert(CallDuty(call=city.call.id, person=officer.person, duty=duty, assigned_at=rounds.clock.now()))

        assert len(await queries.objections(officer)) == found

    await actions.answer(officer, code, outcome=Upheld.CANCEL, text="经核查属实。", version=1)
    assert await rounds.state_of(city.projects[0]) is State.CANCELLED


async def test_the_answer_is_due_in_seven_working_days_and_once_seven_more(db: None, business_time: Any) -> None:
    _, code, handler = await lodged(business_time)
    first = (await queries.objection(handler, Action.VIEW_OBJECTIONS, code)).due

    await actions.extend(handler, code, reason="需向外地单位核实", version=1)

    second = (await queries.objection(handler, Action.VIEW_OBJECTIONS, code)).due
    assert (first, second) == (date(2026, 12, 3), date(2026, 12, 14))
    assert await refusal(actions.extend(handler, code, reason="再延", version=2)) is Reason.EXTENDED_ONCE
    assert await rows.column(Q("SELECT due FROM todo WHERE action = 'objection.answer' AND done_at IS NULL")) == [second]


async def test_objections_are_taken_by_name_within_the_window_to_what_is_listed(db: None, business_time: Any) -> None:
    city = await rounds.released(2, 1)
    notice = await rounds.notice_code(city)

    def lodge(project: str = city.codes[0], name: str = NAME, statement: str = STATEMENT) -> Awaitable[str]:
        return actions.lodge(notice, project, name=name, contact=CONTACT, by_unit=False, statement=statement)

    assert await refusal(lodge()) is Reason.NOTICE_NOT_BEGUN
    rounds.later(business_time, 2026, 11, 27, 23)
    assert await refusal(lodge(name=" ")) is Reason.NO_NAME
    assert await refusal(lodge(statement=" ")) is Reason.NO_EVIDENCE
    assert await refusal(lodge(project=city.codes[1])) is ObjectingReason.NOT_LISTED
    assert await lodge()
    rounds.later(business_time, 2026, 11, 28, 0)
    assert await refusal(lodge()) is Reason.NOTICE_OVER


async def test_what_the_platform_does_not_offer_is_refused_and_no_answer_is_no_answer(db: None, business_time: Any) -> None:
    _, code, handler = await lodged(business_time)

    cut = actions.answer(handler, code, outcome=Upheld.CUT, text="核减", version=1)
    assert await refusal(cut) is ObjectingReason.NOT_OFFERED
    assert await refusal(actions.answer(handler, code, outcome=Upheld.DISMISSED, text=" ", version=1)) is Reason.NO_ANSWER


async def test_who_objects_is_encrypted_and_shown_to_the_handler_only(db: None, business_time: Any, as_: SignIn) -> None:
    city, code, handler = await lodged(business_time)
    team = await builders.actor(Role.APPLICANT, city.projects[0].organisation, person_id=city.projects[0].author)
    notice = await rounds.notice_code(city)
    stored = str(await rows.column(Q("SELECT objector || contact || statement FROM objection"))) + str(
        await rows.column(
            Q("SELECT facts::text FROM audit_line UNION ALL SELECT title || body FROM letter UNION ALL SELECT title FROM todo")
        )
    )

    assert NAME not in stored
    assert CONTACT not in stored
    browser = await as_(handler)
    assert NAME in (await browser.get(f"/w/objections/{code}")).text, "the handler must be able to reach the objector"
    assert await rows.value(Q("SELECT count(*) FROM access_log WHERE subject_kind = 'objection'")) == 1
    for person in (None, team, city.coordinator, city.director, city.auditor, city.head):
        browser = await as_(person)
        for page in (
            f"/w/objections/{code}",
            "/w/objections",
            f"/w/notices/{notice}",
            f"/notices/{notice}",
            f"/w/proposals/{city.codes[0]}",
            "/account/messages",
        ):
            text = (await browser.get(page)).text
            assert NAME not in text, (page, person)
            assert CONTACT not in text, (page, person)


async def test_that_a_project_is_objected_to_is_nobodys_business_outside(db: None, business_time: Any, as_: SignIn) -> None:
    city, code, _ = await lodged(business_time)
    notice = await rounds.notice_code(city)
    team = await builders.actor(Role.APPLICANT, city.projects[0].organisation, person_id=city.projects[0].author)

    for person in (None, team):
        browser = await as_(person)
        assert "异议核查中" not in (await browser.get(f"/notices/{notice}")).text
        assert (await browser.get(f"/w/objections/{code}")).status_code in {303, 404}


async def test_a_stranger_finds_no_objection(db: None, business_time: Any) -> None:
    _, code, _ = await lodged(business_time)
    stranger = await builders.actor(Role.OFFICER, await builders.unit("society"))

    with pytest.raises(Missing):
        await queries.objector(stranger, code)
    assert await queries.objections(stranger) == []


async def test_the_public_form_keeps_what_was_typed(db: None, business_time: Any, as_: SignIn) -> None:
    city = await rounds.released()
    notice = await rounds.notice_code(city)
    rounds.later(business_time, 2026, 11, 24)
    browser = await as_(None)

    answer = await builders.submit(
        browser,
        f"/objection?notice={notice}",
        project=city.codes[0],
        kind="unit",
        name="",
        contact="甲地址",
        statement="太短",
        promise="",
    )

    assert answer.status_code == 422
    assert "甲地址" in answer.text
    assert "太短" in answer.text
    assert await rows.value(Q("SELECT count(*) FROM objection")) == 0


async def test_before_the_window_begins_its_pages_say_when_and_offer_no_form(db: None, business_time: Any, as_: SignIn) -> None:
    city = await rounds.released()
    notice = await rounds.notice_code(city)
    browser = await as_(None)

    early, form = (await browser.get(f"/notices/{notice}")).text, (await browser.get(f"/objection?notice={notice}")).text
    rounds.later(business_time, 2026, 11, 24)
    begun, open_form = (await browser.get(f"/notices/{notice}")).text, (await browser.get(f"/objection?notice={notice}")).text

    link = f'href="/objection?notice={notice}"'
    assert link not in early
    assert link in begun
    assert "公示期自 2026-11-23 开始" in form
    assert 'name="statement"' not in form
    assert 'name="statement"' in open_form
