"""Reports on time, grades that the numbers carry, and no closing while something is owed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Refused
from kernel.money import Fen, wan
from projects.calls.rulepack import default_pack
from projects.states import ReportState
from projects.tracking import rules, schedule
from projects.tracking.rules import Attained, Conclusion, Grade, Reason
from projects.tracking.schedule import ReportKind

TRACKING = default_pack().tracking


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_above_five_wan_reports_are_monthly_else_quarterly() -> None:
    starts, ends = date(2027, 1, 15), date(2027, 6, 30)

    large = schedule.reports(Fen(wan(5) + 1), starts, ends, TRACKING)
    small = schedule.reports(wan(5), starts, ends, TRACKING)

    assert [r.ends for r in small if r.kind is ReportKind.QUARTERLY] == [date(2027, 3, 31), date(2027, 6, 30)]
    assert [r.ends.month for r in large if r.kind is ReportKind.MONTHLY] == [1, 2, 3, 4, 5, 6]
    assert [(r.kind, r.ends) for r in small if r.kind in (ReportKind.MIDTERM, ReportKind.FINAL)] == [
        (ReportKind.MIDTERM, date(2027, 4, 8)),
        (ReportKind.FINAL, date(2027, 6, 30)),
    ]


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 800), st.sampled_from([wan(3), wan(9)]))
def test_periods_cover_the_project_without_gap_or_overlap(starts: date, days: int, agreed: Fen) -> None:
    ends = starts + timedelta(days=days)

    periods = [
        r for r in schedule.reports(agreed, starts, ends, TRACKING) if r.kind in (ReportKind.MONTHLY, ReportKind.QUARTERLY)
    ]

    assert periods[0].starts == starts
    assert periods[-1].ends == ends
    for before, after in pairwise(periods):
        assert after.starts == before.ends + timedelta(days=1)


def report(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"ends": date(2026, 10, 31), "today": date(2026, 11, 5), "reported": False}
    return given | {"actuals": {"探访": 40}, "before": {"探访": 30}} | changes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"today": date(2026, 10, 30)}, Reason.PERIOD_FUTURE),
        ({"reported": True}, Reason.ALREADY_REPORTED),
        ({"actuals": {"探访": -1}}, Reason.NEGATIVE),
        ({"actuals": {"探访": 29}}, Reason.SHRINKS),
    ],
)
def test_a_report_speaks_of_the_past_once_and_cumulatively(changes: dict[str, Any], reason: Reason) -> None:
    rules.check_report("10月", **report())

    assert refused(rules.check_report, "10月", **report(**changes)) is reason


def test_falling_behind_needs_a_word() -> None:
    rules.check_note(50, 40, "", TRACKING)
    rules.check_note(50, 10, "暴雨停了三周活动", TRACKING)
    rules.check_note(0, 0, "", TRACKING)

    assert refused(rules.check_note, 50, 39, " ", TRACKING) is Reason.NO_NOTE


def test_the_final_report_waits_for_all_others() -> None:
    rules.check_final([ReportState.ACCEPTED, ReportState.ACCEPTED], "总结")

    assert refused(rules.check_final, [ReportState.ACCEPTED, ReportState.SUBMITTED], "总结") is Reason.REPORTS_OPEN
    assert refused(rules.check_final, [ReportState.ACCEPTED], " ") is Reason.NO_SUMMARY


@pytest.mark.parametrize(
    ("actuals", "satisfaction", "best"),
    [
        ((100, 50), 90, Grade.EXCELLENT),
        ((100, 50), None, Grade.EXCELLENT),
        ((100, 50), 84, Grade.QUALIFIED),
        ((300, 49), 90, Grade.QUALIFIED),
        ((80, 40), 90, Grade.QUALIFIED),
        ((79, 50), 90, Grade.BASIC),
        ((59, 500), 90, Grade.FAILED),
    ],
)
def test_the_weakest_indicator_bounds_the_grade(actuals: tuple[int, int], satisfaction: int | None, best: Grade) -> None:
    indicators = [Attained("探访", 100, actuals[0]), Attained("小组", 50, actuals[1])]

    assert rules.best_grade(indicators, satisfaction, TRACKING) is best


def test_attainment_is_that_of_the_worst_indicator() -> None:
    assert rules.attainment([Attained("探访", 100, 250), Attained("小组", 3, 2)]) == 66
    assert rules.attainment([]) == 0


def test_people_may_grade_lower_never_higher() -> None:
    rules.check_grade(Grade.BASIC, Grade.QUALIFIED, Conclusion.PASSED)
    rules.check_grade(Grade.FAILED, Grade.EXCELLENT, Conclusion.FAILED)

    assert refused(rules.check_grade, Grade.EXCELLENT, Grade.QUALIFIED, Conclusion.PASSED) is Reason.GRADE_UNSUPPORTED
    assert refused(rules.check_grade, Grade.BASIC, Grade.EXCELLENT, Conclusion.FAILED) is Reason.FINANCE_FAILED


def test_closing_needs_two_conclusions_and_nothing_owed() -> None:
    rules.check_conclusions(Conclusion.PASSED, Conclusion.PASSED_WITH_REMARKS)
    rules.check_nothing_owed(owed=Fen(0), open_payments=0, unvouched=0)

    assert refused(rules.check_conclusions, None, Conclusion.PASSED) is Reason.PERFORMANCE_MISSING
    assert refused(rules.check_conclusions, Conclusion.PASSED, None) is Reason.FINANCE_MISSING
    assert refused(rules.check_nothing_owed, owed=Fen(1), open_payments=0, unvouched=0) is Reason.REFUND_OWED
    assert refused(rules.check_nothing_owed, owed=Fen(0), open_payments=1, unvouched=0) is Reason.PAYMENT_OPEN
    assert refused(rules.check_nothing_owed, owed=Fen(0), open_payments=0, unvouched=1) is Reason.VOUCHERS_OPEN


def test_nobody_grades_their_own_project_and_reasons_are_written() -> None:
    officer = uuid4()
    rules.check_impartial(officer, {uuid4()})
    rules.check_reason("整改期内未开展服务")

    assert refused(rules.check_impartial, officer, {officer}) is Reason.REVIEWER_IS_TEAM
    assert refused(rules.check_reason, " ") is Reason.NO_REASON
