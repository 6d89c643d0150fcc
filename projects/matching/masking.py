"""Which pairs are out of the question and why: found by what people and projects share, not by trying every pair. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from projects.matching.puzzle import Judged, Masked, Puzzle
from talent_pool.matching.conflicts import ExpertFacts, find_conflicts

OUT = -1
EXCLUDED = "excluded"


def masked(puzzle: Puzzle) -> list[Masked]:
    """Every pair that may not be, once, with the first reason: who is out altogether, exclusions, then hard conflicts."""
    found = [(OUT, place, expert.out) for place, expert in enumerate(puzzle.experts) if expert.out]
    gone = {place for _, place, _ in found}
    found += [(OUT, place, EXCLUDED) for project, place in puzzle.excluded if project == OUT and place not in gone]
    gone |= {place for _, place, _ in found}
    pairs = {(project, place): EXCLUDED for project, place in puzzle.excluded if project != OUT and place not in gone}
    on = date.fromisoformat(puzzle.on)
    near = _Near(puzzle.projects)
    for place, expert in enumerate(puzzle.experts):
        if place in gone:
            continue
        for project in near.of(expert.facts):
            hard = [
                c
                for c in find_conflicts(expert.facts, puzzle.projects[project].facts, on, puzzle.parameters.conflict_years)
                if c.is_hard
            ]
            if hard and (project, place) not in pairs:
                pairs[project, place] = f"conflict:{hard[0].kind}"
    return found + [(project, place, why) for (project, place), why in sorted(pairs.items())]


class _Near:
    """Projects by everything a relation can meet: a unit, a person, a mentor, the project itself."""

    def __init__(self, projects: Sequence[Judged]) -> None:
        self.met: defaultdict[str, set[int]] = defaultdict(set)
        for place, project in enumerate(projects):
            facts = project.facts
            for key in (*facts.units, *facts.people, *facts.mentors, facts.project):
                self.met[key].add(place)

    def of(self, facts: ExpertFacts) -> list[int]:
        found: set[int] = set()
        for key in self._keys(facts):
            found |= self.met.get(key, set())
        return sorted(found)

    @staticmethod
    def _keys(facts: ExpertFacts) -> Iterator[str]:
        yield facts.person
        yield from (job.unit for job in facts.employments)
        yield from (*facts.offices, *facts.kin, *facts.declared)
