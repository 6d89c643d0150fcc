"""Whole panels from a programme's fractions: a small integer programme over the projects concerned, the rest fixed. Pure.

The ring of projects grows until the answer is within GAP of the bound; where the bound itself cannot be reached by whole
panels, all columns that a better answer could use are searched and the search's own bound takes its place. Limits are
counted in nodes, not in time, so that a slower machine finds the same answer; the time limit only ends what would never end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.infeasible import Infeasible
from talent_pool.matching.assignment.lp import TINY, Model, Unsolved
from talent_pool.matching.assignment.prices import GRAIN, Longs, Prices, price
from talent_pool.matching.assignment.shortages import Shortage
from talent_pool.matching.assignment.watch import Cancelled, Watch
from talent_pool.matching.problem import MILLION

GAP = 1e-4
"""Share of the bound an answer may be short of."""

NEAR = 1e-6
"""Below this share nobody searches on."""

NODES = 2_000
"""Of the search tree, per ring."""

FREE = 1_500
"""Columns up to which a search for the very best is worth its time although the answer is within GAP."""

LOSS = 50_000 * GRAIN
"""What a column may lose (in 1/12 millionth) to be looked at in the first ring: the others hardly ever help."""

ALL = 2_000_000
"""Pairs up to which all are searched where no whole answer was found among the promising ones."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Whole:
    """`chosen` (n,) of the model's columns; `bound` in millionths; projects that were fractional; widenings of the ring."""

    chosen: Mask
    bound: float
    fractional: int
    rings: int


def repair(model: Model, prices: Prices, bound: float, watch: Watch) -> Whole:
    """Round a solved model (its objective the affinities). Cancelled when no whole answer was found in time."""
    values = model.values
    broken = (values > TINY) & (values < 1 - TINY)
    if not broken.any():
        return Whole(values > 0.5, bound, 0, 0)
    ring = np.zeros(model.problem.shape[0], dtype=bool)
    ring[model.columns.project[broken]] = True
    fractional = int(ring.sum())
    chosen, rings = _grow(model, prices, bound, ring, watch)
    try:
        if chosen is None:
            chosen = _from_all_pairs(model, prices, watch)
        short = bound - _total(model, chosen)
        if short > NEAR * max(abs(bound), 1.0):
            chosen, bound = _search(model, prices, bound, chosen, watch)
    except Cancelled:
        if chosen is None:
            raise
    return Whole(chosen, bound, fractional, rings)


def _grow(model: Model, prices: Prices, bound: float, ring: Mask, watch: Watch) -> tuple[Mask | None, int]:
    """Widen the ring until the answer is good enough or the ring is everything."""
    model.complete()
    values, margin = model.values, prices.margin(model.problem, model.columns)
    best: Mask | None = None
    promising = (margin > -LOSS) | (values > TINY)
    rings = 0
    try:
        while True:
            rings += 1
            watch.tell(min(0.7 + 0.05 * rings, 0.9), "repair")
            inside = ring[model.columns.project]
            found = _round(model, np.where(inside, 0.0, values), inside & promising, watch)
            if found is not None and (best is None or _total(model, found) > _total(model, best)):
                best = found
            if ring.all() or (best is not None and bound - _total(model, best) <= GAP * max(abs(bound), 1.0)):
                return best, rings
            if promising.all():
                ring = _widen(model, values, margin, ring)
            promising = np.ones(len(values), dtype=bool)
    except Cancelled:
        if best is None:
            raise
        return best, rings


def _from_all_pairs(model: Model, prices: Prices, watch: Watch) -> Mask:
    """The last resort: an answer among all pairs there are, however unpromising; Infeasible where there is none."""
    whole = int(np.count_nonzero(model.problem.allowed)) * model.problem.shape[2]
    if whole > ALL:
        raise Cancelled("whole")
    missing = price(model.problem, prices, model.known(), 10**9 * GRAIN).missing
    model.extend(missing)
    everything = np.ones(len(model), dtype=bool)
    found = _round(model, np.zeros(len(model)), everything, watch)
    if found is None:
        watch.check()
        raise Infeasible((Shortage("whole", 1),))
    return found


def _search(model: Model, prices: Prices, bound: float, chosen: Mask, watch: Watch) -> tuple[Mask, float]:
    """The best answer among all columns that lose no more than the answer at hand is short of: nothing better lies outside."""
    total = _total(model, chosen)
    slack = math.ceil((bound - total) * GRAIN) + GRAIN
    missing = price(model.problem, prices, model.known(), slack).missing
    free = int((np.abs(prices.margin(model.problem, model.columns)) <= slack).sum()) + len(missing)
    if free > FREE and bound - total <= GAP * max(abs(bound), 1.0):
        return chosen, bound
    model.extend(missing)
    chosen = np.concatenate([chosen, np.zeros(len(missing), dtype=bool)])
    usable = (prices.margin(model.problem, model.columns) >= -slack) | chosen
    watch.tell(0.92, "search")
    model.start(chosen)
    found = _round(model, np.zeros(len(model)), usable, watch)
    if found is not None and _total(model, found) >= total:
        chosen, total = found, _total(model, found)
    return chosen, min(bound, max(total, model.proven() * MILLION + 1e-3))


def _total(model: Model, chosen: Mask) -> float:
    """In millionths, exact."""
    columns = model.columns
    padded = np.flatnonzero(chosen)
    return float(model.problem.affinity[columns.project[padded], columns.expert[padded]].sum(dtype=np.int64))


def _round(model: Model, values: NDArray[np.float64], free: Mask, watch: Watch) -> Mask | None:
    """The best whole answer with every column outside `free` as it is; None where there is none within the limits."""
    fixed = np.rint(values)
    model.bound_columns(np.where(free, 0.0, fixed), np.where(free, 1.0, fixed))
    model.whole(free)
    model.set("mip_rel_gap", 1e-7)
    model.set("mip_max_nodes", NODES)
    try:
        model.solve(max(watch.left(), 0.0), watch.stop)
    except Unsolved as unsolved:
        if unsolved.status != "best-so-far":
            return None
    return np.asarray(model.values > 0.5)


def _widen(model: Model, values: NDArray[np.float64], margin: Longs, ring: Mask) -> Mask:
    """Add the projects that hold the experts the ring would gain by most easily, as many again and a few more."""
    columns = model.columns
    inside = ring[columns.project]
    near = np.full(model.problem.shape[1], -np.inf)
    np.maximum.at(near, columns.expert[inside], margin[inside].astype(np.float64))
    outside = ~inside & (values > 0.5)
    reach = np.full(model.problem.shape[0], -np.inf)
    np.maximum.at(reach, columns.project[outside], near[columns.expert[outside]] - np.abs(margin[outside]))
    reach[ring] = -np.inf
    order = np.argsort(-reach, kind="stable")[: int(ring.sum()) + 10]
    wider = ring.copy()
    wider[order] = True
    return wider
