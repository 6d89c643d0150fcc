"""Qualified, then drawn: a whole call's panels by lot among those who know the matter, under all rules. Pure.

Why this way. Small noise on affinities does not stop an expert who makes a profile fit one project; a threshold does: who
is over it has a number like everybody else. The numbers are HMAC-SHA256(seed, project|expert), and one pass from the
lowest number up seats whoever fits (`numbered`). That is the whole procedure, so anyone can repeat it with paper or with
`verify_draw.py`; it asks for no solver, no order of projects, and nobody who is not seated has any influence on it. An
optimiser of keyed costs would also keep the rules, but only its rules could be checked, not that it drew fairly. With all
affinities equal it is the plain draw of a whole call.

Qualified for a category are those within `threshold` of its weakest member in the project's best panel (the same pass, by
affinity, for that project alone). Where they run out the circle is widened step by step by the same factor, which the
answer counts as `widened`. Where rules across projects leave a seat open in the end, the exact engine finds the complete
assignment nearest to the drawn one; who gave way and who came in is counted as `moved` and named in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.watch import Progress, Stop, Watch
from talent_pool.matching.draw.keyed import LARGEST, digests, fraction
from talent_pool.matching.draw.numbered import Hall, roles_of, run
from talent_pool.matching.problem import Assignment, Bools, Ints, Problem

NEARBY = 60
"""Projects beside the open ones among which the first repair looks."""
STEPS = 8
"""How often the circle is widened before everybody allowed is in it: .85 ** 9 is less than a quarter."""

KEPT = 60_000_000
"""What keeping a drawn pair is worth in a repair, against less than a sixth for the best of the others."""

Keys = NDArray[np.uint64]
Pairs = tuple[tuple[int, int], ...]


def keys(seed: bytes, subjects: Sequence[str], experts: Sequence[str]) -> Keys:
    """(P, E): the first 53 bits of everybody's number."""
    found = np.empty((len(subjects), len(experts)), np.uint64)
    for row, subject in enumerate(subjects):
        found[row] = [fraction(digest) for digest in digests(seed, subject, experts)]
    return found


@dataclass(frozen=True, eq=False)
class Circles:
    """`weakest` (P, R): affinity of the weakest member of each category in the project's best panel; frozen with the roster.

    Whoever drops out after the freeze is made not allowed while the circles stay, so that nobody else's chance changes.
    """

    weakest: NDArray[np.int64]
    thousandths: int

    def floors(self, step: int) -> NDArray[np.int64]:
        """What affinity asks for at a step; whole numbers throughout, rounded down, so that every machine agrees."""
        if step > STEPS:
            return np.full_like(self.weakest, np.iinfo(np.int32).min)
        floor = self.weakest
        for _ in range(step + 1):
            floor = floor * self.thousandths // 1000
        return floor

    def roles(self, problem: Problem, rows: Ints, step: int) -> NDArray[np.int64]:
        """(rows, E) bits of the roles each expert qualifies for at a step; 0 where the pair is not allowed."""
        floors, found = self.floors(step)[rows], np.zeros((len(rows), problem.shape[1]), np.int64)
        for role in range(problem.shape[2]):
            may = (
                (problem.affinity[rows] >= floors[:, role, None]) & problem.roles[:, role] & (problem.most[rows, role, None] > 0)
            )
            found |= may.astype(np.int64) << role
        return np.where(problem.allowed[rows], found, 0)

    def steps(self, problem: Problem) -> NDArray[np.int64]:
        """(P, E) the step at which each pair comes in; STEPS + 2 for never."""
        rows = np.arange(problem.shape[0], dtype=np.int32)
        found = np.full(problem.shape[:2], STEPS + 2, np.int64)
        for step in range(STEPS + 1, -1, -1):
            found[self.roles(problem, rows, step) > 0] = step
        return found


