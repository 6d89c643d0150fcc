"""The front door opens without signing in; what is private asks to sign in first."""

from __future__ import annotations

import re
from datetime import date, timedelta

import httpx
import pytest

from departments import catalogue
from kernel import clock, rows, todo
from kernel.access import Action, Role
from kernel.accounts import tables as accounts
from kernel.rows import Q
from projects.states import State
from projects.tables import Correction, Project
from tests import builders
from tests.conftest import SignIn

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/library", "/library?q=社工", "/help", "/accessibility", "/privacy"])
async def test_the_public_reads_along(db: None, client: httpx.AsyncClient, path: str) -> None:
    await builders.call()

    page = await client.get(path)

    assert page.status_code == 200
    assert "绵社有为" in page.text


@pytest.mark.parametrize("path", ["/w", "/w/todo", "/my", "/home", "/w/no-such-page", "/r/unknown", "/admin"])
async def test_private_addresses_ask_to_sign_in_whatever_they_are(db: None, client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path.replace('/', '%2F')}")


async def test_an_officer_has_a_work_page_and_no_applicant_page(db: None, as_: SignIn) -> None:
    browser = await as_(await builders.actor(Role.OFFICER, await builders.unit("scitech")))

    assert (await browser.get("/w")).status_code == 200
    assert (await browser.get("/my")).status_code == 404


async def test_a_deadline_stands_beside_a_proposal_as_long_as_something_can_be_done(db: None, as_: SignIn) -> None:
    team = await builders.unit("u1", kind="organisation")
    applicant = await builders.actor(Role.APPLICANT, team)
    call = await builders.call(fill_until=date(2026, 12, 10), endorse_until=date(2026, 12, 14))
    by_state = {
        state: await builders.project(state, call, applicant.person, organisation=team, title=f"示例{state.label}")
        for state in (State.DRAFT, State.ENDORSING, State.RETURNED, State.WITHDRAWN, State.IN_REVIEW, State.RUNNING, State.CLOSED)
    }
    for state in (State.RETURNED, State.WITHDRAWN):
        await told_to_correct(by_state[state], date(2026, 12, 22))

    page = (await (await as_(applicant)).get("/my")).text

    shown = {state: re.search(rf">示例{state.label}<.*?data-l=\"截止\">(.*?)</td>", page) for state in by_state}
    assert {state: found and found[1] for state, found in shown.items()} == {
        State.DRAFT: "填报 2026-12-10",
        State.ENDORSING: "单位审核 2026-12-14",
        State.RETURNED: "补正 2026-12-22",
        State.WITHDRAWN: "—",
        State.IN_REVIEW: "—",
        State.RUNNING: "—",
        State.CLOSED: "—",
    }


async def told_to_correct(project: Project, due: date) -> None:
    await rows.insert(
        Correction(
            project=project.id,
            named="[]",
            explanation="请补正",
            days=5,
            due=due,
            before="{}",
            total_before=0,
            returned_by=project.author,
            returned_at=clock.now(),
        )
    )


async def test_what_is_not_there_and_what_is_not_theirs_look_the_same(db: None, as_: SignIn) -> None:
    browser = await as_(await builders.actor(Role.APPLICANT, await builders.unit("u1", kind="organisation")))

    theirs, nowhere = await browser.get("/w"), await browser.get("/w/nowhere")

    assert theirs.status_code == nowhere.status_code == 404
    assert "不存在或不在您的权限范围内" in theirs.text


async def test_head_answers_as_get(db: None, client: httpx.AsyncClient) -> None:
    head = await client.head("/")

    assert (head.status_code, head.content) == (200, b"")


async def test_every_answer_carries_the_security_headers(db: None, client: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", "/w", "/static/app.css"):
        answer = await client.get(path)

        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.STATION_WORKER, Role.SUPERVISOR], ids=str)
