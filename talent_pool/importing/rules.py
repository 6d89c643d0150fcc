"""Why an import of experts is refused, and how much one sheet may hold. Pure."""

from __future__ import annotations

from enum import StrEnum

from talent_pool.importing import words

MOST = 3_000


class Reason(StrEnum):
    SAME_FILE = "same-file"
    TOO_MANY = "too-many"
    TOUCHED = "touched"
    IN_USE = "in-use"
    NOBODY_WAITS = "nobody-waits"
    EXAMPLE = "example"
    UNKNOWN_AREA = "unknown-area"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_COUNTY = "unknown-county"
    TOO_MANY_FIELDS = "too-many-fields"
    NOT_MOBILE = "not-mobile"
    LOAD_RANGE = "load-range"
    YEAR_BELOW_ROUND = "year-below-round"
    NOT_A_WORK = "not-a-work"
    WORK_LONG = "work-long"
    TOO_MANY_WORKS = "too-many-works"
    UNIT_LONG = "unit-long"
    NOT_A_DATE = "not-a-date"
    TWICE_IN_FILE = "twice-in-file"
    MOBILE_IN_FILE = "mobile-in-file"
    TWICE = "twice"
    TWICE_MOBILE = "twice-mobile"
    ENDED = "ended"
    MANY = "many"
    OTHER_NAME = "other-name"
    NAMESAKE = "namesake"
    RENAMED_EMPLOYER = "renamed-employer"
    NO_MOBILE = "no-mobile"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Twins(StrEnum):
    """What to do with rows whose expert is in the pool already."""

    REFUSE = "refuse"
    UPDATE = "update"
