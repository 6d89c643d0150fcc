"""Scores in half points, half-open bands, a published formula that permutation cannot move."""

from __future__ import annotations

import random
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kernel.errors import Refused
from kernel.money import yuan
from projects.calls.rulepack import default_pack
from projects.scoring import rules
from projects.scoring.ranking import mean, rank, tie_chain
from projects.scoring.rules import Reason

PACK = default_pack()
RUBRIC, RANKING = PACK.rubric, PACK.ranking
CODES = [criterion.code for criterion in RUBRIC.criteria]
FULL = {criterion.code: criterion.max * 2 for criterion in RUBRIC.criteria}
sheets = st.fixed_dictionaries({code: st.integers(0, most) for code, most in FULL.items()})


def sheet(points: float) -> dict[str, int]:
    """A sheet with this total, filled criterion by criterion."""
    left, filled = round(points * 2), {}
    for code, most in FULL.items():
        filled[code] = min(left, most)
        left -= filled[code]
    return filled


@pytest.mark.parametrize(
    ("typed", "half_points"), [("17", 34), ("17.5", 35), (" 17.50 ", 35), ("１７．５", 35), ("0", 0), ("17.0", 34)]
)
def test_a_score_is_read_in_half_points(typed: str, half_points: int) -> None:
    assert rules.read_score(typed) == half_points


@pytest.mark.parametrize("typed", ["", "17.25", "-1", "abc", "1e1", "17.5.0", "1000", "²"])
def test_a_finer_or_strange_score_is_refused_not_rounded(typed: str) -> None:
    with pytest.raises(Refused) as no:
        rules.read_score(typed)

    assert no.value.reason is Reason.NOT_A_SCORE


@given(st.integers(0, 200))
def test_every_half_point_falls_into_exactly_one_band(half_points: int) -> None:
    holding = [band.code for band in RUBRIC.bands if band.lo * 2 <= half_points < band.hi * 2]

    assert [rules.band_of(RUBRIC, half_points).code] == holding


@pytest.mark.parametrize(
    ("points", "band"),
    [(100, "优秀"), (90, "优秀"), (89.5, "良好"), (80, "良好"), (79.5, "中等"), (69.5, "一般"), (59.5, "较差"), (0, "较差")],
)
def test_bands_are_half_open(points: float, band: str) -> None:
    assert rules.band_of(RUBRIC, round(points * 2)).name == band


def test_printed_ranges_leave_no_gap_at_half_steps() -> None:
    ranges = [(band.name, lo, hi) for band, lo, hi in rules.band_ranges(RUBRIC, 20)]

    assert ranges == [
        ("优秀", "18", "20"),
        ("良好", "16", "17.5"),
        ("中等", "14", "15.5"),
        ("一般", "12", "13.5"),
        ("较差", "0", "11.5"),
    ]


def test_a_complete_sheet_in_the_middle_needs_no_comment() -> None:
    assert rules.score_problems(RUBRIC, sheet(85), "") == []


@pytest.mark.parametrize("points", [95, 90, 69.5, 40])
def test_excellence_and_failing_need_words(points: float) -> None:
    assert [r.reason for r in rules.score_problems(RUBRIC, sheet(points), "很好")] == [Reason.COMMENT_MISSING]
    assert rules.score_problems(RUBRIC, sheet(points), "需求调查扎实，指标可以核实，预算略高。") == []


def test_every_fault_of_a_sheet_is_told_at_once() -> None:
    found = rules.score_problems(RUBRIC, {**sheet(85), "party": None, "budget": 21, "moon": 2}, "")

    assert [r.reason for r in found] == [Reason.UNKNOWN, Reason.MISSING, Reason.RANGE]


def test_a_coarser_step_is_kept() -> None:
    whole = replace(RUBRIC, step=2)

    assert [r.reason for r in rules.score_problems(whole, {**sheet(85), "party": 29}, "")] == [Reason.STEP]


def test_one_value_is_checked_as_it_is_saved() -> None:
    rules.check_value(RUBRIC, "party", 30)

    with pytest.raises(Refused) as no:
        rules.check_value(RUBRIC, "party", 31)

    assert no.value.reason is Reason.RANGE


# the formula


def test_the_mean_is_exact_and_shown_rounded_half_up() -> None:
    found = mean([161, 161, 162], RANKING)

    assert found == Fraction(484, 3)
    assert rules.show_mean(found) == "80.67"
    assert rules.hundredths(found) == 8067
    assert rules.show_mean(Fraction(16001, 100)) == "80.01"  # 80.005


