"""A linear programme that sees panels: one row per project holds its score, the mean of its seats' affinities. Pure.

On top of that row stands either one variable for the lowest score of all (max-min) or a stair of segments with falling
slopes (welfare): each segment adds to one project's score alone, so the objective is concave and the stair fills from below.
Missing pairs are priced like everywhere, at the affinities weighted by what a project's score is worth at the moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import count
from typing import cast

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import in_every_role, keys_of
from talent_pool.matching.assignment.exact import PER_PROJECT, solve, worthwhile
from talent_pool.matching.assignment.lp import TINY, Model, Unsolved
from talent_pool.matching.assignment.prices import GRAIN, Priced, price
from talent_pool.matching.assignment.rows import Family
from talent_pool.matching.assignment.watch import Watch
from talent_pool.matching.problem import MILLION, Ints

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SCORE = "score"
TOTAL = "total"
NOISE = 2 * GRAIN
"""Missing pairs that promise less than two millionths are the solver's rounding."""
NODES = 500
"""Of the search tree, per ring."""
WIDENINGS = 3
ROUNDS = 20
FEW_PAIRS = 20_000
SMALL = 5_000
DUAL, PRIMAL = 1, 4
"""Simplex of HiGHS: primal where only the objective is new, the answer at hand stays feasible."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A model with score rows; `panels` are the projects that have seats, `seats` how many, `kept` the total to keep.

    `lowest` is the place of the variable no score is below, at 0 unless the floor is sought; `stairs` those of the segments.
    """

    model: Model
    panels: Longs
    seats: Floats
    kept: float
    lowest: int
    stairs: list[NDArray[np.intp]]

    @staticmethod
    def on(model: Model, kept: float) -> Scored:
        """Add a row per panel, and one that keeps the total at `kept` or more (in units of 1) where that is above 0."""
        problem = model.problem
        panels = np.flatnonzero(problem.seats > 0).astype(np.int64)
        seats = np.maximum(problem.seats, 1).astype(np.float64)
        free = np.full(problem.shape[0], 0.0)
        model.add_family(
            Family(
                SCORE,
                lambda columns: columns.project.astype(np.int64),
                lambda keys: free[keys],
                lambda keys: np.full(len(keys), math.inf),
                weight=lambda columns: model.gain(columns) / seats[columns.project],
                required=panels,
            )
        )
        if kept > 0:
            model.add_family(
                Family(
                    TOTAL,
                    lambda columns: np.zeros(len(columns), dtype=np.int64),
                    lambda keys: np.full(len(keys), kept),
                    lambda keys: np.full(len(keys), math.inf),
                    weight=model.gain,
                    required=np.zeros(1, dtype=np.int64),
                )
            )
        # A score counts as much as in a total, so that prices keep their precision.
        lowest = model.add_variable(profit=float(seats[panels].sum()), upper=0.0, family=SCORE, weight=-1.0)
        return Scored(model, panels, seats[panels], kept, lowest, [])

    def scores(self, values: Floats) -> Floats:
        """Of every panel, for values of the columns."""
        model = self.model
        sums = np.bincount(model.columns.project, values * model.gain(), minlength=model.problem.shape[0])
        return np.asarray(sums[self.panels] / self.seats)

    def require(self, floors: Floats) -> None:
        """No panel below its floor."""
        self.model.bound_rows(SCORE, floors, np.full(len(floors), math.inf))

    def aim(self, gain: float) -> None:
        """Columns count `gain` x their affinity; the stairs keep their slopes."""
        self.model.aim(gain * self.model.gain())

    def set_stairs(self, steps: Floats, slopes: Floats) -> None:
        """`steps`, `slopes` (panels, n): lengths of the segments and what a score gains on them. Former stairs gain nothing."""
        for places in self.stairs:
            self.model.aim_variables(places, 0.0)
        self.stairs.clear()
        for step, slope in zip(steps.T, slopes.T, strict=True):
            self.stairs.append(self.model.add_variables(slope, [(SCORE, self.panels, -1.0)], step))

    def highest_floor(self, watch: Watch) -> tuple[float, float]:
        """The programme's highest lowest score, and what no assignment can exceed."""
        self.aim(0.0)
        self.model.bound_variable(self.lowest, 0.0, math.inf)
        self.model.set("simplex_strategy", PRIMAL)
        bound = self.improve(watch, ROUNDS, 0.0)
        self.model.set("simplex_strategy", DUAL)
        found = float(self.model.extra[self.lowest])
        self.model.bound_variable(self.lowest, 0.0, 0.0)
        if bound is None:  # the total to keep is just out of reach of floating point
            return 0.0, math.inf
        return found, bound

    def has_few_pairs(self) -> bool:
        """A search over all of them ends soon."""
        return int(self.model.problem.allowed.sum()) * self.model.problem.shape[2] <= FEW_PAIRS

    def whole_floor(self, watch: Watch) -> tuple[float, float]:
        """The highest lowest score that a search found with whole panels, and what it proved that none can exceed."""
        model = self.model
        self.set_stairs(np.zeros((len(self.panels), 0)), np.zeros((len(self.panels), 0)))
        project, expert = (place.astype(np.int32) for place in np.nonzero(model.problem.allowed))
        every = in_every_role(model.problem, project, expert)
        model.extend(every.take(~np.isin(keys_of(model.problem, every), model.known())))
        model.complete()
        self.aim(0.0)
        self.require(np.zeros(len(self.panels)))
        model.bound_variable(self.lowest, 0.0, math.inf)
        chosen = _round(model, np.zeros(len(model)), np.ones(len(model), np.bool_), watch, 1e-6)
        proven = model.proven() / float(self.seats.sum()) + 1e-6  # the tolerance of the search
        _unround(model)
        model.bound_variable(self.lowest, 0.0, 0.0)
        if chosen is None:
            return 0.0, proven
        return float(self.scores(chosen.astype(np.float64)).min()), proven

    def improve(self, watch: Watch, rounds: int, gain: float) -> float | None:
        """Solve, price, add what is missing, until nothing is or `rounds` are over; the columns' own profit is `gain` x affinity.

        What the lowest score of all cannot exceed: it is no more than any mean of scores, weighted by their worth.
        None where the rows leave no answer.
        """
        bound = math.inf
        for round_ in count(1):
            if not solve(self.model, watch):
                return None
            priced, worth = self._price(gain)
            bound = min(bound, priced.bound / MILLION / worth if worth > 0 else math.inf)
            broken = self.model.tighten()
            if not broken and (not len(priced.missing) or round_ >= rounds):
                break
            if not len(priced.missing) or round_ >= rounds:
                continue
            before = len(self.model)
            self.model.extend(worthwhile(self.model.problem, priced, PER_PROJECT))
            profit = self.model.profit.copy()
            profit[before:] = gain * self.model.gain()[before:]
            self.model.aim(profit)
        return bound

    def _price(self, gain: float) -> tuple[Priced, float]:
        """Missing pairs at the worth of every score, and the sum of these worths.

        Weighted affinities are rounded to millionths: half a millionth for each seat goes into the bound.
        """
        problem = self.model.problem
        worth = np.abs(self.model.row_prices(SCORE)[1])
        weight = np.full(problem.shape[0], gain)
        weight[self.panels] += worth / self.seats
        kept = float(np.abs(self.model.row_prices(TOTAL)[1]).sum()) if self.kept > 0 else 0.0
        weight += kept
        weighted = np.rint(weight[:, None] * problem.affinity).astype(np.int64)  # beyond 32 bits where few panels count
        priced = price(replace(problem, affinity=cast(Ints, weighted)), self.model.prices(), self.model.known())
        real = priced.margin > NOISE
        bound = priced.bound + 0.5 * float(problem.seats.sum()) - kept * self.kept * MILLION
        return Priced(bound, priced.missing.take(real), priced.margin[real]), float(worth.sum())


