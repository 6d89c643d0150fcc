"""A row of the import, the pool it is compared with, what the comparison found. Pure shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel.sheets.importing import Line
from talent_pool.life import ExpertState
from talent_pool.profiles.kinds import Category, FeeClass, WorkKind


class Row(Line, frozen=True):
    name: str | None = None
    employer: str | None = None
    category: Category | None = None
    title: str | None = None
    areas: str | None = None
    fields: str | None = None
    keywords: str | None = None
    speciality: str | None = None
    county: str | None = None
    counties: str | None = None
    mobile: str | None = None
    finance: bool | None = None
    community: bool | None = None
    host_staff: bool | None = None
    civil_servant: bool | None = None
    fee_class: FeeClass | None = None
    max_load: int | None = None
    max_year: int | None = None
    former: str | None = None
    board: str | None = None
    works: str | None = None


class Known(Struct, frozen=True):
    """An expert who is there, duplicates that were merged left out."""

    id: UUID
    name: str
    employer: str
    state: ExpertState
    mobile_key: str | None


class Holder(Struct, frozen=True):
    """Whoever a mobile number belongs to, expert or not."""

    id: UUID
    name: str
    mobile_key: str


class Pool(Struct, frozen=True):
    """Everything a row is compared with. Areas, fields and counties by every way people write them."""

    areas: Mapping[str, str]
    fields: Mapping[str, str]
    counties: Mapping[str, str]
    by_name: Mapping[str, Sequence[Known]]
    holders: Mapping[str, Holder]
    """By key of the mobile number."""
    keys: Mapping[str, Sequence[str]]
    """Mobile number of the sheet → the keys under which it may be stored."""
    update: bool


class Tie(Struct, frozen=True):
    unit: str
    until: date | None = None


class Work(Struct, frozen=True):
    kind: WorkKind
    title: str
    year: int | None


class Resolved(Struct, frozen=True):
    """A row without errors, with the codes of what it names. `known`: the expert it updates; `person`: whose number it is."""

    row: Row
    areas: list[str]
    fields: list[str]
    county: str
    counties: list[str]
    mobile: str
    former: list[Tie]
    board: list[Tie]
    works: list[Work]
    known: Known | None
    person: UUID | None
