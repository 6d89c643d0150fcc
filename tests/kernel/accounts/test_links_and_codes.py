"""Links that set a password, one-time codes, the second factor: each good once, for a while, for one thing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pyotp
import pytest

from kernel import clock, jobs, rows, settings
from kernel.accounts import codes, factor, links, passwords, sessions, tokens
from kernel.accounts.mine import actions as mine
from kernel.accounts.rules import Reason
from kernel.accounts.signing_in import actions
from kernel.accounts.tables import Account, AccountLink, OneTimeCode
from kernel.errors import Missing, Refused
from kernel.letters import actions as letters
from kernel.rows import Q
from tests import builders
from tests.harness_jobs import hold
from tests.kernel.accounts.people import PASSWORD, account, enter

pytestmark = pytest.mark.anyio
NEW = "another 石榴 entirely 42"


@pytest.fixture
def outbox(tmp_path: Path, servers: Any) -> Iterator[Path]:
    before = settings.get()
    settings.use(msgspec.structs.replace(before, letters_dir=tmp_path))
    yield tmp_path
    settings.use(before)


def sent(folder: Path) -> list[str]:
    return [msgspec.json.decode(path.read_bytes())["text"] for path in sorted(folder.glob("*.json"))]


# ── links ──


@pytest.mark.parametrize("kind", ["invite", "reset"])
async def test_a_link_sets_the_password_once(db: None, client: httpx.AsyncClient, kind: str) -> None:
    person = await account(password="" if kind == "invite" else PASSWORD, must_change=True)
    address = links.path(await links.make(kind, person, None))

    looked = [await client.get(address) for _ in range(2)]
    done = await builders.submit(client, address, password=NEW, again=NEW)
    again = await client.get(address)

    assert [page.status_code for page in looked] == [200, 200]
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert again.status_code == 422
    assert "已经用过或已过期" in again.text
    assert isinstance(await actions.sign_in("zhang.san", NEW), actions.Entered)
    assert await rows.value(Q("SELECT must_change FROM account WHERE person = {}", person)) is False


async def test_a_link_used_by_two_browsers_at_once_works_for_one(committed: str) -> None:
    person = await account()
    token = links.path(await links.make("reset", person, None)).rpartition("/")[2]

    answers = await asyncio.gather(
        *(actions.set_password("reset", token, f"{NEW} {n}") for n in range(3)), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refused", "Refused"]


async def test_a_refused_password_leaves_the_link_good(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    address = links.path(await links.make("reset", person, None))

    easy = await builders.submit(client, address, password="mianyang2026", again="mianyang2026")
    different = await builders.submit(client, address, password=NEW, again=NEW + "x")
    good = await builders.submit(client, address, password=NEW, again=NEW)

    assert [easy.status_code, different.status_code, good.status_code] == [422, 422, 303]
    assert "容易被猜到" in easy.text
    assert "不一致" in different.text
    assert NEW not in different.text


async def test_a_reset_ends_every_session_unlocks_and_keeps_the_second_factor(db: None) -> None:
    person = await account()
    secret = factor.offer()
    await Account.update({Account.second_factor: factor.seal(secret), Account.failures: 4}).where(Account.person == person)
    token = await sessions.open_session(person)
    reset = links.path(await links.make("reset", person, None)).rpartition("/")[2]

    await actions.set_password("reset", reset, NEW)

    assert await sessions.recognise(token) is None
    assert isinstance(await actions.sign_in("zhang.san", NEW), actions.Half)
    assert await rows.value(Q("SELECT failures FROM account WHERE person = {}", person)) == 0


async def test_a_new_link_replaces_the_older_one(db: None) -> None:
    person = await account()
    older = links.path(await links.make("reset", person, None)).rpartition("/")[2]
    newer = links.path(await links.make("reset", person, None)).rpartition("/")[2]

    assert (await links.holder("reset", newer)).person == person
    with pytest.raises(Refused):
        await links.holder("reset", older)


async def test_expired_forged_and_foreign_links_open_nothing(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    link = await links.make("reset", person, None)
    token = links.path(link).rpartition("/")[2]
    later = clock.real_now() + timedelta(hours=1)

    wrong_kind = await client.get(f"/invite/{token}")
    session = await client.get(f"/reset/{tokens.sign('session', str(link.id), later)}")
    forged = await client.get(f"/reset/{token[:-4]}AAAA")
    await AccountLink.update({AccountLink.expires_at: clock.real_now()}, force=True)
    expired = await client.get(f"/reset/{token}")

    assert [page.status_code for page in (wrong_kind, session, forged)] == [404, 404, 404]
    assert expired.status_code == 422
    with pytest.raises(Missing):
        await actions.set_password("invite", token, NEW)


async def test_a_link_of_a_closed_account_opens_nothing(db: None) -> None:
    person = await account()
    token = links.path(await links.make("reset", person, None)).rpartition("/")[2]
    await Account.update({Account.closed_at: clock.real_now()}).where(Account.person == person)

    with pytest.raises(Refused):
        await actions.set_password("reset", token, NEW)


async def test_who_forgot_the_password_gets_a_link_and_nobody_learns_who_exists(
    committed: str, client: httpx.AsyncClient, outbox: Path
) -> None:
    await account(mobile="13812345678")

    known = await builders.submit(client, "/reset", username="13812345678")
    unknown = await builders.submit(client, "/reset", username="13900000000")
    await jobs.drain()

    assert (known.headers["location"], unknown.headers["location"]) == ("/reset?sent=1", "/reset?sent=1")
    [text] = sent(outbox)
    address = text.partition("请打开：")[2]
    page = await client.get(address.removeprefix(f"http://{settings.get().host}:{settings.get().port}"))
    assert page.status_code == 200
    stored = await rows.column(Q("SELECT row_to_json(o)::text FROM outbox o UNION SELECT row_to_json(d)::text FROM delivery d"))
    assert not any(address.rpartition("/")[2] in text for text in stored)


# ── codes ──


async def asked(person: UUID) -> tuple[str, str]:
    """The browser's token and the code the person received."""
    token = await actions.ask_code("zhang.san")
    return token, codes.digits(UUID(tokens.subject_of("code", token)))