def whole_panels(model: Model, watch: Watch, gap: float) -> NDArray[np.bool_] | None:
    """Whole panels near the solved programme's fractions; None where the rows (floors among them) leave none.

    A small integer programme over the projects that are fractional, the rest as it is; where that has no answer, with
    twice as many projects around. `gap` is the share of the objective the search may leave. The model is a programme again afterwards.
    """
    values = model.values
    projects = model.columns.project
    ring = np.zeros(model.problem.shape[0], np.bool_)
    ring[projects[(values > TINY) & (values < 1 - TINY)]] = True
    if not ring.any():
        return np.asarray(values > 0.5)
    model.complete()
    found = _round(model, values, ring[projects], watch, gap)
    for _ in range(WIDENINGS):
        if found is not None or ring.all():
            break
        ring = _wider(model, values, ring)
        found = _round(model, values, ring[projects], watch, gap)
    _unround(model)
    return found


def _unround(model: Model) -> None:
    columns = len(model)
    model.set("presolve", "choose")
    model.whole(np.zeros(columns, np.bool_))
    model.bound_columns(np.zeros(columns), np.ones(columns))


def _round(model: Model, values: Floats, free: NDArray[np.bool_], watch: Watch, gap: float) -> NDArray[np.bool_] | None:
    fixed = np.rint(values)
    model.bound_columns(np.where(free, 0.0, fixed), np.where(free, 1.0, fixed))
    model.whole(free)
    if len(model) <= SMALL:  # presolve costs more than the search there; elsewhere it throws out all that is fixed
        model.set("presolve", "off")
    model.set("mip_rel_gap", gap)
    model.set("mip_max_nodes", NODES)
    try:
        model.solve(max(watch.left(), 0.0), watch.stop)
    except Unsolved as unsolved:
        watch.check()
        if unsolved.status != "best-so-far":
            return None
    return np.asarray(model.values > 0.5)


def _wider(model: Model, values: Floats, ring: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """As many projects again and ten: those that hold most experts the ring could use."""
    columns = model.columns
    wanted = np.zeros(model.problem.shape[1], np.int64)
    np.add.at(wanted, columns.expert[ring[columns.project]], 1)
    holding = (values > 0.5) & ~ring[columns.project]
    reach = np.bincount(columns.project[holding], wanted[columns.expert[holding]], len(ring))
    reach[ring] = -1.0
    wider = ring.copy()
    wider[np.argsort(-reach, kind="stable")[: int(ring.sum()) + 10]] = True
    return wider
