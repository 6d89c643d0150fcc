"""Expenses within their line, refunds of what is left. Pure; amounts in fen."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kernel.errors import Refused
from kernel.money import ZERO, Fen, show
from projects.spending import words
from projects.states import State


class Reason(StrEnum):
    OVER_LINE = "over-line"
    REFUND_OVER = "refund-over"
    NOT_POSITIVE = "not-positive"
    NOT_RUNNING = "not-running"
    FUTURE_DATE = "future-date"
    INVOICE_USED = "invoice-used"
    NO_VOUCHER = "no-voucher"
    VOUCHED = "vouched"
    REFUND_ENTERED = "refund-entered"
    NOT_SETTLED = "not-settled"

    @property
    def label(self) -> str:
        return words.REASON[self]


SPENDING = frozenset({State.RUNNING, State.CLOSING, State.SUSPENDED, State.TERMINATED})
"""While a project may enter what it spent. A suspended or ended one still has bills of the time before."""
REFUNDING = SPENDING | {State.CLOSED}


def check_may_spend(state: State) -> None:
    if state not in SPENDING:
        raise Refused(Reason.NOT_RUNNING, state=state.label)


def check_may_refund(state: State) -> None:
    if state not in REFUNDING:
        raise Refused(Reason.NOT_RUNNING, state=state.label)


def check_amount(amount: Fen) -> None:
    if amount <= 0:
        raise Refused(Reason.NOT_POSITIVE)


def check_day(day: date, today: date) -> None:
    if day > today:
        raise Refused(Reason.FUTURE_DATE, today=today)


def owed(paid: Fen, spent: Fen, refunded: Fen, interest: Fen = ZERO) -> Fen:
    """What a line must still return: its own balance and interest, by its own channel."""
    return Fen(max(0, paid + interest - spent - refunded))


def check_refund(amount: Fen, still_owed: Fen) -> None:
    if amount > still_owed:
        raise Refused(Reason.REFUND_OVER, amount=show(amount), owed=show(still_owed))


def check_expense(amount: Fen, remaining: Fen) -> None:
    if amount > remaining:
        raise Refused(Reason.OVER_LINE, remaining=show(remaining), amount=show(amount))


def check_settled(still_owed: Fen) -> None:
    if still_owed > 0:
        raise Refused(Reason.NOT_SETTLED, amount=show(still_owed))
