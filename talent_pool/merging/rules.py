"""Which two records may become one, and which value the one that stays takes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel.errors import Refused
from talent_pool.life import ExpertState
from talent_pool.merging import words
from talent_pool.profiles.kinds import Category, FeeClass, Part
from talent_pool.profiles.rules import check_said, is_same_employer


class Reason(StrEnum):
    SAME = "same"
    STATE = "state"
    KEEP_ENDED = "keep-ended"
    ALREADY = "already"
    ONE_PANEL = "one-panel"
    RECUSED = "recused"
    HELD = "held"
    ONESELF = "oneself"
    NO_REASON = "no-reason"
    UNDONE = "undone"
    TOUCHED = "touched"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Pick(StrEnum):
    KEEP = "keep"
    DROP = "drop"
    BOTH = "both"

    @property
    def label(self) -> str:
        return words.PICK[self]


LISTS = ("areas", "fields", "methods", "counties")
SCALARS = (
    "employer", "title", "category", "county", "keywords", "speciality", "finance", "community", "fee_class", "max_load", "max_year",
)  # fmt: skip
FIELDS = tuple(words.FIELD)
MERGEABLE = frozenset({ExpertState.ADMITTED, ExpertState.PAUSED, ExpertState.LEFT})
"""Who is still on the way in is first admitted or refused."""


class Record(Struct, frozen=True):
    """One of the two, with everything that can be chosen."""

    id: UUID
    person: UUID
    name: str
    state: ExpertState
    employer_id: UUID | None
    employer: str
    title: str
    category: Category
    county: str
    areas: list[str]
    fields: list[str]
    methods: list[str]
    counties: list[str]
    keywords: str
    speciality: str
    finance: bool
    community: bool
    host_staff: bool
    civil_servant: bool
    fee_approved: bool
    fee_class: FeeClass
    max_load: int
    max_year: int
    shown: list[Part]
    decided: bool
    """The expert has said what may be published."""
    mobile_key: str | None
    account: str
    merged_into: UUID | None
    works: int
    ties: int
    documents: int
    version: int


def check_pair(keep: Record, drop: Record, actor: UUID) -> None:
    if keep.id == drop.id:
        raise Refused(Reason.SAME)
    if actor in (keep.person, drop.person):
        raise Refused(Reason.ONESELF)
    for one in (keep, drop):
        if one.merged_into is not None:
            raise Refused(Reason.ALREADY, name=one.name)
        if one.state not in MERGEABLE:
            raise Refused(Reason.STATE, name=one.name, state=one.state.label)
    if keep.state is ExpertState.LEFT:
        raise Refused(Reason.KEEP_ENDED)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def default_pick(keep: Record, drop: Record, name: str) -> Pick:
    """Lists are joined; a value that is empty on the one side is taken from the other."""
    if name in LISTS:
        return Pick.BOTH
    return Pick.DROP if getattr(drop, name) and not getattr(keep, name) else Pick.KEEP


def chosen(keep: Record, drop: Record, picks: Mapping[str, Pick]) -> dict[str, Any]:
    """The columns of the record that stays.

    What keeps somebody from a panel or a fee is never lost by a choice: staff of the host and civil servants stay such.
    """
    values: dict[str, Any] = {}
    for name in FIELDS:
        pick = picks.get(name) or default_pick(keep, drop, name)
        if name in LISTS and pick is Pick.BOTH:
            values[name] = list(dict.fromkeys([*getattr(keep, name), *getattr(drop, name)]))
        else:
            values[name] = getattr(drop if pick is Pick.DROP else keep, name)
    winner = drop if picks.get("employer") is Pick.DROP else keep
    servants = [one for one in (keep, drop) if one.civil_servant]
    check_said(winner.employer, values["fields"], values["max_load"], values["max_year"])
    return values | {
        "employer": winner.employer_id,
        "employer_name": winner.employer,
        "host_staff": keep.host_staff or drop.host_staff,
        "civil_servant": bool(servants),
        "fee_approved": bool(servants) and all(one.fee_approved for one in servants),
        "shown": shown(keep, drop),
    }


def shown(keep: Record, drop: Record) -> list[Part]:
    """Only what was agreed to in both records; works that come over were never agreed to where nobody decided."""
    if drop.decided:
        return sorted(set(keep.shown) & set(drop.shown))
    return sorted(set(keep.shown) - ({Part.WORKS} if drop.works else set()))


def left_employers(keep: Record, drop: Record, employer: UUID | None, employer_name: str) -> list[Record]:
    """Records whose employer is not the one that was chosen: each goes on as a tie, so that no conflict is lost."""
    return [one for one in (keep, drop) if not is_same_employer(one.employer_id, one.employer, employer, employer_name)]


def signs(same_employer: bool, same_mobile: bool, works: int) -> list[str]:
    """Why two records of one name look like one person."""
    found = [words.SIGN["employer"]] if same_employer else []
    found += [words.SIGN["mobile"]] if same_mobile else []
    found += [words.SIGN["works"].format(count=works)] if works else []
    return found or [words.SIGN["namesake"]]


def told(record: Record, name: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """A value as the page shows it."""
    value = getattr(record, name)
    if isinstance(value, bool):
        return words.YES_NO[value]
    if isinstance(value, list):
        return _joined(value, labels.get(name, {}))
    if isinstance(value, Category | FeeClass):
        return value.label
    return labels.get(name, {}).get(str(value), str(value)) or words.EMPTY


def _joined(codes: Sequence[str], labels: Mapping[str, str]) -> str:
    return words.BETWEEN.join(labels.get(code, code) for code in codes) or words.EMPTY
