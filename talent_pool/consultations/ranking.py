"""Which experts fit a need, by sums that can be read: what they share with it, and whether they are free. Pure.

This is the quick list of the page. The job (consultations.reckoning) puts the affinity of the texts in the place of
shared words; everything else stays, so that both lists give the same reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from msgspec import Struct

from talent_pool.consultations import words

FIELDS, AREA, WORDS, COUNTY, FREE = 350_000, 200_000, 300_000, 100_000, 50_000
"""What each counts, in millionths; together a million."""
BUSY_FROM = 3
ENOUGH_WORDS = 8
"""Pairs of characters in common that count as speaking of the same thing."""
TERMS = 4
POOL = 10
"""From how many experts on the pool itself tells which words are common."""


class Why(StrEnum):
    FIELDS = "fields"
    AREA = "area"
    WORDS = "words"
    NEAREST = "nearest"
    COUNTY = "county"
    DONE = "done"
    ABSENT = "absent"
    CONSENT = "consent"
    ASSOCIATION = "association"

    @property
    def label(self) -> str:
        return words.WHY[self]


class Because(Struct, frozen=True):
    """One reason, and what it rests on: codes of fields, words, a number, a title."""

    why: Why
    terms: tuple[str, ...] = ()


class Need(Struct, frozen=True):
    topic: str
    need: str
    area: str
    fields: list[str]
    county: str
    wished_on: date | None


class Known(Struct, frozen=True):
    """An expert as the list sees one. `busy` are consultations in hand, `done` those held in this area."""

    expert: UUID
    person: UUID
    name: str
    employer: str
    title: str
    areas: list[str]
    fields: list[str]
    counties: list[str]
    text: str
    busy: int
    done: int
    absent: bool
    max_load: int
    max_year: int


class Ranked(Struct, frozen=True):
    expert: UUID
    name: str
    employer: str
    title: str
    busy: int
    score: int
    reasons: list[Because]


class Masked(Struct, frozen=True):
    """Not to be invited, and why."""

    expert: UUID
    name: str
    employer: str
    kinds: list[str]


def pairs(text: str) -> list[str]:
    """Neighbouring characters of one run of letters, each pair once, in the order of the text; particles part runs."""
    found: dict[str, None] = {}
    for left, right in pairwise(text):
        if left.isalnum() and right.isalnum() and left not in words.PARTICLES and right not in words.PARTICLES:
            found.setdefault((left + right).lower())
    return list(found)


def telling(sought: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The pairs that tell experts apart: what half of a pool says, says nothing about any of them."""
    if len(texts) < POOL:
        return list(sought)
    return [pair for pair in sought if sum(pair in text for text in texts) * 2 <= len(texts)]


def shared(sought: Sequence[str], text: str) -> list[str]:
    """The pairs of the need that stand in the expert's text, joined where they overlap."""
    low = text.lower()
    found: list[str] = []
    for pair in sought:
        if pair in low:
            joined = found[-1] + pair[1] if found and found[-1][-1] == pair[0] else ""
            if joined and joined in low:
                found[-1] = joined
            else:
                found.append(pair)
    return found


def rank(need: Need, experts: Iterable[Known], affinities: Mapping[UUID, int] | None = None, top: int = 30) -> list[Ranked]:
    """The best `top`, of equal ones the less busy first, then by id: the same need gives the same list.

    `affinities` in millionths stand for the words, where a job has reckoned them.
    """
    text = f"{need.topic} {need.need}"
    for mark in words.MARKS:
        text = text.replace(mark, " ")
    experts = list(experts)
    sought = telling(pairs(text[:400]), [expert.text.lower() for expert in experts])
    found = [_ranked(need, sought, expert, affinities) for expert in experts]
    return sorted(found, key=lambda line: (-line.score, line.busy, line.expert))[:top]


def _ranked(need: Need, sought: Sequence[str], expert: Known, affinities: Mapping[UUID, int] | None) -> Ranked:
    reasons: list[Because] = []
    score = 0
    fields = [field for field in need.fields if field in expert.fields]
    if fields:
        score += FIELDS * len(fields) // len(need.fields)
        reasons.append(Because(Why.FIELDS, tuple(fields)))
    if need.area in expert.areas:
        score += AREA
        reasons.append(Because(Why.AREA, (need.area,)))
    terms = shared(sought, expert.text)
    score += _words(terms, expert.expert, affinities)
    if terms:
        longest = sorted(terms, key=lambda term: (-len(term), term))[:TERMS]
        reasons.append(Because(Why.WORDS, tuple(longest)))
    if need.county and need.county in expert.counties:
        score += COUNTY
        reasons.append(Because(Why.COUNTY, (need.county,)))
    if expert.done:
        reasons.append(Because(Why.DONE, (str(expert.done),)))
    free = _free(expert)
    score += free
    if expert.absent:
        reasons.append(Because(Why.ABSENT))
    return Ranked(expert.expert, expert.name, expert.employer, expert.title, expert.busy, score, reasons)


def _words(terms: Sequence[str], expert: UUID, affinities: Mapping[UUID, int] | None) -> int:
    if affinities is not None:
        return WORDS * max(0, min(affinities.get(expert, 0), 1_000_000)) // 1_000_000
    letters = sum(len(term) - 1 for term in terms)
    return WORDS * min(letters, ENOUGH_WORDS) // ENOUGH_WORDS


def _free(expert: Known) -> int:
    if expert.absent:
        return 0
    return FREE * max(0, BUSY_FROM - expert.busy) // BUSY_FROM