async def test_a_code_arrives_and_signs_in_once(committed: str, client: httpx.AsyncClient, outbox: Path) -> None:
    person = await account(mobile="13812345678")

    going = await builders.submit(client, "/login/code?next=/account", "/login/code", username="13812345678", next="/account")
    await jobs.drain()
    [text] = sent(outbox)
    code = text.partition("登录验证码 ")[2][:6]
    client.cookies.set("half", client.cookies["half"], path="/login")
    entered = await builders.submit(client, going.headers["location"], "/login/code/enter", code=code, next="/account")

    assert going.headers["location"] == "/login/code?sent=1&next=%2Faccount"
    assert (entered.status_code, entered.headers["location"]) == (303, "/account")
    found = await sessions.recognise(client.cookies["session"])
    assert found is not None
    assert found[0].person == person


async def test_a_code_works_once_for_five_tries_and_five_minutes(db: None) -> None:
    person = await account(mobile="13812345678")

    async def refused(token: str, code: str) -> bool:
        try:
            await actions.enter_code(token, code)
        except Refused as no:
            return no.reason is Reason.WRONG_CODE
        return False

    token, code = await asked(person)
    assert not await refused(token, code)
    assert await refused(token, code), "a second time"
    token, code = await asked(person)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert [await refused(token, wrong) for _ in range(5)] == [True] * 5
    assert await refused(token, code), "after five wrong tries"
    token, code = await asked(person)
    await OneTimeCode.update({OneTimeCode.expires_at: clock.real_now()}, force=True)
    assert await refused(token, code), "after five minutes"
    older, code = await asked(person)
    await asked(person)
    assert await refused(older, code), "after a newer one"


async def test_a_code_is_tied_to_the_browser_that_asked_for_it(db: None) -> None:
    await account(mobile="13812345678")
    await account("li.si", mobile="13900000000")
    _, code = await asked(await account("wang.wu"))
    other = await actions.ask_code("li.si")

    for token in (other, "", tokens.sign("session", str(rows.new_id()), clock.real_now() + timedelta(hours=1))):
        with pytest.raises(Refused):
            await actions.enter_code(token, code)


async def test_unknown_and_locked_accounts_get_an_answer_and_no_code(db: None, client: httpx.AsyncClient) -> None:
    person = await account("locked", mobile="13812345678")
    await Account.update({Account.locked_until: clock.real_now() + timedelta(hours=1)}).where(Account.person == person)

    answers = [await builders.submit(client, "/login/code", username=name) for name in ("locked", "nobody")]

    assert {answer.headers["location"] for answer in answers} == {"/login/code?sent=1"}
    assert await rows.value(Q("SELECT count(*) FROM one_time_code")) == 0


async def test_a_second_code_within_a_minute_is_too_soon(db: None, client: httpx.AsyncClient) -> None:
    await account(mobile="13812345678")
    first = await builders.submit(client, "/login/code", username="zhang.san")

    second = await builders.submit(client, "/login/code", username="ZHANG.san ")

    assert (first.status_code, second.status_code) == (303, 429)


async def test_the_table_of_codes_holds_no_code(db: None) -> None:
    person = await account(mobile="13812345678")
    _, code = await asked(person)

    row = await rows.value(Q("SELECT row_to_json(c)::text FROM one_time_code c"))
    queued = await rows.column(Q("SELECT kwargs::text FROM outbox"))

    assert set(msgspec.json.decode(row)) == {"id", "person", "made_at", "expires_at", "tries", "used_at"}
    assert not any(code in text for text in queued)


