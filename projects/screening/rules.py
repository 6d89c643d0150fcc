"""What an officer may return, refuse, accept or cut, and what a correction may touch. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kernel.clock import end_of
from kernel.errors import Refused
from kernel.money import Fen, show
from kernel.working_days import Calendar
from projects.calls.form import Form
from projects.calls.rulepack import CalendarRules
from projects.screening import words


class Reason(StrEnum):
    NOTHING_NAMED = "nothing-named"
    UNKNOWN_FIELD = "unknown-field"
    CORE_FIELD = "core-field"
    NO_EXPLANATION = "no-explanation"
    DAYS = "days"
    SECOND_RETURN = "second-return"
    NO_GROUNDS = "no-grounds"
    SAME_OFFICER = "same-officer"
    READMIT_CLOSED = "readmit-closed"
    OVER_REQUESTED = "over-requested"
    NOTHING_AUDITED = "nothing-audited"
    NO_CUT_REASON = "no-cut-reason"
    OPEN_ITEMS = "open-items"
    FAILED_ITEMS = "failed-items"
    OPINION_CLOSED = "opinion-closed"
    OWN_UNIT = "own-unit"

    @property
    def label(self) -> str:
        return words.REASON[self]


LONGEST_CORRECTION = 10
"""Working days; a longer one would hold up every other proposal of the call."""


def correctable(form: Form) -> dict[str, str]:
    """What may be named in a return: every field that is not core, and the sections of rows, by name and title."""
    named = {f"{section.code}.{field.code}": field.label for section, field in form.fields() if not field.core}
    named |= {section.code: section.title for section in form.sections if section.kind != "fields"}
    return named


def check_return(
    form: Form, fields: Collection[str], explanation: str, days: int, *, earlier: int, head_reason: str = ""
) -> None:
    """Told once and told all: a second return is possible only with the head's written reason."""
    if not fields:
        raise Refused(Reason.NOTHING_NAMED)
    for name in fields:
        _check_correctable(form, name)
    if not explanation.strip():
        raise Refused(Reason.NO_EXPLANATION)
    if not 1 <= days <= LONGEST_CORRECTION:
        raise Refused(Reason.DAYS, max=LONGEST_CORRECTION)
    if earlier and not head_reason.strip():
        raise Refused(Reason.SECOND_RETURN)


def _check_correctable(form: Form, name: str) -> None:
    if name in correctable(form):
        return
    field = form.find(name)
    if field is not None:
        raise Refused(Reason.CORE_FIELD, field=field.label)
    raise Refused(Reason.UNKNOWN_FIELD, field=name)


def correction_due(returned_on: date, days: int, calendar: Calendar) -> date:
    return calendar.add(returned_on, days)


def check_refusal(grounds: str) -> None:
    if not grounds.strip():
        raise Refused(Reason.NO_GROUNDS)


def check_readmission(officer: UUID, refused_by: UUID, now: datetime, due: date) -> None:
    if officer == refused_by:
        raise Refused(Reason.SAME_OFFICER)
    if now >= end_of(due):
        raise Refused(Reason.READMIT_CLOSED, deadline=due)


def check_acceptance(items: Mapping[str, bool | None]) -> None:
    """The officer's checklist: None is undecided."""
    undecided = sum(passed is None for passed in items.values())
    if undecided:
        raise Refused(Reason.OPEN_ITEMS, count=undecided)
    failed = sum(passed is False for passed in items.values())
    if failed:
        raise Refused(Reason.FAILED_ITEMS, count=failed)


def check_impartial(person: UUID, interested: Collection[UUID]) -> None:
    """`interested`: people of the applying unit, its payee and partners."""
    if person in interested:
        raise Refused(Reason.OWN_UNIT)


def check_audited(audited: Fen, requested: Fen, note: str) -> None:
    if audited <= 0:
        raise Refused(Reason.NOTHING_AUDITED)
    if audited > requested:
        raise Refused(Reason.OVER_REQUESTED, requested=show(requested))
    if audited < requested and not note.strip():
        raise Refused(Reason.NO_CUT_REASON)


def screening_due(submitted_on: date, rules: CalendarRules, calendar: Calendar) -> date:
    return calendar.add(submitted_on, rules.screening_days)


def opinion_due(asked_on: date, rules: CalendarRules, calendar: Calendar) -> date:
    """After it, silence means no objection."""
    return calendar.add(asked_on, rules.opinion_days)


def check_opinion_open(now: datetime, due: date) -> None:
    if now >= end_of(due):
        raise Refused(Reason.OPINION_CLOSED, deadline=due)
