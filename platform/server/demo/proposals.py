"""One bulk proposal and everything its own rows say. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from msgspec import Struct

from departments import catalogue
from projects.states import State
from server.demo import texts
from server.demo.names import Seed
from server.demo.rounds import SCORED, Round

APART = 1_000_003
"""Numbers of one call's proposals never meet another's."""


class Place(Struct, frozen=True):
    """Who answers for the city's proposals: ids by code."""

    units: dict[str, UUID]
    host: UUID
    coordinator: UUID
    director: UUID
    secretary: UUID
    applicants: list[tuple[UUID, UUID, str]]
    """(organisation, its applicant, the applicant's name), one an organisation."""
    mates: list[str]


class Proposal(Struct):
    """A proposal of the bulk. `average`, `rank` and the final state follow from the sheets."""

    id: UUID
    index: int
    code: str
    round_: Round
    state: State
    title: str
    area: str
    organisation: UUID
    author: UUID
    leader: str
    mates: list[str]
    township: str
    county: str
    starts: date
    ends: date
    requested: int
    lines: list[texts.Line]
    indicators: list[texts.Promise]
    audited: int | None = None
    average: int | None = None
    rank: int | None = None

    @property
    def accepted(self) -> bool:
        return self.state in SCORED or self.state in (State.ACCEPTED, State.IN_REVIEW)

    @property
    def answers(self) -> str:
        return texts.answers_json(self.title, self.area, self.township, self.starts, self.ends, self.leader)

    def concerned(self, place: Place) -> Iterator[tuple[UUID, str]]:
        """As formal submission makes them: team, payee, lead, host, co-departments, the county of the place."""
        lead, co = _departments(self.area)
        yield self.organisation, "team"
        yield self.organisation, "payee"
        yield place.units[lead], "lead"
        yield place.host, "host"
        for code in co:
            yield place.units[code], "co"
        yield place.units[self.county], "county"


@cache
def _departments(area: str) -> tuple[str, tuple[str, ...]]:
    found = catalogue.load().area(area)
    return found.lead, found.co


def lead_of(area: str) -> str:
    return _departments(area)[0]


def proposals(seed: Seed, round_: Round, place: Place) -> list[Proposal]:
    return [_proposal(seed, round_, index, place) for index in range(round_.size)]


def _proposal(seed: Seed, round_: Round, index: int, place: Place) -> Proposal:
    number = round_.first + index
    dice = seed.random("proposal", number)
    area, title = seed.topic(APART + number)
    # One proposal a unit and call: neighbours in a call never share an organisation.
    organisation, author, leader = place.applicants[(index + round_.first) % len(place.applicants)]
    township = catalogue.townships()[dice.randrange(len(catalogue.townships()))]
    requested = texts.amount(dice)
    state = round_.state(index)
    starts = round_.endorse_by.replace(day=1) + timedelta(days=92)
    return Proposal(
        id=seed.id("project", number),
        index=index,
        code=f"{catalogue.load().documents.project_code}{round_.year}-{round_.code_from + index:04d}",
        round_=round_,
        state=state,
        title=title,
        area=area,
        organisation=organisation,
        author=author,
        leader=leader,
        mates=dice.sample(place.mates, 2),
        township=township.code,
        county=township.county,
        starts=starts,
        ends=starts + timedelta(days=270),
        requested=requested,
        lines=texts.budget(requested),
        indicators=texts.indicators(dice),
        audited=requested - dice.randrange(0, 4) * 100_000 if state in SCORED else None,
    )
