"""The price of every rule, and with it the certificate: a bound over all allowed pairs in exact integers. Pure.

Prices are integers in twelfths of a millionth, so halves, thirds and quarters of a millionth stay exact. Any prices give
a valid bound (weak duality), so rounding the numbers of a solver never makes the certificate wrong, only a hair weaker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns, keys_of
from talent_pool.matching.problem import MILLION, Ints, Problem

GRAIN = 12
"""Parts of a millionth a price is counted in."""

CELLS = 4_000_000
"""Pairs priced at once: bounds the memory, not the result."""

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GroupPrices:
    """Prices of (project, group) rows by key project * groups + group, sorted; every other row costs nothing."""

    keys: Longs
    prices: Longs
    groups: int

    def at(self, project: Ints, group: Ints) -> Longs:
        if not len(self.keys):
            return np.zeros(len(project), dtype=np.int64)
        wanted = project.astype(np.int64) * self.groups + group
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where((self.keys[place] == wanted) & (group >= 0), self.prices[place], 0)


NOBODY = GroupPrices(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 1)


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more of each rule would bring: seat (P,), role (P, R), load (E,), groups sparse; in 1/12 millionth.

    A load price above 0 says the expert is wanted elsewhere; below 0, that the minimum load forces the expert in.
    """

    seat: Longs
    role: Longs
    load: Longs
    employer: GroupPrices = NOBODY
    district: GroupPrices = NOBODY

    def margin(self, problem: Problem, columns: Columns) -> Longs:
        """Affinity less every price, (n,), in 1/12 millionth; below 0: choosing this seat costs the whole at least so much."""
        project, expert = columns.project, columns.expert
        paid = self.seat[project] + self.role[project, columns.role] + self.load[expert]
        paid += self.employer.at(project, problem.employer[expert]) + self.district.at(project, problem.district[expert])
        return np.asarray(problem.affinity[project, expert].astype(np.int64) * GRAIN - paid)


def prices_of(problem: Problem, rows: Mapping[str, tuple[Longs, Floats]]) -> Prices:
    """The prices of a solved programme by the families of its rows: their keys, and what one more brings in units of 1."""
    projects, experts, roles = problem.shape

    def dense(name: str, size: int) -> Longs:
        prices = np.zeros(size, dtype=np.int64)
        if name in rows:
            prices[rows[name][0]] = np.rint(rows[name][1] * (MILLION * GRAIN))
        return prices

    def groups(name: str, group: Ints) -> GroupPrices:
        if name not in rows:
            return NOBODY
        prices = np.maximum(np.rint(rows[name][1] * (MILLION * GRAIN)), 0).astype(np.int64)
        return GroupPrices(rows[name][0][prices > 0], prices[prices > 0], int(group.max(initial=0)) + 1)

    return Prices(
        seat=dense("seat", projects),
        role=dense("role", projects * roles).reshape(projects, roles),
        load=dense("load", experts),
        employer=groups("employer", problem.employer),
        district=groups("district", problem.district),
    )


@dataclass(frozen=True, eq=False)
class Priced:
    """`bound` in millionths over all allowed pairs; `missing` columns that would raise the total, with their margins."""

    bound: float
    missing: Columns
    margin: Longs


def price(problem: Problem, prices: Prices, known: Longs, slack: int = 0) -> Priced:
    """Price every allowed pair; `known` are the sorted keys of the columns the programme already has.

    With `slack` (1/12 millionth) also the columns that lose less than that: all that a better whole answer could use.
    """
    excess = fixed_part(problem, prices)
    missing: list[Columns] = []
    margins: list[Longs] = []
    for pairs in _promising(problem, prices, slack):
        best = np.zeros(len(pairs.project), dtype=np.int64)
        for role in range(problem.shape[2]):
            columns, place = _in_role(problem, pairs, role)
            margin = prices.margin(problem, columns)
            np.maximum.at(best, place, margin)
            new = (margin > -slack) & ~found(known, keys_of(problem, columns))
            missing.append(columns.take(new))
            margins.append(margin[new])
        excess += int(best.sum())
    excess += _locked_part(problem, prices)
    joined = Columns.join(missing)
    return Priced(excess / GRAIN, joined, np.concatenate(margins) if margins else np.empty(0, dtype=np.int64))


