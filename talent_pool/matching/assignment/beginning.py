"""Which columns the programme begins with: those that pay once a place with every expert has its price. Pure.

A panel is cut into its seats, one row for what a category must have and one for the rest. Without caps on groups that is
a min-cost flow, answered in a fraction of the programme's time, and its prices are nearly those of the whole.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns, best_of, candidates, columns_of, keys_of, needed
from talent_pool.matching.assignment.flow import lowest_prices, route
from talent_pool.matching.problem import Problem

SPARE = 3
"""Columns per project and category beside those its seats need."""


def beginning(problem: Problem) -> Columns:
    """The columns worth most at the prices of the flow; the plain candidates where that flow cannot fill every seat."""
    wide = candidates(problem)
    prices = _prices(problem, wide)
    if prices is None:
        return wide
    dear = replace(problem, affinity=(problem.affinity - prices).astype(np.int32))
    found = [needed(problem)]
    for role, count in enumerate(_wanted(problem).tolist()):
        able = np.flatnonzero(problem.roles[:, role] & (problem.load_most > 0))
        if count and len(able):
            found.append(best_of(dear, role, able, count + SPARE))
    return columns_of(problem, np.concatenate([keys_of(problem, columns) for columns in found]))


def _prices(problem: Problem, wide: Columns) -> NDArray[np.int64] | None:
    """What a place with each expert costs (E,), in millionths; None where the seats cannot all be filled like this."""
    projects, experts, _ = problem.shape
    rest = problem.seats - problem.least.sum(axis=1)
    if (rest < 0).any():
        return None
    seats = np.concatenate([problem.least.T.ravel(), rest]).astype(np.int32)
    pairs = _by_seat(problem, wide)
    gain = problem.affinity[pairs.project % projects, pairs.expert].astype(np.int64)
    penalty = (int(seats.sum()) + 1) * (2 * int(np.abs(gain).max(initial=0)) + 1)
    least = np.minimum(problem.load_least, problem.load_most)
    taken = route(pairs, gain, seats, problem.load_most, least, penalty)
    if taken is None:
        return None
    load = np.bincount(pairs.expert[taken], minlength=experts)
    base = np.where((least > 0) & (load <= least), -penalty, 0)
    _, prices = lowest_prices(pairs, taken, gain, seats, base, penalty)
    limit = int(np.iinfo(np.int32).max) // 4
    return np.clip(prices, -limit, limit)


def _by_seat(problem: Problem, wide: Columns) -> Columns:
    """Row r * projects + p is what category r must have on project p; the last rows are the seats that anybody may take."""
    projects, experts, roles = problem.shape
    must = problem.least[wide.project, wide.role] > 0
    pair = np.unique(wide.project.astype(np.int64) * experts + wide.expert)
    row = np.concatenate([wide.role[must] * projects + wide.project[must], pair // experts + roles * projects])
    expert = np.concatenate([wide.expert[must], pair % experts])
    return Columns(row.astype(np.int32), expert.astype(np.int32), np.zeros(len(row), dtype=np.int32))


def _wanted(problem: Problem) -> NDArray[np.int64]:
    """Seats of each category that a panel may want, (R,): where everybody may take the seats left over, no category needs more of its own."""
    rest = (problem.seats - problem.least.sum(axis=1))[:, None]
    most = np.minimum(problem.least + rest, problem.most)
    open_to_all = problem.roles.all(axis=0) & (most >= rest).all(axis=0) & (problem.least == 0).all(axis=0)
    wanted = np.where(open_to_all, rest, problem.least) if open_to_all.any() else most
    return np.asarray(wanted.max(axis=0, initial=0), dtype=np.int64)
