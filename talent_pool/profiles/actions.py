"""Writing profiles: entering somebody, changing what is known, recording ties. Every verb serves the host and the expert alike."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from departments.organisation.queries import holders
from kernel import audit, clock, rows, todo
from kernel.access import Action, Actor, Role
from kernel.accounts.tables import Person
from kernel.errors import Missing, Refused
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.meaning import actions as meaning
from talent_pool.profiles import queries, rules, saying, words
from talent_pool.profiles.kinds import Source
from talent_pool.profiles.rules import Category, FeeClass, Reason, TieKind
from talent_pool.profiles.tables import Expert, ExpertTie


class Said(Struct, frozen=True, kw_only=True):
    """What experts say of themselves."""

    employer_name: str
    category: Category
    areas: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    keywords: str = ""
    speciality: str = ""
    title: str = ""
    county: str = ""
    max_load: int = 20
    max_year: int = 100


class Details(Said, frozen=True, kw_only=True):
    """And what the host decides: special seats, standing, fee."""

    finance: bool = False
    community: bool = False
    host_staff: bool = False
    civil_servant: bool = False
    fee_approved: bool = False
    fee_class: FeeClass = FeeClass.OTHER


LISTS = ("areas", "fields", "methods", "counties")


@rows.verb
async def add_expert(actor: Actor, name: str, details: Details, username: str = "", fictional: bool = False) -> UUID:
    """Enter a person known to the host: the holder of `username`, or somebody new. In the pool once a second person admits.

    Refused: no employer, or already there.
    """
    _check(details)
    person = await _person(name, username)
    if await Expert.exists().where(Expert.person == person):
        raise Refused(Reason.ALREADY_EXPERT, name=name)
    expert = await rows.insert(
        Expert(
            person=person,
            state=ExpertState.APPLIED,
            source=Source.DEPARTMENT,
            initials=rules.initials(name),
            fictional=fictional,
            invited_by=actor.person,
            applied_at=clock.now(),
            added_by=actor.person,
            added_at=clock.now(),
            **await columns_of(details),
        )
    )
    await audit.record(actor, Action.MANAGE_EXPERTS, expert, what="added")
    await ask_admission(expert, name)
    return expert.id


async def ask_admission(expert: Expert, name: str) -> None:
    """The to-do of whoever may admit: another coordinator where there is one besides who invited, else the director."""
    title, asked = words.ADMIT.format(name=name), await who_admits(expert.invited_by)
    await todo.ask(Action.ADMIT_EXPERT, expert, title=title, url=f"/w/experts/{expert.id}", role=asked)


async def who_admits(inviter: UUID | None) -> Role:
    return Role.DIRECTOR if set(await holders(Role.COORDINATOR)) <= {inviter} else Role.COORDINATOR


async def _person(name: str, username: str) -> UUID:
    if not username:
        row = await rows.insert(Person(name=name, sort_key=rules.sort_key(name), created_at=clock.real_now()))
        return UUID(str(row.id))
    found = await rows.value(
        Q("SELECT pe.id FROM account a JOIN person pe ON pe.id = a.person WHERE a.username = {} AND pe.name = {}", username, name)
    )
    if found is None:
        raise Refused(Reason.NO_SUCH_ACCOUNT, username=username, name=name)
    return UUID(str(found))


def _check(said: Said) -> None:
    rules.check_said(said.employer_name, said.fields, said.max_load, said.max_year)


async def columns_of(said: Said) -> dict[str, Any]:
    """As columns. The unit of that name, when the platform knows exactly one; the name stays either way."""
    units = await rows.column(Q("SELECT id FROM unit WHERE name = {} AND closed_on IS NULL LIMIT 2", said.employer_name))
    columns = msgspec.structs.asdict(said)
    for name in LISTS:
        columns[name] = msgspec.json.encode(columns[name]).decode()
    columns["employer"] = UUID(str(units[0])) if len(units) == 1 else None
    return columns


@rows.verb
async def edit_expert(actor: Actor, expert: UUID, details: Details, version: int, *, renamed: bool = False) -> None:
    """The host changes a profile. `renamed`: the employer is the same, only its name was wrong. Stale when somebody else did."""
    row = await found(actor, Action.MANAGE_EXPERTS, expert)
    await write(actor, Action.MANAGE_EXPERTS, row, details, version, renamed=renamed)


@rows.verb
async def edit_own(actor: Actor, said: Said, version: int) -> None:
    """Experts change what they say of themselves; what the host decided stays."""
    row = await found_own(actor)
    await write(actor, Action.EDIT_OWN_EXPERT, row, said, version)


async def write(actor: Actor, action: Action, row: Expert, said: Said, version: int, *, renamed: bool = False) -> None:
    """Write what was said. An employer that is left becomes a tie: three years long it still keeps the expert from its projects."""
    rows.check_version(row, version)
    _check(said)
    columns = await columns_of(said)
    if not renamed and not rules.is_same_employer(row.employer, row.employer_name, columns["employer"], said.employer_name):
        await _keep_former(actor, row)
    changes = {getattr(Expert, name): value for name, value in columns.items()}
    await row.update_self({**changes, Expert.version: row.version + 1})
    await audit.record(actor, action, row, what="edited")
    await know(row.id)


async def _keep_former(actor: Actor, row: Expert) -> None:
    await rows.insert(
        ExpertTie(
            expert=row.id,
            kind=TieKind.EMPLOYMENT,
            unit=row.employer,
            unit_name=row.employer_name,
            until=clock.today(),
            note=words.FORMER,
            added_by=actor.person,
            added_at=clock.now(),
        )
    )


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
    action: Action = Action.MANAGE_EXPERTS,
) -> None:
    """Record a relation. Ties are never deleted: they end."""
    row = await found(actor, action, expert)
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
    await audit.record(actor, action, row, what="tie", kind=kind)


async def found(actor: Actor, action: Action, expert: UUID) -> Expert:
    """The row, locked, if `action` reaches it, else Missing."""
    seen = Q("SELECT e.id FROM expert e WHERE e.id = {} AND {}", expert, queries.visible_expert(actor, action))
    if await rows.value(seen) is None:
        raise Missing
    return await rows.find(Expert, Expert.id == expert)


async def found_own(actor: Actor, action: Action = Action.EDIT_OWN_EXPERT) -> Expert:
    """The caller's own row, locked, or Missing."""
    seen = await rows.value(Q("SELECT e.id FROM expert e WHERE {}", queries.visible_expert(actor, action)))
    if seen is None:
        raise Missing
    return await rows.find(Expert, Expert.id == UUID(str(seen)))


async def know(expert: UUID) -> None:
    """Have the texts of a profile understood again: in a job, and only where the extra is there."""
    (said,) = await saying.said([expert])
    await meaning.later(said.texts)
