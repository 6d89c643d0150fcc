"""Who may admit whom, and when somebody may leave. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from kernel.errors import Refused
from talent_pool.profiles.admitting import words


class Reason(StrEnum):
    SAME_PERSON = "same-person"
    ONESELF = "oneself"
    NO_REASON = "no-reason"
    HAS_WORK = "has-work"
    NO_FIELDS = "no-fields"

    @property
    def label(self) -> str:
        return words.REASON[self]


def check_other(settling: UUID, inviter: UUID | None, expert: UUID, name: str) -> None:
    """Who brought somebody in never decides about them, and nobody decides about oneself."""
    if settling == expert:
        raise Refused(Reason.ONESELF)
    if settling == inviter:
        raise Refused(Reason.SAME_PERSON, name=name)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def check_known_for(areas: Collection[str]) -> None:
    if not areas:
        raise Refused(Reason.NO_FIELDS)


def check_free(name: str, in_hand: int) -> None:
    """A panel must not lose its expert behind its back."""
    if in_hand:
        raise Refused(Reason.HAS_WORK, name=name, count=in_hand)
