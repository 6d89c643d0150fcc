"""The rules of one call as frozen data: everything a call publishes, in one value that can be hashed, stored and compared."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from departments.kinds import OrganisationKind
from kernel.money import Fen
from projects.calls.form import Form
from projects.calls.form_default import default_form


class Eligibility(Struct, frozen=True, forbid_unknown_fields=True):
    kinds: tuple[OrganisationKind, ...]
    per_unit: int
    per_faculty: int  # universities count by faculty
    clean_years_abnormal: int
    clean_years_dishonest: int
    clean_years_violation: int
    refuse_overdue: bool
    purchase_only: bool


class Amounts(Struct, frozen=True, forbid_unknown_fields=True):
    registered_cap: Fen
    team_cap: Fen
    minimum: Fen
    success_low: int
    success_high: int


class Band(Struct, frozen=True, forbid_unknown_fields=True):
    """Half-open [lo, hi) in percent of the full mark, so that 89.5 falls into exactly one band."""

    code: str
    name: str
    lo: int
    hi: int
    comment: bool  # a score in this band needs a comment


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    max: int
    what: str
    sections: tuple[str, ...]


class Rubric(Struct, frozen=True, forbid_unknown_fields=True):
    """`step` counts half points: 1 means 0.5."""

    pass_line: int
    step: int
    comment_min: int
    bands: tuple[Band, ...]
    criteria: tuple[Criterion, ...]

    @property
    def full(self) -> int:
        return sum(criterion.max for criterion in self.criteria)

    def criterion(self, code: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.code == code)


class PanelRules(Struct, frozen=True, forbid_unknown_fields=True):
    seats: int
    large_seats: int
    large_above: Fen
    small_seats: int
    small_up_to: Fen
    standbys: int
    finance_min: int
    community_min: int
    per_employer_max: int
    host_staff_max: int
    draw_days_before: int
    load_per_day: int
    present_minutes: int
    answer_minutes: int
    open_after: int
    conflict_years: int
    blind: bool
    consent_required: bool = True
    """Whose employer's consent is over on the day of review is left out. Not part of packs from before this rule."""

    def seats_for(self, requested: Fen, *, contested: bool = False) -> int:
        if contested or requested > self.large_above:
            return self.large_seats
        return self.small_seats if requested <= self.small_up_to else self.seats


class RankingRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`tie_break` names criteria in order; "heaviest" is the criterion with the most points."""

    trim: bool
    trim_from: int
    tie_break: tuple[str, ...]
    wide_range: int
    wide_deviation: int


class Category(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    cap: int  # percent of the requested amount; 0 forbids
    note: str


class Share(Struct, frozen=True, forbid_unknown_fields=True):
    """Categories that together stay within [min, max] percent of the requested amount, for one template."""

    template: str
    categories: tuple[str, ...]
    max: int
    min: int


class BudgetRules(Struct, frozen=True, forbid_unknown_fields=True):
    reallocation_percent: int
    categories: tuple[Category, ...]
    shares: tuple[Share, ...]

    def category(self, code: str) -> Category | None:
        return next((category for category in self.categories if category.code == code), None)


class InstalmentRule(Struct, frozen=True, forbid_unknown_fields=True):
    percent: int
    gate: str


class GradePayment(Struct, frozen=True, forbid_unknown_fields=True):
    grade: str
    percent: int


class MoneyRules(Struct, frozen=True, forbid_unknown_fields=True):
    instalments: tuple[InstalmentRule, ...]
    small_up_to: Fen
    first_within_days: int
    grades: tuple[GradePayment, ...]
    fee_half_day: Fen
    fee_day: Fen


class CalendarRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`call_days` are calendar days, all others working days."""

    call_days: int
    endorse_days: int
    screening_days: int
    correction_days: int
    readmit_days: int
    opinion_days: int
    notice_days: int
    objection_days: int
    objection_extension: int


class TrackingRules(Struct, frozen=True, forbid_unknown_fields=True):
    monthly_above: Fen
    fields_max: int
    visits: int
    visits_large: int
    large_above: Fen
    midterm_percent: int
    ladder: tuple[int, ...]
    satisfaction: int
    closing_days: int
    audit_from: Fen
    sample_percent: int
    ban_years_max: int


class OptionalSteps(Struct, frozen=True, forbid_unknown_fields=True):
    recommendation: bool
    roadshow: bool


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    required: bool
    reusable: bool  # lives on the organisation's record and feeds every call
    hint: str


class FileRules(Struct, frozen=True, forbid_unknown_fields=True):
    max_mb: int
    types: tuple[str, ...]
    documents: tuple[Document, ...]


class Keeping(Struct, frozen=True, forbid_unknown_fields=True):
    project_years: int
    declined_years: int
    people_years: int
    volunteer_years: int
    log_months: int


class RulePack(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    confirmed: bool
    eligibility: Eligibility
    amounts: Amounts
    rubric: Rubric
    panel: PanelRules
    ranking: RankingRules
    budget: BudgetRules
    money: MoneyRules
    calendar: CalendarRules
    tracking: TrackingRules
    steps: OptionalSteps
    files: FileRules
    keeping: Keeping
    form: Form

    def to_json(self) -> str:
        """Canonical: sorted keys, no spaces, so that equal packs are equal texts wherever they were stored."""
        return msgspec.json.encode(self, order="sorted").decode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def replace(self, **changes: object) -> RulePack:
        return structs.replace(self, **changes)


def from_json(text: str | bytes) -> RulePack:
    return msgspec.json.decode(text, type=RulePack)


@cache
def default_pack() -> RulePack:
    data = tomllib.loads(Path(__file__).with_name("default_pack.toml").read_text(encoding="utf8"))
    return msgspec.convert({**data, "form": msgspec.to_builtins(default_form())}, RulePack)
