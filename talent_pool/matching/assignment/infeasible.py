"""Why there is no answer: which rule, by how much, and the smallest change that would help, by itself where one does. Pure.

A programme in which every rule may be broken at a price (phase 1). Where its optimum breaks nothing, there is an answer
and its columns go back to the solver. Where not, each rule in turn is made cheap to break and the others dear: what the
optimum then breaks of this rule alone is the smallest change of this rule that would do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns
from talent_pool.matching.assignment.lp import TINY, Model, Unsolved
from talent_pool.matching.assignment.prices import Longs, price
from talent_pool.matching.assignment.shortages import Shortage, shortages
from talent_pool.matching.assignment.watch import Cancelled, Watch
from talent_pool.matching.problem import Problem

DEAR = 1_000.0
"""What breaking another rule costs while one is looked at: more than any number of changes of that one."""


class Infeasible(Exception):  # noqa: N818 - it is an answer, not an error
    """No assignment keeps all rules; `shortages` say what is missing, the smallest change first."""

    def __init__(self, found: tuple[Shortage, ...]) -> None:
        super().__init__(", ".join(f"{one.rule} {one.missing}" for one in found))
        self.shortages = found


@dataclass(frozen=True)
class Give:
    """One way to give way: the rule's name, the rows it loosens with the weight of a slack in them."""

    rule: str
    rows: tuple[tuple[str, float], ...]


GIVES = (
    Give("role", (("role", 1.0), ("seat", 1.0))),  # one more place of an expert of this category
    Give("load", (("load", -1.0),)),
    Give("employer", (("employer", -1.0),)),
    Give("district", (("district", -1.0),)),
    Give("most", (("role", -1.0),)),
    Give("least", (("role", 1.0),)),
    Give("load-least", (("load", 1.0),)),
    Give("locked", (("once", 1.0),)),
    Give("seats", (("seat", 1.0),)),
)


def check_feasible(problem: Problem) -> None:
    """What counting shows, before any programme is built."""
    found = shortages(problem)
    if found:
        raise Infeasible(found)


def feasible_columns(problem: Problem, columns: Columns, watch: Watch) -> Columns:
    """Columns with which the rules can be kept, or Infeasible with the reasons."""
    elastic = Elastic(problem, columns)
    elastic.minimise(watch, {give.rule: 1.0 for give in GIVES})
    if elastic.broken() < TINY:
        return elastic.model.columns
    raise Infeasible(_reasons(elastic, watch))


def _reasons(elastic: Elastic, watch: Watch) -> tuple[Shortage, ...]:
    """Every rule that would do alone, fewest changes first; where none does, the fewest changes of all together."""
    together = tuple(replace(one, alone=False) for one in elastic.shortages())
    alone: list[Shortage] = []
    for give in GIVES:
        if watch.wants_end():
            raise Cancelled("stopped")
        if watch.left() <= 0 or not len(elastic.slack[give.rule]):
            continue
        try:
            elastic.minimise(watch, {other.rule: 1.0 if other is give else DEAR for other in GIVES})
        except Cancelled:
            break
        found = elastic.shortages()
        if {one.rule for one in found} == {give.rule}:
            alone.extend(found)
    # Changes of one rule may be several shortages (one per category): their sum orders the rules.
    size = {rule: sum(one.missing for one in alone if one.rule == rule) for rule in {one.rule for one in alone}}
    order = [give.rule for give in GIVES]
    alone.sort(key=lambda one: (size[one.rule], order.index(one.rule), one.role))
    return tuple(alone) or together


