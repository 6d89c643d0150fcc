"""Who follows when somebody drawn drops out: fixed together with the draw, used in order, nobody else moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as changed
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.draw.lottery import STEPS, Circles, Keys
from talent_pool.matching.problem import Assignment, Ints, Problem

Standbys = tuple[tuple[int, ...], ...]
"""For every pair of an assignment, in its order, the experts who follow."""


def standbys(problem: Problem, numbers: Keys, frozen: Circles, assignment: Assignment, count: int = 2) -> Standbys:
    """First standbys of all seats of a panel, then second ones, each by circle and number in the same category.

    A standby has load left and fits beside everyone who stays; nobody waits for two seats of one panel. Where nobody is
    left the list is short, and shows it.
    """
    ladder = np.stack([frozen.floors(step) for step in range(STEPS + 1)])
    left = problem.load_most - np.bincount(assignment.expert, minlength=problem.shape[1])
    found: list[list[int]] = [[] for _ in assignment.project]
    places: dict[int, list[int]] = {}
    for place, project in enumerate(assignment.project.tolist()):
        places.setdefault(project, []).append(place)
    for project, of_panel in places.items():
        queues = _queues(problem, numbers, ladder[:, project], project, left)
        used = {int(assignment.expert[place]) for place in of_panel}
        for _ in range(count):
            for place in of_panel:
                beside = [int(assignment.expert[other]) for other in of_panel if other != place]
                queue = queues[int(assignment.role[place])]
                chosen = next((e for e in queue if e not in used and has_place(problem, e, beside)), None)
                if chosen is not None:
                    used.add(chosen)
                    found[place].append(chosen)
    return tuple(map(tuple, found))


def _queues(problem: Problem, numbers: Keys, floors: NDArray[np.int64], project: int, left: Ints) -> Mapping[int, list[int]]:
    """By role, everybody who could still come, nearest circle first, then lowest number."""
    row = problem.affinity[project]
    queues = {}
    for role in range(problem.shape[2]):
        able = np.flatnonzero(problem.allowed[project] & problem.roles[:, role] & (left > 0))
        step = (row[able] < floors[:, role, None]).sum(axis=0)
        queues[role] = able[np.lexsort((numbers[project, able], step))].tolist()
    return queues


def has_place(problem: Problem, expert: int, beside: Sequence[int]) -> bool:
    """Whether employer and district of an expert have a place beside these others."""
    for groups, most in ((problem.employer, problem.per_employer), (problem.district, problem.per_district)):
        group = groups[expert]
        if most is not None and group >= 0 and sum(groups[other] == group for other in beside) >= most:
            return False
    return True


def replace(problem: Problem, assignment: Assignment, project: int, expert: int, waiting: Sequence[int]) -> Assignment | None:
    """The first of the seat's standbys who still can takes it, in the same role; None when none of them can.

    No new solution: a full one would move people whom nobody asked to leave.
    """
    place = int(np.flatnonzero((assignment.project == project) & (assignment.expert == expert))[0])
    beside = [int(e) for e in assignment.expert[assignment.project == project] if e != expert]
    loads = np.bincount(assignment.expert, minlength=problem.shape[1])
    for follower in waiting:
        free = problem.allowed[project, follower] and loads[follower] < problem.load_most[follower]
        if free and follower not in beside and has_place(problem, follower, beside):
            return _with(problem, assignment, place, follower)
    return None


def _with(problem: Problem, assignment: Assignment, place: int, follower: int) -> Assignment:
    expert = assignment.expert.copy()
    expert[place] = follower
    order = np.lexsort((expert, assignment.project))
    project, expert, role = assignment.project[order], expert[order], assignment.role[order]
    total = int(problem.affinity[project, expert].astype(np.int64).sum())
    figures = MappingProxyType({**assignment.figures, "replaced": int(assignment.figures.get("replaced", 0)) + 1})
    return changed(assignment, project=project, expert=expert, role=role, total=total, figures=figures)
