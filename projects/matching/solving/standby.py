"""Who follows on a panel that was not drawn: the nearest, fixed with the answer, so that nothing is ever matched again for it."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from talent_pool.matching.draw.standby import Standbys, has_place
from talent_pool.matching.problem import Assignment, Problem


def nearest_standbys(problem: Problem, found: Assignment, count: int) -> Standbys:
    """First standbys of all seats of a panel, then second ones; each has load to spare and fits beside everyone who stays."""
    spare = problem.load_most - np.bincount(found.expert, minlength=problem.shape[1]) > 0
    followers: list[list[int]] = [[] for _ in found.project]
    panels: defaultdict[int, list[int]] = defaultdict(list)
    for seat, project in enumerate(found.project.tolist()):
        panels[project].append(seat)
    for project, seats in panels.items():
        members = {seat: int(found.expert[seat]) for seat in seats}
        used = set(members.values())
        able = np.flatnonzero(problem.allowed[project] & spare)
        queue = able[np.argsort(-problem.affinity[project, able].astype(np.int64), kind="stable")].tolist()
        for _ in range(count):
            for seat in seats:
                staying = [expert for other, expert in members.items() if other != seat]
                role = int(found.role[seat])
                fits = (e for e in queue if e not in used and problem.roles[e, role] and has_place(problem, e, staying))
                chosen = next(fits, None)
                if chosen is not None:
                    used.add(chosen)
                    followers[seat].append(chosen)
    return tuple(map(tuple, followers))
