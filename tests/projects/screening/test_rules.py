"""Told once, named fields only, never the core; the audited amount stands on the requested one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest

from kernel.clock import SHANGHAI
from kernel.errors import Refused
from kernel.money import yuan
from kernel.working_days import national
from projects.calls.rulepack import default_pack
from projects.screening import rules
from projects.screening.rules import Reason

PACK = default_pack()
FORM = PACK.form


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_three_fields_and_three_days_are_a_return() -> None:
    rules.check_return(FORM, ["need.analysis", "plan.risk", "budget"], "请补充数据来源", 3, earlier=0)


@pytest.mark.parametrize(
    ("fields", "explanation", "days", "earlier", "reason"),
    [
        ([], "请补充", 3, 0, Reason.NOTHING_NAMED),
        (["moon.light"], "请补充", 3, 0, Reason.UNKNOWN_FIELD),
        (["basic.title"], "请补充", 3, 0, Reason.CORE_FIELD),
        (["need.analysis"], "  ", 3, 0, Reason.NO_EXPLANATION),
        (["need.analysis"], "请补充", 0, 0, Reason.DAYS),
        (["need.analysis"], "请补充", 11, 0, Reason.DAYS),
        (["need.analysis"], "请补充", 3, 1, Reason.SECOND_RETURN),
    ],
)
def test_a_return_that_breaks_the_rules(fields: list[str], explanation: str, days: int, earlier: int, reason: Reason) -> None:
    assert refused(rules.check_return, FORM, fields, explanation, days, earlier=earlier) is reason


def test_the_head_may_open_a_second_return_in_writing() -> None:
    rules.check_return(FORM, ["need.analysis"], "请补充", 3, earlier=1, head_reason="附件损坏，非申报人原因")


def test_a_correction_is_due_at_the_end_of_its_last_working_day() -> None:
    due = rules.correction_due(date(2026, 11, 20), 3, national())

    assert due == date(2026, 11, 25)


def test_clocks_of_screening_count_working_days() -> None:
    friday = date(2026, 11, 20)

    assert rules.screening_due(friday, PACK.calendar, national()) == date(2026, 11, 27)
    assert rules.opinion_due(friday, PACK.calendar, national()) == date(2026, 11, 25)


def test_a_refusal_needs_grounds_and_another_officer_readmits() -> None:
    refuser, other = uuid4(), uuid4()
    now, due = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI), date(2026, 11, 24)
    rules.check_refusal("登记证书过期")
    rules.check_readmission(other, refuser, now, due)

    assert refused(rules.check_refusal, "") is Reason.NO_GROUNDS
    assert refused(rules.check_readmission, refuser, refuser, now, due) is Reason.SAME_OFFICER
    assert refused(rules.check_readmission, other, refuser, now, date(2026, 11, 23)) is Reason.READMIT_CLOSED


def test_acceptance_answers_every_item() -> None:
    rules.check_acceptance({"kind": True, "credit": True})

    assert refused(rules.check_acceptance, {"kind": True, "credit": None}) is Reason.OPEN_ITEMS
    assert refused(rules.check_acceptance, {"kind": True, "credit": False}) is Reason.FAILED_ITEMS


def test_people_of_the_unit_do_not_screen_it() -> None:
    officer = uuid4()
    rules.check_impartial(officer, {uuid4()})

    assert refused(rules.check_impartial, officer, {officer}) is Reason.OWN_UNIT


def test_the_audited_amount_is_within_the_request_and_a_cut_says_why() -> None:
    rules.check_audited(yuan(100), yuan(100), "")
    rules.check_audited(yuan(90), yuan(100), "核减宣传费")

    assert refused(rules.check_audited, yuan(101), yuan(100), "多") is Reason.OVER_REQUESTED
    assert refused(rules.check_audited, yuan(0), yuan(100), "零") is Reason.NOTHING_AUDITED
    assert refused(rules.check_audited, yuan(90), yuan(100), " ") is Reason.NO_CUT_REASON


def test_an_opinion_after_its_time_is_silence() -> None:
    rules.check_opinion_open(datetime(2026, 11, 25, 23, tzinfo=SHANGHAI), date(2026, 11, 25))

    assert refused(rules.check_opinion_open, datetime(2026, 11, 26, tzinfo=SHANGHAI), date(2026, 11, 25)) is Reason.OPINION_CLOSED
