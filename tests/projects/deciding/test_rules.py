"""From ranking to 立项通知: five amounts, consented lines, a meeting, a window, real names."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from departments import catalogue
from departments.funds.rules import Reason as FundReason
from departments.kinds import SupportMode
from kernel.clock import SHANGHAI
from kernel.errors import Refused
from kernel.money import Fen, yuan
from kernel.working_days import national
from projects.calls.rulepack import default_pack
from projects.deciding import objections, rules
from projects.deciding.objections import Upheld
from projects.deciding.rules import Amounts, Badge, Outcome, Reason
from projects.states import State

PACK = default_pack()
CITY = catalogue.load()


def refused(call: object, *args: object, **kwargs: object) -> object:
    assert callable(call)
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.reason


def test_five_amounts_each_stand_on_the_one_before() -> None:
    rules.check_amounts(Amounts(yuan(10), yuan(9), yuan(7), yuan(8), yuan(8)))
    rules.check_amounts(Amounts(yuan(10)))


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        (Amounts(yuan(10), yuan(11)), Reason.AUDITED_OVER_REQUESTED),
        (Amounts(yuan(10), yuan(9), yuan(10)), Reason.ADVISED_OVER_AUDITED),
        (Amounts(yuan(10), yuan(9), None, yuan(10)), Reason.DETERMINED_OVER_AUDITED),
        (Amounts(yuan(10), None, None, yuan(11)), Reason.DETERMINED_OVER_AUDITED),
        (Amounts(yuan(10), yuan(9), None, Fen(0)), Reason.NOTHING_DETERMINED),
        (Amounts(yuan(10), yuan(9), None, yuan(8), yuan(9)), Reason.AGREED_OVER_DETERMINED),
    ],
)
def test_an_amount_that_grows_on_the_way_is_refused(amounts: Amounts, reason: Reason) -> None:
    assert refused(rules.check_amounts, amounts) is reason


def test_an_award_binds_when_consented_lines_equal_it() -> None:
    rules.check_lines_cover(yuan(80_000), [yuan(50_000), yuan(30_000)])

    assert refused(rules.check_lines_cover, yuan(80_000), [yuan(50_000)]) is Reason.LINES_NOT_EQUAL
    assert refused(rules.check_lines_cover, yuan(80_000), [yuan(50_000), Fen(3_000_001)]) is Reason.LINES_NOT_EQUAL


def line(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "amount": yuan(50_000),
        "fund": CITY.fund("civil-lottery-2026"),
        "area": CITY.area("elderly"),
        "mode": SupportMode.GRANT,
        "remaining": yuan(50_000),
    }
    return given | changes


def test_a_line_within_its_fund() -> None:
    rules.check_line(**line())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": Fen(0)}, Reason.NOTHING_DETERMINED),
        ({"mode": SupportMode.CHARITY}, Reason.LINE_MODE),
        ({"area": CITY.area("micro-economy")}, FundReason.LOTTERY_PURPOSE),
        ({"amount": yuan(100_001)}, Reason.LINE_OVER_CAP),
        ({"amount": Fen(5_000_001)}, Reason.LINE_OVER_REMAINING),
    ],
)
def test_a_line_a_fund_cannot_carry(changes: dict[str, Any], reason: object) -> None:
    assert refused(rules.check_line, **line(**changes)) is reason


def test_below_the_line_nothing_is_proposed() -> None:
    amounts = rules.Amounts(requested=yuan(50_000), audited=yuan(50_000), determined=yuan(50_000))

    found = {
        mean: rules.approval_problems(amounts, mean, PACK.rubric, [yuan(50_000)]) for mean in (Fraction(140), Fraction(1399, 10))
    }

    assert [[no.reason for no in problems] for problems in found.values()] == [[], [Reason.BELOW_LINE]]


def test_departing_from_the_ranking_needs_words() -> None:
    rules.check_order([], "")
    rules.check_order(["MY2026-0001"], "申报单位书面放弃")

    assert refused(rules.check_order, ["MY2026-0001"], " ") is Reason.OUT_OF_ORDER


def test_who_scored_does_not_decide() -> None:
    scorer, other = uuid4(), uuid4()
    rules.check_decider(other, {scorer})

    assert refused(rules.check_decider, scorer, {scorer}) is Reason.SCORER_DECIDES


def test_release_waits_for_every_outcome_and_the_confirmed_minutes() -> None:
    rules.check_release([Outcome.APPROVE, Outcome.DECLINE], signoff_confirmed=True)

    assert refused(rules.check_release, [], signoff_confirmed=True) is Reason.NOTHING_TO_RELEASE
    assert refused(rules.check_release, [Outcome.APPROVE, None], signoff_confirmed=True) is Reason.OUTCOME_MISSING
    assert refused(rules.check_release, [Outcome.APPROVE], signoff_confirmed=False) is Reason.NO_SIGNOFF


def test_a_notice_of_20_november_runs_from_the_23rd_to_the_27th() -> None:
    window = objections.notice_window(date(2026, 11, 20), PACK.calendar.notice_days, national())

    assert window == (date(2026, 11, 23), date(2026, 11, 27))


def test_nothing_is_issued_before_the_window_is_over_or_while_an_objection_is_open() -> None:
    end, over = date(2026, 11, 27), datetime(2026, 11, 28, tzinfo=SHANGHAI)
    given: dict[str, Any] = {"window_end": end, "open_objections": 0, "number": "绵社立项〔2026〕1号"}
    rules.check_issue(over, **given)

    assert refused(rules.check_issue, datetime(2026, 11, 27, 23, 59, tzinfo=SHANGHAI), **given) is Reason.WINDOW_OPEN
    assert refused(rules.check_issue, over, **(given | {"open_objections": 1})) is Reason.OBJECTION_OPEN
    assert refused(rules.check_issue, over, **(given | {"number": ""})) is Reason.NO_NUMBER


def badges(state: State, **changes: Any) -> list[Badge]:
    given: dict[str, Any] = {
        "outcome": Outcome.APPROVE,
        "meeting_confirmed": False,
        "open_objections": 0,
        "consented": Fen(0),
        "determined": yuan(8),
    }
    return rules.badges(state, **(given | changes))


def test_badges_follow_the_rows() -> None:
    assert badges(State.SCORED) == [Badge.PROPOSED, Badge.UNFUNDED]
    assert badges(State.SCORED, meeting_confirmed=True, consented=yuan(8)) == [Badge.DECIDED, Badge.FUNDED]
    assert badges(State.SCORED, outcome=Outcome.DECLINE) == []
    assert badges(State.PUBLICISED, open_objections=1) == [Badge.UNDER_OBJECTION]
    assert badges(State.IN_REVIEW, open_objections=1) == []


def lodging(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "start": date(2026, 11, 23),
        "end": date(2026, 11, 27),
        "name": "示例甲",
        "contact": "示例电话",
        "facts": "重复资助，见附件",
    }
    return given | changes


@pytest.mark.parametrize(
    ("now", "changes", "reason"),
    [
        (datetime(2026, 11, 22, 23, 59, tzinfo=SHANGHAI), {}, Reason.NOTICE_NOT_BEGUN),
        (datetime(2026, 11, 28, tzinfo=SHANGHAI), {}, Reason.NOTICE_OVER),
        (datetime(2026, 11, 24, tzinfo=SHANGHAI), {"name": " "}, Reason.NO_NAME),
        (datetime(2026, 11, 24, tzinfo=SHANGHAI), {"contact": ""}, Reason.NO_NAME),
        (datetime(2026, 11, 24, tzinfo=SHANGHAI), {"facts": ""}, Reason.NO_EVIDENCE),
    ],
)
def test_an_objection_is_in_time_in_name_and_with_facts(now: datetime, changes: dict[str, Any], reason: Reason) -> None:
    objections.check_lodging(datetime(2026, 11, 23, tzinfo=SHANGHAI), **lodging())
    objections.check_lodging(datetime(2026, 11, 27, 23, 59, tzinfo=SHANGHAI), **lodging())

    assert refused(objections.check_lodging, now, **lodging(**changes)) is reason


def test_an_answer_is_due_in_seven_working_days_and_once_in_seven_more() -> None:
    lodged = date(2026, 11, 23)
    due = objections.answer_due(lodged, PACK.calendar, national())
    objections.check_extension(datetime(2026, 12, 2, 23, tzinfo=SHANGHAI), due, "需要外部核查", extended=False)

    assert due == date(2026, 12, 2)
    assert objections.answer_due(lodged, PACK.calendar, national(), extended=True) == date(2026, 12, 11)
    for now, reason, extended, why in [
        (datetime(2026, 12, 1, tzinfo=SHANGHAI), Reason.EXTENDED_ONCE, True, "核查"),
        (datetime(2026, 12, 3, tzinfo=SHANGHAI), Reason.EXTENSION_LATE, False, "核查"),
        (datetime(2026, 12, 1, tzinfo=SHANGHAI), Reason.NO_REASON, False, " "),
    ]:
        assert refused(objections.check_extension, now, due, why, extended=extended) is reason


def test_an_objection_is_answered_by_someone_who_did_not_decide_first() -> None:
    decider, other = uuid4(), uuid4()
    given: dict[str, Any] = {"determined": yuan(80), "cut_to": None}
    objections.check_answer(other, {decider}, "经核查不成立", Upheld.DISMISSED, **given)
    objections.check_answer(other, {decider}, "核减重复部分", Upheld.CUT, determined=yuan(80), cut_to=yuan(60))

    assert refused(objections.check_answer, decider, {decider}, "不成立", Upheld.DISMISSED, **given) is Reason.DECIDER_ANSWERS
    assert refused(objections.check_answer, other, {decider}, " ", Upheld.DISMISSED, **given) is Reason.NO_ANSWER
    assert refused(objections.check_answer, other, {decider}, "核减", Upheld.CUT, **given) is Reason.CUT_OUTCOME
    cut = {"determined": yuan(80), "cut_to": yuan(80)}
    assert refused(objections.check_answer, other, {decider}, "核减", Upheld.CUT, **cut) is Reason.CUT_OUTCOME
