"""The best assignment: valid, proven, equal to what other solvers find, and moved by a change the way it should."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.matching.families import FAMILIES, gov
from talent_pool.matching.assignment.assign import Cancelled, assign
from talent_pool.matching.assignment.infeasible import Infeasible
from talent_pool.matching.problem import Problem
from talent_pool.matching.violations import Violation, violations
from tests.talent_pool.matching.oracle import best_total, linear_bound

CAREFUL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_solved_by_the_rules_and_proven(family: str) -> None:
    problem = FAMILIES[family](3, 6)

    found = assign(problem)

    assert violations(problem, found) == []
    assert found.total == best_total(problem)
    assert found.total <= found.bound <= linear_bound(problem) + 1
    assert found.gap <= 1e-4


@pytest.mark.parametrize("family", ["gov", "tight", "seven", "several-roles", "lower-bounded", "bids"])
def test_a_call_of_thirty_projects_stays_within_a_ten_thousandth_of_the_bound(family: str) -> None:
    problem = FAMILIES[family](5, 30)

    found = assign(problem)

    assert violations(problem, found) == []
    assert found.gap <= 1e-4


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """Anything with up to 4 projects and 8 experts: all rules at once, often without an answer."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    projects, experts, roles = draw(st.integers(1, 4)), draw(st.integers(1, 8)), draw(st.integers(1, 3))
    seats = random.integers(0, 4, projects).astype(np.int32)
    least = random.choice([0, 0, 0, 0, 0, 1], (projects, roles)).astype(np.int32)
    most = (least + random.integers(0, 4, (projects, roles))).astype(np.int32)
    allowed = random.random((projects, experts)) < 0.85
    locked = tuple((int(p), int(e)) for p, e in np.argwhere(random.random((projects, experts)) < 0.01))
    return Problem(
        affinity=random.choice([0, 250_000, 500_000, 999_999, 1_000_000], (projects, experts)).astype(np.int32),
        allowed=allowed,
        seats=seats,
        load_most=random.integers(1, 5, experts).astype(np.int32),
        load_least=(random.random(experts) < 0.06).astype(np.int32),
        employer=random.integers(-1, 7, experts).astype(np.int32),
        district=random.integers(-1, 6, experts).astype(np.int32),
        roles=random.random((experts, roles)) < 0.8,
        least=least,
        most=most,
        per_employer=draw(st.sampled_from([None, 1, 2])),
        per_district=draw(st.sampled_from([None, 1, 2])),
        locked=locked,
    )


@CAREFUL
@given(small_problems())
def test_any_small_problem_gets_the_answer_another_solver_finds_or_a_reason(problem: Problem) -> None:
    expected = best_total(problem)

    if expected is None:
        with pytest.raises(Infeasible) as caught:
            assign(problem)
        assert caught.value.shortages
        assert all(one.missing > 0 for one in caught.value.shortages)
    else:
        found = assign(problem)
        assert violations(problem, found) == []
        assert found.total == expected == found.bound


@pytest.mark.parametrize("family", ["gov", "bids", "tight"])
def test_the_order_of_projects_and_experts_does_not_change_the_total(family: str) -> None:
    problem = FAMILIES[family](1, 8)
    random = np.random.default_rng(0)
    rows, columns = random.permutation(problem.shape[0]), random.permutation(problem.shape[1])

    shuffled = replace(
        problem,
        affinity=problem.affinity[rows][:, columns],
        allowed=problem.allowed[rows][:, columns],
        **{name: getattr(problem, name)[rows] for name in ("seats", "least", "most")},
        **{name: getattr(problem, name)[columns] for name in ("load_most", "load_least", "employer", "district", "roles")},
    )

    assert assign(shuffled).total == assign(problem).total


