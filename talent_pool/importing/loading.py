"""Writing an import: new people and experts by the hundred, changed ones one by one. Called by the verb alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from kernel import audit, clock, rows, secrets_box
from kernel.access import Action, Actor
from kernel.accounts.tables import Person
from kernel.rows import Q
from talent_pool.importing.sheet import Resolved
from talent_pool.importing.tables import ExpertBatchLine
from talent_pool.life import ExpertState
from talent_pool.meaning import actions as meaning
from talent_pool.profiles import saying, words
from talent_pool.profiles.kinds import FeeClass, Source, TieKind
from talent_pool.profiles.rules import initials, is_same_employer, sort_key
from talent_pool.profiles.tables import Expert, ExpertTie, ExpertWork

CHUNK = 250
"""Experts whose search index is made in one statement, well inside its time-out."""


class Context(Struct, frozen=True):
    """What all rows of one import share. `units`: the one open unit of a name, where there is exactly one."""

    batch: UUID
    actor: Actor
    units: dict[str, UUID]


class Line(Struct):
    """What one row did, as it is kept for taking it back."""

    item: Resolved
    expert: UUID
    person: UUID
    made: bool
    opened: bool
    version: int = 1
    before: dict[str, Any] | None = None
    ties: list[UUID] = []
    works: list[UUID] = []


async def units_named(names: Sequence[str]) -> dict[str, UUID]:
    class Named(Struct, frozen=True):
        name: str
        id: UUID

    found = await rows.fetch(
        Named,
        Q(
            "SELECT name, (array_agg(id))[1] AS id FROM unit WHERE name = ANY({}::text[]) AND closed_on IS NULL"
            " GROUP BY name HAVING count(*) = 1",
            sorted(set(names)),
        ),
    )
    return {unit.name: unit.id for unit in found}


async def write(context: Context, items: Sequence[Resolved]) -> None:
    """Everything the rows say, the log and the lines for taking it back."""
    lines = [await _change(context, item) for item in items if item.known]
    lines += [_line(item) for item in items if item.known is None]
    made = [line for line in lines if line.made]
    for start in range(0, len(made), CHUNK):
        await _insert(context, made[start : start + CHUNK])
    for start in range(0, len(lines), CHUNK):
        await _add(context, lines[start : start + CHUNK])
    await _keep(context, lines)


def _line(item: Resolved) -> Line:
    return Line(item, rows.new_id(), item.person or rows.new_id(), made=True, opened=item.person is None)


# fmt: off
_PERSON = ("id", "name", "sort_key", "mobile", "mobile_key", "created_at", "version")
_EXPERT = (
    "id", "person", "state", "employer", "employer_name", "category", "areas", "fields", "keywords", "speciality", "title",
    "county", "counties", "initials", "finance", "community", "host_staff", "civil_servant", "fee_class", "max_load", "max_year",
    "source", "invited_by", "applied_at", "added_by", "added_at", "version",
)
# fmt: on


async def _insert(context: Context, lines: Sequence[Line]) -> None:
    now = clock.real_now()
    await rows.copy(Person, _PERSON, [_person(line, now) for line in lines if line.opened])
    await rows.copy(Expert, _EXPERT, [_expert(line, context) for line in lines])


def _person(line: Line, now: Any) -> tuple[Any, ...]:
    name, mobile = line.item.row.name or "", line.item.mobile
    sealed = secrets_box.seal("mobile", mobile) if mobile else None
    return line.person, name, sort_key(name), sealed, secrets_box.hmac_key(mobile) if mobile else None, now, 1


def _expert(line: Line, c: Context) -> tuple[Any, ...]:
    item, row, now = line.item, line.item.row, clock.now()
    name, employer = row.name or "", row.employer or ""
    load = 20 if row.max_load is None else row.max_load
    return (
        line.expert, line.person, ExpertState.APPLIED, c.units.get(employer), employer, row.category, _json(item.areas),
        _json(item.fields), row.keywords or "", row.speciality or "", row.title or "", item.county, _json(item.counties),
        initials(name), bool(row.finance), bool(row.community), bool(row.host_staff), bool(row.civil_servant),
        row.fee_class or FeeClass.OTHER, load, max(load, 100 if row.max_year is None else row.max_year),
        Source.IMPORT, c.actor.person, now, c.actor.person, now, 1,
    )  # fmt: skip


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def _change(context: Context, item: Resolved) -> Line:
    """Write the cells that are filled. An employer that is left becomes a tie, as when the profile is edited by hand."""
    assert item.known is not None
    expert = await rows.find(Expert, Expert.id == item.known.id)
    line = Line(item, expert.id, expert.person, made=False, opened=False, version=expert.version + 1)
    changes = _changes(item, context)
    line.before = {name: getattr(expert, name) for name in changes}
    if not is_same_employer(expert.employer, expert.employer_name, changes["employer"], changes["employer_name"]):
        line.ties.append(await _keep_former(context, expert))
    await expert.update_self({**{getattr(Expert, name): value for name, value in changes.items()}, Expert.version: line.version})
    return line


async def _keep_former(context: Context, expert: Expert) -> UUID:
    tie = await rows.insert(
        ExpertTie(
            expert=expert.id,
            kind=TieKind.EMPLOYMENT,
            unit=expert.employer,
            unit_name=expert.employer_name,
            until=clock.today(),
            note=words.FORMER,
            added_by=context.actor.person,
            added_at=clock.now(),
        )
    )
    return UUID(str(tie.id))


def _changes(item: Resolved, c: Context) -> dict[str, Any]:
    row = item.row
    plain = ("title", "keywords", "speciality", "finance", "community", "host_staff", "civil_servant", "fee_class")
    changes: dict[str, Any] = {
        "employer_name": row.employer,
        "employer": c.units.get(row.employer or ""),
        "category": row.category,
    }
    changes |= {name: value for name in plain if (value := getattr(row, name)) is not None}
    changes |= {"county": item.county} if item.county else {}
    changes |= {name: _json(value) for name in ("areas", "fields", "counties") if (value := getattr(item, name))}
    if row.max_load is not None or row.max_year is not None:
        load = 20 if row.max_load is None else row.max_load
        changes |= {"max_load": load, "max_year": max(load, 100 if row.max_year is None else row.max_year)}
    return changes


class _Has(Struct, frozen=True):
    expert: UUID
    works: list[str]
    ties: list[str]


async def _add(context: Context, lines: Sequence[Line]) -> None:
    """Works and ties that the expert does not have yet."""
    found = await rows.fetch(
        _Has,
        Q(
            "SELECT e.id AS expert, ARRAY(SELECT w.title FROM expert_work w WHERE w.expert = e.id) AS works,"
            " ARRAY(SELECT t.kind || ' ' || coalesce(u.name, t.unit_name) FROM expert_tie t LEFT JOIN unit u ON u.id = t.unit"
            "  WHERE t.expert = e.id) AS ties FROM expert e WHERE e.id = ANY({}::uuid[])",
            [line.expert for line in lines if not line.made],
        ),
    )
    has = {one.expert: one for one in found}
    works = [row for line in lines for row in _works(line, has.get(line.expert))]
    ties = [row for line in lines for row in _ties(line, has.get(line.expert), context)]
    await rows.copy(ExpertWork, ("id", "expert", "position", "kind", "title", "year", "changed_at"), works)
    await rows.copy(ExpertTie, ("id", "expert", "kind", "unit", "unit_name", "until", "added_by", "added_at"), ties)


def _works(line: Line, has: _Has | None) -> list[tuple[Any, ...]]:
    there = has.works if has else []
    new = [work for work in line.item.works if work.title not in there]
    ids = [rows.new_id() for _ in new]
    line.works.extend(ids)
    numbered = enumerate(zip(ids, new, strict=True), len(there) + 1)
    return [(i, line.expert, position, work.kind, work.title, work.year, clock.now()) for position, (i, work) in numbered]


def _ties(line: Line, has: _Has | None, c: Context) -> list[tuple[Any, ...]]:
    there = has.ties if has else []
    said = [(TieKind.EMPLOYMENT, tie) for tie in line.item.former] + [(TieKind.BOARD, tie) for tie in line.item.board]
    new = [(kind, tie) for kind, tie in said if f"{kind} {tie.unit}" not in there]
    ids = [rows.new_id() for _ in new]
    line.ties.extend(ids)
    by, now = c.actor.person, clock.now()
    return [
        (i, line.expert, kind, c.units.get(tie.unit), tie.unit, tie.until, by, now)
        for i, (kind, tie) in zip(ids, new, strict=True)
    ]


async def _keep(context: Context, lines: Sequence[Line]) -> None:
    # fmt: off
    columns = ("id", "batch", "row", "name", "expert", "person", "made", "opened", "before", "ties", "works", "version")
    await rows.copy(ExpertBatchLine, columns, [
        (
            rows.new_id(), context.batch, line.item.row.number, line.item.row.name, line.expert, line.person, line.made,
            line.opened, _json(line.before) if line.before else None, _json(line.ties), _json(line.works), line.version,
        )
        for line in lines
    ])
    # fmt: on
    facts = [
        (("expert", line.expert), {"batch": context.batch, "row": line.item.row.number, "made": line.made}) for line in lines
    ]
    await audit.record_many(context.actor, Action.IMPORT_EXPERTS, facts)
    texts = (
        text
        for line in lines
        for text in saying.texts_of(
            line.item.row.keywords or "", line.item.row.speciality or "", [(work.title, "") for work in line.item.works]
        )
    )
    await meaning.later(texts)
