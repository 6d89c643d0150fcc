"""Admitting and refusing applications, pausing, resuming, removing, and leaving of one's own will."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from kernel import audit, clock, letters, rows
from kernel.access import Action, Actor, Role
from kernel.accounts import queries as accounts
from kernel.accounts.rules import check_separated
from kernel.accounts.tables import Account, Membership
from kernel.moves import move
from kernel.rows import Q
from talent_pool.profiles import load
from talent_pool.profiles.actions import found, found_own
from talent_pool.profiles.admitting import rules
from talent_pool.profiles.tables import Expert

PROFILE = "/r/profile"


@rows.verb
async def admit_expert(actor: Actor, expert: UUID, version: int | None = None) -> None:
    """Into the pool: the person becomes an expert on the platform and may sign in by a code to the phone.

    Refused: to whoever invited or entered the person, and while the profile says nothing to match by.
    """
    row, name = await _settled(actor, Action.ADMIT_EXPERT, expert, version)
    rules.check_known_for(_listed(row.areas))
    await _enrol(actor, row.person, name)
    await move(actor, row, Action.ADMIT_EXPERT)
    await row.update_self({**_decided(actor, ""), Expert.confirmed_on: clock.today(), Expert.asked_on: None})
    await letters.tell("expert_admitted", [row.person], url=PROFILE, name=name)


@rows.verb
async def refuse_expert(actor: Actor, expert: UUID, reason: str, version: int | None = None) -> None:
    """Not into the pool, with the reason. The department may ask again later."""
    rules.check_reason(reason)
    row, name = await _settled(actor, Action.REFUSE_EXPERT, expert, version)
    await move(actor, row, Action.REFUSE_EXPERT, reason=reason)
    await row.update_self(_decided(actor, reason))
    told = dict.fromkeys([row.person, *([row.invited_by] if row.invited_by else [])])
    await letters.tell("expert_refused", told, url="", name=name, reason=reason)


async def _settled(actor: Actor, action: Action, expert: UUID, version: int | None) -> tuple[Expert, str]:
    row = await found(actor, action, expert)
    if version is not None:
        rows.check_version(row, version)
    name = await _name(row)
    rules.check_other(actor.person, row.invited_by, row.person, name)
    return row, name


def _decided(actor: Actor, reason: str) -> dict[Any, Any]:
    return {Expert.settled_by: actor.person, Expert.settled_at: clock.now(), Expert.reason: reason}


def _listed(column: str | list[str]) -> list[str]:
    return msgspec.json.decode(column, type=list[str]) if isinstance(column, str) else column


async def _name(row: Expert) -> str:
    return str(await rows.value(Q("SELECT name FROM person WHERE id = {}", row.person)))


async def _enrol(actor: Actor, person: UUID, name: str) -> None:
    """The role, and an account without a password: the code that goes to the phone is the way in."""
    held = await accounts.live_roles(person)
    if Role.EXPERT not in held:
        check_separated(Role.EXPERT, held, name)
        granted = await rows.insert(
            Membership(person=person, role=Role.EXPERT, unit=None, starts_on=clock.today(), granted_by=actor.person)
        )
        await audit.record(actor, Action.GRANT_MEMBERSHIP, granted, person=person, role=Role.EXPERT)
    if await rows.value(Q("SELECT 1 FROM account WHERE person = {}", person)) is None:
        username = f"e{person.hex[-16:]}"
        await rows.insert(Account(person=person, username=username, must_change=False))
        await audit.record(actor, Action.OPEN_ACCOUNT, ("account", person), username=username)


@rows.verb
async def pause_expert(actor: Actor, expert: UUID, reason: str) -> None:
    """Not drawn until resumed. Who sits on a panel stays seated: replacing is a decision of its own."""
    rules.check_reason(reason)
    row = await found(actor, Action.PAUSE_EXPERT, expert)
    await move(actor, row, Action.PAUSE_EXPERT, reason=reason)
    await row.update_self({Expert.reason: reason})
    await letters.tell("expert_paused", [row.person], url=PROFILE, channels=("email",), reason=reason)


@rows.verb
async def resume_expert(actor: Actor, expert: UUID) -> None:
    row = await found(actor, Action.RESUME_EXPERT, expert)
    await move(actor, row, Action.RESUME_EXPERT)
    await row.update_self({Expert.reason: ""})
    await letters.tell("expert_resumed", [row.person], url=PROFILE, channels=("email",))


@rows.verb
async def remove_expert(actor: Actor, expert: UUID, reason: str) -> None:
    """Out of the pool, with the reason. Nothing is deleted. Refused while the person has projects to judge."""
    rules.check_reason(reason)
    row = await found(actor, Action.REMOVE_EXPERT, expert)
    await _leave(actor, row, Action.REMOVE_EXPERT, reason)
    await letters.tell("expert_removed", [row.person], reason=reason)


@rows.verb
async def leave_pool(actor: Actor, reason: str = "") -> None:
    """Of one's own will. What was agreed to be published is no longer shown."""
    row = await found_own(actor, Action.LEAVE_POOL)
    await _leave(actor, row, Action.LEAVE_POOL, reason)
    name = await _name(row)
    told = [row.settled_by] if row.settled_by else []
    await letters.tell("expert_left", told, url=f"/w/experts/{row.id}", channels=(), name=name, reason=reason)


async def _leave(actor: Actor, row: Expert, action: Action, reason: str) -> None:
    now = await load.of([row.person], clock.today().year)
    rules.check_free(await _name(row), now[row.person].now)
    await move(actor, row, action, reason=reason)
    await row.update_self({Expert.reason: reason, Expert.shown: "[]", Expert.asked_on: None})
    held = (Membership.person == row.person) & (Membership.role == Role.EXPERT) & Membership.ends_on.is_null()
    for membership in await Membership.objects().where(held):
        await membership.update_self(
            {Membership.ends_on: clock.today() - timedelta(days=1), Membership.version: membership.version + 1}
        )
        await audit.record(actor, Action.END_MEMBERSHIP, membership, person=row.person, role=Role.EXPERT)
