"""Which days the offices work: the national table 2024-2027 and pure counting over it.

A year the State Council has not announced yet is in the table with its weekends only and `confirmed = false`;
a year that is not in the table at all raises RunsOut, because a guessed deadline is worse than none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

SATURDAY = 5
TABLE = Path(__file__).with_name("working_days.toml")


class RunsOut(LookupError):  # noqa: N818 - reads as a sentence where it is raised
    """The table has no such year. Administrators are warned long before (see `Calendar.last_day`)."""


class Year(msgspec.Struct, frozen=True):
    year: int
    confirmed: bool
    source: str
    off: frozenset[date] = frozenset()  # weekdays on which the offices rest
    on: frozenset[date] = frozenset()  # weekend days worked in exchange


class Calendar:
    """The table in force. Immutable; a test or a city may build another one."""

    def __init__(self, years: tuple[Year, ...]) -> None:
        self.years = {year.year: year for year in years}

    @property
    def last_day(self) -> date:
        return date(max(self.years), 12, 31)

    def is_confirmed(self, day: date) -> bool:
        return self._year(day).confirmed

    def is_working_day(self, day: date) -> bool:
        year = self._year(day)
        if day.weekday() >= SATURDAY:
            return day in year.on
        return day not in year.off

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself is never counted (Civil Code art. 201)."""
        if count < 0:
            raise ValueError("deadlines run forward")
        for _ in range(count):
            day = self.next(day)
        return day

    def next(self, day: date) -> date:
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working_day(day) for day in _days(start + timedelta(days=1), end))

    def window(self, published: date, count: int) -> tuple[date, date]:
        """First and last day of a window of `count` working days; the day of publication is not counted."""
        if count < 1:
            raise ValueError("a window has at least one day")
        start = self.next(published)
        return start, self.add(start, count - 1)

    def _year(self, day: date) -> Year:
        try:
            return self.years[day.year]
        except KeyError:
            raise RunsOut(f"no working days known for {day.year}") from None


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += timedelta(days=1)


@cache
def national() -> Calendar:
    """The table shipped beside this module."""
    data = tomllib.loads(TABLE.read_text(encoding="utf8"))
    return Calendar(tuple(msgspec.convert(data["year"], list[Year])))
