"""Fair panels: nobody's panel far below the best lowest panel, and above that floor the product of all scores.

1. The highest floor t* that all panels can reach, by a linear programme over all allowed pairs: proven.
2. Every panel at least theta x t*, in whole panels.
3. Above it Nash welfare (the sum of logarithms): it lifts weak panels first and still knows what the strong ones lose.

The score of a panel is the mean of its seats' affinities, so that panels of 3, 5 and 7 compare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.assignment.exact import Relaxed, answer, relax
from talent_pool.matching.assignment.scored import Floats, Scored, whole_panels
from talent_pool.matching.assignment.watch import Cancelled, Watch
from talent_pool.matching.problem import MILLION, Assignment, Problem

STAIRS = 5
"""Segments of a logarithm, where scores are not a grid that is coarser."""
GRID = 20
"""Possible sums of a panel up to which each is a segment."""
WELFARE_ROUNDS = 4
SLACK = 2.0
"""Millionths a floor stands below what the programme found: its rounding."""
LOWER = (1.0, 0.99, 0.97, 0.94, 0.9, 0.8, 0.6, 0.0)
"""What share of the floor is asked, until there are whole panels that reach it."""


def fair(
    problem: Problem,
    *,
    theta: float = 0.97,
    keep: float = 0.0,
    welfare: Literal["nash", "total"] = "nash",
    progress: Callable[[float, str], None] | None = None,
    stop: Callable[[], bool] | None = None,
    seconds: float = 60.0,
) -> Assignment:
    """Panels of at least `theta` x t*, the fairest of these; Infeasible where the rules cannot be kept.

    `keep` is the share of the best total that must be left: where floor and total clash, t* is the highest floor that
    leaves it. `bound` is the bound of the total, as for any assignment. Figures: `floor` (lowest score reached), `floor_bound`
    (no assignment has a higher one), `floor_asked`, `gini`, `p5`, `mean`, `zeros` (seats worth nothing), `theta`, `complete`
    (False: time was up, this is the best total instead).
    """
    watch = Watch(progress, stop, seconds)
    best = assign(problem, progress=progress, stop=stop, seconds=seconds)
    if not problem.seats.any():
        figures = {"method": "fair", "theta": theta, **_figures(problem, best), "floor_bound": 0.0, "floor_asked": 0.0}
        return replace(best, figures=MappingProxyType({**figures, "complete": True, "seconds": watch.spent()}))
    try:
        relaxed = relax(problem, watch)
        chosen, figures = _fair(problem, relaxed, watch, theta, keep, welfare)
        found = answer(problem, relaxed.model.columns, chosen, best.bound, {})
    except Cancelled as cancelled:
        if cancelled.why != "time":
            raise
        found, figures = best, {"complete": False}
    figures = {"method": "fair", "theta": theta, **_figures(problem, found), **figures, "seconds": watch.spent()}
    return Assignment(found.project, found.expert, found.role, found.total, best.bound, MappingProxyType(figures))


def _fair(
    problem: Problem, relaxed: Relaxed, watch: Watch, theta: float, keep: float, welfare: str
) -> tuple[NDArray[np.bool_], dict[str, Any]]:
    scored = Scored.on(relaxed.model, keep * relaxed.bound / MILLION)
    watch.tell(0.3, "floor")
    highest, bound = scored.highest_floor(watch)
    grain = _grain(problem)
    tops = _tops(problem)[scored.panels] if welfare == "nash" else np.zeros(0)
    floors = _on_grid(theta * highest, scored.seats, grain, np.ceil)
    chosen = _panels(scored, floors, tops, grain, watch)
    if chosen is None and scored.has_few_pairs():
        watch.tell(0.6, "whole floor")
        reached, proven = scored.whole_floor(watch)
        bound, highest = min(bound, proven), min(highest, reached / max(theta, 1e-9))
    for attempt, share in enumerate(LOWER):
        if chosen is not None:
            break
        watch.tell(0.6 + 0.04 * attempt, "floor")
        floors = _on_grid(theta * share * highest, scored.seats, grain, np.floor)
        chosen = _panels(scored, floors, tops, grain, watch)
    if chosen is None:
        raise Cancelled("time")
    figures = {
        "floor_bound": _below_on_grid(bound, scored.seats, grain),
        "floor_asked": float(floors.min()) if floors.size else 0.0,
        "complete": True,
    }
    return chosen, figures


def _panels(scored: Scored, floors: Floats, tops: Floats, grain: int, watch: Watch) -> NDArray[np.bool_] | None:
    """Whole panels above the floors, the best by welfare (by total where `tops` say nothing); None where there are none."""
    watch.tell(0.5, "welfare")
    scored.require(floors)
    gain = 0.0 if tops.max(initial=0.0) > 0 else 1.0
    if not gain:
        scored.set_stairs(*_stairs(floors, tops, scored.seats, grain))
    scored.aim(gain)
    if scored.improve(watch, WELFARE_ROUNDS, gain) is None:
        return None
    watch.tell(0.7, "repair")
    return whole_panels(scored.model, watch, 1e-6 if gain else 1e-4)


def _grain(problem: Problem) -> int:
    """All affinities are multiples of this many millionths: 250,000 for bids in quarters."""
    return max(int(np.gcd.reduce(problem.affinity[problem.allowed], initial=0)), 1)


def _on_grid(floor: float, seats: Floats, grain: int, whole: Callable[[Floats], Floats]) -> Floats:
    """The floor of every panel as a sum its affinities can have, the next above or below."""
    sums = whole((floor * seats * MILLION - SLACK) / grain) * grain
    return np.asarray(np.maximum(sums, 0.0) / MILLION / seats)


def _below_on_grid(bound: float, seats: Floats, grain: int) -> float:
    """The lowest score is one of a panel's possible scores: the highest of these that the bound leaves."""
    sizes = np.unique(seats)
    return float((np.floor((bound * sizes * MILLION + 1e-3) / grain) * grain / MILLION / sizes).max(initial=0.0))


