"""The one act that makes a decision public, and the awards that follow when nobody objects."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from departments.funds import queries as funds
from departments.funds.rules import Account
from kernel import rows
from kernel.access import Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.rows import DB, Q
from kernel.strokes import by_strokes
from projects.deciding import actions as deciding
from projects.deciding.rules import Outcome, Reason
from projects.publicising import actions, queries
from projects.states import LineState, NoticeState, State
from tests import builders
from tests.projects.deciding import round as rounds
from tests.projects.deciding.test_verbs import refusal

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


async def test_a_release_moves_a_whole_call_at_once(db: None) -> None:
    city = await rounds.ready(3, 1)
    line = await rows.value(Q("SELECT id FROM funding_line"))

    await actions.release(city.coordinator, city.ident, await rounds.version(city.ident))

    assert [await rounds.state_of(p) for p in city.projects] == [State.PUBLICISED, State.DECLINED, State.DECLINED]
    assert (await funds.balances(line))[Account.DECIDED] == rounds.AWARD
    set_ = await rows.column(Q("SELECT determined FROM project WHERE id = {}", city.projects[0].id))
    amounts = await rows.column(Q("SELECT amount FROM amount WHERE kind = 'determined' AND project = {}", city.projects[0].id))
    assert set_ == amounts == [rounds.AWARD]
    letters = await rows.column(Q("SELECT kind FROM letter WHERE kind LIKE 'decision%' ORDER BY kind"))
    assert letters == ["decision_declined", "decision_declined", "decision_publicised"]


async def test_the_notice_of_20_november_runs_from_23_to_27(db: None) -> None:
    city = await rounds.released()

    notice = await queries.notice(await rounds.notice_code(city))

    assert notice.published_at.astimezone(rounds.clock.SHANGHAI).date() == date(2026, 11, 20)
    assert (notice.starts_on, notice.ends_on, notice.days, notice.days_left) == (date(2026, 11, 23), date(2026, 11, 27), 5, 5)


async def test_a_second_release_changes_nothing(db: None) -> None:
    city = await rounds.ready()
    version = await rounds.version(city.ident)
    await actions.release(city.coordinator, city.ident, version)
    lines = await rows.value(Q("SELECT count(*) FROM audit_line"))

    with pytest.raises(Stale):
        await actions.release(city.coordinator, city.ident, version)
    assert await refusal(actions.release(city.coordinator, city.ident, version + 1)) in {LifeReason.WRONG_STATE, Reason.PROBLEMS}

    assert await rows.value(Q("SELECT count(*) FROM notice")) == 1
    assert await rows.value(Q("SELECT count(*) FROM audit_line")) == lines


async def test_two_people_who_release_at_once_release_once(committed: str) -> None:
    city = await rounds.ready()
    version = await rounds.version(city.ident)

    tries = await asyncio.gather(
        *(asyncio.create_task(actions.release(who, city.ident, version)) for who in (city.coordinator, city.second)),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in tries) == ["Stale", "str"]
    assert await rows.value(Q("SELECT count(*) FROM letter WHERE kind LIKE 'decision%'")) == 3


async def test_a_project_in_reserve_is_publicised_by_a_later_decision(db: None) -> None:
    city = await rounds.covered(2, 1)
    await deciding.arrange(city.coordinator, city.ident, city.codes[1:], Outcome.RESERVE)
    await rounds.deciding.convene(city.coordinator, city.ident, await rounds.version(city.ident))
    paper = await rounds.minutes(city)
    await deciding.confirm_minutes(city.second, city.ident, paper.id)
    await actions.release(city.coordinator, city.ident, await rounds.version(city.ident))
    assert await rounds.state_of(city.projects[1]) is State.RESERVED

    later = await deciding.prepare(city.coordinator, city.call.code, title="递补方案", money_line=None)
    city.decision = later.id
    await deciding.arrange(city.coordinator, later.id, city.codes[1:], Outcome.APPROVE)
    await rounds.consented(city, city.codes[1])
    await deciding.convene(city.coordinator, later.id, await rounds.version(later.id))
    paper = await rounds.minutes(city)
    await deciding.confirm_minutes(city.second, later.id, paper.id)
    await actions.release(city.coordinator, later.id, await rounds.version(later.id))

    assert await rounds.state_of(city.projects[1]) is State.PUBLICISED
    notice = await queries.notice(await rounds.notice_code(city))
    assert (notice.kind, [item.code for item in await queries.items(notice.id)]) == ("reserve", city.codes[1:])


async def test_a_notice_closes_itself_once_after_its_last_day(db: None, business_time: Any) -> None:
    city = await rounds.released()
    code = await rounds.notice_code(city)

    rounds.later(business_time, 2026, 11, 27, 23)
    await actions.close_due_notices()
    assert (await queries.notice(code)).state is NoticeState.PUBLISHED
    rounds.later(business_time, 2026, 11, 28, 0)
    await actions.close_due_notices()
    await actions.close_due_notices()

    notice = await queries.notice(code)
    assert (notice.state, notice.is_open, notice.days_left) == (NoticeState.CLOSED, False, 0)
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE action = 'project.issue'")) == 1


async def test_nothing_is_issued_before_the_window_is_over(db: None, business_time: Any) -> None:
    city = await rounds.released()
    code = await rounds.notice_code(city)

    rounds.later(business_time, 2026, 11, 27, 23)
    assert await refusal(actions.issue(city.coordinator, code, city.codes[:1])) is Reason.WINDOW_OPEN
    rounds.later(business_time, 2026, 11, 28, 0)
    await actions.issue(city.coordinator, code, city.codes[:1])

    project = city.projects[0]
    assert await rounds.state_of(project) is State.APPROVED
    number = await rows.value(Q("SELECT number FROM award WHERE project = {}", project.id))
    assert number == await rows.value(Q("SELECT number FROM document WHERE title LIKE '关于下达%'"))
    assert await rows.column(Q("SELECT url FROM todo WHERE action = 'agreement.revise'")) == [
        f"/my/projects/{project.code}/agreement"
    ]
    with pytest.raises(Missing):
        await actions.issue(city.coordinator, code, city.codes[:1])


async def test_a_cancelled_award_gives_its_money_back(db: None) -> None:
    city = await rounds.released()
    line = await rows.value(Q("SELECT id FROM funding_line"))
    stranger = await builders.actor(Role.HEAD, await builders.unit("scitech"))

    with pytest.raises(Missing):
        await actions.cancel(stranger, city.codes[0], reason="x")
    with pytest.raises(Refused):
        await actions.cancel(city.director, city.codes[0], reason=" ")
    await actions.cancel(city.director, city.codes[0], reason="单位被列入异常名录")

    assert await rounds.state_of(city.projects[0]) is State.CANCELLED
    assert await rows.value(Q("SELECT state FROM funding_line WHERE id = {}", line)) == LineState.RELEASED
    assert (await funds.balances(line))[Account.DECIDED] == 0


async def test_a_project_is_reconsidered_with_a_reason_and_nobody_is_told(db: None, as_: SignIn) -> None:
    city = await rounds.released(2, 1)
    letters = await rows.value(Q("SELECT count(*) FROM letter"))
    line = await rows.value(Q("SELECT id FROM funding_line"))
    browser = await as_(city.coordinator)

    for code in city.codes:
        item = f"/w/decisions/{city.ident}/items/{code}"
        answer = await builders.submit(browser, item, f"{item}/reconsider", reason="材料有误，重新审定")
        assert answer.status_code == 303

    assert [await rounds.state_of(p) for p in city.projects] == [State.SCORED, State.SCORED]
    assert await rows.column(Q("SELECT determined FROM project WHERE id = ANY({})", [p.id for p in city.projects])) == [
        None,
        None,
    ]
    assert (await funds.balances(line))[Account.DECIDED] == 0
    assert await rows.value(Q("SELECT count(*) FROM letter")) == letters
    assert "已撤出公示" in (await browser.get(f"/notices/{await rounds.notice_code(city)}")).text
    assert await deciding.prepare(city.coordinator, city.call.code, title="第二份方案", money_line=None)


async def test_experts_are_named_by_the_strokes_of_their_surnames(db: None) -> None:
    city = await rounds.ready()
    for name in ("周文", "欧阳明", "丁力", "魏强", "王芳", "方远", "齐𬭎", "镎某"):
        await rounds.scorer(city, name)

    await actions.release(city.coordinator, city.ident, await rounds.version(city.ident))

    notice = await queries.notice(await rounds.notice_code(city))
    assert notice.experts == ["丁力", "王芳", "方远", "齐𬭎", "欧阳明", "周文", "魏强", "镎某"]
    assert by_strokes(["张三丰", "张三", "李四"]) == ["李四", "张三", "张三丰"]


CANARY = "金丝雀理由二十四"
HIDDEN = "48,123.45"


def words_of(answer: httpx.Response) -> str:
    """The text of a page, or of every part of a workbook."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


