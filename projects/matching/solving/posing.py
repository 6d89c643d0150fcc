"""What the rules see of a run, as the arrays of a problem."""

from __future__ import annotations

import numpy as np

from projects.matching.masking import OUT
from projects.matching.puzzle import KINDS, Frame
from talent_pool.matching.problem import Ints, Problem


def pose(frame: Frame, affinity: Ints) -> Problem:
    allowed = np.ones(affinity.shape, np.bool_)
    for project, expert, _ in frame.masked:
        allowed[slice(None) if project == OUT else project, expert] = False
    rules, seats = frame.parameters, np.array(frame.seats, np.int32)
    least = np.zeros((len(seats), len(KINDS)), np.int32)
    for kind, wanted in (("finance", rules.finance_min), ("community", rules.community_min)):
        least[:, KINDS.index(kind)] = np.minimum(wanted, seats)
    experts = len(frame.load)
    groups = np.array(frame.groups, np.int32).reshape(experts, 2)
    roles = [[kind == "general" or kind in special for kind in KINDS] for special in frame.kinds]
    return Problem(
        affinity=affinity,
        allowed=allowed,
        seats=seats,
        load_most=np.array(frame.load, np.int32),
        load_least=np.zeros(experts, np.int32),
        employer=np.ascontiguousarray(groups[:, 0]),
        district=np.ascontiguousarray(groups[:, 1]),
        roles=np.array(roles, np.bool_).reshape(experts, len(KINDS)),
        least=least,
        most=np.repeat(seats[:, None], len(KINDS), axis=1).astype(np.int32),
        per_employer=rules.per_employer,
        per_district=rules.district or None,
        locked=tuple((project, expert) for project, expert in frame.locked),
    )
