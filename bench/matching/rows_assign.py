"""Rows B1-B5 and B12: total against its bound, time, memory, all rules, a city of 10,000 projects and 20,000 experts.

Each function is one row and runs in a process of its own; CPU seconds are of this process, the median of five where a
run is short. openreview-matcher is not at hand, so no ratio to it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from statistics import median
from time import process_time

import numpy as np
from numpy.random import default_rng

from bench.matching.families import gov
from bench.matching.instances import NAMES, plain_instance
from bench.matching.lines import Line, line
from talent_pool.matching.assignment import flow
from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.assignment.candidates import Columns
from talent_pool.matching.assignment.ties import ties
from talent_pool.matching.assignment.watch import Watch
from talent_pool.matching.problem import Assignment, Problem
from talent_pool.matching.violations import violations

ROWS = (
    "b1", "b2", "b3", "b4_1000x2000", "b4_cvpr2017",
    "b5_300x2000", "b5_1000x5000", "b5_3000x5000", "b5_page", "b5_tight", "b12",
)  # fmt: skip

UNPROVEN = {"1000x500": 0.1, "1000x2000": 0.25}
PROVEN = {"1000x500": 0.6, "1000x2000": 1.2}
"""CPU seconds allowed, one thread."""


def timed(work: Callable[[], Assignment], times: int = 5) -> tuple[Assignment, float]:
    """The answer and the median CPU seconds."""
    spent = []
    for _ in range(times):
        begun = process_time()
        found = work()
        spent.append(process_time() - begun)
    return found, median(spent)


def _plain(row: str) -> Iterator[tuple[str, Problem | None, Line]]:
    for name in NAMES:
        problem = plain_instance(name)
        yield name, problem, line(row, name, "skipped: set MATCHING_DATA to the folder with this file", None, "")


def b1() -> Iterator[Line]:
    """Total over the bound of the linear programme, valid, certificate present."""
    for name, problem, skipped in _plain("B1"):
        if problem is None:
            yield skipped
            continue
        found, cpu = timed(lambda problem=problem: assign(problem), 1)
        ratio = found.total / found.bound if not violations(problem, found) and "prices" in found.figures else 0.0
        yield line("B1", name, f"total {found.total} / bound, valid and certified", round(ratio, 9), ">= 0.999999", cpu)


def _speed(row: str, targets: dict[str, float], *, certified: bool) -> Iterator[Line]:
    quantity = "CPU s, proven over all pairs" if certified else "CPU s, best pairs only"
    for name, problem, skipped in _plain(row):
        if problem is None:
            yield skipped
            continue
        _, cpu = timed(lambda problem=problem: flow.best(problem, Watch(), certified=certified))
        yield line(row, name, quantity, round(cpu, 4), f"<= {targets[name]}" if name in targets else "", cpu)


def b2() -> Iterator[Line]:
    yield from _speed("B2", UNPROVEN, certified=False)


def b3() -> Iterator[Line]:
    yield from _speed("B3", PROVEN, certified=True)
    for name, limit in PROVEN.items():
        problem = plain_instance(name)
        assert problem is not None
        named = ties([f"p{row}" for row in range(problem.shape[0])], [f"e{column}" for column in range(problem.shape[1])])
        found, cpu = timed(lambda problem=problem, named=named: assign(problem, ties=named))
        assert found.figures["settled"]
        yield line("B3", name, "CPU s, proven, and ties settled by names", round(cpu, 4), f"<= {limit}", cpu)


def _memory(name: str, most: int) -> Iterator[Line]:
    problem = plain_instance(name)
    assert problem is not None
    found, cpu = timed(lambda: assign(problem), 1)
    answer = line("B4", name, f"peak MB, everything loaded, gap {found.gap:.1e}", None, f"<= {most}", cpu)
    yield {**answer, "value": answer["peak_mb"]}


def b4_1000x2000() -> Iterator[Line]:
    yield from _memory("1000x2000", 316)


def b4_cvpr2017() -> Iterator[Line]:
    yield from _memory("cvpr2017-size", 530)


def _rules(problem: Problem, instance: str, seconds: float | None, times: int, *, plainly: bool = False) -> Iterator[Line]:
    found, cpu = timed(lambda: assign(problem), times)
    broken = violations(problem, found)
    assert not broken, broken[:3]
    limit = "" if seconds is None else f"<= {seconds}"
    fractional = found.figures["fractional"]
    yield line("B5", instance, f"gap to the bound ({fractional} projects repaired)", found.gap, "<= 1e-4", cpu)
    yield line("B5", instance, "CPU s, all rules, proven", round(cpu, 3), limit, cpu)
    if plainly:
        yield from _without_rules(problem, instance, found.total)


def _without_rules(problem: Problem, instance: str, total: int) -> Iterator[Line]:
    """What the usual matcher would have done: the price of the rules and how many panels break them."""
    free = flow.best(flow.one_role(problem), Watch())
    projects = problem.shape[0]
    employers = {one.project for one in violations(problem, free) if one.code == "employer"}
    mixed = sum(not _can_mix(problem, p, free.expert[free.project == p].tolist()) for p in range(projects))
    quantity = "plain flow: share of projects breaking the "
    yield line("B5", instance, quantity + "mix of categories", round(mixed / projects, 3), "reported")
    yield line("B5", instance, quantity + "rule of one per employer", round(len(employers) / projects, 3), "reported")
    yield line("B5", instance, "price of the rules, share of the total", round(1 - total / free.total, 4), "reported")


def _can_mix(problem: Problem, project: int, experts: list[int]) -> bool:
    """Whether any choice of roles gives the panel the mix it must have."""
    able = [np.flatnonzero(problem.roles[expert]).tolist() for expert in experts]
    counts = (np.bincount(roles, minlength=problem.shape[2]) for roles in product(*able))
    return any(bool(((problem.least[project] <= count) & (count <= problem.most[project])).all()) for count in counts)


def b5_300x2000() -> Iterator[Line]:
    yield from _rules(gov(300, 2000, 1), "gov 300x2000", 1.0, 3, plainly=True)


def b5_1000x5000() -> Iterator[Line]:
    yield from _rules(gov(1000, 5000, 1), "gov 1000x5000", 3.0, 3, plainly=True)


def b5_3000x5000() -> Iterator[Line]:
    yield from _rules(gov(3000, 5000, 1), "gov 3000x5000", 10.0, 1)


def b5_page() -> Iterator[Line]:
    """The call of the page: 2,000 projects, 500 experts, loads at 1.2 of the demand; at most 500 MB."""
    problem = gov(2000, 500, 1)
    yield from _rules(problem, "gov 2000x500, loads 1.2", 5.0, 1)
    answer = line("B5", "gov 2000x500, loads 1.2", "peak MB", None, "<= 500")
    yield {**answer, "value": answer["peak_mb"]}


def b5_tight() -> Iterator[Line]:
    """Nearly no load to spare and one per district: reported, not promised."""
    for projects, experts, slack in ((300, 500, 1.02), (300, 2000, 1.05), (1000, 5000, 1.05), (2000, 500, 1.03)):
        problem = gov(projects, experts, 1, slack=slack, per_district=1)
        yield from _rules(problem, f"gov {projects}x{experts}, loads {slack}, one per district", None, 1)


def b12() -> Iterator[Line]:
    """10,000 projects, 20,000 experts, 7 seats: candidates by meaning, never all pairs at once, then one flow."""
    from talent_pool.matching.affinity.retrieve import retrieve

    random, instance = default_rng(12), "10,000 x 20,000 x 7"
    left, right = (random.gamma(0.2, size=(count, 64)).astype(np.float32) + 1e-6 for count in (10_000, 20_000))
    for vectors in (left, right):
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    begun = process_time()
    project, expert, affinity = retrieve(left, right, 40)
    retrieved = process_time() - begun
    seats, load = np.full(10_000, 7, np.int32), np.full(20_000, 5, np.int32)
    pairs = Columns(project, expert, np.zeros_like(project))
    penalty = (int(seats.sum()) + 1) * (int(affinity.max()) + 1)
    taken = flow.route(pairs, affinity.astype(np.int64), seats, load, np.zeros_like(load), penalty, soft=True)
    spent = process_time() - begun
    assert taken is not None
    assert np.bincount(expert[taken], minlength=20_000).max() <= 5
    filled = int(taken.sum()) / int(seats.sum())
    yield line("B12", instance, "CPU s retrieving", round(retrieved, 2), "reported", retrieved)
    answer = line("B12", instance, "CPU s retrieving and solving", round(spent, 2), "<= 30", spent)
    yield answer
    yield line("B12", instance, "share of seats filled", filled, "1.0")
    yield {**answer, "quantity": "peak MB", "value": answer["peak_mb"], "target": "<= 1000", "cpu_s": None}