async def test_nothing_of_a_decision_shows_before_it_is_released(db: None, as_: SignIn) -> None:
    city = await rounds.prepared(2, 1)
    team = await builders.actor(Role.APPLICANT, city.projects[0].organisation, person_id=city.projects[0].author)
    admin = await builders.actor(Role.ORGANISATION_ADMIN, city.projects[0].organisation)
    stranger = await builders.actor(Role.FINANCE_OFFICER, await builders.unit("civil"))
    code = city.codes[0]
    await deciding.settle_item(
        city.coordinator, city.ident, code, outcome=Outcome.APPROVE, amount=rounds.Fen(4812345), reason=CANARY, version=2
    )
    await rounds.consented(city, code, rounds.Fen(4812345))
    sheet = f"/w/decisions/{city.ident}"

    browser = await as_(city.coordinator)
    shown = [(await browser.get(page)).text for page in (sheet, f"{sheet}/items/{code}")]
    assert all(CANARY in text for text in shown), "the canary sings where it should"

    everywhere = ["/", "/notices", "/results/2026", "/my", f"/my/proposals/{code}", f"/my/projects/{code}", sheet, f"{sheet}/items/{code}",
                  f"/w/proposals/{code}", "/w/proposals", "/w/proposals.xlsx", "/w/decisions", "/w/lines", "/w/funds", "/w/ledger", "/account/messages"]  # fmt: skip
    for person in (None, team, admin, stranger):
        browser = await as_(person)
        for page in everywhere:
            text = words_of(await browser.get(page))
            assert CANARY not in text, (page, person)
            assert HIDDEN not in text, (page, person)
            assert "4.812345" not in text, (page, person)


