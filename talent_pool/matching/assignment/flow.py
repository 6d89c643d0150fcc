"""The fast way where no rule binds a panel: a min-cost flow on the best pairs, proven by prices over all pairs. Pure.

Nodes are experts, projects and a sink; a project sends its seats, an expert passes on his load. Minimum loads are arcs
with a bonus no detour can outweigh, so one flow keeps them exactly. Costs are integers throughout: equal input gives
equal output everywhere, and the certificate is an equality of integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from talent_pool.matching.assignment.candidates import Columns, candidates, columns_of, keys_of
from talent_pool.matching.assignment.infeasible import Infeasible, check_feasible, feasible_columns
from talent_pool.matching.assignment.prices import GRAIN, Longs, Prices, price
from talent_pool.matching.assignment.watch import Watch
from talent_pool.matching.problem import Assignment, Ints, Problem

FEW = 20
"""Pairs per project to begin with, beside twice its seats."""

UNPROVEN = 50
"""Pairs per project where nothing will be priced in."""

Mask = NDArray[np.bool_]


def applies(problem: Problem) -> bool:
    """Whether no mix of categories and no cap on a group can bind."""
    if (problem.least > 0).any() or (problem.most < problem.seats[:, None])[:, problem.roles.any(axis=0)].any():
        return False
    for group, most in ((problem.employer, problem.per_employer), (problem.district, problem.per_district)):
        if most is not None and np.bincount(group[group >= 0], minlength=1).max() > most:
            return False
    return True


@dataclass(frozen=True, eq=False)
class Flowed:
    """Pairs, which of them are taken, and whether seats and minimum loads are all met on these pairs."""

    pairs: Columns
    taken: Mask
    complete: bool


def best(problem: Problem, watch: Watch, *, certified: bool = True) -> Assignment:
    """The best total; without `certified` no pair beyond the pruned ones is looked at and the bound is a rough one."""
    one = one_role(problem)
    watch.tell(0.05, "candidates")
    pairs = candidates(one, FEW if certified else UNPROVEN)
    rounds, soft = 0, False
    while True:
        rounds += 1
        watch.tell(min(0.1 + 0.1 * rounds, 0.9), "flow")
        flowed = _flow(one, pairs, soft=soft)
        if flowed is None:
            check_feasible(problem)
            soft = True
            continue
        if not certified and flowed.complete:
            return _answer(problem, flowed, _rough_bound(one), rounds, watch, None)
        prices = _prices(one, flowed)
        priced = price(one, prices, np.sort(keys_of(one, pairs)))
        if not len(priced.missing):
            break
        pairs = columns_of(
            one, np.concatenate([keys_of(one, pairs), keys_of(one, _promising(one, priced.missing, priced.margin))])
        )
    if not flowed.complete:
        # Every pair is priced in and rules are still broken: counting, or the elastic programme, says which.
        check_feasible(problem)
        feasible_columns(problem, candidates(problem), watch)
        raise Infeasible(())
    return _answer(problem, flowed, priced.bound, rounds, watch, prices)


def one_role(problem: Problem) -> Problem:
    """The same with a single category and without caps."""
    projects, experts, _ = problem.shape
    allowed = problem.allowed & problem.roles.any(axis=1)
    return replace(
        problem,
        allowed=allowed,
        roles=np.ones((experts, 1), dtype=bool),
        least=np.zeros((projects, 1), dtype=np.int32),
        most=problem.seats[:, None],
        per_employer=None,
        per_district=None,
    )


def _flow(problem: Problem, pairs: Columns, *, soft: bool) -> Flowed | None:
    """One min-cost flow; `soft` lets seats stay empty at a price, so that an answer always exists. None: infeasible."""
    penalty = _penalty(problem)
    gain = _gain(problem, pairs)
    least = np.minimum(problem.load_least, problem.load_most)
    taken = route(pairs, gain, problem.seats, problem.load_most, least, penalty, soft=soft)
    if taken is None:
        return None
    load = np.bincount(pairs.expert[taken], minlength=problem.shape[1])
    filled = int(taken.sum()) == int(problem.seats.sum())
    kept = int((taken & _is_locked(problem, pairs)).sum()) == len(set(problem.locked))
    return Flowed(pairs, taken, filled and kept and bool((load >= problem.load_least).all()))


def route(pairs: Columns, gain: Longs, seats: Ints, most: Ints, least: Ints, penalty: int, *, soft: bool = False) -> Mask | None:
    """Which pairs (n,) the cheapest flow takes for these `seats` (P,) and loads (E,); None where the pairs cannot do it.

    Works without a dense matrix: `gain` (n,) are the affinities of the pairs. `penalty` outweighs any set of detours.
    """
    projects, experts, sink = len(seats), len(most), len(seats) + len(most)
    everyone, every = np.arange(experts), np.arange(projects) + experts
    arcs = [
        (pairs.project + experts, pairs.expert, np.ones(len(pairs), dtype=np.int64), -gain),
        (everyone, np.full(experts, sink), most - least, np.zeros(experts, dtype=np.int64)),
    ]
    if (least > 0).any():
        arcs.append((everyone, np.full(experts, sink), least, np.full(experts, -penalty)))
    if soft:
        arcs.append((every, np.full(projects, sink), seats, np.full(projects, penalty)))
    solver = min_cost_flow.SimpleMinCostFlow()
    tail, head, capacity, unit = (np.concatenate([arc[place] for arc in arcs]) for place in range(4))
    solver.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64), unit)
    supply = np.concatenate([seats.astype(np.int64), [-int(seats.sum())]])
    solver.set_nodes_supplies(np.concatenate([every, [sink]]).astype(np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        return None
    return np.asarray(solver.flows(np.arange(len(pairs), dtype=np.int32))) > 0


def _is_locked(problem: Problem, pairs: Columns) -> Mask:
    wanted = [p * problem.shape[1] + e for p, e in problem.locked]
    return np.isin(keys_of(problem, pairs), np.array(wanted, dtype=np.int64))


def _gain(problem: Problem, pairs: Columns) -> Longs:
    """Affinities; a locked pair is worth more than anything."""
    gain = problem.affinity[pairs.project, pairs.expert].astype(np.int64)
    return gain + np.where(_is_locked(problem, pairs), _penalty(problem), 0) if problem.locked else gain


def _penalty(problem: Problem) -> int:
    """More than any set of detours could gain."""
    spread = int(problem.affinity.max(initial=0)) - min(0, int(problem.affinity.min(initial=0)))
    return (int(problem.seats.sum()) + 1) * (spread + 1)


def _prices(problem: Problem, flowed: Flowed) -> Prices:
    """Prices under which every pair at hand is rightly taken or left."""
    penalty = _penalty(problem)
    load = np.bincount(flowed.pairs.expert[flowed.taken], minlength=problem.shape[1])
    base = np.where((problem.load_least > 0) & (load <= problem.load_least), -penalty, 0)
    u, w = lowest_prices(flowed.pairs, flowed.taken, _gain(problem, flowed.pairs), problem.seats, base, penalty)
    return Prices(u * GRAIN, np.zeros((problem.shape[0], 1), dtype=np.int64), w * GRAIN)


def lowest_prices(pairs: Columns, taken: Mask, gain: Longs, seats: Ints, base: Longs, penalty: int) -> tuple[Longs, Longs]:
    """(P,) what a seat brings at the margin, (E,) what a place with an expert costs: Bellman-Ford on the residual of a flow.

    An expert costs at least `base`: nothing where there is load to spare, less where he only just has his minimum.
    One who is full may cost more.
    """
    projects, experts = len(seats), len(base)
    w = base.copy()
    empty = np.bincount(pairs.project[taken], minlength=projects) < seats
    there, here = pairs.take(taken), pairs.take(~taken)
    gain_there, gain_here = gain[taken], gain[~taken]
    for _ in range(projects + experts + 2):
        u = np.where(empty, -penalty, np.iinfo(np.int64).max // 4)
        np.minimum.at(u, there.project, gain_there - w[there.expert])
        wider = base.copy()
        np.maximum.at(wider, here.expert, gain_here - u[here.project])
        if (wider == w).all():
            break
        w = wider
    u[seats == 0] = penalty
    return u, w


def _promising(problem: Problem, missing: Columns, margin: Longs) -> Columns:
    """Of each project's missing pairs those with most to gain, enough to fill its panel anew."""
    order = np.lexsort((missing.expert, -margin, missing.project))
    project = missing.project[order]
    first = np.searchsorted(project, project)
    most = 2 * problem.seats[project] + 6
    return missing.take(np.sort(order[np.arange(len(order)) - first < most]))


def _rough_bound(problem: Problem) -> float:
    """Every project with its own best panel."""
    most = int(problem.seats.max(initial=0))
    ranked = -np.sort(-np.where(problem.allowed, problem.affinity, -(2**30)), axis=1)[:, :most]
    return float(np.where(np.arange(most) < problem.seats[:, None], ranked, 0).sum(dtype=np.int64))


def first_role(problem: Problem, taken: Columns) -> Ints:
    """Where no mix binds, each sits in the first role they may fill."""
    return np.asarray(np.argmax(problem.roles[taken.expert] & (problem.most[taken.project] > 0), axis=1), np.int32)


def _answer(problem: Problem, flowed: Flowed, bound: float, rounds: int, watch: Watch, prices: Prices | None) -> Assignment:
    taken = flowed.pairs.take(flowed.taken)
    role = first_role(problem, taken)
    total = int(problem.affinity[taken.project, taken.expert].astype(np.int64).sum())
    figures = {"method": "flow", "rounds": rounds, "columns": len(flowed.pairs), "fractional": 0, "seconds": watch.spent()}
    if prices is not None:
        figures["prices"] = prices
        bound = max(float(math.floor(bound)), float(total))
    return Assignment(taken.project, taken.expert, role, total, bound, figures)
