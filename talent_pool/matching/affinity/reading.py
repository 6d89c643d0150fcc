"""The texts of one pool, read once: normalised, counted, and each as a row that projects and experts point to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from talent_pool.matching.affinity import grams
from talent_pool.matching.affinity.signals import Places
from talent_pool.matching.affinity.texts import digest, normalise

FEW, USUAL = 10, 0.25
"""From so many projects or texts on, a word in more than this share of them explains no choice."""

MARKS = 256
"""Works of the pool that every expert is held against: who is near to all of them is near to nothing in particular."""


@dataclass(frozen=True)
class ProjectText:
    """What a proposal says. `area` and `fields` are codes of controlled lists."""

    id: str
    sections: tuple[str, ...]
    area: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpertText:
    """What an expert shows: each work one text (title and abstract), each project led one, then what they say themselves."""

    id: str
    works: tuple[str, ...] = ()
    led: tuple[str, ...] = ()
    about: str = ""
    areas: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Model:
    """The texts of one pool as rows. `project`, `about`: a row each; `works`, `led`: the rows of each expert."""

    projects: Sequence[ProjectText]
    experts: Sequence[ExpertText]
    texts: Sequence[str]
    matrix: csr_matrix
    grams: Sequence[str]
    project: Places
    about: Places
    works: Sequence[Places]
    led: Sequence[Places]
    sections: Sequence[Sequence[str]]

    @cached_property
    def row_of(self) -> dict[str, int]:
        return {one.id: row for row, one in enumerate(self.projects)}

    @cached_property
    def usual(self) -> frozenset[str]:
        """Grams of two letters in so many projects of a round, or texts of a pool, that they speak for nobody in particular."""
        often = np.zeros(self.matrix.shape[1], np.bool_)
        for rows in (self.project, np.arange(len(self.texts))):
            if len(rows) >= FEW:
                often |= self.matrix[rows].getnnz(axis=0) > USUAL * len(rows)
        return frozenset(self.grams[column] for column in np.flatnonzero(often).tolist() if len(self.grams[column]) == 2)

    @cached_property
    def hashed(self) -> list[str]:
        return [digest(text) for text in self.texts]

    @cached_property
    def marks(self) -> Places:
        """Rows of some works and projects led, by the order of their hashes: whose they are and how many there are does not matter."""
        shown = np.unique(np.concatenate([np.zeros(0, np.int64), *self.works, *self.led])).tolist()
        return np.array(sorted(shown, key=lambda row: self.hashed[row])[:MARKS], np.int64)

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """(marks, experts): whether the mark is the expert's own."""
        shown = zip(self.works, self.led, strict=True)
        return np.stack([np.isin(self.marks, np.concatenate(both)) for both in shown], axis=1)

    @cached_property
    def column_of(self) -> dict[str, int]:
        return {one.id: column for column, one in enumerate(self.experts)}


def written(projects: Sequence[ProjectText], experts: Sequence[ExpertText]) -> set[str]:
    """Every text whose vector `affinity` can use: sections, works, projects led, self-descriptions."""
    found = {text for project in projects for text in project.sections}
    for expert in experts:
        found |= {*expert.works, *expert.led, _about(expert)}
    return found


def fit(projects: Sequence[ProjectText], experts: Sequence[ExpertText]) -> Model:
    """Read every text once. Self-descriptions do not say which grams are rare: stuffing them moves nobody else."""
    sections = [[normalise(text) for text in project.sections] for project in projects]
    joined = ["\n".join(parts).strip() for parts in sections]
    works = [[normalise(text) for text in expert.works] for expert in experts]
    led = [[normalise(text) for text in expert.led] for expert in experts]
    about = [normalise(_about(expert)) for expert in experts]
    evidence = {text for parts in (joined, *works, *led) for text in parts}
    texts = sorted(evidence | set(about))
    place = {text: number for number, text in enumerate(texts)}
    matrix, spelled = grams.weigh(texts, [text in evidence and text != "" for text in texts])

    def rows(parts: Sequence[str]) -> Places:
        return np.array([place[text] for text in parts], np.int64)

    def shown(parts: Sequence[str]) -> Places:
        # The same text twice is one work.
        return np.unique(rows([text for text in parts if text]))

    return Model(
        projects=projects,
        experts=experts,
        texts=texts,
        matrix=matrix,
        grams=spelled,
        project=rows(joined),
        about=rows(about),
        works=[shown(parts) for parts in works],
        led=[shown(parts) for parts in led],
        sections=sections,
    )


def _about(expert: ExpertText) -> str:
    """With the methods named in words; codes are no text."""
    return "\n".join((expert.about, *(method for method in expert.methods if not method.isascii()))).strip()
