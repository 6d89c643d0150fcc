"""Nothing is signed before the sums agree; instalments lose no fen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SHANGHAI
from kernel.errors import Refused
from kernel.money import Fen, wan, yuan
from kernel.working_days import national
from projects.calls.rulepack import default_pack
from projects.signing import rules
from projects.signing.plan import due, first_due, instalments
from projects.signing.rules import Gate, Reason

MONEY = default_pack().money
TODAY = date(2026, 11, 20)


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_eight_wan_is_paid_50_40_10() -> None:
    plan = instalments({"civil": wan(8)}, MONEY)

    assert [(p.number, p.gate, p.amount) for p in plan] == [
        (1, Gate.SIGNED, wan(4)),
        (2, Gate.MIDTERM, yuan(32_000)),
        (3, Gate.ACCEPTED, yuan(8_000)),
    ]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 10**10).map(Fen), min_size=1, max_size=5))
def test_no_fen_is_lost_over_lines_and_instalments(lines: dict[str, Fen]) -> None:
    plan = instalments(lines, MONEY)

    assert sum(p.amount for p in plan) == sum(lines.values())
    assert {line: sum(p.parts[line] for p in plan) for line in lines} == lines
    assert all(p.amount == sum(p.parts.values()) for p in plan)


def test_the_first_payment_is_due_fifteen_working_days_after_signing() -> None:
    assert first_due(TODAY, MONEY, national()) == date(2026, 12, 11)


def test_signing_waits_until_budget_and_lines_equal_the_agreed_amount() -> None:
    rules.check_equal_to_agreed(wan(8), [wan(5), wan(3)], [wan(8)])
    rules.check_indicators(3)

    assert refused(rules.check_equal_to_agreed, wan(8), [wan(5)], [wan(8)]) is Reason.BUDGET_DIFFERS
    assert refused(rules.check_equal_to_agreed, wan(8), [wan(8)], [wan(7)]) is Reason.LINES_DIFFER
    assert refused(rules.check_indicators, 0) is Reason.INDICATORS_MISSING


def test_the_period_is_written_and_runs_forward() -> None:
    rules.check_period(TODAY, TODAY + timedelta(days=1))

    assert refused(rules.check_period, None, TODAY) is Reason.NO_PERIOD
    assert refused(rules.check_period, TODAY, TODAY) is Reason.PERIOD_TURNED


def test_nobody_signs_for_both_sides_and_an_old_paper_signs_nothing() -> None:
    person, signed = uuid4(), datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
    rules.check_impartial(person, [uuid4()])
    rules.check_paper_is_of(signed, signed)

    assert refused(rules.check_impartial, person, [person]) is Reason.OWN_UNIT
    assert refused(rules.check_paper_is_of, signed, signed - timedelta(seconds=1)) is Reason.OLD_PAPER
    assert refused(rules.check_paper_is_of, None, signed) is Reason.OLD_PAPER


def test_each_gate_has_the_day_by_which_its_money_should_have_come() -> None:
    days = [
        due(
            gate,
            signed_on=TODAY,
            starts=date(2026, 12, 1),
            ends=date(2027, 5, 31),
            midterm_percent=50,
            rules=MONEY,
            calendar=national(),
        )
        for gate in Gate
    ]

    assert days[0] == date(2026, 12, 11)
    assert days == sorted(days)
