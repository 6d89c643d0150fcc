"""Qualified, then drawn: all rules kept, blind to order, deaf to who was not drawn, repeatable from its log."""

from __future__ import annotations

import hmac
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching.families import FAMILIES, gov
from bench.matching.lacking import LACKING
from talent_pool.matching import verify_draw
from talent_pool.matching.assignment.assign import Infeasible
from talent_pool.matching.assignment.watch import Cancelled
from talent_pool.matching.draw import lottery_log
from talent_pool.matching.draw.keyed import digests
from talent_pool.matching.draw.lottery import Circles, Keys, circles, drawn, keys, lottery, qualified
from talent_pool.matching.draw.numbered import Member, roles_of, with_one
from talent_pool.matching.draw.standby import standbys
from talent_pool.matching.problem import Assignment, Problem
from talent_pool.matching.violations import violations

SEED = bytes(range(32))


def ids(problem: Problem) -> tuple[list[str], list[str]]:
    projects, experts, _ = problem.shape
    return [f"p{n:03}" for n in range(projects)], [f"e{n:03}" for n in range(experts)]


def numbers(problem: Problem, seed: bytes = SEED) -> Keys:
    return keys(seed, *ids(problem))


def pairs(found: Assignment, projects: Sequence[str] = (), experts: Sequence[str] = ()) -> set[tuple[Any, Any]]:
    rows = zip(found.project.tolist(), found.expert.tolist(), strict=True)
    return {(projects[p], experts[e]) if projects else (p, e) for p, e in rows}


def log_of(problem: Problem, seed: bytes = SEED) -> dict[str, Any]:
    given = lottery_log.frozen_input(problem, *ids(problem), [f"r{n}" for n in range(problem.shape[2])])
    found = lottery(problem, numbers(problem, seed))
    waiting = standbys(problem, numbers(problem, seed), found.figures["circles"], found)
    log = json.loads(json.dumps(lottery_log.to_log(given, seed, problem, found, waiting)))
    assert isinstance(log, dict)
    return log


def shuffled(problem: Problem, rows: Any, columns: Any) -> Problem:
    back = (np.argsort(rows), np.argsort(columns))
    return replace(
        problem,
        affinity=problem.affinity[rows][:, columns],
        allowed=problem.allowed[rows][:, columns],
        seats=problem.seats[rows],
        least=problem.least[rows],
        most=problem.most[rows],
        **{name: getattr(problem, name)[columns] for name in ("load_most", "load_least", "employer", "district", "roles")},
        locked=tuple((int(back[0][p]), int(back[1][e])) for p, e in problem.locked),
    )


def test_a_number_is_the_start_of_an_ordinary_hmac() -> None:
    for seed in (b"", b"seed", bytes(range(256))):
        plain = [hmac.digest(seed, f"p|{expert}".encode(), "sha256") for expert in ("a", "专家", "c" * 100)]
        assert list(digests(seed, "p", ["a", "专家", "c" * 100])) == plain
        assert keys(seed, ["p"], ["a"])[0, 0] == int.from_bytes(plain[0], "big") >> (256 - 53)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_drawn_by_all_rules_and_its_log_repeats(family: str) -> None:
    for seed in (1, 2):
        problem = FAMILIES[family](seed, 9)

        found = lottery(problem, numbers(problem))

        assert violations(problem, found) == []
        assert found.total <= found.bound
        assert verify_draw.difference(log_of(problem)) is None


@pytest.mark.parametrize("family", FAMILIES)
def test_the_order_of_projects_and_experts_changes_nothing(family: str) -> None:
    problem = FAMILIES[family](3, 9)
    random = np.random.default_rng(5)
    rows, columns = random.permutation(problem.shape[0]), random.permutation(problem.shape[1])
    projects, experts = ids(problem)
    moved = [projects[row] for row in rows], [experts[column] for column in columns]

    there = lottery(shuffled(problem, rows, columns), keys(SEED, *moved))

    assert pairs(there, *moved) == pairs(lottery(problem, numbers(problem)), projects, experts)


@pytest.mark.parametrize("family", FAMILIES)
def test_whoever_was_not_seated_could_as_well_be_away(family: str) -> None:
    problem = FAMILIES[family](4, 9)
    found = lottery(problem, numbers(problem))
    if found.figures["moved"][1] or problem.load_least.any():
        return  # the numbers alone did not fill the seats: here the solver had a say
    away = sorted(set(range(problem.shape[1])) - set(found.expert.tolist()))
    allowed = problem.allowed.copy()
    allowed[:, away] = False

    again = lottery(replace(problem, allowed=allowed), numbers(problem), frozen=found.figures["circles"])

    assert pairs(again) == pairs(found)