async def test_a_funding_department_sees_its_own_lines_project_and_no_other(db: None, as_: SignIn) -> None:
    city = await rounds.prepared(3, 1)
    await rounds.line(city, city.codes[0])
    browser = await as_(city.head)

    sheet = (await browser.get(f"/w/decisions/{city.ident}")).text

    assert city.codes[0] in sheet
    assert city.codes[1] not in sheet
    assert (await browser.get(f"/w/decisions/{city.ident}/items/{city.codes[1]}")).status_code == 404
    other = await as_(await builders.actor(Role.HEAD, await builders.unit("civil")))
    assert (await other.get(f"/w/decisions/{city.ident}")).status_code == 404
    assert (await other.get(f"/w/decisions/{rows.new_id()}")).status_code == 404


async def test_a_double_click_releases_once_and_lands_on_the_same_page(db: None, as_: SignIn) -> None:
    city = await rounds.ready()
    browser = await as_(city.coordinator)
    url = f"/w/decisions/{city.ident}"
    page = (await browser.get(url)).text
    fields = {"csrf": builders.hidden(page, "csrf"), "once": "k" * 20, "version": str(await rounds.version(city.ident))}

    answers = [await browser.post(f"{url}/release", data=fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await rows.value(Q("SELECT count(*) FROM notice")) == 1


async def counted(browser: httpx.AsyncClient, page: str) -> int:
    token = DB.queries.set([])
    assert (await browser.get(page)).status_code == 200, page
    asked = len(DB.queries.get() or [])
    DB.queries.reset(token)
    return asked


async def test_pages_ask_as_often_for_one_project_as_for_three(db: None, as_: SignIn) -> None:
    counts: list[list[int]] = []
    for size in (1, 3):
        city = await rounds.released(size, size)
        code = await rounds.notice_code(city)
        counts.append([])
        for who, pages in (
            (None, [f"/notices/{code}", "/notices", f"/notices/{code}/list.xlsx", "/results/2026", f"/objection?notice={code}"]),
            (
                city.coordinator,
                [
                    f"/w/decisions/{city.ident}",
                    f"/w/decisions/{city.ident}/items/{city.codes[0]}",
                    "/w/decisions",
                    f"/w/notices/{code}",
                ],
            ),
            (city.head, ["/w/lines", f"/w/decisions/{city.ident}"]),
        ):
            browser = await as_(who)
            counts[-1] += [await counted(browser, page) for page in pages]

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10
