"""Verbs of getting in and out. A failed try is a change that stays, so these open their own transactions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from kernel import audit, clock, letters, rows
from kernel.access import Action, Actor
from kernel.accounts import codes, factor, links, passwords, queries, rules, sessions, tokens
from kernel.accounts.rules import Reason
from kernel.accounts.tables import Account
from kernel.errors import Missing, Refused
from kernel.rows import Q

HALF_WAY = timedelta(minutes=5)


class Entered(Struct, frozen=True):
    """Signed in: the token for the cookie, and for how many seconds the browser keeps it (None: until it is closed)."""

    token: str
    seconds: int | None


class Half(Struct, frozen=True):
    """The password (or code) was right; the second factor is still to come. The token proves the first half."""

    token: str


async def sign_in(name: str, password: str, *, device: str = "", old: UUID | None = None) -> Entered | Half:
    """By user name or mobile number. Unknown, wrong, locked and closed all get the same answer, after the same work."""
    found = await queries.credentials(name)
    right = await passwords.is_right(found.password if found else "", password)
    if found is None or not right or not found.usable:
        await note_failure(found.person if found else None)
        raise Refused(Reason.WRONG)
    newer = await passwords.make(password) if passwords.is_outdated(found.password) else ""
    return await _first_half_done(found, device, old, newer)


@rows.verb
async def note_failure(person: UUID | None) -> None:
    """Count a wrong try; the fifth in a row locks the account. What was typed is never written down: it may be a password."""
    if person is None:
        await audit.record(None, Action.SIGN_IN, ("account", None), result="unknown")
        return
    account = await rows.find(Account, Account.person == person)
    now = clock.real_now()
    if account.closed_at is not None or (account.locked_until is not None and account.locked_until > now):
        await audit.record(None, Action.SIGN_IN, ("account", person), result="shut")
        return
    failures = account.failures + 1
    if failures < rules.TRIES:
        await account.update_self({Account.failures: failures})
        await audit.record(None, Action.SIGN_IN, ("account", person), result="wrong", failures=failures)
        return
    until = now + rules.locked_for(account.lockouts)
    await account.update_self({Account.failures: 0, Account.lockouts: account.lockouts + 1, Account.locked_until: until})
    await audit.record(None, Action.SIGN_IN, ("account", person), result="locked", until=until.isoformat())
    await letters.tell("account_locked", to=[person], url="/account", until=until)


@rows.verb
async def _first_half_done(found: queries.Credentials, device: str, old: UUID | None, newer: str = "") -> Entered | Half:
    """Look again with the row locked: of many guesses at once, the right one may come after the lock."""
    account = await rows.find(Account, Account.person == found.person)
    current = await queries.credentials_of(found.person)
    if not current.usable or current.password != found.password:
        raise Refused(Reason.WRONG)
    if newer:
        await account.update_self({Account.password: newer})
    if account.second_factor:
        return Half(tokens.sign("factor", str(found.person), clock.real_now() + HALF_WAY))
    return await _enter(account, found.name, device, old)


async def _enter(account: Account, name: str, device: str, old: UUID | None) -> Entered:
    """A new session; the one this browser had before ends."""
    person = UUID(str(account.person))
    if old is not None:
        await sessions.end(old)
    idle, longest = rules.session_times(await queries.live_roles(person))
    token = await sessions.open_session(person, device=device, longest=longest, idle_minutes=int(idle.total_seconds() // 60))
    await account.update_self({Account.failures: 0, Account.lockouts: 0, Account.last_in_at: clock.real_now()})
    await audit.record(Actor(person, name), Action.SIGN_IN, ("account", person), result="in")
    return Entered(token, int(longest.total_seconds()) if longest > rules.LONGEST else None)


async def enter_factor(half: str, typed: str, *, device: str = "", old: UUID | None = None) -> Entered:
    """The second half. Wrong tries count like wrong passwords."""
    try:
        person = UUID(tokens.subject_of("factor", half))
    except Missing:
        raise Refused(Reason.WRONG) from None
    entered = await _second_half(person, typed, device, old)
    if entered is None:
        await note_failure(person)
        raise Refused(Reason.WRONG_FACTOR)
    return entered


@rows.verb
async def _second_half(person: UUID, typed: str, device: str, old: UUID | None) -> Entered | None:
    account = await rows.find(Account, Account.person == person)
    found = await queries.credentials_of(person)
    if not found.usable or not account.second_factor:
        return None
    step = factor.step_of(account.second_factor, typed, clock.real_now(), account.factor_step)
    if step is None:
        return None
    await account.update_self({Account.factor_step: step})
    return await _enter(account, found.name, device, old)


@rows.verb
async def ask_code(name: str) -> str:
    """Send a one-time code, if there is such an account. The answer is a token for the second step either way."""
    found = await queries.credentials(name)
    ident = await codes.send(found.person) if found is not None and found.usable else rows.new_id()
    return tokens.sign("code", str(ident), clock.real_now() + codes.GOOD_FOR)


async def enter_code(asked: str, typed: str, *, device: str = "", old: UUID | None = None) -> Entered | Half:
    """Sign in with the code that was sent. The token ties it to the browser that asked."""
    try:
        ident = UUID(tokens.subject_of("code", asked))
    except Missing:
        raise Refused(Reason.WRONG_CODE) from None
    person = await codes.spend_try(ident, typed)
    if person is None:
        raise Refused(Reason.WRONG_CODE)
    return await _first_half_done(await queries.credentials_of(person), device, old)


@rows.verb
async def ask_reset(name: str) -> None:
    """Send a reset link, if there is such an account."""
    found = await queries.credentials(name)
    if found is not None and found.closed_at is None:
        await links.send("reset", found.person, None)
        await audit.record(None, Action.SEND_RESET, ("account", found.person), asked="self")


@rows.verb
async def set_password(kind: str, token: str, password: str) -> None:
    """Use an invitation or reset link up: the new password holds, the account is unlocked, every session ends.

    The second factor stays: whoever has the link has not thereby the authenticator.
    """
    holder = await links.holder(kind, token)
    passwords.check(password, (holder.username, holder.name))
    hashed = await passwords.make(password)
    holder = await links.use(kind, token)
    account = await rows.find(Account, Account.person == holder.person)
    await account.update_self(
        {
            Account.password: hashed,
            Account.must_change: False,
            Account.failures: 0,
            Account.lockouts: 0,
            Account.locked_until: None,
        }
    )
    await sessions.end_all(holder.person)
    await audit.record(Actor(holder.person, holder.name), Action.CHANGE_PASSWORD, ("account", holder.person), by=kind)
    if kind == "reset":
        await letters.tell("account_password_changed", to=[holder.person], url="/account")


@rows.verb
async def sign_out(actor: Actor) -> None:
    if actor.session is not None:
        await sessions.end(actor.session)
    await audit.record(actor, Action.SIGN_OUT, ("account", actor.person))


async def sweep() -> None:
    """Drop sessions, codes and links that have been over for three months; the audit lines stay."""
    before = clock.real_now() - timedelta(days=90)
    for table, over in (("session", "expires_at"), ("one_time_code", "expires_at"), ("account_link", "expires_at")):
        await rows.execute(Q(f"DELETE FROM {table} WHERE {over} < {{}}", before))  # noqa: S608 - our own names


ROUTINES = ((6 * 3600.0, sweep),)
