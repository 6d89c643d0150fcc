"""What an explanation consists of: rows, codes and numbers, affinities and costs in millionths. Pure, and light to import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Check:
    """One rule and whether the pair keeps it; a soft conflict is not passed and yet no obstacle."""

    code: str
    passed: bool


@dataclass(frozen=True)
class Match:
    """`rank` of `eligible` by affinity, equals sharing a rank. `number` and `numbered`: place in the lot among the qualified."""

    project: int
    expert: int
    role: int
    affinity: int
    rank: int
    eligible: int
    load_before: int
    load_after: int
    load_most: int
    checks: tuple[Check, ...]
    reasons: Any = None
    number: int | None = None
    numbered: tuple[int, int] | None = None


@dataclass(frozen=True)
class Block:
    """One obstacle: its code, and the rows (projects or experts) and numbers that belong to it."""

    code: str
    rows: tuple[int, ...] = ()
    value: int = 0
    limit: int = 0


@dataclass(frozen=True)
class WhyNot:
    """Obstacles, the decisive first. `cost`: what the whole would lose with this pair in; `exact` or at least so much."""

    project: int
    expert: int
    blocks: tuple[Block, ...]
    cost: int | None = None
    exact: bool = False
    shortages: tuple[Any, ...] = ()


@dataclass(frozen=True)
class PanelFacts:
    """`best` is the sum of the highest affinities without conflict, as if there were no other rule and no other project."""

    project: int
    score: int
    best: int
    floor: int | None
    members: tuple[int, ...] = field(default=())

    @property
    def price(self) -> int:
        """What rules, loads and the lot cost this panel."""
        return max(0, self.best - self.score)