async def test_a_role_without_pages_of_its_own_begins_at_what_it_may_do(db: None, as_: SignIn, role: Role) -> None:
    await builders.call(title="正在征集的批次（示例）")
    someone = await builders.actor(role, await builders.unit("s1", kind="station") if role is Role.STATION_WORKER else None)
    await todo.ask(
        Action.CONFIRM_SIGNOFF, ("person", someone.person), title="请您办理这一件", url="/account", person=someone.person
    )
    await rows.insert(accounts.Account(person=someone.person, username="somebody", password="-", must_change=False))
    browser = await as_(someone)

    page = await browser.get("/home")

    offered = re.findall(r'href="(/[^"#?]*)', page.text.partition("<main")[2])
    assert page.status_code == 200
    assert {"您可以办理", "请您办理这一件", "正在征集的批次（示例）"} <= set(
        re.findall("您可以办理|请您办理这一件|正在征集的批次（示例）", page.text)
    )
    assert {url: (await browser.get(url)).status_code for url in offered} == dict.fromkeys(offered, 200)


@pytest.mark.parametrize(
    ("role", "home"), [(Role.OFFICER, "/w"), (Role.AUDIT_ADMIN, "/admin/people"), (Role.EXPERT, "/r")], ids=str
)
async def test_a_role_with_pages_of_its_own_begins_there(db: None, as_: SignIn, role: Role, home: str) -> None:
    browser = await as_(await builders.actor(role, await builders.unit("society")))

    begins, page = await browser.get("/home"), await browser.get(home)

    assert (begins.status_code, begins.headers["location"]) == (303, home)
    assert 'href="/home" aria-current' not in page.text
    assert "<span>首页</span>" not in page.text


async def test_the_front_shows_the_calls_that_are_open_and_no_others(db: None, client: httpx.AsyncClient) -> None:
    await builders.call(title="还在征集的批次")
    await builders.call(title="已经截止的批次", fill_until=date(2026, 11, 2), endorse_until=date(2026, 11, 3))

    page = await client.get("/")

    assert "还在征集的批次" in page.text
    assert "已经截止的批次" not in page.text


async def test_every_county_of_the_city_has_its_number_on_the_map(db: None, as_: SignIn) -> None:
    round_ = await builders.call()
    for county in catalogue.counties():
        await builders.project(State.SUBMITTED, round_, county=county.code)
    browser = await as_(await builders.actor(Role.COORDINATOR, await builders.unit("society")))

    page = await browser.get("/w")

    assert re.findall(r'class="tile-v"[^>]*>(\d+)<', page.text) == ["1"] * len(catalogue.counties())


async def test_an_agency_without_a_duty_reads_why_its_page_is_empty(db: None, as_: SignIn) -> None:
    browser = await as_(await builders.actor(Role.AGENCY_WORKER, await builders.unit("agency-01", kind="agency")))

    assert "只显示交给您办理的项目" in (await browser.get("/w")).text


async def test_experts_read_on_their_first_page_how_much_waits_for_them(db: None, as_: SignIn) -> None:
    expert = await builders.actor(Role.EXPERT)
    await todo.ask(Action.ACCEPT_INVITATION, ("person", expert.person), title="答复咨询邀请", url="/r", person=expert.person)
    browser = await as_(expert)

    page, list_ = await browser.get("/r"), await browser.get("/w/todo")

    assert "您有 1 件待办事项" in page.text
    assert "答复咨询邀请" in list_.text


async def test_what_has_no_date_waits_behind_what_is_late_and_before_what_is_due_in_a_month(db: None) -> None:
    someone = await builders.actor(Role.MEMBER)
    days = {"晚了的": -1, "下个月的": 30, "没有时限的": None}
    for title, ahead in days.items():
        await todo.ask(
            Action.CONFIRM_SIGNOFF,
            ("person", rows.new_id()),
            title=title,
            url="/account",
            person=someone.person,
            due=None if ahead is None else clock.today() + timedelta(days=ahead),
        )

    await rows.execute(Q("UPDATE todo SET asked_at = asked_at - interval '60 days' WHERE due IS NULL"))

    assert [item.title for item in await todo.waiting(someone)] == ["晚了的", "没有时限的", "下个月的"]


@pytest.mark.parametrize(("role", "said"), [(Role.AGENT, "还没有开放"), (Role.MEMBER, "您可以查看公开的征集")], ids=str)
async def test_a_role_without_business_pages_reads_what_it_can_do_today(db: None, as_: SignIn, role: Role, said: str) -> None:
    page = (await (await as_(await builders.actor(role, None))).get("/home")).text

    assert said in page
    assert 'href="/verify"' in page
