"""Writing letters. `tell` belongs to the verb's transaction: no commit, no letter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import clock, jobs, rows, secrets_box
from kernel.letters import texts
from kernel.letters.carriers import Message, NotSent, carriers
from kernel.letters.tables import Delivery, Letter
from kernel.letters.texts import Text
from kernel.rows import Q

SMS_A_DAY = 3
BOTH = ("sms", "email")
Composer = Callable[[UUID], Awaitable[Text | None]]
SECRETS: dict[str, Composer] = {}


class Reachable(Struct, frozen=True):
    person: UUID
    sms: bool
    email: bool


class Outgoing(Struct, frozen=True):
    person: UUID
    letter: UUID | None
    secret: str
    subject: UUID | None
    channel: str
    mobile: str | None
    email: str | None


def secret(kind: str) -> Callable[[Composer], Composer]:
    """Register who writes messages of this kind (a link, a code) at the moment they are sent."""

    def register(composer: Composer) -> Composer:
        SECRETS[kind] = composer
        return composer

    return register


async def tell(kind: str, to: Iterable[UUID], *, url: str = "", channels: Any = BOTH, **facts: Any) -> None:
    """One letter of `kind` to each person. templates/letters/<kind>.txt: the first line is the title, the rest the body.

    Everybody gets it in-site; besides, through those of `channels` (some of BOTH) by which they can be reached.
    """
    people = list(dict.fromkeys(to))
    if not people:
        return
    text = texts.write(kind, url=url, **facts)
    now = clock.now()
    written = {
        person: Letter(person=person, kind=kind, title=text.title, body=text.body, url=url, sent_at=now) for person in people
    }
    await Letter.insert(*written.values())
    await _queue([(person, letter.id, "", None) for person, letter in written.items()], channels)


async def send_secret(kind: str, person: UUID, subject: UUID) -> None:
    """Send what composer `kind` writes about `subject`: outside only, by the first channel that reaches the person."""
    await _queue([(person, None, kind, subject)], ("sms", "email"), first_only=True)


async def _queue(
    items: list[tuple[UUID, UUID | None, str, UUID | None]], channels: Sequence[str], *, first_only: bool = False
) -> None:
    open_channels = [channel for channel in channels if channel in carriers()]
    if not open_channels:
        return
    contacts = Q(
        "SELECT id AS person, mobile IS NOT NULL AS sms, email IS NOT NULL AS email FROM person WHERE id = ANY({}::uuid[])",
        [person for person, *_ in items],
    )
    reachable = {row.person: row for row in await rows.fetch(Reachable, contacts)}
    now = clock.real_now()
    for person, letter, kind, subject in items:
        ways = [channel for channel in open_channels if person in reachable and getattr(reachable[person], channel)]
        for channel in ways[:1] if first_only else ways:
            delivery = await rows.insert(
                Delivery(person=person, letter=letter, secret=kind, subject=subject, channel=channel, made_at=now)
            )
            await jobs.later(deliver, delivery=str(delivery.id), key=f"deliver:{delivery.id}")


@jobs.job
async def deliver(*, delivery: str) -> None:
    """Send one delivery, at most once: it is taken in a transaction of its own before anything leaves.

    A worker that dies while sending leaves it at `sending`: perhaps it arrived, so nobody tries again.
    """
    ident = UUID(delivery)
    going = await _take(ident)
    if going is None:
        return
    text = await _text(going)
    sealed = going.mobile if going.channel == "sms" else going.email
    if text is None or sealed is None:
        await _mark(ident, "skipped")
        return
    subject, body = texts.as_mail(text) if going.channel == "email" else ("", texts.as_sms(text))
    to = secrets_box.open("mobile" if going.channel == "sms" else "email", sealed)
    try:
        await carriers()[going.channel].send(Message(key=str(ident), to=to, subject=subject, text=body))
    except NotSent:
        await _mark(ident, "failed")
        raise
    await _mark(ident, "sent")


@rows.verb
async def _take(ident: UUID) -> Outgoing | None:
    """Claim the delivery, or None when it was claimed, or the person has had enough messages today."""
    going = await rows.one(
        Outgoing,
        Q(
            "SELECT d.person, d.letter, d.secret, d.subject, d.channel, p.mobile, p.email FROM delivery d JOIN person p ON p.id = d.person"
            " WHERE d.id = {} AND d.state IN ('waiting', 'failed') FOR NO KEY UPDATE",
            ident,
        ),
    )
    if going is None:
        return None
    if going.letter is not None and going.channel == "sms" and await _sent_today(going.person) >= SMS_A_DAY:
        await _mark(ident, "skipped")
        return None
    await rows.execute(Q("UPDATE delivery SET state = 'sending', sent_at = {} WHERE id = {}", clock.real_now(), ident))
    return going


async def _sent_today(person: UUID) -> int:
    """Letters that went to this phone today. Codes and links were asked for and do not count; their own limits hold."""
    local = clock.real_now().astimezone(clock.SHANGHAI).date()
    sent = Q(
        "SELECT count(*) FROM delivery WHERE person = {} AND channel = 'sms' AND letter IS NOT NULL"
        " AND state IN ('sending', 'sent') AND sent_at >= {}",
        person,
        datetime.combine(local, time(), clock.SHANGHAI),
    )
    return int(await rows.value(sent))


async def _text(going: Outgoing) -> Text | None:
    if going.letter is None:
        return await SECRETS[going.secret](going.subject) if going.subject and going.secret in SECRETS else None
    return await rows.one(Text, Q("SELECT title, body, url FROM letter WHERE id = {}", going.letter))


async def _mark(ident: UUID, state: str) -> None:
    await rows.execute(Q("UPDATE delivery SET state = {} WHERE id = {}", state, ident))


@rows.verb
async def mark_read(person: UUID, letter: UUID) -> str:
    """The letter was seen; answers with the address it leads to. Missing when it is somebody else's."""
    found = await rows.find(Letter, (Letter.id == letter) & (Letter.person == person))
    if found.read_at is None:
        await found.update_self({Letter.read_at: clock.now()})
    return found.url or "/account/messages"


@rows.verb
async def mark_all_read(person: UUID) -> None:
    await rows.execute(Q("UPDATE letter SET read_at = {} WHERE person = {} AND read_at IS NULL", clock.now(), person))
