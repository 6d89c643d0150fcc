"""B8 and B11: the lottery repeats itself everywhere, and how far lifting one's affinity gets. Generators of lines."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np

from bench.matching.families import gov
from bench.matching.lines import Line, line
from talent_pool.matching import verify_draw
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.draw import lottery_log
from talent_pool.matching.draw.lottery import Keys, drawn, keys, lottery
from talent_pool.matching.draw.standby import standbys
from talent_pool.matching.problem import Assignment, Problem
from talent_pool.matching.violations import violations

PROJECTS, EXPERTS = 100, 500
DRAWS = 40
ATTACKS = 150


def rows() -> Iterator[Line]:
    yield from b8()
    yield from b11()


def b8() -> Iterator[Line]:
    """Same seed in two processes, any order of rows, anybody unseated away: the same panels; and what a draw costs."""
    problem, ids = _call()
    tables = [keys(number.to_bytes(4), *ids) for number in range(DRAWS)]
    found = [lottery(problem, table) for table in tables]
    yield _line("B8", "broken rules in 40 draws", sum(len(violations(problem, one)) for one in found), 0, _is)
    yield _line("B8", "answers of 3 processes", len({_elsewhere(number) for number in range(3)}), 1, _is)
    moved = sum(_names(_permuted(problem, ids, number), *ids) != _names(found[number], *ids) for number in range(10))
    yield _line("B8", "panels changed by order, 10 draws", moved, 0, _is)
    gone = sum(_names(_without_idle(problem, tables[n], found[n]), *ids) != _names(found[n], *ids) for n in range(10))
    yield _line("B8", "panels changed by removing the unseated, 10 draws", gone, 0, _is)
    yield _line(
        "B8", "drawn pairs the solver had to move, 40 draws", sum(len(one.figures["moved"][0]) for one in found), None, _is
    )
    yield _line("B8", "logs the verifier repeats, of 3", sum(_is_repeated(problem, ids, number) for number in range(3)), 3, _is)
    for quantity, work in (
        ("seconds per draw with 50,000 keys", lambda: lottery(problem, keys(b"time", *ids))),
        ("seconds for 1,000,000 keys", lambda: keys(b"time", [f"p{n}" for n in range(2_000)], ids[1])),
    ):
        seconds = _median(work)
        yield _line("B8", quantity, round(seconds, 3), None, _is, cpu_s=round(seconds, 3))
    yield from _large()


def b11() -> Iterator[Line]:
    """An expert makes a profile that fits one project as well as the best: how often does that bring the seat?"""
    problem, ids = _call()
    best = assign(problem)
    random = np.random.default_rng(11)
    able = np.argwhere(problem.allowed & (problem.load_most > 0))
    attacks = able[random.choice(len(able), ATTACKS, replace=False)].tolist()
    begun = time.process_time()
    kept, before, after, sure = 0.0, 0, 0, 0
    for number, (project, expert) in enumerate(attacks):
        table = keys(number.to_bytes(4), *ids)
        plain, lifted = lottery(problem, table), _lifted(problem, project, expert)
        kept += plain.total / best.total / ATTACKS
        before += _sits(plain, project, expert)
        after += _sits(lottery(lifted, table), project, expert)
        sure += _sits(assign(lifted), project, expert) if number < ATTACKS // 3 else 0
    seconds = round(time.process_time() - begun, 2)
    yield _line("B11", "quality kept by the lottery", round(kept, 4), 0.90, _at_least, cpu_s=seconds)
    yield _line("B11", "success of lifting one's affinity, lottery", round(after / ATTACKS, 4), 0.40, _at_most)
    yield _line("B11", "the same before lifting", round(before / ATTACKS, 4), None, _is)
    yield _line("B11", "success against the best assignment", round(sure / (ATTACKS // 3), 4), None, _is)


def _call(projects: int = PROJECTS, experts: int = EXPERTS) -> tuple[Problem, tuple[list[str], list[str]]]:
    ids = [f"p{number:04}" for number in range(projects)], [f"e{number:04}" for number in range(experts)]
    return gov(projects, experts, 11), ids


def _line(
    row: str, quantity: str, value: float, target: float | None, holds: Callable[[float, float], bool], cpu_s: float | None = None
) -> Line:
    met = None if target is None else holds(value, target)
    return {**line(row, f"gov {PROJECTS}x{EXPERTS}", quantity, value, target, cpu_s), "met": met}


def _is(value: float, target: float) -> bool:
    return value == target


def _at_least(value: float, target: float) -> bool:
    return value >= target


def _at_most(value: float, target: float) -> bool:
    return value <= target


def _names(found: Assignment, projects: Sequence[str], experts: Sequence[str]) -> set[tuple[str, str]]:
    return {(projects[p], experts[e]) for p, e in zip(found.project.tolist(), found.expert.tolist(), strict=True)}


def _sits(found: Assignment, project: int, expert: int) -> int:
    return int(((found.project == project) & (found.expert == expert)).any())


def _lifted(problem: Problem, project: int, expert: int) -> Problem:
    affinity = problem.affinity.copy()
    affinity[project, expert] = affinity[project].max()
    return replace(problem, affinity=affinity)


def fingerprint() -> str:
    """Of one draw: what another process has to come to as well."""
    problem, ids = _call()
    return sha256(repr(sorted(_names(lottery(problem, keys(b"twice", *ids)), *ids))).encode()).hexdigest()


def _elsewhere(number: int) -> str:
    code = "from bench.matching.rows_draw import fingerprint; print(fingerprint())"
    environment = {**os.environ, "PYTHONHASHSEED": str(number), "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout


def _permuted(problem: Problem, ids: tuple[list[str], list[str]], number: int) -> Assignment:
    """The draw of the shuffled call, its rows counted as before."""
    random = np.random.default_rng(number)
    rows, columns = (random.permutation(count).astype(np.int32) for count in problem.shape[:2])
    shuffled = replace(
        problem,
        affinity=problem.affinity[rows][:, columns],
        allowed=problem.allowed[rows][:, columns],
        seats=problem.seats[rows],
        least=problem.least[rows],
        most=problem.most[rows],
        **{name: getattr(problem, name)[columns] for name in ("load_most", "load_least", "employer", "district", "roles")},
    )
    found = lottery(shuffled, keys(number.to_bytes(4), [ids[0][row] for row in rows], [ids[1][column] for column in columns]))
    return replace(found, project=rows[found.project], expert=columns[found.expert])


def _without_idle(problem: Problem, table: Keys, found: Assignment) -> Assignment:
    allowed = problem.allowed.copy()
    allowed[:, sorted(set(range(problem.shape[1])) - set(found.expert.tolist()))] = False
    return lottery(replace(problem, allowed=allowed), table, frozen=found.figures["circles"])


def _is_repeated(problem: Problem, ids: tuple[list[str], list[str]], number: int) -> bool:
    seed = number.to_bytes(4)
    table = keys(seed, *ids)
    found = lottery(problem, table)
    waiting = standbys(problem, table, found.figures["circles"], found)
    given = lottery_log.frozen_input(problem, *ids, ["academia", "practice", "finance"])
    return verify_draw.difference(lottery_log.to_log(given, seed, problem, found, waiting)) is None


def _median(work: Callable[[], Any]) -> float:
    spent = []
    for _ in range(5):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return sorted(spent)[2]


def _large() -> Iterator[Line]:
    """A whole call as large as they come: keys, circles, pass, standbys; and its log verified with the standard library."""
    problem, ids = _call(2_000, 500)
    begun = time.process_time()
    table = keys(b"large", *ids)
    found = lottery(problem, table)
    waiting = standbys(problem, table, found.figures["circles"], found)
    seconds = round(time.process_time() - begun, 2)
    told = _line("B8", "seconds for draw and standbys of a whole call", seconds, 5.0, _at_most, cpu_s=seconds)
    still_open = len(drawn(problem, table, found.figures["circles"]).open)
    yield {**told, "instance": "gov 2000x500", "open_after_pass": still_open}
    given = lottery_log.frozen_input(problem, *ids, ["academia", "practice", "finance"])
    log = lottery_log.to_log(given, b"large", problem, found, waiting)
    begun = time.process_time()
    assert verify_draw.difference(log) is None
    seconds = round(time.process_time() - begun, 2)
    told = _line("B8", "seconds to verify the log of a whole call", seconds, 8.0, _at_most, cpu_s=seconds)
    yield {**told, "instance": "gov 2000x500"}


if __name__ == "__main__":
    for one in rows():
        print(one, flush=True)
