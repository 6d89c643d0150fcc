"""Why this expert, why not that one, and what the rules cost a panel: from what the solver already knows. Pure.

Rows and numbers only (`explained`); `telling` makes sentences of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from talent_pool.matching.assignment.assign import assign
from talent_pool.matching.assignment.candidates import Columns
from talent_pool.matching.assignment.infeasible import Infeasible
from talent_pool.matching.assignment.prices import GRAIN, Prices
from talent_pool.matching.assignment.watch import Cancelled
from talent_pool.matching.conflicts import ConflictKind
from talent_pool.matching.draw.lottery import Circles, Keys
from talent_pool.matching.explained import Block, Check, Match, PanelFacts, WhyNot
from talent_pool.matching.problem import Assignment, Problem

SMALL = 200_000
"""Pairs up to which "what would it cost" is solved again; beyond, prices bound it from below."""


def why(
    problem: Problem,
    assignment: Assignment,
    project: int,
    expert: int,
    *,
    reasons: Any = None,
    conflicts: Sequence[str] = (),
    held: int = 0,
    keys: Keys | None = None,
) -> Match:
    """A seated pair. `conflicts` are the kinds found for it (soft ones only), `held` the panels held before this run."""
    place = np.flatnonzero((assignment.project == project) & (assignment.expert == expert))
    if not len(place):
        raise ValueError("this expert has no seat in this project")
    able = eligible(problem, project)
    value = int(problem.affinity[project, expert])
    given = int((assignment.expert == expert).sum())
    number, numbered = _numbers(problem, assignment, project, expert, keys)
    return Match(
        project=project,
        expert=expert,
        role=int(assignment.role[place[0]]),
        affinity=value,
        rank=1 + int((problem.affinity[project, able] > value).sum()),
        eligible=len(able),
        load_before=held,
        load_after=held + given,
        load_most=held + int(problem.load_most[expert]),
        checks=_checks(problem, assignment, project, expert, conflicts),
        reasons=reasons,
        number=number,
        numbered=numbered,
    )


def eligible(problem: Problem, project: int) -> Any:
    """Experts without conflict, with load, and with a role this project has a seat for."""
    wanted = (problem.roles & (problem.most[project] > 0)).any(axis=1)
    return np.flatnonzero(problem.allowed[project] & wanted & (problem.load_most > 0))


def _numbers(
    problem: Problem, assignment: Assignment, project: int, expert: int, keys: Keys | None
) -> tuple[int | None, tuple[int, int] | None]:
    frozen = assignment.figures.get("circles")
    if keys is None or not isinstance(frozen, Circles):
        return None, None
    inside = np.flatnonzero(frozen.roles(problem, np.array([project], np.int32), 0)[0])
    number = keys[project, expert]
    return int(number), (1 + int((keys[project, inside] < number).sum()), len(inside)) if expert in inside else None


def _checks(problem: Problem, assignment: Assignment, project: int, expert: int, conflicts: Sequence[str]) -> tuple[Check, ...]:
    """Every kind of conflict, then the rules of the panel and the load."""
    found = [Check(kind.value, kind.value not in conflicts) for kind in ConflictKind]
    found.append(Check("load", bool((assignment.expert == expert).sum() <= problem.load_most[expert])))
    for code, most in (("employer", problem.per_employer), ("district", problem.per_district)):
        if most is not None:
            found.append(Check(code, len(_holders(problem, assignment, project, expert, code)) < most))
    frozen = assignment.figures.get("circles")
    if isinstance(frozen, Circles):
        found.append(Check("qualified", bool(frozen.roles(problem, np.array([project], np.int32), 0)[0, expert])))
    return tuple(found)


def _holders(problem: Problem, assignment: Assignment, project: int, expert: int, code: str) -> list[int]:
    """Other members of the panel from the expert's employer or district."""
    groups = problem.employer if code == "employer" else problem.district
    members = assignment.expert[assignment.project == project]
    return [int(e) for e in members if e != expert and groups[expert] >= 0 and groups[e] == groups[expert]]


def why_not(
    problem: Problem,
    assignment: Assignment,
    project: int,
    expert: int,
    *,
    duals: Prices | None = None,
    conflicts: Sequence[str] = (),
    keys: Keys | None = None,
    seconds: float = 10.0,
) -> WhyNot:
    """What keeps an expert from a project. `duals` are `figures["prices"]` of the run, `keys` the numbers of a lottery.

    After a lottery the obstacle is the answer; after an optimum there is also what choosing this expert would cost,
    solved again with the pair locked where the problem is small.
    """
    if ((assignment.project == project) & (assignment.expert == expert)).any():
        return WhyNot(project, expert, (Block("sits"),))
    barred = _barred(problem, project, expert, conflicts)
    if barred:
        return WhyNot(project, expert, barred)
    blocks = _rules_in_the_way(problem, assignment, project, expert)
    if keys is not None:
        return WhyNot(project, expert, (*_lot(problem, assignment, project, expert, keys, bool(blocks)), *blocks))
    if problem.affinity.size <= SMALL:
        return _solved_again(problem, assignment, WhyNot(project, expert, blocks), seconds)
    return WhyNot(project, expert, blocks, None if duals is None else at_least(problem, duals, project, expert))


