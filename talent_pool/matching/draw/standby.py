"""Who follows when somebody drawn drops out: fixed together with the draw, used in order, nobody else moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
