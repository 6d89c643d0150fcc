"""Who an expert is to the rules: facts for conflicts, whether one may be drawn, what a profile may say. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from kernel.accounts.names import initials, person_key
from kernel.errors import Refused
from talent_pool.life import ExpertState
from talent_pool.matching.conflicts import Employment, ExpertFacts
from talent_pool.profiles import words
from talent_pool.profiles.kinds import Category, DocumentKind, FeeClass, Part, TieKind

__all__ = ["Category", "FeeClass", "TieKind", "initials", "sort_key"]

sort_key = person_key
YEAR = timedelta(days=365)
PATIENCE = timedelta(days=60)
"""How long a yearly confirmation may wait before the expert is no longer drawn."""
NOTICE = timedelta(days=30)
"""So long before a document runs out its owner is told."""
MOST_FIELDS = 12
MOST_WORKS = 60
MOST_ABSENCES = 24
LONGEST_ABSENCE = timedelta(days=366)


class Reason(StrEnum):
    ALREADY_EXPERT = "already-expert"
    NO_EMPLOYER = "no-employer"
    TIE_TO_NOBODY = "tie-to-nobody"
    DATES = "dates"
    NO_SUCH_ACCOUNT = "no-such-account"
    TOO_MANY_FIELDS = "too-many-fields"
    YEAR_BELOW_ROUND = "year-below-round"
    TOO_MANY_WORKS = "too-many-works"
    TOO_MANY_ABSENCES = "too-many-absences"
    ABSENCE_LONG = "absence-long"
    ABSENCE_PAST = "absence-past"
    EXPIRED = "expired"
    NAME_FIRST = "name-first"
    LINK_USED = "link-used"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Tie(Struct, frozen=True):
    kind: TieKind
    unit: UUID | None
    unit_name: str
    other_name: str
    until: date | None


class Post(Struct, frozen=True):
    """A membership of the same person elsewhere on the platform: an employment that nobody has to declare."""

    unit: UUID
    until: date | None


class Span(Struct, frozen=True):
    """Days of absence, the last one included."""

    since: date
    until: date


class Entry(Struct, frozen=True):
    """An expert as draw and matching see one: the whole person, with every tie, post and absence."""

    expert: UUID
    person: UUID
    name: str
    state: ExpertState
    category: Category
    employer: UUID | None
    employer_name: str
    county: str
    areas: list[str]
    fields: list[str]
    finance: bool
    community: bool
    host_staff: bool
    max_load: int
    max_year: int
    asked_on: date | None
    absences: list[Span]
    ties: list[Tie]
    posts: list[Post]
    consents: list[date | None] = []
    """Last days of the employer's letters of consent, None for one without an end."""


def why_unavailable(entry: Entry, today: date, days: Sequence[date] = ()) -> str:
    """Why this expert cannot be asked at all for these days of review, or nothing. Words: words.UNAVAILABLE."""
    if entry.state is not ExpertState.ADMITTED:
        return "paused" if entry.state is ExpertState.PAUSED else "not-admitted"
    if is_unconfirmed(entry.asked_on, today):
        return "unconfirmed"
    if any(span.since <= day <= span.until for span in entry.absences for day in days):
        return "absent"
    return ""


def consent_over(consents: Collection[date | None], day: date) -> date | None:
    """When the employer's consent ran out, if it is over on this day; the last day still counts.

    Without any paper on file nothing is over: many employers ask for none.
    """
    ends = [end for end in consents if end is not None]
    return max(ends) if ends and len(ends) == len(consents) and max(ends) < day else None


def is_unconfirmed(asked_on: date | None, today: date) -> bool:
    """Asked for the yearly confirmation and silent for too long."""
    return asked_on is not None and today - asked_on > PATIENCE


def unavailable_label(reason: str) -> str:
    return words.UNAVAILABLE[reason]


def expiry_of(expires_on: date | None, today: date) -> str:
    """'expired', 'soon' or nothing. The last day still counts."""
    if expires_on is None or expires_on - today > NOTICE:
        return ""
    return "expired" if expires_on < today else "soon"


def named(name: str) -> str:
    """Units and people without an id are compared by name, in a space apart from ids."""
    return f"name:{''.join(name.split())}"


def facts(entry: Entry, declared: frozenset[str] = frozenset()) -> ExpertFacts:
    """Ids and names both count: a tie entered by name must still meet the unit that has since been registered."""
    jobs = [Employment(unit) for unit in _unit(entry.employer, entry.employer_name)]
    jobs += [Employment(str(post.unit), post.until) for post in entry.posts]
    jobs += [Employment(u, t.until) for t in _of(entry, TieKind.EMPLOYMENT) for u in _unit(t.unit, t.unit_name)]
    return ExpertFacts(
        person=str(entry.person),
        employments=tuple(jobs),
        offices=frozenset(u for t in _of(entry, TieKind.BOARD) for u in _unit(t.unit, t.unit_name)),
        kin=frozenset(named(t.other_name) for t in _of(entry, TieKind.KINSHIP) if t.other_name),
        declared=declared,
        associations=frozenset(u for t in _of(entry, TieKind.ASSOCIATION) for u in _unit(t.unit, t.unit_name)),
    )


def _of(entry: Entry, kind: TieKind) -> list[Tie]:
    return [tie for tie in entry.ties if tie.kind is kind]


def _unit(ident: UUID | None, name: str) -> list[str]:
    return [*([str(ident)] if ident else []), *([named(name)] if name else [])]


def is_same_employer(old: UUID | None, old_name: str, new: UUID | None, new_name: str) -> bool:
    return named(old_name) == named(new_name) or (old is not None and old == new)


def check_tie(kind: TieKind, unit_name: str, other_name: str, since: date | None, until: date | None) -> None:
    if not (other_name if kind is TieKind.KINSHIP else unit_name):
        raise Refused(Reason.TIE_TO_NOBODY)
    if since and until and until < since:
        raise Refused(Reason.DATES)


def check_said(employer_name: str, fields: Collection[str], max_load: int, max_year: int) -> None:
    """What anybody may say in a profile. Who knows everything is found for nothing."""
    if not employer_name.strip():
        raise Refused(Reason.NO_EMPLOYER)
    if len(fields) > MOST_FIELDS:
        raise Refused(Reason.TOO_MANY_FIELDS, most=MOST_FIELDS, now=len(fields))
    if max_year < max_load:
        raise Refused(Reason.YEAR_BELOW_ROUND, year=max_year, round=max_load)


def check_absence(since: date, until: date, today: date, already: int) -> None:
    if until < since:
        raise Refused(Reason.DATES)
    if until < today:
        raise Refused(Reason.ABSENCE_PAST)
    if until - since > LONGEST_ABSENCE:
        raise Refused(Reason.ABSENCE_LONG)
    if already >= MOST_ABSENCES:
        raise Refused(Reason.TOO_MANY_ABSENCES, most=MOST_ABSENCES)


def check_document(kind: DocumentKind, issued_on: date | None, expires_on: date | None, today: date) -> None:
    if issued_on and expires_on and expires_on < issued_on:
        raise Refused(Reason.DATES)
    if expires_on and expires_on < today:
        raise Refused(Reason.EXPIRED, kind=kind.label)


def check_shown(parts: Collection[Part]) -> None:
    """Nobody is shown as an employer and a list of works without a name."""
    if parts and Part.NAME not in parts:
        raise Refused(Reason.NAME_FIRST)
