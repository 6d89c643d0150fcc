"""Among equals the same one is always chosen: nobody's place in a list, and nobody who is not seated, has a say in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.matching.families import FAMILIES, gov, plain
from talent_pool.matching.assignment import settle
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.assignment.candidates import Columns
from talent_pool.matching.assignment.infeasible import Infeasible
from talent_pool.matching.assignment.ties import BITS, Ties, ties
from talent_pool.matching.problem import Assignment, Problem
from talent_pool.matching.violations import violations
from tests.talent_pool.matching.oracle import best_total

Places = NDArray[np.intp]
CAREFUL = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
COLUMNS = ("load_most", "load_least", "employer", "district", "roles")


def bids(seed: int, projects: int, experts: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).choice([0.0, 0.25, 0.5, 1.0], p=[0.7, 0.12, 0.1, 0.08], size=(projects, experts))


TIED = {
    "bids": lambda seed: plain(bids(seed, 12, 40), 3, 3),
    "bids, a third must sit": lambda seed: replace(
        plain(bids(seed, 12, 40), 3, 3), load_least=(np.arange(40) % 3 == 0).astype(np.int32)
    ),
    "bids, one locked": lambda seed: replace(plain(bids(seed, 12, 40), 3, 3), locked=((0, 7), (3, 7), (5, 11))),
    "bids under all rules": lambda seed: gov(12, 70, seed, slack=1.6, affinity=bids(seed, 12, 70)),
    "bids, several roles": lambda seed: gov(10, 60, seed, slack=1.6, several=0.9, affinity=bids(seed, 10, 60)),
    "bids, one per district": lambda seed: gov(12, 70, seed, slack=1.3, per_district=1, affinity=bids(seed, 12, 70)),
    "all equal": lambda seed: gov(10, 40, seed, affinity=np.full((10, 40), 0.5)),
    "all zero": lambda seed: gov(10, 40, seed, affinity=np.zeros((10, 40))),
    "tight": lambda seed: FAMILIES["tight"](seed, 12),
}


def names(problem: Problem) -> tuple[list[str], list[str]]:
    return [f"p{n}" for n in range(problem.shape[0])], [f"e{n}" for n in range(problem.shape[1])]


def of(problem: Problem) -> Ties:
    return ties(*names(problem))


def pairs(found: Assignment, rows: Places | None = None, columns: Places | None = None) -> set[tuple[int, int, int]]:
    project = found.project if rows is None else rows[found.project]
    expert = found.expert if columns is None else columns[found.expert]
    return set(zip(project.tolist(), expert.tolist(), found.role.tolist(), strict=True))


def only(problem: Problem, rows: Places, columns: Places) -> tuple[Problem, Ties]:
    """These projects and experts in this order, each under their own name."""
    whole = of(problem)
    row = np.argsort(rows)
    kept = {int(place): number for number, place in enumerate(columns)}
    part = replace(
        problem,
        locked=tuple((int(row[p]), kept[e]) for p, e in problem.locked),
        affinity=problem.affinity[rows][:, columns],
        allowed=problem.allowed[rows][:, columns],
        **{name: getattr(problem, name)[rows] for name in ("seats", "least", "most")},
        **{name: getattr(problem, name)[columns] for name in COLUMNS},
    )
    return part, Ties(whole.project[rows], whole.expert[columns])


@pytest.mark.parametrize("family", TIED)
@pytest.mark.parametrize("seed", range(4))
def test_removing_experts_without_a_seat_leaves_every_panel_as_it_is(family: str, seed: int) -> None:
    problem = TIED[family](seed)
    rows, everyone = np.arange(problem.shape[0]), np.arange(problem.shape[1])
    found = assign(problem, ties=of(problem))
    idle = np.setdiff1d(everyone, found.expert)
    gone = np.random.default_rng(seed).permutation(idle)[: max(1, len(idle) // 2)]
    kept = np.setdiff1d(everyone, gone)

    less, named = only(problem, rows, kept)

    assert found.figures["settled"]
    assert violations(problem, found) == []
    assert pairs(assign(less, ties=named), columns=kept) == pairs(found)


@pytest.mark.parametrize("family", TIED)
def test_the_order_of_projects_and_experts_changes_no_panel(family: str) -> None:
    problem = TIED[family](7)
    random = np.random.default_rng(0)
    rows, columns = random.permutation(problem.shape[0]), random.permutation(problem.shape[1])

    shuffled, named = only(problem, rows, columns)

    assert pairs(assign(shuffled, ties=named), rows, columns) == pairs(assign(problem, ties=of(problem)))


@pytest.mark.parametrize("family", TIED)
def test_settling_a_tie_costs_nothing_of_the_total(family: str) -> None:
    problem = TIED[family](5)

    plainly, settled = assign(problem), assign(problem, ties=of(problem))

    assert settled.total == plainly.total == settled.bound == best_total(problem)


def test_ties_there_are_and_the_plain_way_does_settle_them_by_place() -> None:
    """What the numbers are for: without them the shuffled call has other panels."""
    problem = TIED["all equal"](7)
    columns = np.random.default_rng(0).permutation(problem.shape[1])
    shuffled, _ = only(problem, np.arange(problem.shape[0]), columns)

    assert pairs(assign(shuffled), columns=columns) != pairs(assign(problem))


@CAREFUL
@given(st.integers(0, 100_000))
def test_the_answer_is_the_one_of_the_highest_sum_of_numbers_among_all_best_ones(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = replace(
        plain(random.choice([0.0, 0.5, 1.0], size=(2, 5)), 2, 1),
        load_most=random.integers(1, 3, 5).astype(np.int32),
        employer=random.integers(-1, 3, 5).astype(np.int32),
        per_employer=int(random.integers(1, 3)),
        allowed=random.random((2, 5)) < 0.9,
    )
    try:
        found = assign(problem, ties=of(problem))
    except Infeasible:
        return

    best = max(_by_hand(problem))

    assert found.figures["settled"]
    assert (found.total, {(p, e) for p, e, _ in pairs(found)}) == (best[0], set(best[2]))


def _by_hand(problem: Problem) -> list[tuple[int, int, list[tuple[int, int]]]]:
    """(total, sum of numbers, pairs) of every valid answer."""
    every = []
    for panels in product(combinations(range(5), 2), repeat=2):
        chosen = [(project, expert) for project, panel in enumerate(panels) for expert in panel]
        columns = Columns(*(np.array(side, np.int32) for side in (*zip(*chosen, strict=True), [0] * 4)))
        total = int(problem.affinity[columns.project, columns.expert].sum())
        answer = Assignment(columns.project, columns.expert, columns.role, total, total)
        if not violations(problem, answer):
            every.append((total, int(of(problem).numbers(columns).sum()), chosen))
    return every


def test_numbers_come_from_names_alone_and_are_spread_evenly() -> None:
    every = Columns(
        *(
            np.repeat(np.arange(200, dtype=np.int32), 200),
            np.tile(np.arange(200, dtype=np.int32), 200),
            np.zeros(40_000, np.int32),
        )
    )
    named = ties([f"p{n}" for n in range(200)], [f"e{n}" for n in range(200)])

    found = named.numbers(every) / 2**BITS

    assert len(set(found.tolist())) > 39_990
    assert abs(np.histogram(found, 20, (0, 1))[0] - 2_000).max() < 250
    assert Ties(named.project[5:], named.expert[3:]).numbers(every.take(np.arange(9)))[0] == named.numbers(every)[5 * 200 + 3]


def test_a_tie_too_large_to_settle_is_left_as_it_was_found_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = TIED["all equal"](1)
    monkeypatch.setattr(settle, "MOST", 0)

    plainly, left = assign(problem), assign(problem, ties=of(problem))

    assert left.figures["settled"] is False
    assert pairs(left) == pairs(plainly)
    assert "settled" not in plainly.figures
