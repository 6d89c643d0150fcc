"""What a sheet is compared with, read once: areas, departments, funds, organisations, the projects that are there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from msgspec import Struct

from departments import catalogue
from departments.city import KeyArea
from departments.funds import queries as funds
from departments.organisation import queries as organisations
from kernel import clock, rows
from kernel.rows import Q
from projects.importing.sheet import City, Known, Row, Source


class Ids(Struct, frozen=True):
    """What the codes of a sheet stand for in this database."""

    departments: dict[str, UUID]
    funds: dict[str, UUID]
    organisations: dict[str, UUID]


async def city(sheet: Sequence[Row]) -> tuple[City, Ids]:
    """Everything the rows name, read once. Whoever is about to write has locked imports out before."""
    known = await _organisations(
        {row.uscc.upper() for row in sheet if row.uscc}, {r.organisation for r in sheet if r.organisation}
    )
    sources = await funds.every_fund()
    units = {unit.id: unit for unit in await organisations.departments()}
    ids = Ids(
        {unit.code: unit.id for unit in units.values()}, {f.code: f.id for f in sources}, {unit.code: unit.id for unit in known}
    )
    by_name: dict[str, list[Known]] = {}
    for unit in known:
        by_name.setdefault(unit.name, []).append(Known(unit.code, unit.name))
    found = City(
        areas=_areas(),
        departments=_departments(ids.departments),
        department_names={unit.code: unit.name for unit in units.values()},
        funds=[
            Source(f.code, f.name, units[f.owner].code, f.owner_name, f.year, f.available, f.terms)
            for f in sources
            if f.owner in units
        ],
        by_code={unit.code: Known(unit.code, unit.name) for unit in known},
        by_name=by_name,
        held=await _held([unit.id for unit in known]),
        today=clock.today(),
    )
    return found, ids


def _areas() -> dict[str, KeyArea]:
    return {word: area for area in catalogue.load().areas for word in (area.code, area.name)}


def _departments(there: Collection[str]) -> dict[str, str]:
    """Every way a department is written → its code."""
    return {word: d.code for d in catalogue.load().departments if d.code in there for word in (d.code, d.short, d.name)}


class _Unit(Struct, frozen=True):
    id: UUID
    code: str
    name: str


async def _organisations(codes: Collection[str], names: Collection[str]) -> list[_Unit]:
    return await rows.fetch(
        _Unit,
        Q(
            "SELECT id, code, name FROM unit WHERE kind = 'organisation' AND (code = ANY({}::text[]) OR name = ANY({}::text[]))"
            " ORDER BY code",
            sorted(codes),
            sorted(names),
        ),
    )


class _Held(Struct, frozen=True):
    organisation: str
    title: str
    code: str


async def _held(units: Collection[UUID]) -> dict[tuple[str, str], str]:
    """Projects that were formally submitted or brought in, by whom and under which title."""
    found = await rows.fetch(
        _Held,
        Q(
            "SELECT u.code AS organisation, p.title, p.code FROM project p JOIN unit u ON u.id = p.organisation"
            " WHERE p.organisation = ANY({}::uuid[]) AND p.code IS NOT NULL",
            list(units),
        ),
    )
    return {(row.organisation, row.title): row.code for row in found}


class _Administrator(Struct, frozen=True):
    unit: UUID
    person: UUID


async def administrators(units: Collection[UUID]) -> dict[UUID, UUID]:
    """Who administers each unit today, the longest in office first."""
    found = await rows.fetch(
        _Administrator,
        Q(
            "SELECT DISTINCT ON (unit) unit, person FROM membership WHERE unit = ANY({}::uuid[]) AND role = 'organisation_admin'"
            " AND starts_on <= {} AND (ends_on IS NULL OR ends_on >= {}) ORDER BY unit, starts_on, id",
            list(units),
            clock.today(),
            clock.today(),
        ),
    )
    return {row.unit: row.person for row in found}
