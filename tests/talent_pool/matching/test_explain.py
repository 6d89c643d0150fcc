"""Every seat can be explained, and every "why not" names what really stands in the way."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench.matching.families import FINANCE, gov
from talent_pool.matching import explain, telling, words
from talent_pool.matching.affinity.reasons import Reasons
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.conflicts import ConflictKind
from talent_pool.matching.draw.lottery import Circles, keys, lottery
from talent_pool.matching.explained import Block, WhyNot
from talent_pool.matching.problem import Assignment, Problem
from talent_pool.matching.violations import violations

SEED = bytes(range(32))
NAMES = telling.Names([f"项目{n}" for n in range(9)], [f"专家{n}" for n in range(80)], ["学术", "实务", "财务"])


def problem(**changes: Any) -> Problem:
    return replace(gov(6, 40, 7, slack=1.5, per_district=1), **changes)


def tiny(affinity: Sequence[Sequence[int]], *, seats: int = 1, load: int = 1, **changes: Any) -> Problem:
    values = np.array(affinity, np.int32) * 1000
    projects, experts = values.shape
    made = Problem(
        affinity=values,
        allowed=np.ones_like(values, np.bool_),
        seats=np.full(projects, seats, np.int32),
        load_most=np.full(experts, load, np.int32),
        load_least=np.zeros(experts, np.int32),
        employer=np.full(experts, -1, np.int32),
        district=np.full(experts, -1, np.int32),
        roles=np.ones((experts, 1), np.bool_),
        least=np.zeros((projects, 1), np.int32),
        most=np.full((projects, 1), seats, np.int32),
    )
    return replace(made, **changes)


def codes(answer: WhyNot) -> list[str]:
    return [block.code for block in answer.blocks]


def test_a_match_says_its_seat_rank_load_and_every_check() -> None:
    call = tiny([[900, 800, 700], [100, 600, 500]])
    found = assign(call)

    match = explain.why(call, found, 1, 1, held=2, reasons=Reasons((("养老服务", 0.41),), ("社区养老研究", 0.8), ("elderly",)))

    assert (match.role, match.affinity, match.rank, match.eligible) == (0, 600_000, 1, 3)
    assert (match.load_before, match.load_after, match.load_most) == (2, 3, 3)
    assert [check.code for check in match.checks] == [*ConflictKind, "load", "employer"]
    assert all(check.passed for check in match.checks)
    assert telling.why(match, NAMES) == [
        "担任“学术”席位，契合度 0.600。",
        "在 3 名可选专家中契合度排第 1。",
        "共同内容：养老服务（41%）。",
        "最接近的成果：社区养老研究（相似度 0.80）。",
        "相同领域：elderly。",
        "承担评审 2 项，加上本次为 3 项，上限 3 项。",
        "10 项回避与规则检查全部通过。",
    ]


def test_every_seat_of_a_lottery_can_be_explained() -> None:
    call = problem()
    numbers = keys(SEED, [f"p{n}" for n in range(6)], [f"e{n}" for n in range(40)])
    found = lottery(call, numbers)

    for project, expert in zip(found.project.tolist(), found.expert.tolist(), strict=True):
        match = explain.why(call, found, project, expert, keys=numbers)
        passed = {check.code: check.passed for check in match.checks}
        assert 1 <= match.rank <= match.eligible
        assert passed.pop("qualified") is (match.numbered is not None)
        assert all(passed.values())
        assert len(telling.why(match, NAMES)) == 5


def test_a_soft_conflict_is_shown_and_does_not_pass() -> None:
    call = tiny([[900, 800]])

    match = explain.why(call, assign(call), 0, 0, conflicts=[ConflictKind.ASSOCIATION])

    assert [check.code for check in match.checks if not check.passed] == ["association"]
    assert telling.why(match, NAMES)[-1] == "不影响入选但请留意：同一协会会员；其余检查全部通过。"


def test_who_has_no_seat_cannot_be_explained_as_if() -> None:
    call = tiny([[900, 800]])

    with pytest.raises(ValueError, match="no seat"):
        explain.why(call, assign(call), 0, 1)


def answer(call: Problem, project: int, expert: int, **more: Any) -> WhyNot:
    return explain.why_not(call, assign(call), project, expert, **more)


def test_a_conflict_is_named_and_an_exclusion_told_apart() -> None:
    call = tiny([[900, 800]], allowed=np.array([[False, True]]))

    named = answer(call, 0, 0, conflicts=[ConflictKind.KINSHIP, ConflictKind.ASSOCIATION])

    assert codes(named) == ["kinship"]
    assert telling.why_not(named, NAMES) == ["须回避：亲属关系。"]
    assert codes(answer(call, 0, 0)) == ["excluded"]


def test_full_loads_say_whose_panels_and_what_the_swap_would_cost() -> None:
    call = tiny([[900, 100], [800, 650]])

    found = answer(call, 1, 0)

    assert found.blocks == (Block("load-full", (0,), 1, 1),)
    assert (found.cost, found.exact) == (900 * 1000 + 650 * 1000 - 800 * 1000 - 100 * 1000, True)
    assert telling.why_not(found, NAMES) == ["承担上限 1 项已用完：项目0。", "如果选用，总契合度减少 0.650。"]


def test_an_employer_and_a_district_say_who_holds_the_place() -> None:
    one = np.array([3, 3, -1], np.int32)

    employer = answer(tiny([[900, 800, 100]], seats=2, employer=one), 0, 1)
    district = answer(tiny([[900, 800, 100]], seats=2, district=one, per_district=1), 0, 1)

    assert employer.blocks[0] == Block("employer-held", (0,), 1, 1)
    assert district.blocks[0] == Block("district-held", (0,), 1, 1)
    assert employer.cost == district.cost == 100_000
    assert telling.why_not(employer, NAMES)[0] == "同一单位最多 1 名，已有 专家0。"


def test_an_unwanted_category_and_an_empty_load_are_named() -> None:
    roles = np.array([[True, False], [False, True]])
    call = tiny([[900, 800]], roles=roles, least=np.array([[0, 0]], np.int32), most=np.array([[1, 0]], np.int32))

    assert answer(call, 0, 1).blocks == (Block("role-not-needed", (1,)),)
    assert codes(answer(tiny([[900, 800]], load_most=np.array([1, 0], np.int32)), 0, 1)) == ["no-load"]


def test_an_equal_choice_costs_nothing_and_says_so() -> None:
    call = tiny([[900, 900]])
    found = assign(call)

    other = explain.why_not(call, found, 0, 1 - int(found.expert[0]))

    assert other.cost == 0
    assert telling.why_not(other, NAMES)[-1] == "选用也可以，总契合度不变。"


def test_a_choice_that_breaks_the_rules_says_which() -> None:
    call = tiny([[900, 800], [700, 600]], allowed=np.array([[True, True], [True, False]]))

    found = answer(call, 0, 0)

    assert codes(found) == ["load-full", "breaks-rules"]
    assert found.shortages
    assert found.cost is None


def test_who_sits_already_is_told_so() -> None:
    call = tiny([[900, 800]])

    assert telling.why_not(answer(call, 0, 0), NAMES) == ["专家0 已经在本组。"]


def test_the_cost_is_exact_and_the_price_of_the_run_never_says_more() -> None:
    call = problem()
    found = assign(call)
    for project in range(6):
        for expert in range(0, 40, 3):
            answer = explain.why_not(call, found, project, expert, duals=found.figures["prices"])
            if answer.cost is None:
                continue
            locked = assign(replace(call, locked=((project, expert),)))
            assert violations(replace(call, locked=((project, expert),)), locked) == []
            assert answer.cost == found.total - locked.total >= 0
            assert explain.at_least(call, found.figures["prices"], project, expert) <= answer.cost + found.bound - found.total


def test_a_large_problem_is_priced_and_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    call = problem()
    found = assign(call)
    monkeypatch.setattr(explain, "SMALL", 0)
    free = next(e for e in range(40) if call.allowed[0, e] and call.load_most[e] and e not in found.expert)

    answer = explain.why_not(call, found, 0, free, duals=found.figures["prices"])

    assert not answer.exact
    assert answer.cost == explain.at_least(call, found.figures["prices"], 0, free)
    assert explain.why_not(call, found, 0, free).cost is None
    assert telling.why_not(WhyNot(0, free, ()), NAMES) == ["总体安排中没有选用，没有规则阻挡。"]


def drawn(call: Problem, numbers: Any) -> Assignment:
    return lottery(call, numbers)


def test_after_a_lottery_the_number_the_threshold_or_a_rule_is_the_answer() -> None:
    call = tiny([[1000, 950, 900, 100]], seats=2, load=1)
    numbers = np.array([[70, 20, 50, 1]], np.uint64)
    found = lottery(call, numbers)

    late = explain.why_not(call, found, 0, 0, keys=numbers)
    below = explain.why_not(call, found, 0, 3, keys=numbers)

    assert sorted(found.expert.tolist()) == [1, 2]
    assert late.blocks == (Block("not-drawn", (), 70, 50),)
    assert below.blocks[0] == Block("below", (), 100_000, 807_500)
    assert telling.why_not(below, NAMES)[0] == "契合度 0.100 低于入围线 0.807。"


def test_a_low_number_that_did_not_help_names_the_colleague_or_the_reserved_seat() -> None:
    employer = np.array([5, 5, -1, -1], np.int32)
    call = tiny([[1000, 950, 900, 890]], seats=2, employer=employer)
    numbers = np.array([[10, 20, 30, 40]], np.uint64)

    assert explain.why_not(call, lottery(call, numbers), 0, 1, keys=numbers).blocks[0] == Block("employer-held", (0,), 1, 1)

    roles = np.array([[True, False], [True, False], [False, True], [True, False]])
    call = tiny([[1000] * 4], seats=2, roles=roles, least=np.array([[0, 1]], np.int32), most=np.array([[2, 1]], np.int32))
    found = lottery(call, numbers)
    assert sorted(found.expert.tolist()) == [0, 2]
    assert explain.why_not(call, found, 0, 1, keys=numbers).blocks == (Block("reserved", (), 20, 30),)


def test_everybody_outside_a_lottery_has_an_answer() -> None:
    call = problem()
    numbers = keys(SEED, [f"p{n}" for n in range(6)], [f"e{n}" for n in range(40)])
    found = lottery(call, numbers)
    assert isinstance(found.figures["circles"], Circles)

    for project in range(6):
        for expert in range(40):
            answer = explain.why_not(call, found, project, expert, keys=numbers)
            assert answer.blocks
            assert all(telling.why_not(answer, NAMES))


def test_a_panel_says_its_score_its_best_and_the_floor() -> None:
    call = tiny([[900, 100], [800, 650]])
    found = assign(call)
    floored = Assignment(found.project, found.expert, found.role, found.total, found.bound, {"floor": 700_000})

    facts = explain.panel(call, floored, 1)

    assert (facts.score, facts.best, facts.price, facts.floor, facts.members) == (650_000, 800_000, 150_000, 700_000, (1,))
    assert telling.panel(facts) == [
        "本组契合度合计 0.650；不计各项规则最高可达 0.800，规则的代价为 0.150。",
        "低于全部项目共同的最低保障 0.700。",
    ]
    assert len(telling.panel(explain.panel(call, found, 0))) == 1


def test_every_code_has_its_sentence_with_known_places() -> None:
    known = {"names", "value", "limit", "expert", "conflict", "cost"}

    for sentence in words.WHY_NOT.values():
        assert {name for _, name, _, _ in string.Formatter().parse(sentence) if name} <= known
    assert set(words.CHECK) == {*ConflictKind, "load", "employer", "district", "qualified"}
    assert FINANCE == 2