def test_trimming_needs_the_published_number_of_sheets() -> None:
    trimming = replace(RANKING, trim=True)

    assert mean([10, 100, 110, 120, 130, 140, 200], trimming) == 120
    with pytest.raises(Refused) as no:
        mean([100, 110, 120, 130, 140], trimming)
    assert no.value.reason is Reason.TRIM_TOO_FEW


@given(
    st.dictionaries(st.text("ABC123", min_size=1, max_size=4), st.lists(sheets, min_size=1, max_size=5), max_size=8), st.randoms()
)
def test_no_order_of_projects_or_experts_moves_the_ranking(
    scored: dict[str, list[dict[str, int]]], chance: random.Random
) -> None:
    names = list(scored)
    chance.shuffle(names)
    shuffled = {name: chance.sample(scored[name], len(scored[name])) for name in names}

    assert rank(shuffled, RUBRIC, RANKING) == rank(scored, RUBRIC, RANKING)


@given(st.dictionaries(st.text("ABC123", min_size=1, max_size=4), st.lists(sheets, min_size=1, max_size=5), max_size=8))
def test_a_better_mean_never_stands_behind(scored: dict[str, list[dict[str, int]]]) -> None:
    ranked = rank(scored, RUBRIC, RANKING)

    assert [row.mean for row in ranked] == sorted((row.mean for row in ranked), reverse=True)
    assert [row.place for row in ranked] == sorted(row.place for row in ranked)
    assert len(ranked) == len(scored)


def test_equal_means_are_parted_by_the_heaviest_criterion_and_it_is_recorded() -> None:
    base = sheet(80)
    stronger = {**base, "value": base["value"] - 2, "party": base["party"]}
    stronger["team"] = base["team"] + 2

    ranked = rank({"A": [stronger], "B": [base], "C": [sheet(90)]}, RUBRIC, RANKING)

    assert [(row.project, row.place, row.decided_by, row.tied) for row in ranked] == [
        ("C", 1, "", False),
        ("B", 2, "value", False),
        ("A", 3, "value", False),
    ]


def test_full_equals_share_a_place_and_are_flagged() -> None:
    ranked = rank({"B": [sheet(80)], "A": [sheet(80)], "C": [sheet(70)]}, RUBRIC, RANKING)

    assert [(row.project, row.place, row.tied, row.passes) for row in ranked] == [
        ("A", 1, True, True),
        ("B", 1, True, True),
        ("C", 3, False, True),
    ]


def test_69_point_9_does_not_pass() -> None:
    [row] = rank({"A": [sheet(70), sheet(70), sheet(70), sheet(70), sheet(69.5)]}, RUBRIC, RANKING)

    assert not row.passes


def test_heaviest_is_resolved_once() -> None:
    assert tie_chain(RUBRIC, RANKING) == ("value", "scene")


@pytest.mark.parametrize(
    ("points", "wide"),
    [
        ([80, 80, 80, 80, 99.5], False),
        ([80, 80, 80, 80, 100], True),
        ([75, 75, 94, 94], True),
        ([76, 76, 93, 93], False),
        ([80], False),
    ],
)
def test_wide_disagreement_by_range_or_deviation(points: list[float], wide: bool) -> None:
    assert rules.is_wide([round(p * 2) for p in points], RANKING) is wide


# the panel


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_signing_needs_the_promise_and_every_score() -> None:
    rules.check_signing(promised=True, unscored=0)

    assert refused(rules.check_signing, promised=False, unscored=0) is Reason.NO_PROMISE
    assert refused(rules.check_signing, promised=True, unscored=2) is Reason.UNSCORED


def test_a_signed_sheet_is_closed_and_a_return_says_why() -> None:
    rules.check_not_signed(False)
    rules.check_return("第 3 项漏评")

    assert refused(rules.check_not_signed, True) is Reason.SIGNED
    assert refused(rules.check_return, " ") is Reason.NO_RETURN_REASON


def test_a_panel_closes_with_all_sheets_and_all_disagreements_discussed() -> None:
    rules.check_closing(5, 5, [])

    assert refused(rules.check_closing, 5, 4, []) is Reason.NOT_ENOUGH_SHEETS
    assert refused(rules.check_closing, 5, 5, ["MY2026-0037"]) is Reason.REDISCUSSION_OPEN


def test_two_people_enter_paper_sheets() -> None:
    one, other = uuid4(), uuid4()
    rules.check_two_people(one, other)

    assert refused(rules.check_two_people, one, one) is Reason.SAME_PERSON


def test_seats_follow_the_amount() -> None:
    seats = [PACK.panel.seats_for(yuan(amount)) for amount in (30_000, 30_001, 100_000, 100_001)]

    assert seats == [3, 5, 5, 7]
    assert PACK.panel.seats_for(yuan(10_000), contested=True) == 7
