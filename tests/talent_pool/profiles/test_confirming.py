"""Once a year everybody is asked, once; silence of sixty days keeps out of the draw; papers that run out are told once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from kernel import clock, rows, todo
from kernel.access import Action, Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from talent_pool.profiles import keeping, queries, rules
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.confirming import actions
from talent_pool.profiles.kinds import DocumentKind
from talent_pool.profiles.tables import Expert, ExpertDocument
from tests import builders
from tests.conftest import MORNING, SignIn
from tests.kernel.files import samples
from tests.talent_pool.profiles import pool

pytestmark = pytest.mark.anyio


async def silent_for(days: int) -> None:
    """Everybody's last word is so many days old."""
    await Expert.update({Expert.confirmed_on: clock.today() - timedelta(days=days)}, force=True)


async def test_after_a_year_everybody_is_asked_once_however_often_the_routine_runs(db: None) -> None:
    made, paused = await pool.expert(), await pool.expert("李四")
    await pool.entered("未入库")
    await admitting.pause_expert(await pool.keeper(), paused, "出差")
    await silent_for(365)
    await actions.ask_due_confirmations()
    assert await pool.todos(made) == []

    await silent_for(366)
    await actions.ask_due_confirmations()
    await actions.ask_due_confirmations()
    assert await actions.ask_confirmation(made) is False

    assert await pool.todos(made) == [("expert.confirm", "")]
    assert (await pool.letters(await pool.person_of(made))).count("expert_confirm_due") == 1
    assert await pool.todos(paused) == []
    (item,) = await todo.waiting(await pool.myself(made))
    assert (item.url, item.due) == ("/r/profile", date(2027, 1, 19))


async def test_one_click_confirms_and_the_next_year_asks_again(db: None, as_: SignIn) -> None:
    made = await pool.expert()
    await silent_for(366)
    await actions.ask_due_confirmations()
    browser = await as_(await pool.myself(made))

    answer = await builders.submit(browser, "/r/profile", "/r/profile/confirm")

    found = await queries.own(await pool.myself(made))
    assert (answer.status_code, found.asked_on, found.confirmed_on) == (303, None, date(2026, 11, 20))
    assert await pool.todos(made) == []
    assert "确认无误" not in (await browser.get("/r/profile")).text
    await silent_for(366)
    assert await actions.ask_confirmation(made) is True


async def test_the_link_confirms_once_and_without_signing_in(db: None, as_: SignIn) -> None:
    made = await pool.expert()
    await pool.reachable(made)
    await silent_for(400)
    await actions.ask_due_confirmations()
    url = await pool.sent_link("confirm")
    visitor = await as_(None)

    looked = await visitor.get(url)
    untouched = await rows.value(Q("SELECT asked_on FROM expert"))
    confirmed = await builders.submit(visitor, url)
    again = await visitor.get(url)

    assert (looked.status_code, "张三" in looked.text, untouched) == (200, True, date(2026, 11, 20))
    assert (confirmed.status_code, again.status_code) == (303, 422)
    assert (await queries.by_id(made)).confirmed_on == date(2026, 11, 20)
    with pytest.raises(Refused):
        await actions.confirm_by_link(pool.token_of(url))
    with pytest.raises(Missing):
        await actions.confirm_by_link("x" + pool.token_of(url))


async def test_confirming_at_the_portal_ends_the_link(db: None) -> None:
    made = await pool.expert()
    await pool.reachable(made)
    await silent_for(400)
    await actions.ask_due_confirmations()
    token = pool.token_of(await pool.sent_link("confirm"))

    await actions.confirm_own(await pool.myself(made))

    with pytest.raises(Refused):
        await actions.confirm_by_link(token)


async def test_sixty_days_of_silence_show_and_keep_out_of_the_draw_until_the_answer(db: None, as_: SignIn) -> None:
    made, host = await pool.expert(), await pool.keeper()
    await silent_for(400)
    await actions.ask_due_confirmations()

    async def why(day: datetime) -> str:
        clock.fix(day)
        (entry,) = await queries.roster()
        return rules.why_unavailable(entry, clock.today())

    assert await why(MORNING + timedelta(days=60)) == ""
    assert await why(MORNING + timedelta(days=61)) == "unconfirmed"
    shown = (await (await as_(host)).get(f"/w/experts/{made}")).text
    assert ("待确认" in shown, "不参加抽取" in shown) == (True, True)
    await actions.confirm_own(await pool.myself(made))
    assert await why(MORNING + timedelta(days=61)) == ""


