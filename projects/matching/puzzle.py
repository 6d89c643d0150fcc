"""What goes into the process that matches and what comes out of it, as plain values. Pure; no arrays, so the web may read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from projects.matching.rules import Parameters
from projects.panels.rules import SEAT_KINDS
from talent_pool.matching.conflicts import ExpertFacts, ProjectFacts

KINDS = SEAT_KINDS
"""The roles of the problem, in this order."""
Masked = tuple[int, int, str]
"""(place of the project or -1 for all, place of the expert, why not)."""


class Judged(Struct, frozen=True):
    """A project: its seats, its words, and everybody behind it."""

    id: str
    code: str
    area: str
    seats: int
    sections: tuple[str, ...]
    facts: ProjectFacts


class Judge(Struct, frozen=True):
    """An expert: what they may do, know and must keep away from. `out` says why not at all in this round."""

    id: str
    name: str
    employer: str
    district: str
    kinds: tuple[str, ...]
    load: int
    """Projects that may still be added in this round."""
    before: int
    works: tuple[str, ...]
    led: tuple[str, ...]
    about: str
    areas: tuple[str, ...]
    fields: tuple[str, ...]
    methods: tuple[str, ...]
    facts: ExpertFacts
    out: str = ""


class Puzzle(Struct, frozen=True):
    """Projects and experts sorted by id: the order of a query never decides a panel."""

    run: str
    objective: str
    seed: str
    on: str
    parameters: Parameters
    projects: tuple[Judged, ...]
    experts: tuple[Judge, ...]
    locked: tuple[tuple[int, int], ...] = ()
    excluded: tuple[tuple[int, int], ...] = ()
    """Pairs of places; project -1: from the whole round."""
    vectors: str = ""
    """Where vectors of meanings lie, when there are any."""
    seconds: float = 45.0


class Frame(Struct, frozen=True):
    """What the rules see of a run, without a word of text. All of it is kept, so that anybody can put the same question again."""

    projects: Sequence[UUID]
    experts: Sequence[UUID]
    seats: Sequence[int]
    load: Sequence[int]
    kinds: Sequence[Sequence[str]]
    """Of each expert, besides a general seat."""
    groups: Sequence[tuple[int, int]]
    """Of each expert, the numbers of employer and district; -1 for none."""
    masked: Sequence[Masked]
    locked: Sequence[tuple[int, int]]
    parameters: Parameters


def frame(puzzle: Puzzle, why: Sequence[Masked]) -> Frame:
    people = puzzle.experts
    return Frame(
        projects=[UUID(project.id) for project in puzzle.projects],
        experts=[UUID(expert.id) for expert in people],
        seats=[project.seats for project in puzzle.projects],
        load=[expert.load for expert in people],
        kinds=[special(expert) for expert in people],
        groups=groups(puzzle),
        masked=why,
        locked=puzzle.locked,
        parameters=puzzle.parameters,
    )


def special(expert: Judge) -> list[str]:
    return [kind for kind in expert.kinds if kind != "general"]


def groups(puzzle: Puzzle) -> list[tuple[int, int]]:
    employers, districts = (_numbered([getattr(e, name) for e in puzzle.experts]) for name in ("employer", "district"))
    return list(zip(employers, districts, strict=True))


def _numbered(names: Sequence[str]) -> list[int]:
    numbers = {name: number for number, name in enumerate(sorted({name for name in names if name}))}
    return [numbers.get(name, -1) for name in names]


class Pair(Struct, frozen=True):
    """Places in the puzzle, and what explains the pair."""

    project: int
    expert: int
    place: int
    kind: str
    standby: int
    affinity: int
    rank: int
    eligible: int
    locked: bool


class Solved(Struct, frozen=True, tag="solved"):
    input_hash: str
    algorithm: str
    figures: dict[str, Any]
    pairs: tuple[Pair, ...]
    given: tuple[int, ...]
    """Projects of each expert."""
    masked: tuple[Masked, ...]
    code_version: str
    floors: tuple[tuple[int, ...], ...] = ()
    """Of a lottery: for each project, from what affinity on an expert of each kind was in the draw."""


class Short(Struct, frozen=True):
    """One rule that cannot be kept, in numbers and as a sentence with codes and names."""

    rule: str
    missing: int
    sentence: str
    alone: bool
    projects: tuple[int, ...] = ()
    experts: tuple[int, ...] = ()
    role: str = ""


class Lacking(Struct, frozen=True, tag="lacking"):
    input_hash: str
    algorithm: str
    figures: dict[str, Any]
    shortages: tuple[Short, ...]
    masked: tuple[Masked, ...]
    code_version: str


class Failed(Struct, frozen=True, tag="failed"):
    """`why` is a rules.Failure."""

    why: str
    detail: str = ""


class Question(Struct, frozen=True):
    """What if these experts (places) sat on this project's panel? `input_hash` is that of the run: the same problem or no answer."""

    frame: Frame
    input_hash: str
    project: int
    experts: tuple[int, ...]
    seconds: float


class Forced(Struct, frozen=True):
    """The best total with this expert there, and what nothing can exceed; or that no answer then keeps all rules."""

    expert: int
    total: int = 0
    bound: int = 0
    possible: bool = True


class Reason(Struct, frozen=True):
    """What speaks for one seated pair."""

    project: int
    expert: int
    reasons: dict[str, Any]


Answer = Solved | Lacking | Failed


def read(data: bytes) -> Answer:
    return msgspec.json.decode(data, type=Answer)  # type: ignore[no-any-return]
