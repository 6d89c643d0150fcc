"""How what was typed is written down: rows of a section, the section's own version, the columns that lists read. Called by verbs."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from departments import catalogue
from kernel import clock, rows
from kernel.access import Actor
from kernel.rows import Q
from projects.calls.form import Section, SectionKind
from projects.submitting import lines
from projects.submitting.tables import SectionState
from projects.tables import BudgetLine, Indicator, Place, PlanStep, Project, TeamMember

TABLES: dict[str, Any] = {
    SectionKind.BUDGET: BudgetLine,
    SectionKind.INDICATORS: Indicator,
    SectionKind.TEAM: TeamMember,
    SectionKind.PLAN: PlanStep,
}


async def involve(project: UUID, concerned: list[tuple[UUID, str]]) -> None:
    for unit, why in concerned:
        await rows.execute(
            Q(
                "INSERT INTO involvement (id, project, unit, why) VALUES ({}, {}, {}, {}) ON CONFLICT (project, unit, why) DO NOTHING",
                rows.new_id(),
                project,
                unit,
                why,
            )
        )


async def save_lines(project: Project, section: Section, typed: list[dict[str, str]], pack: Any) -> list[dict[str, str]] | None:
    """Replace the section's rows. While one line cannot be stored all are also kept as typed."""
    if section.kind not in TABLES:
        return None
    reading = lines.read(section.kind, typed, pack)
    table = TABLES[section.kind]
    await table.delete().where(table.project == project.id)
    rowset = [
        table(project=project.id, position=at, **{name: getattr(row, name) for name in row.__struct_fields__})
        for at, row in enumerate(reading.rows.values(), 1)
    ]
    if rowset:
        await table.insert(*rowset)
    return typed if reading.wrong else None


async def save_state(actor: Actor, state: SectionState, waiting: list[dict[str, str]] | None) -> None:
    columns: dict[str, Any] = {
        "lines": None if waiting is None else msgspec.json.encode(waiting).decode(),
        "saved_by": actor.person,
        "saved_at": clock.now(),
        "version": state.version + 1,
    }
    if state.version == 0:
        await rows.insert(SectionState(project=state.project, section=state.section, **columns))
    else:
        await state.update_self({getattr(SectionState, name): value for name, value in columns.items()})


def columns_of(basic: dict[str, Any]) -> dict[Any, Any]:
    """What lists, matching and money read without opening the answers."""
    places = basic.get("places") or []
    counties = [t.county for t in catalogue.townships() if places and t.code == places[0]]
    found: dict[Any, Any] = {
        Project.title: str(basic.get("title") or "")[:120],
        Project.area: str(basic.get("area") or "")[:40],
        Project.template: str(basic.get("template") or "")[:20],
        Project.starts_on: _month(basic.get("start"), last=False),
        Project.ends_on: _month(basic.get("end"), last=True),
    }
    return {**found, Project.county: counties[0]} if counties else found


def _month(text: Any, *, last: bool) -> date | None:
    try:
        year, month = (int(part) for part in str(text).split("-"))
        return date(year, month, monthrange(year, month)[1] if last else 1)
    except ValueError:
        return None


async def save_places(project: UUID, places: list[str]) -> None:
    known = {township.code for township in catalogue.townships()}
    await Place.delete().where(Place.project == project)
    chosen = [Place(project=project, township=code) for code in dict.fromkeys(places) if code in known]
    if chosen:
        await Place.insert(*chosen)
