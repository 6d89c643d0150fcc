"""Reads of imports: the batches, what they brought, what has been done to their projects since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.money import Fen
from kernel.rows import Q
from kernel.sheets.importing import batches
from projects.importing.tables import ImportBatch
from projects.queries import visible_project
from projects.states import State
from projects.tracking.schedule import ReportKind

PAGE = 50


class Batch(batches.Batch, frozen=True):
    amount: Fen
    code: str
    call: UUID | None
    units: list[UUID]

    @property
    def url(self) -> str:
        return f"/w/import/{self.id}"

    def facts(self) -> dict[str, object]:
        return {**super().facts(), "code": self.code}


BATCHES = batches.Batches(Batch, ImportBatch, "b.amount, b.code, b.call, b.units")
batch = BATCHES.the


class Brought(Struct, frozen=True):
    code: str
    title: str
    state: State
    organisation: str
    unit: UUID
    owner: str
    amount: Fen
    kept: dict[str, Any]
    starts_on: date | None
    ends_on: date | None
    leader: str | None


async def projects(actor: Actor, ident: UUID, page: int) -> list[Brought]:
    """What the batch brought, in the order of the sheet. `kept`: what the sheet said that has no column of its own."""
    return await rows.fetch(
        Brought,
        Q(
            "SELECT p.code, p.title, p.state, o.name AS organisation, p.organisation AS unit, w.name AS owner, l.amount,"
            " p.answers -> 'imported' AS kept, p.starts_on, p.ends_on, m.name AS leader FROM project p"
            " JOIN unit o ON o.id = p.organisation JOIN funding_line l ON l.project = p.id AND l.batch = p.batch"
            " JOIN unit w ON w.id = l.owner LEFT JOIN project_member pm ON pm.project = p.id AND pm.leader"
            " LEFT JOIN person m ON m.id = pm.person WHERE p.batch = {} AND {}"
            " ORDER BY (p.answers -> 'imported' ->> 'row')::int LIMIT {} OFFSET {}",
            ident,
            visible_project(actor, Action.LIST_PROJECTS),
            PAGE,
            (page - 1) * PAGE,
        ),
    )


class Touched(Struct, frozen=True):
    code: str
    title: str


async def touched(ident: UUID) -> Touched | None:
    """The first project of the batch to which anything was done since: a version moved on, a line of the log, a report, a file."""
    return await rows.one(
        Touched,
        Q(
            "WITH brought AS MATERIALIZED (SELECT id, version FROM project WHERE batch = {}),"
            " mine AS MATERIALIZED (SELECT id AS project, id AS subject FROM brought"
            " UNION ALL SELECT l.project, l.id FROM funding_line l JOIN brought b ON b.id = l.project"
            " UNION ALL SELECT a.project, a.id FROM agreement a JOIN brought b ON b.id = a.project"
            " UNION ALL SELECT i.project, i.id FROM instalment i JOIN brought b ON b.id = i.project"
            " UNION ALL SELECT r.project, r.id FROM report r JOIN brought b ON b.id = r.project),"
            " changed AS (SELECT id FROM brought WHERE version > 1"
            " UNION ALL SELECT m.project FROM mine m JOIN audit_line a ON a.subject = m.subject WHERE a.action <> {}"
            " UNION ALL SELECT m.project FROM mine m JOIN file f ON f.owner_id = m.subject"
            " UNION ALL SELECT r.project FROM payment_request r JOIN brought b ON b.id = r.project"
            " UNION ALL SELECT r.project FROM report r JOIN brought b ON b.id = r.project WHERE r.version > 1 OR r.state <> 'due'"
            " UNION ALL SELECT a.project FROM agreement a JOIN brought b ON b.id = a.project WHERE a.batch IS NULL)"
            " SELECT p.code, p.title FROM project p WHERE p.id IN (SELECT id FROM changed) ORDER BY p.code LIMIT 1",
            ident,
            Action.IMPORT_PROJECTS,
        ),
    )


class Line(Struct, frozen=True):
    """A funding line of the batch, for taking its money back."""

    id: UUID
    fund: UUID
    project: UUID
    code: str
    title: str


async def lines(ident: UUID) -> list[Line]:
    return await rows.fetch(
        Line,
        Q(
            "SELECT l.id, l.fund, l.project, p.code, p.title FROM funding_line l JOIN project p ON p.id = l.project"
            " WHERE p.batch = {} ORDER BY l.fund, l.id",
            ident,
        ),
    )


class Applicant(Struct, frozen=True):
    person: UUID
    name: str
    unit: UUID


async def applicants(units: Collection[UUID]) -> list[Applicant]:
    """Who could take a project of these units over as its leader."""
    return await rows.fetch(
        Applicant,
        Q(
            "SELECT DISTINCT m.person, p.name, m.unit FROM membership m JOIN person p ON p.id = m.person"
            " WHERE m.unit = ANY({}::uuid[]) AND m.role = 'applicant' AND m.starts_on <= {}"
            " AND (m.ends_on IS NULL OR m.ends_on >= {}) ORDER BY p.name, m.person",
            list(units),
            clock.today(),
            clock.today(),
        ),
    )


class DueReport(Struct, frozen=True):
    id: UUID
    kind: ReportKind
    due: date
    code: str
    title: str
    person: UUID


async def due_reports(projects: Collection[UUID]) -> list[DueReport]:
    """Reports these running projects still owe, with who leads each."""
    return await rows.fetch(
        DueReport,
        Q(
            "SELECT r.id, r.kind, r.due, p.code, p.title, pm.person FROM report r JOIN project p ON p.id = r.project"
            " JOIN project_member pm ON pm.project = p.id AND pm.leader WHERE r.project = ANY({}::uuid[])"
            " AND r.state = 'due' AND p.state = 'running' ORDER BY r.due, r.id",
            list(projects),
        ),
    )
