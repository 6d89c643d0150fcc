"""One's own account: what it shows, what it changes, and what it asks before."""

from __future__ import annotations

import httpx
import pytest

from kernel import rows, secrets_box
from kernel.access import Role
from kernel.accounts import sessions
from kernel.accounts.signing_in import actions
from kernel.rows import Q
from tests import builders
from tests.kernel.accounts.people import PASSWORD, account, enter

pytestmark = pytest.mark.anyio
NEW = "another 石榴 entirely 42"


async def test_changing_the_password_ends_every_other_session(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    elsewhere = await sessions.open_session(person)
    await enter(client)

    done = await builders.submit(client, "/account/password", current=PASSWORD, password=NEW, again=NEW)

    assert done.headers["location"] == "/account"
    assert await sessions.recognise(elsewhere) is None
    assert (await client.get("/account")).status_code == 200
    assert isinstance(await actions.sign_in("zhang.san", NEW), actions.Entered)


@pytest.mark.parametrize(
    ("current", "new", "again", "says"),
    [
        ("wrong password", NEW, NEW, "当前密码不正确"),
        (PASSWORD, NEW, NEW + "x", "不一致"),
        (PASSWORD, PASSWORD, PASSWORD, "不能与当前密码相同"),
        (PASSWORD, "mianyang2026!!", "mianyang2026!!", "容易被猜到"),
        (PASSWORD, "short", "short", "至少 10 个字符"),
        (PASSWORD, "x" * 201, "x" * 201, "最多 200 个字"),
        ("", NEW, NEW, "请填写此项"),
    ],
)
async def test_a_bad_change_says_why_and_changes_nothing(
    db: None, client: httpx.AsyncClient, current: str, new: str, again: str, says: str
) -> None:
    await account()
    await enter(client)

    answer = await builders.submit(client, "/account/password", current=current, password=new, again=again)

    assert answer.status_code == 422
    assert says in answer.text
    assert isinstance(await actions.sign_in("zhang.san", PASSWORD), actions.Entered)


async def test_a_stolen_session_may_not_guess_the_password(db: None, client: httpx.AsyncClient) -> None:
    await account()
    await enter(client)

    answers = [
        (await builders.submit(client, "/account/password", current="wrong", password=NEW, again=NEW)).status_code
        for _ in range(11)
    ]

    assert answers == [422] * 10 + [429]


async def test_people_see_and_end_their_own_sessions_only(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    foreign = await sessions.open_session(await account("li.si"))
    other = await sessions.open_session(person, device="Chrome, 手机")
    await enter(client)
    shown = await client.get("/account")
    ids = {
        name: await rows.value(Q("SELECT id FROM session WHERE person = (SELECT person FROM account WHERE username = {}) ORDER BY made_at LIMIT 1", name))
        for name in ("li.si", "zhang.san")
    }  # fmt: skip

    refused = await builders.submit(client, "/account", f"/account/sessions/{ids['li.si']}/end")
    ended = await builders.submit(client, "/account", f"/account/sessions/{ids['zhang.san']}/end")

    assert "Chrome, 手机" in shown.text
    assert str(ids["li.si"]) not in shown.text
    assert (refused.status_code, ended.status_code) == (404, 303)
    assert await sessions.recognise(foreign) is not None
    assert await sessions.recognise(other) is None


async def test_all_other_sessions_end_at_once(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    others = [await sessions.open_session(person) for _ in range(2)]
    await enter(client)

    await builders.submit(client, "/account", "/account/sessions/end-others")

    assert [await sessions.recognise(token) for token in others] == [None, None]
    assert (await client.get("/account")).status_code == 200


async def test_a_session_revoked_meanwhile_asks_to_sign_in_on_the_next_click(db: None, client: httpx.AsyncClient) -> None:
    person = await account()
    await enter(client)
    shown = await client.get("/account/contact")
    await sessions.end_all(person)

    posted = await client.post(
        "/account/contact",
        data={"csrf": builders.hidden(shown.text, "csrf"), "current": PASSWORD, "mobile": "13812345678", "email": ""},
    )

    assert (posted.status_code, posted.headers["location"]) == (303, "/login?next=%2F")
    assert await rows.value(Q("SELECT mobile FROM person WHERE id = {}", person)) is None


async def test_contact_data_is_changed_with_the_password_sealed_and_masked(db: None, client: httpx.AsyncClient) -> None:
    person = await account(role=Role.OFFICER)
    await enter(client)

    wrong = await builders.submit(client, "/account/contact", mobile="13812345678", email="", current="wrong")
    done = await builders.submit(client, "/account/contact", mobile="138 1234-5678", email="zhang@example.cn", current=PASSWORD)
    shown = await client.get("/account")

    assert (wrong.status_code, done.status_code) == (422, 303)
    assert "13812345678" in wrong.text
    stored = await rows.value(Q("SELECT mobile || email || mobile_key FROM person WHERE id = {}", person))
    assert "13812345678" not in stored
    assert "zhang" not in stored
    sealed = await rows.value(Q("SELECT mobile FROM person WHERE id = {}", person))
    assert secrets_box.open("mobile", sealed) == "13812345678"
    assert "138****5678" in shown.text
    assert "z***@example.cn" in shown.text
    assert "13812345678" not in shown.text


@pytest.mark.parametrize(("mobile", "email"), [("12345", ""), ("", "no-address"), ("", "a@b.cn\nBcc: x@y.cn")])
async def test_bad_contact_data_is_refused_with_a_sentence(db: None, client: httpx.AsyncClient, mobile: str, email: str) -> None:
    await account()
    await enter(client)

    answer = await builders.submit(client, "/account/contact", mobile=mobile, email=email, current=PASSWORD)

    assert answer.status_code == 422
    assert "请填写 11 位手机号码" in answer.text or "请填写正确的电子邮箱" in answer.text


async def test_a_mobile_number_serves_one_account(db: None, client: httpx.AsyncClient) -> None:
    await account("li.si", mobile="13812345678")
    await account()
    await enter(client)

    answer = await builders.submit(client, "/account/contact", mobile="13812345678", email="", current=PASSWORD)

    assert answer.status_code == 422
    assert "已用于另一个账号" in answer.text


async def test_an_older_page_of_contact_data_is_stale(db: None, client: httpx.AsyncClient) -> None:
    await account()
    await enter(client)
    await builders.submit(client, "/account/contact", mobile="13812345678", email="", current=PASSWORD)

    answer = await builders.submit(client, "/account/contact", version="1", mobile="13900000000", email="", current=PASSWORD)

    assert answer.status_code == 409
    assert "138****5678" in answer.text
    assert "13900000000" in answer.text


async def test_the_account_page_names_the_roles(db: None, client: httpx.AsyncClient) -> None:
    await account(role=Role.EXPERT)
    await enter(client)

    shown = await client.get("/account")

    assert Role.EXPERT.label in shown.text


async def test_the_look_is_kept_and_leads_back_to_our_own_pages(db: None, client: httpx.AsyncClient) -> None:
    kept = await client.get("/preferences?size=large&next=/account")
    outside = await client.get("/preferences?theme=dark&next=//evil.example")
    nonsense = await client.get("/preferences?size=enormous")

    assert kept.headers["location"] == "/account"
    assert outside.headers["location"] == "/"
    assert (client.cookies["size"], client.cookies["theme"]) == ("large", "dark")
    assert not any("enormous" in value for value in nonsense.headers.get_list("set-cookie"))
