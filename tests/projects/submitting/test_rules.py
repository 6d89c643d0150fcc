"""Who may apply, until when, and what a proposal still lacks: everything at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from departments.kinds import OrganisationKind, SupportMode
from kernel.clock import SHANGHAI
from kernel.errors import Refused
from kernel.money import ZERO, Fen, wan, yuan
from projects.calls.rulepack import default_pack
from projects.submitting.budget import BudgetLine, budget_problems, effort_problems
from projects.submitting.completeness import field_problems, is_shown, problems
from projects.submitting.rules import (
    Reason,
    Standing,
    check_endorser,
    check_open_for_endorsing,
    check_open_for_filling,
    check_promised,
    code_warning,
    eligibility_problems,
    seal_code,
    years_before,
)

PACK = default_pack()
TODAY = date(2026, 11, 20)
FIT = Standing(kind=OrganisationKind.SERVICE_AGENCY)


def barriers(standing: Standing, *modes: SupportMode) -> list[object]:
    return [refusal.reason for refusal in eligibility_problems(standing, PACK, modes or [SupportMode.GRANT], TODAY)]


def test_a_sound_agency_may_apply() -> None:
    assert barriers(FIT) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"confirmed": False}, Reason.NOT_CONFIRMED),
        ({"kind": OrganisationKind.ENTERPRISE}, Reason.KIND),
        ({"kind": OrganisationKind.TEAM}, Reason.NO_PAYEE),
        ({"abnormal_on": TODAY - timedelta(days=300)}, Reason.ABNORMAL),
        ({"dishonest_on": TODAY - timedelta(days=700)}, Reason.DISHONEST),
        ({"violation_on": TODAY - timedelta(days=1000)}, Reason.VIOLATION),
        ({"overdue_projects": 1}, Reason.OVERDUE),
        ({"banned_until": TODAY}, Reason.BANNED),
        ({"in_this_call": 1}, Reason.ENOUGH),
    ],
)
def test_each_obstacle_is_named(changes: dict[str, Any], reason: Reason) -> None:
    found = barriers(replace(FIT, **changes))

    assert reason in found


def test_all_obstacles_come_at_once() -> None:
    standing = replace(FIT, confirmed=False, overdue_projects=2, in_this_call=1)

    assert barriers(standing) == [Reason.NOT_CONFIRMED, Reason.OVERDUE, Reason.ENOUGH]


def test_old_records_outside_their_window_do_not_count() -> None:
    standing = replace(FIT, abnormal_on=date(2025, 11, 20), dishonest_on=date(2024, 11, 20), violation_on=date(2023, 11, 20))

    assert barriers(standing) == []


def test_a_team_with_a_payee_may_apply() -> None:
    assert barriers(Standing(kind=OrganisationKind.TEAM, has_payee=True)) == []


@pytest.mark.parametrize("kind", [OrganisationKind.INSTITUTION_ONE, OrganisationKind.MASS_ORGANISATION])
def test_budget_kept_units_do_not_sell_services_to_government(kind: OrganisationKind) -> None:
    assert Reason.MODE not in barriers(Standing(kind=kind), SupportMode.GRANT)
    assert Reason.MODE in barriers(Standing(kind=kind), SupportMode.PURCHASE)


def test_a_leap_day_looks_back_to_the_28th() -> None:
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)


def test_the_deadline_is_midnight_in_shanghai_without_grace() -> None:
    fill_by = date(2026, 12, 10)
    last = datetime(2026, 12, 10, 23, 59, 59, tzinfo=SHANGHAI)
    check_open_for_filling(last, TODAY, fill_by)
    check_open_for_endorsing(last, fill_by)

    with pytest.raises(Refused) as filling:
        check_open_for_filling(last + timedelta(seconds=1), TODAY, fill_by)
    with pytest.raises(Refused) as endorsing:
        check_open_for_endorsing(last + timedelta(seconds=1), fill_by)
    with pytest.raises(Refused) as early:
        check_open_for_filling(datetime(2026, 11, 19, 23, tzinfo=SHANGHAI), TODAY, fill_by)

    assert (filling.value.reason, endorsing.value.reason) == (Reason.FILL_CLOSED, Reason.ENDORSE_CLOSED)
    assert early.value.reason is Reason.NOT_OPEN


def test_who_filled_in_does_not_endorse() -> None:
    author, other = uuid4(), uuid4()
    check_endorser(other, [author])

    with pytest.raises(Refused) as no:
        check_endorser(author, [other, author])

    assert no.value.reason is Reason.OWN_WORK


def test_a_seal_page_lapses_when_one_field_changes() -> None:
    content = {"basic": {"title": "银龄守护", "direct": 120}}

    assert seal_code({"basic": {"direct": 120, "title": "银龄守护"}}) == seal_code(content)
    assert seal_code({"basic": {"title": "银龄守护", "direct": 121}}) != seal_code(content)


def test_submission_needs_the_promise() -> None:
    check_promised(True)

    with pytest.raises(Refused) as no:
        check_promised(False)

    assert no.value.reason is Reason.NOT_PROMISED


@pytest.mark.parametrize(
    ("code", "warning"),
    [
        ("91350100M000100Y43", None),
        ("91350100M000100Y44", Reason.CODE_CHECK),
        ("9135 0100 M000 100Y 43", None),
        ("91350100", Reason.CODE_LENGTH),
        ("", Reason.CODE_LENGTH),
        ("I1350100M000100Y43", Reason.CODE_CHECK),
    ],
)
def test_an_odd_code_is_a_warning_not_a_refusal(code: str, warning: Reason | None) -> None:
    assert code_warning(code) is warning


# completeness


def test_an_empty_proposal_hears_everything_at_once() -> None:
    found = problems(PACK.form, {}, {}, set(), PACK.files)

    sections = {problem.section for problem in found}
    assert sections == {section.code for section in PACK.form.sections}
    assert all(problem.sentence for problem in found)
    assert ("basic", "title") in {(problem.section, problem.field) for problem in found}
    assert ("files", "community") in {(problem.section, problem.field) for problem in found}


def test_a_hidden_field_is_not_asked() -> None:
    other = PACK.form.find("basic.target_other")
    assert other is not None

    assert not is_shown(other, {"basic": {"target": ["elderly"]}})
    assert is_shown(other, {"basic": {"target": ["elderly", "other"]}})
    assert not is_shown(other, {})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("basic.title", "  ", Reason.REQUIRED),
        ("basic.title", "短", Reason.TOO_SHORT),
        ("basic.title", "长" * 41, Reason.TOO_LONG),
        ("basic.direct", 0, Reason.TOO_SMALL),
        ("basic.direct", 10**7, Reason.TOO_LARGE),
        ("basic.direct", "many", Reason.NOT_A_NUMBER),
        ("basic.direct", True, Reason.NOT_A_NUMBER),
        ("basic.places", [], Reason.NO_CHOICE),
        ("basic.template", "moon", Reason.NOT_A_CHOICE),
        ("basic.target", ["elderly", "moon"], Reason.NOT_A_CHOICE),
    ],
)
def test_a_bad_answer_is_named(name: str, value: Any, reason: Reason) -> None:
    field = PACK.form.find(name)
    assert field is not None

    assert [refusal.reason for refusal in field_problems(field, value)] == [reason]


def test_line_ends_count_once() -> None:
    field = PACK.form.find("basic.title")
    assert field is not None

    assert list(field_problems(field, "四个字\r\n" + "长" * 36)) == []


def test_a_project_does_not_end_before_it_begins() -> None:
    answers = {"basic": {"start": "2027-03", "end": "2027-01"}}

    found = problems(PACK.form, answers, {}, set(), PACK.files)

    assert ("basic", "end", Reason.PERIOD) in {(p.section, p.field, p.refusal.reason) for p in found}


def test_row_sections_have_their_own_limits() -> None:
    found = problems(PACK.form, {}, {"indicators": 2, "team": 31, "plan": 1, "budget": 1}, set(), PACK.files)

    rows = {(p.section, p.refusal.reason) for p in found if p.field == ""}
    assert rows == {("indicators", Reason.TOO_FEW_ROWS), ("team", Reason.TOO_MANY_ROWS)}


# budget


def line(category: str, requested: Fen, own: Fen = ZERO) -> BudgetLine:
    return BudgetLine(category, "示例", 1, Fen(requested + own), requested, own, "询价")


SOUND = [line("service", yuan(50_000)), line("labour", yuan(35_000)), line("management", yuan(5_000), yuan(2_000))]


def budget(lines: list[BudgetLine], template: str = "activity", forbidden: tuple[str, ...] = ()) -> list[object]:
    cap = PACK.amounts.registered_cap
    return [r.reason for r in budget_problems(lines, PACK, template=template, cap=cap, forbidden=forbidden)]


def test_a_sound_budget_has_no_problems() -> None:
    assert budget(SOUND) == []


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([*SOUND, replace(line("service", yuan(100)), unit_price=yuan(99))], Reason.LINE_SUM),
        ([*SOUND, replace(line("service", yuan(100)), basis=" ")], Reason.LINE_BASIS),
        ([*SOUND, line("moon", yuan(100))], Reason.LINE_CATEGORY),
        ([*SOUND, line("fixed-assets", yuan(100))], Reason.FORBIDDEN_CATEGORY),
        ([*SOUND, line("supplies", yuan(9_900)), line("supplies", yuan(9_900))], Reason.CATEGORY_CAP),
        ([line("service", yuan(49_000)), line("labour", yuan(50_000))], Reason.SHARE_OVER),
        ([line("service", wan(11))], Reason.OVER_CAP),
        ([line("service", yuan(4_999))], Reason.UNDER_MINIMUM),
        ([line("service", yuan(8))], Reason.LOOKS_LIKE_WAN),
        ([line("service", wan(80_000))], Reason.LOOKS_TOO_LARGE),
    ],
)
def test_a_budget_that_breaks_a_rule_is_told_which(lines: list[BudgetLine], reason: Reason) -> None:
    assert reason in budget(lines)


def test_own_money_may_buy_what_the_call_does_not_pay() -> None:
    assert budget([*SOUND, line("fixed-assets", yuan(0), yuan(3_000))]) == []


def test_a_fund_may_forbid_what_the_pack_allows() -> None:
    assert budget(SOUND, forbidden=("management",)) == [Reason.FORBIDDEN_CATEGORY]


def test_a_post_template_is_mostly_pay() -> None:
    assert budget([line("labour", yuan(70_000)), line("service", yuan(30_000))], "post") == []
    assert budget([line("labour", yuan(69_999)), line("service", yuan(30_001))], "post") == [Reason.SHARE_UNDER]


def test_negative_lines_do_not_hide_behind_a_right_sum() -> None:
    trick = BudgetLine("service", "示例", 1, yuan(100), yuan(200), yuan(-100), "询价")

    assert Reason.LINE_NEGATIVE in budget([*SOUND, trick])


def test_nobody_gives_more_than_all_their_time() -> None:
    found = effort_problems({"甲": 60, "乙": 50}, {"甲": 41, "丙": 300, "乙": 50})

    assert [(r.reason, r.facts) for r in found] == [(Reason.OVER_COMMITTED, {"person": "甲", "percent": 101})]
