"""An expert's day: the invitation, the promise, sheets, recusal, the signature. Nothing shows before its time."""

from __future__ import annotations

import pytest

from kernel import rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused, Stale
from kernel.rows import Q
from projects import tables as projects
from projects.panels.tables import Panel
from projects.queries import project_id, visible_project
from projects.scoring import actions, queries
from projects.scoring.rules import Reason
from projects.scoring.tables import Score, SignedSheet
from projects.states import PanelState, SeatState, State
from talent_pool.profiles.admitting import actions as admitting
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.projects.reviewing import GOOD

pytestmark = pytest.mark.anyio


async def day(count: int = 2, *, promised: bool = True) -> tuple[Panel, list[projects.Project], Actor]:
    """An open panel, its projects in the order of the first expert's list, and that expert."""
    call = await builders.call()
    made = [await builders.project(State.ACCEPTED, of=call, title=f"项目{n}") for n in range(count)]
    panel = await reviewing.panel(PanelState.OPEN, made, promised=promised)
    seat = (await reviewing.sitting(panel.id))[0]
    me = await reviewing.as_expert(seat)
    order = [item.code for item in await queries.items(me, panel.id)] if promised else []
    return panel, sorted(made, key=lambda p: order.index(p.code) if order else p.code), me


async def refusal(call: object) -> object:
    with pytest.raises(Refused) as no:
        await call  # type: ignore[misc]
    return no.value.reason


async def test_before_the_promise_no_proposal_shows_on_any_channel(db: None, as_: SignIn) -> None:
    panel, (one, two), me = await day(promised=False)
    browser = await as_(me)

    async def seen() -> tuple[list[object], list[object], bool, int, str]:
        listed = await queries.items(me, panel.id)
        ids = await rows.column(Q("SELECT p.id FROM project p WHERE {}", visible_project(me, Action.VIEW_PROJECT)))
        page = await browser.get(f"/r/{panel.id}")
        sheet = await browser.get(f"/r/{panel.id}/{one.code}")
        return [item.code for item in listed], ids, one.title in page.text, sheet.status_code, page.text

    invited = await seen()
    await actions.accept_seat(me, panel.id)
    accepted = await seen()
    await actions.promise(me, panel.id)
    promised = await seen()

    assert invited[:4] == accepted[:4] == ([], [], False, 404)
    assert sorted(promised[0]) == sorted([one.code, two.code])
    assert (promised[2], promised[3]) == (True, 200)


async def test_the_promise_needs_all_three_ticks(db: None, as_: SignIn) -> None:
    panel, _, me = await day(promised=False)
    await actions.accept_seat(me, panel.id)
    browser = await as_(me)
    url = f"/r/{panel.id}"

    half = await builders.submit(browser, url, f"{url}/promise", secrecy="y")
    whole = await builders.submit(browser, url, f"{url}/promise", secrecy="y", integrity="y", relations="y")

    assert half.status_code == 422
    assert whole.status_code == 303
    assert (await queries.my_seat(me, panel.id)).state is SeatState.PROMISED


async def test_a_sheet_is_kept_as_far_as_it_is_and_shown_again(db: None, as_: SignIn) -> None:
    panel, (one, two), me = await day()
    browser = await as_(me)
    url = f"/r/{panel.id}/{one.code}"

    kept = await builders.submit(browser, url, **{"s-party": "13.5", "go": "stay"})
    again = await browser.get(url)
    onward = await builders.submit(browser, url, **points(GOOD), go="next")

    assert (kept.status_code, kept.headers["location"]) == (303, url)
    assert 'name="s-party" min="0" max="15" step="0.5" inputmode="decimal" value="13.5"' in again.text
    assert onward.headers["location"] == f"/r/{panel.id}/{two.code}"
    saved = await Score.objects().get(Score.project == one.id)
    assert (saved.total, saved.complete, saved.version) == (171, True, 2)


def points(half: dict[str, int]) -> dict[str, str]:
    return {f"s-{code}": str(value / 2) for code, value in half.items()}


async def test_bad_scores_come_back_with_what_was_typed(db: None, as_: SignIn) -> None:
    panel, (one, _), me = await day()
    browser = await as_(me)

    answer = await builders.submit(
        browser, f"/r/{panel.id}/{one.code}", **{"s-party": "15.5", "s-theory": "7.3", "s-value": "很好"}
    )

    assert answer.status_code == 422
    assert "党建引领联动：不能大于 15" in answer.text
    assert answer.text.count("最细到 0.5 分") >= 2
    assert 'value="7.3"' in answer.text
    assert 'value="很好"' in answer.text
    assert await Score.count() == 0


