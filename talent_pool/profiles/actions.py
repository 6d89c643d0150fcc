"""Keeping the expert pool: who is in, with which ties, and who pauses."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.accounts.tables import Person
from kernel.errors import Missing, Refused
from kernel.rows import Q
from talent_pool.profiles import queries, rules
from talent_pool.profiles.rules import Category, FeeClass, Reason, TieKind
from talent_pool.profiles.tables import Expert, ExpertTie


class Details(Struct, frozen=True):
    """What the form of a profile says."""

    employer_name: str
    category: Category
    areas: tuple[str, ...] = ()
    speciality: str = ""
    title: str = ""
    county: str = ""
    finance: bool = False
    community: bool = False
    host_staff: bool = False
    civil_servant: bool = False
    fee_approved: bool = False
    fee_class: FeeClass = FeeClass.OTHER
    max_load: int = 20


@rows.verb
async def add_expert(actor: Actor, name: str, details: Details, username: str = "", fictional: bool = False) -> UUID:
    """Take a person into the pool: the holder of `username`, or somebody new who gets an account later.

    Refused: no employer, or already there.
    """
    if not details.employer_name:
        raise Refused(Reason.NO_EMPLOYER)
    person = await _person(name, username)
    if await Expert.exists().where(Expert.person == person):
        raise Refused(Reason.ALREADY_EXPERT, name=name)
    expert = await rows.insert(
        Expert(
            person=person,
            initials=rules.initials(name),
            fictional=fictional,
            added_by=actor.person,
            added_at=clock.now(),
            **await _columns(details),
        )
    )
    await audit.record(actor, Action.MANAGE_EXPERTS, expert, what="added")
    return expert.id


async def _person(name: str, username: str) -> UUID:
    if not username:
        row = await rows.insert(Person(name=name, sort_key=rules.sort_key(name), created_at=clock.real_now()))
        return row.id
    found = await rows.value(
        Q("SELECT pe.id FROM account a JOIN person pe ON pe.id = a.person WHERE a.username = {} AND pe.name = {}", username, name)
    )
    if found is None:
        raise Refused(Reason.NO_SUCH_ACCOUNT, username=username, name=name)
    return UUID(str(found))


async def _columns(details: Details) -> dict[str, Any]:
    """The unit of that name, when the platform knows exactly one; the name stays either way."""
    units = await rows.column(Q("SELECT id FROM unit WHERE name = {} AND closed_on IS NULL LIMIT 2", details.employer_name))
    columns = msgspec.structs.asdict(details)
    columns["areas"] = msgspec.json.encode(details.areas).decode()
    columns["employer"] = units[0] if len(units) == 1 else None
    return columns


@rows.verb
async def edit_expert(actor: Actor, expert: UUID, details: Details, version: int) -> None:
    """Change a profile. Stale when somebody else did since."""
    row = await _found(actor, expert)
    rows.check_version(row, version)
    if not details.employer_name:
        raise Refused(Reason.NO_EMPLOYER)
    changes = {getattr(Expert, name): value for name, value in (await _columns(details)).items()}
    await row.update_self({**changes, Expert.version: row.version + 1})
    await audit.record(actor, Action.MANAGE_EXPERTS, row, what="edited")


@rows.verb
async def set_active(actor: Actor, expert: UUID, active: bool) -> None:
    """Pause an expert, or take one back. Who sits on a panel stays seated: replacing is a decision of its own."""
    row = await _found(actor, expert)
    await row.update_self({Expert.active: active, Expert.version: row.version + 1})
    await audit.record(actor, Action.MANAGE_EXPERTS, row, what="resumed" if active else "paused")


@rows.verb
async def add_tie(
    actor: Actor,
    expert: UUID,
    kind: TieKind,
    *,
    unit_name: str = "",
    other_name: str = "",
    since: date | None = None,
    until: date | None = None,
    note: str = "",
) -> None:
    """Record a relation. Ties are never deleted: they end."""
    row = await _found(actor, expert)
    rules.check_tie(kind, unit_name, other_name, since, until)
    units = await rows.column(Q("SELECT id FROM unit WHERE name = {} LIMIT 2", unit_name)) if unit_name else []
    await rows.insert(
        ExpertTie(
            expert=row.id,
            kind=kind,
            unit=units[0] if len(units) == 1 else None,
            unit_name=unit_name,
            other_name=other_name,
            since=since,
            until=until,
            note=note,
            added_by=actor.person,
            added_at=clock.now(),
        )
    )
    await audit.record(actor, Action.MANAGE_EXPERTS, row, what="tie", kind=kind)


async def _found(actor: Actor, expert: UUID) -> Expert:
    seen = Q("SELECT e.id FROM expert e WHERE e.id = {} AND {}", expert, queries.visible_expert(actor, Action.MANAGE_EXPERTS))
    if await rows.value(seen) is None:
        raise Missing
    return await rows.find(Expert, Expert.id == expert)
