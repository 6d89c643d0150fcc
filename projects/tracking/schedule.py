"""Which reports and visits a project owes and when. Pure."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from kernel.money import Fen
from projects.calls.rulepack import TrackingRules
from projects.tracking import words

AFTER_PERIOD = 10
"""Calendar days after a period ends within which it is reported."""


class ReportKind(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    MIDTERM = "midterm"
    FINAL = "final"

    @property
    def label(self) -> str:
        return words.REPORT_KIND[self]


class DueReport(Struct, frozen=True):
    """`starts` to `ends` is what it speaks of; `due` is the last day to hand it in."""

    kind: ReportKind
    starts: date
    ends: date
    due: date


def reports(agreed: Fen, starts: date, ends: date, rules: TrackingRules) -> list[DueReport]:
    """Monthly above the published amount, else quarterly; one mid-term and one final report, in order of due days."""
    monthly = agreed > rules.monthly_above
    kind = ReportKind.MONTHLY if monthly else ReportKind.QUARTERLY
    due = [
        DueReport(kind, first, last, last + timedelta(days=AFTER_PERIOD))
        for first, last in _periods(starts, ends, 1 if monthly else 3)
    ]
    middle = starts + timedelta(days=(ends - starts).days * rules.midterm_percent // 100)
    due.append(DueReport(ReportKind.MIDTERM, starts, middle, middle + timedelta(days=AFTER_PERIOD)))
    due.append(DueReport(ReportKind.FINAL, starts, ends, ends + timedelta(days=rules.closing_days)))
    return sorted(due, key=lambda report: (report.due, list(ReportKind).index(report.kind)))


def elapsed(starts: date, ends: date, day: date) -> int:
    """How much of the project's time is over on `day`, in percent: what a report is measured against."""
    whole = (ends - starts).days + 1
    return min(100, max(0, ((day - starts).days + 1) * 100 // whole))


def _periods(starts: date, ends: date, length: int) -> Iterator[tuple[date, date]]:
    """Calendar months or quarters, the first and last cut to the project's own days."""
    first = starts
    while first <= ends:
        last_month = first.month + (length - 1 - (first.month - 1) % length)
        last = date(first.year, last_month, months.monthrange(first.year, last_month)[1])
        yield first, min(last, ends)
        first = last + timedelta(days=1)
