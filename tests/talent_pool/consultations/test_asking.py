"""Asking for advice: who may, who sees it, what the office may answer, what stays on the page when something is wrong."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.rows import Q
from talent_pool.consultations import actions, lists, queries
from talent_pool.consultations.lists import Sought
from talent_pool.consultations.rules import Reason
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio


async def open_todos(code: str) -> list[tuple[str, str]]:
    found = await rows.DB.run(
        "SELECT t.action, coalesce(t.role, 'person') FROM todo t JOIN consultation c ON c.id = t.subject"
        " WHERE c.code = $1 AND t.done_at IS NULL ORDER BY 1",
        [code],
    )
    return [(row[0], row[1]) for row in found]


async def test_a_need_gets_a_code_a_deadline_and_the_offices_attention(db: None) -> None:
    office = await scene.coordinator()

    who, code = await scene.asked()

    row = await scene.row(code)
    assert (code, row.state, row.due) == ("ZX2026-0001", "asked", date(2026, 11, 25))
    assert await open_todos(code) == [("consultation.invite", "coordinator")]
    letter = Q("SELECT count(*) FROM letter WHERE kind = 'consultation_asked' AND person = {}", office.person)
    assert await rows.value(letter) == 1
    assert who.person == row.asked_by


async def test_an_urgent_need_is_answered_in_one_working_day(db: None) -> None:
    _, code = await scene.asked(need=replace(scene.NEED, urgency="urgent"))

    assert (await scene.row(code)).due == date(2026, 11, 23)


async def test_who_asks_the_leading_department_and_the_host_see_it_and_nobody_else(db: None) -> None:
    who, code = await scene.asked()
    leading = await builders.actor(Role.OFFICER, await scene.lead("new-employment"))
    sees = [who, leading, await scene.coordinator(), await builders.actor(Role.AUDITOR)]
    blind = [
        await scene.officer("disabled"),
        await builders.actor(Role.EXPERT),
        await builders.actor(Role.STATION_WORKER, await builders.unit("510703001000", kind="station")),
        await builders.actor(Role.FINANCE_OFFICER, await builders.unit("labour")),
    ]

    for actor in sees:
        assert (await queries.show(actor, Action.LIST_CONSULTATIONS, code)).code == code
        assert await lists.count(actor, Action.LIST_CONSULTATIONS, Sought()) == 1
    for actor in blind:
        with pytest.raises(Missing):
            await queries.show(actor, Action.LIST_CONSULTATIONS, code)
        assert await lists.listed(actor, Action.LIST_CONSULTATIONS, Sought()) == []


async def test_the_leading_department_reads_and_changes_nothing(db: None) -> None:
    _, code = await scene.asked()
    leading = await builders.actor(Role.OFFICER, await scene.lead("new-employment"))

    with pytest.raises(Missing):
        await actions.cancel(leading, code, reason="不再需要", version=1)


async def test_a_returned_need_is_asked_again_with_a_new_deadline(db: None) -> None:
    who, code = await scene.asked()
    office = await scene.coordinator()
    await actions.return_for_detail(office, code, reason="请写明人数。", version=1)
    assert await open_todos(code) == [("consultation.ask", "person")]
    scene.morning(24)

    await actions.ask_again(who, code, replace(scene.NEED, need="每周约三起争执，涉及二十名骑手。"), version=2)

    row = await scene.row(code)
    assert (row.state, row.due, row.need) == ("asked", date(2026, 11, 27), "每周约三起争执，涉及二十名骑手。")
    assert await open_todos(code) == [("consultation.invite", "coordinator")]


@pytest.mark.parametrize(
    ("verb", "ends"),
    [(actions.decline, "declined"), (actions.leave_unmet, "unmet"), (actions.cancel, "cancelled")],
)
async def test_what_is_not_arranged_says_why_and_leaves_nothing_to_do(db: None, verb: object, ends: str) -> None:
    _, code = await scene.asked()
    office = await scene.coordinator()

    with pytest.raises(Refused) as no:
        await verb(office, code, reason=" ", version=1)  # type: ignore[operator]
    await verb(office, code, reason="库内没有调解专家。", version=1)  # type: ignore[operator]

    row = await scene.row(code)
    assert no.value.reason is Reason.NO_REASON
    assert (row.state, row.reason) == (ends, "库内没有调解专家。")
    assert await open_todos(code) == []


async def test_two_officers_do_not_answer_the_same_need_twice(db: None) -> None:
    _, code = await scene.asked()
    office = await scene.coordinator()
    await actions.decline(office, code, reason="不属于咨询范围。", version=1)

    with pytest.raises(Stale):
        await actions.leave_unmet(office, code, reason="没有专家。", version=1)
    with pytest.raises(Refused) as no:
        await actions.leave_unmet(office, code, reason="没有专家。", version=2)
    assert no.value.reason is LifeReason.WRONG_STATE


async def test_an_officer_asks_on_the_page_and_what_was_typed_stays_when_something_is_missing(db: None, as_: SignIn) -> None:
    await scene.lead("new-employment")
    browser = await as_(await scene.officer())
    typed = {
        **{"topic": "骑手驿站的冲突调解", "need": "太短", "area": "new-employment", "mode": "on-site", "urgency": "normal"},
        **{"seats": "1", "fields": ["new-employment.riders"], "wished_on": "2026-11-19"},
    }

    short = await builders.submit(browser, "/w/consultations/new", **typed)
    past = await builders.submit(browser, "/w/consultations/new", **{**typed, "need": "驿站里常有争执，想请专家指导。"})
    done = await builders.submit(
        browser, "/w/consultations/new", **{**typed, "need": "驿站里常有争执，想请专家指导。", "wished_on": "2026-11-26"}
    )

    assert (short.status_code, past.status_code, done.status_code) == (422, 422, 303)
    assert "骑手驿站的冲突调解" in short.text
    assert "至少 10 个字" in short.text
    assert 'value="new-employment.riders" checked' in short.text
    assert "期望日期不能早于今天" in past.text
    shown = await browser.get(done.headers["location"])
    assert "2026年11月26日" in shown.text
    assert "外卖骑手与快递员服务" in shown.text


async def test_a_double_click_asks_once(db: None, as_: SignIn) -> None:
    await scene.lead("new-employment")
    browser = await as_(await scene.officer())
    page = await browser.get("/w/consultations/new")
    typed = {
        **{name: builders.hidden(page.text, name) for name in ("csrf", "once")},
        **{"topic": "骑手驿站的冲突调解", "need": "驿站里常有争执，想请专家指导。", "area": "new-employment"},
        **{"mode": "on-site", "urgency": "normal", "seats": "1"},
    }

    first = await browser.post("/w/consultations/new", data=typed)
    second = await browser.post("/w/consultations/new", data=typed)

    assert first.headers["location"] == second.headers["location"]
    assert await rows.value(Q("SELECT count(*) FROM consultation")) == 1


async def test_a_file_of_a_need_opens_for_those_who_see_the_need(db: None, as_: SignIn) -> None:
    from tests.projects.awarded import Sent

    await scene.lead("new-employment")
    who = await scene.officer()
    unit = who.memberships[0].unit
    assert unit is not None
    about = actions.About(unit, actions.Parties())
    code = await actions.ask(who, scene.NEED, about, [Sent("台账.pdf")])
    office, (one, person), stranger = await scene.coordinator(), await scene.expert(), await scene.officer("disabled")
    await scene.invite(office, code, one)
    file = await rows.value(Q("SELECT id FROM file WHERE owner_kind = 'consultation'"))

    async def opens(actor: Actor | None) -> int:
        return (await (await as_(actor)).get(f"/files/{file}")).status_code

    assert [await opens(actor) for actor in (who, office, person)] == [200, 200, 200]
    assert [await opens(actor) for actor in (stranger, None)] == [404, 404]


@pytest.mark.parametrize("count", [1, 4])
async def test_the_list_and_one_need_take_the_same_queries_however_many_there_are(db: None, as_: SignIn, count: int) -> None:
    for _ in range(count):
        _, code = await scene.asked()
    for number in range(count):
        await scene.expert(f"专家{number}")
    browser = await as_(await scene.coordinator())

    async def asked(url: str) -> int:
        token = rows.DB.queries.set([])
        answer = await browser.get(url)
        found = rows.DB.queries.get() or []
        rows.DB.queries.reset(token)
        assert answer.status_code == 200
        return len(found)

    assert (await asked("/w/consultations"), await asked(f"/w/consultations/{code}")) == (LIST_QUERIES, SHOW_QUERIES)


LIST_QUERIES, SHOW_QUERIES = 4, 9
