"""What a problem lacks, as far as counting shows it: each finding names the rule, the row and the smallest change. Pure.

These are the usual reasons why there is no answer, found in milliseconds; what only shows in the play of several rules
is found by `infeasible`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching import words
from talent_pool.matching.problem import Ints, Problem


@dataclass(frozen=True)
class Shortage:
    """`missing` more of what `rule` counts would do. Rows of projects and experts as in the problem; -1: does not apply.

    `found` stands against `needed`. `alone`: this change suffices by itself; otherwise all that are named together.
    `projects` and `experts` are the rows concerned, each once.
    """

    rule: str
    missing: int
    project: int = -1
    expert: int = -1
    role: int = -1
    found: int = 0
    needed: int = 0
    projects: tuple[int, ...] = ()
    experts: tuple[int, ...] = ()
    alone: bool = True

    def say(self, projects: Sequence[str], experts: Sequence[str], roles: Sequence[str]) -> str:
        """One sentence with the caller's names for rows."""
        facts = {
            "project": projects[self.project] if self.project >= 0 else "",
            "expert": experts[self.expert] if self.expert >= 0 else "",
            "role": roles[self.role] if self.role >= 0 else "",
            "missing": self.missing,
            "found": self.found,
            "needed": self.needed,
            "count": len(self.projects),
            "people": len(self.experts),
        }
        return words.SHORTAGE[self.rule].format(**facts)


def shortages(problem: Problem) -> tuple[Shortage, ...]:
    """Everything that counting shows, in the order of the rules; empty where counting shows nothing."""
    usable = problem.allowed & problem.roles.any(axis=1) & (problem.load_most > 0)
    found = [*_panels(problem, usable), *_locked(problem)]
    if not found:
        found = [*_groups(problem, usable), *_loads(problem, usable), *_role_loads(problem, usable)]
    return tuple(found)


def _panels(problem: Problem, usable: NDArray[np.bool_]) -> Iterator[Shortage]:
    """Projects that no pool load could help: too few eligible experts, or a mix that cannot be."""
    eligible = usable.sum(axis=1)
    for p in np.flatnonzero((problem.seats > 0) | (problem.least > 0).any(axis=1)):
        seats, people, row = int(problem.seats[p]), int(eligible[p]), int(p)
        most, least = int(problem.most[p].sum()), int(problem.least[p].sum())
        if people == 0 and seats > 0:
            rule = "all-conflict" if not problem.allowed[p].any() and problem.shape[1] else "nobody"
            yield Shortage(rule, seats, row, found=problem.shape[1], needed=seats)
        elif people < seats:
            yield Shortage("seats", seats - people, row, found=people, needed=seats)
        if most < seats:
            yield Shortage("most", seats - most, row, found=most, needed=seats, projects=(row,))
        if least > seats:
            yield Shortage("least", least - seats, row, found=seats, needed=least, projects=(row,))
        for r in np.flatnonzero(problem.least[p] > problem.most[p]):
            low, high = int(problem.least[p, r]), int(problem.most[p, r])
            yield Shortage("least", low - high, row, role=int(r), found=high, needed=low, projects=(row,))
        if people >= seats >= least:
            yield from _mix(problem, row, usable[p])


def _mix(problem: Problem, p: int, usable: NDArray[np.bool_]) -> Iterator[Shortage]:
    for r in np.flatnonzero(problem.least[p] > 0):
        able, least = int((usable & problem.roles[:, r]).sum()), int(problem.least[p, r])
        if able < least:
            yield Shortage("role", least - able, p, role=int(r), found=able, needed=least, projects=(p,))


def _groups(problem: Problem, usable: NDArray[np.bool_]) -> Iterator[Shortage]:
    """Panels whose eligible experts come from too few employers or districts."""
    for rule, group, most in _caps(problem):
        alone = usable[:, group < 0].sum(axis=1)
        for p in np.flatnonzero(problem.seats > 0):
            sizes = np.bincount(group[usable[p] & (group >= 0)])
            fill, seats = int(alone[p]) + int(np.minimum(sizes, most).sum()), int(problem.seats[p])
            if fill < seats:
                yield Shortage(rule, seats - fill, int(p), found=fill, needed=seats, projects=(int(p),))


def _caps(problem: Problem) -> Iterator[tuple[str, Ints, int]]:
    if problem.per_employer is not None:
        yield "employer", problem.employer, problem.per_employer
    if problem.per_district is not None:
        yield "district", problem.district, problem.per_district


def _loads(problem: Problem, usable: NDArray[np.bool_]) -> Iterator[Shortage]:
    """Loads that do not reach all seats, or minimum loads that nobody can fill."""
    open_to = (usable & (problem.seats > 0)[:, None]).sum(axis=0)
    places, seats = int(np.minimum(problem.load_most, open_to).sum()), int(problem.seats.sum())
    if places < seats:
        people = tuple(int(e) for e in np.flatnonzero((open_to > problem.load_most) & problem.roles.any(axis=1)))
        yield Shortage("load", seats - places, found=places, needed=seats, experts=people)
    least = int(problem.load_least.sum())
    if least > seats:
        people = tuple(int(e) for e in np.flatnonzero(problem.load_least > 0))
        yield Shortage("load-least-all", least - seats, found=seats, needed=least, experts=people)
    for e in np.flatnonzero(problem.load_least > np.minimum(open_to, problem.load_most)):
        needed, can = int(problem.load_least[e]), int(min(open_to[e], problem.load_most[e]))
        yield Shortage("load-least", needed - can, expert=int(e), found=can, needed=needed, experts=(int(e),))


def _role_loads(problem: Problem, usable: NDArray[np.bool_]) -> Iterator[Shortage]:
    """A category whose members' loads do not reach the seats reserved for it."""
    for r in range(problem.shape[2]):
        wanting = problem.least[:, r] > 0
        open_to = (usable[:, problem.roles[:, r]] & wanting[:, None]).sum(axis=0)
        members = np.flatnonzero(problem.roles[:, r])
        places, seats = int(np.minimum(problem.load_most[members], open_to).sum()), int(problem.least[:, r].sum())
        if places < seats:
            rows, people = tuple(int(p) for p in np.flatnonzero(wanting)), tuple(int(e) for e in members)
            yield Shortage("role", seats - places, role=r, found=places, needed=seats, projects=rows, experts=people)


def _locked(problem: Problem) -> Iterator[Shortage]:
    """Locked pairs that break a rule by themselves."""
    pairs = sorted(set(problem.locked))
    for p, e in pairs:
        able = (problem.roles[e] & (problem.most[p] > 0)).any() and problem.allowed[p, e]
        if not able or problem.load_most[e] < 1 or problem.seats[p] < 1:
            yield Shortage("locked", 1, p, e, projects=(p,), experts=(e,))
    limits = [
        (Counter(p for p, _ in pairs), problem.seats),
        (Counter(e for _, e in pairs), problem.load_most),
    ]
    for place, (count, limit) in enumerate(limits):
        for row, times in sorted(count.items()):
            if times > limit[row]:
                experts = tuple(e for p, e in pairs if (p, e)[place] == row)
                projects = tuple(p for p, e in pairs if (p, e)[place] == row)
                yield Shortage("locked", times - int(limit[row]), projects[0], experts[0], projects=projects, experts=experts)
    for _, group, most in _caps(problem):
        for (p, g), times in sorted(Counter((p, int(group[e])) for p, e in pairs).items()):
            if g >= 0 and times > most:
                experts = tuple(e for row, e in pairs if row == p and group[e] == g)
                yield Shortage("locked", times - most, p, experts[0], projects=(p,), experts=experts)
