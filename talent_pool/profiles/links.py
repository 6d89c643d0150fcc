"""Single-use links for experts without an account: made, sent, looked at, used up. The token is signed when it is sent and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows
from kernel.access import Actor
from kernel.accounts import tokens
from kernel.errors import Missing, Refused
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


async def send(kind: LinkKind, expert: UUID, person: UUID, by: UUID | None) -> None:
    """A new link on its way to the phone of the person; older ones of this kind stop working."""
    now = clock.real_now()
    await rows.execute(
        Q("UPDATE expert_link SET used_at = {} WHERE expert = {} AND kind = {} AND used_at IS NULL", now, expert, kind)
    )
    link = await rows.insert(ExpertLink(expert=expert, kind=kind, made_by=by, made_at=now, expires_at=now + GOOD_FOR[kind]))
    await letters.send_secret(f"expert-{kind}", person, link.id)


def path(link: ExpertLink) -> str:
    """Where the link leads. Only for the eyes of its person."""
    return f"/experts/{link.kind}/{tokens.sign(f'expert-{link.kind}', str(link.id), link.expires_at)}"


async def holder(kind: LinkKind, token: str, *, lock: bool = False) -> Holder:
    """Missing when forged or of another kind; Refused when used, replaced by a newer one, or too old."""
    ident = UUID(tokens.subject_of(f"expert-{kind}", token))
    found = await rows.one(
        Holder,
        Q(
            "SELECT l.id AS link, e.id AS expert, p.id AS person, p.name FROM expert_link l JOIN expert e ON e.id = l.expert"
            " JOIN person p ON p.id = e.person WHERE l.id = {} AND l.kind = {} AND l.used_at IS NULL AND l.expires_at > {} {}",
            ident,
            kind,
            clock.real_now(),
            Q("FOR UPDATE OF l") if lock else Q(""),
        ),
    )
    if found is None:
        raise Refused(Reason.LINK_USED)
    return found


async def use(kind: LinkKind, token: str) -> Holder:
    """Use the link up, in the transaction of what it is used for."""
    found = await holder(kind, token, lock=True)
    await rows.execute(Q("UPDATE expert_link SET used_at = {} WHERE id = {}", clock.real_now(), found.link))
    return found


class Sent(Struct, frozen=True):
    """What the message says besides the link."""

    name: str
    unit: str


async def _compose(kind: LinkKind, ident: UUID) -> letters.Text | None:
    """The message, written at the moment it leaves; none when the link is no longer good."""
    try:
        link = await rows.find(ExpertLink, (ExpertLink.id == ident) & ExpertLink.used_at.is_null(), lock=False)
    except Missing:
        return None
    if link.expires_at <= clock.real_now():
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
