"""What choosing another expert would cost is a true number: the best with him against the best without, as another solver finds them."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.matching import forcing, words
from projects.matching.puzzle import Forced, Frame, Question
from projects.matching.rules import Parameters
from projects.matching.solving.forced import force
from projects.matching.solving.posing import pose
from projects.matching.why import cost
from talent_pool.matching.assignment.assign import Infeasible, assign
from talent_pool.matching.problem import Ints
from tests.talent_pool.matching.oracle import best_total

CAREFUL = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def small(seed: int, projects: int = 3, experts: int = 9) -> tuple[Frame, Ints]:
    random = np.random.default_rng(seed)
    kinds = [["finance"], ["community"], [], ["finance", "community"]]
    frame = Frame(
        projects=[UUID(int=number) for number in range(projects)],
        experts=[UUID(int=100 + number) for number in range(experts)],
        seats=[3] * projects,
        load=random.integers(1, 3, experts).tolist(),
        kinds=[kinds[number % 4] for number in range(experts)],
        groups=[(int(random.integers(-1, 7)), int(random.integers(-1, 7))) for _ in range(experts)],
        masked=[(0, 0, "conflict:kinship")],
        locked=[],
        parameters=Parameters(date(2026, 12, 1), district=int(random.integers(0, 3))),
    )
    return frame, random.choice([0, 250_000, 731_000, 999_999], (projects, experts)).astype(np.int32)


def asked(frame: Frame, affinity: Ints, project: int, experts: tuple[int, ...]) -> tuple[Question, bytes]:
    problem = pose(frame, affinity)
    return Question(frame, problem.digest(), project, experts, 20.0), zlib.compress(affinity.astype("<i4").tobytes())


@CAREFUL
@given(st.integers(0, 100_000))
def test_the_named_cost_is_the_optimum_less_the_best_with_the_expert_forced_in(seed: int) -> None:
    frame, affinity = small(seed)
    problem = pose(frame, affinity)
    try:
        found = assign(problem)
    except Infeasible:
        return
    sat = {(int(p), int(e)) for p, e in zip(found.project, found.expert, strict=True)}
    others = tuple(e for e in range(9) if problem.allowed[1, e] and (1, e) not in sat)

    for one in force(*asked(frame, affinity, 1, others)):
        expected = best_total(replace(problem, locked=((1, one.expert),)))
        assert (one.total if one.possible else None) == expected
        if expected is not None:
            assert found.total - expected >= 0
            said = cost(one, found.total, int(found.bound))
            assert said.code == ("forced" if found.total > expected else "forced-even")
            assert float(said.facts.get("cost", 0)) == pytest.approx((found.total - expected) / 1e6, abs=5e-4)


def test_another_problem_than_the_one_that_was_solved_is_not_answered() -> None:
    frame, affinity = small(1)
    question, packed = asked(frame, affinity, 0, (4, 5))
    other = zlib.compress((affinity + 1).astype("<i4").tobytes())

    assert [one.expert for one in force(question, packed)] == [4, 5]
    assert force(question, other) == []


@pytest.mark.anyio
async def test_the_process_of_its_own_answers_as_this_one_and_one_question_at_a_time() -> None:
    frame, affinity = small(3)
    question, packed = asked(frame, affinity, 2, (3, 7))

    there = await forcing.force(question, packed)
    async with forcing._busy:
        meanwhile = await forcing.force(question, packed)

    assert list(there.values()) == force(question, packed)
    assert meanwhile == {}


@pytest.mark.parametrize(
    ("forced", "total", "bound", "sentence"),
    [
        (Forced(0, 900_000, 900_000), 931_000, 931_000, "如改选，全批匹配度合计降低 0.031（其余评审组重新安排到最好）"),
        (Forced(0, 930_999, 930_999), 931_000, 931_000, "如改选，全批匹配度合计降低 0.000001（其余评审组重新安排到最好）"),
        (Forced(0, 900_000, 901_000), 931_000, 931_000, "如改选，全批匹配度合计至少降低 0.030（其余评审组重新安排后降低 0.031）"),
        (Forced(0, 931_000, 931_000), 931_000, 931_000, "如改选，全批匹配度合计不变：两种安排并列最好，本次按固定编号取舍"),
        (Forced(0, possible=False), 931_000, 931_000, "如改选，找不到满足全部规则的安排"),
    ],
)
def test_the_sentence_says_the_cost_as_it_is(forced: Forced, total: int, bound: int, sentence: str) -> None:
    said = cost(forced, total, bound)

    assert words.WHY_NOT[said.code].format(**said.facts) == sentence
