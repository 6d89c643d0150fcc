"""Why an import is refused, how what was paid before becomes instalments, how a cell is named. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from kernel.money import ZERO, Fen
from projects.calls.rulepack import MoneyRules
from projects.importing import words
from projects.signing import plan
from projects.signing.rules import Gate
from projects.states import State

MOST = 5_000
SIGNED = frozenset({State.RUNNING, State.CLOSING, State.CLOSED})
"""States whose agreement was signed before the import."""


class Reason(StrEnum):
    SAME_FILE = "same-file"
    TOO_MANY = "too-many"
    NOT_ALLOWED = "not-allowed"
    TOUCHED = "touched"
    IN_USE = "in-use"
    NOT_THEIRS = "not-theirs"
    EXAMPLE = "example"
    UNKNOWN_AREA = "unknown-area"
    UNKNOWN_DEPARTMENT = "unknown-department"
    UNKNOWN_FUND = "unknown-fund"
    FUND_OWNER = "fund-owner"
    NOT_POSITIVE = "not-positive"
    NEGATIVE = "negative"
    AGREED_OVER = "agreed-over"
    PAID_OVER = "paid-over"
    DATES_TURNED = "dates-turned"
    AWARDED_YEAR = "awarded-year"
    NEEDS = "needs"
    NEEDS_EMPTY = "needs-empty"
    TWICE_IN_FILE = "twice-in-file"
    TWICE = "twice"
    LOTTERY = "lottery"
    OVER_FUND = "over-fund"
    NO_CODE = "no-code"
    MANY_NAMES = "many-names"
    TWO_NAMES = "two-names"
    ACCOUNT = "account"
    ACCOUNT_DIGITS = "account-digits"
    GOAL = "goal"
    CODE_LOOK = "code-look"
    NAME_LOOK = "name-look"
    FUND_YEAR = "fund-year"
    MODE_LOOK = "mode-look"
    KIND_LOOK = "kind-look"
    CAP_LOOK = "cap-look"
    NO_ACCOUNT = "no-account"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Part(Struct, frozen=True):
    """One instalment. `payable` says what of it is still to be paid, None when nothing was paid before."""

    number: int
    gate: Gate
    percent: int
    amount: Fen
    payable: Fen | None = None
    by_grade: bool = False


def instalments(state: State, agreed: Fen, paid: Fen, rules: MoneyRules) -> list[Part]:
    """What was paid before fills the instalments from the front; what is left keeps its gates, to the fen.

    A project that is closing or closed has one gate left. A small one pays its rest by grade, as such projects do here.
    """
    if state is State.RUNNING and not plan.is_small(agreed, rules):
        return _filled(plan.instalments({"": agreed}, rules), paid)
    rest = Fen(agreed - paid)
    by_grade = state is State.RUNNING
    if not paid or not rest:
        gate = Gate.SIGNED if paid else Gate.ACCEPTED
        return [Part(1, gate, 100, agreed, ZERO if paid else None, by_grade=by_grade and not paid)]
    percent = paid * 100 // agreed
    return [Part(1, Gate.SIGNED, percent, paid, ZERO), Part(2, Gate.ACCEPTED, 100 - percent, rest, by_grade=by_grade)]


def _filled(planned: Sequence[plan.Planned], paid: Fen) -> list[Part]:
    found = []
    for one in planned:
        covered = Fen(min(paid, one.amount))
        paid = Fen(paid - covered)
        payable = Fen(one.amount - covered) if covered else None
        found.append(Part(one.number, one.gate, one.percent, one.amount, payable))
    return [part for part in found if part.amount > 0]


def due(gate: Gate, *, awarded: date, starts: date, ends: date, midterm_percent: int) -> date:
    """The day the gate is reached in plan. Old years are outside the calendar of working days, so none are added."""
    if gate is Gate.SIGNED:
        return awarded
    return starts + timedelta(days=(ends - starts).days * midterm_percent // 100) if gate is Gate.MIDTERM else ends
