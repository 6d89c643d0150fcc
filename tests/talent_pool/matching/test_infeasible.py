"""Where there is no answer the reason is one that somebody can act on: the rule, the row, the number."""

from dataclasses import replace

import numpy as np
import pytest

from bench.matching.families import gov, plain
from bench.matching.lacking import LACKING
from talent_pool.matching import words
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.assignment.candidates import candidates
from talent_pool.matching.assignment.infeasible import Infeasible, feasible_columns
from talent_pool.matching.assignment.shortages import Shortage
from talent_pool.matching.assignment.watch import Watch
from talent_pool.matching.problem import Problem
from talent_pool.matching.violations import violations


def shortages(problem: Problem) -> tuple[Shortage, ...]:
    with pytest.raises(Infeasible) as caught:
        assign(problem)
    return caught.value.shortages


@pytest.mark.parametrize("rule", LACKING)
@pytest.mark.parametrize("size", [6, 20])
def test_lacking_exactly_one_names_the_rule_and_one_more_gives_an_answer(rule: str, size: int) -> None:
    short, repaired = LACKING[rule](1, size)

    found = shortages(short)

    assert rule in {one.rule for one in found}
    assert violations(repaired, assign(repaired)) == []


@pytest.mark.parametrize("rule", ["load", "role", "employer", "district", "most", "load-least"])
def test_the_programme_names_the_same_rule_as_counting_does(rule: str) -> None:
    short = LACKING[rule](2, 8).short

    with pytest.raises(Infeasible) as caught:
        feasible_columns(short, candidates(short), Watch())

    found = {one.rule: one for one in caught.value.shortages}
    assert found[rule].missing == 1
    assert found[rule].alone


def _crossed() -> Problem:
    """Two projects, a panel of two, one finance seat: both finance experts work where the only free academic does.

    Counting finds nothing: experts, roles, loads and employers suffice each for itself.
    """
    problem = plain(np.full((2, 4), 0.5), 2, 2)
    return replace(
        problem,
        roles=np.array([[1, 0], [0, 1], [0, 1], [1, 0]], dtype=bool),
        least=np.ones((2, 2), np.int32),
        most=np.ones((2, 2), np.int32),
        employer=np.array([1, 1, 1, 2], np.int32),
        load_most=np.array([2, 2, 2, 1], np.int32),
        per_employer=1,
    )


def test_a_shortage_that_only_shows_in_the_play_of_rules_lists_every_change_that_would_do_alone() -> None:
    found = {one.rule: one for one in shortages(_crossed())}

    assert {"employer", "load", "role"} <= set(found)
    assert found["employer"].missing == 1
    assert found["load"].experts == (3,)
    assert all(one.alone for one in found.values())


def test_the_change_that_is_named_helps() -> None:
    problem = _crossed()
    load = {one.rule: one for one in shortages(problem)}["load"]
    raised = problem.load_most.copy()
    raised[list(load.experts)] += load.missing

    found = assign(replace(problem, load_most=raised))

    assert violations(problem, found)[0].code == "load-most"
    assert violations(replace(problem, load_most=raised), found) == []


def test_every_shortage_is_one_sentence_with_its_numbers() -> None:
    problem = gov(6, 30, 0)
    projects, experts, roles = ([f"名{i}" for i in range(count)] for count in problem.shape)

    said = [Shortage(rule, 3, 0, 0, 0, 1, 4, (0,), (0,)).say(projects, experts, roles) for rule in words.SHORTAGE]

    assert all(sentence.endswith("。") and "{" not in sentence for sentence in said)
    assert {one.rule for name in LACKING for one in shortages(LACKING[name](0, 6).short)} <= set(words.SHORTAGE)


def test_nobody_and_everybody_in_conflict_are_told_apart() -> None:
    problem = gov(6, 30, 0)
    conflicts = problem.allowed.copy()
    conflicts[2] = False

    all_conflict = shortages(replace(problem, allowed=conflicts))
    nobody = shortages(replace(problem, load_most=problem.load_most * 0))

    assert [(one.rule, one.project) for one in all_conflict] == [("all-conflict", 2)]
    assert {one.rule for one in nobody} == {"nobody"}
