"""The best total under all rules: linear programme, price-out of every missing pair, repair of what is not whole. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.beginning import beginning
from talent_pool.matching.assignment.candidates import Columns, candidates, columns_of, keys_of
from talent_pool.matching.assignment.infeasible import check_feasible, feasible_columns
from talent_pool.matching.assignment.lp import Model, Unsolved
from talent_pool.matching.assignment.prices import Priced, Prices, price
from talent_pool.matching.assignment.repair import repair
from talent_pool.matching.assignment.rows import families_of
from talent_pool.matching.assignment.watch import Cancelled, Watch
from talent_pool.matching.problem import Assignment, Problem

ROUNDS = 50
"""Price-outs at most: three are usual; the bound holds whenever it stops."""

PER_PROJECT = 12
"""Missing pairs taken into the programme per project and round."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The solved programme, the prices that prove `bound` (millionths, over all allowed pairs), rounds of pricing."""

    model: Model
    prices: Prices
    bound: float
    rounds: int


def relax(problem: Problem, watch: Watch, columns: Columns | None = None) -> Relaxed:
    """The optimum of the linear programme over all allowed pairs; Infeasible where the rules cannot be kept."""
    watch.tell(0.02, "candidates")
    families = families_of(problem, lazy=True)
    model = Model(problem, beginning(problem) if columns is None else columns, families)
    bound, rounds = math.inf, 0
    while True:
        rounds += 1
        watch.tell(min(0.1 + 0.08 * (rounds - 1), 0.7), "programme")
        if not solve(model, watch):
            check_feasible(problem)
            wider = columns_of(problem, np.concatenate([model.known(), keys_of(problem, candidates(problem))]))
            if len(wider) == len(model):
                wider = feasible_columns(problem, wider, watch)
            model = Model(problem, wider, families)
            continue
        prices = model.prices()
        priced = price(problem, prices, model.known())
        bound = min(bound, priced.bound)
        late = rounds >= ROUNDS  # the bound stands without further pricing, the rules do not without their rows
        broken = model.complete() if late else model.tighten()
        if not broken and (late or not len(priced.missing)):
            return Relaxed(model, prices, bound, rounds)
        if not late:
            model.extend(worthwhile(problem, priced))


def solve(model: Model, watch: Watch) -> bool:
    """Whether the columns at hand have an answer; Cancelled when the time or the patience is over."""
    if not len(model):
        return False
    for presolve in ("choose", "off"):
        model.set("presolve", presolve)
        try:
            model.solve(max(watch.left(), 0.0), watch.stop)
        except Unsolved as unsolved:
            if unsolved.status == "infeasible":
                return False
            watch.check()  # neither time nor patience: numbers too fine for the presolve, so once more without
        else:
            return True
    raise Cancelled("numbers")


def worthwhile(problem: Problem, priced: Priced, most: int = PER_PROJECT) -> Columns:
    """Of each project's missing pairs those that promise most; ties go to the better affinity, then the lower row."""
    columns, margin = priced.missing, priced.margin
    affinity = problem.affinity[columns.project, columns.expert]
    order = np.lexsort((columns.role, columns.expert, -affinity, -margin, columns.project))
    project = columns.project[order]
    first = np.searchsorted(project, project)
    return columns.take(np.sort(order[np.arange(len(order)) - first < most]))


def best(problem: Problem, watch: Watch) -> Assignment:
    """The answer with its certificate; `figures` say what it took."""
    relaxed = relax(problem, watch)
    whole = repair(relaxed.model, relaxed.prices, relaxed.bound, watch)
    figures = {
        "method": "programme",
        "rounds": relaxed.rounds,
        "columns": len(relaxed.model),
        "fractional": whole.fractional,
        "rings": whole.rings,
        "prices": relaxed.prices,
        "relaxed": relaxed.bound,
        "seconds": watch.spent(),
    }
    return answer(problem, relaxed.model.columns, whole.chosen, whole.bound, figures)


def answer(problem: Problem, columns: Columns, chosen: NDArray[np.bool_], bound: float, figures: dict[str, object]) -> Assignment:
    """The chosen columns as an Assignment, sorted; totals are whole millionths, so the bound is one too."""
    taken = columns.take(chosen)
    taken = taken.take(np.lexsort((taken.expert, taken.project)))
    total = int(problem.affinity[taken.project, taken.expert].astype(np.int64).sum())
    proven = max(float(math.floor(bound)), float(total)) if math.isfinite(bound) else bound
    return Assignment(taken.project, taken.expert, taken.role, total, proven, figures)
