"""Reads for lists: one's own proposals, what waits for the unit, what happened to a proposal."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.money import Fen
from kernel.rows import Q
from projects.queries import visible_project
from projects.states import State


class Mine(Struct, frozen=True):
    """A card of 我的申报."""

    id: UUID
    code: str | None
    title: str
    state: State
    call_title: str
    organisation: str
    fill_until: date
    endorse_until: date
    due: date | None
    requested: Fen | None
    changed_at: datetime

    @property
    def ref(self) -> str:
        return self.code or str(self.id)

    @property
    def url(self) -> str:
        return f"/my/proposals/{self.ref}"


_MINE = Q(
    "SELECT p.id, p.code, p.title, p.state, c.title AS call_title, u.name AS organisation, c.fill_until, c.endorse_until,"
    " k.due, p.requested, p.changed_at FROM project p JOIN call c ON c.id = p.call JOIN unit u ON u.id = p.organisation"
    " LEFT JOIN correction k ON k.project = p.id AND k.answered_at IS NULL AND p.state IN ('draft', 'endorsing', 'returned')"
)


async def mine(actor: Actor, limit: int = 50) -> list[Mine]:
    """What this person fills in and what their units hand in, latest change first."""
    visible = visible_project(actor, Action.LIST_OWN_PROJECTS)
    return await rows.fetch(Mine, Q("{} WHERE {} ORDER BY p.changed_at DESC LIMIT {}", _MINE, visible, limit))


async def to_endorse(actor: Actor, limit: int = 50) -> list[Mine]:
    """What waits for this person as the unit's administrator, the nearest deadline first."""
    visible = visible_project(actor, Action.ENDORSE_PROJECT)
    return await rows.fetch(
        Mine, Q("{} WHERE p.state = 'endorsing' AND {} ORDER BY c.endorse_until, p.changed_at LIMIT {}", _MINE, visible, limit)
    )


class Event(Struct, frozen=True):
    """One move of the proposal, as its team may see it: officers by their role, never by name."""

    at: datetime
    action: Action
    role: str
    name: str
    reason: str | None

    @property
    def who(self) -> str:
        side = {Role.APPLICANT, Role.ORGANISATION_ADMIN}
        return self.name if self.role in side else Role(self.role).label if self.role else ""


async def history(project: UUID, limit: int = 30) -> list[Event]:
    return await rows.fetch(
        Event,
        Q(
            "SELECT at, action, role, actor_name AS name, facts ->> 'reason' AS reason FROM audit_line"
            " WHERE subject = {} AND subject_kind = 'project' AND facts ? 'after' ORDER BY id DESC LIMIT {}",
            project,
            limit,
        ),
    )