async def test_a_stale_autosave_answers_409_and_overwrites_nothing(db: None, as_: SignIn) -> None:
    panel, (one, _), me = await day()
    browser = await as_(me)
    url = f"/r/{panel.id}/{one.code}"
    page = (await browser.get(url)).text
    base = {name: builders.hidden(page, name) for name in ("csrf", "once")}

    first = await browser.post(f"{url}/save", data={**base, "version": "0", "s-party": "10"})
    second = await browser.post(f"{url}/save", data={**base, "version": "1", "s-party": "11"})
    stale = await browser.post(f"{url}/save", data={**base, "version": "1", "s-party": "12"})
    stale_form = await browser.post(url, data={**base, "version": "1", "s-party": "12", "go": "stay"})

    assert (first.status_code, second.status_code, stale.status_code, stale_form.status_code) == (200, 200, 409, 409)
    assert 'value="2"' in second.text
    assert "您填写 12，已保存 11" in stale_form.text
    assert await rows.value(Q("SELECT points ->> 'party' FROM score")) == "22"


async def test_two_windows_that_both_begin_cannot_both_win(db: None) -> None:
    panel, (one, _), me = await day()
    await actions.save_sheet(me, panel.id, one.code, {"party": 20}, "", 0)

    with pytest.raises(Stale):
        await actions.save_sheet(me, panel.id, one.code, {"party": 10}, "", 0)


async def test_a_project_of_another_panel_is_not_there_under_mine(db: None, as_: SignIn) -> None:
    panel, (one, _), me = await day()
    await admitting.pause_expert(await reviewing.host(), (await reviewing.sitting(panel.id))[0].expert, "出差")
    other_panel, (foreign,), _ = await day(1)
    browser = await as_(me)

    assert (await browser.get(f"/r/{panel.id}/{one.code}")).status_code == 200
    for url in (
        f"/r/{panel.id}/{foreign.code}",
        f"/r/{other_panel.id}/{foreign.code}",
        f"/r/{other_panel.id}",
        f"/r/{panel.id}/MY2026-0",
    ):
        assert (await browser.get(url)).status_code == 404
    for panel_id in (panel.id, other_panel.id):
        with pytest.raises(Missing):
            await actions.save_sheet(me, panel_id, foreign.code, GOOD, "", 0)
    with pytest.raises(Missing):
        await actions.save_sheet(me, other_panel.id, one.code, GOOD, "", 0)


async def test_a_recused_project_disappears_everywhere_and_a_standby_scores_it_alone(db: None, as_: SignIn) -> None:
    panel, (one, two), me = await day()
    await actions.save_sheet(me, panel.id, one.code, GOOD, "", 0)
    assert await project_id(me, Action.SCORE_PROJECT, one.code) == one.id

    await actions.recuse(me, panel.id, one.code, "曾在该单位任职")

    browser = await as_(me)
    mine = await queries.items(me, panel.id)
    listed = await browser.get("/r")
    page = await browser.get(f"/r/{panel.id}")
    sheet = await browser.get(f"/r/{panel.id}/{two.code}")
    checked = await browser.get(f"/r/{panel.id}/sign")
    assert [item.code for item in mine] == [two.code]
    assert [(p.projects, p.done) for p in await queries.my_panels(me)] == [(1, 0)]
    for shown in (listed, page, sheet, checked):
        assert shown.status_code == 200
        assert one.code not in shown.text
    assert (await browser.get(f"/r/{panel.id}/{one.code}")).status_code == 404
    with pytest.raises(Missing):
        await actions.save_sheet(me, panel.id, one.code, GOOD, "", 1)
    beside = [seat for seat in await reviewing.sitting(panel.id) if seat.only]
    assert [(seat.number, seat.only, seat.state) for seat in beside] == [(1, one.code, SeatState.INVITED)]
    standby = await reviewing.as_expert(beside[0])
    await actions.accept_seat(standby, panel.id)
    await actions.promise(standby, panel.id)
    assert [item.code for item in await queries.items(standby, panel.id)] == [one.code]


