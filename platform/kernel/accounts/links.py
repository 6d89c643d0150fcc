"""Single-use links that set a password: made, sent, looked at, used up. The token is signed when it is sent and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows
from kernel.accounts import tokens
from kernel.accounts.rules import Reason
from kernel.accounts.tables import AccountLink
from kernel.errors import Missing, Refused
from kernel.rows import Q

GOOD_FOR = {"invite": timedelta(days=3), "reset": timedelta(minutes=30)}


class Holder(Struct, frozen=True):
    link: UUID
    person: UUID
    name: str
    username: str


async def make(kind: str, person: UUID, by: UUID | None) -> AccountLink:
    """A new link; older ones of this kind stop working."""
    now = clock.real_now()
    await rows.execute(
        Q("UPDATE account_link SET used_at = {} WHERE person = {} AND kind = {} AND used_at IS NULL", now, person, kind)
    )
    return await rows.insert(AccountLink(person=person, kind=kind, made_by=by, made_at=now, expires_at=now + GOOD_FOR[kind]))


async def send(kind: str, person: UUID, by: UUID | None) -> AccountLink:
    """A new link on its way to the person."""
    link = await make(kind, person, by)
    await letters.send_secret(kind, person, link.id)
    return link


def path(link: AccountLink) -> str:
    """Where the link leads. Only for the eyes of its person."""
    return f"/{link.kind}/{tokens.sign(link.kind, str(link.id), link.expires_at)}"


async def holder(kind: str, token: str, *, lock: bool = False) -> Holder:
    """Whose link it is. Missing when forged or of another kind; Refused when used, expired or the account closed."""
    ident = UUID(tokens.subject_of(kind, token))
    found = await rows.one(
        Holder,
        Q(
            "SELECT l.id AS link, p.id AS person, p.name, a.username FROM account_link l JOIN person p ON p.id = l.person"
            " JOIN account a ON a.person = p.id WHERE l.id = {} AND l.kind = {} AND l.used_at IS NULL AND l.expires_at > {}"
            " AND a.closed_at IS NULL {}",
            ident,
            kind,
            clock.real_now(),
            Q("FOR UPDATE OF l") if lock else Q(""),
        ),
    )
    if found is None:
        raise Refused(Reason.LINK_USED)
    return found


async def use(kind: str, token: str) -> Holder:
    """Use the link up, in the transaction of what it is used for."""
    found = await holder(kind, token, lock=True)
    await rows.execute(Q("UPDATE account_link SET used_at = {} WHERE id = {}", clock.real_now(), found.link))
    return found


async def compose(kind: str, ident: UUID) -> letters.Text | None:
    """What the person gets, or nothing when the link is no longer good."""
    try:
        link = await rows.find(AccountLink, (AccountLink.id == ident) & AccountLink.used_at.is_null(), lock=False)
    except Missing:
        return None
    if link.expires_at <= clock.real_now():
        return None
    name = await rows.value(Q("SELECT name FROM person WHERE id = {}", link.person))
    hours = int(GOOD_FOR[kind].total_seconds() // 3600)
    return letters.write(
        f"account_{kind}", url=path(link), name=name, hours=hours, minutes=int(GOOD_FOR[kind].total_seconds() // 60)
    )


@letters.secret("invite")
async def invitation(ident: UUID) -> letters.Text | None:
    return await compose("invite", ident)


@letters.secret("reset")
async def reset(ident: UUID) -> letters.Text | None:
    return await compose("reset", ident)
