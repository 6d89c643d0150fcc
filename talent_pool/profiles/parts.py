"""Reads of what a profile consists of besides its own row: ties, works, documents, absences. Ask for the profile first."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, files, rows
from kernel.access import Action, Actor
from kernel.errors import Missing
from kernel.files.life import FileState
from kernel.rows import Q
from talent_pool.profiles import rules
from talent_pool.profiles.kinds import DocumentKind, TieKind, WorkKind
from talent_pool.profiles.queries import visible_expert


class TieLine(Struct, frozen=True):
    kind: TieKind
    unit: str
    other_name: str
    since: date | None
    until: date | None
    note: str


class WorkLine(Struct, frozen=True):
    id: UUID
    kind: WorkKind
    title: str
    year: int | None
    venue: str
    text: str


class DocumentLine(Struct, frozen=True):
    id: UUID
    kind: DocumentKind
    title: str
    issued_on: date | None
    expires_on: date | None
    added_at: datetime
    file: UUID | None
    file_name: str
    file_state: FileState | None

    @property
    def expiry(self) -> str:
        """'expired', 'soon' or nothing."""
        return rules.expiry_of(self.expires_on, clock.today())

    @property
    def url(self) -> str:
        return f"/files/{self.file}" if self.file_state is FileState.CLEAN else ""


class AbsenceLine(Struct, frozen=True):
    id: UUID
    since: date
    until: date
    note: str


class Step(Struct, frozen=True):
    at: datetime
    action: Action
    who: str
    what: str
    reason: str


async def ties(expert: UUID) -> list[TieLine]:
    return await rows.fetch(
        TieLine,
        Q(
            "SELECT t.kind, coalesce(u.name, t.unit_name) AS unit, t.other_name, t.since, t.until, t.note FROM expert_tie t"
            " LEFT JOIN unit u ON u.id = t.unit WHERE t.expert = {} ORDER BY t.added_at, t.id",
            expert,
        ),
    )


async def works(expert: UUID) -> list[WorkLine]:
    """The latest first, as a list of works is read."""
    return await rows.fetch(
        WorkLine,
        Q(
            "SELECT id, kind, title, year, venue, text FROM expert_work WHERE expert = {}"
            " ORDER BY year DESC NULLS LAST, position, id",
            expert,
        ),
    )


async def work(expert: UUID, ident: UUID) -> WorkLine:
    return await rows.the(
        WorkLine, Q("SELECT id, kind, title, year, venue, text FROM expert_work WHERE expert = {} AND id = {}", expert, ident)
    )


async def documents(expert: UUID) -> list[DocumentLine]:
    """Those in force, by kind; a withdrawn one is no longer listed."""
    return await rows.fetch(
        DocumentLine,
        Q(
            "SELECT d.id, d.kind, d.title, d.issued_on, d.expires_on, d.added_at, f.id AS file, coalesce(f.name, '') AS file_name,"
            " f.state AS file_state FROM expert_document d LEFT JOIN file f ON f.owner_kind = 'expert-document'"
            " AND f.owner_id = d.id AND f.state <> 'removed' WHERE d.expert = {} AND d.withdrawn_at IS NULL"
            " ORDER BY d.kind, d.added_at DESC, d.id",
            expert,
        ),
    )


async def absences(expert: UUID) -> list[AbsenceLine]:
    """Now and later; what is over is of no use to anybody."""
    return await rows.fetch(
        AbsenceLine,
        Q(
            "SELECT id, since, until, note FROM expert_absence WHERE expert = {} AND until >= {} ORDER BY since, id",
            expert,
            clock.today(),
        ),
    )


async def history(expert: UUID) -> list[Step]:
    """What was done to this profile, latest first."""
    return await rows.fetch(
        Step,
        Q(
            "SELECT at, action, actor_name AS who, coalesce(facts ->> 'what', '') AS what, coalesce(facts ->> 'reason', '') AS reason"
            " FROM audit_line WHERE subject = {} ORDER BY at DESC, id DESC LIMIT 100",
            expert,
        ),
    )


@files.owner("expert-document")
async def check_document(actor: Actor | None, document: UUID) -> None:
    """The host, and the expert whose paper it is."""
    if actor is not None:
        for action in (Action.VIEW_EXPERTS, Action.EDIT_OWN_EXPERT):
            seen = Q(
                "SELECT 1 FROM expert_document d JOIN expert e ON e.id = d.expert WHERE d.id = {} AND {}",
                document,
                visible_expert(actor, action),
            )
            if await rows.value(seen) is not None:
                return
    raise Missing