def test_half_of_every_affinity_and_a_constant_more_keep_the_best_panels() -> None:
    problem = FAMILIES["gov"](2, 8)
    problem = replace(problem, affinity=problem.affinity // 2 * 2)
    seats = int(problem.seats.sum())

    moved = assign(replace(problem, affinity=problem.affinity // 2 + 1_000))

    assert moved.total == assign(problem).total // 2 + 1_000 * seats


@pytest.mark.parametrize("seed", range(3))
def test_a_conflict_never_raises_the_total_nor_does_more_help_lower_it(seed: int) -> None:
    problem = gov(8, 40, seed, slack=1.3)
    found = assign(problem)
    pair = int(found.project[0]), int(found.expert[0])
    forbidden = problem.allowed.copy()
    forbidden[pair] = False
    no_load = problem.load_most.copy()
    no_load[found.expert[-1]] -= 1

    conflict = assign(replace(problem, allowed=forbidden)).total
    more_load = assign(replace(problem, load_most=problem.load_most + 1)).total

    assert conflict <= found.total <= more_load
    assert _or_nothing(replace(problem, load_most=no_load)) <= found.total


@pytest.mark.parametrize("family", ["gov", "topic"])
def test_another_expert_never_lowers_the_total(family: str) -> None:
    problem = FAMILIES[family](4, 8)
    without = replace(
        problem,
        affinity=problem.affinity[:, :-1],
        allowed=problem.allowed[:, :-1],
        **{name: getattr(problem, name)[:-1] for name in ("load_most", "load_least", "employer", "district", "roles")},
    )

    assert _or_nothing(without) <= assign(problem).total


def _or_nothing(problem: Problem) -> int:
    try:
        return assign(problem).total
    except Infeasible:
        return -1


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_a_whole_call_of_equals_is_answered_with_few_columns(value: float) -> None:
    """Every project's best few were the same few once, and then the search for columns that fill the seats took minutes."""
    problem = gov(200, 500, 1, affinity=np.full((200, 500), value))

    found = assign(problem)

    assert violations(problem, found) == []
    assert found.total == found.bound == int(value * 1e6) * 1_000
    assert found.figures["columns"] < 10_000


def test_the_same_input_gives_the_same_panels() -> None:
    problem = FAMILIES["several-roles"](0, 12)

    first, second = assign(problem), assign(problem)

    for name in ("project", "expert", "role"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()


def test_somebody_who_stops_it_is_heard_and_so_is_the_clock() -> None:
    problem = gov(60, 200, 1)
    told: list[float] = []

    with pytest.raises(Cancelled, match="stopped"):
        assign(problem, stop=lambda: True)
    with pytest.raises(Cancelled, match="time"):
        assign(problem, seconds=0.0)
    assign(problem, progress=lambda share, what: told.append(share))

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_no_project_no_expert_and_no_seat_are_answered_at_once() -> None:
    problem = gov(6, 30, 0)
    no_projects = replace(
        problem,
        affinity=problem.affinity[:0],
        allowed=problem.allowed[:0],
        **{name: getattr(problem, name)[:0] for name in ("seats", "least", "most")},
    )
    no_experts = replace(
        problem,
        affinity=problem.affinity[:, :0],
        allowed=problem.allowed[:, :0],
        **{name: getattr(problem, name)[:0] for name in ("load_most", "load_least", "employer", "district", "roles")},
    )

    assert len(assign(no_projects).project) == 0
    assert len(assign(replace(problem, seats=problem.seats * 0, least=problem.least * 0)).project) == 0
    with pytest.raises(Infeasible) as caught:
        assign(no_experts)
    assert {one.rule for one in caught.value.shortages} == {"nobody"}


@pytest.mark.parametrize(
    "broken",
    [
        {"seats": np.array([5], np.int32)},
        {"load_most": np.full(30, -1, np.int32)},
        {"affinity": np.full((6, 30), 2_000_000_000, np.int32)},
        {"per_employer": 0},
        {"locked": ((6, 0),)},
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shape|negative|millionths|at least 1|outside"):
        assign(replace(gov(6, 30, 0), **broken))


def test_the_checker_names_every_broken_rule() -> None:
    problem = FAMILIES["several-roles"](1, 6)
    found = assign(problem)
    twice = replace(found, expert=np.where(found.project == 0, found.expert[0], found.expert).astype(np.int32))

    codes = {one.code for one in violations(problem, twice)}

    assert violations(problem, found) == []
    assert "once" in codes
    assert violations(problem, replace(found, total=0)) == [Violation("total", -1, -1, 0, found.total)]
    assert violations(replace(problem, locked=((0, 29),)), found)[-1:] in ([], [Violation("locked", 0, 29, 0, 1)])