def circles(problem: Problem, numbers: Keys, threshold: float = 0.85) -> Circles:
    """Each project's best panel, as if it were the only one; ties of affinity by number."""
    projects, experts, kinds = problem.shape
    weakest = np.zeros((projects, kinds), np.int64)
    may = problem.allowed & (problem.load_most > 0)
    bits = role_bits(problem)
    hall = Hall(problem, [projects] * experts)
    for project, bench in enumerate(hall.benches):
        row = problem.affinity[project]
        able = np.flatnonzero(may[project])
        for expert in able[np.lexsort((numbers[project, able], -row[able].astype(np.int64)))].tolist():
            if not bench.open:
                break
            hall.seat(project, expert, int(bits[expert]))
        for role in range(kinds):
            of_role = [int(row[member.expert]) for member in bench.members if member.roles >> role & 1]
            weakest[project, role] = min(of_role or [int(row[member.expert]) for member in bench.members] or [0])
    return Circles(weakest, round(threshold * 1000))


def role_bits(problem: Problem) -> NDArray[np.int64]:
    return np.asarray((problem.roles.astype(np.int64) << np.arange(problem.shape[2])).sum(axis=1))


def lottery(
    problem: Problem,
    numbers: Keys,
    *,
    threshold: float = 0.85,
    frozen: Circles | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    seconds: float = 60.0,
) -> Assignment:
    """Panels by lot. Raises what `assign` raises where no assignment keeps all rules.

    Figures: `circles`, `widened` (seats taken from beyond the threshold), `moved` (pairs out and pairs in, empty where the
    pass filled every seat), `price` (affinity of the best panels less the drawn ones, as a share).
    """
    watch = Watch(progress, stop, seconds)
    watch.tell(0.0, "circles")
    frozen = frozen or circles(problem, numbers, threshold)
    watch.tell(0.3, "draw")
    hall = drawn(problem, numbers, frozen, watch)
    roles = [roles_of(bench.members, bench.least, bench.most) for bench in hall.benches]
    if not hall.open and None not in roles and _promises_kept(problem, hall):
        seats = [
            (project, member.expert, role)
            for project, bench in enumerate(hall.benches)
            for member, role in zip(bench.members, roles[project] or (), strict=True)
        ]
        return _answer(problem, seats, frozen, ((), ()))
    watch.tell(0.7, "repair")
    return _repaired(problem, numbers, frozen, hall, watch)


def drawn(problem: Problem, numbers: Keys, frozen: Circles, watch: Watch | None = None) -> Hall:
    """The pass: locked pairs first, then the qualified by number, then wider circles where seats are open."""
    hall = Hall(problem)
    bits = role_bits(problem)
    for project, expert in sorted(problem.locked, key=lambda pair: int(numbers[pair])):
        if problem.allowed[project, expert]:
            hall.seat(project, expert, int(bits[expert]))
    before = None
    for step in range(STEPS + 2):
        rows = np.array(hall.open, np.int32)
        if not len(rows):
            break
        now = frozen.roles(problem, rows, step)
        # Who was in the circle with the same roles had the turn already; nothing has become possible since.
        if before is not None:
            now = np.where(now == frozen.roles(problem, rows, step - 1), 0, now)
        now[:, np.array(hall.left) <= 0] = 0
        run(hall, numbers, rows, now)
        before = step
        if watch:
            watch.check()
    return hall


def _promises_kept(problem: Problem, hall: Hall) -> bool:
    """Locked pairs sit and everybody has the least load: the pass alone does not see to either."""
    given = problem.load_most - np.array(hall.left)
    locked = all(any(member.expert == expert for member in hall.benches[project].members) for project, expert in problem.locked)
    return locked and bool((given >= problem.load_least).all())


