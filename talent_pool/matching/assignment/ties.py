"""Which of several equally good answers is taken: the one whose numbers add up to the most, whatever solver found the first. Pure.

Every pair has a number hashed from its own two names, so nobody's comes from where a row stands or who else is there. The
answers of the best total are a face: at exact prices they take every pair that gains, none that loses, and keep every
priced limit to the full; only pairs that neither gain nor lose are free. On that face the numbers are maximised, which
settles it: whoever then has no seat could be absent without moving anybody. It is a second programme and not a small
addition to the affinities, because a millionth split over ten thousand seats is finer than a solver of fractions can see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns

BITS = 30
"""Of a number: sums over a whole call stay exact in doubles, and two answers hardly ever have the same."""
Names = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Ties:
    """`project` (P,) and `expert` (E,): hashes of the names."""

    project: Names
    expert: Names

    def numbers(self, columns: Columns) -> NDArray[np.int64]:
        """(n,) from 0 below 2**BITS: of the pair and the role, mixed as in splitmix64."""
        mixed = self.project[columns.project] ^ (self.expert[columns.expert] * np.uint64(0x9E3779B97F4A7C15))
        mixed += (columns.role.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD1B54A32D192ED03)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        return np.asarray((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(64 - BITS), np.int64)


def ties(projects: Sequence[str], experts: Sequence[str]) -> Ties:
    return Ties(*(np.array([_hash(name) for name in names], np.uint64) for names in (projects, experts)))


def _hash(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big")
