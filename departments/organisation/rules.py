"""What an organisation's record may hold, and how names are sorted. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pypinyin import Style, lazy_pinyin

from departments.organisation import words
from kernel.errors import Refused


class Reason(StrEnum):
    FUTURE_DATE = "future-date"
    UNKNOWN_DOCUMENT = "unknown-document"
    CODE_TAKEN = "code-taken"
    NOT_CODED = "not-coded"
    NO_RECORD = "no-record"

    @property
    def label(self) -> str:
        return words.REASON[self]


def sort_key(name: str) -> str:
    """Pinyin and initials, so that lists sort as people expect and find by either."""
    syllables = lazy_pinyin(name)
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{' '.join(syllables)} {initials}"[:240].lower()


def check_past(what: str, day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise Refused(Reason.FUTURE_DATE, what=what, today=today)


def check_document(code: str, dated_on: date, today: date) -> None:
    name = words.DOCUMENT.get(code)
    if name is None:
        raise Refused(Reason.UNKNOWN_DOCUMENT)
    check_past(name, dated_on, today)
