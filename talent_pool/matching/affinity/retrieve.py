"""The best few partners of every project and every expert, without keeping all pairs: for pools where pairs are millions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.problem import MILLION, Bools, Ints

CELLS = 8_000_000
"""Pairs looked at at once: 32 MB of scores, so that a city of 10,000 projects and 20,000 experts fits in half a gigabyte."""


def retrieve(
    projects: Any,
    experts: Any,
    k: int,
    *,
    groups: Ints | None = None,
    per_expert: int = 0,
    allowed: Bools | None = None,
) -> tuple[Ints, Ints, Ints]:
    """(project, expert, affinity in millionths) of the candidates, sorted by project, then expert.

    `projects` (P, d) and `experts` (E, d) have rows of length 1: numpy arrays, or scipy sparse rows. Every project keeps
    its `k` best experts of each number in `groups` (E,) (of the whole pool without it), and every expert the `per_expert`
    best projects, so that nobody is without a candidate. `allowed` (P, E) leaves pairs out. Among equals the first in
    order stays. What is cut is not proven useless: whoever needs the optimum prices the missing pairs afterwards.
    """
    size, pool = projects.shape[0], experts.shape[0]
    members = [np.arange(pool)] if groups is None else [np.flatnonzero(groups == group) for group in np.unique(groups)]
    found: list[tuple[Ints, Ints, Ints]] = []
    for start, scores in _blocks(projects, experts):
        if allowed is not None:
            scores[~allowed[start : start + len(scores)]] = -1
        for columns in members:
            if len(columns):
                row, column = _best(scores[:, columns] if len(columns) < pool else scores, k)
                found.append((row + np.int32(start), columns[column].astype(np.int32), scores[row, columns[column]]))
    if per_expert:
        for start, scores in _blocks(experts, projects):
            if allowed is not None:
                scores[~allowed[:, start : start + len(scores)].T] = -1
            row, column = _best(scores, per_expert)
            found.append((column, row + np.int32(start), scores[row, column]))
    return _merged(found, size, pool)


def _blocks(left: Any, right: Any) -> Iterator[tuple[int, Ints]]:
    """(first row, scores of these rows with everything on the right in millionths)"""
    size, pool = left.shape[0], right.shape[0]
    step = max(1, CELLS // max(pool, 1))
    turned = right.T.tocsr() if hasattr(right, "tocsr") else np.ascontiguousarray(right, np.float32).T
    for start in range(0, size, step):
        rows = left[start : start + step]
        product = (rows @ turned).toarray() if hasattr(rows, "toarray") else np.asarray(rows, np.float32) @ turned
        np.clip(product, 0, 1, out=product)
        product *= MILLION
        yield start, np.rint(product, out=product).astype(np.int32)


def _best(scores: Ints, k: int) -> tuple[Ints, Ints]:
    """Places (row, column) of the k highest of each row that are not negative; the first among equals."""
    wide = scores.shape[1]
    if wide <= k:
        chosen: NDArray[Any] = scores >= 0
    else:
        last = np.partition(scores, wide - k, axis=1)[:, wide - k, None]
        chosen = scores >= np.maximum(last, 0)
        for row in np.flatnonzero(chosen.sum(axis=1) > k):
            ties = np.flatnonzero(scores[row] == last[row])
            chosen[row, ties[k - int((scores[row] > last[row]).sum()) :]] = False
    pairs = np.argwhere(chosen).astype(np.int32)
    return pairs[:, 0], pairs[:, 1]


def _merged(found: list[tuple[Ints, Ints, Ints]], size: int, pool: int) -> tuple[Ints, Ints, Ints]:
    """Each pair once, in order."""
    if not found or not size or not pool:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32)
    pair = np.concatenate([project.astype(np.int64) * pool + expert for project, expert, _ in found])
    score = np.concatenate([values for _, _, values in found])
    pair, first = np.unique(pair, return_index=True)
    return (pair // pool).astype(np.int32), (pair % pool).astype(np.int32), score[first]
