"""The balanced draw: nobody is certain, nearly the best quality, chances as even as that allows.

`chances` finds them (capped maximum entropy), `draw` rounds them with a seed, `balanced` does both. The chances are part
of the record: they are whole numbers, and with the seed they are all a verifier needs. Rules of a panel (employers,
districts, a mix of categories) cannot be kept by rounding chances pair by pair: such a problem is refused here, the
lottery serves it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from talent_pool.matching.draw import entropy, rounding
from talent_pool.matching.draw.rounding import UNIT, Longs
from talent_pool.matching.problem import MILLION, Assignment, Bools, Ints, Problem

SMALLEST = 1e-3
"""Chances below are dropped and shared among the others: they hardly ever come up and cost a slow draw."""


class RulesBindError(ValueError):
    """The problem has rules inside a panel."""


class NoRoomError(ValueError):
    """Seats and loads do not fit, even without a cap. `assign` explains why."""


@dataclass(frozen=True, eq=False)
class Chances:
    """Pairs and the chance of each in units of 1/UNIT; locked pairs are certain.

    `bound` is the largest total of any assignment in millionths. Figures: `entropy` (nats), `l2`, `max_chance`,
    `mean_max_chance`, `support`, `share` (expected total over the largest), `cap` (as asked for, or the lowest possible).
    """

    project: Ints
    expert: Ints
    units: Longs
    bound: float
    figures: Mapping[str, Any]


def balanced(
    problem: Problem,
    seed: str,
    *,
    share: float = 0.95,
    cap: float = 0.9,
    progress: Callable[[float, str], None] | None = None,
    stop: Callable[[], bool] | None = None,
    seconds: float = 60.0,
) -> Assignment:
    """One draw that keeps in expectation `share` of the largest total; no pair has a chance above `cap`."""
    found = chances(problem, share=share, cap=cap, progress=progress, stop=stop, seconds=seconds)
    if progress:
        progress(0.8, "draw")
    return draw(problem, found, seed)


def chances(
    problem: Problem,
    *,
    share: float = 0.95,
    cap: float = 0.9,
    smallest: float = SMALLEST,
    progress: Callable[[float, str], None] | None = None,
    stop: Callable[[], bool] | None = None,
    seconds: float = 60.0,
) -> Chances:
    """The most even chances; where the cap leaves no assignment it is raised to the lowest that does."""
    if not is_plain(problem):
        raise RulesBindError("employers, districts or categories bind a panel")
    begun = time.monotonic()
    rest, allowed = _unlocked(problem)
    if (best := _largest(rest, allowed, UNIT)) is None:
        raise NoRoomError("more seats than loads")
    units, capped = _capped(rest, allowed, max(1, int(cap * UNIT)))
    top = max(int(rest.affinity[allowed].max(initial=0)), 1)
    target = min(share * best, (1 - 1e-4) * capped) / top
    market = entropy.market(rest.affinity / top, allowed, rest.seats, rest.load_least, rest.load_most, units / UNIT)
    if progress:
        progress(0.2, "chances")
    late = _deadline(begun + seconds, stop)
    prices = entropy.solve(market, target, late)
    exact = entropy.chances(market, prices)
    found = _kept(market, prices, exact, rest, units, smallest)
    return _answer(problem, found, best, units)


def draw(problem: Problem, found: Chances, seed: str) -> Assignment:
    """Equal chances and equal seed give equal panels, in any process."""
    picked = rounding.pick(found.project.tolist(), found.expert.tolist(), found.units.tolist(), seed)
    taken = np.flatnonzero(np.array(picked))
    project, expert = found.project[taken], found.expert[taken]
    total = int(problem.affinity[project, expert].sum(dtype=np.int64))
    role = np.argmax(problem.roles, axis=1).astype(np.int32)[expert]
    return Assignment(project, expert, role, total, found.bound, found.figures)


def is_plain(problem: Problem) -> bool:
    """Nothing binds a panel but its size: no group of two, no minimum of a category, no maximum below the seats."""
    if _crowded(problem.employer, problem.per_employer) or _crowded(problem.district, problem.per_district):
        return False
    size = problem.seats[:, None]
    lowest = size if problem.shape[2] == 1 else 0
    return bool(np.all(problem.least <= lowest) and np.all(problem.most >= size))


def _crowded(groups: Ints, most: int | None) -> bool:
    if most is None:
        return False
    members = np.bincount(groups[groups >= 0])
    return bool(members.max(initial=0) > most)


def _unlocked(problem: Problem) -> tuple[Problem, Bools]:
    """What is left to draw when locked pairs are seated, and between whom."""
    allowed = problem.allowed.copy()
    allowed[:, ~problem.roles.any(axis=1)] = False
    seats, most, least = problem.seats.copy(), problem.load_most.copy(), problem.load_least.copy()
    for project, expert in problem.locked:
        if not allowed[project, expert]:
            raise NoRoomError("a locked pair is in conflict")
        allowed[project, expert] = False
        seats[project] -= 1
        most[expert] -= 1
        least[expert] = max(0, least[expert] - 1)
    return replace(problem, seats=seats, load_most=most, load_least=least), allowed


def _largest(problem: Problem, allowed: Bools, cap: int) -> float | None:
    """The largest expected total in millionths when no pair has more than `cap` units; None where the seats do not fit."""
    rows, columns, _ = problem.shape
    if min(problem.seats.min(initial=0), (problem.load_most - problem.load_least).min(initial=0)) < 0:
        return None
    left, right = np.nonzero(allowed)
    flow, sink = SimpleMinCostFlow(), rows + columns
    value = problem.affinity[left, right].astype(np.int64)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(left, rows + right, np.full(left.size, cap), -value)
    each, end = rows + np.arange(columns), np.full(columns, sink)
    least = problem.load_least.astype(np.int64) * UNIT
    first = flow.add_arcs_with_capacity_and_unit_cost(each, end, least, np.full(columns, -4 * MILLION))
    flow.add_arcs_with_capacity_and_unit_cost(each, end, problem.load_most * UNIT - least, np.zeros(columns, np.int64))
    supply = problem.seats.astype(np.int64) * UNIT
    flow.set_nodes_supplies(np.arange(rows), supply)
    flow.set_nodes_supplies(np.array([sink]), np.array([-int(supply.sum())]))
    if flow.solve() != flow.OPTIMAL or (flow.flows(first) < least).any():
        return None
    return float(flow.flows(arcs) @ value) / UNIT


def _capped(problem: Problem, allowed: Bools, cap: int) -> tuple[int, float]:
    """The cap, or the lowest above it (to a hundredth) that leaves an assignment, and the largest total under it."""
    step = UNIT // 100
    low, high = cap, UNIT
    if (found := _largest(problem, allowed, cap)) is not None:
        return cap, found
    while high - low > step:
        middle = (low + high) // 2
        if _largest(problem, allowed, middle) is None:
            low = middle
        else:
            high = middle
    found = _largest(problem, allowed, high)
    if found is None:
        raise NoRoomError("more seats than loads")
    return high, found


def _deadline(end: float, stop: Callable[[], bool] | None) -> Callable[[], bool]:
    return lambda: time.monotonic() > end or bool(stop and stop())


def _kept(
    market: entropy.Market, prices: entropy.Prices, exact: entropy.Floats, rest: Problem, cap: int, smallest: float
) -> Longs:
    """The chances in whole units without those below `smallest`; kept after all where the others could not make up for them."""
    for limit in (smallest, smallest / 100, 0.0):
        smaller = replace(market, allowed=market.allowed & (exact >= limit))
        there = np.where(smaller.allowed, entropy.chances(smaller, entropy.balance(smaller, prices)), 0.0)
        try:
            return rounding.whole(
                there,
                rest.seats.astype(np.int64),
                rest.load_least.astype(np.int64),
                rest.load_most.astype(np.int64),
                cap,
            )
        except ArithmeticError:
            continue
    raise NoRoomError("the chances do not add up under this cap")


def _answer(problem: Problem, units: Longs, best: float, cap: int) -> Chances:
    fixed = 0
    for row, column in problem.locked:
        units[row, column] = UNIT
        fixed += int(problem.affinity[row, column])
    place = np.nonzero(units)
    project, expert = place[0].astype(np.int32), place[1].astype(np.int32)
    kept = units[place]
    chance = kept / UNIT
    expected = float(problem.affinity[place] @ chance)
    figures = {
        "entropy": float(-(chance * np.log(chance)).sum()),
        "l2": float(np.sqrt((chance**2).sum())),
        "max_chance": float(chance.max(initial=0.0)),
        "mean_max_chance": float(units.max(axis=1, initial=0).mean() / UNIT) if units.size else 0.0,
        "support": int(kept.size),
        "share": expected / (best + fixed) if best + fixed else 1.0,
        "cap": cap / UNIT,
    }
    return Chances(project, expert, kept, best + fixed, MappingProxyType(figures))
