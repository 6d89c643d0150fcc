"""What a score sheet must satisfy and when a panel may close. Pure.

Scores are integers in half points: 35 is 17.5. No float ever touches a score.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from msgspec import Struct

from kernel.errors import Refused
from kernel.money import half_width
from projects.calls.rulepack import Band, RankingRules, Rubric
from projects.scoring import words


class Reason(StrEnum):
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_A_SCORE = "not-a-score"
    RANGE = "range"
    STEP = "step"
    COMMENT_MISSING = "comment-missing"
    UNSCORED = "unscored"
    NO_PROMISE = "no-promise"
    SIGNED = "signed"
    NOT_ENOUGH_SHEETS = "not-enough-sheets"
    TRIM_TOO_FEW = "trim-too-few"
    NO_RETURN_REASON = "no-return-reason"
    REDISCUSSION_OPEN = "rediscussion-open"
    SAME_PERSON = "same-person"
    PANEL_SHUT = "panel-shut"
    NO_SHEETS = "no-sheets"
    FEWER_NEED_REASON = "fewer-need-reason"
    STILL_SITTING = "still-sitting"

    @property
    def label(self) -> str:
        return words.REASON[self]


def read_score(text: str) -> int:
    """Half points from what was typed: 17, 17.5 or 17.50; finer values are refused by name, not rounded."""
    plain = half_width(text).strip()
    match = re.fullmatch(r"([0-9]{1,3})(?:\.(0|5)0?)?", plain)
    if match is None:
        raise Refused(Reason.NOT_A_SCORE, text=text[:20])
    return int(match.group(1)) * 2 + (match.group(2) == "5")


def show_score(half_points: int) -> str:
    return f"{half_points // 2}.5" if half_points % 2 else str(half_points // 2)


def show_mean(mean: Fraction, places: int = 2) -> str:
    """Half points as points, rounded half up for the eye only; ranking compares the exact fractions."""
    whole = _round_half_up(mean / 2 * 10**places)
    return f"{whole // 10**places}.{whole % 10**places:0{places}d}"


def hundredths(mean: Fraction) -> int:
    """Half points as hundredths of a point: what the project row keeps for lists and letters."""
    return _round_half_up(mean * 50)


def _round_half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def band_of(rubric: Rubric, half_points: int | Fraction, full: int | None = None) -> Band:
    """The half-open band [lo, hi) in percent of the full mark that holds this score."""
    whole = rubric.full if full is None else full
    return next(band for band in rubric.bands if band.lo * 2 * whole <= half_points * 100 < band.hi * 2 * whole)


def band_ranges(rubric: Rubric, full: int) -> list[tuple[Band, str, str]]:
    """For print beside a criterion: first and last score of each band at this rubric's step."""
    ranges = []
    for band in rubric.bands:
        steps = [half for half in range(0, full * 2 + 1, rubric.step) if band_of(rubric, half, full) == band]
        if steps:
            ranges.append((band, show_score(steps[0]), show_score(steps[-1])))
    return ranges


def score_problems(rubric: Rubric, scores: Mapping[str, int | None], comment: str) -> list[Refused]:
    """Everything wrong with one sheet. An incomplete sheet may be saved, not signed."""
    found = [Refused(Reason.UNKNOWN, criterion=code) for code in scores if code not in {c.code for c in rubric.criteria}]
    for criterion in rubric.criteria:
        value = scores.get(criterion.code)
        if value is None:
            found.append(Refused(Reason.MISSING, criterion=criterion.name))
        elif not 0 <= value <= criterion.max * 2:
            found.append(Refused(Reason.RANGE, criterion=criterion.name, max=criterion.max))
        elif value % rubric.step:
            found.append(Refused(Reason.STEP, criterion=criterion.name, step=show_score(rubric.step)))
    if not found:
        total = sum(scores[criterion.code] or 0 for criterion in rubric.criteria)
        band = band_of(rubric, total)
        needed = band.comment or total < rubric.pass_line * 2
        if needed and len(comment.strip()) < rubric.comment_min:
            found.append(Refused(Reason.COMMENT_MISSING, total=show_score(total), band=band.name, min=rubric.comment_min))
    return found


def check_value(rubric: Rubric, criterion: str, half_points: int) -> None:
    """One value as it is saved; completeness is asked at signing."""
    found = score_problems(rubric, {criterion: half_points}, "")
    for refusal in found:
        if refusal.reason is not Reason.MISSING:
            raise refusal


def check_signing(*, promised: bool, unscored: int) -> None:
    if not promised:
        raise Refused(Reason.NO_PROMISE)
    if unscored:
        raise Refused(Reason.UNSCORED, count=unscored)


def check_not_signed(signed: bool) -> None:
    if signed:
        raise Refused(Reason.SIGNED)


def check_return(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_RETURN_REASON)


def check_closing(needed: int, signed: int, unsettled: Sequence[str]) -> None:
    """`unsettled` names projects with wide disagreement and no recorded re-discussion."""
    if signed < needed:
        raise Refused(Reason.NOT_ENOUGH_SHEETS, needed=needed, signed=signed)
    if unsettled:
        raise Refused(Reason.REDISCUSSION_OPEN, project=unsettled[0])


def check_two_people(one: UUID, other: UUID) -> None:
    """Who entered a paper sheet does not check it."""
    if one == other:
        raise Refused(Reason.SAME_PERSON)


class Spread(Struct, frozen=True):
    """How far the totals of one project lie apart, in points. The deviation is that of a sample (n - 1)."""

    range: Fraction
    variance: Fraction


def spread(totals: Collection[int]) -> Spread:
    if len(totals) < 2:
        return Spread(Fraction(0), Fraction(0))
    mean = Fraction(sum(totals), len(totals))
    squares = sum(((value - mean) ** 2 for value in totals), Fraction(0))
    return Spread(Fraction(max(totals) - min(totals), 2), squares / (len(totals) - 1) / 4)


def is_wide(totals: Collection[int], rules: RankingRules) -> bool:
    """Compared without roots: the variance against the square of the published deviation."""
    found = spread(totals)
    return found.range >= rules.wide_range or found.variance >= rules.wide_deviation**2
