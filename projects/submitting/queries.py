"""Reads of proposals on their way in: the whole document in two queries, one's own list, what the unit has to look at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, structs

from departments.kinds import OrganisationKind
from kernel import rows
from kernel.money import Fen
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.rulepack import RulePack
from projects.states import CallState, State
from projects.submitting import contacts, words
from projects.submitting.document import (
    Attached,
    BudgetRow,
    Content,
    IndicatorRow,
    Item,
    MemberRow,
    Part,
    RowSet,
    StepRow,
    area_name,
    parts,
)


class Proposal(Struct, frozen=True):
    """Everything of one proposal as stored, with its call and its organisation's record."""

    id: UUID
    code: str | None
    state: State
    version: int
    title: str
    area: str
    template: str
    call: UUID
    call_code: str
    call_title: str
    year: int
    host: UUID
    opens_on: date
    fill_until: date
    endorse_until: date
    pack_hash: str
    organisation: UUID
    organisation_name: str
    organisation_code: str
    kind: OrganisationKind | None
    record: dict[str, Any]
    payee_name: str | None
    author: UUID
    author_name: str
    requested: Fen | None
    submitted_at: datetime | None
    answers: dict[str, dict[str, Any]]
    budget: list[BudgetRow]
    indicators: list[IndicatorRow]
    team: list[MemberRow]
    plan: list[StepRow]

    areas: list[str]
    call_state: CallState
    sealed: str | None
    """The version code of the latest stamped page that is still there."""

    @property
    def ref(self) -> str:
        return self.code or str(self.id)

    @property
    def rows(self) -> RowSet:
        return RowSet(self.budget, self.indicators, self.team, self.plan)

    @property
    def total(self) -> Fen:
        """What the lines ask for now; `requested` is what was formally submitted."""
        return Fen(sum(line.requested for line in self.budget))

    @property
    def record_items(self) -> list[Item]:
        """What the organisation's record holds, as the head of its section."""
        known: dict[str, Any] = {"name": self.organisation_name, "code": self.organisation_code, **self.record}
        known["kind"] = self.kind.label if self.kind else ""
        known["payee"] = self.payee_name or ""
        for code in ("staff", "social_workers"):
            known[code] = words.PEOPLE.format(count=known[code]) if known.get(code) else ""
        shown = [Item(code, label, str(known.get(code) or "")) for code, label in words.RECORD.items()]
        return [item for item in shown if item.text]


class Document(Struct, frozen=True):
    """The proposal as it is read. Render it with templates/projects/_proposal.html."""

    id: UUID
    ref: str
    code: str | None
    state: State
    title: str
    area: str
    call_code: str
    call_title: str
    organisation: str
    requested: Fen
    submitted_at: datetime | None
    sections: list[Part]
    anonymous: bool


def _lines(table: str, columns: str) -> Q:
    pairs = ", ".join(f"'{c}', x.{c}" for c in columns.split())
    return Q(
        f"coalesce((SELECT jsonb_agg(jsonb_build_object({pairs}) ORDER BY x.position) FROM {table} x WHERE x.project = p.id), '[]'::jsonb)"  # noqa: S608 - our own names
    )


