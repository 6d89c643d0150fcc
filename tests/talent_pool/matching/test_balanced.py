"""Balanced draws: chances that add up, keep the quality and stay below the cap; draws that keep the chances and the loads."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from bench.matching.families import FAMILIES, gov, plain, topics
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.draw import balanced, entropy, rounding
from talent_pool.matching.draw.balanced import NoRoomError, RulesBindError
from talent_pool.matching.draw.rounding import UNIT
from talent_pool.matching.problem import Problem
from talent_pool.matching.violations import violations

PLAIN = ("topic", "bids", "narrow", "tiny", "lower-bounded")


@pytest.mark.parametrize("family", PLAIN)
@pytest.mark.parametrize("share", [0.8, 0.95])
def test_chances_fill_every_seat_keep_every_load_and_the_cap(family: str, share: float) -> None:
    problem = FAMILIES[family](2, 16)

    found = balanced.chances(problem, share=share, cap=0.9)

    seats, loads = _sums(problem, found)
    assert seats.tolist() == (problem.seats * UNIT).tolist()
    assert (loads <= problem.load_most * UNIT).all()
    assert (loads >= problem.load_least * UNIT).all()
    assert found.units.max() <= found.figures["cap"] * UNIT


def test_chances_keep_the_share_of_the_best_total_they_were_asked_for() -> None:
    problem = FAMILIES["topic"](3, 16)
    best = assign(problem).total

    for share in (0.6, 0.8, 0.9):
        found = balanced.chances(problem, share=share, cap=1.0)

        expected = float(problem.affinity[found.project, found.expert] @ found.units) / UNIT
        assert found.bound == best
        assert share - 1e-4 <= expected / best


def test_less_quality_is_more_entropy() -> None:
    problem = FAMILIES["topic"](3, 16)

    found = [balanced.chances(problem, share=share, cap=1.0).figures["entropy"] for share in (0.99, 0.95, 0.9, 0.8)]

    assert found == sorted(found)


def test_equal_affinities_are_drawn_with_equal_chances() -> None:
    problem = plain(np.full((6, 9), 0.5), 3, 4)

    found = balanced.chances(problem)

    assert np.unique(found.units).tolist() == [33333, 33334]


def test_no_other_chances_of_this_quality_are_more_even() -> None:
    """Moved along any four pairs that keep the sums and the quality's sign, entropy falls."""
    values = topics(np.random.default_rng(1), 8, 8)
    seats = np.full(8, 2, np.int32)
    market = entropy.market(values, np.ones((8, 8), np.bool_), seats, seats * 0, seats * 2, 1.0)
    prices = entropy.solve(market, 0.9 * float(np.sort(values, axis=1)[:, -2:].sum()) * 0.95)
    found = entropy.chances(market, prices)
    random = np.random.default_rng(2)

    for _ in range(50):
        (a, b), (c, d) = (random.choice(8, 2, replace=False) for _ in range(2))
        move = np.zeros((8, 8))
        move[a, c] = move[b, d] = 1e-4
        move[a, d] = move[b, c] = -1e-4
        moved = np.maximum(found + move, 1e-300)
        if entropy.quality(market, moved) >= entropy.quality(market, found):
            assert _entropy(moved) <= _entropy(found)


def test_a_cap_that_leaves_no_panels_is_raised_to_the_lowest_that_does() -> None:
    problem = plain(topics(np.random.default_rng(1), 4, 5), 4, 4)

    found = balanced.chances(problem, cap=0.5)

    assert 0.8 <= found.figures["cap"] <= 0.82
    assert found.figures["max_chance"] <= 0.82


def test_a_locked_pair_is_certain_and_the_rest_is_drawn_around_it() -> None:
    problem = replace(FAMILIES["topic"](5, 8), locked=((0, 0), (3, 0)))

    found = balanced.balanced(problem, "seed")

    assert violations(problem, found) == []


@pytest.mark.parametrize("family", PLAIN)
def test_every_draw_keeps_every_rule(family: str) -> None:
    problem = FAMILIES[family](7, 12)
    found = balanced.chances(problem, share=0.85, cap=0.8)

    draws = [balanced.draw(problem, found, f"seed {number}") for number in range(20)]

    assert [violations(problem, one) for one in draws] == [[]] * 20
    assert len({one.expert.tobytes() for one in draws}) > 10


def test_pairs_come_up_as_often_as_their_chances_say() -> None:
    problem = plain(topics(np.random.default_rng(8), 10, 8), 2, 4)
    found = balanced.chances(problem, share=0.85, cap=0.8)
    draws, seen = 500, np.zeros(problem.affinity.shape)

    for number in range(draws):
        one = balanced.draw(problem, found, f"seed {number}")
        seen[one.project, one.expert] += 1

    chance = found.units / UNIT
    z = (seen[found.project, found.expert] / draws - chance) / np.sqrt(chance * (1 - chance) / draws)
    common = chance > 0.02
    assert 0.8 <= z[common].var() <= 1.2
    assert np.abs(z[common]).max() < 4
    assert seen.sum() == draws * problem.seats.sum()


def test_a_seed_draws_the_same_in_another_process() -> None:
    code = (
        "from bench.matching.families import FAMILIES; from talent_pool.matching.draw.balanced import balanced;"
        "found = balanced(FAMILIES['bids'](3, 20), 'seed'); print(found.expert.tolist())"
    )
    here = balanced.balanced(FAMILIES["bids"](3, 20), "seed").expert.tolist()

    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert there.strip() == str(here)


def test_rounding_takes_exactly_the_whole_part_of_every_sum() -> None:
    units = [50_000, 50_000, 30_000, 70_000, 100_000]

    found = [rounding.pick([0, 0, 1, 1, 1], [0, 1, 0, 1, 2], units, f"seed {number}") for number in range(40)]

    assert {(sum(one[:2]), sum(one[2:]), one[4]) for one in found} == {(1, 2, True)}
    assert {one[0] for one in found} == {True, False}


def test_rounding_refuses_chances_that_fill_half_a_seat() -> None:
    with pytest.raises(ArithmeticError):
        rounding.pick([0, 0], [0, 1], [50_000, 20_000], "seed")


def test_rules_inside_a_panel_are_refused() -> None:
    with pytest.raises(RulesBindError):
        balanced.balanced(gov(6, 30, 1), "seed")


def test_more_seats_than_loads_is_said() -> None:
    problem = plain(topics(np.random.default_rng(1), 6, 5), 3, 3)

    with pytest.raises(NoRoomError):
        balanced.chances(problem)


def test_all_affinities_zero_is_no_reason_to_fail() -> None:
    problem = plain(np.zeros((5, 6)), 2, 3)

    found = balanced.balanced(problem, "seed")

    assert violations(problem, found) == []
    assert found.total == 0


def _sums(problem: Problem, found: balanced.Chances) -> tuple[np.ndarray, np.ndarray]:
    projects, experts, _ = problem.shape
    return (
        np.bincount(found.project, found.units, projects).astype(np.int64),
        np.bincount(found.expert, found.units, experts).astype(np.int64),
    )


def _entropy(chances: np.ndarray) -> float:
    return float(-(chances * np.log(chances)).sum())
