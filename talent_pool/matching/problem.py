"""One matching problem and its answer as plain arrays. Pure: what is not in here, no solver knows.

P projects, E experts, R roles (the categories a panel mixes). Affinities are integers in millionths, so that equal
input gives equal output on every machine. Ids stay outside: row p and column e are places in the caller's lists, which
the caller sorts by id, so that the order of a query never decides a panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
"""Affinity of a perfect match."""

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """Shapes: affinity, allowed (P, E); seats (P,); load_*, employer, district (E,); roles (E, R); least, most (P, R).

    `allowed` is False for a hard conflict, an exclusion, a paused expert. `employer` and `district` are numbers of groups,
    -1 for none; a panel takes at most `per_employer` / `per_district` of one group (None: no such rule). Every seat is
    filled in exactly one role that its expert may fill; role r has between least[p, r] and most[p, r] seats of project p.
    `locked` pairs are in every answer.
    """

    affinity: Ints
    allowed: Bools
    seats: Ints
    load_most: Ints
    load_least: Ints
    employer: Ints
    district: Ints
    roles: Bools
    least: Ints
    most: Ints
    per_employer: int | None = 1
    per_district: int | None = None
    locked: tuple[tuple[int, int], ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(P, E, R)."""
        return (*self.affinity.shape, self.roles.shape[1])

    def digest(self) -> str:
        """SHA-256 over everything the answer depends on: the input hash of a run."""
        found = sha256()
        for name in ("affinity", "seats", "load_most", "load_least", "employer", "district", "least", "most"):
            found.update(np.ascontiguousarray(getattr(self, name), dtype="<i4").tobytes())
        for name in ("allowed", "roles"):
            found.update(np.packbits(getattr(self, name)).tobytes())
        found.update(repr((self.shape, self.per_employer, self.per_district, sorted(self.locked))).encode())
        return found.hexdigest()


@dataclass(frozen=True, eq=False)
class Assignment:
    """Who sits where: parallel arrays (n,) of project, expert and role, sorted by project, then expert.

    `total` is the sum of affinities in millionths, `bound` what no assignment under the same rules can exceed (the value
    of the linear programme over all allowed pairs; equal to `total` where the answer is proven best), `figures` what a
    method adds: floor, entropy, seconds, pricing rounds.
    """

    project: Ints
    expert: Ints
    role: Ints
    total: int
    bound: float
    figures: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def gap(self) -> float:
        """How far below the bound, as a share of it; 0 is proven best."""
        return max(0.0, (self.bound - self.total) / max(abs(self.bound), 1.0))
