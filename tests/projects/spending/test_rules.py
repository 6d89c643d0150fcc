"""A line pays only what it holds and gives back what is left."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.errors import Refused
from kernel.money import Fen, wan, yuan
from projects.spending import rules
from projects.spending.rules import Reason
from projects.states import State


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_a_line_owes_its_own_balance_and_interest() -> None:
    still = rules.owed(wan(5), yuan(46_800), yuan(1_000), interest=Fen(1_234))
    rules.check_refund(still, still)
    rules.check_settled(Fen(0))

    assert still == Fen(221_234)
    assert rules.owed(wan(5), wan(6), Fen(0)) == 0
    assert refused(rules.check_refund, Fen(still + 1), still) is Reason.REFUND_OVER
    assert refused(rules.check_settled, Fen(1)) is Reason.NOT_SETTLED


def test_an_expense_stays_within_its_line_its_time_and_above_nothing() -> None:
    rules.check_expense(yuan(100), yuan(100))
    rules.check_may_spend(State.RUNNING)
    rules.check_may_refund(State.CLOSED)
    rules.check_day(date(2026, 11, 20), date(2026, 11, 20))

    assert refused(rules.check_expense, Fen(10_001), yuan(100)) is Reason.OVER_LINE
    assert refused(rules.check_may_spend, State.CLOSED) is Reason.NOT_RUNNING
    assert refused(rules.check_may_refund, State.APPROVED) is Reason.NOT_RUNNING
    assert refused(rules.check_amount, Fen(0)) is Reason.NOT_POSITIVE
    assert refused(rules.check_day, date(2026, 11, 21), date(2026, 11, 20)) is Reason.FUTURE_DATE
