"""Which duties a call knows and who may hold one. Pure."""

from __future__ import annotations

from enum import StrEnum

from kernel.access import Role
from projects.calls.duties import words

HOLDERS: dict[str, frozenset[Role]] = {
    "secretary": frozenset({Role.OFFICER}),
    "budget-review": frozenset({Role.OFFICER, Role.FINANCE_OFFICER}),
    "objections": frozenset({Role.OFFICER}),
    "screening": frozenset({Role.AGENCY_WORKER}),
}
"""A duty widens what a role reaches, so it is only given to a role that it widens (GRANTS: ASSIGNED)."""


class Reason(StrEnum):
    NOT_A_HOLDER = "not-a-holder"
    HELD_ALREADY = "held-already"

    @property
    def label(self) -> str:
        return words.REASON[self]
