"""What the best answer is, by other means: all pairs, every rule as a row, scipy's solvers. For small problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, vstack

from talent_pool.matching.problem import Problem

Triple = tuple[int, int, int]


def best_total(problem: Problem) -> int | None:
    """The highest total of any valid assignment in millionths; None where there is none."""
    found = _solve(problem, whole=True)
    return None if found is None else round(-found.fun)


def linear_bound(problem: Problem) -> float:
    """The value of the linear programme over all allowed pairs, in millionths."""
    found = _solve(problem, whole=False)
    assert found is not None
    return float(-found.fun)


def _solve(problem: Problem, *, whole: bool) -> OptimizeResult | None:
    projects, experts, roles = problem.shape
    seats = [
        (p, e, r)
        for p in range(projects)
        for e in range(experts)
        for r in range(roles)
        if problem.allowed[p, e] and problem.roles[e, r]
    ]
    rows = _rows(problem, seats)
    if not seats:
        return None if any(low > 0 for _, low, _ in rows) else OptimizeResult(fun=0.0)
    matrix = vstack([csr_array(row) for row, _, _ in rows]) if rows else csr_array((0, len(seats)))
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
    cost = [-float(problem.affinity[p, e]) for p, e, _ in seats]
    found = milp(cost, constraints=limits, bounds=Bounds(0, 1), integrality=int(whole), options={"mip_rel_gap": 0})
    assert found.status in (0, 2), found.message
    return found if found.status == 0 else None


def _rows(problem: Problem, seats: Sequence[Triple]) -> list[tuple[np.ndarray, float, float]]:
    projects, experts, roles = problem.shape
    found: list[tuple[np.ndarray, float, float]] = []

    def row(which: Callable[[int, int, int], bool], low: float, high: float) -> None:
        found.append((np.array([[float(which(*seat)) for seat in seats]]), low, high))

    for p in range(projects):
        row(lambda q, e, r, p=p: q == p, problem.seats[p], problem.seats[p])
        for k in range(roles):
            row(lambda q, e, r, p=p, k=k: (q, r) == (p, k), problem.least[p, k], problem.most[p, k])
        for group, most in ((problem.employer, problem.per_employer), (problem.district, problem.per_district)):
            for number in np.unique(group[group >= 0]) if most is not None else ():
                row(lambda q, e, r, p=p, g=group, n=number: q == p and g[e] == n, 0, most)
    for e in range(experts):
        row(lambda q, f, r, e=e: f == e, problem.load_least[e], problem.load_most[e])
        for p in range(projects):
            row(lambda q, f, r, p=p, e=e: (q, f) == (p, e), float((p, e) in problem.locked), 1)
    return found


def best_floor(problem: Problem) -> float | None:
    """The highest score, as a mean of a panel's affinities, that every panel of some valid assignment reaches."""
    projects, experts, roles = problem.shape
    seats = [
        (p, e, r)
        for p in range(projects)
        for e in range(experts)
        for r in range(roles)
        if problem.allowed[p, e] and problem.roles[e, r]
    ]
    rows = [(np.append(row, 0.0), low, high) for row, low, high in _rows(problem, seats)]
    rows = [(row.reshape(1, -1), low, high) for row, low, high in rows]
    for p in range(projects):
        score = [float(problem.affinity[q, e]) / float(problem.seats[p]) if q == p else 0.0 for q, e, _ in seats]
        rows.append((np.array([[*score, -1e6]]), 0.0, np.inf))
    matrix = vstack([csr_array(row) for row, _, _ in rows])
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
    cost, whole = np.append(np.zeros(len(seats)), -1.0), np.append(np.ones(len(seats)), 0)
    found = milp(cost, constraints=limits, bounds=Bounds(0, 1), integrality=whole, options={"mip_rel_gap": 0})
    return None if found.status else float(-found.fun)
