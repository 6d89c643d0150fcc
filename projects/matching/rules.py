"""What may be asked of a matching and who may answer for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from kernel.errors import Refused
from projects.calls.rulepack import PanelRules
from projects.matching import words

OBJECTIVES = ("lottery", "fair", "total")
"""Drawn among the qualified; the same care for every project; the nearest altogether."""
HOLDS = ("lock", "exclude")
LARGEST = 5_000
"""Projects in one run."""
THRESHOLDS = (70, 80, 85, 90, 95)


class Reason(StrEnum):
    NO_PROJECTS = "no-projects"
    TOO_MANY = "too-many"
    UNDER_WAY = "under-way"
    SAME_PERSON = "same-person"
    REVIEW_PASSED = "review-passed"
    CHANGED = "changed"
    GONE = "gone"
    CONFLICTED = "conflicted"
    NO_REASON = "no-reason"
    NO_EXPERT = "no-expert"
    NO_PROJECT = "no-project"
    SEVERAL_EXPERTS = "several-experts"
    LOCK_NEEDS_PROJECT = "lock-needs-project"
    LOCK_CONFLICT = "lock-conflict"
    HELD_ALREADY = "held-already"
    LOCKS_FULL = "locks-full"
    PICK_COUNT = "pick-count"
    PICK_BARRED = "pick-barred"
    PICK_CONSENT = "pick-consent"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Failure(StrEnum):
    """Why a run came to no answer though its rules may well allow one."""

    TIME = "time"
    CRASHED = "crashed"
    VIOLATED = "violated"
    NO_EXPERTS = "no-experts"

    @property
    def label(self) -> str:
        return words.FAILURE[self]


class Parameters(Struct, frozen=True):
    """As they stood when the run was asked for. `load` 0: each expert's own limit; `district` 0: no such rule."""

    review_on: date
    threshold: int = 85
    load: int = 0
    district: int = 0
    standbys: int = 2
    finance_min: int = 1
    community_min: int = 1
    per_employer: int = 1
    host_staff_max: int = 1
    conflict_years: int = 3


def parameters(pack: PanelRules, *, review_on: date, threshold: int, load: int, district: int) -> Parameters:
    """What the call published, with what may be chosen for a run."""
    return Parameters(
        review_on=review_on,
        threshold=threshold,
        load=load,
        district=district,
        standbys=pack.standbys,
        finance_min=pack.finance_min,
        community_min=pack.community_min,
        per_employer=pack.per_employer_max,
        host_staff_max=pack.host_staff_max,
        conflict_years=pack.conflict_years,
    )


def check_asking(count: int, review_on: date, today: date) -> None:
    if not count:
        raise Refused(Reason.NO_PROJECTS)
    if count > LARGEST:
        raise Refused(Reason.TOO_MANY, count=count, most=LARGEST)
    if review_on < today:
        raise Refused(Reason.REVIEW_PASSED)


def check_two_people(asked_by: UUID, settles: UUID) -> None:
    """Who ran it neither approves it nor sends it back to themselves."""
    if asked_by == settles:
        raise Refused(Reason.SAME_PERSON)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def check_pool(gone: Sequence[str]) -> None:
    """`gone`: names of proposed experts who are no longer in the pool."""
    if gone:
        raise Refused(Reason.GONE, name=gone[0], count=len(gone))


def check_unchanged(gone: Collection[str]) -> None:
    """Between the run and its approval projects may have been withdrawn or put on another panel."""
    if gone:
        raise Refused(Reason.CHANGED, code=min(gone), count=len(gone))
