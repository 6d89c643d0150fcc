"""The most even chances that keep a given quality: capped maximum entropy over projects and experts.

Maximise -sum x ln x, where every project's chances add up to its seats, every expert's stay between two loads, none
exceeds the cap, and the expected affinity reaches a target. The optimum has the form x = min(cap, exp(h s - a - b)) with one
price `a` per project, one `b` per expert and one weight `h` of quality; prices come from Newton steps on the dual, in
which the larger side is eliminated by hand (its block is diagonal), and from exact row and column sweeps where a Newton
step would not help. `h` is found by bracketing: quality only grows with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CLOSE = 1e-11
"""Largest distance of a row or column from its sum."""
ROUGH = 1e-3
"""The same while the weight is still being doubled."""
STEPS = 100
"""Of prices at one weight: a dozen are usual."""
HEAVIEST = 20_000.0
"""Weight of quality beyond which chances are as good as certain."""


@dataclass(frozen=True, eq=False)
class Market:
    """Values in [0, 1] of the pairs, which pairs are allowed, seats by row, least and most load by column, cap of a chance."""

    values: Floats
    allowed: Bools
    seats: Floats
    least: Floats
    most: Floats
    cap: float


@dataclass(frozen=True, eq=False)
class Prices:
    weight: float
    rows: Floats
    columns: Floats


def market(
    values: Floats, allowed: Bools, seats: NDArray[np.int32], least: NDArray[np.int32], most: NDArray[np.int32], cap: float
) -> Market:
    """Where all least or all most loads together are the seats, every load is settled: no price has a sign to find."""
    total = int(seats.sum())
    if int(least.sum()) == total:
        most = least
    elif int(most.sum()) == total:
        least = most
    return Market(values, allowed, seats.astype(np.float64), least.astype(np.float64), most.astype(np.float64), cap)


def start(market: Market) -> Prices:
    rows, columns = market.values.shape
    return Prices(0.0, np.zeros(rows), np.zeros(columns))


def chances(market: Market, prices: Prices) -> Floats:
    return np.asarray(np.minimum(market.cap, np.exp(_logs(market, prices))), np.float64)


def _logs(market: Market, prices: Prices) -> Floats:
    found = prices.weight * market.values - prices.rows[:, None] - prices.columns[None, :]
    found[~market.allowed] = -np.inf
    return np.minimum(found, 1.0)  # everything above ln(cap) is capped, nothing may overflow


def quality(market: Market, found: Floats) -> float:
    return float(np.vdot(market.values, found))


def solve(market: Market, target: float, stop: Callable[[], bool] | None = None) -> Prices:
    """Prices whose chances have the expected value `target`, or the nearest that `stop` left time for.

    A target below that of even chances gives even chances.
    """
    low = balance(market, start(market))
    if quality(market, chances(market, low)) >= target:
        return low
    high = balance(market, _weighted(low, 4.0), ROUGH)
    while quality(market, chances(market, high)) < target and high.weight < HEAVIEST and not (stop and stop()):
        low, high = high, balance(market, _weighted(high, high.weight * 2.0), ROUGH)
    low, high = balance(market, low), balance(market, high)
    if quality(market, chances(market, high)) < target:
        return high
    return _between(market, low, high, target, stop)


def _between(market: Market, low: Prices, high: Prices, target: float, stop: Callable[[], bool] | None) -> Prices:
    """Regula falsi (Illinois) on the weight."""
    below, above = quality(market, chances(market, low)) - target, quality(market, chances(market, high)) - target
    side = 0
    for _ in range(60):
        if above <= 1e-9 * abs(target) or (stop and stop()):
            break
        weight = (low.weight * above - high.weight * below) / (above - below)
        middle = balance(market, _weighted(high, weight))
        missed = quality(market, chances(market, middle)) - target
        if abs(missed) <= 1e-9 * abs(target):
            return middle
        if missed < 0:
            low, below, above, side = middle, missed, above / 2 if side < 0 else above, -1
        else:
            high, above, below, side = middle, missed, below / 2 if side > 0 else below, 1
    return high


def _weighted(prices: Prices, weight: float) -> Prices:
    """Warm start: to first order prices grow with the weight."""
    scale = weight / prices.weight if prices.weight else 1.0
    return Prices(weight, prices.rows * scale, prices.columns * scale)


def balance(market: Market, prices: Prices, close: float = CLOSE) -> Prices:
    """Prices that meet every sum at this weight, to within `close`."""
    prices = _sweep(market, prices)
    missed = _missed(market, prices)
    for _ in range(STEPS):
        if missed <= close:
            break
        better = _newton(market, prices)
        reached = _missed(market, better)
        if not reached < 0.5 * missed:
            better = _sweep(market, prices)
            reached = _missed(market, better)
        prices, missed = better, reached
    return prices


def _missed(market: Market, prices: Prices) -> float:
    found = chances(market, prices)
    rows = np.abs(found.sum(axis=1) - market.seats)
    loads, columns = found.sum(axis=0), prices.columns
    wanted = np.where(columns > 0, market.most, np.where(columns < 0, market.least, np.clip(loads, market.least, market.most)))
    return float(max(rows.max(initial=0.0), np.abs(loads - wanted).max(initial=0.0)))


def _sweep(market: Market, prices: Prices) -> Prices:
    """Meet every row exactly, then every column exactly: each raises the dual, so this always gets nearer."""
    base = prices.weight * market.values
    base[~market.allowed] = -np.inf
    rows = _level(base - prices.columns[None, :], market.seats, market.cap)
    left = (base - rows[:, None]).T
    loads = np.minimum(market.cap, np.exp(np.minimum(left, 1.0))).sum(axis=1)
    wanted = np.clip(loads, market.least, market.most)
    columns = np.where(wanted == loads, 0.0, _level(left, wanted, market.cap))
    return Prices(prices.weight, rows, columns)


def _level(logs: Floats, sums: Floats, cap: float) -> Floats:
    """For every row the price p with sum min(cap, exp(log - p)) = sum; cells reach the cap one after the other."""
    top = np.max(logs, axis=1, initial=-1e300)
    top[~np.isfinite(top)] = 0.0
    mass = np.exp(logs - top[:, None])
    capped = np.zeros(logs.shape, np.bool_)
    price = np.zeros(sums.size)
    for _ in range(int(sums.max(initial=0.0) / cap) + 2):
        free = np.where(capped, 0.0, mass).sum(axis=1)
        left = np.maximum(sums - cap * capped.sum(axis=1), 1e-12)
        price = top + np.log(np.maximum(free, 1e-300)) - np.log(left)
        over = (mass > 0) & (logs - price[:, None] > np.log(cap) + 1e-15) & ~capped
        if not over.any():
            break
        capped |= over
    return price


def _newton(market: Market, prices: Prices) -> Prices:
    """One Newton step on the dual; columns inside their bounds keep price 0."""
    logs = _logs(market, prices)
    found = np.minimum(market.cap, np.exp(logs))
    slope = np.where(logs < np.log(market.cap), found, 0.0)
    loads = found.sum(axis=0)
    before = prices.columns
    above = (before > 0) | ((before == 0) & (loads > market.most))
    below = (before < 0) | ((before == 0) & (loads < market.least))
    bound = above | below
    row_gap = found.sum(axis=1) - market.seats
    inside = slope[:, bound]
    column_gap = (loads - np.where(above, market.most, market.least))[bound]
    rows, columns = _steps(inside, slope.sum(axis=1), slope.sum(axis=0)[bound], row_gap, column_gap)
    moved = np.zeros(before.size)
    moved[bound] = columns
    limit = max(1.0, 0.5 * prices.weight)
    scale = min(1.0, limit / max(float(np.abs(rows).max(initial=0.0)), float(np.abs(moved).max(initial=0.0)), 1e-300))
    after = before + scale * moved
    crossed = before * after < 0
    return Prices(prices.weight, prices.rows + scale * rows, np.where(crossed, 0.0, after))


def _steps(inside: Floats, row_sums: Floats, column_sums: Floats, row_gap: Floats, column_gap: Floats) -> tuple[Floats, Floats]:
    """Solve [[D, X], [X', C]] (rows, columns) = (row_gap, column_gap), the larger diagonal block eliminated."""
    ridge = 1e-13
    d, c = row_sums + ridge, column_sums + ridge
    if inside.shape[1] == 0:
        return row_gap / d, np.zeros(0)
    if inside.shape[0] >= inside.shape[1]:
        scaled = inside / d[:, None]
        small = np.diag(c * (1 + 1e-12)) - inside.T @ scaled
        columns = _solved(small, column_gap - scaled.T @ row_gap)
        return (row_gap - inside @ columns) / d, columns
    scaled = inside / c[None, :]
    small = np.diag(d * (1 + 1e-12)) - inside @ scaled.T
    rows = _solved(small, row_gap - scaled @ column_gap)
    return rows, (column_gap - inside.T @ rows) / c


def _solved(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, right), np.float64)
    except np.linalg.LinAlgError:
        return np.zeros(right.size)
