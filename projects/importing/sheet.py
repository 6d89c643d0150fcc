"""A row of the import, the city it is compared with, what the comparison found. Pure shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from departments.city import FundTerms, KeyArea
from departments.kinds import OrganisationKind, SupportMode
from kernel.money import Fen
from kernel.sheets.importing import Line
from projects.states import State
from projects.tracking.rules import Grade


class Row(Line, frozen=True):
    title: str | None = None
    organisation: str | None = None
    uscc: str | None = None
    kind: OrganisationKind | None = None
    area: str | None = None
    lead: str | None = None
    state: State | None = None
    determined: Fen | None = None
    agreed: Fen | None = None
    paid: Fen | None = None
    owner: str | None = None
    fund: str | None = None
    mode: SupportMode | None = None
    awarded_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    grade: Grade | None = None
    leader: str | None = None
    old_code: str | None = None
    goal: str | None = None
    target: int | None = None
    unit: str | None = None
    account_name: str | None = None
    bank: str | None = None
    account: str | None = None

    @property
    def amount(self) -> Fen:
        """What the funding line binds: agreed once there is an agreement, determined before."""
        return Fen(self.agreed or self.determined or 0)


class Source(Struct, frozen=True):
    """A fund as the rules need it."""

    code: str
    name: str
    owner: str
    owner_name: str
    year: int
    available: Fen
    terms: FundTerms


class Known(Struct, frozen=True):
    """An organisation that the platform has."""

    code: str
    name: str


class City(Struct, frozen=True):
    """Everything a row is compared with. Departments and areas by every way people write them."""

    areas: Mapping[str, KeyArea]
    departments: Mapping[str, str]
    department_names: Mapping[str, str]
    funds: Sequence[Source]
    by_code: Mapping[str, Known]
    by_name: Mapping[str, Sequence[Known]]
    held: Mapping[tuple[str, str], str]
    """(organisation key, title) → code of the project that is there."""
    today: date


class Resolved(Struct, frozen=True):
    """A row without errors, with the codes of what it names. `organisation` is the key of the unit: its code, or its name."""

    row: Row
    area: KeyArea
    lead: str
    source: Source
    organisation: str
