"""What must hold before a call is sent, published, extended or corrected. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from msgspec import Struct, structs

from kernel.access import Action, Actor, Reach
from kernel.errors import Missing, Refused
from kernel.working_days import Calendar
from projects.calls import words
from projects.calls.form import Form
from projects.calls.rulepack import BudgetRules, PanelRules, Rubric, RulePack


class Reason(StrEnum):
    WEIGHTS_SUM = "weights-sum"
    BANDS_GAP = "bands-gap"
    STEP = "step"
    PASS_LINE = "pass-line"  # noqa: S105 - a threshold
    NO_SECTION = "no-section"
    TRIM_SEATS = "trim-seats"
    TIE_BREAK = "tie-break"
    EVEN_SEATS = "even-seats"
    SEATS_ORDER = "seats-order"
    TOO_FEW_SEATS = "too-few-seats"
    INSTALMENTS_SUM = "instalments-sum"
    AMOUNTS_ORDER = "amounts-order"
    DOUBLE_CODE = "double-code"
    SHOW_IF = "show-if"
    FIELD_LIMITS = "field-limits"
    SHARE_RANGE = "share-range"
    CALENDAR_POSITIVE = "calendar-positive"
    DATES_ORDER = "dates-order"
    DATES_PAST = "dates-past"
    NO_AREAS = "no-areas"
    NO_PHONES = "no-phones"
    SAME_PERSON = "same-person"
    SHORTER = "shorter"
    NO_REASON = "no-reason"
    NO_DIFFERENCE = "no-difference"
    NEEDS_APPROVAL = "needs-approval"
    STILL_OPEN = "still-open"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Schedule(Struct, frozen=True):
    """The published days of a call. Each deadline means before 24:00 of its day."""

    published: date
    opens: date
    fill_by: date
    endorse_by: date


def default_schedule(published: date, pack: RulePack, calendar: Calendar) -> Schedule:
    fill_by = published + timedelta(days=pack.calendar.call_days)
    return Schedule(published, published, fill_by, calendar.add(fill_by, pack.calendar.endorse_days))


def check_schedule(schedule: Schedule, today: date) -> None:
    if not schedule.published <= schedule.opens <= schedule.fill_by <= schedule.endorse_by:
        raise Refused(Reason.DATES_ORDER)
    if schedule.fill_by < today:
        raise Refused(Reason.DATES_PAST, today=today)


def check_publishable(
    pack: RulePack, schedule: Schedule, *, today: date, areas: int, phones: bool, drafter: UUID, approver: UUID
) -> None:
    """Everything at once is on the preview page (`problems`); here the first obstacle refuses."""
    if drafter == approver:
        raise Refused(Reason.SAME_PERSON)
    if areas < 1:
        raise Refused(Reason.NO_AREAS)
    if not phones:
        raise Refused(Reason.NO_PHONES)
    check_schedule(schedule, today)
    for problem in problems(pack):
        raise problem


def check_approved(is_director: bool, on_paper: bool) -> None:
    """The director publishes; anybody else only what a confirmed paper approval covers."""
    if not (is_director or on_paper):
        raise Refused(Reason.NEEDS_APPROVAL)


def check_over(endorse_by: date, today: date) -> None:
    """Nobody who still has time to submit is cut off."""
    if today <= endorse_by:
        raise Refused(Reason.STILL_OPEN, deadline=endorse_by)


def check_extension(schedule: Schedule, new_fill_by: date, reason: str) -> None:
    if new_fill_by <= schedule.fill_by:
        raise Refused(Reason.SHORTER, current=schedule.fill_by)
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def problems(pack: RulePack) -> list[Refused]:
    """All that is wrong with a pack, in the order of the wizard's steps."""
    return [
        *_form_problems(pack.form),
        *_rubric_problems(pack.rubric, pack.form),
        *_panel_problems(pack.panel),
        *_ranking_problems(pack),
        *_amount_problems(pack),
        *_budget_problems(pack.budget),
        *_calendar_problems(pack),
    ]


def _doubles(where: str, codes: Iterable[str]) -> Iterator[Refused]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield Refused(Reason.DOUBLE_CODE, where=where, code=code)
        seen.add(code)


