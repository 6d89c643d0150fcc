"""Deadlines count the days on which offices work, by the national table."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.working_days import Calendar, RunsOut, Year, national

days = st.dates(date(2024, 1, 1), date(2027, 6, 30))
counts = st.integers(1, 30)


def test_the_table_is_the_published_one() -> None:
    day, ours = date(2024, 1, 1), national()

    while day.year < 2027:
        assert ours.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_2027_is_weekends_only_and_says_so() -> None:
    assert national().is_confirmed(date(2026, 12, 31))
    assert not national().is_confirmed(date(2027, 1, 1))
    assert national().is_working_day(date(2027, 1, 1))


def test_the_table_says_when_it_runs_out() -> None:
    with pytest.raises(RunsOut, match="2028"):
        national().add(date(2027, 12, 31), 1)


def test_a_notice_published_on_a_friday_runs_the_following_week() -> None:
    assert national().window(date(2026, 11, 20), 5) == (date(2026, 11, 23), date(2026, 11, 27))


def test_a_notice_before_national_day_skips_the_holiday_and_counts_the_exchanged_saturday() -> None:
    assert national().window(date(2026, 9, 30), 5) == (date(2026, 10, 8), date(2026, 10, 13))


@given(days, counts)
def test_a_window_holds_exactly_its_working_days_and_never_the_day_of_publication(published: date, count: int) -> None:
    calendar = national()

    start, end = calendar.window(published, count)

    assert start > published
    assert calendar.is_working_day(start)
    assert calendar.is_working_day(end)
    assert calendar.between(published, end) == count
    assert calendar.between(published, start) == 1


@given(days, st.integers(0, 20), st.integers(0, 20))
def test_counting_on_is_counting_together(day: date, first: int, second: int) -> None:
    assert national().add(national().add(day, first), second) == national().add(day, first + second)


@given(days, days)
def test_between_changes_sign_with_direction(one: date, other: date) -> None:
    assert national().between(one, other) == -national().between(other, one)


def test_a_city_may_carry_another_table() -> None:
    calendar = Calendar((Year(2030, True, "test", off=frozenset({date(2030, 1, 1)}), on=frozenset({date(2030, 1, 5)})),))

    assert calendar.next(date(2029, 12, 31)) == date(2030, 1, 2)
    assert calendar.add(date(2030, 1, 4), 1) == date(2030, 1, 5)
