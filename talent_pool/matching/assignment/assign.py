"""The best assignment under all rules, proven: looks the input over and chooses the fastest exact way. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from talent_pool.matching.assignment import exact, flow
from talent_pool.matching.assignment.candidates import Columns
from talent_pool.matching.assignment.infeasible import Infeasible, check_feasible
from talent_pool.matching.assignment.settle import settle
from talent_pool.matching.assignment.ties import Ties
from talent_pool.matching.assignment.watch import Cancelled, Progress, Stop, Watch
from talent_pool.matching.problem import Assignment, Problem

__all__ = ["Cancelled", "Infeasible", "assign", "check"]

LARGEST = 100_000_000
"""Affinity at most, in millionths: sums and prices then fit 64 bits with room."""


def assign(
    problem: Problem,
    *,
    ties: Ties | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    seconds: float = 60.0,
) -> Assignment:
    """Highest total affinity; Infeasible with reasons, Cancelled when stopped with nothing in hand.

    `bound` equals `total` where the answer is proven best; `figures` hold method, rounds, columns, fractional projects,
    CPU seconds and `prices` (`prices.Prices`: what every rule is worth, for explanations). With `ties` one of the answers of
    that total is chosen for good: `settled` says that it is the only one of its kind, which takes a proven best.
    """
    check(problem)
    watch = Watch(progress, stop, seconds)
    if not problem.seats.any():
        nothing = np.empty(0, dtype=np.int32)
        check_feasible(problem)
        return Assignment(nothing, nothing, nothing, 0, 0.0, {"method": "nothing", "seconds": watch.spent()})
    found = flow.best(problem, watch) if flow.applies(problem) else exact.best(problem, watch)
    if ties is not None:
        found = _settled(problem, found, ties, watch)
    if progress is not None:
        progress(1.0, "done")
    return found


def _settled(problem: Problem, found: Assignment, ties: Ties, watch: Watch) -> Assignment:
    """Time may end this: then the answer stays as it was found."""
    plain = found.figures["method"] == "flow"
    posed = flow.one_role(problem) if plain else problem
    taken = Columns(found.project, found.expert, found.role * 0 if plain else found.role)
    only: Columns | None = None
    if found.total == found.bound:
        with suppress(Cancelled):
            only = settle(posed, found.figures["prices"], taken, ties, watch)
    figures = {**found.figures, "settled": only is not None, "seconds": watch.spent()}
    if only is None:
        return replace(found, figures=figures)
    role = flow.first_role(problem, only) if plain else only.role
    return replace(found, project=only.project, expert=only.expert, role=role, figures=figures)


def check(problem: Problem) -> None:
    """ValueError where the arrays do not fit together; what the rules make impossible is not looked at here."""
    projects, experts = problem.affinity.shape
    roles = problem.roles.shape[1]
    shapes = {
        "allowed": (projects, experts),
        "seats": (projects,),
        "load_most": (experts,),
        "load_least": (experts,),
        "employer": (experts,),
        "district": (experts,),
        "roles": (experts, roles),
        "least": (projects, roles),
        "most": (projects, roles),
    }
    for name, shape in shapes.items():
        if getattr(problem, name).shape != shape:
            raise ValueError(f"{name} has shape {getattr(problem, name).shape}, expected {shape}")
    for name in ("seats", "load_most", "load_least", "least", "most"):
        if (getattr(problem, name) < 0).any():
            raise ValueError(f"{name} has a negative number")
    if np.abs(problem.affinity).max(initial=0) > LARGEST:
        raise ValueError(f"affinity beyond {LARGEST} millionths")
    for most in (problem.per_employer, problem.per_district):
        if most is not None and most < 1:
            raise ValueError("a cap on a group is at least 1")
    if any(not (0 <= p < projects and 0 <= e < experts) for p, e in problem.locked):
        raise ValueError("a locked pair is outside the problem")