def test_a_late_expert_moves_nobodys_number() -> None:
    assert (keys(SEED, ["p", "q"], ["a", "b", "late"])[:, :2] == keys(SEED, ["p", "q"], ["a", "b"])).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=16, max_size=16))
def test_any_small_call_is_drawn_by_the_rules_and_repeats(number: int, seed: bytes) -> None:
    problem = gov(6, 30, number, slack=1.1, per_district=1, several=0.5)

    found = lottery(problem, numbers(problem, seed))

    assert violations(problem, found) == []
    assert verify_draw.difference(log_of(problem, seed)) is None


def test_only_the_qualified_are_seated_while_they_last() -> None:
    problem = replace(gov(9, 60, 1), load_most=np.full(60, 9, np.int32))

    found = lottery(problem, numbers(problem))

    assert found.figures["widened"] == 0
    assert qualified(problem, found.figures["circles"])[found.project, found.expert].all()


def test_the_threshold_is_a_share_of_the_weakest_of_the_best_panel() -> None:
    values = np.array([[900, 800, 700, 595, 594, 100]], np.int32)
    problem = replace(FAMILIES["topic"](0, 6), **one_project(values, seats=3))

    found = circles(problem, numbers(problem))

    assert found.weakest.tolist() == [[700]]
    assert qualified(problem, found).tolist() == [[True, True, True, True, False, False]]
    assert found.steps(problem).tolist() == [[0, 0, 0, 0, 1, 10]][:1] or found.steps(problem)[0, 5] > 1


def one_project(values: Any, seats: int) -> dict[str, Any]:
    experts = values.shape[1]
    full = lambda value: np.full(experts, value, np.int32)  # noqa: E731
    return {
        "affinity": values,
        "allowed": np.ones_like(values, np.bool_),
        "seats": np.array([seats], np.int32),
        "load_most": full(1),
        "load_least": full(0),
        "employer": full(-1),
        "district": full(-1),
        "roles": np.ones((experts, 1), np.bool_),
        "least": np.zeros((1, 1), np.int32),
        "most": np.full((1, 1), seats, np.int32),
    }


def test_the_qualified_have_the_same_chance_whatever_their_affinity() -> None:
    values = np.array([[1_000_000, 950_000, 920_000, 900_000, 890_000, 880_000, 100_000]], np.int32)
    problem = replace(FAMILIES["topic"](0, 6), **one_project(values, seats=2))
    counts = np.zeros(7, int)

    for number in range(600):
        counts[lottery(problem, numbers(problem, number.to_bytes(4))).expert] += 1

    assert counts[6] == 0
    assert (abs(counts[:6] - 200) < 50).all(), counts


def test_where_the_numbers_leave_a_seat_open_the_nearest_whole_answer_is_taken_and_named() -> None:
    """Two experts of load 1: q can only have b. Drawing b for p leaves q with nobody."""
    problem = replace(FAMILIES["topic"](0, 6), **one_project(np.full((2, 2), 500_000, np.int32), seats=1))
    two = np.ones(2, np.int32)
    problem = replace(
        problem, seats=two, least=np.zeros((2, 1), np.int32), most=two[:, None], allowed=np.array([[True, True], [False, True]])
    )
    results = [lottery(problem, numbers(problem, bytes([n]))) for n in range(20)]

    assert {frozenset(pairs(found)) for found in results} == {frozenset({(0, 0), (1, 1)})}
    assert {found.figures["moved"] for found in results} == {((), ()), (((0, 1),), ((0, 0), (1, 1)))}
    for n in range(20):
        assert verify_draw.difference(log_of(problem, bytes([n]))) is None


@pytest.mark.parametrize("case", LACKING)
def test_a_draw_without_an_answer_says_why_and_the_repaired_one_is_drawn(case: str) -> None:
    short, repaired = LACKING[case](1, 8)

    with pytest.raises(Infeasible):
        lottery(short, numbers(short))

    assert violations(repaired, lottery(repaired, numbers(repaired))) == []


def test_locked_pairs_are_in_every_draw() -> None:
    problem = FAMILIES["locked"](2, 9)

    for n in range(5):
        assert set(problem.locked) <= pairs(lottery(problem, numbers(problem, bytes([n]))))


def test_a_draw_can_be_stopped() -> None:
    problem = gov(9, 40, 1)

    with pytest.raises(Cancelled):
        lottery(problem, numbers(problem), stop=lambda: True)


def test_no_project_at_all_is_an_empty_answer() -> None:
    problem = gov(6, 30, 1)
    nothing = replace(
        problem,
        affinity=problem.affinity[:0],
        allowed=problem.allowed[:0],
        seats=problem.seats[:0],
        least=problem.least[:0],
        most=problem.most[:0],
    )

    assert len(lottery(nothing, numbers(nothing)).project) == 0


