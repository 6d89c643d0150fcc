"""Real-name objections during a notice: window, deadlines, who answers, what may follow. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kernel.clock import SHANGHAI, end_of
from kernel.errors import Refused
from kernel.money import Fen, show
from kernel.working_days import Calendar
from projects.calls.rulepack import CalendarRules
from projects.deciding import words
from projects.deciding.rules import Reason


class Upheld(StrEnum):
    """How an objection ends. Only the project concerned is touched."""

    CANCEL = "cancel"
    CUT = "cut"
    CORRECT = "correct"
    DISMISSED = "dismissed"

    @property
    def label(self) -> str:
        return words.UPHELD[self]


def notice_window(published: date, days: int, calendar: Calendar) -> tuple[date, date]:
    """First and last day; the day of publication is not counted: 2026-11-20 gives 2026-11-23 to 2026-11-27."""
    return calendar.window(published, days)


def check_lodging(now: datetime, *, start: date, end: date, name: str, contact: str, facts: str) -> None:
    """Lodging on the day of publication is early, not late: people read the notice before the window opens."""
    if now >= end_of(end):
        raise Refused(Reason.NOTICE_OVER, end=end)
    if now.astimezone(SHANGHAI).date() < start:
        raise Refused(Reason.NOTICE_NOT_BEGUN, start=start)
    if not name.strip() or not contact.strip():
        raise Refused(Reason.NO_NAME)
    if not facts.strip():
        raise Refused(Reason.NO_EVIDENCE)


def answer_due(lodged_on: date, rules: CalendarRules, calendar: Calendar, *, extended: bool = False) -> date:
    """7 working days, once extended by 7 more."""
    return calendar.add(lodged_on, rules.objection_days + (rules.objection_extension if extended else 0))


def check_extension(now: datetime, due: date, reason: str, *, extended: bool) -> None:
    if extended:
        raise Refused(Reason.EXTENDED_ONCE)
    if now >= end_of(due):
        raise Refused(Reason.EXTENSION_LATE, due=due)
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def check_answer(
    person: UUID, decided_first: Collection[UUID], answer: str, outcome: Upheld, *, determined: Fen, cut_to: Fen | None
) -> None:
    """`decided_first`: who screened, scored, decided or registered the meeting for this project."""
    if person in decided_first:
        raise Refused(Reason.DECIDER_ANSWERS)
    if not answer.strip():
        raise Refused(Reason.NO_ANSWER)
    if outcome is Upheld.CUT and (cut_to is None or not 0 < cut_to < determined):
        raise Refused(Reason.CUT_OUTCOME, amount=show(determined))
