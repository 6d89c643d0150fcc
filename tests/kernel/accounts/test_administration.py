"""The three administrators: what each may do, and that none of them can widen their own rights."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from kernel import clock, rows
from kernel.access import Action, Actor, Role
from kernel.accounts import links, rules, sessions
from kernel.accounts.administration import actions
from kernel.accounts.rules import ADMINISTRATORS, Reason
from kernel.accounts.signing_in import actions as signing_in
from kernel.accounts.tables import Membership
from kernel.errors import Missing, Refused
from kernel.rows import Q
from kernel.tables import Outbox
from tests import builders
from tests.kernel.accounts.people import PASSWORD, account, enter

pytestmark = pytest.mark.anyio
PAIRS = [(a, b) for a in sorted(ADMINISTRATORS) for b in sorted(ADMINISTRATORS) if a is not b]


async def refused(reason: Reason, call: Any) -> None:
    with pytest.raises(Refused) as no:
        await call
    assert no.value.reason is reason


# ── separation ──


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
async def test_nobody_holds_two_of_the_three(db: None, held: Role, wanted: Role) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person = (await builders.actor(held)).person

    await refused(Reason.SEPARATED, actions.grant_membership(security, person, wanted))


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
async def test_the_database_keeps_the_three_apart_by_itself(db: None, held: Role, wanted: Role) -> None:
    person = (await builders.actor(held)).person

    with pytest.raises(asyncpg.CheckViolationError) as no:
        async with rows.transaction():
            await rows.insert(Membership(person=person, role=wanted, starts_on=date(2026, 11, 20)))

    assert no.value.constraint_name == "membership_separated_administrators"


async def test_one_after_the_other_is_allowed_and_an_update_cannot_slip_in(db: None) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    former = await builders.actor(Role.SYSTEM_ADMIN)
    await actions.end_membership(security, former.memberships[0].id)

    await actions.grant_membership(security, former.person, Role.AUDIT_ADMIN)

    with pytest.raises(asyncpg.CheckViolationError):
        async with rows.transaction():
            await rows.execute(Q("UPDATE membership SET ends_on = NULL WHERE id = {}", former.memberships[0].id))


async def test_two_grants_at_once_give_one(committed: str) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person = await builders.person()

    answers = await asyncio.gather(
        *(actions.grant_membership(security, person, role) for role in sorted(ADMINISTRATORS)), return_exceptions=True
    )

    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert await rows.value(Q("SELECT count(*) FROM membership WHERE person = {}", person)) == 1


async def test_nobody_grants_to_themselves_not_even_past_the_program(db: None) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)

    await refused(Reason.SELF_GRANT, actions.grant_membership(security, security.person, Role.EXPERT))

    with pytest.raises(asyncpg.CheckViolationError):
        async with rows.transaction():
            await rows.insert(
                Membership(person=security.person, role=Role.EXPERT, starts_on=clock.today(), granted_by=security.person)
            )


@pytest.mark.parametrize(
    ("verb", "role"),
    [
        (Action.OPEN_ACCOUNT, Role.SYSTEM_ADMIN),
        (Action.CLOSE_ACCOUNT, Role.SYSTEM_ADMIN),
        (Action.OPEN_UNIT, Role.SYSTEM_ADMIN),
        (Action.RETRY_JOB, Role.SYSTEM_ADMIN),
        (Action.GRANT_MEMBERSHIP, Role.SECURITY_ADMIN),
        (Action.END_MEMBERSHIP, Role.SECURITY_ADMIN),
        (Action.UNLOCK_ACCOUNT, Role.SECURITY_ADMIN),
        (Action.SEND_RESET, Role.SECURITY_ADMIN),
        (Action.READ_AUDIT, Role.AUDIT_ADMIN),
    ],
)
def test_each_power_belongs_to_one_of_the_three(verb: Action, role: Role) -> None:
    actors = {one: Actor(rows.new_id(), "", (builders.Membership(rows.new_id(), one, None, ""),)) for one in Role}

    assert [one for one, actor in actors.items() if actor.may(verb)] == [role]


# ── roles ──


async def test_a_role_counts_on_the_next_click_and_ends_on_the_next_click(db: None, as_: Any, client: httpx.AsyncClient) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person = await account(name="李四")
    browser = await as_(Actor(person, "李四"))
    before = await browser.get("/admin/people")

    membership = await actions.grant_membership(security, person, Role.SYSTEM_ADMIN)
    during = await browser.get("/admin/people")
    await actions.end_membership(security, membership)
    after = await browser.get("/admin/people")

    assert [page.status_code for page in (before, during, after)] == [404, 200, 404]
    assert await rows.column(Q("SELECT kind FROM letter WHERE person = {} ORDER BY sent_at, id", person)) == [
        "account_role_granted",
        "account_role_ended",
    ]
    await refused(Reason.ALREADY_ENDED, actions.end_membership(security, membership))


@pytest.mark.parametrize(
    ("role", "kind", "reason"),
    [
        (Role.OFFICER, None, Reason.UNIT_NEEDED),
        (Role.OFFICER, "organisation", Reason.UNIT_NEEDED),
        (Role.APPLICANT, "department", Reason.UNIT_NEEDED),
        (Role.COUNTY_OFFICER, "department", Reason.UNIT_NEEDED),
        (Role.EXPERT, "department", Reason.UNIT_UNWANTED),
        (Role.AUDIT_ADMIN, "department", Reason.UNIT_UNWANTED),
    ],
)
async def test_a_role_is_held_in_the_kind_of_unit_it_belongs_to(db: None, role: Role, kind: str | None, reason: Reason) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    unit = await builders.unit("x", kind=kind) if kind else None

    await refused(reason, actions.grant_membership(security, await builders.person(), role, unit))


async def test_the_same_role_is_not_granted_twice(db: None) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person, unit = await builders.person(), await builders.unit()
    await actions.grant_membership(security, person, Role.OFFICER, unit)

    await refused(Reason.ALREADY_HELD, actions.grant_membership(security, person, Role.OFFICER, unit))

    assert await actions.grant_membership(security, person, Role.OFFICER, await builders.unit("civil"))


async def test_a_role_until_a_day_is_over_the_day_after(db: None, business_time: Any) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person = await account()
    await actions.grant_membership(security, person, Role.EXPERT, until=clock.today())
    token = await sessions.open_session(person)
    today = await sessions.recognise(token)

    business_time(clock.now() + timedelta(days=1))
    tomorrow = await sessions.recognise(token)

    assert today is not None
    assert tomorrow is not None
    assert [today[0].holds(Role.EXPERT), tomorrow[0].holds(Role.EXPERT)] == [True, False]


# ── accounts and units ──


async def test_an_account_opens_with_an_invitation_and_no_password(db: None) -> None:
    system = await builders.actor(Role.SYSTEM_ADMIN)

    person = await actions.open_account(system, " Li.Si ", "李四", mobile="13812345678")

    assert await rows.column(Q("SELECT username || ':' || password FROM account WHERE person = {}", person)) == ["li.si:"]
    assert await rows.column(Q("SELECT secret FROM delivery WHERE person = {}", person)) == ["invite"]
    assert await rows.value(Q("SELECT sort_key FROM person WHERE id = {}", person)) == "li si"
    for password in ("", "anything at all"):
        with pytest.raises(Refused):
            await signing_in.sign_in("li.si", password)


async def test_a_name_or_number_that_is_taken_is_refused(db: None) -> None:
    system = await builders.actor(Role.SYSTEM_ADMIN)
    await actions.open_account(system, "li.si", "李四", mobile="13812345678")

    await refused(Reason.USERNAME_TAKEN, actions.open_account(system, "LI.SI", "另一位", mobile="13900000000"))
    await refused(Reason.MOBILE_TAKEN, actions.open_account(system, "wang.wu", "王五", mobile="13812345678"))
    await refused(Reason.NO_CONTACT, actions.open_account(system, "wang.wu", "王五"))
    for shape in ("王五", "1abc", "ab", "a b c", "a" * 41, "root;--"):
        await refused(Reason.USERNAME_SHAPE, actions.open_account(system, shape, "王五", mobile="13900000000"))


async def test_closing_an_account_acts_on_the_next_click(db: None, client: httpx.AsyncClient) -> None:
    system = await builders.actor(Role.SYSTEM_ADMIN)
    person = await account()
    await enter(client)
    assert (await client.get("/account")).status_code == 200

    await actions.close_account(system, person)

    assert (await client.get("/account")).status_code == 303
    with pytest.raises(Refused):
        await signing_in.sign_in("zhang.san", PASSWORD)
    await refused(Reason.SELF_CLOSE, actions.close_account(system, system.person))
    await refused(Reason.CLOSED, actions.close_account(system, person))


async def test_unlocking_lets_the_right_password_in_again(db: None) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person = await account()
    for _ in range(rules.TRIES):
        with pytest.raises(Refused):
            await signing_in.sign_in("zhang.san", "wrong")

    await actions.unlock(security, person)

    assert isinstance(await signing_in.sign_in("zhang.san", PASSWORD), signing_in.Entered)


async def test_a_reset_sent_by_an_administrator_never_shows_them_the_link(db: None, as_: Any, client: httpx.AsyncClient) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    person = await account(mobile="13812345678")
    browser = await as_(security)

    done = await builders.submit(browser, f"/admin/people/{person}", f"/admin/people/{person}/send-reset")
    shown = await browser.get(f"/admin/people/{person}")

    assert done.status_code == 303
    assert await rows.column(Q("SELECT secret FROM delivery WHERE person = {}", person)) == ["reset"]
    assert "/reset/" not in shown.text
    assert "eyJ" not in shown.text


async def test_units_have_codes_of_their_own_per_kind(db: None) -> None:
    system = await builders.actor(Role.SYSTEM_ADMIN)
    await actions.open_unit(system, "department", "scitech", "绵阳市科学技术局")

    assert await actions.open_unit(system, "agency", "scitech", "示例机构")
    await refused(Reason.CODE_TAKEN, actions.open_unit(system, "department", "scitech", "另一个"))


# ── the first three ──


FIRST = [("li.yi", "李一"), ("wang.er", "王二"), ("zhao.san", "赵三")]


async def test_the_first_three_are_three_people_with_links(db: None, client: httpx.AsyncClient) -> None:
    made = await actions.create_first_administrators(FIRST)

    assert [(one.role, one.username) for one in made] == [
        (Role.SYSTEM_ADMIN, "li.yi"),
        (Role.SECURITY_ADMIN, "wang.er"),
        (Role.AUDIT_ADMIN, "zhao.san"),
    ]
    done = await builders.submit(client, made[0].path, password=PASSWORD, again=PASSWORD)
    await enter(client, "li.yi")
    assert done.status_code == 303
    assert (await client.get("/admin/people")).status_code == 200
    await refused(Reason.ADMINISTRATORS_EXIST, actions.create_first_administrators(FIRST))


@pytest.mark.parametrize("people", [FIRST[:2], [FIRST[0]] * 3, [("a.b", "李一"), ("c.d", "李一"), ("e.f", "赵三")], []])
async def test_fewer_than_three_people_are_not_enough(db: None, people: list[tuple[str, str]]) -> None:
    await refused(Reason.THREE_PEOPLE, actions.create_first_administrators(people))

    assert await rows.value(Q("SELECT count(*) FROM account")) == 0


async def test_two_first_times_at_once_make_three_administrators(committed: str) -> None:
    others = [(f"{name}x", f"{word}甲") for name, word in FIRST]

    answers = await asyncio.gather(
        actions.create_first_administrators(FIRST), actions.create_first_administrators(others), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "list"]
    assert await rows.value(Q("SELECT count(*) FROM membership")) == 3


# ── pages ──


async def test_a_person_is_opened_and_given_a_role_through_the_pages(db: None, as_: Any) -> None:
    system, security = await builders.actor(Role.SYSTEM_ADMIN), await builders.actor(Role.SECURITY_ADMIN)
    unit = await builders.unit("scitech", "绵阳市科学技术局")
    browser = await as_(system)
    opened = await builders.submit(browser, "/admin/people/new", username="li.si", name="李四", mobile="13812345678", email="")
    address = opened.headers["location"]
    browser = await as_(security)
    bad = await builders.submit(browser, address, f"{address}/grant", role="officer", unit="", until="")
    good = await builders.submit(browser, address, f"{address}/grant", role="officer", unit=str(unit), until="")
    shown = await browser.get(address)
    listed = await browser.get("/admin/people?q=李四&role=officer&state=invited")

    assert (bad.status_code, good.status_code) == (422, 303)
    assert "要在一个部门里" in bad.text
    assert "绵阳市科学技术局" in shown.text
    assert "138****5678" in shown.text
    assert "13812345678" not in shown.text
    assert "li.si" in listed.text


async def test_buttons_and_their_addresses_belong_to_the_same_administrator(db: None, as_: Any) -> None:
    person = await account(role=Role.EXPERT)
    membership = await rows.value(Q("SELECT id FROM membership WHERE person = {}", person))
    powers = {
        Role.SYSTEM_ADMIN: {f"/admin/people/{person}/close", f"/admin/people/{person}/contact"},
        Role.SECURITY_ADMIN: {
            f"/admin/people/{person}/send-reset",
            f"/admin/people/{person}/grant",
            f"/admin/memberships/{membership}/end",
        },
        Role.AUDIT_ADMIN: set(),
    }
    every = set().union(*powers.values())

    for role, own in powers.items():
        browser = await as_(await builders.actor(role))
        shown = await browser.get(f"/admin/people/{person}")
        assert {address for address in every if f'action="{address}"' in shown.text} == own
        for address in every - own:
            assert (await builders.submit(browser, f"/admin/people/{person}", address)).status_code == 404


async def test_what_does_not_exist_answers_like_what_is_not_theirs(db: None, as_: Any) -> None:
    browser = await as_(await builders.actor(Role.SYSTEM_ADMIN))
    officer = await as_(await builders.actor(Role.OFFICER, await builders.unit()))

    for address in (f"/admin/people/{rows.new_id()}", "/admin/people/x", "/admin/audit", "/admin/jobs", "/admin"):
        assert (await officer.get(address)).status_code == 404
    browser = await as_(await builders.actor(Role.SYSTEM_ADMIN))
    for address in (f"/admin/people/{rows.new_id()}", "/admin/people/x", "/admin/audit", "/admin/people?page=99999999"):
        assert (await browser.get(address)).status_code in {404, 200 if "page=" in address else 404}


async def test_the_log_is_filtered_read_and_exported_with_a_trace(db: None, as_: Any) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN, name="安全甲")
    person = await builders.person()
    await actions.grant_membership(security, person, Role.EXPERT)
    browser = await as_(await builders.actor(Role.AUDIT_ADMIN))
    today = clock.real_now().astimezone(clock.SHANGHAI).date()

    found = await browser.get(f"/admin/audit?name=安全甲&action=membership.grant&since={today}&until={today}")
    nothing = await browser.get("/admin/audit?name=无此人")
    odd = await browser.get("/admin/audit?since=x&until=2026-99-99&subject=1&action=y&page=-1")
    sheet = await browser.get("/admin/audit.xlsx?name=安全甲")

    assert str(person) in found.text
    assert "角色：专家" in found.text
    assert '<td data-l="对象">角色<' in found.text
    assert "{&#34;" not in found.text
    assert "没有符合条件的记录" in nothing.text
    assert odd.status_code == 200
    assert sheet.content[:2] == b"PK"
    assert await rows.column(Q("SELECT action FROM access_log")) == ["audit.read"]


async def test_a_dead_job_is_shown_without_what_its_error_said_and_gets_its_tries_back(db: None, as_: Any) -> None:
    job = await rows.insert(
        Outbox(
            job="kernel.letters.actions.deliver",
            kwargs="{}",
            state="dead",
            attempts=6,
            run_after=clock.real_now(),
            queued_at=clock.real_now(),
            last_error="Traceback\nValueError: 13812345678",
        )
    )
    browser = await as_(await builders.actor(Role.SYSTEM_ADMIN))

    shown = await browser.get("/admin/jobs?state=dead")
    again = await builders.submit(browser, "/admin/jobs", f"/admin/jobs/{job.id}/retry")
    twice = await browser.post(f"/admin/jobs/{job.id}/retry", data={"csrf": builders.hidden(shown.text, "csrf")})

    assert "ValueError" in shown.text
    assert "13812345678" not in shown.text
    assert (again.status_code, twice.status_code) == (303, 404)
    assert await rows.column(Q("SELECT state || attempts FROM outbox WHERE id = {}", job.id)) == ["waiting0"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "role", "queries"),
    [
        ("/admin/people", Role.SYSTEM_ADMIN, 3),
        ("/admin/units", Role.SYSTEM_ADMIN, 3),
        ("/admin/audit", Role.AUDIT_ADMIN, 3),
        ("/admin/jobs", Role.SYSTEM_ADMIN, 3),
    ],
)
async def test_lists_ask_the_same_number_of_questions_however_long(
    db: None, as_: Any, address: str, role: Role, queries: int, count: int
) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)
    for number in range(count):
        person = await account(f"person-{number}", name=f"示例{number}")
        await actions.grant_membership(security, person, Role.OFFICER, await builders.unit(f"unit-{number}"))
    browser = await as_(await builders.actor(role))
    seen: list[str] = []
    counting = rows.DB.queries.set(seen)

    await browser.get(address)
    rows.DB.queries.reset(counting)

    assert len(seen) == queries


async def test_a_missing_membership_cannot_be_ended(db: None) -> None:
    security = await builders.actor(Role.SECURITY_ADMIN)

    with pytest.raises(Missing):
        await actions.end_membership(security, rows.new_id())
    assert links.GOOD_FOR["invite"] > links.GOOD_FOR["reset"]
