"""Problems that lack exactly one of something, each with its repaired twin: what an explanation has to name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from bench.matching.families import ACADEMIA, FINANCE, PRACTITIONER, gov, plain, topics
from talent_pool.matching.problem import Problem

_NEW = 100_000
"""Number of an employer or a district nobody else belongs to."""


class Lacking(NamedTuple):
    """`short` has no answer; `repaired` differs by one place, person or employer and has one."""

    short: Problem
    repaired: Problem


def _ample(seed: int, size: int, *, per_district: int | None = None) -> Problem:
    """Twice the load needed, one role each: only what a case takes away can be missing."""
    problem = gov(size, max(size * 4, 40), seed, slack=2.0, several=0.0, per_district=per_district)
    return replace(problem, load_most=problem.load_most + 1)


def _members(problem: Problem, role: int, count: int) -> list[int]:
    return [int(expert) for expert in np.flatnonzero(problem.roles[:, role])[:count]]


def _only(problem: Problem, experts: list[int]) -> Problem:
    """Project 0 may take these experts and nobody else."""
    allowed = problem.allowed.copy()
    allowed[0] = False
    allowed[0, experts] = True
    return replace(problem, allowed=allowed)


def _with(array: NDArray[np.int32], places: list[int], values: list[int] | list[list[int]]) -> NDArray[np.int32]:
    found = array.copy()
    found[places] = values
    return found


def _load(seed: int, size: int) -> Lacking:
    """All loads together are one less than all seats."""
    experts = max(size, 8)
    problem = plain(topics(default_rng(seed), size, experts), 3, 3)
    load = np.full(experts, 3 * size // experts, np.int32)
    load[: 3 * size % experts] += 1
    short = replace(problem, load_most=_with(load, [0], [int(load[0]) - 1]))
    return Lacking(short, replace(problem, load_most=load))


def _seats(seed: int, size: int) -> Lacking:
    """Project 0 has four eligible experts for five seats."""
    problem = _ample(seed, size)
    members = [*_members(problem, FINANCE, 1), *_members(problem, ACADEMIA, 2), *_members(problem, PRACTITIONER, 2)]
    problem = replace(problem, employer=_with(problem.employer, members, [-1] * 5))
    return Lacking(_only(problem, members[:4]), _only(problem, members))


def _all_conflict(seed: int, size: int) -> Lacking:
    """Project 0 conflicts with everybody."""
    problem = _ample(seed, size)
    return Lacking(_only(problem, []), problem)


def _role(seed: int, size: int) -> Lacking:
    """The finance experts' loads together are one less than the finance seats."""
    problem = _ample(seed, size)
    finance = _members(problem, FINANCE, problem.shape[1])
    load = np.zeros(len(finance), np.int32)
    load[:] = size // len(finance)
    load[: size % len(finance)] += 1
    allowed = problem.allowed.copy()
    allowed[:, finance] = True
    enough = replace(problem, allowed=allowed, load_most=_with(problem.load_most, finance, [int(one) for one in load]))
    enough = replace(enough, employer=_with(enough.employer, finance, [-1] * len(finance)))
    return Lacking(replace(enough, load_most=_with(enough.load_most, finance[:1], [int(load[0]) - 1])), enough)


def _four_groups(problem: Problem) -> tuple[Problem, list[int], list[int]]:
    """Project 0 with seven eligible, who they are and what four groups they form, of which five would be needed."""
    members = [*_members(problem, FINANCE, 1), *_members(problem, ACADEMIA, 3), *_members(problem, PRACTITIONER, 3)]
    return _only(problem, members), members, [_NEW, _NEW + 1, _NEW + 1, _NEW + 2, _NEW + 3, _NEW + 3, _NEW + 3]


def _employer(seed: int, size: int) -> Lacking:
    problem, members, groups = _four_groups(_ample(seed, size))
    short = replace(problem, employer=_with(problem.employer, members, groups))
    return Lacking(short, replace(short, employer=_with(short.employer, members[-1:], [_NEW + 4])))


def _district(seed: int, size: int) -> Lacking:
    problem, members, groups = _four_groups(_ample(seed, size, per_district=1))
    employer = _with(problem.employer, members, [-1] * 7)
    short = replace(problem, employer=employer, district=_with(problem.district, members, groups))
    return Lacking(short, replace(short, district=_with(short.district, members[-1:], [_NEW + 4])))


def _load_least(seed: int, size: int) -> Lacking:
    """Expert 0 is to sit three times and may sit for two projects."""
    problem = _ample(seed, size)
    allowed = problem.allowed.copy()
    allowed[:, 0] = False
    allowed[:2, 0] = True
    problem = replace(problem, load_most=_with(problem.load_most, [0], [3]), load_least=_with(problem.load_least, [0], [3]))
    more = allowed.copy()
    more[2, 0] = True
    return Lacking(replace(problem, allowed=allowed), replace(problem, allowed=more))


def _most(seed: int, size: int) -> Lacking:
    """The categories of project 0 allow four seats, the panel has five."""
    problem = _ample(seed, size)
    return Lacking(
        replace(problem, most=_with(problem.most, [0], [[2, 1, 1]])),
        replace(problem, most=_with(problem.most, [0], [[2, 2, 1]])),
    )


def _locked(seed: int, size: int) -> Lacking:
    """Two experts of one employer are locked into one panel."""
    problem = _ample(seed, size)
    pair = _members(problem, ACADEMIA, 2)
    allowed = problem.allowed.copy()
    allowed[0, pair] = True
    problem = replace(problem, allowed=allowed, locked=((0, pair[0]), (0, pair[1])))
    return Lacking(
        replace(problem, employer=_with(problem.employer, pair, [_NEW, _NEW])),
        replace(problem, employer=_with(problem.employer, pair, [_NEW, _NEW + 1])),
    )


LACKING: Mapping[str, Callable[[int, int], Lacking]] = MappingProxyType(
    {
        "load": _load,
        "seats": _seats,
        "all-conflict": _all_conflict,
        "role": _role,
        "employer": _employer,
        "district": _district,
        "load-least": _load_least,
        "most": _most,
        "locked": _locked,
    }
)
"""By the rule to be named. Size at least 6."""
