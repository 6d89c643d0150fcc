"""The verbs of units: the city's own departments and counties, an organisation's record and its dated papers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from departments import catalogue
from departments.kinds import OrganisationKind
from departments.organisation import queries, rules, words
from departments.organisation.rules import Reason
from departments.organisation.tables import Organisation, OrganisationDocument
from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.accounts.tables import Unit
from kernel.errors import Missing, Refused
from kernel.files import actions as files
from kernel.rows import Q

EDITABLE = tuple(code for code in words.FIELD if code != "name")


@rows.verb
async def ensure_city() -> None:
    """Departments in their order and counties as units. Running it again changes only what the catalogue changed."""
    wanted = [("department", d.code, d.name, d.confirmed) for d in catalogue.load().departments]
    wanted += [("county", c.code, c.name, True) for c in catalogue.counties()]
    for position, (kind, code, name, confirmed) in enumerate(wanted):
        await rows.execute(
            Q(
                "INSERT INTO unit (id, kind, code, name, sort_key, position, confirmed, version) VALUES ({}, {}, {}, {}, {}, {}, {}, 1)"
                " ON CONFLICT (kind, code) DO UPDATE SET name = excluded.name, sort_key = excluded.sort_key,"
                " position = excluded.position, confirmed = excluded.confirmed"
                " WHERE (unit.name, unit.position, unit.confirmed) IS DISTINCT FROM (excluded.name, excluded.position, excluded.confirmed)",
                rows.new_id(),
                kind,
                code,
                name,
                rules.sort_key(name),
                position,
                confirmed,
            )
        )


@rows.verb
async def create(
    actor: Actor | None,
    *,
    kind: OrganisationKind,
    code: str,
    name: str,
    confirmed: bool = False,
    fictional: bool = False,
    **facts: Any,
) -> UUID:
    """A new organisation with its unit. Refused: the code is in use. `facts` are columns of the record."""
    code = code.strip().upper()
    if not code:
        raise Refused(Reason.NOT_CODED)
    taken = await rows.value(Q("SELECT name FROM unit WHERE kind = 'organisation' AND code = {}", code))
    if taken is not None:
        raise Refused(Reason.CODE_TAKEN, code=code, name=taken)
    unit = await rows.insert(Unit(kind="organisation", code=code, name=name, sort_key=rules.sort_key(name)))
    row = Organisation(unit=unit.id, kind=kind, fictional=fictional, confirmed_at=clock.now() if confirmed else None, **facts)
    await rows.insert(row)
    await audit.record(actor, Action.REGISTER_ORGANISATION, unit, code=code, name=name)
    return UUID(str(unit.id))


@rows.verb
async def edit(actor: Actor, unit: UUID, version: int, facts: dict[str, Any]) -> None:
    """Change the record. Refused: a date in the future. Stale: somebody saved it since."""
    row = await _own(actor, unit)
    rows.check_version(row, version)
    for code in ("registered_on", "abnormal_on", "dishonest_on", "violation_on"):
        rules.check_past(words.FIELD[code], facts.get(code), clock.today())
    changed = {code: facts[code] for code in EDITABLE if code in facts and facts[code] != getattr(row, code)}
    if changed:
        await row.update_self({**{getattr(Organisation, c): v for c, v in changed.items()}, Organisation.version: version + 1})
        await audit.record(actor, Action.EDIT_ORGANISATION, ("organisation", unit), changed=sorted(changed))
    if row.confirmed_at is None:
        name = (await queries.record(unit)).name
        title = words.CONFIRM.format(name=name)
        await todo.ask(
            Action.CONFIRM_ORGANISATION, ("organisation", unit), title=title, url="/w/organisations", role=Role.COORDINATOR
        )


@rows.verb
async def confirm(actor: Actor, unit: UUID) -> None:
    """The host department has compared the record with the certificate. Refused: nothing filled in yet."""
    record = await queries.record(unit)
    if record.version == 0:
        raise Refused(Reason.NO_RECORD)
    row = await rows.find(Organisation, Organisation.unit == unit)
    if row.confirmed_at is None:
        await row.update_self({Organisation.confirmed_at: clock.now(), Organisation.version: row.version + 1})
        await audit.record(actor, Action.CONFIRM_ORGANISATION, ("organisation", unit), name=record.name)
        await todo.settle(("organisation", unit), Action.CONFIRM_ORGANISATION, actor)
        people = await queries.holders(Role.ORGANISATION_ADMIN, [unit])
        await letters.tell("organisation_confirmed", people, url="/my/organisation", name=record.name)


@rows.verb
async def add_paper(actor: Actor, unit: UUID, code: str, dated_on: date, upload: files.Upload | None) -> None:
    """A dated paper on the record; the newest of its code counts from now on."""
    await _own(actor, unit)
    rules.check_document(code, dated_on, clock.today())
    file = await files.receive(actor, upload, "organisation", unit, slot=code)
    paper = OrganisationDocument(
        unit=unit, code=code, file=file.id, dated_on=dated_on, added_by=actor.person, added_at=clock.now()
    )
    await rows.insert(paper)
    await audit.record(actor, Action.EDIT_ORGANISATION, ("organisation", unit), paper=code, dated_on=dated_on)


@rows.verb
async def remove_paper(actor: Actor, unit: UUID, paper: UUID) -> None:
    """No longer offered to new proposals. The file stays: what was submitted may rest on it."""
    await _own(actor, unit)
    row = await rows.find(OrganisationDocument, (OrganisationDocument.id == paper) & (OrganisationDocument.unit == unit))
    if row.removed_at is None:
        await row.update_self({OrganisationDocument.removed_at: clock.now()})
        await audit.record(actor, Action.EDIT_ORGANISATION, ("organisation", unit), removed=row.code)


async def _own(actor: Actor, unit: UUID) -> Organisation:
    """The record locked, if this person administers the unit. A unit that was just opened gets its record here."""
    if unit not in actor.units(Action.EDIT_ORGANISATION):
        raise Missing
    record = await queries.record(unit)
    if record.version == 0:
        await rows.execute(
            Q(
                "INSERT INTO organisation (unit, kind, version) VALUES ({}, {}, 0) ON CONFLICT (unit) DO NOTHING",
                unit,
                record.kind,
            )
        )
    return await rows.find(Organisation, Organisation.unit == unit)
