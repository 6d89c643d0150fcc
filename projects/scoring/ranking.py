"""The published formula and nothing else: mean, trimming only if published, tie-break chain. Exact fractions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from msgspec import Struct

from kernel.errors import Refused
from projects.calls.rulepack import RankingRules, Rubric
from projects.scoring.rules import Reason

Sheet = Mapping[str, int]
"""Half points by criterion: one expert's signed scores of one project."""


class Ranked(Struct, frozen=True):
    """`place` counts 1, 1, 3. `tied` projects are equal in mean and the whole chain: people decide, on record."""

    project: str
    mean: Fraction  # in half points; `rules.show_mean` shows points
    place: int
    tied: bool
    decided_by: str  # the criterion that parted it from an equal mean, "" when the mean did
    passes: bool
    sheets: int


def total(sheet: Sheet) -> int:
    return sum(sheet.values())


def mean(totals: Iterable[int], rules: RankingRules) -> Fraction:
    """Trimming drops one highest and one lowest total, and is refused where the call did not publish it for so few."""
    kept = sorted(totals)
    if rules.trim:
        if len(kept) < rules.trim_from:
            raise Refused(Reason.TRIM_TOO_FEW, needed=rules.trim_from)
        kept = kept[1:-1]
    return Fraction(sum(kept), len(kept))


def tie_chain(rubric: Rubric, rules: RankingRules) -> tuple[str, ...]:
    """The criteria of the chain in order, "heaviest" resolved (the first of several with the most points), no repeats."""
    heaviest = max(rubric.criteria, key=lambda criterion: criterion.max).code
    return tuple(dict.fromkeys(heaviest if code == "heaviest" else code for code in rules.tie_break))


def rank(sheets: Mapping[str, Sequence[Sheet]], rubric: Rubric, rules: RankingRules) -> list[Ranked]:
    """Every project that has a sheet, best first; what is fully equal shares a place and is listed by code.

    Criteria of the chain compare the means over all sheets, trimmed or not, so that anyone can recompute them.
    """
    chain = tie_chain(rubric, rules)
    keys = {project: _key(given, chain, rules) for project, given in sheets.items() if given}
    ordered = sorted(sorted(keys), key=lambda project: keys[project], reverse=True)
    groups = [(key, list(members)) for key, members in groupby(ordered, key=lambda project: keys[project])]
    result: list[Ranked] = []
    for index, (key, members) in enumerate(groups):
        # Sorted neighbours share the longest prefix, so only they can have needed the chain.
        around = [groups[near][0] for near in (index - 1, index + 1) if 0 <= near < len(groups)]
        depth = max((_common(key, other) for other in around), default=0)
        place = len(result) + 1
        result += [
            Ranked(
                project=project,
                mean=key[0],
                place=place,
                tied=len(members) > 1,
                decided_by=chain[depth - 1] if depth else "",
                passes=key[0] >= rubric.pass_line * 2,
                sheets=len(sheets[project]),
            )
            for project in members
        ]
    return result


def _key(given: Sequence[Sheet], chain: Sequence[str], rules: RankingRules) -> tuple[Fraction, ...]:
    return (
        mean([total(sheet) for sheet in given], rules),
        *(Fraction(sum(sheet[code] for sheet in given), len(given)) for code in chain),
    )


def _common(key: tuple[Fraction, ...], other: tuple[Fraction, ...]) -> int:
    """How many leading values two different keys share."""
    return next(index for index, (a, b) in enumerate(zip(key, other, strict=True)) if a != b)
