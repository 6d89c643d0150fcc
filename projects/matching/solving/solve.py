"""One puzzle, one answer: affinities, the mask, the solver asked for, an independent check, standbys, places and ranks."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np

from projects.matching.masking import masked
from projects.matching.puzzle import KINDS, Answer, Failed, Lacking, Pair, Puzzle, Reason, Short, Solved, frame
from projects.matching.rules import Failure
from projects.matching.solving.posing import pose
from projects.matching.solving.standby import nearest_standbys
from projects.matching.solving.version import version
from projects.matching.solving.weigh import Weighed
from projects.matching.words import KIND
from talent_pool.matching.assignment.infeasible import Infeasible
from talent_pool.matching.assignment.watch import Cancelled
from talent_pool.matching.draw import lottery
from talent_pool.matching.draw.lottery_log import frozen_input, to_log
from talent_pool.matching.draw.standby import Standbys
from talent_pool.matching.draw.standby import standbys as drawn_standbys
from talent_pool.matching.problem import Assignment, Ints, Problem
from talent_pool.matching.violations import violations

ALGORITHM = {"lottery": "keyed-lottery/1", "fair": "floor-nash/1", "total": "exact-total/2"}
FILLING = {"finance": 0, "community": 1, "general": 2}
"""Special seats have the low numbers, as in a draw."""
MANY = 200_000
"""Pairs from which on drawing their numbers takes long enough to do it beside the reading of the texts."""
Tell = Callable[[float, str], None]
Numbers = Callable[[], lottery.Keys | None]


class Outcome(NamedTuple):
    """After the answer is kept: the log of a lottery, and pair by pair what speaks for it."""

    answer: Answer
    affinity: Ints
    log: Callable[[], dict[str, Any]] | None = None
    reasons: Iterator[Reason] = iter(())


def solve(puzzle: Puzzle, tell: Tell) -> Outcome:
    """`tell(share, what)` hears how far it is; `what` is a code of words.DOING."""
    with _numbers(puzzle) as numbers:
        return _solve(puzzle, tell, numbers)


@contextmanager
def _numbers(puzzle: Puzzle) -> Iterator[Numbers]:
    """The numbers of a lottery when they are asked for; many are drawn meanwhile, by a process of its own."""
    ids = (puzzle.seed, [project.id for project in puzzle.projects], [expert.id for expert in puzzle.experts])
    if puzzle.objective != "lottery":
        yield lambda: None
    elif len(puzzle.projects) * len(puzzle.experts) < MANY:
        yield lambda: _keys(*ids)
    else:
        with ProcessPoolExecutor(1, mp_context=get_context("fork")) as beside:
            yield beside.submit(_keys, *ids).result


def _keys(seed: str, projects: list[str], experts: list[str]) -> lottery.Keys:
    return lottery.keys(bytes.fromhex(seed), projects, experts)


def _solve(puzzle: Puzzle, tell: Tell, numbers: Numbers) -> Outcome:
    begun = time.monotonic()
    tell(0.05, "weighing")
    weighed = Weighed(puzzle)
    affinity = weighed.affinity
    tell(0.35, "masking")
    why = masked(puzzle)
    problem = pose(frame(puzzle, why), affinity)
    figures: dict[str, Any] = {"projects": len(puzzle.projects), "experts": len(puzzle.experts), "masked": len(why)}
    if not problem.allowed.any():
        return Outcome(Failed(Failure.NO_EXPERTS), affinity)
    keys = numbers()
    tell(0.4, "solving")
    try:
        found = _solved(puzzle, problem, keys, lambda share, _: tell(0.4 + 0.4 * share, "solving"), puzzle.seconds)
    except Infeasible as none:
        figures |= _cost(begun)
        short = tuple(_short(puzzle, one) for one in none.shortages)
        return Outcome(Lacking(problem.digest(), ALGORITHM[puzzle.objective], figures, short, tuple(why), version()), affinity)
    except Cancelled as stopped:
        return Outcome(Failed(Failure.TIME, stopped.why), affinity)
    tell(0.8, "checking")
    broken = violations(problem, found)
    if broken:
        return Outcome(Failed(Failure.VIOLATED, str(broken[:3])), affinity)
    tell(0.85, "standing-by")
    waiting = _waiting(puzzle, problem, found, keys)
    pairs, given = _pairs(puzzle, problem, found, waiting)
    figures |= _figures(problem, found, pairs) | _cost(begun)
    solved = Solved(problem.digest(), ALGORITHM[puzzle.objective], figures, pairs, given, tuple(why), version(), _floors(found))
    reasons = (Reason(p.project, p.expert, weighed.reasons(p.project, p.expert)) for p in pairs if not p.standby)
    log = None if keys is None else lambda: _log(puzzle, problem, found, waiting)
    return Outcome(solved, affinity, log, reasons)


def _solved(puzzle: Puzzle, problem: Problem, keys: lottery.Keys | None, tell: Tell, seconds: float) -> Assignment:
    if keys is not None:
        return lottery.lottery(problem, keys, threshold=puzzle.parameters.threshold / 100, progress=tell, seconds=seconds)
    # Each engine brings libraries of its own: only the one that is asked for is imported.
    if puzzle.objective == "fair":
        from talent_pool.matching.assignment.fair import fair

        return fair(problem, progress=tell, seconds=seconds)
    from talent_pool.matching.assignment.assign import assign
    from talent_pool.matching.assignment.ties import ties

    names = ties([project.id for project in puzzle.projects], [expert.id for expert in puzzle.experts])
    return assign(problem, ties=names, progress=tell, seconds=seconds)


def _short(puzzle: Puzzle, one: Any) -> Short:
    sentence = one.say([p.code for p in puzzle.projects], [e.name for e in puzzle.experts], [KIND[kind] for kind in KINDS])
    role = KINDS[one.role] if one.role >= 0 else ""
    return Short(one.rule, int(one.missing), sentence, one.alone, tuple(one.projects), tuple(one.experts), role)


def _waiting(puzzle: Puzzle, problem: Problem, found: Assignment, keys: lottery.Keys | None) -> Standbys:
    """For every seat of the answer who follows: by lot where it was drawn, else the nearest."""
    count = puzzle.parameters.standbys
    if keys is not None:
        return drawn_standbys(problem, keys, found.figures["circles"], found, count)
    return nearest_standbys(problem, found, count)


def _pairs(puzzle: Puzzle, problem: Problem, found: Assignment, waiting: Standbys) -> tuple[tuple[Pair, ...], tuple[int, ...]]:
    locked = set(puzzle.locked)
    panels: dict[int, list[tuple[int, int, tuple[int, ...]]]] = {}
    seats = zip(found.project.tolist(), found.expert.tolist(), found.role.tolist(), waiting, strict=True)
    for project, expert, role, following in seats:
        panels.setdefault(project, []).append((expert, role, following))
    made: list[Pair] = []
    for project, members in sorted(panels.items()):
        members.sort(key=lambda member: (FILLING[KINDS[member[1]]], member[0]))
        row, able = problem.affinity[project], problem.allowed[project]
        seated = [
            (number, turn, role, one)
            for number, (expert, role, following) in enumerate(members, 1)
            for turn, one in enumerate((expert, *following))
        ]
        experts = [one for _, _, _, one in seated]
        near, ranks, eligible = row[experts].tolist(), _ranks(row, able, experts), int(able.sum())
        made += [
            Pair(
                project=project,
                expert=one,
                place=number,
                kind=KINDS[role],
                standby=turn,
                affinity=affinity,
                rank=rank,
                eligible=eligible,
                locked=(project, one) in locked and not turn,
            )
            for (number, turn, role, one), affinity, rank in zip(seated, near, ranks, strict=True)
        ]
    given = np.bincount(found.expert, minlength=problem.shape[1])
    return tuple(made), tuple(given.tolist())


def _ranks(row: Ints, able: Any, experts: list[int]) -> list[int]:
    """1 for the nearest; equals share a rank."""
    values = np.sort(row[able])
    found: list[int] = (len(values) - np.searchsorted(values, row[experts], side="right") + 1).tolist()
    return found


def _log(puzzle: Puzzle, problem: Problem, found: Assignment, waiting: Standbys) -> dict[str, Any]:
    threshold, count = puzzle.parameters.threshold / 100, puzzle.parameters.standbys
    given = frozen_input(problem, [p.id for p in puzzle.projects], [e.id for e in puzzle.experts], KINDS, threshold)
    return to_log(given, bytes.fromhex(puzzle.seed), problem, found, waiting, count)


def _figures(problem: Problem, found: Assignment, pairs: tuple[Pair, ...]) -> dict[str, Any]:
    sums = np.bincount(found.project, weights=problem.affinity[found.project, found.expert], minlength=problem.shape[0])
    per_seat = sums / np.maximum(problem.seats, 1)
    standbys = sum(pair.standby > 0 for pair in pairs)
    return {
        "total": int(found.total),
        "bound": float(found.bound),
        "gap": float(found.gap),
        "floor": int(per_seat.min()) if len(per_seat) else 0,
        "mean": int(per_seat.mean()) if len(per_seat) else 0,
        "best": _best(problem),
        "seats": len(found.project),
        "standbys": standbys,
        "used": len(np.unique(found.expert)),
        "load": int(problem.load_most[problem.allowed.any(axis=0)].sum()),
    } | {name: value for name, value in found.figures.items() if name in {"widened", "price", "settled"}}


def _best(problem: Problem) -> int:
    """The sum if every project had its nearest experts, whatever the rules: what the rules cost is read against it."""
    values = np.where(problem.allowed, problem.affinity, 0)
    return sum(int(np.sort(values[p])[::-1][: problem.seats[p]].sum()) for p in range(problem.shape[0]))


def _floors(found: Assignment) -> tuple[tuple[int, ...], ...]:
    frozen = found.figures.get("circles")
    return () if frozen is None else tuple(map(tuple, frozen.floors(0).tolist()))


def _cost(begun: float) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": round(time.monotonic() - begun, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "peak_mb": round(used.ru_maxrss / 1024),
    }
