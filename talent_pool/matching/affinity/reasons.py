"""Why an expert fits a project, read from the same rows as the affinity: shared phrases, the nearest work, the codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from talent_pool.matching import words
from talent_pool.matching.affinity.comparing import ExpertText, Model, ProjectText, fit
from talent_pool.matching.affinity.signals import TOP, near
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
    """From the three nearest works and projects led; from the self-description only when there are none.

    `model` is that of the run (`affinity.fit`), which knows what is rare in this pool; without it the pair stands alone.
    """
    model = model if model is not None else fit([project], [expert])
    row, column = model.project[model.row_of[project.id]], model.column_of[expert.id]
    shown = np.union1d(model.works[column], model.led[column])
    evidence = shown if len(shown) else model.about[[column]]
    left, right = model.matrix[[row]], model.matrix[evidence]
    cosines = np.asarray((right @ left.T).toarray()).ravel()
    nearest = np.argsort(-cosines, kind="stable")[:TOP]
    nearest = nearest[cosines[nearest] > 0]
    texts = [model.texts[evidence[place]] for place in nearest]
    terms = _terms(model.texts[row], texts, _parts(model.grams, left, right[nearest]), model.usual) if texts else ()
    best = (_excerpt(expert, texts[0]), round(float(cosines[nearest[0]]), 4)) if texts and len(shown) else None
    return Reasons(terms, best, _codes(project, expert))


def _parts(grams: Sequence[str], left: csr_matrix, right: csr_matrix) -> dict[str, float]:
    """What each gram adds to the similarity, as shares of the whole."""
    added = left.multiply(right.sum(axis=0)).tocoo()
    total = float(added.data.sum())
    return {grams[column]: value / total for column, value in zip(added.col.tolist(), added.data.tolist(), strict=True) if value}


def _terms(project: str, texts: Sequence[str], parts: dict[str, float], usual: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """Overlapping grams joined into the longest phrases that both sides use; a gram counts for the first that has it.

    What nearly every project says is named only where there is nothing else.
    """
    phrases = {phrase for text in texts for phrase in _phrases(project, text, parts)}
    phrases = phrases - usual or phrases
    chosen: list[tuple[str, float]] = []
    left = dict(parts)
    worth = {phrase: _worth(phrase, left) for phrase in phrases}
    while worth and len(chosen) < TERMS:
        phrase = min(worth, key=lambda one: (-worth[one], -len(one), one))
        if worth[phrase] <= 0:
            break
        chosen.append((phrase, round(worth.pop(phrase), 4)))
        for gram in _grams(phrase):
            left.pop(gram, None)
        worth = {one: _worth(one, left) for one in worth if one not in phrase and phrase not in one}
    return tuple(chosen)


def _grams(phrase: str) -> set[str]:
    return {*phrase, *(first + second for first, second in pairwise(phrase))}


def _worth(phrase: str, left: dict[str, float]) -> float:
    return sum(left.get(gram, 0.0) for gram in sorted(_grams(phrase)))


def _phrases(project: str, text: str, parts: dict[str, float]) -> set[str]:
    """The longest runs of `text`, two to LONGEST characters, that stand in `project` too."""
    found, start = set(), 0
    while start < len(text) - 1:
        end = start + 1
        while end < len(text) and end - start < LONGEST and text[end - 1 : end + 1] in parts and text[start : end + 1] in project:
            end += 1
        if end - start > 1 and len(phrase := text[start:end].strip(words.PARTICLES)) > 1:
            found.add(phrase)
        start = max(end - 1, start + 1)
    return found


def _excerpt(expert: ExpertText, text: str) -> str:
    """The beginning of the work as it was written."""
    written = next((one for one in (*expert.works, *expert.led) if normalise(one) == text), text)
    line = " ".join(written.replace("\0", "").split())
    return line if len(line) <= EXCERPT else line[:EXCERPT] + "…"


def _codes(project: ProjectText, expert: ExpertText) -> tuple[str, ...]:
    """The project's codes that the expert declared, or declared a branch of."""
    asked = (*((project.area,) if project.area else ()), *project.fields)
    return tuple(code for code in asked if any(near(code, offered) > 0 for offered in (*expert.areas, *expert.fields)))