def fixed_part(problem: Problem, prices: Prices) -> int:
    """What the limits themselves are worth at these prices."""
    total = int((prices.seat * problem.seats).sum())
    total += int(np.where(prices.role > 0, prices.role * problem.most, prices.role * problem.least).sum())
    total += int(np.where(prices.load > 0, prices.load * problem.load_most, prices.load * problem.load_least).sum())
    total += int(np.maximum(prices.employer.prices, 0).sum()) * (problem.per_employer or 0)
    return total + int(np.maximum(prices.district.prices, 0).sum()) * (problem.per_district or 0)


def _locked_part(problem: Problem, prices: Prices) -> int:
    """A locked pair is taken even at a loss: the loss belongs to the bound."""
    if not problem.locked:
        return 0
    pairs = np.array(sorted(set(problem.locked)), dtype=np.int32)
    best = np.full(len(pairs), np.iinfo(np.int64).min)
    for role in range(problem.shape[2]):
        columns, place = _in_role(problem, Columns(pairs[:, 0], pairs[:, 1], pairs[:, 0] * 0), role)
        np.maximum.at(best, place, prices.margin(problem, columns))
    return int(np.minimum(best[best > np.iinfo(np.int64).min], 0).sum())


def found(known: Longs, wanted: Longs) -> NDArray[np.bool_]:
    """Which of `wanted` stand in the sorted `known`."""
    if not len(known):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.asarray(known[place] == wanted)


def _in_role(problem: Problem, pairs: Columns, role: int) -> tuple[Columns, NDArray[np.intp]]:
    """The pairs whose expert may fill `role` where the project wants one, and their places."""
    place = np.flatnonzero(problem.roles[pairs.expert, role] & (problem.most[pairs.project, role] > 0))
    return Columns(pairs.project[place], pairs.expert[place], np.full(len(place), role, dtype=np.int32)), place


def _promising(problem: Problem, prices: Prices, slack: int) -> Iterator[Columns]:
    """Allowed pairs that could pay in some role before group prices, which only make a pair dearer."""
    projects, experts, _ = problem.shape
    kinds, kind = np.unique(problem.roles, axis=0, return_inverse=True)
    cost = np.where(problem.most > 0, prices.seat[:, None] + prices.role, np.iinfo(np.int64).max // 4)
    cheapest = np.full((projects, len(kinds)), np.iinfo(np.int64).max // 4)
    for place, able in enumerate(kinds):
        if able.any():
            cheapest[:, place] = cost[:, able].min(axis=1) - slack
    # 32 bits halve the time of the pass; numbers that do not fit are clipped to where the comparison stays true.
    limit = np.int64(2**30)
    small = int(np.abs(problem.affinity).max(initial=0)) * GRAIN < limit and int(np.abs(prices.load).max(initial=0)) < limit
    kept = np.int32 if small else np.int64
    wall = np.clip(cheapest, -(2**31), 2**31 - 1).astype(np.int32) if small else cheapest
    load = prices.load.astype(kept)
    rows = max(1, CELLS // max(1, experts))
    for start in range(0, projects, rows):
        stop = min(projects, start + rows)
        gain = np.multiply(problem.affinity[start:stop], GRAIN, dtype=kept) - load
        row, expert = np.nonzero(gain > np.take(wall[start:stop], kind.ravel(), axis=1))
        row += start
        allowed = problem.allowed[row, expert]
        yield Columns(
            row[allowed].astype(np.int32), expert[allowed].astype(np.int32), np.zeros(int(allowed.sum()), dtype=np.int32)
        )
