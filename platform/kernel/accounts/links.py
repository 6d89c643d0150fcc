"""Single-use links that set a password: where they lead, what their messages say."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from kernel import letters, rows
from kernel.accounts.rules import Reason
from kernel.accounts.single_use import Links
from kernel.accounts.tables import AccountLink
from kernel.rows import Q

GOOD_FOR = {"invite": timedelta(days=3), "reset": timedelta(minutes=30)}


class Holder(Struct, frozen=True):
    link: UUID
    person: UUID
    name: str
    username: str


_LINKS = Links(
    AccountLink,
    "person",
    GOOD_FOR,
    (
        Holder,
        "SELECT l.id AS link, p.id AS person, p.name, a.username FROM account_link l JOIN person p ON p.id = l.person"
        " JOIN account a ON a.person = p.id AND a.closed_at IS NULL",
    ),
    Reason.LINK_USED,
)
make, holder, use = _LINKS.make, _LINKS.holder, _LINKS.use


async def send(kind: str, person: UUID, by: UUID | None) -> AccountLink:
    """A new link on its way to the person."""
    link = await make(kind, person, by)
    await letters.send_secret(kind, person, link.id)
    return link


def path(link: AccountLink) -> str:
    """Where the link leads. Only for the eyes of its person."""
    return f"/{link.kind}/{_LINKS.token(link)}"


async def compose(kind: str, ident: UUID) -> letters.Text | None:
    """What the person gets, or nothing when the link is no longer good."""
    link = await _LINKS.good(ident)
    if link is None:
        return None
    name = await rows.value(Q("SELECT name FROM person WHERE id = {}", link.person))
    minutes = int(GOOD_FOR[kind].total_seconds() // 60)
    return letters.write(f"account_{kind}", url=path(link), name=name, hours=minutes // 60, minutes=minutes)


@letters.secret("invite")
async def invitation(ident: UUID) -> letters.Text | None:
    return await compose("invite", ident)


@letters.secret("reset")
async def reset(ident: UUID) -> letters.Text | None:
    return await compose("reset", ident)
