"""Prices prove the bound to anyone who can add; the programme takes rows and variables of a caller's own."""

import math

import numpy as np
import pytest

from bench.matching.families import FAMILIES, plain
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.assignment.candidates import Columns, candidates, in_every_role
from talent_pool.matching.assignment.lp import Model, Unsolved
from talent_pool.matching.assignment.prices import GRAIN, Prices, price
from talent_pool.matching.assignment.rows import Family, families_of
from talent_pool.matching.problem import Problem


def bound_by_hand(problem: Problem, prices: Prices) -> float:
    """Weak duality in plain Python: limits at their prices, and of every allowed pair what it gains beyond them."""
    projects, experts, roles = problem.shape
    total = sum(int(prices.seat[p]) * int(problem.seats[p]) for p in range(projects))
    for p in range(projects):
        for r in range(roles):
            cost = int(prices.role[p, r])
            total += cost * int(problem.most[p, r] if cost > 0 else problem.least[p, r])
    for e in range(experts):
        cost = int(prices.load[e])
        total += cost * int(problem.load_most[e] if cost > 0 else problem.load_least[e])
    total += int(prices.employer.prices.sum()) * (problem.per_employer or 0)
    total += int(prices.district.prices.sum()) * (problem.per_district or 0)
    for p, e in np.argwhere(problem.allowed):
        ways = in_every_role(problem, np.array([p], np.int32), np.array([e], np.int32))
        gain = max(prices.margin(problem, ways).tolist(), default=0)
        total += gain if (p, e) in problem.locked else max(gain, 0)
    return total / GRAIN


@pytest.mark.parametrize("family", ["gov", "tight", "lower-bounded", "several-roles", "locked", "bids"])
def test_the_bound_can_be_added_up_by_hand_from_the_prices(family: str) -> None:
    problem = FAMILIES[family](1, 8)

    found = assign(problem)

    prices = found.figures["prices"]
    by_hand = bound_by_hand(problem, prices)
    assert by_hand == price(problem, prices, np.empty(0, np.int64)).bound
    assert found.total <= by_hand
    assert by_hand == pytest.approx(found.figures.get("relaxed", found.bound), rel=1e-6)


@pytest.mark.parametrize("family", ["gov", "topic"])
def test_any_prices_give_a_bound_even_wrong_ones(family: str) -> None:
    problem = FAMILIES[family](2, 8)
    found = assign(problem)
    right: Prices = found.figures["prices"]

    wrong = Prices(right.seat + 7, right.role * 2, right.load // 3, right.employer, right.district)

    assert price(problem, wrong, np.empty(0, np.int64)).bound >= found.total


def test_a_floor_of_a_callers_own_is_raised_as_far_as_it_goes_and_grows_with_new_columns() -> None:
    affinity = np.array([[0.9, 0.1, 0.1], [0.8, 0.3, 0.2]])
    problem = plain(affinity, 1, 1)
    first = Columns(*(np.array(row, np.int32) for row in ([0, 1], [0, 1], [0, 0])))
    model = Model(problem, first)
    model.add_family(_floor(model))
    lowest = model.add_variable(profit=1.0, family="floor", weight=-1.0)
    model.aim(np.zeros(len(model)))

    narrow = model.solve()
    model.extend(Columns(*(np.array(row, np.int32) for row in ([0, 1], [1, 0], [0, 0]))))
    model.aim(np.zeros(len(model)))
    model.bound_columns(np.array([0.0, 0, 0, 0]), np.array([0.0, 1, 1, 1]))
    without_the_best = model.solve()

    assert narrow == pytest.approx(0.3)
    assert without_the_best == pytest.approx(0.1)
    assert model.extra[lowest] == pytest.approx(0.1)
    assert model.row_prices("floor")[0].tolist() == [0, 1]


def _floor(model: Model) -> Family:
    return Family(
        "floor",
        key=lambda columns: columns.project.astype(np.int64),
        lower=lambda keys: np.zeros(len(keys)),
        upper=lambda keys: np.full(len(keys), math.inf),
        weight=model.gain,
    )


def test_rows_left_out_at_first_come_in_when_an_answer_breaks_them() -> None:
    problem = FAMILIES["zipf-employers"](1, 10)
    columns = candidates(problem)
    whole, lazy = Model(problem, columns), Model(problem, columns, families_of(problem, lazy=True))

    expected, relaxed = whole.solve(), lazy.solve()
    while lazy.tighten():
        found = lazy.solve()

    assert relaxed > expected
    assert found == pytest.approx(expected)


def test_a_programme_without_an_answer_says_so() -> None:
    problem = plain(np.full((3, 2), 0.5), 2, 2)

    with pytest.raises(Unsolved, match="infeasible"):
        Model(problem, candidates(problem)).solve()