def _repaired(problem: Problem, numbers: Keys, frozen: Circles, hall: Hall, watch: Watch) -> Assignment:
    """The complete assignment that keeps most of the drawn pairs; among those lower steps and lower numbers win.

    Looked for among the panels with open seats and some others first, everything else as drawn: that is nearly always
    enough, and fifty times faster than over a whole call.
    """
    had = {(project, member.expert) for project, bench in enumerate(hall.benches) for member in bench.members}
    share = ((np.uint64(LARGEST) - numbers) >> np.uint64(33)).astype(np.int64)  # below KEPT / 50
    worth = np.maximum(STEPS + 1 - frozen.steps(problem), 0) * (KEPT // 50) + share
    for pair in had:
        worth[pair] = KEPT + share[pair]
    whole = replace(problem, affinity=worth.astype(np.int32))
    for some in _circles_around(problem, numbers, hall):
        seats = _seats_among(some, whole, hall, watch)
        if seats is not None:
            has = {(project, expert) for project, expert, _ in seats}
            return _answer(problem, seats, frozen, (tuple(sorted(had - has)), tuple(sorted(has - had))))
    raise AssertionError("the last circle is the whole problem, which is solved or raises")


def _circles_around(problem: Problem, numbers: Keys, hall: Hall) -> Iterator[Ints]:
    """Rows of projects to look among: the open ones with ever more others by their lowest number, at last all of them."""
    projects = len(hall.benches)
    if _promises_kept(problem, hall):
        closed = np.array([bench.open == 0 for bench in hall.benches])
        order = np.lexsort((numbers.min(axis=1), closed))
        for size in (NEARBY, 8 * NEARBY):
            if size + len(hall.open) < projects:
                yield np.sort(order[: size + len(hall.open)]).astype(np.int32)
    yield np.arange(projects, dtype=np.int32)


def _seats_among(some: Ints, whole: Problem, hall: Hall, watch: Watch) -> list[tuple[int, int, int]] | None:
    """All seats, those outside `some` as drawn; None where these projects alone cannot be completed."""
    from talent_pool.matching.assignment.assign import assign
    from talent_pool.matching.assignment.infeasible import Infeasible

    inside = set(some.tolist())
    stays: list[tuple[int, int, int]] = []
    for project, bench in enumerate(hall.benches):
        if project not in inside:
            given = roles_of(bench.members, bench.least, bench.most)
            if given is None:
                return None
            stays += [(project, member.expert, role) for member, role in zip(bench.members, given, strict=True)]
    used = np.bincount(np.array([expert for _, expert, _ in stays], np.int64), minlength=whole.shape[1]).astype(np.int32)
    place = {project: row for row, project in enumerate(some.tolist())}
    part = replace(
        whole,
        affinity=whole.affinity[some],
        allowed=whole.allowed[some],
        seats=whole.seats[some],
        least=whole.least[some],
        most=whole.most[some],
        load_most=whole.load_most - used,
        load_least=np.maximum(whole.load_least - used, 0),
        locked=tuple((place[project], expert) for project, expert in whole.locked if project in inside),
    )
    try:
        near = assign(
            part,
            progress=(lambda share, what: watch.tell(0.7 + 0.3 * share, what)) if watch.progress else None,
            stop=watch.stop,
            seconds=max(watch.left(), 0.0),
        )
    except Infeasible:
        if len(some) == whole.shape[0]:
            raise
        return None
    found = zip(some[near.project].tolist(), near.expert.tolist(), near.role.tolist(), strict=True)
    return sorted([*stays, *found])


def _answer(problem: Problem, seats: Sequence[tuple[int, int, int]], frozen: Circles, moved: tuple[Pairs, Pairs]) -> Assignment:
    project, expert, role = (
        (np.array(column, np.int32) for column in zip(*sorted(seats), strict=True)) if seats else (np.zeros(0, np.int32),) * 3
    )
    total = int(problem.affinity[project, expert].astype(np.int64).sum())
    best = _best(problem)
    outside = int((qualified(problem, frozen)[project, expert] == 0).sum())
    figures: dict[str, Any] = {
        "circles": frozen,
        "widened": outside,
        "moved": moved,
        "price": max(0.0, 1 - total / best) if best else 0.0,
    }
    return Assignment(project, expert, role, total, float(best), MappingProxyType(figures))


def qualified(problem: Problem, frozen: Circles) -> Bools:
    return frozen.roles(problem, np.arange(problem.shape[0], dtype=np.int32), 0) > 0


def _best(problem: Problem) -> int:
    """What no panels can exceed: each project's highest affinities, as if there were no other project and no rule."""
    values = np.where(problem.allowed, problem.affinity, 0).astype(np.int64)
    ranked = -np.sort(-values, axis=1)
    within = np.arange(values.shape[1]) < problem.seats[:, None]
    return int((ranked * within).sum())
