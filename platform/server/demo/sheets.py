"""Score sheets of the bulk: drawn from a stock of sheets around a project's merit, ranked by the published formula itself."""

from __future__ import annotations

from random import Random

import msgspec
from msgspec import Struct

from projects.calls.rulepack import RulePack, default_pack
from projects.scoring.ranking import Ranked, rank
from server.demo.names import Seed

MERITS = range(58, 96)
KINDS = 24
SWING = 5
"""Points an expert may lie above or below a project's merit: panels are never as far apart as a re-discussion asks."""


class Sheet(Struct, frozen=True):
    points: dict[str, int]
    json: str
    total: int


class Stock:
    """Ready sheets by merit; a million scores are references to these few."""

    def __init__(self, seed: Seed, pack: RulePack | None = None) -> None:
        self.pack = pack or default_pack()
        dice = seed.random("sheets")
        self.by_merit = {merit: [self._sheet(dice, merit) for _ in range(KINDS)] for merit in MERITS}

    def _sheet(self, dice: Random, merit: int) -> Sheet:
        wanted = merit * 2 + dice.randrange(-SWING * 2, SWING * 2 + 1)
        points = {c.code: min(c.max * 2, wanted * c.max // self.pack.rubric.full) for c in self.pack.rubric.criteria}
        left = min(wanted, self.pack.rubric.full * 2) - sum(points.values())
        for criterion in self.pack.rubric.criteria:
            more = min(left, criterion.max * 2 - points[criterion.code])
            points[criterion.code] += more
            left -= more
        return Sheet(points, msgspec.json.encode(points).decode(), sum(points.values()))

    def sheets(self, dice: Random, count: int) -> list[Sheet]:
        return dice.choices(self.by_merit[dice.choice(MERITS)], k=count)

    def rank(self, sheets: dict[str, list[Sheet]]) -> list[Ranked]:
        return rank(
            {key: [sheet.points for sheet in given] for key, given in sheets.items()}, self.pack.rubric, self.pack.ranking
        )