def _barred(problem: Problem, project: int, expert: int, conflicts: Sequence[str]) -> tuple[Block, ...]:
    """What no other choice could change."""
    if not problem.allowed[project, expert]:
        hard = [kind for kind in conflicts if ConflictKind(kind).is_hard]
        return tuple(Block(kind) for kind in hard) or (Block("excluded"),)
    if not (problem.roles[expert] & (problem.most[project] > 0)).any():
        return (Block("role-not-needed", tuple(np.flatnonzero(problem.roles[expert]).tolist())),)
    if problem.load_most[expert] <= 0:
        return (Block("no-load"),)
    return ()


def _rules_in_the_way(problem: Problem, assignment: Assignment, project: int, expert: int) -> tuple[Block, ...]:
    """What would have to give way: other panels of this expert, colleagues on this panel."""
    blocks = []
    elsewhere = assignment.project[assignment.expert == expert]
    if len(elsewhere) >= problem.load_most[expert]:
        blocks.append(Block("load-full", tuple(elsewhere.tolist()), len(elsewhere), int(problem.load_most[expert])))
    for code, most in (("employer", problem.per_employer), ("district", problem.per_district)):
        holders = _holders(problem, assignment, project, expert, code)
        if most is not None and len(holders) >= most:
            blocks.append(Block(f"{code}-held", tuple(holders), len(holders), most))
    return tuple(blocks)


def _lot(problem: Problem, assignment: Assignment, project: int, expert: int, keys: Keys, blocked: bool) -> tuple[Block, ...]:
    """Below the threshold, or drew a higher number than the last who got in for the same seats."""
    frozen = assignment.figures["circles"]
    row = np.array([project], np.int32)
    inside = frozen.roles(problem, row, 0)[0]
    if not inside[expert]:
        able = [role for role in np.flatnonzero(problem.roles[expert]) if problem.most[project, role] > 0]
        floor = min(int(frozen.floors(0)[project, role]) for role in able)
        return (Block("below", (), int(problem.affinity[project, expert]), floor),)
    cut = max((int(keys[project, e]) for e in _rivals(problem, assignment, project, expert) if inside[e]), default=0)
    number = int(keys[project, expert])
    if number > cut:
        return (Block("not-drawn", (), number, cut),)
    # A lower number than somebody who sits: a rule of this panel or the load stood in the way when the turn came.
    return () if blocked else (Block("reserved", (), number, cut),)


def _rivals(problem: Problem, assignment: Assignment, project: int, expert: int) -> list[int]:
    """Who holds the seats this expert could have had: those of the own categories where they are full, else all."""
    members, roles = (array[assignment.project == project] for array in (assignment.expert, assignment.role))
    own = np.flatnonzero(problem.roles[expert])
    full = all(int((roles == role).sum()) >= problem.most[project, role] for role in own)
    return [int(e) for e in (members[np.isin(roles, own)] if full else members)]


def at_least(problem: Problem, duals: Prices, project: int, expert: int) -> int:
    """What choosing the pair costs at least, by the reduced cost of its cheapest role."""
    roles = np.flatnonzero(problem.roles[expert] & (problem.most[project] > 0)).astype(np.int32)
    margin = duals.margin(problem, Columns(np.full_like(roles, project), np.full_like(roles, expert), roles))
    return max(0, -int(margin.max()) // GRAIN)


def _solved_again(problem: Problem, assignment: Assignment, plain: WhyNot, seconds: float) -> WhyNot:
    try:
        other = assign(replace(problem, locked=(*problem.locked, (plain.project, plain.expert))), seconds=seconds)
    except Infeasible as none:
        return replace(plain, blocks=(*plain.blocks, Block("breaks-rules")), shortages=none.shortages)
    except Cancelled:
        return plain
    return replace(plain, cost=assignment.total - other.total, exact=True)


def panel(problem: Problem, assignment: Assignment, project: int) -> PanelFacts:
    members = assignment.expert[assignment.project == project]
    row = problem.affinity[project].astype(np.int64)
    allowed = np.sort(row[problem.allowed[project]])[::-1]
    floor = assignment.figures.get("floor")
    return PanelFacts(
        project=project,
        score=int(row[members].sum()),
        best=int(allowed[: int(problem.seats[project])].sum()),
        floor=None if floor is None else int(floor),
        members=tuple(members.tolist()),
    )
