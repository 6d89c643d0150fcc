"""The fast way: the same totals as the programme, exact with minimum loads, and proven by integers."""

from dataclasses import replace

import numpy as np
import pytest

from bench.matching.families import FAMILIES, plain, topics
from talent_pool.matching.assignment import exact, flow
from talent_pool.matching.assignment.infeasible import Infeasible
from talent_pool.matching.assignment.watch import Watch
from talent_pool.matching.problem import Problem
from talent_pool.matching.violations import violations
from tests.talent_pool.matching.oracle import best_total

PLAIN = ["topic", "bids", "narrow", "tiny", "lower-bounded"]


@pytest.mark.parametrize("family", PLAIN)
@pytest.mark.parametrize("size", [7, 40])
def test_flow_and_programme_find_the_same_total_and_both_prove_it(family: str, size: int) -> None:
    problem = FAMILIES[family](size, size)

    fast, slow = flow.best(problem, Watch()), exact.best(problem, Watch())

    assert flow.applies(problem)
    assert violations(problem, fast) == []
    assert fast.total == slow.total == fast.bound
    assert slow.gap <= 1e-6


def test_a_minimum_load_is_kept_exactly_although_the_unloved_are_among_nobodys_best() -> None:
    affinity = topics(np.random.default_rng(1), 20, 60)
    affinity[:, 20:] *= 0.01
    problem = plain(affinity, 3, 6, least=1)

    found = flow.best(problem, Watch())

    assert violations(problem, found) == []
    assert found.total == best_total(problem) == found.bound


def test_pairs_cut_away_at_first_are_priced_in() -> None:
    affinity = topics(np.random.default_rng(2), 60, 80)
    affinity[:, :30] += 1.0  # everybody wants the same thirty, who can serve ten each
    load = np.where(np.arange(80) < 30, 2, 6).astype(np.int32)
    problem = replace(plain(affinity / 2, 3, 6), load_most=load)

    found = flow.best(problem, Watch())

    assert found.figures["rounds"] > 1
    assert violations(problem, found) == []
    assert found.total == found.bound == exact.best(problem, Watch()).total


def test_a_locked_pair_is_taken_however_poor() -> None:
    problem = FAMILIES["topic"](3, 10)
    worst = int(problem.affinity[0].argmin())

    found = flow.best(replace(problem, locked=((0, worst),)), Watch())

    assert violations(replace(problem, locked=((0, worst),)), found) == []
    assert found.total == best_total(replace(problem, locked=((0, worst),)))


def test_unproven_is_valid_too_and_never_above_the_bound_of_the_proven() -> None:
    problem = FAMILIES["bids"](2, 60)

    quick, proven = flow.best(problem, Watch(), certified=False), flow.best(problem, Watch())

    assert violations(problem, quick) == []
    assert quick.total <= proven.bound <= quick.bound


def _rule(**change: object) -> Problem:
    return replace(FAMILIES["topic"](1, 8), **change)


def test_the_fast_way_is_left_as_soon_as_a_rule_of_a_panel_can_bind() -> None:
    problem = FAMILIES["topic"](1, 8)
    experts = problem.shape[1]

    assert flow.applies(_rule(per_employer=1))
    assert flow.applies(_rule(per_employer=1, employer=np.arange(experts, dtype=np.int32)))
    assert not flow.applies(_rule(per_employer=1, employer=np.zeros(experts, np.int32)))
    assert not flow.applies(_rule(per_district=2, district=np.zeros(experts, np.int32)))
    assert not flow.applies(_rule(most=problem.most - 1))
    assert not flow.applies(_rule(least=problem.least + 1))


def test_without_enough_load_it_says_so() -> None:
    problem = FAMILIES["topic"](1, 8)

    with pytest.raises(Infeasible) as caught:
        flow.best(replace(problem, load_most=np.minimum(problem.load_most, 1)), Watch())

    assert caught.value.shortages[0].rule == "load"
