"""Reads of duties: who holds which on a call, who could."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.rows import Q
from projects.calls.duties.rules import HOLDERS


class Duty(Struct, frozen=True):
    id: UUID
    duty: str
    name: str
    unit: str
    assigned_at: datetime


class Holder(Struct, frozen=True):
    """Somebody who could be given a duty, with the role that makes it possible."""

    person: UUID
    name: str
    unit: str
    role: str


async def duties(call: UUID) -> list[Duty]:
    return await rows.fetch(
        Duty,
        Q(
            "SELECT cd.id, cd.duty, pe.name, coalesce((SELECT u.name FROM membership m JOIN unit u ON u.id = m.unit"
            " WHERE m.person = pe.id AND m.ends_on IS NULL ORDER BY m.starts_on, m.id LIMIT 1), '') AS unit, cd.assigned_at"
            " FROM call_duty cd JOIN person pe ON pe.id = cd.person WHERE cd.call = {} AND cd.ended_at IS NULL AND cd.duty = ANY({})"
            " ORDER BY array_position({}, cd.duty::text), pe.sort_key, cd.id",
            call,
            list(HOLDERS),
            list(HOLDERS),
        ),
    )


async def holders() -> list[Holder]:
    """Everybody whose role today a duty may widen, department by department."""
    today = clock.today()
    return await rows.fetch(
        Holder,
        Q(
            "SELECT m.person, pe.name, coalesce(u.name, '') AS unit, m.role FROM membership m JOIN person pe ON pe.id = m.person"
            " LEFT JOIN unit u ON u.id = m.unit WHERE m.role = ANY({}) AND m.starts_on <= {} AND (m.ends_on IS NULL OR m.ends_on >= {})"
            " ORDER BY u.position, u.code, pe.sort_key, m.id LIMIT 500",
            sorted({str(role) for roles in HOLDERS.values() for role in roles}),
            today,
            today,
        ),
    )