async def test_sending_a_secret_holds_as_a_job(committed: str, outbox: Path) -> None:
    person = await account(mobile="13812345678")

    async def prepare() -> dict[str, str]:
        await links.send("reset", person, None)
        return {"delivery": str(await rows.value(Q("SELECT id FROM delivery ORDER BY made_at DESC, id DESC LIMIT 1")))}

    async def state(delivery: str) -> int:
        return len(list(outbox.glob(f"{delivery}*")))

    await hold(letters.deliver, prepare, state, cut_may_differ=lambda expected, found: (expected, found) == (1, 0))


# ── second factor ──


async def with_factor(name: str = "zhang.san") -> tuple[UUID, pyotp.TOTP]:
    person = await account(name)
    secret = factor.offer()
    await Account.update({Account.second_factor: factor.seal(secret)}).where(Account.person == person)
    return person, pyotp.TOTP(secret)


def now_code(totp: pyotp.TOTP) -> str:
    return str(totp.generate_otp(int(clock.real_now().timestamp()) // 30))


async def test_with_a_second_factor_the_password_is_half_the_way(db: None, client: httpx.AsyncClient) -> None:
    _, totp = await with_factor()

    half = await enter(client, url="/login?next=/account")
    nothing = await client.get("/account")
    entered = await builders.submit(client, half.headers["location"], "/login/factor", code=now_code(totp), next="/account")

    assert half.headers["location"] == "/login/factor"
    assert nothing.status_code == 303
    assert entered.headers["location"] == "/account"
    assert (await client.get("/account")).status_code == 200


async def test_a_code_of_the_authenticator_works_once(db: None) -> None:
    _, totp = await with_factor()
    half = await actions.sign_in("zhang.san", PASSWORD)
    assert isinstance(half, actions.Half)
    code = now_code(totp)

    await actions.enter_factor(half.token, code)

    with pytest.raises(Refused) as no:
        await actions.enter_factor(half.token, code)
    assert no.value.reason is Reason.WRONG_FACTOR


async def test_wrong_codes_lock_like_wrong_passwords(db: None) -> None:
    person, _ = await with_factor()
    half = await actions.sign_in("zhang.san", PASSWORD)
    assert isinstance(half, actions.Half)

    for _ in range(5):
        with pytest.raises(Refused):
            await actions.enter_factor(half.token, "00000x")

    assert await rows.value(Q("SELECT lockouts FROM account WHERE person = {}", person)) == 1


async def test_a_one_time_code_does_not_go_around_the_second_factor(db: None) -> None:
    await with_factor()
    token = await actions.ask_code("zhang.san")

    answer = await actions.enter_code(token, codes.digits(UUID(tokens.subject_of("code", token))))

    assert isinstance(answer, actions.Half)


async def test_half_a_sign_in_of_somebody_else_is_no_use(db: None) -> None:
    _, totp = await with_factor()
    await with_factor("li.si")
    other = await actions.sign_in("li.si", PASSWORD)
    assert isinstance(other, actions.Half)

    for token in (other.token, tokens.sign("code", "x", clock.real_now() + timedelta(hours=1)), ""):
        with pytest.raises(Refused):
            await actions.enter_factor(token, now_code(totp))


async def test_a_person_turns_the_second_factor_on_and_off(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    await enter(client)
    shown = await client.get("/account/factor")
    offer = builders.hidden(shown.text, "offer")
    secret = shown.text.partition("密钥：")[2][:32]

    bad = await client.post("/account/factor", data={
        "csrf": builders.hidden(shown.text, "csrf"), "offer": offer, "code": "000000", "current": PASSWORD})  # fmt: skip
    on = await client.post("/account/factor", data={
        "csrf": builders.hidden(shown.text, "csrf"), "offer": offer, "code": now_code(pyotp.TOTP(secret)), "current": PASSWORD,
    })  # fmt: skip
    assert isinstance(await actions.sign_in("zhang.san", PASSWORD), actions.Half)
    off = await builders.submit(client, "/account/factor", "/account/factor/off", current=PASSWORD)

    assert bad.status_code == 422
    assert secret in bad.text
    assert (on.status_code, off.status_code) == (303, 303)
    assert isinstance(await actions.sign_in("zhang.san", PASSWORD), actions.Entered)
    assert await rows.column(Q("SELECT facts->>'on' FROM audit_line WHERE action = 'account.change-factor' ORDER BY id")) == [
        "true",
        "false",
    ]
    assert person


async def test_an_authenticator_offered_to_another_session_is_refused(db: None) -> None:
    person = await account()
    first = await sessions.recognise(await sessions.open_session(person))
    second = await sessions.recognise(await sessions.open_session(person))
    assert first is not None
    assert second is not None

    offer = mine.offer_factor(first[0])

    assert len(mine.offered(first[0], offer)) == 32
    with pytest.raises(Refused):
        mine.offered(second[0], offer)


async def test_the_secret_of_the_authenticator_is_not_readable_in_the_database(db: None) -> None:
    person, totp = await with_factor()

    stored = await rows.value(Q("SELECT second_factor FROM account WHERE person = {}", person))

    assert totp.secret not in stored
    assert passwords.blocked()
