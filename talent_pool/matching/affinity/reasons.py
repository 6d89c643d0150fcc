"""Why an expert fits a project, read from the same rows as the affinity: shared phrases, the nearest work, the codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching import words
from talent_pool.matching.affinity.reading import ExpertText, Model, ProjectText, fit
from talent_pool.matching.affinity.signals import TOP, Floats, near
from talent_pool.matching.affinity.texts import normalise

TERMS = 5
LONGEST = 12
"""Characters of a phrase: longer ones are sentences copied from the same paper."""
EXCERPT = 80


@dataclass(frozen=True)
class Reasons:
    """`terms`: phrases of both sides and their share of the similarity. `work`: how it begins and its cosine."""

    terms: tuple[tuple[str, float], ...] = ()
    work: tuple[str, float] | None = None
    fields: tuple[str, ...] = ()


def reasons(project: ProjectText, expert: ExpertText, model: Model | None = None) -> Reasons:
    """One pair. `model` is that of the run (`affinity.fit`), which knows what is rare in this pool; without it the pair stands alone."""
    model = model if model is not None else fit([project], [expert])
    return Reader(model).reasons(project, expert)


class Reader:
    """Reads the reasons of many pairs of one pool. Those of one project after another are fastest: its row is laid out once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._project = -1
        self._weights: Floats = np.zeros(model.matrix.shape[1])
        self._written: dict[str, str] = {}

    def reasons(self, project: ProjectText, expert: ExpertText) -> Reasons:
        """From the three nearest works and projects led; from the self-description only when there are none."""
        model = self._model
        row, column = int(model.project[model.row_of[project.id]]), model.column_of[expert.id]
        self._lay_out(row)
        shown = np.union1d(model.works[column], model.led[column])
        evidence = (shown if len(shown) else model.about[[column]]).tolist()
        shared = [self._shared(text) for text in evidence]
        cosines = [float(added.sum()) for _, added in shared]
        nearest = [place for place in sorted(range(len(evidence)), key=lambda place: -cosines[place])[:TOP] if cosines[place] > 0]
        texts = [model.texts[evidence[place]] for place in nearest]
        parts = self._parts([shared[place] for place in nearest])
        terms = _terms(model.texts[row], texts, parts, model.usual) if texts else ()
        best = (self._excerpt(expert, texts[0]), round(cosines[nearest[0]], 4)) if texts and len(shown) else None
        return Reasons(terms, best, _codes(project, expert))

    def _lay_out(self, row: int) -> None:
        if row != self._project:
            self._weights[self._row(self._project)[0]] = 0.0
            columns, weights = self._row(row)
            self._weights[columns] = weights
            self._project = row

    def _row(self, row: int) -> tuple[NDArray[np.int32], Floats]:
        """Columns and weights of a text; of no text for -1."""
        matrix = self._model.matrix
        place = slice(0, 0) if row < 0 else slice(matrix.indptr[row], matrix.indptr[row + 1])
        return matrix.indices[place], matrix.data[place]

    def _shared(self, row: int) -> tuple[NDArray[np.int32], Floats]:
        """The columns that a text shares with the project, and what each adds to their cosine."""
        columns, weights = self._row(row)
        added = weights * self._weights[columns]
        both = added > 0
        return columns[both], added[both]

    def _parts(self, shared: Sequence[tuple[NDArray[np.int32], Floats]]) -> dict[str, float]:
        """What each gram adds to the similarity, as shares of the whole."""
        if not shared:
            return {}
        columns, place = np.unique(np.concatenate([columns for columns, _ in shared]), return_inverse=True)
        added = np.bincount(place, np.concatenate([added for _, added in shared]))
        grams = self._model.grams
        return {grams[column]: value for column, value in zip(columns.tolist(), (added / added.sum()).tolist(), strict=True)}

    def _excerpt(self, expert: ExpertText, text: str) -> str:
        """The work's title, its first line, as it was written."""
        if text not in self._written:
            self._written.update((normalise(one), one) for one in reversed((*expert.works, *expert.led)))
        line = " ".join(self._written.get(text, text).strip().partition("\n")[0].replace("\0", "").split())
        return line if len(line) <= EXCERPT else line[:EXCERPT] + "…"


def _terms(project: str, texts: Sequence[str], parts: dict[str, float], usual: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """Overlapping grams joined into the longest phrases that both sides use; a gram counts for the first that has it.

    What nearly every project says, or any might, is named only where there is nothing else.
    """
    phrases = {phrase for text in texts for phrase in _phrases(project, text, parts)}
    phrases = phrases - usual - words.GENERAL or phrases
    grams = {phrase: _grams(phrase) for phrase in sorted(phrases)}
    worth = {phrase: sum(parts.get(gram, 0.0) for gram in grams[phrase]) for phrase in grams}
    chosen: list[tuple[str, float]] = []
    left = dict(parts)
    while worth and len(chosen) < TERMS:
        phrase = min(worth, key=lambda one: (-worth[one], -len(one), one))
        if worth[phrase] <= 0:
            break
        chosen.append((phrase, round(worth.pop(phrase), 4)))
        gone = {gram for gram in grams[phrase] if left.pop(gram, None) is not None}
        worth = {one: value for one, value in worth.items() if one not in phrase and phrase not in one}
        for one in worth:
            if not gone.isdisjoint(grams[one]):
                worth[one] = sum(left.get(gram, 0.0) for gram in grams[one])
    return tuple(chosen)


def _grams(phrase: str) -> tuple[str, ...]:
    """Each once, in one order: sums of the same numbers in another order are not the same."""
    return tuple(sorted({*phrase, *(phrase[at : at + 2] for at in range(len(phrase) - 1))}))


def _phrases(project: str, text: str, parts: dict[str, float]) -> set[str]:
    """The longest runs of `text`, two to LONGEST characters, that stand in `project` too."""
    found, start, last = set(), 0, len(text) - 1
    known = [text[at : at + 2] in parts for at in range(last)]
    while start < last:
        end = start + 1
        while end <= last and end - start < LONGEST and known[end - 1] and text[start : end + 1] in project:
            end += 1
        if end - start > 1 and len(phrase := text[start:end].strip(words.PARTICLES)) > 1:
            found.add(phrase)
        start = max(end - 1, start + 1)
    return found


def _codes(project: ProjectText, expert: ExpertText) -> tuple[str, ...]:
    """The project's codes that the expert declared, or declared a branch of."""
    asked = (*((project.area,) if project.area else ()), *project.fields)
    return tuple(code for code in asked if any(near(code, offered) > 0 for offered in (*expert.areas, *expert.fields)))
