"""Getting in: passwords, lock-out, the same answer for everything that is wrong, new sessions."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import msgspec
import pytest

from kernel import clock, rows, settings
from kernel.access import Role
from kernel.accounts import demo, passwords, rules, sessions, tokens
from kernel.accounts.rules import Reason
from kernel.accounts.signing_in import actions
from kernel.accounts.tables import Account, Session
from kernel.errors import Refused
from kernel.rows import Q
from tests import builders
from tests.kernel.accounts.people import PASSWORD, account, enter

pytestmark = pytest.mark.anyio


async def wrong(name: str = "zhang.san", times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Refused) as no:
            await actions.sign_in(name, "not the password")
        assert no.value.reason is Reason.WRONG


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/account/messages?only=unread", "/account/messages?only=unread"),
        ("//evil.example", "/home"),
        ("/\\evil.example", "/home"),
        ("https://evil.example/", "/home"),
        ("javascript:alert(1)", "/home"),
        ("/logout", "/home"),
        ("/x\r\nSet-Cookie: a=b", "/home"),
        ("", "/home"),
    ],
)
async def test_signing_in_leads_on_to_our_own_pages_only(db: None, client: httpx.AsyncClient, asked: str, leads: str) -> None:
    await account()

    answer = await builders.submit(client, "/login", username="zhang.san", password=PASSWORD, next=asked)

    assert answer.status_code == 303
    assert answer.headers["location"] == leads


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(db: None, client: httpx.AsyncClient) -> None:
    await account()

    answer = await enter(client)

    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("session="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie


async def test_the_cookie_is_secure_where_people_come_over_tls(db: None, client: httpx.AsyncClient) -> None:
    await account()
    before = settings.get()
    shown = await client.get("/login")
    settings.use(msgspec.structs.replace(before, public_url="https://city.example"))

    try:
        answer = await client.post(
            "/login", data={"csrf": builders.hidden(shown.text, "csrf"), "username": "zhang.san", "password": PASSWORD}
        )
    finally:
        settings.use(before)

    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("session="))
    assert "Secure" in cookie.split("; ")


async def test_by_mobile_number_in_any_spelling(db: None) -> None:
    person = await account(mobile="13812345678")

    entered = await actions.sign_in("１３８ 1234-5678", PASSWORD)

    assert isinstance(entered, actions.Entered)
    found = await sessions.recognise(entered.token)
    assert found is not None
    assert found[0].person == person


async def test_a_mobile_number_of_two_accounts_signs_nobody_in(db: None) -> None:
    await account(mobile="13812345678")
    await account("li.si", mobile="13812345678")

    with pytest.raises(Refused) as no:
        await actions.sign_in("13812345678", PASSWORD)

    assert no.value.reason is Reason.WRONG


async def test_unknown_wrong_locked_and_closed_get_the_same_page(db: None, client: httpx.AsyncClient) -> None:
    await account("right.one")
    await account("locked.one")
    closed = await account("closed.one")
    await Account.update({Account.closed_at: clock.real_now()}).where(Account.person == closed)
    await wrong("locked.one", 5)

    answers = {}
    for name, password in [
        ("nobody", PASSWORD),
        ("right.one", "wrong password"),
        ("locked.one", PASSWORD),
        ("closed.one", PASSWORD),
    ]:
        answer = await enter(client, name, password)
        text = answer.text.replace(name, "NAME")
        answers[name] = (answer.status_code, re.sub(r'value="[^"]{20,}"|: "[^"]{20,}"', "", text))

    assert len(set(answers.values())) == 1
    assert answers["nobody"][0] == 422


async def test_an_unknown_name_costs_a_password_check_like_a_known_one(db: None) -> None:
    await account()

    async def seconds(name: str) -> float:
        begun = asyncio.get_running_loop().time()
        with pytest.raises(Refused):
            await actions.sign_in(name, "wrong password")
        return asyncio.get_running_loop().time() - begun

    await seconds("nobody")
    unknown, known = await seconds("nobody"), await seconds("zhang.san")

    # An answer without the hash takes a fiftieth of this; a machine under load stays within the factor.
    assert unknown > known / 5


async def test_five_wrong_passwords_lock_the_account_and_its_right_password(db: None) -> None:
    person = await account()

    await wrong(times=5)

    with pytest.raises(Refused):
        await actions.sign_in("zhang.san", PASSWORD)
    row = await rows.find(Account, Account.person == person)
    assert row.locked_until is not None
    assert timedelta(minutes=14) < row.locked_until - clock.real_now() <= timedelta(minutes=15)
    assert await rows.column(Q("SELECT facts->>'result' FROM audit_line WHERE subject = {} ORDER BY id", person)) == [
        *["wrong"] * 4,
        "locked",
        "shut",
    ]
    assert await rows.column(Q("SELECT kind FROM letter WHERE person = {}", person)) == ["account_locked"]


async def test_four_wrong_passwords_and_a_right_one_start_afresh(db: None) -> None:
    await account()
    await wrong(times=4)
    await actions.sign_in("zhang.san", PASSWORD)

    await wrong(times=4)

    assert isinstance(await actions.sign_in("zhang.san", PASSWORD), actions.Entered)


async def test_the_lock_doubles_each_time_it_happens_again(db: None) -> None:
    person = await account()
    times = []

    for _ in range(3):
        await wrong(times=5)
        row = await rows.find(Account, Account.person == person)
        assert row.locked_until is not None
        times.append(round((row.locked_until - clock.real_now()).total_seconds() / 60))
        await Account.update({Account.locked_until: clock.real_now()}).where(Account.person == person)

    assert times == [15, 30, 60]


async def test_many_guesses_at_once_count_as_many(committed: str) -> None:
    person = await account()

    await asyncio.gather(*(wrong() for _ in range(8)))

    assert await rows.value(Q("SELECT lockouts FROM account WHERE person = {}", person)) == 1
    with pytest.raises(Refused):
        await actions.sign_in("zhang.san", PASSWORD)


async def test_no_password_that_was_typed_is_written_anywhere(db: None) -> None:
    await account()

    await wrong("my secret typed as a name")

    lines = await rows.column(Q("SELECT row_to_json(l)::text FROM audit_line l"))
    assert len(lines) == 1
    assert "secret" not in lines[0]
    assert "not the password" not in lines[0]


async def test_signing_in_gives_a_new_session_and_ends_the_old_one(db: None, client: httpx.AsyncClient) -> None:
    await account()
    await enter(client)
    first = client.cookies[sessions.COOKIE]
    assert (await client.get("/login")).status_code == 303
    client.cookies.delete(sessions.COOKIE)
    shown = await client.get("/login")
    client.cookies.set(sessions.COOKIE, first)
    actor, _ = await sessions.recognise(first) or (None, None)
    assert actor is not None

    entered = await actions.sign_in("zhang.san", PASSWORD, old=actor.session)

    assert shown.status_code == 200
    assert isinstance(entered, actions.Entered)
    assert await sessions.recognise(first) is None
    assert await sessions.recognise(entered.token) is not None


async def test_a_session_ends_for_good_when_the_person_signs_out(db: None, client: httpx.AsyncClient) -> None:
    await account()
    await enter(client)
    token = client.cookies[sessions.COOKIE]

    out = await builders.submit(client, "/account", "/logout")
    client.cookies.set(sessions.COOKIE, token)

    assert out.status_code == 303
    assert (await client.get("/account")).headers["location"] == "/login?next=%2Faccount"


async def test_staff_idle_half_an_hour_and_stations_a_week(db: None) -> None:
    await account(role=Role.OFFICER)
    await account("station", role=Role.STATION_WORKER)

    officer = await actions.sign_in("zhang.san", PASSWORD)
    station = await actions.sign_in("station", PASSWORD)

    assert isinstance(officer, actions.Entered)
    assert isinstance(station, actions.Entered)
    assert (officer.seconds, station.seconds) == (None, 7 * 86400)
    idle = await rows.column(Q("SELECT idle_minutes FROM session ORDER BY made_at"))
    assert idle == [30, 7 * 24 * 60]
    assert rules.session_times([Role.STATION_WORKER, Role.OFFICER]) == (timedelta(minutes=30), timedelta(hours=12))


@pytest.mark.parametrize("what", ["idle", "expired", "ended"])
async def test_a_session_that_is_over_recognises_nobody(db: None, what: str) -> None:
    await account()
    entered = await actions.sign_in("zhang.san", PASSWORD)
    assert isinstance(entered, actions.Entered)
    assert await sessions.recognise(entered.token) is not None
    past = clock.real_now() - timedelta(minutes=31)
    column = {"idle": Session.seen_at, "expired": Session.expires_at, "ended": Session.ended_at}[what]

    await Session.update({column: past}, force=True)

    assert await sessions.recognise(entered.token) is None


@pytest.mark.parametrize("kind", ["invite", "reset", "code", "factor"])
async def test_a_token_of_another_kind_is_no_session(db: None, kind: str) -> None:
    await account()
    entered = await actions.sign_in("zhang.san", PASSWORD)
    assert isinstance(entered, actions.Entered)
    session = tokens.subject_of("session", entered.token)

    other = tokens.sign(kind, session, clock.real_now() + timedelta(hours=1))

    assert await sessions.recognise(other) is None


async def test_an_expired_or_forged_token_is_no_session(db: None) -> None:
    await account()
    entered = await actions.sign_in("zhang.san", PASSWORD)
    assert isinstance(entered, actions.Entered)
    session = tokens.subject_of("session", entered.token)
    head, body, mac = entered.token.split(".")

    bad = [
        tokens.sign("session", session, clock.real_now() - timedelta(seconds=1)),
        f"{head}.{body}.{mac[:-4]}AAAA",
        f"{head}.{body}.",
        "eyJhbGciOiJub25lIn0." + body + ".",
        "x",
        "",
    ]

    assert [await sessions.recognise(token) for token in bad] == [None] * len(bad)


async def test_too_many_tries_for_one_name_get_a_page_that_says_so(db: None, client: httpx.AsyncClient) -> None:
    for _ in range(20):
        assert (await enter(client, "nobody", "wrong password")).status_code == 422

    answer = await enter(client, "nobody", "wrong password")

    assert answer.status_code == 429
    assert "操作太频繁" in answer.text
    assert 0 < int(answer.headers["retry-after"]) <= 900


async def test_signing_in_rightly_is_never_too_often(db: None, client: httpx.AsyncClient) -> None:
    await account()

    for _ in range(21):
        assert (await enter(client)).status_code == 303
        client.cookies.delete(sessions.COOKIE)


async def test_the_first_sign_in_changes_the_password_before_anything_else(db: None, client: httpx.AsyncClient) -> None:
    await account(must_change=True)
    await enter(client)

    assert (await client.get("/account")).headers["location"] == "/account/password"
    done = await builders.submit(
        client, "/account/password", current=PASSWORD, password="another 石榴 entirely 42", again="another 石榴 entirely 42"
    )

    assert done.headers["location"] == "/home"
    assert (await client.get("/account")).status_code == 200


async def test_the_sign_in_page_lists_demo_accounts_in_demo_mode_only(db: None, client: httpx.AsyncClient) -> None:
    await account("coordinator", name="示例经办人", role=Role.COORDINATOR)
    before = settings.get()
    plain = await client.get("/login")
    settings.use(msgspec.structs.replace(before, demo=True))

    try:
        shown = await client.get("/login")
    finally:
        settings.use(before)

    assert "示例经办人" not in plain.text
    assert demo.PASSWORD not in plain.text
    assert "示例经办人" in shown.text
    assert Role.COORDINATOR.label in shown.text
    assert demo.PASSWORD in shown.text


async def test_the_link_of_a_demo_account_fills_the_name_in_and_nothing_else(client: httpx.AsyncClient, db: None) -> None:
    filled = await client.get("/login?as=head-scitech")
    nasty = await client.get('/login?as="><script>')

    assert 'value="head-scitech"' in filled.text
    assert "<script>" not in nasty.text.split("<body")[1].split("<main")[1]


async def test_signing_in_asks_for_few_rows(db: None, client: httpx.AsyncClient) -> None:
    await account()
    await enter(client)
    token = client.cookies[sessions.COOKIE]
    seen: list[str] = []
    counting = rows.DB.queries.set(seen)

    await sessions.recognise(token)
    rows.DB.queries.reset(counting)

    assert len(seen) == 1


async def test_an_old_hash_is_renewed_when_its_owner_signs_in(db: None) -> None:
    from argon2 import PasswordHasher

    person = await account()
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await Account.update({Account.password: weak}).where(Account.person == person)

    await actions.sign_in("zhang.san", PASSWORD)

    stored = await rows.value(Q("SELECT password FROM account WHERE person = {}", person))
    assert not passwords.is_outdated(stored)
    assert await passwords.is_right(stored, PASSWORD)