def _form_problems(form: Form) -> Iterator[Refused]:
    yield from _doubles(words.PART["form"], (section.code for section in form.sections))
    for section in form.sections:
        yield from _doubles(section.title, (field.code for field in section.fields))
    for _, field in form.fields():
        if field.min is not None and field.max is not None and field.min > field.max:
            yield Refused(Reason.FIELD_LIMITS, field=field.label)
        if field.show_if:
            other = form.find(field.show_if.field)
            if other is None or not set(field.show_if.values) <= {choice.code for choice in other.choices}:
                yield Refused(Reason.SHOW_IF, field=field.label, target=field.show_if.field)


def _rubric_problems(rubric: Rubric, form: Form) -> Iterator[Refused]:
    if rubric.full != 100:
        yield Refused(Reason.WEIGHTS_SUM, total=rubric.full)
    yield from _doubles(words.PART["rubric"], (criterion.code for criterion in rubric.criteria))
    bands = sorted(rubric.bands, key=lambda band: -band.hi)
    edges = [(band.lo, after.hi) for band, after in pairwise(bands)]
    covered = bool(bands) and bands[0].hi > 100 and bands[-1].lo == 0 and all(band.lo < band.hi for band in bands)
    for lo, hi in edges:
        if lo != hi:
            yield Refused(Reason.BANDS_GAP, at=lo)
    if not covered:
        yield Refused(Reason.BANDS_GAP, at=0 if not bands or bands[-1].lo else 100)
    if not 1 <= rubric.step <= 10:
        yield Refused(Reason.STEP)
    if not 0 <= rubric.pass_line <= 100:
        yield Refused(Reason.PASS_LINE, line=rubric.pass_line)
    known = {section.code for section in form.sections}
    for criterion in rubric.criteria:
        for section in criterion.sections:
            if section not in known:
                yield Refused(Reason.NO_SECTION, criterion=criterion.name, section=section)


def _panel_problems(panel: PanelRules) -> Iterator[Refused]:
    for seats in (panel.small_seats, panel.seats, panel.large_seats):
        if seats % 2 == 0:
            yield Refused(Reason.EVEN_SEATS, seats=seats)
        if seats < panel.finance_min + panel.community_min:
            yield Refused(Reason.TOO_FEW_SEATS, seats=seats, finance=panel.finance_min, community=panel.community_min)
    if not panel.small_seats <= panel.seats <= panel.large_seats or panel.small_up_to > panel.large_above:
        yield Refused(Reason.SEATS_ORDER)


def _ranking_problems(pack: RulePack) -> Iterator[Refused]:
    if pack.ranking.trim and pack.panel.large_seats < pack.ranking.trim_from:
        yield Refused(Reason.TRIM_SEATS, needed=pack.ranking.trim_from, seats=pack.panel.large_seats)
    known = {"heaviest", *(criterion.code for criterion in pack.rubric.criteria)}
    for code in pack.ranking.tie_break:
        if code not in known:
            yield Refused(Reason.TIE_BREAK, code=code)


def _amount_problems(pack: RulePack) -> Iterator[Refused]:
    amounts = pack.amounts
    if not 0 < amounts.minimum <= min(amounts.team_cap, amounts.registered_cap):
        yield Refused(Reason.AMOUNTS_ORDER)
    parts = sum(rule.percent for rule in pack.money.instalments)
    if parts != 100:
        yield Refused(Reason.INSTALMENTS_SUM, total=parts)


def _budget_problems(budget: BudgetRules) -> Iterator[Refused]:
    yield from _doubles(words.PART["budget"], (category.code for category in budget.categories))
    known = {category.code for category in budget.categories}
    for share in budget.shares:
        if share.min > share.max or not set(share.categories) <= known:
            yield Refused(Reason.SHARE_RANGE, template=share.template)


def _calendar_problems(pack: RulePack) -> Iterator[Refused]:
    for name, days in structs.asdict(pack.calendar).items():
        if days < 1:
            yield Refused(Reason.CALENDAR_POSITIVE, name=words.PART[name])


def is_of_host(actor: Actor, action: Action, host: UUID) -> bool:
    """The whole city's, or of the department that runs the call."""
    return actor.reach(action) is Reach.CITY or host in actor.units(action)


def check_of_host(actor: Actor, action: Action, host: UUID) -> None:
    """Missing for another department: its officers register what their own leader signed, never what the host's did."""
    if not is_of_host(actor, action, host):
        raise Missing