async def test_the_roster_says_who_cannot_be_asked_and_why(db: None) -> None:
    here, away, paused, gone = [await pool.expert(name) for name in ("在库", "请假", "暂停", "离开")]
    await pool.entered("待审")
    host = await pool.keeper()
    await keeping.add_absence(host, Action.MANAGE_EXPERTS, away, date(2026, 11, 23), date(2026, 11, 24))
    await admitting.pause_expert(host, paused, "理由")
    await admitting.remove_expert(host, gone, "理由")

    def why(entry: rules.Entry, day: date) -> str:
        return rules.why_unavailable(entry, date(2026, 11, 20), [day])

    pool_of = {entry.name: entry for entry in await queries.roster()}
    assert set(pool_of) == {"在库", "请假", "暂停"}
    assert {name: why(entry, date(2026, 11, 23)) for name, entry in pool_of.items()} == {
        "在库": "",
        "请假": "absent",
        "暂停": "paused",
    }
    assert [why(pool_of["请假"], date(2026, 11, day)) for day in (22, 24, 25)] == ["", "absent", ""]
    (left,) = await queries.roster([await pool.person_of(gone)])
    assert why(left, date(2026, 11, 23)) == "not-admitted"
    assert all(rules.unavailable_label(reason) for reason in ("absent", "paused", "not-admitted", "unconfirmed"))
    assert here in {entry.expert for entry in pool_of.values()}


async def test_papers_that_run_out_are_told_once_to_the_expert_and_the_host(db: None) -> None:
    made = await pool.expert()
    me = await pool.myself(made)
    for kind, day in ((DocumentKind.CONSENT, 20), (DocumentKind.QUALIFICATION, 21)):
        await keeping.add_document(
            me, Action.EDIT_OWN_EXPERT, made, kind, samples.upload("函.pdf", samples.pdf()), expires_on=date(2026, 12, day)
        )

    await actions.warn_of_expiries()
    await actions.warn_of_expiries()

    assert (await pool.letters(me.person)).count("expert_document_runs_out") == 1
    papers = {paper.kind: paper.id for paper in await ExpertDocument.objects()}
    assert await pool.todos(papers["consent"]) == [("expert.manage", "coordinator")]
    assert await pool.todos(papers["qualification"]) == []
    await keeping.add_document(me, Action.EDIT_OWN_EXPERT, made, DocumentKind.CONSENT, samples.upload("新.pdf", samples.pdf()))
    assert await pool.todos(papers["consent"]) == []


async def test_a_paper_with_a_successor_or_of_somebody_gone_is_not_told(db: None) -> None:
    made, gone = await pool.expert(), await pool.expert("李四")
    for who, day in ((made, date(2026, 12, 1)), (made, None), (gone, date(2026, 12, 1))):
        await keeping.add_document(
            await pool.myself(who),
            Action.EDIT_OWN_EXPERT,
            who,
            DocumentKind.CONSENT,
            samples.upload("函.pdf", samples.pdf()),
            expires_on=day,
        )
    await rows.execute(Q("UPDATE expert_document SET added_at = added_at + interval '1 minute' WHERE expires_on IS NULL"))
    await admitting.remove_expert(await pool.keeper(), gone, "理由")

    await actions.warn_of_expiries()

    assert await rows.value(Q("SELECT count(*) FROM expert_document WHERE warned_on IS NOT NULL")) == 0


async def test_routines_are_registered_and_nobody_else_confirms(db: None) -> None:
    await pool.expert()

    assert [routine.__name__ for _, routine in actions.ROUTINES] == ["ask_due_confirmations", "warn_of_expiries"]
    for actor in (await pool.keeper(), await builders.actor(Role.EXPERT), await builders.actor(Role.APPLICANT)):
        with pytest.raises(Missing):
            await actions.confirm_own(actor)
