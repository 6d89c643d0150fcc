"""Who did what. Lines are plain inserts in the verb's transaction; sealing chains them afterwards (kernel.seals)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from piccolo.table import Table

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.tables import AccessLog, AuditLine

Subject = Table | tuple[str, UUID | None]


def subject_of(subject: Subject) -> tuple[str, UUID | None]:
    """("project", id) for a row or a ready pair."""
    if isinstance(subject, tuple):
        return subject
    key: Any = subject._meta.primary_key
    return subject._meta.tablename, getattr(subject, key._meta.name)


def plain(facts: dict[str, Any]) -> str:
    """Facts as canonical JSON text: sorted keys, so that the hash of a line never depends on insertion order."""
    return msgspec.json.encode(facts, order="sorted", enc_hook=str).decode()


async def record(actor: Actor | None, action: Action, subject: Subject, **facts: Any) -> None:
    """One line. `actor` is None when the platform itself acts (a deadline, a job)."""
    kind, ident = subject_of(subject)
    held = actor.granting(action) if actor else None
    await AuditLine.insert(
        AuditLine(
            at=clock.real_now(),
            actor=actor.person if actor else None,
            actor_name=actor.name if actor else "",
            role=held.role if held else "",
            unit=held.unit if held else None,
            action=action,
            subject_kind=kind,
            subject=ident,
            facts=plain(facts),
        )
    )


async def record_many(actor: Actor | None, action: Action, subjects: Iterable[tuple[Subject, dict[str, Any]]]) -> None:
    """One line a subject, for a verb that does the same to many."""
    held = actor.granting(action) if actor else None
    by = (actor.person, actor.name, held.role if held else "", held.unit if held else None) if actor else (None, "", "", None)
    at = clock.real_now()
    await rows.copy(
        AuditLine,
        ("at", "actor", "actor_name", "role", "unit", "action", "subject_kind", "subject", "facts"),
        [(at, *by, action, *subject_of(subject), plain(facts)) for subject, facts in subjects],
    )


async def record_read(actor: Actor, action: Action, subject: Subject, **facts: Any) -> None:
    """A read of personal data, scores or an export. In its own transaction, before the answer: no line, no answer."""
    kind, ident = subject_of(subject)
    with rows.even_while_reading():
        async with rows.transaction():
            await AccessLog.insert(
                AccessLog(
                    at=clock.real_now(),
                    actor=actor.person,
                    action=action,
                    subject_kind=kind,
                    subject=ident,
                    facts=plain(facts),
                )
            )
