"""Letters: in-site always, outside at most once, never more than a few messages a day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from kernel import clock, jobs, letters, rows, secrets_box, settings
from kernel.accounts.tables import Person
from kernel.letters import actions, carriers, texts
from kernel.letters.carriers import Message, NotSent
from kernel.rows import Q
from tests import builders
from tests.harness_jobs import hold

pytestmark = pytest.mark.anyio


@pytest.fixture
def outbox(tmp_path: Path, servers: Any) -> Iterator[Path]:
    """The folder that stands for the world outside."""
    before = settings.get()
    settings.use(msgspec.structs.replace(before, letters_dir=tmp_path))
    yield tmp_path
    settings.use(before)


def sent(folder: Path) -> list[dict[str, str]]:
    return [msgspec.json.decode(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


async def reachable(mobile: str = "13812345678", email: str = "") -> UUID:
    person = await rows.insert(
        Person(
            name="示例人员",
            created_at=clock.real_now(),
            mobile=secrets_box.seal("mobile", mobile) if mobile else None,
            email=secrets_box.seal("email", email) if email else None,
        )
    )
    return UUID(str(person.id))


async def test_a_letter_waits_in_the_inbox_and_goes_out_by_every_way_that_reaches(committed: str, outbox: Path) -> None:
    person = await reachable(email="li@example.cn")
    unreachable = await reachable(mobile="")

    await letters.tell("account_password_changed", to=[person, unreachable, person], url="/account")
    await jobs.drain()

    assert await rows.value(Q("SELECT count(*) FROM letter")) == 2
    by_channel = {message["channel"]: message for message in sent(outbox)}
    assert {channel: message["to"] for channel, message in by_channel.items()} == {
        "sms": "13812345678",
        "email": "li@example.cn",
    }
    assert by_channel["sms"]["text"].startswith("【绵社有为】密码已修改。")
    assert by_channel["email"]["subject"] == "绵社有为：密码已修改"
    assert all(f"{texts.absolute('/account')}" in message["text"] for message in by_channel.values())


async def test_channels_can_be_named(committed: str, outbox: Path) -> None:
    person = await reachable(email="li@example.cn")

    await letters.tell("account_password_changed", to=[person], channels=("email",))
    await letters.tell("account_password_changed", to=[person], channels=())
    await jobs.drain()

    assert [message["channel"] for message in sent(outbox)] == ["email"]
    assert await rows.value(Q("SELECT count(*) FROM letter")) == 2


async def test_no_commit_no_letter(committed: str, outbox: Path) -> None:
    person = await reachable()

    async def fail() -> None:
        async with rows.transaction():
            await letters.tell("account_password_changed", to=[person])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await jobs.drain()

    assert await rows.value(Q("SELECT count(*) FROM letter")) == 0
    assert sent(outbox) == []


async def test_a_phone_gets_three_letters_a_day_and_codes_besides(committed: str, outbox: Path) -> None:
    person = await reachable()

    for _ in range(5):
        await letters.tell("account_password_changed", to=[person])
    await jobs.drain()

    assert len(sent(outbox)) == 3
    states = await rows.column(Q("SELECT state FROM delivery ORDER BY state"))
    assert states == ["sent"] * 3 + ["skipped"] * 2
    assert await rows.value(Q("SELECT count(*) FROM letter")) == 5


class Counting(carriers.Folder):
    """A gateway that counts how often it was asked."""

    asked: list[str]

    async def send(self, message: Message) -> None:
        self.asked.append(message.key)
        await super().send(message)


async def test_a_letter_leaves_at_most_once_however_its_job_runs(
    committed: str, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Counting(outbox, "sms")
    gateway.asked = []
    monkeypatch.setattr(actions, "carriers", lambda: {"sms": gateway})

    async def prepare() -> dict[str, str]:
        await letters.tell("account_password_changed", to=[await reachable()])
        return {"delivery": str(await rows.value(Q("SELECT id FROM delivery ORDER BY made_at DESC, id DESC LIMIT 1")))}

    async def state(delivery: str) -> tuple[int, str]:
        return gateway.asked.count(delivery), await rows.value(Q("SELECT state FROM delivery WHERE id = {}", UUID(delivery)))

    # Cut off after taking it, nobody can know whether it arrived: it stays at "sending" and is not tried again.
    await hold(
        actions.deliver,
        prepare,
        state,
        cut_may_differ=lambda expected, found: expected == (1, "sent") and found in {(0, "sending"), (1, "sending")},
    )


class Refusing:
    def __init__(self, error: Exception) -> None:
        self.error, self.asked = error, 0

    async def send(self, message: Message) -> None:
        self.asked += 1
        raise self.error


async def test_what_was_surely_not_sent_is_tried_again_and_what_may_have_been_is_not(
    committed: str, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    down, unclear = Refusing(NotSent()), Refusing(TimeoutError())
    monkeypatch.setattr(actions, "carriers", lambda: {"sms": down, "email": unclear})
    await letters.tell("account_password_changed", to=[await reachable(email="li@example.cn")])

    for _ in range(3):
        await rows.execute(Q("UPDATE outbox SET run_after = {} WHERE state = 'waiting'", clock.real_now()))
        await jobs.drain()

    assert (down.asked, unclear.asked) == (3, 1)


async def test_a_letter_is_read_by_its_owner_only(db: None, as_: Any, client: httpx.AsyncClient) -> None:
    mine, other = await builders.actor(None), await builders.actor(None)
    await letters.tell("account_password_changed", to=[mine.person], url="/account/contact")
    letter = await rows.value(Q("SELECT id FROM letter"))

    browser = await as_(other)
    foreign = await builders.submit(browser, "/account/messages", f"/account/messages/{letter}")
    browser = await as_(mine)
    shown = await browser.get("/account/messages?only=unread")
    own = await builders.submit(browser, "/account/messages", f"/account/messages/{letter}")

    assert foreign.status_code == 404
    assert "密码已修改" in shown.text
    assert own.headers["location"] == "/account/contact"
    assert "密码已修改" not in (await browser.get("/account/messages?only=unread")).text


async def test_the_gateway_gets_the_same_key_each_time(servers: Any) -> None:
    asked: list[Any] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        asked.append(msgspec.json.decode((await receive())["body"]))
        await send({"type": "http.response.start", "status": 200 if len(asked) > 1 else 400, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    gateway = carriers.Gateway("http://127.0.0.1:9/sms", "token")
    transport = httpx.ASGITransport(app=answer)
    gateway.transport = transport
    message = Message(key="one", to="13812345678", subject="", text="您好")

    with pytest.raises(NotSent):
        await gateway.send(message)
    await gateway.send(message)

    assert asked == [{"to": "13812345678", "text": "您好", "key": "one"}] * 2
