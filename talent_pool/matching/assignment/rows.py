"""The rules of a problem as families of rows: which columns stand in a row, and its limits. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns
from talent_pool.matching.assignment.prices import found
from talent_pool.matching.problem import Problem

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Family:
    """Rows of one rule. `key` gives each column the key of its row (-1: none); `lower` and `upper` take keys.

    `required` rows exist even without columns. `weight` is the number of a column in its row; None counts 1 each, and
    then a row whose columns together cannot pass `upper` and that has nothing to reach is left out. Rows of a `lazy` family
    come in when an answer breaks them (`Model.tighten`): most of them never do.
    """

    name: str
    key: Callable[[Columns], Longs]
    lower: Callable[[Longs], Floats]
    upper: Callable[[Longs], Floats]
    weight: Callable[[Columns], Floats] | None = None
    required: Longs | None = None
    lazy: bool = False

    def weights(self, columns: Columns) -> Floats:
        return np.ones(len(columns)) if self.weight is None else self.weight(columns)

    def binding(self, keys: Longs) -> Longs:
        """Sorted keys of the rows that could be broken by columns with these keys."""
        present, count = np.unique(keys[keys >= 0], return_counts=True)
        if self.weight is None:
            present = present[(count > self.upper(present)) | (self.lower(present) > 0)]
        return present if self.required is None else np.union1d(present, self.required)


def families_of(problem: Problem, *, lazy: bool = False) -> tuple[Family, ...]:
    """Every rule: seats filled, roles within limits, loads, one seat per expert and project, caps (`lazy` or not), locked pairs."""
    found = [_seats(problem), _roles(problem), _loads(problem), _once(problem)]
    for name, group, most in (
        ("employer", problem.employer, problem.per_employer),
        ("district", problem.district, problem.per_district),
    ):
        if most is not None:
            found.append(_groups(name, group, most, lazy=lazy))
    return tuple(found)


def _seats(problem: Problem) -> Family:
    seats = problem.seats.astype(np.float64)
    every = np.flatnonzero(problem.seats > 0).astype(np.int64)
    return Family("seat", lambda c: c.project.astype(np.int64), lambda k: seats[k], lambda k: seats[k], required=every)


def _roles(problem: Problem) -> Family:
    """A maximum that is as large as the panel binds nobody: its row falls away by counting as no limit."""
    roles = problem.shape[2]
    least = problem.least.astype(np.float64).ravel()
    most = np.where(problem.most >= problem.seats[:, None], np.inf, problem.most).ravel()
    return Family(
        "role",
        lambda c: c.project.astype(np.int64) * roles + c.role,
        lambda k: least[k],
        lambda k: most[k],
        required=np.flatnonzero(least > 0).astype(np.int64),
    )


def _loads(problem: Problem) -> Family:
    least, most = problem.load_least.astype(np.float64), problem.load_most.astype(np.float64)
    required = np.flatnonzero(least > 0).astype(np.int64)
    return Family("load", lambda c: c.expert.astype(np.int64), lambda k: least[k], lambda k: most[k], required=required)


def _once(problem: Problem) -> Family:
    """An expert of several roles takes one of them; a locked pair takes exactly one."""
    experts = problem.shape[1]
    several = (problem.roles.sum(axis=1) > 1) & ((problem.employer < 0) | (problem.per_employer != 1))
    locked = np.unique(np.array([p * experts + e for p, e in problem.locked], dtype=np.int64))

    def key(columns: Columns) -> Longs:
        pair = columns.project.astype(np.int64) * experts + columns.expert
        return np.where(several[columns.expert] | np.isin(pair, locked), pair, -1)

    def lower(keys: Longs) -> Floats:
        return np.isin(keys, locked).astype(np.float64)

    return Family("once", key, lower, lambda k: np.ones(len(k)), required=locked)


def _groups(name: str, group: NDArray[np.int32], most: int, *, lazy: bool) -> Family:
    groups = int(group.max(initial=0)) + 1

    def key(columns: Columns) -> Longs:
        number = group[columns.expert].astype(np.int64)
        return np.where(number >= 0, columns.project * np.int64(groups) + number, -1)

    return Family(name, key, lambda k: np.zeros(len(k)), lambda k: np.full(len(k), float(most)), lazy=lazy)


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one family: their sorted keys and their numbers in the programme."""

    family: Family
    keys: Longs
    numbers: NDArray[np.int32]

    def at(self, keys: Longs) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Places of `keys` that have a row, and the numbers of these rows."""
        place = np.flatnonzero(found(self.keys, keys))
        return place, self.numbers[np.searchsorted(self.keys, keys[place])]
