"""What forming a panel must satisfy. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kernel.errors import Refused
from projects.panels import words

SEAT_KINDS = ("general", "finance", "community")
WAYS = ("draw", "match", "hand")
"""How a panel came by its experts: drawn at random, matched to each project, chosen by hand with a reason."""
PHONE_OUTCOMES = ("coming", "declined", "unreachable")


class Reason(StrEnum):
    NO_PROJECTS = "no-projects"
    NOT_READY = "not-ready"
    TAKEN = "taken"
    OTHER_CALL = "other-call"
    FIXED = "fixed"
    REVIEW_PASSED = "review-passed"
    NAME_TAKEN = "name-taken"

    @property
    def label(self) -> str:
        return words.REASON[self]


def check_review_day(today: date, review_on: date) -> None:
    if review_on < today:
        raise Refused(Reason.REVIEW_PASSED)