class Elastic:
    """The programme of a problem in which every rule has a slack. Affinities count nothing."""

    def __init__(self, problem: Problem, columns: Columns) -> None:
        self.blank = replace(problem, affinity=np.zeros_like(problem.affinity))
        self.problem = problem
        self.model = Model(self.blank, columns)
        self.slack: dict[str, NDArray[np.intp]] = {give.rule: np.empty(0, dtype=np.intp) for give in GIVES}
        self.keys: dict[str, Longs] = {give.rule: np.empty(0, dtype=np.int64) for give in GIVES}
        self.cost: dict[str, float] = {give.rule: 1.0 for give in GIVES}
        self._loosen()

    def minimise(self, watch: Watch, cost: dict[str, float]) -> None:
        """Break as little as these costs allow, over all allowed pairs."""
        self.cost = cost
        for rule, places in self.slack.items():
            self.model.aim_variables(places, -cost[rule])
        while True:
            watch.check()
            try:
                self.model.solve(watch.left(), watch.stop)
            except Unsolved as unsolved:
                raise Cancelled("stopped" if watch.wants_end() else "time") from unsolved
            if self.broken() < TINY:
                return
            priced = price(self.blank, self.model.prices(), self.model.known())
            if not len(priced.missing):
                return
            self.model.extend(_few(self.problem, priced.missing, priced.margin))
            self._loosen()

    def broken(self) -> float:
        return float(self.model.extra.sum())

    def _loosen(self) -> None:
        """A slack for every row that has none yet."""
        for give in GIVES:
            family = give.rows[0][0]
            if family not in self.model.families():
                continue
            keys = np.setdiff1d(self._rows(give, family), self.keys[give.rule])
            if not len(keys):
                continue
            rows = [(name, self._translated(family, name, keys), weight) for name, weight in give.rows]
            places = self.model.add_variables(-self.cost[give.rule], rows, np.full(len(keys), np.inf))
            self.keys[give.rule] = np.concatenate([self.keys[give.rule], keys])
            self.slack[give.rule] = np.concatenate([self.slack[give.rule], places])

    def _rows(self, give: Give, family: str) -> Longs:
        """Which rows of the family this way loosens: minimum loads only where there are some, and so on."""
        keys = self.model.row_keys(family)
        problem = self.problem
        if give.rule == "load-least":
            return keys[problem.load_least[keys] > 0]
        if give.rule == "least":
            return keys[problem.least.ravel()[keys] > 0]
        if give.rule == "role":
            return np.flatnonzero((problem.most > 0).ravel()).astype(np.int64)
        return keys

    def _translated(self, family: str, name: str, keys: Longs) -> Longs:
        """Keys of role rows as keys of the seat rows of the same projects."""
        return keys // self.problem.shape[2] if (family, name) == ("role", "seat") else keys

    def shortages(self) -> list[Shortage]:
        """What the present optimum breaks, per rule; a missing category per role."""
        found: list[Shortage] = []
        extra = self.model.extra
        for give in GIVES:
            amount = extra[self.slack[give.rule]]
            used = amount > TINY
            if not used.any():
                continue
            keys, amount = self.keys[give.rule][used], amount[used]
            roles = keys % self.problem.shape[2] if give.rows[0][0] == "role" else np.full(len(keys), -1)
            for role in np.unique(roles):
                found.append(self._shortage(give, keys[roles == role], amount[roles == role], int(role)))
        return found

    def _shortage(self, give: Give, keys: Longs, amount: NDArray[np.float64], role: int) -> Shortage:
        missing = int(np.ceil(amount.sum() - 1e-4))
        _, experts, roles = self.problem.shape
        family = give.rows[0][0]
        projects: Longs = np.empty(0, dtype=np.int64)
        people: Longs = np.empty(0, dtype=np.int64)
        if family == "load":
            people = keys
        elif family == "once":
            projects, people = keys // experts, keys % experts
        elif family == "role":
            projects = keys // roles
        elif family == "seat":
            projects = keys
        else:
            group = self.problem.employer if family == "employer" else self.problem.district
            projects = keys // (int(group.max(initial=0)) + 1)
            people = np.flatnonzero(np.isin(group, keys % (int(group.max(initial=0)) + 1))).astype(np.int64)
        rows, names = (tuple(int(one) for one in np.unique(which)) for which in (projects, people))
        return Shortage(
            give.rule,
            missing,
            rows[0] if len(rows) == 1 else -1,
            names[0] if len(names) == 1 else -1,
            role,
            projects=rows,
            experts=names,
        )


def _few(problem: Problem, missing: Columns, margin: Longs, most: int = 20) -> Columns:
    """Of each project's missing pairs the most promising; nothing else counts here, so affinity breaks the ties."""
    affinity = problem.affinity[missing.project, missing.expert]
    order = np.lexsort((missing.role, missing.expert, -affinity, -margin, missing.project))
    project = missing.project[order]
    first = np.searchsorted(project, project)
    return missing.take(np.sort(order[np.arange(len(order)) - first < most]))
