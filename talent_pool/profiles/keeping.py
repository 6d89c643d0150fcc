"""Writing what a profile consists of: works, documents, absences, and what may be published. For the host and the expert alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct

from kernel import audit, clock, rows, todo
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.files.actions import Upload, receive
from kernel.rows import Q
from talent_pool.profiles import rules
from talent_pool.profiles.actions import found, found_own, know
from talent_pool.profiles.kinds import DocumentKind, Part, WorkKind
from talent_pool.profiles.rules import Reason
from talent_pool.profiles.tables import Expert, ExpertAbsence, ExpertDocument, ExpertWork

OWNER = "expert-document"


class Work(Struct, frozen=True):
    kind: WorkKind
    title: str
    year: int | None = None
    venue: str = ""
    text: str = ""


@rows.verb
async def save_work(actor: Actor, action: Action, expert: UUID, work: Work, ident: UUID | None = None) -> None:
    """Add a work, or change the one with this id."""
    row = await found(actor, action, expert)
    if ident is None:
        await insert_works(row, [work])
    else:
        kept = await rows.find(ExpertWork, (ExpertWork.id == ident) & (ExpertWork.expert == row.id))
        changes = {getattr(ExpertWork, name): value for name, value in msgspec.structs.asdict(work).items()}
        await kept.update_self({**changes, ExpertWork.changed_at: clock.now()})
    await audit.record(actor, action, row, what="work", title=work.title)
    await know(row.id)


async def insert_works(row: Expert, works: Sequence[Work]) -> None:
    """Behind those that are there."""
    already = int(await rows.value(Q("SELECT count(*) FROM expert_work WHERE expert = {}", row.id)))
    if already + len(works) > rules.MOST_WORKS:
        raise Refused(Reason.TOO_MANY_WORKS, most=rules.MOST_WORKS)
    for place, work in enumerate(works, already + 1):
        await rows.insert(
            ExpertWork(expert=row.id, position=place, changed_at=clock.now(), **msgspec.structs.asdict(work)),
        )


@rows.verb
async def remove_work(actor: Actor, action: Action, expert: UUID, ident: UUID) -> None:
    row = await found(actor, action, expert)
    kept = await rows.find(ExpertWork, (ExpertWork.id == ident) & (ExpertWork.expert == row.id))
    await ExpertWork.delete().where(ExpertWork.id == kept.id)
    await audit.record(actor, action, row, what="work-removed", title=kept.title)
    await know(row.id)


@rows.verb
async def add_document(
    actor: Actor,
    action: Action,
    expert: UUID,
    kind: DocumentKind,
    upload: Upload | None,
    *,
    title: str = "",
    issued_on: date | None = None,
    expires_on: date | None = None,
) -> None:
    """Take a paper in. One of the same kind that runs out is thereby answered."""
    row = await found(actor, action, expert)
    await take_document(actor, row, kind, upload, title=title, issued_on=issued_on, expires_on=expires_on)
    await audit.record(actor, action, row, what="document", kind=kind)


async def take_document(
    actor: Actor,
    row: Expert,
    kind: DocumentKind,
    upload: Upload | None,
    *,
    title: str = "",
    issued_on: date | None = None,
    expires_on: date | None = None,
) -> None:
    rules.check_document(kind, issued_on, expires_on, clock.today())
    for older in await ExpertDocument.objects().where((ExpertDocument.expert == row.id) & (ExpertDocument.kind == kind)):
        await todo.settle(older, None, actor)
    document = await rows.insert(
        ExpertDocument(
            expert=row.id,
            kind=kind,
            title=title,
            issued_on=issued_on,
            expires_on=expires_on,
            added_by=actor.person,
            added_at=clock.now(),
        )
    )
    await receive(actor, upload, OWNER, document.id)


@rows.verb
async def withdraw_document(actor: Actor, action: Action, expert: UUID, ident: UUID) -> None:
    """No longer in force nor listed. File and row stay: an admission may rest on them."""
    row = await found(actor, action, expert)
    where = (ExpertDocument.id == ident) & (ExpertDocument.expert == row.id) & ExpertDocument.withdrawn_at.is_null()
    document = await rows.find(ExpertDocument, where)
    await document.update_self({ExpertDocument.withdrawn_at: clock.now()})
    await todo.settle(document, None, actor)
    await audit.record(actor, action, row, what="document-withdrawn", kind=document.kind)


@rows.verb
async def add_absence(actor: Actor, action: Action, expert: UUID, since: date, until: date, note: str = "") -> None:
    """Days on which the expert is not asked. Who sits already stays seated: replacing is a decision of its own."""
    row = await found(actor, action, expert)
    ahead = Q("SELECT count(*) FROM expert_absence WHERE expert = {} AND until >= {}", row.id, clock.today())
    rules.check_absence(since, until, clock.today(), int(await rows.value(ahead)))
    await rows.insert(
        ExpertAbsence(expert=row.id, since=since, until=until, note=note, added_by=actor.person, added_at=clock.now())
    )
    await audit.record(actor, action, row, what="absence", since=since, until=until)


@rows.verb
async def remove_absence(actor: Actor, action: Action, expert: UUID, ident: UUID) -> None:
    row = await found(actor, action, expert)
    absence = await rows.find(ExpertAbsence, (ExpertAbsence.id == ident) & (ExpertAbsence.expert == row.id))
    await ExpertAbsence.delete().where(ExpertAbsence.id == absence.id)
    await audit.record(actor, action, row, what="absence-removed", since=absence.since, until=absence.until)


@rows.verb
async def decide_shown(actor: Actor, parts: Sequence[Part]) -> None:
    """What may be published. Only experts themselves agree, and they may take it back at any time."""
    row = await found_own(actor)
    rules.check_shown(parts)
    await row.update_self(
        {Expert.shown: encoded(parts), Expert.shown_at: clock.now(), Expert.version: row.version + 1},
    )
    await audit.record(actor, Action.EDIT_OWN_EXPERT, row, what="shown", parts=sorted(parts))


def encoded(parts: Sequence[Part]) -> str:
    return msgspec.json.encode(sorted(parts)).decode()
