"""Verbs of the administrators. Each belongs to one of the three, and none of them can act on their own rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from kernel import audit, clock, letters, rows
from kernel.access import Action, Actor, Role
from kernel.accounts import links, queries, rules, sessions
from kernel.accounts.mine.actions import write_contact
from kernel.accounts.names import person_key, sort_key
from kernel.accounts.rules import Reason
from kernel.accounts.tables import Account, Membership, Person, Unit
from kernel.accounts.words import UNIT_KIND
from kernel.errors import Refused
from kernel.rows import Q
from kernel.tables import Outbox


@rows.verb
async def open_account(actor: Actor | None, username: str, name: str, *, mobile: str = "", email: str = "") -> UUID:
    """A person with an account and no password: the invitation that goes out lets them choose it."""
    person = await _open(actor, username, name)
    if not mobile and not email:
        raise Refused(Reason.NO_CONTACT)
    await write_contact(person, mobile, email)
    await links.send("invite", person.id, actor.person if actor else None)
    return UUID(str(person.id))


async def _open(actor: Actor | None, username: str, name: str) -> Person:
    username = queries.typed_username(username)
    rules.check_username(username)
    if await rows.value(Q("SELECT 1 FROM account WHERE username = {}", username)) is not None:
        raise Refused(Reason.USERNAME_TAKEN, username=username)
    person = await rows.insert(Person(name=name, sort_key=person_key(name), created_at=clock.real_now()))
    await rows.insert(Account(person=person.id, username=username))
    await audit.record(actor, Action.OPEN_ACCOUNT, ("account", person.id), username=username)
    return person


@rows.verb
async def close_account(actor: Actor, person: UUID) -> None:
    """Nobody signs in to it any more, and whoever is signed in is out. Roles stay on record and have no use."""
    if person == actor.person:
        raise Refused(Reason.SELF_CLOSE)
    account = await rows.find(Account, Account.person == person)
    if account.closed_at is not None:
        raise Refused(Reason.CLOSED)
    await account.update_self({Account.closed_at: clock.real_now(), Account.version: account.version + 1})
    await sessions.end_all(person)
    await audit.record(actor, Action.CLOSE_ACCOUNT, ("account", person))


@rows.verb
async def edit_person_contact(actor: Actor, person: UUID, version: int, mobile: str, email: str) -> None:
    """For people who cannot: a lost phone, a mistyped number before the first sign-in."""
    row = await rows.find(Person, Person.id == person)
    rows.check_version(row, version)
    await write_contact(row, mobile, email)
    await audit.record(actor, Action.OPEN_ACCOUNT, ("account", person), mobile=bool(mobile), email=bool(email))


@rows.verb
async def open_unit(actor: Actor | None, kind: str, code: str, name: str) -> UUID:
    if await rows.value(Q("SELECT 1 FROM unit WHERE kind = {} AND code = {}", kind, code)) is not None:
        raise Refused(Reason.CODE_TAKEN, code=code, kind=UNIT_KIND[kind])
    unit = await rows.insert(Unit(kind=kind, code=code, name=name, sort_key=sort_key(name)))
    await audit.record(actor, Action.OPEN_UNIT, unit, kind=kind, code=code, name=name)
    return UUID(str(unit.id))


@rows.verb
async def grant_membership(
    actor: Actor | None, person: UUID, role: Role, unit: UUID | None = None, *, until: date | None = None
) -> UUID:
    """Give a person a role, from today. Works on their next click. Nobody gives one to themselves."""
    if actor is not None and actor.person == person:
        raise Refused(Reason.SELF_GRANT)
    row = await rows.find(Person, Person.id == person)
    where = await rows.find(Unit, Unit.id == unit, lock=False) if unit else None
    rules.check_unit(role, where.kind if where else None)
    if where is not None and where.closed_on is not None:
        raise Refused(Reason.UNIT_CLOSED)
    held = await queries.live_roles(person)
    rules.check_separated(role, held, row.name)
    today = clock.today()
    already = Q(
        "SELECT 1 FROM membership WHERE person = {} AND role = {} AND unit IS NOT DISTINCT FROM {} AND (ends_on IS NULL OR ends_on >= {})",
        person,
        role,
        unit,
        today,
    )
    if await rows.value(already) is not None:
        raise Refused(Reason.ALREADY_HELD, name=row.name)
    granted = Membership(
        person=person, role=role, unit=unit, starts_on=today, ends_on=until, granted_by=actor.person if actor else None
    )
    await rows.insert(granted)
    await audit.record(actor, Action.GRANT_MEMBERSHIP, granted, person=person, role=role, of=unit)
    await letters.tell("account_role_granted", to=[person], url="/account", role=role.label, unit=where.name if where else "")
    return UUID(str(granted.id))


@rows.verb
async def end_membership(actor: Actor, membership: UUID) -> UUID:
    """Take the role back: yesterday was its last day, so the next click is without it. Answers whose it was."""
    row = await rows.find(Membership, Membership.id == membership)
    today = clock.today()
    if row.ends_on is not None and row.ends_on < today:
        raise Refused(Reason.ALREADY_ENDED)
    await row.update_self({Membership.ends_on: today - timedelta(days=1), Membership.version: row.version + 1})
    await audit.record(actor, Action.END_MEMBERSHIP, row, person=row.person, role=row.role)
    name = await rows.value(Q("SELECT name FROM unit WHERE id = {}", row.unit)) if row.unit else ""
    await letters.tell("account_role_ended", to=[row.person], url="/account", role=Role(row.role).label, unit=name)
    return UUID(str(row.person))


@rows.verb
async def unlock(actor: Actor, person: UUID) -> None:
    account = await rows.find(Account, Account.person == person)
    await account.update_self({Account.failures: 0, Account.lockouts: 0, Account.locked_until: None})
    await audit.record(actor, Action.UNLOCK_ACCOUNT, ("account", person))


@rows.verb
async def send_reset(actor: Actor, person: UUID) -> None:
    """Send the person a link: an invitation while there is no password yet, else a reset. The administrator never sees it."""
    account = await rows.find(Account, Account.person == person)
    if account.closed_at is not None:
        raise Refused(Reason.CLOSED)
    if await rows.value(Q("SELECT 1 FROM person WHERE id = {} AND (mobile IS NOT NULL OR email IS NOT NULL)", person)) is None:
        raise Refused(Reason.NO_CONTACT)
    kind = "reset" if account.password else "invite"
    await links.send(kind, person, actor.person)
    await audit.record(actor, Action.SEND_RESET, ("account", person), kind=kind)


@rows.verb
async def drop_factor(actor: Actor, person: UUID) -> None:
    """A lost authenticator, after the person's identity has been checked."""
    if person == actor.person:
        raise Refused(Reason.SELF_GRANT)
    account = await rows.find(Account, Account.person == person)
    await account.update_self({Account.second_factor: "", Account.factor_step: 0})
    await sessions.end_all(person)
    await audit.record(actor, Action.UNLOCK_ACCOUNT, ("account", person), factor="dropped")
    await letters.tell("account_factor_changed", to=[person], url="/account", on=False)


