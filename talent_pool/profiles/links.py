"""Single-use links for experts without an account: where they lead, what their messages say."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows
from kernel.access import Actor
from kernel.accounts.single_use import Links
from kernel.rows import Q
from talent_pool.profiles import words
from talent_pool.profiles.kinds import LinkKind
from talent_pool.profiles.rules import Reason
from talent_pool.profiles.tables import ExpertLink

GOOD_FOR = {LinkKind.APPLY: timedelta(days=14), LinkKind.CONFIRM: timedelta(days=60)}
KEPT = timedelta(days=90)


class Holder(Struct, frozen=True):
    """Whose link it is; `person` acts with it."""

    link: UUID
    expert: UUID
    person: UUID
    name: str

    @property
    def actor(self) -> Actor:
        return Actor(self.person, self.name)


_LINKS = Links(
    ExpertLink,
    "expert",
    GOOD_FOR,
    (
        Holder,
        "SELECT l.id AS link, e.id AS expert, p.id AS person, p.name FROM expert_link l JOIN expert e ON e.id = l.expert"
        " JOIN person p ON p.id = e.person",
    ),
    Reason.LINK_USED,
    "expert-",
)
holder, use = _LINKS.holder, _LINKS.use


async def send(kind: LinkKind, expert: UUID, person: UUID, by: UUID | None) -> None:
    """A new link on its way to the phone of the person."""
    link = await _LINKS.make(kind, expert, by)
    await letters.send_secret(f"expert-{kind}", person, link.id)


def path(link: ExpertLink) -> str:
    """Where the link leads. Only for the eyes of its person."""
    return f"/experts/{link.kind}/{_LINKS.token(link)}"


class Sent(Struct, frozen=True):
    """What the message says besides the link."""

    name: str
    unit: str


async def _compose(kind: LinkKind, ident: UUID) -> letters.Text | None:
    """The message, written at the moment it leaves; none when the link is no longer good."""
    link = await _LINKS.good(ident)
    if link is None:
        return None
    said = await rows.the(
        Sent,
        Q(
            "SELECT p.name, coalesce(u.name, '') AS unit FROM expert e JOIN person p ON p.id = e.person"
            " LEFT JOIN unit u ON u.id = e.invited_unit WHERE e.id = {}",
            link.expert,
        ),
    )
    unit = said.unit or words.HOST
    return letters.write(f"expert_{kind}", url=path(link), name=said.name, unit=unit, days=GOOD_FOR[kind].days)


@letters.secret("expert-apply")
async def application(ident: UUID) -> letters.Text | None:
    return await _compose(LinkKind.APPLY, ident)


@letters.secret("expert-confirm")
async def confirmation(ident: UUID) -> letters.Text | None:
    return await _compose(LinkKind.CONFIRM, ident)


async def sweep() -> None:
    """Drop old links, and the telephone numbers of people who never came in and have no other business here."""
    before = clock.real_now() - KEPT
    await rows.execute(
        Q(
            "UPDATE person SET mobile = NULL, mobile_key = NULL FROM expert e WHERE e.person = person.id AND person.mobile IS NOT NULL"
            " AND e.state IN ('invited', 'refused') AND coalesce(e.settled_at, e.invited_at) < {}"
            " AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = person.id)"
            " AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.person = person.id)",
            before,
        )
    )
    await rows.execute(Q("DELETE FROM expert_link WHERE expires_at < {}", before))


ROUTINES = ((6 * 3600.0, sweep),)
