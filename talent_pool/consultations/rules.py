"""What a consultation may be asked, invited to, recorded and closed with. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from kernel.errors import Refused
from kernel.working_days import Calendar
from talent_pool.consultations import words
from talent_pool.consultations.kinds import Urgency
from talent_pool.matching.conflicts import Conflict, ProjectFacts
from talent_pool.profiles.load import Load
from talent_pool.profiles.rules import named

ANSWER_DAYS = {Urgency.NORMAL: 3, Urgency.URGENT: 1}
"""Working days in which the office answers a need."""
SILENCE_DAYS = {Urgency.NORMAL: 2, Urgency.URGENT: 1}
"""Working days after which an expert who says nothing counts as not coming."""
FEEDBACK_DAYS = 5
SPARE = 2
"""How many more than the seats may be asked at the same time: whoever answers first comes."""


class Reason(StrEnum):
    NO_REASON = "no-reason"
    WISHED_PAST = "wished-past"
    NOBODY_CHOSEN = "nobody-chosen"
    TOO_MANY = "too-many"
    NOT_IN_POOL = "not-in-pool"
    HARD_CONFLICT = "hard-conflict"
    AT_LIMIT = "at-limit"
    ASKED_ALREADY = "asked-already"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    MEETS_PAST = "meets-past"
    HELD_LATER = "held-later"
    NO_MINUTES = "no-minutes"
    REFUSED_WITHOUT_REASON = "refused-without-reason"
    NOTHING_ANSWERED = "nothing-answered"
    FEEDBACK_OPEN = "feedback-open"
    ABOVE_CAP = "above-cap"
    NOT_PAID = "not-paid"
    SAME_PERSON = "same-person"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Parties(Struct, frozen=True):
    """Who stands behind a need, as conflicts see it: units and people by id and by name."""

    project: str = ""
    units: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    mentors: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    """Persons who asked to be kept from this project."""

    def facts(self) -> ProjectFacts:
        return ProjectFacts(
            project=self.project,
            units=frozenset(self.units),
            people=frozenset(self.people),
            mentors=frozenset(self.mentors),
            supervising_bodies=frozenset(self.bodies),
        )


def parties_of_unit(unit: UUID, name: str, person: UUID) -> Parties:
    """A need without a project: the unit that asks, and who asks for it."""
    return Parties(units=(str(unit), named(name)), people=(str(person),))


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def check_wished(wished_on: date | None, today: date) -> None:
    if wished_on is not None and wished_on < today:
        raise Refused(Reason.WISHED_PAST, today=today.isoformat())


def answer_due(today: date, urgency: Urgency, calendar: Calendar) -> date:
    return calendar.add(today, ANSWER_DAYS[urgency])


def silence_due(today: date, urgency: Urgency, calendar: Calendar) -> date:
    return calendar.add(today, SILENCE_DAYS[urgency])


def feedback_due(held_on: date, calendar: Calendar) -> date:
    return calendar.add(held_on, FEEDBACK_DAYS)


def check_invited(chosen: Sequence[UUID], *, seats: int, agreed: int, waiting: int) -> None:
    """Some, and not many more than there are seats: whoever is asked in vain is not asked gladly again."""
    if not chosen:
        raise Refused(Reason.NOBODY_CHOSEN)
    most = seats - agreed + SPARE
    if waiting + len(chosen) > most:
        raise Refused(Reason.TOO_MANY, most=most, waiting=waiting)


def why_full(held: Load, max_load: int, max_year: int) -> str:
    """The limit that leaves no room for one more, in words, or nothing."""
    if held.now >= max_load:
        return words.FULL["now"].format(now=held.now, most=max_load)
    if held.year >= max_year:
        return words.FULL["year"].format(now=held.year, most=max_year)
    return ""


def check_free(name: str, *, admitted: bool, asked: bool, full: str, conflicts: Sequence[Conflict]) -> None:
    if not admitted:
        raise Refused(Reason.NOT_IN_POOL, name=name)
    if asked:
        raise Refused(Reason.ASKED_ALREADY, name=name)
    hard = [conflict for conflict in conflicts if conflict.is_hard]
    if hard:
        raise Refused(Reason.HARD_CONFLICT, name=name, conflict=hard[0].kind.label)
    if full:
        raise Refused(Reason.AT_LIMIT, name=name, why=full)


def check_open(waiting: bool, due: date, today: date) -> None:
    """An invitation is answered once, and in time."""
    if not waiting:
        raise Refused(Reason.ANSWERED)
    if today > due:
        raise Refused(Reason.OVERDUE, due=due.isoformat())


def check_meeting(meets_at: datetime, now: datetime) -> None:
    if meets_at < now:
        raise Refused(Reason.MEETS_PAST)


def check_record(held_on: date, minutes: str, today: date) -> None:
    if held_on > today:
        raise Refused(Reason.HELD_LATER, today=today.isoformat())
    if not minutes.strip():
        raise Refused(Reason.NO_MINUTES)


def advice_lines(text: str) -> list[str]:
    """One piece of advice a line; numbering that people type in front is ours to give."""
    lines = (line.strip().lstrip("0123456789.．、)） ").strip() for line in text.splitlines())
    return [line[:500] for line in lines if line]


def check_answers(answers: Mapping[UUID, tuple[bool, str]], numbers: Mapping[UUID, int]) -> None:
    if not answers:
        raise Refused(Reason.NOTHING_ANSWERED)
    for ident, (adopted, reason) in answers.items():
        if not adopted and not reason.strip():
            raise Refused(Reason.REFUSED_WITHOUT_REASON, number=numbers[ident])


def check_finish(missing: int, due: date, today: date) -> None:
    """Everybody has answered, or had the time to."""
    if missing and today <= due:
        raise Refused(Reason.FEEDBACK_OPEN, missing=missing, due=due.isoformat())
