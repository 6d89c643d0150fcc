"""The caller: a person with all live memberships, asked what the grants allow. Pure."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from kernel.grants import EVERYONE, GRANTS
from kernel.vocabulary import Action, Reach, Role

__all__ = ["EVERYONE", "GRANTS", "Action", "Actor", "Membership", "Reach", "Role"]


class Membership(Struct, frozen=True):
    """One role in one unit, live now."""

    id: UUID
    role: Role
    unit: UUID | None
    unit_name: str


class Actor(Struct, frozen=True):
    """The caller: a person and all live memberships. All of them count."""

    person: UUID
    name: str
    memberships: tuple[Membership, ...] = ()
    session: UUID | None = None

    def reach(self, action: Action) -> Reach | None:
        """The furthest that any membership carries this action, or None."""
        grants = GRANTS.get(action, {})
        return max((grants[m.role] for m in self.memberships if m.role in grants), default=None)

    def may(self, action: Action) -> bool:
        return action in EVERYONE or self.reach(action) is not None

    def holds(self, role: Role) -> bool:
        return any(m.role is role for m in self.memberships)

    def units(self, action: Action, at_least: Reach = Reach.UNIT) -> tuple[UUID, ...]:
        """The units through which this person holds the action with at least this reach."""
        grants = GRANTS.get(action, {})
        return tuple(dict.fromkeys(m.unit for m in self.memberships if m.unit is not None and grants.get(m.role, 0) >= at_least))

    def granting(self, action: Action) -> Membership | None:
        """The membership that goes on the audit line: the one with the furthest reach."""
        grants = GRANTS.get(action, {})
        held = [m for m in self.memberships if m.role in grants]
        return max(held, key=lambda m: grants[m.role], default=None)