def test_every_standby_fits_by_all_rules_beside_those_who_stay_and_nobody_else_moves() -> None:
    problem = gov(9, 60, 2, slack=1.6, per_district=1)
    found = lottery(problem, numbers(problem))
    waiting = standbys(problem, numbers(problem), found.figures["circles"], found)
    assert sum(map(len, waiting)) > 60

    for place, following in enumerate(waiting):
        for follower in following:
            expert = found.expert.copy()
            expert[place] = follower
            total = int(problem.affinity[found.project, expert].sum(dtype=np.int64))
            assert violations(problem, replace(found, expert=expert, total=total)) == []


def test_roles_are_given_in_the_first_possible_way() -> None:
    academic, both, finance = Member(0, 0b01), Member(1, 0b11), Member(2, 0b10)

    assert roles_of([both, academic], (1, 1), (1, 1)) == [1, 0]
    assert roles_of([both, finance, academic], (1, 1), (2, 1)) == [0, 1, 0]
    assert roles_of([academic, academic], (1, 1), (1, 1)) is None
    assert with_one(frozenset([(0, 0)]), 0b01, 1, (0, 2), (3, 3)) == frozenset()


def test_circles_grow_step_by_step_to_everybody() -> None:
    problem = gov(6, 40, 1)
    found = circles(problem, numbers(problem))
    sizes = [int((found.roles(problem, np.arange(6, dtype=np.int32), step) > 0).sum()) for step in range(10)]

    assert sizes == sorted(sizes)
    assert sizes[-1] == int(problem.allowed.sum())
    assert isinstance(found, Circles)
    assert not drawn(problem, numbers(problem), found).open


def swap_expert(log: dict[str, Any]) -> None:
    log["seats"][0][1] = next(e for e, _ in log["input"]["projects"][0][3] if e not in {seat[1] for seat in log["seats"][:5]})


def lift_affinity(log: dict[str, Any]) -> None:
    log["input"]["projects"][0][3][0][1] = 1_000_000


def lift_affinity_and_hash(log: dict[str, Any]) -> None:
    outsider = next(pair for pair in log["input"]["projects"][0][3] if pair[0] not in {seat[1] for seat in log["seats"][:5]})
    outsider[1] = 3_000_000
    for pair in log["input"]["projects"][0][3]:
        pair[1] = max(1, pair[1] - 1_000_000) if pair is not outsider else pair[1]
    log["input_sha256"] = lottery_log.commitment(log["input"])


def claim_a_move(log: dict[str, Any]) -> None:
    log["moved"]["out"].append(log["seats"][0][:2])


def other_role(log: dict[str, Any]) -> None:
    log["seats"][0][2] = (log["seats"][0][2] + 1) % 3


def other_standby(log: dict[str, Any]) -> None:
    next(seat for seat in log["seats"] if len(seat[4]) == 2)[4].reverse()


def claim_qualified(log: dict[str, Any]) -> None:
    log["seats"][3][3] = not log["seats"][3][3]


TAMPERING = {
    swap_expert: "is in the log and was not drawn",
    lift_affinity: "the input does not match",
    lift_affinity_and_hash: "p000: e",
    claim_a_move: "pairs were moved although",
    other_role: "p000: ",
    other_standby: "standbys of",
    claim_qualified: "is qualified: log says",
    lambda log: log.update(seed="00" * 16): "does not match its recorded SHA-256",
    lambda log: log.update(shortage=-1): "shortage: log has -1",
}


@pytest.mark.parametrize("tamper", TAMPERING)
def test_tampering_with_the_log_of_a_lottery_is_found_and_named(tamper: Any) -> None:
    log = log_of(gov(6, 60, 3, slack=1.6))
    assert verify_draw.difference(log) is None
    assert not log["moved"]["in"]

    tamper(log)

    assert TAMPERING[tamper] in (verify_draw.difference(log) or "")


def test_the_script_says_how_many_pairs_the_solver_placed(tmp_path: Path) -> None:
    log = next(log for n in range(40) if (log := log_of(gov(6, 40, n, slack=1.02, per_district=1)))["moved"]["in"])
    file = tmp_path / "log.json"
    file.write_text(json.dumps(log), encoding="utf8")
    script = [sys.executable, "-I", "-S", str(Path(verify_draw.__file__)), str(file)]

    ran = subprocess.run(script, capture_output=True, text=True, check=False)

    count = len(log["moved"]["in"])
    assert ran.stdout == f"OK ({count} pairs were placed by the solver to keep the rules)\n"
    assert ran.returncode == 0
