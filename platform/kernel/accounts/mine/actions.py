"""Verbs on one's own account. What could let somebody else in asks for the password first."""

from __future__ import annotations

from uuid import UUID

from kernel import audit, clock, letters, rows, secrets_box
from kernel.access import Action, Actor
from kernel.accounts import factor, passwords, queries, sessions
from kernel.accounts.rules import Reason
from kernel.accounts.tables import Account, Person, Session
from kernel.errors import Refused
from kernel.rows import Q


async def check_current(actor: Actor, password: str) -> queries.Credentials:
    """The person at the keyboard knows the password, or Refused."""
    found = await queries.credentials_of(actor.person)
    if not await passwords.is_right(found.password, password):
        raise Refused(Reason.WRONG_CURRENT)
    return found


@rows.verb
async def change_password(actor: Actor, current: str, new: str) -> None:
    """The new password holds at once; every other session of the person ends."""
    found = await check_current(actor, current)
    if current == new:
        raise Refused(Reason.PASSWORD_SAME)
    mobile = await rows.value(Q("SELECT mobile FROM person WHERE id = {}", actor.person))
    about = (found.username, found.name, secrets_box.open("mobile", mobile) if mobile else "")
    passwords.check(new, about)
    hashed = await passwords.make(new)
    account = await rows.find(Account, Account.person == actor.person)
    await account.update_self({Account.password: hashed, Account.must_change: False})
    await sessions.end_all(actor.person, except_session=actor.session)
    await audit.record(actor, Action.CHANGE_PASSWORD, ("account", actor.person), by="self")
    await letters.tell("account_password_changed", to=[actor.person], url="/account")


@rows.verb
async def edit_contact(actor: Actor, version: int, current: str, mobile: str, email: str) -> None:
    """Where codes and letters go. Whoever changes that could take the account over, hence the password."""
    await check_current(actor, current)
    person = await rows.find(Person, Person.id == actor.person)
    rows.check_version(person, version)
    await write_contact(person, mobile, email)
    await audit.record(actor, Action.EDIT_ACCOUNT, person, mobile=bool(mobile), email=bool(email))


async def write_contact(person: Person, mobile: str, email: str) -> None:
    """Seal and store; a mobile number serves one account only, because people sign in with it."""
    keys = secrets_box.hmac_keys(mobile) if mobile else []
    taken = Q(
        "SELECT 1 FROM person p JOIN account a ON a.person = p.id WHERE p.mobile_key = ANY({}::text[]) AND p.id <> {}"
        " AND a.closed_at IS NULL LIMIT 1",
        keys,
        person.id,
    )
    if mobile and await rows.value(taken) is not None:
        raise Refused(Reason.MOBILE_TAKEN)
    await person.update_self(
        {
            Person.mobile: secrets_box.seal("mobile", mobile) if mobile else None,
            Person.mobile_key: keys[0] if keys else None,
            Person.email: secrets_box.seal("email", email) if email else None,
            Person.version: person.version + 1,
        }
    )


@rows.verb
async def end_session(actor: Actor, session: UUID) -> None:
    """Sign another browser of one's own out. Missing when it is somebody else's."""
    found = await rows.find(Session, (Session.id == session) & (Session.person == actor.person))
    await sessions.end(found.id)
    await audit.record(actor, Action.END_SESSION, found)


@rows.verb
async def end_other_sessions(actor: Actor) -> None:
    await sessions.end_all(actor.person, except_session=actor.session)
    await audit.record(actor, Action.END_SESSION, ("account", actor.person), which="others")


def offer_factor(actor: Actor) -> str:
    """A new authenticator secret, sealed for this session only; nothing is stored until it has been confirmed."""
    return secrets_box.seal(f"factor-offer:{actor.session}", factor.offer())


def offered(actor: Actor, offer: str) -> str:
    """The secret of an offer that was made in this session."""
    try:
        return secrets_box.open(f"factor-offer:{actor.session}", offer)
    except secrets_box.Unreadable:
        raise Refused(Reason.FACTOR_OFFER) from None


@rows.verb
async def turn_factor_on(actor: Actor, current: str, offer: str, typed: str) -> None:
    """From now on signing in asks for a code of this authenticator; the first one shows that it works."""
    await check_current(actor, current)
    sealed = factor.seal(offered(actor, offer))
    account = await rows.find(Account, Account.person == actor.person)
    if account.second_factor:
        raise Refused(Reason.FACTOR_ON)
    step = factor.step_of(sealed, typed, clock.real_now(), 0)
    if step is None:
        raise Refused(Reason.WRONG_FACTOR)
    await account.update_self({Account.second_factor: sealed, Account.factor_step: step})
    await sessions.end_all(actor.person, except_session=actor.session)
    await audit.record(actor, Action.CHANGE_FACTOR, ("account", actor.person), on=True)
    await letters.tell("account_factor_changed", to=[actor.person], url="/account", on=True)


@rows.verb
async def turn_factor_off(actor: Actor, current: str) -> None:
    await check_current(actor, current)
    account = await rows.find(Account, Account.person == actor.person)
    await account.update_self({Account.second_factor: "", Account.factor_step: 0})
    await sessions.end_all(actor.person, except_session=actor.session)
    await audit.record(actor, Action.CHANGE_FACTOR, ("account", actor.person), on=False)
    await letters.tell("account_factor_changed", to=[actor.person], url="/account", on=False)
