"""The calls that the bulk of the demo city belongs to: how many, how large, from when, how far each has come. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

from msgspec import Struct

from kernel.clock import SHANGHAI
from projects.states import State
from server.demo.names import Seed
from server.demo.words import CALL_TITLE

LARGEST = 250
PANEL = 20
FEWEST_SEATS, MOST_SEATS = 3, 7


class Stage(StrEnum):
    """How far a call has come. One is still in review, one in screening, the others are over."""

    DECIDED = "decided"
    RANKED = "ranked"
    REVIEW = "review"
    SCREENING = "screening"


STATES: dict[Stage, tuple[State, ...]] = {
    Stage.DECIDED: (*(State.DECLINED,) * 11, *(State.RESERVED,) * 4, State.INELIGIBLE, State.WITHDRAWN),
    Stage.RANKED: (State.SCORED,),
    Stage.REVIEW: (*(State.IN_REVIEW,) * 3, State.ACCEPTED, State.ACCEPTED),
    Stage.SCREENING: (*(State.SUBMITTED,) * 4, State.RETURNED, State.ACCEPTED, State.ACCEPTED, State.INELIGIBLE, State.WITHDRAWN),
}
"""States in which a call of that stage leaves its proposals, by turns. The decided ones are shared out by rank."""
SCORED = {State.SCORED, State.RESERVED, State.DECLINED}


class Round(Struct, frozen=True):
    """One call. `first` counts its proposals over the whole city, `code_from` within its year."""

    id: UUID
    number: int
    year: int
    stage: Stage
    size: int
    first: int
    code_from: int
    opens: date
    fill_by: date
    endorse_by: date

    @property
    def code(self) -> str:
        return f"{self.year}-{self.number:02d}"

    def state(self, index: int) -> State:
        turns = STATES[self.stage]
        return turns[index * 7 % len(turns)]

    def moment(self, days: int, index: int = 0) -> datetime:
        """Office hours, so many days after the units' deadline."""
        return datetime.combine(self.endorse_by + timedelta(days=days), time(9), SHANGHAI) + timedelta(seconds=37 * (index % 800))

    @property
    def scored(self) -> int:
        return sum(self.state(index) in SCORED for index in range(self.size))

    @property
    def reviewed(self) -> int:
        return sum(self.state(index) is State.IN_REVIEW for index in range(self.size))


def rounds(seed: Seed, proposals: int, today: date) -> list[Round]:
    """Calls of at most 250 proposals: the last two are this year's, the others of the two years before."""
    if not proposals:
        return []
    count = max(ceil(proposals / LARGEST), 4)
    sizes = [proposals // count + (number < proposals % count) for number in range(count)]
    found: list[Round] = []
    codes: dict[int, int] = {}
    calls: dict[int, int] = {}
    for number, size in enumerate(sizes):
        stage = _stage(number, count)
        opens = _opens(number, count, stage, today)
        year = today.year if number >= count - 2 else opens.year
        calls[year] = calls.get(year, 0) + 1
        ident = seed.id("call", f"{year}-{calls[year]}")
        fill_by = opens + timedelta(days=20)
        first = sum(sizes[:number]) if not found else found[-1].first + found[-1].size
        code_from = codes.get(year, 0) + 1
        codes[year] = code_from + size - 1
        found.append(Round(ident, calls[year], year, stage, size, first, code_from, opens, fill_by, fill_by + timedelta(days=2)))
    return found


def call_title(round_: Round) -> str:
    """As notices number their batches."""
    from cn2an import an2cn  # here, because it costs 0.1 s to import and few processes build a city

    return CALL_TITLE.format(year=round_.year, number=an2cn(round_.number))


def _stage(number: int, count: int) -> Stage:
    if number == count - 1:
        return Stage.SCREENING
    if number == count - 2:
        return Stage.REVIEW
    return Stage.RANKED if number % 2 else Stage.DECIDED


def _opens(number: int, count: int, stage: Stage, today: date) -> date:
    """Past calls are spread over two years, each over by the end of its own."""
    if stage is Stage.SCREENING:
        return today - timedelta(days=26)
    if stage is Stage.REVIEW:
        return today - timedelta(days=64)
    past = count - 2
    year = today.year - 2 if number < past // 2 or past == 1 else today.year - 1
    place = number % max(past // 2, 1)
    return date(year, 1, 10) + timedelta(days=place * 250 // max(past // 2, 1))


class Board(Struct, frozen=True):
    """A panel: `members` are the indexes of its proposals in the call, `seats` how many score."""

    id: UUID
    number: int
    members: tuple[int, ...]
    seats: int


def boards(seed: Seed, round_: Round, seats: Iterator[int]) -> list[Board]:
    """Panels of at most 20 proposals; those in review sit five."""
    judged = [i for i in range(round_.size) if round_.state(i) in SCORED or round_.state(i) is State.IN_REVIEW]
    groups = [tuple(judged[at : at + PANEL]) for at in range(0, len(judged), PANEL)]
    return [
        Board(
            seed.id("panel", f"{round_.code}-{number}"),
            number,
            members,
            5 if round_.stage is Stage.REVIEW else next(seats),
        )
        for number, members in enumerate(groups, 1)
    ]


def seating(found: list[Round], scores: int) -> Iterator[int]:
    """Seats for one closed panel after the other, so that their signed sheets come to about `scores`."""
    groups: list[int] = []
    for round_ in found:
        if round_.stage is not Stage.REVIEW:
            left = round_.scored
            while left > 0:
                groups.append(min(left, PANEL))
                left -= PANEL
    open_sheets = sum(round_.reviewed * 5 for round_ in found if round_.stage is Stage.REVIEW)
    wanted = max(scores - open_sheets // 2, 0)
    projects = sum(groups)
    for size in groups:
        seats = min(max(round(wanted / projects), FEWEST_SEATS), MOST_SEATS)
        wanted -= seats * size
        projects -= size
        yield seats
