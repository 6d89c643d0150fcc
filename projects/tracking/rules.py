"""Reports, expenses, grades and what must be settled before a project closes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from kernel.errors import Refused
from kernel.money import Fen, show
from projects.calls.rulepack import TrackingRules
from projects.states import ReportState, State
from projects.tracking import words


class Reason(StrEnum):
    NOT_RUNNING = "not-running"
    NOT_OPEN = "not-open"
    IS_FINAL = "is-final"
    PERIOD_FUTURE = "period-future"
    ALREADY_REPORTED = "already-reported"
    NEGATIVE = "negative"
    SHRINKS = "shrinks"
    NO_NOTE = "no-note"
    REPORTS_OPEN = "reports-open"
    NO_SUMMARY = "no-summary"
    GRADE_UNSUPPORTED = "grade-unsupported"
    FINANCE_FAILED = "finance-failed"
    PERFORMANCE_MISSING = "performance-missing"
    FINANCE_MISSING = "finance-missing"
    REFUND_OWED = "refund-owed"
    PAYMENT_OPEN = "payment-open"
    VOUCHERS_OPEN = "vouchers-open"
    REVIEWER_IS_TEAM = "reviewer-is-team"
    NO_REASON = "no-reason"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Grade(StrEnum):
    EXCELLENT = "excellent"
    QUALIFIED = "qualified"
    BASIC = "basic"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return words.GRADE[self]


class Conclusion(StrEnum):
    """Of performance and, apart from it, of finance."""

    PASSED = "passed"
    PASSED_WITH_REMARKS = "passed-with-remarks"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return words.CONCLUSION[self]


class Attained(Struct, frozen=True):
    """One indicator: what was agreed and what was reached, in whole units."""

    name: str
    target: int
    actual: int

    def reaches(self, rate: int) -> bool:
        return self.actual * 100 >= self.target * rate


def attainment(indicators: Sequence[Attained]) -> int:
    """Percent of the worst indicator, rounded down: one number that no strong indicator can polish."""
    return min((indicator.actual * 100 // indicator.target for indicator in indicators if indicator.target > 0), default=0)


def check_running(state: State) -> None:
    """Reports are owed while the project runs; a suspended one waits."""
    if state is not State.RUNNING:
        raise Refused(Reason.NOT_RUNNING, state=state.label)


def check_open(state: ReportState) -> None:
    if state not in {ReportState.DUE, ReportState.RETURNED}:
        raise Refused(Reason.NOT_OPEN, state=state.label)


def check_not_final(final: bool) -> None:
    """The final report is judged by closing the project or sending it back, never by itself."""
    if final:
        raise Refused(Reason.IS_FINAL)


def check_report(
    label: str, *, ends: date, today: date, reported: bool, actuals: Mapping[str, int], before: Mapping[str, int]
) -> None:
    """Totals are cumulative: what was reached once is not unreached by the next report."""
    if ends > today:
        raise Refused(Reason.PERIOD_FUTURE, period=label)
    if reported:
        raise Refused(Reason.ALREADY_REPORTED, period=label)
    for indicator, now in actuals.items():
        if now < 0:
            raise Refused(Reason.NEGATIVE, indicator=indicator)
        if now < before.get(indicator, 0):
            raise Refused(Reason.SHRINKS, indicator=indicator, now=now, before=before[indicator])


def check_note(expected: int, reached: int, note: str, rules: TrackingRules) -> None:
    """`expected` and `reached` in percent; behind the middle step of the ladder a report explains itself."""
    floor = rules.ladder[1]
    if expected > 0 and reached * 100 < expected * floor and not note.strip():
        raise Refused(Reason.NO_NOTE, percent=floor)


def check_final(reports: Sequence[ReportState], summary: str) -> None:
    open_reports = sum(state is not ReportState.ACCEPTED for state in reports)
    if open_reports:
        raise Refused(Reason.REPORTS_OPEN, count=open_reports)
    if not summary.strip():
        raise Refused(Reason.NO_SUMMARY)


def best_grade(indicators: Sequence[Attained], satisfaction: int | None, rules: TrackingRules) -> Grade:
    """The ladder 100/80/60: every indicator must stand on the step; satisfaction where it was measured."""
    steps = zip(rules.ladder, (Grade.EXCELLENT, Grade.QUALIFIED, Grade.BASIC), strict=True)
    for rate, grade in steps:
        if all(indicator.reaches(rate) for indicator in indicators):
            unhappy = satisfaction is not None and satisfaction < rules.satisfaction
            return Grade.QUALIFIED if grade is Grade.EXCELLENT and unhappy else grade
    return Grade.FAILED


def check_grade(grade: Grade, best: Grade, finance: Conclusion | None) -> None:
    """People may grade lower than the numbers allow, never higher."""
    if finance is Conclusion.FAILED and grade is not Grade.FAILED:
        raise Refused(Reason.FINANCE_FAILED)
    order = list(Grade)
    if order.index(grade) < order.index(best):
        raise Refused(Reason.GRADE_UNSUPPORTED, best=best.label, grade=grade.label)


def check_conclusions(performance: Conclusion | None, finance: Conclusion | None) -> None:
    if performance is None:
        raise Refused(Reason.PERFORMANCE_MISSING)
    if finance is None:
        raise Refused(Reason.FINANCE_MISSING)


def check_nothing_owed(*, owed: Fen, open_payments: int, unvouched: int) -> None:
    """No closing while a refund is owed, a payment is under way or an expense lacks its voucher."""
    if owed > 0:
        raise Refused(Reason.REFUND_OWED, amount=show(owed))
    if open_payments:
        raise Refused(Reason.PAYMENT_OPEN, count=open_payments)
    if unvouched:
        raise Refused(Reason.VOUCHERS_OPEN, count=unvouched)


def check_impartial(person: UUID, team: Collection[UUID]) -> None:
    if person in team:
        raise Refused(Reason.REVIEWER_IS_TEAM)


def check_reason(reason: str) -> None:
    """For suspending, sending back and terminating."""
    if not reason.strip():
        raise Refused(Reason.NO_REASON)
