"""Who an expert is to the rules: facts for conflicts from ties, employer and posts; how a name is found by its initials. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from pypinyin import Style, lazy_pinyin

from kernel.errors import Refused
from talent_pool.matching.conflicts import Employment, ExpertFacts
from talent_pool.profiles import words


class Reason(StrEnum):
    ALREADY_EXPERT = "already-expert"
    NO_EMPLOYER = "no-employer"
    TIE_TO_NOBODY = "tie-to-nobody"
    DATES = "dates"
    NO_SUCH_ACCOUNT = "no-such-account"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Category(StrEnum):
    """Industry, academia, research, users of the service."""

    INDUSTRY = "industry"
    ACADEMIA = "academia"
    RESEARCH = "research"
    USER = "user"

    @property
    def label(self) -> str:
        return words.CATEGORY[self]


class TieKind(StrEnum):
    EMPLOYMENT = "employment"
    BOARD = "board"
    KINSHIP = "kinship"
    MENTORING = "mentoring"
    ASSOCIATION = "association"

    @property
    def label(self) -> str:
        return words.TIE[self]


class FeeClass(StrEnum):
    SENIOR = "senior"
    MIDDLE = "middle"
    OTHER = "other"

    @property
    def label(self) -> str:
        return words.FEE_CLASS[self]


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


class Entry(Struct, frozen=True):
    """An expert as the draw sees one: the whole person, with every tie and post."""

    expert: UUID
    person: UUID
    name: str
    employer: UUID | None
    employer_name: str
    areas: list[str]
    finance: bool
    community: bool
    host_staff: bool
    max_load: int
    active: bool
    ties: list[Tie]
    posts: list[Post]


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


def check_tie(kind: TieKind, unit_name: str, other_name: str, since: date | None, until: date | None) -> None:
    if not (other_name if kind is TieKind.KINSHIP else unit_name):
        raise Refused(Reason.TIE_TO_NOBODY)
    if since and until and until < since:
        raise Refused(Reason.DATES)


def initials(name: str) -> str:
    """Two letters for a name of two characters: how people look up a name on a keyboard."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()[:60]


def sort_key(name: str) -> str:
    """Syllables with their tones: sorts as a dictionary does."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3)).lower()[:240]