def _tops(problem: Problem) -> Floats:
    """Score of the best panel everyone could have alone, or more."""
    projects, experts, _ = problem.shape
    most = min(int(problem.seats.max(initial=0)), experts)
    best = -np.sort(-np.where(problem.allowed, problem.affinity, 0), axis=1)[:, :most]
    sums = np.cumsum(best, axis=1, dtype=np.int64)
    seats = np.minimum(problem.seats, most)
    found = np.where(seats > 0, sums[np.arange(projects), np.maximum(seats, 1) - 1], 0)
    return np.asarray(found / MILLION / np.maximum(problem.seats, 1))


def _stairs(floors: Floats, tops: Floats, seats: Floats, grain: int) -> tuple[Floats, Floats]:
    """Lengths and slopes of the logarithm between floor and top, scaled so that an average panel's slope is 1 a seat.

    Where possible sums are few, the stair has a step for each: then the programme sees the very logarithm.
    """
    tops = np.maximum(tops, floors)
    levels = np.rint((tops - floors) * seats * MILLION / grain)
    base = 1e-3 * float(tops.mean())  # a panel of score 0 is very bad, not infinitely so
    if levels.max(initial=0.0) <= GRID:
        at = (
            floors[:, None]
            + np.minimum(np.arange(levels.max(initial=0.0) + 1), levels[:, None]) * (grain / MILLION / seats)[:, None]
        )
    else:
        low = np.maximum(floors, np.maximum(0.25 * tops, base))  # few fall below: one long step is enough there
        ratio = np.maximum(tops, low) / low
        at = low[:, None] * ratio[:, None] ** (np.arange(STAIRS + 1) / STAIRS)
        at[:, 0] = floors
    steps = np.diff(at, axis=1)
    slopes = np.diff(np.log(at + base), axis=1) / np.maximum(steps, 1e-12)
    return steps, np.where(steps > 1e-12, slopes, 0.0) * float((seats * tops).mean())


def _figures(problem: Problem, found: Assignment) -> dict[str, Any]:
    """How evenly the affinities are shared: `gini` of the scores, `p5` their fifth percentile."""
    worth = problem.affinity[found.project, found.expert] / MILLION
    panels = problem.seats > 0
    scores = np.sort((np.bincount(found.project, worth, len(panels))[panels]) / problem.seats[panels])
    count, total = scores.size, float(scores.sum())
    gini = float((2 * np.arange(1, count + 1) - count - 1) @ scores) / (count * total) if total > 0 else 0.0
    return {
        "floor": float(scores[0]) if count else 0.0,
        "gini": gini,
        "p5": float(np.percentile(scores, 5)) if count else 0.0,
        "mean": float(scores.mean()) if count else 0.0,
        "zeros": int((worth == 0).sum()),
        "total": found.total,
    }