async def test_nobody_signs_before_everything_is_complete(db: None) -> None:
    panel, (one, two), me = await day()
    await actions.save_sheet(me, panel.id, one.code, GOOD, "", 0)
    assert await refusal(actions.sign_scores(me, panel.id)) is Reason.UNSCORED
    excellent = {**GOOD, "party": 30, "theory": 30, "value": 50, "scene": 36}
    await actions.save_sheet(me, panel.id, two.code, excellent, "很好", 0)
    assert await refusal(actions.sign_scores(me, panel.id)) is Reason.UNSCORED
    await actions.save_sheet(me, panel.id, two.code, excellent, "机制清楚，成效可测量，可以推广。", 1)

    await actions.sign_scores(me, panel.id)

    assert (await queries.my_seat(me, panel.id)).state is SeatState.SIGNED
    assert await SignedSheet.count() == 2
    assert await refusal(actions.save_sheet(me, panel.id, one.code, GOOD, "", 1)) is Reason.SIGNED
    assert await refusal(actions.recuse(me, panel.id, one.code, "后来想起")) is Reason.SIGNED


async def test_signing_twice_with_one_key_signs_once(db: None, as_: SignIn) -> None:
    panel, (one,), me = await day(1)
    await actions.save_sheet(me, panel.id, one.code, GOOD, "", 0)
    browser = await as_(me)
    url = f"/r/{panel.id}/sign"
    page = (await browser.get(url)).text
    fields = {name: builders.hidden(page, name) for name in ("csrf", "once")}

    first, second = await browser.post(url, data=fields), await browser.post(url, data=fields)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert await SignedSheet.count() == 1


async def test_a_returned_seat_is_signed_again_and_the_first_signature_stays(db: None) -> None:
    panel, (one,), me = await day(1)
    await actions.save_sheet(me, panel.id, one.code, GOOD, "", 0)
    await actions.sign_scores(me, panel.id)
    seat = (await queries.my_seat(me, panel.id)).seat
    coordinator = await reviewing.host()

    assert await refusal(actions.return_scores(coordinator, panel.id, seat, " ")) is Reason.NO_RETURN_REASON
    await actions.return_scores(coordinator, panel.id, seat, "预算一项请核对")
    await actions.save_sheet(me, panel.id, one.code, {**GOOD, "budget": 15}, "", 1)
    await actions.sign_scores(me, panel.id)

    assert await rows.column(Q("SELECT total FROM signed_sheet ORDER BY signed_at, total DESC")) == [171, 169]


async def test_declining_invites_the_next_standby_at_once(db: None) -> None:
    panel, _, me = await day(promised=False)

    await actions.decline_seat(me, panel.id, "时间冲突")

    first = [(seat.standby, seat.state) for seat in await reviewing.sitting(panel.id) if seat.number == 1]
    assert first == [(1, SeatState.INVITED)]
    with pytest.raises(Missing):
        await queries.my_seat(me, panel.id)
    with pytest.raises(Missing):
        await actions.accept_seat(me, panel.id)


async def test_no_page_of_the_expert_suggests_a_result(db: None, as_: SignIn) -> None:
    panel, (one, _), me = await day()
    for seat in await reviewing.sitting(panel.id):
        await actions.save_sheet(await reviewing.as_expert(seat), panel.id, one.code, GOOD, "别人的评审意见一二三四五", 0)
    browser = await as_(me)
    await actions.save_sheet(me, panel.id, one.code, GOOD, "自己的意见", 1)

    pages = [
        (await browser.get(url)).text for url in ("/r", f"/r/{panel.id}", f"/r/{panel.id}/{one.code}", f"/r/{panel.id}/sign")
    ]

    for text in pages:
        assert not any(word in text for word in ("建议立项", "推荐立项", "平均分", "名次", "别人的评审意见"))
    assert "自己的意见" in pages[2]


async def counted(browser: object, url: str) -> int:
    token = rows.DB.queries.set([])
    try:
        answer = await browser.get(url)  # type: ignore[attr-defined]
        assert answer.status_code == 200
        return len(rows.DB.queries.get() or [])
    finally:
        rows.DB.queries.reset(token)


@pytest.mark.parametrize("count", [1, 3])
async def test_queries_do_not_grow_with_the_list(db: None, as_: SignIn, count: int) -> None:
    panel, made, me = await day(count)
    browser = await as_(me)
    await browser.get(f"/r/{panel.id}/{made[0].code}")

    found = [
        await counted(browser, url) for url in ("/r", f"/r/{panel.id}", f"/r/{panel.id}/{made[0].code}", f"/r/{panel.id}/sign")
    ]

    assert found == [6, 3, 5, 3]