@rows.verb
async def retry_job(actor: Actor, job: UUID) -> None:
    """Give a dead job its tries back."""
    row = await rows.find(Outbox, (Outbox.id == job) & (Outbox.state == "dead"))
    await row.update_self({Outbox.state: "waiting", Outbox.attempts: 0, Outbox.run_after: clock.real_now()})
    await audit.record(actor, Action.RETRY_JOB, ("outbox", job), job=row.job)


# ── the first three ──


class FirstAdministrator(Struct, frozen=True):
    """`path` is a single-use link, good for three days, to set the password."""

    role: Role
    username: str
    name: str
    path: str


FIRST = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@rows.verb
async def create_first_administrators(people: Sequence[tuple[str, str]]) -> list[FirstAdministrator]:
    """Three people, (username, name) each: who opens accounts, who grants roles, who reads the log. Once, on an empty platform."""
    if (
        len(people) != len(FIRST)
        or len({username for username, _ in people}) < len(FIRST)
        or len({n for _, n in people}) < len(FIRST)
    ):
        raise Refused(Reason.THREE_PEOPLE)
    await rows.execute(Q("SELECT pg_advisory_xact_lock(hashtext('first administrators'))"))
    if await rows.value(Q("SELECT 1 FROM membership WHERE role = ANY({}::text[]) LIMIT 1", list(FIRST))) is not None:
        raise Refused(Reason.ADMINISTRATORS_EXIST)
    made = []
    for role, (username, name) in zip(FIRST, people, strict=True):
        person = await _open(None, username, name)
        await grant_membership(None, person.id, role)
        link = await links.make("invite", person.id, None)
        made.append(FirstAdministrator(role, queries.typed_username(username), name, links.path(link)))
    return made
