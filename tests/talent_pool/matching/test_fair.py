"""Fair panels: the floor is the proven one, the rules hold, and welfare lifts the weak without wasting the strong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.matching.families import FAMILIES, gov, plain
from bench.matching.lacking import LACKING
from talent_pool.matching.assignment.assign import Infeasible, assign
from talent_pool.matching.assignment.fair import fair
from talent_pool.matching.assignment.watch import Cancelled
from talent_pool.matching.problem import MILLION, Problem
from talent_pool.matching.violations import violations
from tests.talent_pool.matching.oracle import best_floor


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gets_panels_that_break_no_rule_and_stand_between_floor_and_bound(family: str) -> None:
    problem = FAMILIES[family](1, 8)

    found = fair(problem)

    assert violations(problem, found) == []
    assert found.figures["complete"]
    assert found.figures["floor_asked"] <= found.figures["floor"] + 1e-6
    assert found.figures["floor"] <= found.figures["floor_bound"] + 1e-6
    assert found.total <= found.bound


@pytest.mark.parametrize("family", ["topic", "bids", "gov", "mixed-sizes", "scarce-finance", "locked"])
@pytest.mark.parametrize("seed", [1, 2])
def test_with_theta_1_no_panels_have_a_higher_floor(family: str, seed: int) -> None:
    problem = FAMILIES[family](seed, 6)
    best = best_floor(problem)
    assert best is not None

    found = fair(problem, theta=1.0)

    assert found.figures["floor"] == pytest.approx(best, abs=3e-6)
    assert found.figures["floor_bound"] >= best - 1e-6


@pytest.mark.parametrize("theta", [0.5, 0.8, 0.97])
def test_the_floor_is_at_least_theta_times_the_best_one(theta: float) -> None:
    problem = FAMILIES["topic"](4, 6)
    best = best_floor(problem)
    assert best is not None

    found = fair(problem, theta=theta)

    assert found.figures["floor"] >= theta * best - 3e-6


def test_the_weakest_panel_gains_against_the_best_total_and_the_total_pays_for_it() -> None:
    problem = _one_expert_for_two()

    greedy, just = assign(problem), fair(problem, theta=1.0)

    assert _scores(problem, greedy.project, greedy.expert).tolist() == [0.1, 1.0]
    assert _scores(problem, just.project, just.expert).tolist() == [0.4, 0.6]
    assert just.bound == pytest.approx(greedy.total)


def test_keep_limits_what_the_floor_may_cost() -> None:
    problem = _one_expert_for_two()

    found = fair(problem, theta=1.0, keep=0.95)

    assert found.total >= 0.95 * found.bound
    assert found.figures["floor"] == pytest.approx(0.1)


def test_above_the_floor_welfare_shares_what_total_would_heap() -> None:
    problem = FAMILIES["gov"](2, 30)

    heaped, shared = fair(problem, theta=0.0, welfare="total"), fair(problem, theta=0.0)

    assert heaped.total == assign(problem).total
    assert shared.figures["gini"] < heaped.figures["gini"]
    assert shared.total > 0.9 * heaped.total


def test_doubled_affinities_leave_the_floor_where_it_was_in_proportion() -> None:
    problem = FAMILIES["topic"](6, 8)
    halved = replace(problem, affinity=(problem.affinity // 4 * 2).astype(np.int32))
    quartered = replace(problem, affinity=(problem.affinity // 4).astype(np.int32))

    double, single = fair(halved, theta=1.0), fair(quartered, theta=1.0)

    assert double.figures["floor"] == pytest.approx(2 * single.figures["floor"], abs=1e-5)


def test_equal_input_gives_equal_output() -> None:
    first, second = (fair(gov(12, 40, 3)) for _ in range(2))

    assert [*first.project, *first.expert, *first.role] == [*second.project, *second.expert, *second.role]


@pytest.mark.parametrize("rule", LACKING)
def test_what_cannot_be_is_said_and_its_repaired_twin_is_answered(rule: str) -> None:
    lacking = LACKING[rule](1, 8)

    with pytest.raises(Infeasible):
        fair(lacking.short)

    assert violations(lacking.repaired, fair(lacking.repaired)) == []


@pytest.mark.parametrize("worth", [np.zeros((0, 4)), np.ones((3, 4))])
def test_no_seats_are_an_empty_answer(worth: np.ndarray) -> None:
    found = fair(plain(worth, 0, 3))

    assert (found.total, len(found.project), found.figures["complete"]) == (0, 0, True)


def test_somebody_who_stops_it_gets_no_answer() -> None:
    with pytest.raises(Cancelled):
        fair(FAMILIES["gov"](1, 8), stop=lambda: True)


def test_progress_is_told() -> None:
    told: list[str] = []

    fair(FAMILIES["gov"](1, 8), progress=lambda share, what: told.append(what))

    assert {"programme", "floor", "welfare"} <= set(told)


def _one_expert_for_two() -> Problem:
    """The total prefers (.1, 1.0), the floor (.4, .6)."""
    return plain(np.array([[0.4, 0.1], [1.0, 0.6]]), 1, 1)


def _scores(problem: Problem, project: np.ndarray, expert: np.ndarray) -> np.ndarray:
    worth = problem.affinity[project, expert] / MILLION
    return np.bincount(project, worth, problem.shape[0]) / problem.seats