_PROPOSAL = Q(
    "SELECT p.id, p.code, p.state, p.version, p.title, p.area, p.template, c.id AS call, c.code AS call_code, c.title AS call_title,"
    " c.year, c.host, c.opens_on, c.fill_until, c.endorse_until,"
    " CASE WHEN p.code IS NULL OR p.pack_version = c.pack_version THEN c.pack_hash ELSE coalesce((SELECT v.pack_hash"
    " FROM call_version v WHERE v.call = c.id AND v.number = p.pack_version), c.pack_hash) END AS pack_hash,"
    " u.id AS organisation, u.name AS organisation_name, u.code AS organisation_code, o.kind,"
    " jsonb_build_object('registered_on', o.registered_on, 'legal_person', o.legal_person, 'supervisor', o.supervisor,"
    " 'address', o.address, 'staff', o.staff, 'social_workers', o.social_workers) AS record, y.name AS payee_name,"
    " p.author, a.name AS author_name, p.requested, p.submitted_at, p.answers,"
    " {} AS budget, {} AS indicators, {} AS team, {} AS plan, c.areas, c.state AS call_state,"
    " (SELECT s.digest FROM seal_page s JOIN file f ON f.id = s.file WHERE s.project = p.id AND f.state <> 'removed'"
    " ORDER BY s.added_at DESC, s.id DESC LIMIT 1) AS sealed"
    " FROM project p JOIN call c ON c.id = p.call JOIN unit u ON u.id = p.organisation JOIN person a ON a.id = p.author"
    " LEFT JOIN organisation o ON o.unit = u.id LEFT JOIN unit y ON y.id = p.payee AND p.payee <> p.organisation",
    _lines("budget_line", "category item quantity unit unit_price requested own basis"),
    _lines("indicator", "kind name unit target evidence"),
    _lines("team_member", "name part qualification percent"),
    _lines("plan_step", "month work result"),
)


async def proposal(project_id: UUID) -> Proposal:
    """The caller has asked `projects.queries.project_id` whether the actor may see it."""
    found = await rows.the(Proposal, Q("{} WHERE p.id = {}", _PROPOSAL, project_id))
    return structs.replace(found, answers=contacts.opened(found.answers))


async def pack_of(row: Proposal) -> RulePack:
    return await calls.pack(row.pack_hash)


async def attached(row: Proposal) -> list[Attached]:
    """The proposal's own files, and the organisation's papers it rests on: the newest while drafting, the fixed ones after."""
    record = (
        Q(
            "SELECT DISTINCT ON (d.code) d.file, d.code, d.dated_on FROM organisation_document d"
            " WHERE d.unit = {} AND d.removed_at IS NULL ORDER BY d.code, d.dated_on DESC, d.added_at DESC, d.id DESC",
            row.organisation,
        )
        if row.state is State.DRAFT
        else Q(
            "SELECT d.file, r.code, d.dated_on FROM reused_paper r JOIN organisation_document d ON d.id = r.paper WHERE r.project = {}",
            row.id,
        )
    )
    return await rows.fetch(
        Attached,
        Q(
            "SELECT f.id, f.slot AS code, f.name, f.size, f.state, false AS from_record, NULL::date AS dated_on FROM file f"
            " WHERE f.owner_kind = 'project' AND f.owner_id = {} AND f.state <> 'removed'"
            " UNION ALL SELECT f.id, r.code, f.name, f.size, f.state, true, r.dated_on FROM ({}) r JOIN file f ON f.id = r.file"
            " ORDER BY from_record, id",
            row.id,
            record,
        ),
    )


async def content(row: Proposal) -> Content:
    return Content(row.answers, row.rows, await attached(row), row.record_items)


async def document(project_id: UUID, *, anonymous: bool = False, contacts: bool = False) -> Document:
    """The proposal to read, in two queries. `anonymous` leaves out what a blind round hides, `contacts` shows numbers in full.

    The caller has asked `projects.queries.project_id` whether the actor may see it.
    """
    row = await proposal(project_id)
    return read(row, await pack_of(row), await content(row), anonymous=anonymous, contacts=contacts)


def read(row: Proposal, pack: RulePack, stored: Content, *, anonymous: bool = False, contacts: bool = False) -> Document:
    """The same from what has been read already."""
    sections = parts(pack, stored, anonymous=anonymous, contacts=contacts)
    return Document(
        id=row.id,
        ref=row.ref,
        code=row.code,
        state=row.state,
        title=row.title,
        area=area_name(row.area),
        call_code=row.call_code,
        call_title=row.call_title,
        organisation="" if anonymous else row.organisation_name,
        requested=row.requested if row.requested is not None else row.total,
        submitted_at=row.submitted_at,
        sections=sections,
        anonymous=anonymous,
    )
