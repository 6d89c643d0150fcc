"""Money moves in exact parts, through open gates, by different people, against a voucher."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from kernel.errors import Refused
from kernel.money import Fen, wan, yuan
from projects.calls.rulepack import default_pack
from projects.paying import rules
from projects.paying.plan import Timeliness, payable_by_grade, timeliness
from projects.paying.rules import Attachment, Reason
from projects.signing.plan import instalments
from projects.signing.rules import Gate
from projects.states import PaymentState, State

MONEY = default_pack().money
TODAY = date(2026, 11, 20)


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_a_small_project_is_paid_after_acceptance_by_grade() -> None:
    [only] = instalments({"youth": wan(3)}, MONEY)

    assert (only.gate, only.by_grade) == (Gate.ACCEPTED, True)
    assert [payable_by_grade(only.amount, g, MONEY) for g in ("excellent", "qualified", "basic", "failed")] == [
        yuan(30_000),
        yuan(24_000),
        yuan(18_000),
        yuan(0),
    ]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, Timeliness.NOT_DUE),
        ({"today": date(2026, 12, 12)}, Timeliness.FUNDS_LATE),
        ({"today": date(2026, 12, 12), "gate_passed": False}, Timeliness.BEHIND),
        ({"today": date(2026, 12, 12), "budget_year": 2027}, Timeliness.NEXT_YEAR),
        ({"today": date(2026, 12, 12), "paid": True}, Timeliness.PAID),
    ],
)
def test_late_money_is_never_the_projects_fault(changes: dict[str, Any], shown: Timeliness) -> None:
    given: dict[str, Any] = {"paid": False, "gate_passed": True, "due": date(2026, 12, 11), "today": TODAY, "budget_year": 2026}

    assert timeliness(**(given | changes)) is shown


def request(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "passed": {Gate.SIGNED, Gate.MIDTERM},
        "earlier": [PaymentState.PAID],
        "open_request": False,
        "state": State.RUNNING,
        "budget_year": 2026,
        "this_year": 2026,
    }
    return given | changes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": State.SUSPENDED}, Reason.SUSPENDED),
        ({"passed": {Gate.SIGNED}}, Reason.GATE_MIDTERM),
        ({"earlier": [PaymentState.REGISTERED]}, Reason.EARLIER_OPEN),
        ({"earlier": [None]}, Reason.EARLIER_OPEN),
        ({"open_request": True}, Reason.ALREADY_REQUESTED),
        ({"budget_year": 2027}, Reason.NEXT_YEAR),
    ],
)
def test_a_request_waits_for_its_gate_its_turn_and_its_year(changes: dict[str, Any], reason: Reason) -> None:
    rules.check_request(2, Gate.MIDTERM, **request())

    assert refused(rules.check_request, 2, Gate.MIDTERM, **request(**changes)) is reason


@pytest.mark.parametrize(
    ("gate", "reason"),
    [(Gate.SIGNED, Reason.GATE_SIGNED), (Gate.MIDTERM, Reason.GATE_MIDTERM), (Gate.ACCEPTED, Reason.GATE_ACCEPTED)],
)
def test_each_closed_gate_has_its_own_sentence(gate: Gate, reason: Reason) -> None:
    rules.check_gate(1, gate, {gate})

    assert refused(rules.check_gate, 1, gate, set(Gate) - {gate}) is reason


def test_the_package_is_complete_and_the_first_needs_no_milestone() -> None:
    rules.check_package(set(Attachment), first=False)
    rules.check_package(set(Attachment) - {Attachment.MILESTONE}, first=True)

    with pytest.raises(Refused, match="票据、会议纪要") as no:
        rules.check_package(set(Attachment) - {Attachment.RECEIPT, Attachment.MINUTES}, first=False)
    assert no.value.reason is Reason.ATTACHMENT_MISSING


def test_maker_checker_approver_and_the_two_of_the_voucher_are_different_people() -> None:
    maker, checker, approver = uuid4(), uuid4(), uuid4()
    rules.check_checker(checker, maker)
    rules.check_approver(approver, maker, checker)
    rules.check_confirmer(approver, checker)

    assert refused(rules.check_checker, maker, maker) is Reason.SAME_MAKER
    assert refused(rules.check_approver, maker, maker, checker) is Reason.SAME_MAKER
    assert refused(rules.check_approver, checker, maker, checker) is Reason.SAME_CHECKER
    assert refused(rules.check_confirmer, checker, checker) is Reason.SAME_CONFIRMER


def voucher(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "number": "示例-0001",
        "paid_on": TODAY,
        "has_file": True,
        "amount": wan(4),
        "approved": wan(4),
        "approved_on": date(2026, 11, 18),
        "today": TODAY,
        "used_numbers": {"示例-0000"},
    }
    return given | changes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": " "}, Reason.NO_NUMBER),
        ({"number": "示例-0000 "}, Reason.VOUCHER_USED),
        ({"paid_on": None}, Reason.NO_DATE),
        ({"paid_on": date(2026, 11, 21)}, Reason.FUTURE_DATE),
        ({"paid_on": date(2026, 11, 17)}, Reason.BEFORE_APPROVAL),
        ({"amount": Fen(wan(4) - 1)}, Reason.AMOUNT_DIFFERS),
        ({"has_file": False}, Reason.NO_FILE),
    ],
)
def test_paid_means_number_date_and_slip(changes: dict[str, Any], reason: Reason) -> None:
    rules.check_voucher(**voucher())

    assert refused(rules.check_voucher, **voucher(**changes)) is reason


def test_nothing_is_asked_for_where_nothing_is_payable() -> None:
    rules.check_payable(3, Fen(1))
    rules.check_reason("票据抬头有误")

    assert refused(rules.check_payable, 3, Fen(0)) is Reason.NOTHING_PAYABLE
    assert refused(rules.check_reason, " ") is Reason.NO_REASON
