"""An independent check of an answer against every rule, written apart from the solvers and sharing nothing with them. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from talent_pool.matching.problem import Assignment, Problem


class Violation(NamedTuple):
    """Rule `code` is broken at row `project` and/or `expert` (-1: does not apply): `found` stands against `limit`."""

    code: str
    project: int
    expert: int
    found: int
    limit: int


Seat = tuple[int, int, int]


def violations(problem: Problem, assignment: Assignment) -> list[Violation]:
    """Every broken rule, none twice; an empty list is a valid answer."""
    seats = [(int(p), int(e), int(r)) for p, e, r in zip(assignment.project, assignment.expert, assignment.role, strict=True)]
    outside = [seat for seat in seats if not _is_inside(problem, seat)]
    if outside:
        return [Violation("unknown", p, e, r, 0) for p, e, r in outside]
    found = [*_pairs(problem, seats), *_panels(problem, seats), *_loads(problem, seats)]
    for code, group, most in (
        ("employer", problem.employer, problem.per_employer),
        ("district", problem.district, problem.per_district),
    ):
        if most is not None:
            found.extend(_caps(code, [int(number) for number in group], most, seats))
    pairs = {(p, e) for p, e, _ in seats}
    found.extend(Violation("locked", p, e, 0, 1) for p, e in sorted(set(problem.locked)) if (p, e) not in pairs)
    total = sum(int(problem.affinity[p, e]) for p, e, _ in seats)
    if total != assignment.total:
        found.append(Violation("total", -1, -1, assignment.total, total))
    return found


def _is_inside(problem: Problem, seat: Seat) -> bool:
    return all(0 <= number < size for number, size in zip(seat, problem.shape, strict=True))


def _pairs(problem: Problem, seats: list[Seat]) -> Iterator[Violation]:
    """A conflict, a role the expert does not have, the same expert twice."""
    for p, e, r in seats:
        if not problem.allowed[p, e]:
            yield Violation("allowed", p, e, 1, 0)
        if not problem.roles[e, r]:
            yield Violation("role", p, e, r, 0)
    for (p, e), times in sorted(Counter((p, e) for p, e, _ in seats).items()):
        if times > 1:
            yield Violation("once", p, e, times, 1)


def _panels(problem: Problem, seats: list[Seat]) -> Iterator[Violation]:
    """Panels of the wrong size or mix."""
    size = Counter(p for p, _, _ in seats)
    mix = Counter((p, r) for p, _, r in seats)
    projects, _, roles = problem.shape
    for p in range(projects):
        if size[p] != problem.seats[p]:
            yield Violation("seats", p, -1, size[p], int(problem.seats[p]))
        for r in range(roles):
            if mix[p, r] < problem.least[p, r]:
                yield Violation("least", p, -1, mix[p, r], int(problem.least[p, r]))
            if mix[p, r] > problem.most[p, r]:
                yield Violation("most", p, -1, mix[p, r], int(problem.most[p, r]))


def _loads(problem: Problem, seats: list[Seat]) -> Iterator[Violation]:
    load = Counter(e for _, e, _ in seats)
    for e in range(problem.shape[1]):
        if load[e] > problem.load_most[e]:
            yield Violation("load-most", -1, e, load[e], int(problem.load_most[e]))
        if load[e] < problem.load_least[e]:
            yield Violation("load-least", -1, e, load[e], int(problem.load_least[e]))


def _caps(code: str, group: list[int], most: int, seats: list[Seat]) -> Iterator[Violation]:
    """More of one group on a panel than the rule allows; each panel's offending group is named by its first member."""
    members: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for p, e, _ in seats:
        if group[e] >= 0:
            members[p, group[e]].append(e)
    for (p, _), experts in sorted(members.items()):
        if len(experts) > most:
            yield Violation(code, p, min(experts), len(experts), most)
