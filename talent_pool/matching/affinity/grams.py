"""Texts as sparse rows of character 1-2-grams with TF-IDF weights, and their latent semantics. Counting is whole arrays.

Chinese has no spaces, and segmenting it costs quality here (CSL: characters find experts better than words do). Letters
and digits alone make grams; anything else ends one. Equal texts in any order give equal rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_matrix

LONGEST = 20_000
"""Characters of one text that count. What a proposal is about is said long before; this bounds memory."""
STRONGEST = 512
"""Grams kept of one text: the weightiest. A work of 250 characters keeps all of its own, a whole proposal its topics."""
LATENT = 256
LANDMARKS = 1_000
"""Texts from which the latent directions are learnt; beyond that they no longer change, and the cost grows as the cube."""

Floats = NDArray[np.float64]
_BATCH = 500_000
_LETTERS = 1 << 16
_COMMON = 0.04
_ROWS = 256


@dataclass(frozen=True, eq=False)
class _Batch:
    """The grams of some texts: parallel arrays, sorted by text, then gram (two places of the alphabet, 0 for none)."""

    texts: slice
    owner: NDArray[np.int32]
    gram: NDArray[np.uint32]
    count: NDArray[np.uint16]


def weigh(texts: Sequence[str], fit: Sequence[bool]) -> tuple[csr_matrix, list[str]]:
    """(rows of length 1 or 0, the gram of each column). Only texts with `fit` say what is rare.

    Grams of a single text stay in its length but get no column: nothing shares them.
    """
    texts = [text[:LONGEST] for text in texts]
    alphabet = _alphabet(texts)
    with ThreadPoolExecutor(2) as pool:  # sorting lets go of the interpreter
        batches = list(pool.map(partial(_count, texts=texts, table=_table(alphabet)), _batches(texts)))
    grams = _distinct(np.concatenate([np.zeros(0, np.uint32), *(_distinct(batch.gram) for batch in batches)]))
    learnt = np.asarray(fit, np.bool_)
    total, known = np.zeros(len(grams), np.int64), np.zeros(len(grams), np.int64)
    columns = [np.searchsorted(grams, batch.gram).astype(np.int32) for batch in batches]
    for batch, column in zip(batches, columns, strict=True):
        total += np.bincount(column, minlength=len(grams))
        known += np.bincount(column[learnt[batch.texts][batch.owner]], minlength=len(grams))
    idf = np.log((1.0 + learnt.sum()) / (1.0 + known)) + 1.0
    shared = total > 1
    place = np.where(shared, np.cumsum(shared) - 1, -1).astype(np.int32)
    parts = [_weights(batch, column, idf, place) for batch, column in zip(batches, columns, strict=True)]
    weight = np.concatenate([np.zeros(0), *(found for found, _, _ in parts)])
    column = np.concatenate([np.zeros(0, np.int32), *(found for _, found, _ in parts)])
    ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *(found for _, _, found in parts)])).astype(np.int32)
    rows = csr_matrix((weight, column, ends), shape=(len(texts), int(shared.sum())))
    return rows, _spelled(grams[shared], alphabet)


def _alphabet(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The letters and digits in use, by code point; place 0 is kept for none. A script too large loses its last letters."""
    seen = np.zeros(0x110000, np.bool_)
    for text in texts:
        seen[_points(text)] = True
    letters = [0, *[point for point in np.flatnonzero(seen).tolist() if chr(point).isalnum()]]
    return np.array(letters[:_LETTERS], np.uint32)


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def _distinct(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Sorted. np.unique hashes, which takes several times as long here."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)]]


def _spelled(grams: NDArray[np.uint32], alphabet: NDArray[np.uint32]) -> list[str]:
    """Two letters, or one where the first place is none; numpy drops the null behind it."""
    first, second = alphabet[grams // _LETTERS], alphabet[grams % _LETTERS]
    single = first == 0
    letters = np.stack([np.where(single, second, first), np.where(single, 0, second)], axis=1).astype("<u4")
    spelled: list[str] = np.ascontiguousarray(letters).view("<U2").ravel().tolist()
    return spelled


def _batches(texts: Sequence[str]) -> Iterator[slice]:
    """Half a million characters at a time."""
    start, size = 0, 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH or number == len(texts) - 1:
            yield slice(start, number + 1)
            start, size = number + 1, 0


def _table(alphabet: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Code point -> its place in the alphabet."""
    table = np.zeros(0x110000, np.uint16)
    table[alphabet] = np.arange(len(alphabet))
    return table


def _count(place: slice, texts: Sequence[str], table: NDArray[np.uint16]) -> _Batch:
    texts = texts[place]
    letters = table[_points("\0".join(texts))].astype(np.int64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) + 1 for text in texts])[: len(letters)] << 32
    both = (letters[:-1] > 0) & (letters[1:] > 0)
    # Owner above, gram below in one integer: one sort counts everything.
    double = (owner[:-1] | (letters[:-1] << 16) | letters[1:])[both]
    single = (owner | letters)[letters > 0]
    key, count = np.unique(np.concatenate((single, double)), return_counts=True)
    gram = (key & 0xFFFFFFFF).astype(np.uint32)
    return _Batch(place, (key >> 32).astype(np.int32), gram, np.minimum(count, 0xFFFF).astype(np.uint16))


def _weights(
    batch: _Batch, column: NDArray[np.int32], idf: Floats, place: NDArray[np.int32]
) -> tuple[Floats, NDArray[np.int32], NDArray[np.int64]]:
    """(weight, column) of the strongest grams of each text that have a column, and how many there are of each text."""
    texts = batch.texts.stop - batch.texts.start
    weight = (1.0 + np.log(batch.count.astype(np.float64))) * idf[column]
    size = np.bincount(batch.owner, minlength=texts)
    ends = np.cumsum(size)
    kept = np.ones(len(column), np.bool_)
    for text in np.flatnonzero(size > STRONGEST):
        own = slice(ends[text] - size[text], ends[text])
        kept[own] = False
        kept[own][np.argsort(-weight[own], kind="stable")[:STRONGEST]] = True
    owner, weight, found = batch.owner[kept], weight[kept], place[column[kept]]
    weight /= np.sqrt(np.bincount(owner, weight * weight, texts))[owner]
    shared = found >= 0
    return weight[shared], found[shared], np.bincount(owner[shared], minlength=texts)


def against(left: csr_matrix, right: csr_matrix) -> Callable[[slice], Floats]:
    """Some rows of `left` -> their dot products with all of `right`. Common columns are dense: there sparse is slow."""
    common = right.getnnz(axis=0) > max(_COMMON * right.shape[0], 8)
    sparse = right[:, ~common].T.tocsr()
    dense = np.ascontiguousarray(right[:, common].toarray().T)
    rare, often = left[:, ~common], left[:, common]

    def products(rows: slice) -> Floats:
        found: Any = (rare[rows] @ sparse).toarray()
        found += often[rows].toarray() @ dense
        return np.asarray(found)

    return products


def latent(matrix: csr_matrix, order: Sequence[int]) -> Floats | None:
    """Rows of length 1 (or 0) in the latent space, or None when there are too few texts to have one.

    `order` ranks the texts by something of their own, such as their hashes: the first are the landmarks. The truncated
    SVD of the landmarks' rows through their products is exact, needs no random start, and its signs cancel in cosines.
    """
    marks = np.sort(np.asarray(order, np.int64)[:LANDMARKS])
    size = min(LATENT, len(marks) // 4)
    if size < 16 or not matrix.shape[1]:
        return None
    squares = against(matrix[marks], matrix[marks])(slice(None))
    values, vectors = eigh(squares, subset_by_index=(len(marks) - size, len(marks) - 1), overwrite_a=True)
    held = values > max(float(values[-1]), 1.0) * 1e-9
    basis = vectors[:, held] / np.sqrt(values[held])
    products = against(matrix, matrix[marks])
    blocks = [products(slice(start, start + _ROWS)) @ basis for start in range(0, matrix.shape[0], _ROWS)]
    rows: Floats = np.concatenate(blocks)
    length = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-9))
