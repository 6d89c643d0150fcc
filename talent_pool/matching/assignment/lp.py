"""The linear programme of a matching: columns (project, expert, role), rows built from the rules, solved by HiGHS.

    model = Model(problem, candidates(problem))
    model.aim(profit)                       # (n,) per column; without it: affinity in units of 1 (a millionth is 1e-6)
    floor = Family("floor", key=lambda c: c.project, lower=..., upper=..., weight=lambda c: ...)
    model.add_family(floor)                 # rows that also grow when columns are added
    t = model.add_variable(profit=1.0, lower=0.0, upper=inf, family="floor", weight=-1.0)
    value = model.solve()                   # raises Unsolved with the status when there is none
    model.values, model.extra               # of the columns (n,), of the added variables
    model.prices(), model.row_prices("floor")
    model.extend(missing)                   # warm start stays

One thread, a fixed seed and no clock in any choice: equal input gives equal output. Not thread-safe.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns, keys_of
from talent_pool.matching.assignment.highs import heed, solver, status_of
from talent_pool.matching.assignment.prices import Floats, Longs, Prices, found, prices_of
from talent_pool.matching.assignment.rows import Family, Rows, families_of
from talent_pool.matching.problem import MILLION, Problem

TINY = 1e-6
"""Values this near to an integer are that integer."""


class Unsolved(Exception):  # noqa: N818 - it is an answer, not an error
    """HiGHS found no answer: `status` says whether there is none (infeasible) or the time was up (limit)."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Model:
    """A programme over `columns`; grows by columns and rows and keeps its basis."""

    def __init__(self, problem: Problem, columns: Columns, families: tuple[Family, ...] | None = None) -> None:
        self.problem = problem
        self.columns = Columns.join([])
        self.profit: Floats = np.empty(0)
        self.variables = 0
        self._numbers = np.empty(0, dtype=np.int32)  # of our columns among all of the programme
        self._extra: list[int] = []
        self._rows: dict[str, Rows] = {}
        self._solver = solver()
        self._solution: Any = None
        for family in families_of(problem) if families is None else families:
            self._rows[family.name] = Rows(family, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))
        self.extend(columns)

    def __len__(self) -> int:
        return len(self.columns)

    def known(self) -> Longs:
        """Sorted keys of the columns."""
        return np.sort(keys_of(self.problem, self.columns))

    def gain(self, columns: Columns | None = None) -> Floats:
        """Affinities in units of 1."""
        chosen = self.columns if columns is None else columns
        return np.asarray(self.problem.affinity[chosen.project, chosen.expert] / MILLION)

    def extend(self, columns: Columns) -> None:
        """Add columns (not yet there) with their affinity as profit, and the rows that can bind now."""
        if not len(columns):
            return self._add_rows()
        entries = [(rows, *rows.at(rows.family.key(columns))) for rows in self._rows.values()]
        place = np.concatenate([at for _, at, _ in entries]) if entries else np.empty(0, dtype=np.intp)
        number = np.concatenate([number for _, _, number in entries]) if entries else np.empty(0, dtype=np.int32)
        weight = np.concatenate([rows.family.weights(columns)[at] for rows, at, _ in entries])
        order = np.lexsort((number, place))
        starts = np.searchsorted(place[order], np.arange(len(columns))).astype(np.int32)
        count = len(columns)
        lower, upper, profit = np.zeros(count), np.ones(count), self.gain(columns)
        self.profit = np.concatenate([self.profit, profit])
        self._solver.addCols(count, -profit, lower, upper, len(order), starts, number[order], weight[order])
        self._numbers = np.concatenate([self._numbers, np.arange(self.variables, self.variables + count, dtype=np.int32)])
        self.variables += count
        self.columns = Columns.join([self.columns, columns])
        return self._add_rows()

    def add_family(self, family: Family) -> None:
        """Rows of a caller's own; they grow with the columns like the rows of the rules."""
        self._rows[family.name] = Rows(family, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))
        self._add_rows()

    def add_variable(
        self, *, profit: float, lower: float = 0.0, upper: float = math.inf, family: str = "", weight: float = 1.0
    ) -> int:
        """One variable that is no seat, with `weight` in every row of `family`; its place in `extra`."""
        rows = np.sort(self._rows[family].numbers) if family else np.empty(0, dtype=np.int32)
        self._solver.addCol(-profit, lower, upper, len(rows), rows, np.full(len(rows), weight))
        self._extra.append(self.variables)
        self.variables += 1
        return len(self._extra) - 1

    def add_variables(self, profit: float | Floats, rows: Sequence[tuple[str, Longs, float]], upper: Floats) -> NDArray[np.intp]:
        """Variable i stands in row keys[i] of every (family, keys, weight) that has this row; places in `extra`."""
        count = len(upper)
        parts = [(*self._rows[family].at(keys), weight) for family, keys, weight in rows]
        place = np.concatenate([at for at, _, _ in parts])
        number = np.concatenate([numbers for _, numbers, _ in parts])
        weights = np.concatenate([np.full(len(at), weight) for at, _, weight in parts])
        order = np.lexsort((number, place))
        starts = np.searchsorted(place[order], np.arange(count)).astype(np.int32)
        costs, lower = np.full(count, -profit), np.zeros(count)
        self._solver.addCols(count, costs, lower, upper, len(order), starts, number[order], weights[order])
        first = len(self._extra)
        self._extra.extend(range(self.variables, self.variables + count))
        self.variables += count
        return np.arange(first, first + count)

    def aim_variables(self, places: NDArray[np.intp], profit: float | Floats) -> None:
        """Another profit for these added variables."""
        numbers = np.array(self._extra, dtype=np.int32)[places]
        self._solver.changeColsCost(len(numbers), numbers, np.full(len(numbers), -profit))

    def aim(self, profit: Floats, extra: dict[int, float] | None = None) -> None:
        """Another objective over the columns; variables keep theirs unless named in `extra`."""
        self.profit = np.array(profit, dtype=np.float64)
        self._solver.changeColsCost(len(self._numbers), self._numbers, -self.profit)
        for place, value in (extra or {}).items():
            self._solver.changeColCost(self._extra[place], -value)

    def bound_columns(self, lower: Floats, upper: Floats) -> None:
        """Keep column i within [lower[i], upper[i]]; equal numbers fix it."""
        self._solver.changeColsBounds(len(self._numbers), self._numbers, lower, upper)

    def bound_variable(self, place: int, lower: float, upper: float) -> None:
        self._solver.changeColBounds(self._extra[place], lower, upper)

    def bound_rows(self, family: str, lower: Floats, upper: Floats) -> None:
        """New limits for the rows of a family, in the order of `row_keys(family)`."""
        numbers = self._rows[family].numbers
        self._solver.changeRowsBounds(len(numbers), numbers, lower, upper)

    def families(self) -> frozenset[str]:
        return frozenset(self._rows)

    def row_keys(self, family: str) -> Longs:
        return self._rows[family].keys

    def whole(self, which: NDArray[np.bool_]) -> None:
        """These columns take whole numbers only; the others any."""
        kinds = np.where(which, np.uint8(1), np.uint8(0)).astype(np.uint8)
        self._solver.changeColsIntegrality(len(self._numbers), self._numbers, kinds)

    def start(self, chosen: NDArray[np.bool_]) -> None:
        """Tell the search of a whole answer it may begin from; not for models with added variables."""
        self._solver.setSolution(len(chosen), self._numbers, chosen.astype(np.float64))

    def proven(self) -> float:
        """What no whole answer of the last search can exceed; infinite where it proved nothing."""
        bound = -float(self._solver.getInfo().mip_dual_bound)
        return bound if math.isfinite(bound) else math.inf

    def set(self, option: str, value: Any) -> None:
        """An option of HiGHS, by its own name."""
        self._solver.setOptionValue(option, value)

    def solve(self, seconds: float = math.inf, stop: Callable[[], bool] | None = None) -> float:
        """The best value of the objective; Unsolved when there is none."""
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + seconds)
        if stop is not None:
            heed(self._solver, stop)
        self._solver.run()
        self._solution = self._solver.getSolution()
        if (status := status_of(self._solver)) != "optimal":
            raise Unsolved(status)
        return -float(self._solver.getInfo().objective_function_value)

    @property
    def values(self) -> Floats:
        """Of the columns, (n,)."""
        return np.asarray(self._solution.col_value)[self._numbers]

    @property
    def extra(self) -> Floats:
        """Of the added variables."""
        return np.asarray(self._solution.col_value)[np.array(self._extra, dtype=np.intp)]

    def row_prices(self, family: str) -> tuple[Longs, Floats]:
        """Keys of the rows of a family and what one more of each would bring, in units of the objective."""
        rows = self._rows[family]
        return rows.keys, -np.asarray(self._solution.row_dual)[rows.numbers]

    def prices(self) -> Prices:
        """The prices of all rules in 1/12 millionth."""
        return prices_of(self.problem, {name: self.row_prices(name) for name in self._rows})

    def _add_rows(self, *, complete: bool = False) -> None:
        """Add every row that some choice of the columns could break, and every one that must be reached."""
        for name, rows in list(self._rows.items()):
            if not rows.family.lazy or complete:
                self._add(name, rows, rows.family.binding(rows.family.key(self.columns)))

    def tighten(self) -> int:
        """Add the lazy rows the present answer breaks; how many. Optimal for all rules once this is 0."""
        before, values = self._solver.getNumRow(), self.values
        used = self.columns.take(values > TINY)
        for name, rows in list(self._rows.items()):
            if not rows.family.lazy:
                continue
            keys = rows.family.key(used)
            inside = keys >= 0
            present, place = np.unique(keys[inside], return_inverse=True)
            sums = np.bincount(place, weights=(values[values > TINY] * rows.family.weights(used))[inside], minlength=len(present))
            self._add(name, rows, present[sums > rows.family.upper(present) + TINY])
        return int(self._solver.getNumRow() - before)

    def complete(self) -> int:
        """Add every lazy row that could be broken: what a search for whole answers needs; how many."""
        before = self._solver.getNumRow()
        self._add_rows(complete=True)
        return int(self._solver.getNumRow() - before)

    def _add(self, name: str, rows: Rows, wanted: Longs) -> None:
        new = wanted[~found(rows.keys, wanted)]
        if not len(new):
            return
        keys = rows.family.key(self.columns)
        place, number = Rows(rows.family, new, np.arange(len(new), dtype=np.int32)).at(keys)
        order = np.lexsort((place, number))
        starts = np.searchsorted(number[order], np.arange(len(new))).astype(np.int32)
        lower, upper = rows.family.lower(new), rows.family.upper(new)
        index, weight = self._numbers[place[order]], rows.family.weights(self.columns)[place[order]]
        first = self._solver.getNumRow()
        self._solver.addRows(len(new), lower, upper, len(order), starts, index, weight)
        joined = np.concatenate([rows.keys, new])
        numbers = np.concatenate([rows.numbers, np.arange(first, first + len(new), dtype=np.int32)])
        sort = np.argsort(joined)
        self._rows[name] = Rows(rows.family, joined[sort], numbers[sort])
