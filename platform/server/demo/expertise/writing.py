"""Profiles by COPY: what each expert says of oneself, works that belong to it, papers, absences. The same seed says the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from departments import catalogue
from kernel import clock, rows
from server.demo.expertise.words import (
    ABSTRACT,
    AWAY,
    CONSENT,
    DOINGS,
    EFFECTS,
    LORE,
    PLACES,
    SPECIALITY,
    TITLES,
    VENUES,
)
from server.demo.names import Seed
from talent_pool.profiles import fields

KINDS = ("paper", "project", "project", "practice", "patent")
STEADY = 24
"""The first experts are those whom the story draws: always there, always confirmed."""

copy = partial(rows.copy, seconds=3600)


class Knowledge(NamedTuple):
    """What one expert knows: two areas, and the codes and texts that follow from them."""

    areas: tuple[str, str]
    fields: tuple[str, ...]
    methods: tuple[str, ...]
    counties: tuple[str, ...]
    keywords: str
    speciality: str


def knowledge(seed: Seed, number: int, finance: bool, community: bool) -> Knowledge:
    """A main area and a second one; finance and community experts know their trade besides."""
    dice = seed.random("knowledge", number)
    first, second = dice.sample([area.code for area in catalogue.load().areas], 2)
    if community:
        first = "community" if second != "community" else first
    trade = "finance" if finance else first
    main, side = LORE[trade], LORE[second]
    return Knowledge(
        areas=(first, second),
        fields=(*_of_area(dice, first, 2), *_of_area(dice, second, 1), *_general(dice, finance)),
        methods=tuple(dice.sample(sorted(fields.method_names()), 3)),
        counties=tuple(sorted(dice.sample([county.code for county in catalogue.counties()], 3))),
        keywords="、".join([*dice.sample(main["ways"], 2), dice.choice(side["ways"])]),
        speciality=_speciality(dice, main, side),
    )


def _of_area(dice: Random, area: str, many: int) -> list[str]:
    return dice.sample([code for code, of in fields.area_of().items() if of == area], many)


def _general(dice: Random, finance: bool) -> list[str]:
    if finance:
        return ["general.finance", "general.audit"]
    return [dice.choice(["general.evaluation", "general.supervision", "general.psychology", "general.law", "general.research"])]


def _speciality(dice: Random, main: dict[str, tuple[str, ...]], side: dict[str, tuple[str, ...]]) -> str:
    need, need2 = dice.sample(main["needs"], 2)
    return SPECIALITY.format(
        people=dice.choice(main["people"]),
        need=need,
        need2=need2,
        way=dice.choice(main["ways"]),
        people2=dice.choice(side["people"]),
        way2=dice.choice(side["ways"]),
    )


class Known(NamedTuple):
    """An expert to write about."""

    id: UUID
    number: int
    finance: bool
    areas: tuple[str, str]


def confirmed_on(seed: Seed, number: int, today: date) -> tuple[date, date | None]:
    """(last confirmed, asked since): everybody within the year, but a few who have been silent for long."""
    dice = seed.random("confirmed", number)
    if number >= STEADY and dice.random() < 0.03:
        return today - timedelta(days=440), today - timedelta(days=70)
    return today - timedelta(days=dice.randrange(5, 200)), None


async def write(seed: Seed, experts: list[Known]) -> None:
    """Works, papers and absences of these experts."""
    now, today = clock.now(), clock.today()
    await copy(
        "expert_work",
        ("id", "expert", "position", "kind", "title", "year", "venue", "text", "changed_at"),
        (work for expert in experts for work in _works(seed, expert, now)),
    )
    await copy(
        "expert_document",
        ("id", "expert", "kind", "title", "issued_on", "expires_on", "added_at"),
        (paper for expert in experts for paper in _papers(seed, expert, today, now)),
    )
    await copy(
        "expert_absence",
        ("id", "expert", "since", "until", "note", "added_at"),
        (absence for expert in experts for absence in _absences(seed, expert, today, now)),
    )


def near(ident: UUID, k: int) -> UUID:
    return UUID(int=ident.int ^ (k << 8 | 1))


def _works(seed: Seed, expert: Known, now: Any) -> Iterator[tuple[Any, ...]]:
    """Three to five, most of them in the main area."""
    dice = seed.random("works", expert.number)
    first, second = expert.areas
    for place in range(1, dice.randrange(4, 7)):
        lore = LORE["finance" if expert.finance and place < 3 else second if place == 3 else first]
        kind = dice.choice(KINDS)
        said = {
            "place": dice.choice(PLACES),
            "people": dice.choice(lore["people"]),
            "need": dice.choice(lore["needs"]),
            "way": dice.choice(lore["ways"]),
            "doing": dice.choice(DOINGS),
            "effect": dice.choice(EFFECTS),
        }
        title, text = TITLES[kind].format(**said), ABSTRACT.format(**said)
        year = 2026 - dice.randrange(0, 9)
        yield near(expert.id, place), expert.id, place, kind, title, year, dice.choice(VENUES[kind]), text, now


def _papers(seed: Seed, expert: Known, today: date, now: Any) -> Iterator[tuple[Any, ...]]:
    dice = seed.random("papers", expert.number)
    issued = today - timedelta(days=dice.randrange(60, 300))
    # Nearly all for a year and more; a few run out within the month, so that the warning has something to say.
    until = today + timedelta(days=dice.randrange(5, 28) if dice.random() < 0.02 else dice.randrange(120, 700))
    yield near(expert.id, 64), expert.id, "consent", CONSENT, issued, until, now


def _absences(seed: Seed, expert: Known, today: date, now: Any) -> Iterator[tuple[Any, ...]]:
    dice = seed.random("absence", expert.number)
    if expert.number >= STEADY and dice.random() < 0.08:
        since = today + timedelta(days=dice.randrange(0, 40))
        yield near(expert.id, 80), expert.id, since, since + timedelta(days=dice.randrange(2, 20)), AWAY, now


def listed(codes: tuple[str, ...]) -> str:
    return msgspec.json.encode(codes).decode()
