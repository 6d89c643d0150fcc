"""A rule pack says everything once, can be hashed, compared and refused."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace

from kernel.errors import Refused
from kernel.working_days import national
from projects.calls import form, rulepack, words
from projects.calls.differences import check_correction, differences
from projects.calls.form import ShowIf
from projects.calls.rulepack import RulePack, default_pack, from_json
from projects.calls.rules import (
    Reason,
    check_extension,
    check_publishable,
    check_schedule,
    default_schedule,
    problems,
)

PACK = default_pack()
TODAY = date(2026, 11, 20)
SCHEDULE = default_schedule(TODAY, PACK, national())


def reasons(pack: RulePack) -> list[object]:
    return [refusal.reason for refusal in problems(pack)]


def test_the_default_pack_is_without_fault() -> None:
    assert problems(PACK) == []


def test_the_default_rubric_is_the_example_with_the_four_focuses() -> None:
    assert [(criterion.name, criterion.max) for criterion in PACK.rubric.criteria] == [
        ("党建引领联动", 15),
        ("理论模式研创", 15),
        ("专业价值实证", 25),
        ("服务场景呈现", 20),
        ("团队能力", 15),
        ("预算合理", 10),
    ]
    assert not PACK.confirmed


def test_the_form_asks_for_no_identity_number() -> None:
    assert [field.label for _, field in PACK.form.fields() if "身份证" in field.label] == []


def test_a_pack_survives_json_in_any_key_order() -> None:
    shuffled = dict(reversed(list(msgspec.json.decode(PACK.to_json()).items())))

    assert from_json(PACK.to_json()) == PACK
    found = from_json(msgspec.json.encode(shuffled))
    assert (found.sha256, hash(found)) == (PACK.sha256, hash(PACK))


def test_any_change_changes_the_hash() -> None:
    assert replace(PACK, calendar=replace(PACK.calendar, notice_days=7)).sha256 != PACK.sha256


def test_every_part_of_a_pack_has_its_word_for_the_correction_notice() -> None:
    structs = [value for module in (rulepack, form) for value in vars(module).values() if isinstance(value, type)]
    names = {name for struct in structs if issubclass(struct, msgspec.Struct) for name in struct.__struct_fields__}

    assert set(words.PART) == names


def test_a_correction_names_what_changed_before_and_after() -> None:
    criteria = tuple(replace(c, max=c.max + 5) if c.code == "team" else c for c in PACK.rubric.criteria)
    new = replace(
        PACK,
        rubric=replace(PACK.rubric, criteria=criteria),
        amounts=replace(PACK.amounts, team_cap=2_000_000),
    )

    assert [(d.path, d.label, d.before, d.after) for d in differences(PACK, new)] == [
        ("amounts.team_cap", "资助额度 · 志愿服务队伍申请额上限（元）", "30,000.00", "20,000.00"),
        ("rubric.criteria.team.max", "评分标准 · 评分项 · 团队能力 · 上限", 15, 20),
    ]


def test_an_inserted_field_is_one_difference() -> None:
    extra = form.Field(code="pets", label="宠物", kind=form.FieldKind.TEXT)
    first, *others = PACK.form.sections
    new = replace(PACK, form=replace(PACK.form, sections=(replace(first, fields=(extra, *first.fields)), *others)))

    assert [(d.label, d.before) for d in differences(PACK, new)] == [("申报书 · 章节 · 基本信息 · 字段 · 宠物", None)]


def test_a_correction_needs_a_difference_and_a_reason() -> None:
    new = replace(PACK, calendar=replace(PACK.calendar, notice_days=7))
    assert len(check_correction(PACK, new, "公示期调整")) == 1

    with pytest.raises(Refused) as same:
        check_correction(PACK, PACK, "公示期调整")
    with pytest.raises(Refused) as silent:
        check_correction(PACK, new, " ")

    assert (same.value.reason, silent.value.reason) == (Reason.NO_DIFFERENCE, Reason.NO_REASON)


def with_rubric(**changes: object) -> RulePack:
    return replace(PACK, rubric=replace(PACK.rubric, **changes))


BROKEN = [
    (with_rubric(criteria=PACK.rubric.criteria[1:]), Reason.WEIGHTS_SUM),
    (with_rubric(bands=tuple(b for b in PACK.rubric.bands if b.code != "good")), Reason.BANDS_GAP),
    (with_rubric(bands=PACK.rubric.bands[:-1]), Reason.BANDS_GAP),
    (with_rubric(step=0), Reason.STEP),
    (with_rubric(pass_line=101), Reason.PASS_LINE),
    (with_rubric(criteria=(replace(PACK.rubric.criteria[0], sections=("moon",)), *PACK.rubric.criteria[1:])), Reason.NO_SECTION),
    (with_rubric(criteria=(*PACK.rubric.criteria, replace(PACK.rubric.criteria[0], max=0))), Reason.DOUBLE_CODE),
    (replace(PACK, panel=replace(PACK.panel, seats=4)), Reason.EVEN_SEATS),
    (replace(PACK, panel=replace(PACK.panel, small_seats=1)), Reason.TOO_FEW_SEATS),
    (replace(PACK, panel=replace(PACK.panel, large_seats=3)), Reason.SEATS_ORDER),
    (replace(PACK, ranking=replace(PACK.ranking, trim=True), panel=replace(PACK.panel, large_seats=5)), Reason.TRIM_SEATS),
    (replace(PACK, ranking=replace(PACK.ranking, tie_break=("votes",))), Reason.TIE_BREAK),
    (replace(PACK, money=replace(PACK.money, instalments=PACK.money.instalments[:2])), Reason.INSTALMENTS_SUM),
    (replace(PACK, amounts=replace(PACK.amounts, minimum=0)), Reason.AMOUNTS_ORDER),
    (replace(PACK, budget=replace(PACK.budget, shares=(replace(PACK.budget.shares[0], min=60),))), Reason.SHARE_RANGE),
    (replace(PACK, calendar=replace(PACK.calendar, notice_days=0)), Reason.CALENDAR_POSITIVE),
]


@pytest.mark.parametrize(("pack", "reason"), BROKEN, ids=lambda value: str(value) if isinstance(value, Reason) else "")
def test_a_pack_that_contradicts_itself_says_where(pack: RulePack, reason: Reason) -> None:
    assert reasons(pack) == [reason]


def test_a_field_shown_by_a_choice_that_is_not_there_is_a_fault() -> None:
    first, *others = PACK.form.sections
    lost = replace(first.fields[0], code="lost", show_if=ShowIf("basic.template", ("moon",)), min=9, max=3)
    broken = replace(PACK, form=replace(PACK.form, sections=(replace(first, fields=(*first.fields, lost)), *others)))

    assert reasons(broken) == [Reason.FIELD_LIMITS, Reason.SHOW_IF]


def test_a_call_runs_twenty_days_and_units_get_two_working_days_more() -> None:
    assert (SCHEDULE.opens, SCHEDULE.fill_by, SCHEDULE.endorse_by) == (TODAY, date(2026, 12, 10), date(2026, 12, 14))


def test_dates_out_of_order_or_past_are_refused() -> None:
    with pytest.raises(Refused) as order:
        check_schedule(replace(SCHEDULE, endorse_by=date(2026, 12, 9)), TODAY)
    with pytest.raises(Refused) as past:
        check_schedule(SCHEDULE, date(2026, 12, 11))

    assert (order.value.reason, past.value.reason) == (Reason.DATES_ORDER, Reason.DATES_PAST)


def test_who_drafted_a_call_does_not_publish_it() -> None:
    drafter, director = uuid4(), uuid4()
    check_publishable(PACK, SCHEDULE, today=TODAY, areas=3, phones=True, drafter=drafter, approver=director)

    wrong: list[tuple[dict[str, Any], Reason]] = [
        ({"approver": drafter}, Reason.SAME_PERSON),
        ({"areas": 0}, Reason.NO_AREAS),
        ({"phones": False}, Reason.NO_PHONES),
        ({"pack": with_rubric(pass_line=-1)}, Reason.PASS_LINE),
    ]
    for changes, reason in wrong:
        given: dict[str, Any] = {"pack": PACK, "schedule": SCHEDULE, "today": TODAY, "areas": 3, "phones": True}
        given |= {"drafter": drafter, "approver": director} | changes
        with pytest.raises(Refused) as no:
            check_publishable(**given)
        assert no.value.reason is reason


def test_an_extension_goes_forward_and_says_why() -> None:
    check_extension(SCHEDULE, date(2026, 12, 11), "系统故障")

    with pytest.raises(Refused) as shorter:
        check_extension(SCHEDULE, date(2026, 12, 10), "系统故障")
    with pytest.raises(Refused) as silent:
        check_extension(SCHEDULE, date(2026, 12, 11), "")

    assert (shorter.value.reason, silent.value.reason) == (Reason.SHORTER, Reason.NO_REASON)
