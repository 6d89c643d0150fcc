"""From the words of a puzzle to affinities, and from a chosen pair to what speaks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from projects.matching.puzzle import Judge, Judged, Puzzle
from talent_pool.matching.affinity import comparing
from talent_pool.matching.affinity.reading import ExpertText, ProjectText, fit
from talent_pool.matching.affinity.reasons import Reader


class Weighed:
    """The texts of a puzzle, read once for both."""

    def __init__(self, puzzle: Puzzle) -> None:
        self.projects = [project_text(project) for project in puzzle.projects]
        self.experts = [expert_text(expert) for expert in puzzle.experts]
        self._model = fit(self.projects, self.experts)
        self._reader = Reader(self._model)
        self.affinity = comparing.compare(self._model, meaning=_vectors(puzzle.vectors))

    def reasons(self, project: int, expert: int) -> dict[str, Any]:
        """Terms with their share in percent, the nearest work with its cosine, codes in common."""
        found = self._reader.reasons(self.projects[project], self.experts[expert])
        return {
            "terms": [{"term": term, "share": round(share * 100)} for term, share in found.terms],
            "work": None if found.work is None else {"text": found.work[0], "near": round(found.work[1], 3)},
            "fields": list(found.fields),
        }


def project_text(project: Judged) -> ProjectText:
    return ProjectText(project.id, project.sections, project.area)


def expert_text(expert: Judge) -> ExpertText:
    return ExpertText(expert.id, expert.works, expert.led, expert.about, expert.areas, expert.fields, expert.methods)


def _vectors(path: str) -> comparing.Vectors | None:
    """{model: {hash: vector}} from the archive that `talent_pool.meaning.queries.archive` writes."""
    if not path or not Path(path).exists():
        return None
    found: dict[str, Any] = {}
    with np.load(path, allow_pickle=False) as archive:
        for name in archive.files:
            if name.endswith(".hashes"):
                model = name.removesuffix(".hashes")
                found[model] = dict(zip(archive[name].tolist(), archive[f"{model}.vectors"], strict=True))
    return found
