"""What an instalment pays in the end, and whose fault a late one is. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kernel.money import Fen, percent
from projects.calls.rulepack import MoneyRules
from projects.paying import words


def payable_by_grade(planned: Fen, grade: str, rules: MoneyRules) -> Fen:
    """What a small project gets for its grade, rounded down."""
    return percent(planned, next(row.percent for row in rules.grades if row.grade == grade))


class Timeliness(StrEnum):
    """Late money is never the project's fault: it shows as funds late, not as a project behind."""

    NOT_DUE = "not-due"
    FUNDS_LATE = "funds-late"
    BEHIND = "behind"
    NEXT_YEAR = "next-year"
    PAID = "paid"

    @property
    def label(self) -> str:
        return words.TIMELINESS[self]


def timeliness(*, paid: bool, gate_passed: bool, due: date, today: date, budget_year: int) -> Timeliness:
    """`due` is when the money should have arrived, or the milestone been reached while its gate is closed."""
    if paid:
        return Timeliness.PAID
    if budget_year > today.year:
        return Timeliness.NEXT_YEAR
    if today <= due:
        return Timeliness.NOT_DUE
    return Timeliness.FUNDS_LATE if gate_passed else Timeliness.BEHIND
