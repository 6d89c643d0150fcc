"""Who must do what, by when, at which address. Verbs ask; doing the thing settles it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor, Role
from kernel.audit import Subject, subject_of
from kernel.rows import Q
from kernel.tables import Todo

PATIENCE = 5
"""Days after which what was asked without a date is as urgent as what is due today."""


class Item(Struct, frozen=True):
    id: UUID
    action: Action
    title: str
    url: str
    due: date | None
    asked_at: datetime
    done_at: datetime | None


async def ask(
    action: Action,
    subject: Subject,
    *,
    title: str,
    url: str,
    person: UUID | None = None,
    unit: UUID | None = None,
    role: Role | None = None,
    due: date | None = None,
) -> None:
    """Ask one person, or everybody who holds `role` (in `unit`, when given). Asking twice asks once."""
    kind, ident = subject_of(subject)
    already = await rows.value(
        Q(
            "SELECT id FROM todo WHERE subject = {} AND action = {} AND done_at IS NULL"
            " AND person IS NOT DISTINCT FROM {} AND unit IS NOT DISTINCT FROM {} AND role IS NOT DISTINCT FROM {}",
            ident,
            action,
            person,
            unit,
            role,
        )
    )
    if already is None:
        await Todo.insert(
            Todo(
                action=action,
                subject_kind=kind,
                subject=ident,
                title=title[:200],
                url=url,
                person=person,
                unit=unit,
                role=role,
                due=due,
                asked_at=clock.now(),
            )
        )


async def settle(subject: Subject, action: Action | None, actor: Actor | None) -> None:
    """Close what waited for `action` on `subject`; with no action, everything that waited on it."""
    _, ident = subject_of(subject)
    only = Q("AND action = {}", action) if action else Q("")
    await rows.execute(
        Q(
            "UPDATE todo SET done_at = {}, done_by = {} WHERE subject = {} AND done_at IS NULL {}",
            clock.now(),
            actor.person if actor else None,
            ident,
            only,
        )
    )


def mine(actor: Actor) -> Q:
    """The condition on todo (as t) that it is this person's to do."""
    roles = [(m.role, m.unit) for m in actor.memberships]
    return Q(
        "(t.person = {} OR EXISTS (SELECT 1 FROM unnest({}::text[], {}::uuid[]) AS held (role, unit)"
        " WHERE t.person IS NULL AND held.role = t.role AND (t.unit IS NULL OR held.unit = t.unit)))",
        actor.person,
        [str(role) for role, _ in roles],
        [unit for _, unit in roles],
    )


async def waiting(actor: Actor, limit: int = 50) -> list[Item]:
    """Open to-dos, the most urgent first. One without a date stands as if due some days after it was asked:
    behind what is late, before what is due in a month."""
    return await rows.fetch(
        Item,
        Q(
            "SELECT t.id, t.action, t.title, t.url, t.due, t.asked_at, t.done_at FROM todo t"
            " WHERE t.done_at IS NULL AND {} ORDER BY coalesce(t.due, greatest(t.asked_at::date + {}::int, {}::date)), t.asked_at LIMIT {}",
            mine(actor),
            PATIENCE,
            clock.today(),
            limit,
        ),
    )


async def finished(actor: Actor, limit: int = 50) -> list[Item]:
    """What this person did of what was theirs to do, latest first."""
    return await rows.fetch(
        Item,
        Q(
            "SELECT t.id, t.action, t.title, t.url, t.due, t.asked_at, t.done_at FROM todo t"
            " WHERE t.done_by = {} AND {} ORDER BY t.done_at DESC LIMIT {}",
            actor.person,
            mine(actor),
            limit,
        ),
    )


async def count(actor: Actor) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM todo t WHERE t.done_at IS NULL AND {}", mine(actor)), 99)
