"""The one Jinja environment: strict, escaped, compiled once."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from kernel import clock, money
from kernel.words import AGO

TEMPLATES = next(p / "templates" for p in Path(__file__).parents if (p / "templates").is_dir())


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    env.filters.update(
        yuan=money.show, wan=money.show_wan, capital=money.capital, date=long_date, day=short_date, moment=moment, ago=ago
    )
    return env


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(clock.SHANGHAI) if isinstance(value, datetime) else value


def long_date(value: date | datetime | None) -> str:
    """2026年11月21日, or nothing."""
    return f"{(v := _local(value)).year}\u5e74{v.month}\u6708{v.day}\u65e5" if value else ""


def short_date(value: date | datetime | None) -> str:
    """2026-11-21"""
    return f"{_local(value):%Y-%m-%d}" if value else ""


def moment(value: datetime | None) -> str:
    """2026-11-21 18:30"""
    return f"{_local(value):%Y-%m-%d %H:%M}" if value else ""


def ago(value: datetime | None) -> str:
    """How long ago in business time, in the largest unit that fits."""
    if value is None:
        return ""
    seconds = int((clock.now() - value).total_seconds())
    for size, word in ((86400, AGO["days"]), (3600, AGO["hours"]), (60, AGO["minutes"])):
        if abs(seconds) >= size:
            return (AGO["past"] if seconds > 0 else AGO["future"]).format(word.format(abs(seconds) // size))
    return AGO["now"]
