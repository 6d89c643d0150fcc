"""What the catalogue is made of: the rows of catalogue.toml and data/*.csv as structs. Pure shapes, no reading."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from departments.kinds import BudgetType, Purpose, SupportMode
from kernel.money import Fen


class City(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    short: str
    programme: str
    platform: str
    plan: str
    plan_source: str
    confirmed: bool


class Footer(Struct, frozen=True, forbid_unknown_fields=True):
    host: str
    host_name: str
    technical_support: str
    address: str
    consult_phone: str
    supervision_phone: str
    hotline: str
    email: str
    record_number: str
    confirmed: bool


class Documents(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands before the bracketed year of a paper's number, by kind of paper, and before a project's code."""

    project_code: str
    confirmed: bool
    prefixes: dict[str, str]


class Department(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    short: str
    confirmed: bool


class KeyArea(Struct, frozen=True, forbid_unknown_fields=True):
    """`confirmed` speaks of the name; who leads is confirmed apart from it."""

    code: str
    name: str
    lead: str
    co: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    confirmed: bool
    lead_confirmed: bool


class Duty(Struct, frozen=True, forbid_unknown_fields=True):
    area: str
    department: str
    what: str
    by: date
    confirmed: bool


class Committee(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    chair: str
    members: tuple[str, ...]
    confirmed: bool


class Zone(Struct, frozen=True, forbid_unknown_fields=True):
    """A functional zone: administers places, but has no code in GB/T 2260."""

    code: str
    name: str
    confirmed: bool


class FundTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a fund pays for and how. Caps and forbidden uses belong to the fund, not to the call."""

    modes: tuple[SupportMode, ...]
    purposes: tuple[Purpose, ...] = ()
    forbidden: tuple[str, ...] = ()
    management_cap: int  # percent of the line
    labour_floor: int = 0  # percent of the line that must be pay
    project_cap: Fen
    lottery: bool = False


class FundSource(FundTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's money of one year."""

    code: str
    owner: str
    name: str
    year: int
    budget_type: BudgetType
    quota_number: str
    subject: str
    total: Fen
    work_expense: Fen
    confirmed: bool


class County(Struct, frozen=True):
    code: str
    name: str
    kind: str
    source: str


class Township(Struct, frozen=True):
    code: str
    name: str
    kind: str
    county: str
    source: str


class PastProject(Struct, frozen=True):
    """A published award of some city, for the read-only library. Never a project with a state, a score or money."""

    programme: str
    city: str
    year: str
    area_or_track: str
    award_or_status: str
    project_title: str
    organisation: str
    amount_wan: str
    score: str
    source: str
