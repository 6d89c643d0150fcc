"""Which (project, expert, role) the programme starts with: the best few per category, the rest is priced in. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.problem import Ints, Problem

FEW = 10
"""Candidates per project and category beside those its seats need."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Possible seats as parallel arrays (n,): this expert on this project in this role."""

    project: Ints
    expert: Ints
    role: Ints

    def __len__(self) -> int:
        return len(self.project)

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Columns:
        return Columns(self.project[which], self.expert[which], self.role[which])

    @staticmethod
    def join(parts: Sequence[Columns]) -> Columns:
        if not parts:
            return Columns(*(np.empty(0, dtype=np.int32) for _ in range(3)))
        return Columns(
            np.concatenate([part.project for part in parts]),
            np.concatenate([part.expert for part in parts]),
            np.concatenate([part.role for part in parts]),
        )


def keys_of(problem: Problem, columns: Columns) -> NDArray[np.int64]:
    """One number per column, ascending by project, expert, role."""
    _, experts, roles = problem.shape
    pair = columns.project.astype(np.int64) * experts + columns.expert
    return np.asarray(pair * max(roles, 1) + columns.role)


def columns_of(problem: Problem, keys: NDArray[np.int64]) -> Columns:
    """The columns of distinct keys, sorted."""
    _, experts, roles = problem.shape
    keys = np.unique(keys)
    pair, role = np.divmod(keys, max(roles, 1))
    project, expert = np.divmod(pair, max(experts, 1))
    return Columns(project.astype(np.int32), expert.astype(np.int32), role.astype(np.int32))


def candidates(problem: Problem, few: int = FEW) -> Columns:
    """The best `few` and twice the seats per project and role, the best projects of experts with a least load, the locked."""
    found = [needed(problem)]
    for role in range(problem.shape[2]):
        able = np.flatnonzero(problem.roles[:, role] & (problem.load_most > 0))
        wanted = np.minimum(problem.most[:, role], problem.seats)
        if len(able) and wanted.max(initial=0) > 0:
            found.append(best_of(problem, role, able, few + 2 * int(wanted.max())))
    return columns_of(problem, np.concatenate([keys_of(problem, columns) for columns in found]))


def needed(problem: Problem) -> Columns:
    """The locked pairs, and the best of experts who must get work: no ranking of a project's own may lose these."""
    return Columns.join([_locked(problem), _for_least_loads(problem)])


def best_of(problem: Problem, role: int, able: NDArray[np.intp], count: int) -> Columns:
    """The `count` best of every project among those `able` to fill this role."""
    whole = len(able) == problem.shape[1]
    affinity = problem.affinity if whole else problem.affinity[:, able]
    allowed = problem.allowed if whole else problem.allowed[:, able]
    place = top(np.where(allowed, affinity, np.iinfo(np.int32).min), count)
    project = np.repeat(np.arange(len(place), dtype=np.int32), place.shape[1])
    expert = able[place.ravel()].astype(np.int32)
    kept = problem.allowed[project, expert] & (problem.most[project, role] > 0) & (problem.seats[project] > 0)
    return Columns(project[kept], expert[kept], np.full(int(kept.sum()), role, dtype=np.int32))


def top(scores: NDArray[np.int32], count: int) -> NDArray[np.intp]:
    """Places of the `count` highest of each row, in no order; of more equals than that every row takes others.

    Where all are worth the same, rows that all began with the same few could not be filled.
    """
    width = scores.shape[1]
    if count >= width:
        return np.broadcast_to(np.arange(width), scores.shape).copy()
    place = np.argpartition(scores, width - count, axis=1)[:, width - count :]
    lowest = np.take_along_axis(scores, place, axis=1).min(axis=1, keepdims=True, initial=np.iinfo(np.int32).max)
    tied = np.flatnonzero(np.count_nonzero(scores == lowest, axis=1) > count)
    if len(tied):
        turned = (np.arange(width) - tied[:, None] * (width * 5 // 8 | 1)) % width
        place[tied] = np.argpartition(scores[tied].astype(np.int64) * width + turned, width - count, axis=1)[:, width - count :]
    return np.asarray(place)


def _for_least_loads(problem: Problem) -> Columns:
    """An expert who must get work needs candidates of his own, however low he ranks everywhere."""
    bound = np.flatnonzero(problem.load_least > 0)
    if not len(bound) or not problem.shape[0]:
        return Columns.join([])
    count = 2 * int(problem.load_least.max()) + 2
    affinity = np.where(problem.allowed[:, bound], problem.affinity[:, bound], np.iinfo(np.int32).min).T
    place = top(np.ascontiguousarray(affinity), count)
    expert = np.repeat(bound.astype(np.int32), place.shape[1])
    return in_every_role(problem, place.ravel().astype(np.int32), expert)


def _locked(problem: Problem) -> Columns:
    pairs = np.array(sorted(set(problem.locked)), dtype=np.int32).reshape(-1, 2)
    return in_every_role(problem, pairs[:, 0], pairs[:, 1])


def in_every_role(problem: Problem, project: Ints, expert: Ints) -> Columns:
    """Every role these pairs may take where the pair is allowed."""
    able = problem.roles[expert] & (problem.most[project] > 0) & problem.allowed[project, expert][:, None]
    place, role = np.nonzero(able & (problem.seats[project] > 0)[:, None])
    return Columns(project[place], expert[place], role.astype(np.int32))
