"""B9, B9b, B10: how well texts find experts, and what a text costs. Each function is one row in a process of its own; MATCHING_DATA names the data.

The vectors of a thousand abstracts take minutes of one core; MATCHING_CACHE may name a folder that keeps them.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from time import process_time
from typing import Any

import numpy as np

from bench.matching import csl
from bench.matching.lines import Line, line
from talent_pool.matching.affinity import grams, texts
from talent_pool.matching.affinity.comparing import Vectors, affinity
from talent_pool.matching.affinity.reading import ExpertText, ProjectText
from talent_pool.matching.problem import MILLION, Ints
from talent_pool.meaning.models import KINDS, Kind, encode, have_meaning

ROWS = ("b9_characters", "b9_plain", "b9_meaning", "b9_labels", "b9b", "b10", "b10_times", "b9_call")
SEEDS = (1, 2, 3)
"""Three ways of dealing the abstracts to experts: one could be luck. Figures are their mean."""


def b9_characters() -> Iterator[Line]:
    """The baseline: the mean cosine of plain character TF-IDF (no sublinear counts) over the works."""
    yield from _found("characters alone", "reference", "reference", _characters)


def b9_plain() -> Iterator[Line]:
    """What everybody gets: characters and latent semantics."""
    yield from _found("without the extra", ">= .30", "", lambda deal: affinity(deal.projects, deal.experts))


def b9_meaning() -> Iterator[Line]:
    """Each encoder of the extra alone with the base, then both. Making the vectors is not in the time: b10_times has it."""
    dealt = csl.collection(SEEDS[0])
    if dealt is None or not have_meaning():
        yield line("B9", "CSL", "not measured: no data, or no extra", None, ">= .38")
        return
    vectors = {kind.name: _vectors(kind, dealt.abstracts) for kind in KINDS}
    for name, known in vectors.items():
        yield from _found(f"with {name}", "", "", lambda deal, name=name, known=known: _whole(deal, {name: known}))
    yield from _found("with the extra", ">= .38", ">= .39", lambda deal: _whole(deal, vectors))


def _found(method: str, precision: str, share: str, table: Callable[[csl.Collection], Ints]) -> Iterator[Line]:
    """MAP, precision of the first, share of right pairs after the best assignment (3 seats, load 12)."""
    dealt = [found for seed in SEEDS if (found := csl.collection(seed)) is not None]
    if not dealt:
        yield line("B9", "CSL", f"skipped: no {csl.FILE} in MATCHING_DATA", None, precision)
        return
    begun = process_time()
    tables = [table(deal) for deal in dealt]
    cpu = (process_time() - begun) / len(dealt)
    found = [deal.judge(one) for deal, one in zip(dealt, tables, strict=True)]
    name = f"CSL {len(dealt[0].counted)}x{len(dealt[0].owned)}"
    yield line("B9", name, f"MAP, {method}", round(fmean(one.precision for one in found), 4), precision, cpu)
    yield line("B9", name, f"lowest MAP of {len(SEEDS)} dealings, {method}", round(min(one.precision for one in found), 4), "")
    yield line("B9", name, f"precision of the first, {method}", round(fmean(one.first for one in found), 4), "")
    yield line("B9", name, f"share of right pairs, {method}", round(fmean(one.share for one in found), 4), share)


def _whole(deal: csl.Collection, vectors: Vectors) -> Ints:
    return affinity(deal.projects, deal.experts, meaning=vectors)


def _characters(deal: csl.Collection) -> Ints:
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit_transform(deal.abstracts)
    cosines = (matrix @ matrix.T).toarray()
    means = np.stack([cosines[:, list(own)].mean(axis=1) for own in deal.owned], axis=1)
    return np.rint(means * MILLION).astype(np.int32)


def _vectors(kind: Kind, written: Sequence[str]) -> dict[str, Any]:
    normalised = [texts.normalise(text) for text in written]
    kept = os.environ.get("MATCHING_CACHE", "")
    path = Path(kept) / f"csl-{kind.name}-{kind.version}.npy" if kept else None
    if path is not None and path.exists():
        found = np.load(path)
    else:
        found = np.stack([np.frombuffer(one, "<f2") for one in encode(kind, normalised)])
        if path is not None:
            np.save(path, found)
    return {texts.digest(text): vector.astype(np.float32) for text, vector in zip(normalised, found, strict=True)}


def b9_labels() -> Iterator[Line]:
    """A code for every abstract, foretold from the labels of the other nine tenths, then declared like any other code.

    On the platform nobody foretells: a project declares its area and an expert the fields. The row shows what such codes bring.
    """
    dealt = csl.collection(SEEDS[0])
    if dealt is None or not have_meaning():
        yield line("B9", "CSL with 1,000 labels", "not measured: no data, or no extra", None, ">= .52")
        return
    vectors = {kind.name: _vectors(kind, dealt.abstracts) for kind in KINDS}
    foretold = _foretold(dealt, vectors)
    right = np.mean([one == other for one, other in zip(foretold, dealt.disciplines, strict=True)])
    yield line("B9", "CSL with 1,000 labels", "codes foretold rightly", round(float(right), 3), "")
    yield from _found("with labels", ">= .52", ">= .49", lambda deal: _declared(deal, foretold, vectors))


def _declared(deal: csl.Collection, foretold: Sequence[str], vectors: Vectors) -> Ints:
    code = {name: f"field{number}" for number, name in enumerate(sorted(set(deal.disciplines)))}
    asked = [replace(project, fields=(code[name],)) for project, name in zip(deal.projects, foretold, strict=True)]
    offered = [
        replace(expert, fields=(code[deal.disciplines[own[0]]],)) for expert, own in zip(deal.experts, deal.owned, strict=True)
    ]
    return affinity(asked, offered, meaning=vectors)


def _foretold(deal: csl.Collection, vectors: Vectors) -> list[str]:
    """Ridge regression on the cosines of characters and of the encoders; ten folds, each told by the other nine."""
    names = sorted(set(deal.disciplines))
    truth = np.array([[name == own for name in names] for own in deal.disciplines], np.float64)
    normalised = [texts.normalise(text) for text in deal.abstracts]
    matrix, _ = grams.weigh(normalised, [True] * len(normalised))
    dense = [np.stack([known[texts.digest(text)] for text in normalised]).astype(np.float64) for known in vectors.values()]
    centred = [rows - rows.mean(axis=0) for rows in dense]
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in centred]
    near = ((matrix @ matrix.T).toarray() + np.mean([rows @ rows.T for rows in unit], axis=0)) / 2
    fold, found = np.random.default_rng(0).integers(0, 10, len(normalised)), [""] * len(normalised)
    for one in range(10):
        told, asked = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        usual = truth[told].mean(axis=0)
        weights = np.linalg.solve(near[np.ix_(told, told)] + 0.1 * np.eye(len(told)), truth[told] - usual)
        for row, best in zip(asked, (near[np.ix_(asked, told)] @ weights + usual).argmax(axis=1), strict=True):
            found[row] = names[best]
    return found


def b9b() -> Iterator[Line]:
    yield line("B9b", "gold standard d_20_1..10", "not measured: it is not at hand", None, "<= .255")


def b10() -> Iterator[Line]:
    yield line("B10", "STS-B-zh, LCQMC", "not measured: the pairs are not at hand", None, ">= .72 / .88")


def b10_times(abstracts: int = 20) -> Iterator[Line]:
    """CPU of one abstract of about 220 characters, each model alone, after it is loaded."""
    deal = csl.collection(SEEDS[0])
    if deal is None:
        return
    some = [texts.normalise(text) for text in deal.abstracts[:abstracts]]
    begun = process_time()
    many = [texts.normalise(text) for text in deal.abstracts]
    grams.weigh(many, [True] * len(many))
    yield _per_abstract("characters", len(many), process_time() - begun)
    for kind in KINDS if have_meaning() else ():
        encode(kind, some[:1])
        begun = process_time()
        encode(kind, some)
        yield _per_abstract(kind.name, len(some), process_time() - begun)


def _per_abstract(model: str, count: int, cpu: float) -> Line:
    return line("B10", "CSL", f"milliseconds an abstract, {model}", round(1000 * cpu / count, 2), "", cpu)


def b9_call(projects: int = 2_000, experts: int = 500, characters: int = 3_000) -> Iterator[Line]:
    """A whole call: proposals made of sentences of the abstracts, six works and a self-description an expert."""
    deal = csl.collection(SEEDS[0])
    if deal is None:
        return
    asked, offered = call(deal, projects, experts, characters)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = process_time()
    affinity(asked, offered)
    cpu = process_time() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    name = f"{projects}x{experts}x6 works, proposals of {characters} characters"
    yield line("B9", name, "MB grown for all affinities", grown, "<= 300", cpu)


def call(deal: csl.Collection, projects: int, experts: int, characters: int) -> tuple[list[ProjectText], list[ExpertText]]:
    random = np.random.default_rng(7)
    sentences = [piece for text in deal.abstracts for piece in text.replace(",", "。").split("。") if len(piece) > 4]

    def text(length: int) -> str:
        return "。".join(random.choice(sentences, max(1, length // 22)).tolist())

    asked = [ProjectText(f"{n:05d}", (text(characters),)) for n in range(projects)]
    return asked, [ExpertText(f"{n:05d}", tuple(text(220) for _ in range(6)), (), text(100)) for n in range(experts)]
