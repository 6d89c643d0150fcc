"""Business time. Rules ask here; sessions, tokens and audit lines use real time.

In demo mode an offset stored in the database moves business time, so that anyone can live through a notice in a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from time import monotonic
from zoneinfo import ZoneInfo

from kernel.working_days import Calendar, national

SHANGHAI = ZoneInfo("Asia/Shanghai")
_offset = timedelta()
_read_at = float("-inf")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_business_time", default=None)


def real_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """Business time, aware, in Asia/Shanghai."""
    return (_fixed.get() or real_now() + _offset).astimezone(SHANGHAI)


def today() -> date:
    return now().date()


def end_of(day: date) -> datetime:
    """A date deadline means before 24:00 Asia/Shanghai: the first instant that is too late."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def fix(moment: datetime | None) -> None:
    """Tests set the business time of their own context; None lets it run again."""
    _fixed.set(moment)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """For the demo's past: business time stands at `moment` inside the block."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def shift(offset: timedelta) -> None:
    """Take over the stored offset (see kernel.demo_clock, which reads and writes it)."""
    global _offset, _read_at
    _offset, _read_at = offset, monotonic()


@cache
def calendar() -> Calendar:
    """The working days in force."""
    return national()


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; `day` itself is not counted."""
    return calendar().add(day, count)


def is_working_day(day: date) -> bool:
    return calendar().is_working_day(day)
