"""The consultation itself: told to both sides, recorded, answered, spoken about by both, and ended when all have."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.rows import Q
from talent_pool.consultations import queries
from talent_pool.consultations.holding import actions
from talent_pool.consultations.kinds import Help
from talent_pool.consultations.queries import History
from talent_pool.consultations.rules import Reason, advice_lines
from talent_pool.profiles import record
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio


async def refused(verb: object) -> object:
    with pytest.raises(Refused) as no:
        await verb  # type: ignore[misc]
    return no.value.reason


async def lines(code: str) -> list[queries.AdviceRow]:
    return await queries.advice((await scene.row(code)).id)


async def answers(who: Actor, code: str, *said: tuple[bool, str]) -> None:
    given = {line.id: one for line, one in zip(await lines(code), said, strict=False)}
    await actions.decide_advice(who, code, given, version=await scene.version(code))


async def test_time_and_place_reach_both_sides_and_cannot_be_past(db: None) -> None:
    who, office, person, code, _ = await scene.agreed()
    late = datetime(2026, 11, 19, 9, tzinfo=clock.SHANGHAI)
    good = datetime(2026, 11, 25, 14, 30, tzinfo=clock.SHANGHAI)

    no = await refused(actions.schedule(office, code, meets_at=late, place="驿站", agenda="", version=await scene.version(code)))
    await actions.schedule(
        office, code, meets_at=good, place="涪城区骑手驿站", agenda="调解流程", version=await scene.version(code)
    )

    told = await rows.column(Q("SELECT person FROM letter WHERE kind = 'consultation_scheduled'"))
    assert no is Reason.MEETS_PAST
    assert set(told) == {who.person, person.person}
    assert (await scene.row(code)).meets_at == good


async def test_what_the_expert_drafts_waits_for_the_office_and_for_nobody_else(db: None, as_: SignIn) -> None:
    _, office, person, code, ident = await scene.agreed()
    browser = await as_(person)

    saved = await builders.submit(
        browser, f"/r/consultations/{ident}", f"/r/consultations/{ident}/draft", draft="建议设立值班长。"
    )
    page = await (await as_(office)).get(f"/w/consultations/{code}")

    assert saved.status_code == 303
    assert "建议设立值班长。" in page.text
    with pytest.raises(Stale):
        await actions.draft_minutes(person, ident, "别的", version=1)


async def test_minutes_need_words_and_a_day_that_has_come(db: None) -> None:
    _, office, _, code, _ = await scene.agreed()

    async def record(day: date, minutes: str) -> None:
        await actions.record(
            office, code, held_on=day, duration=60, minutes=minutes, advice=[], version=await scene.version(code)
        )

    assert await refused(record(date(2026, 11, 21), "已现场座谈")) is Reason.HELD_LATER
    assert await refused(record(date(2026, 11, 20), " ")) is Reason.NO_MINUTES
    assert await scene.state(code) == "agreed"


async def test_minutes_are_not_written_before_an_expert_has_agreed(db: None) -> None:
    _, code = await scene.asked()
    office = await scene.coordinator()

    no = await refused(
        actions.record(office, code, held_on=date(2026, 11, 20), duration=60, minutes="座谈", advice=[], version=1)
    )

    assert no is LifeReason.WRONG_STATE


async def test_a_piece_of_advice_is_adopted_or_refused_with_a_reason(db: None) -> None:
    who, _, _, code, _ = await scene.held()

    no = await refused(answers(who, code, (True, ""), (False, " ")))
    await answers(who, code, (True, ""), (False, "驿站没有人手。"))

    assert no is Reason.REFUSED_WITHOUT_REASON
    assert [(line.adopted, line.reason) for line in await lines(code)] == [(True, ""), (False, "驿站没有人手。")]


async def test_minutes_written_again_keep_the_advice_that_was_answered(db: None) -> None:
    who, office, _, code, _ = await scene.held()
    await answers(who, code, (True, ""))

    await actions.record(
        office,
        code,
        held_on=date(2026, 11, 20),
        duration=90,
        minutes="补充：另与两家商户座谈。",
        advice=["先分流再调解。", "每月回访。"],
        version=await scene.version(code),
    )

    assert [(line.text, line.adopted) for line in await lines(code)] == [("先分流再调解。", True), ("每月回访。", None)]
    assert (await scene.row(code)).duration == 90


async def test_a_small_change_of_the_record_in_the_page_keeps_the_advice_that_waits(db: None, as_: SignIn) -> None:
    who, office, _, code, _ = await scene.held()
    await answers(who, code, (True, ""))
    browser = await as_(office)
    page = (await browser.get(f"/w/consultations/{code}")).text
    kept = re.findall(r'<textarea[^>]*name="advice"[^>]*>\n?([^<]*)</textarea>', page)[0]

    sent = {"held_on": "2026-11-20", "duration": "90", "minutes": "座谈。", "advice": kept}
    answer = await builders.submit(browser, f"/w/consultations/{code}", f"/w/consultations/{code}/minutes", **sent)

    assert (answer.status_code, kept) == (303, "建立值班表。")
    assert [(line.text, line.adopted) for line in await lines(code)] == [("先分流再调解。", True), ("建立值班表。", None)]


async def test_it_is_finished_when_both_sides_have_spoken_and_all_advice_is_answered(db: None) -> None:
    who, _, person, code, ident = await scene.held()
    await actions.give_feedback(who, code, Help.HELPED, "很及时", version=await scene.version(code))
    await actions.give_expert_feedback(person, ident, Help.PARTLY, "", version=await invitation_version(ident))
    before = await scene.state(code)

    await answers(who, code, (True, ""), (True, ""))

    assert before == "held"
    assert await scene.state(code) == "finished"
    left = await rows.column(Q("SELECT action FROM todo WHERE done_at IS NULL ORDER BY action"))
    assert left == ["fee.enter"]


async def invitation_version(ident: UUID) -> int:
    return int(await rows.value(Q("SELECT version FROM invitation WHERE id = {}", ident)))


async def test_the_office_ends_it_when_somebody_stays_silent_but_not_before_the_day(db: None) -> None:
    _, office, _, code, _ = await scene.held()

    early = await refused(actions.finish(office, code, version=await scene.version(code)))
    scene.morning(28)
    await actions.finish(office, code, version=await scene.version(code))

    assert early is Reason.FEEDBACK_OPEN
    assert await scene.state(code) == "finished"


async def test_only_the_asking_side_answers_and_only_who_came_speaks_for_the_experts(db: None) -> None:
    _, office, _, code, ident = await scene.held()
    _, stranger = await scene.expert("王五")

    for verb in (
        actions.give_feedback(office, code, Help.HELPED, "", version=await scene.version(code)),
        actions.decide_advice(office, code, {}, version=await scene.version(code)),
        actions.give_feedback(stranger, code, Help.HELPED, "", version=await scene.version(code)),
        actions.give_expert_feedback(stranger, ident, Help.HELPED, "", version=2),
    ):
        with pytest.raises(Missing):
            await verb


async def test_an_experts_history_counts_what_was_held_with_its_hours(db: None) -> None:
    _, _, person, code, ident = await scene.held(duration=135)
    one = await rows.value(Q("SELECT expert FROM invitation WHERE id = {}", ident))

    mine = await queries.of_expert(person.person)

    assert await queries.history(one) == History(held=1, minutes=135, open=0, last_on=date(2026, 11, 20))
    assert [much for _, much in await record.of(one)] == ["1", "2 小时 15 分", "0", "2026-11-20"]
    assert [(line.code, line.duration, line.waits_for_feedback) for line in mine] == [(code, 135, True)]


async def test_the_asking_side_sees_who_comes_but_neither_drafts_nor_refusals(db: None, as_: SignIn) -> None:
    who, code = await scene.asked()
    (one, first), (two, second) = await scene.expert("张三丰"), await scene.expert("王五六")
    office = await scene.coordinator()
    invited = await scene.invite(office, code, one, two)
    from talent_pool.consultations.inviting import actions as inviting

    await inviting.decline(first, invited[0], "与该单位有纠纷")
    await inviting.accept(second, invited[1])
    await actions.draft_minutes(second, invited[1], "只给主办部门看的草稿", version=2)

    page = (await (await as_(who)).get(f"/w/consultations/{code}")).text

    assert "王五六" in page
    assert "张三丰" not in page
    assert "与该单位有纠纷" not in page
    assert "只给主办部门看的草稿" not in page


async def test_an_expert_who_has_not_accepted_sees_the_need_and_not_the_meeting(db: None, as_: SignIn) -> None:
    _, office, _, code, _ = await scene.agreed()
    await rows.execute(Q("UPDATE consultation SET seats = 2, state = 'inviting' WHERE code = {}", code))
    two, second = await scene.expert("王五")
    (ident,) = await scene.invite(office, code, two)
    await rows.execute(Q("UPDATE consultation SET place = '秘密地点', minutes = '不公开记录' WHERE code = {}", code))

    page = (await (await as_(second)).get(f"/r/consultations/{ident}")).text

    assert "骑手驿站的冲突调解" in page
    assert "秘密地点" not in page
    assert "不公开记录" not in page


async def test_the_whole_page_is_walked_by_the_asking_side(db: None, as_: SignIn) -> None:
    who, _, _, code, _ = await scene.held()
    browser, url = await as_(who), f"/w/consultations/{code}"

    wrong = await builders.submit(browser, url, f"{url}/advice", yes_1="yes", yes_2="no", why_2="")
    right = await builders.submit(browser, url, f"{url}/advice", yes_1="yes", yes_2="no", why_2="没有人手")
    silent = await builders.submit(browser, url, f"{url}/feedback", text="写了说明没选")
    said = await builders.submit(browser, url, f"{url}/feedback", helped="helped", text="有启发")

    assert [a.status_code for a in (wrong, right, silent, said)] == [422, 303, 422, 303]
    assert "第 2 条建议未采纳" in wrong.text
    assert "写了说明没选" in silent.text
    assert (await queries.show(who, Action.LIST_CONSULTATIONS, code)).helped is Help.HELPED


def test_lines_of_advice_lose_their_numbers_and_blank_ones() -> None:
    assert advice_lines("1. 先分流\n\n2、再调解\n  \n（三）回访") == ["先分流", "再调解", "（三）回访"]
