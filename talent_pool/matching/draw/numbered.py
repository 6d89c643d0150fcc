"""One pass over numbered pairs from the lowest number up: whoever fits when the turn comes sits. Pure.

A pair is seated when the project has a seat, the expert has load, the employer and district have a place, and roles can
still be given so that every category reaches its least within the seats left. What does not fit once never fits later,
therefore one pass is enough and an expert who is not seated could as well be absent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.problem import Ints, Problem

Counts = frozenset[tuple[int, ...]]
"""How many of each role the members of a panel may be counted as: every way that is still open."""


class Member(NamedTuple):
    """`roles` has a bit for every role the expert may fill here."""

    expert: int
    roles: int


class Bench:
    """One panel while it fills."""

    __slots__ = ("counts", "districts", "employers", "least", "members", "most", "open")

    def __init__(self, seats: int, least: tuple[int, ...], most: tuple[int, ...]) -> None:
        self.open, self.least, self.most = seats, least, most
        self.counts: Counts = frozenset([(0,) * len(least)])
        self.employers: Counter[int] = Counter()
        self.districts: Counter[int] = Counter()
        self.members: list[Member] = []


class Hall:
    """All panels of a problem and what is left of every expert's load. `rows` are the projects that take part."""

    def __init__(self, problem: Problem, loads: Sequence[int] | None = None) -> None:
        self.employer, self.district = problem.employer.tolist(), problem.district.tolist()
        self.per_employer, self.per_district = problem.per_employer, problem.per_district
        self.left: list[int] = list(loads) if loads is not None else problem.load_most.tolist()
        least, most = (list(map(tuple, array.tolist())) for array in (problem.least, problem.most))
        self.benches = [Bench(*row) for row in zip(problem.seats.tolist(), least, most, strict=True)]
        self._known: dict[tuple[Counts, int, int, tuple[int, ...], tuple[int, ...]], Counts] = {}

    @property
    def open(self) -> list[int]:
        return [project for project, bench in enumerate(self.benches) if bench.open]

    def seat(self, project: int, expert: int, roles: int) -> bool:
        bench = self.benches[project]
        if not bench.open or self.left[expert] <= 0 or not self._has_place(bench, expert):
            return False
        counts = self._with(bench, roles)
        if not counts or any(member.expert == expert for member in bench.members):
            return False
        bench.counts = counts
        bench.open -= 1
        bench.employers[self.employer[expert]] += 1
        bench.districts[self.district[expert]] += 1
        bench.members.append(Member(expert, roles))
        self.left[expert] -= 1
        return True

    def _has_place(self, bench: Bench, expert: int) -> bool:
        employer, district = self.employer[expert], self.district[expert]
        if self.per_employer is not None and employer >= 0 and bench.employers[employer] >= self.per_employer:
            return False
        return self.per_district is None or district < 0 or bench.districts[district] < self.per_district

    def _with(self, bench: Bench, roles: int) -> Counts:
        asked = (bench.counts, roles, bench.open, bench.least, bench.most)
        if asked not in self._known:
            self._known[asked] = with_one(bench.counts, roles, bench.open - 1, bench.least, bench.most)
        return self._known[asked]


def with_one(counts: Counts, roles: int, left: int, least: Sequence[int], most: Sequence[int]) -> Counts:
    """The counts after one more member of these roles, as far as `left` seats can still bring every role to its least."""
    found = set()
    for count in counts:
        for role in range(len(least)):
            if roles >> role & 1 and count[role] < most[role]:
                more = (*count[:role], count[role] + 1, *count[role + 1 :])
                if sum(max(0, low - n) for low, n in zip(least, more, strict=True)) <= left:
                    found.add(more)
    return frozenset(found)


def roles_of(members: Iterable[Member], least: Sequence[int], most: Sequence[int]) -> list[int] | None:
    """A role for each member, the first possible in the order they came; None when the panel lacks somebody."""
    bits = [member.roles for member in members]

    def give(given: list[int], count: tuple[int, ...]) -> list[int] | None:
        if len(given) == len(bits):
            return given
        for role in range(len(least)):
            after = with_one(frozenset([count]), bits[len(given)] & 1 << role, len(bits) - len(given) - 1, least, most)
            if after:
                whole = give([*given, role], next(iter(after)))
                if whole is not None:
                    return whole
        return None

    return give([], (0,) * len(least))


def run(hall: Hall, keys: NDArray[np.uint64], rows: Ints, roles: NDArray[np.int64]) -> None:
    """Seat what fits of the pairs with any role, lowest key first; `roles` holds the bits for `rows` alone."""
    row, expert = np.nonzero(roles)
    order = np.argsort(keys[rows[row], expert], kind="stable")
    benches, left, seat = hall.benches, hall.left, hall.seat
    triples = zip(rows[row[order]].tolist(), expert[order].tolist(), roles[row, expert][order].tolist(), strict=True)
    for project, person, bits in triples:
        if benches[project].open and left[person] > 0:
            seat(project, person, bits)
