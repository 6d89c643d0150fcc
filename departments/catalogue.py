"""The city as data: reads catalogue.toml and data/*.csv into checked structs. Pure; nothing here knows the database.

`confirmed` is true only for what the published plan says. Pages show the rest as an example to be confirmed.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec import Struct, convert

from departments.city import (
    City,
    Committee,
    County,
    Department,
    Documents,
    Duty,
    Footer,
    FundSource,
    KeyArea,
    PastProject,
    Township,
    Zone,
)

HERE = Path(__file__).parent
R = TypeVar("R", bound=Struct)


class Catalogue(Struct, frozen=True, forbid_unknown_fields=True):
    city: City
    footer: Footer
    documents: Documents
    departments: tuple[Department, ...]
    areas: tuple[KeyArea, ...]
    committees: tuple[Committee, ...]
    zones: tuple[Zone, ...]
    funds: tuple[FundSource, ...]
    duties: tuple[Duty, ...]

    def department(self, code: str) -> Department:
        return _named(self.departments, code)

    def area(self, code: str) -> KeyArea:
        return _named(self.areas, code)

    def fund(self, code: str) -> FundSource:
        return _named(self.funds, code)

    def order(self, code: str) -> int:
        """Position in the order of establishment, in which departments are always listed."""
        return [department.code for department in self.departments].index(code)


class BrokenCatalogue(ValueError):  # noqa: N818 - says what is broken, for whoever edits the file
    """A code that points nowhere or appears twice. The start of the program stops with it."""


class Coded(Protocol):
    @property
    def code(self) -> str: ...


T = TypeVar("T", bound=Coded)


def _named(rows: tuple[T, ...], code: str) -> T:
    for row in rows:
        if row.code == code:
            return row
    raise KeyError(code)


def problems(catalogue: Catalogue) -> list[str]:
    """Every dangling or doubled code, all at once."""
    found: list[str] = []
    for kind in ("departments", "areas", "committees", "zones", "funds"):
        codes = [row.code for row in getattr(catalogue, kind)]
        found += [f"{kind}: {code} appears twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
    known = {department.code for department in catalogue.departments}
    areas = {area.code for area in catalogue.areas}
    pointers = [("footer", catalogue.footer.host)]
    pointers += [(f"area {area.code}", code) for area in catalogue.areas for code in (area.lead, *area.co)]
    pointers += [(f"committee {c.code}", code) for c in catalogue.committees for code in (c.chair, *c.members)]
    pointers += [(f"fund {fund.code}", fund.owner) for fund in catalogue.funds]
    pointers += [(f"duty in {duty.area}", duty.department) for duty in catalogue.duties]
    found += [f"{where}: no department {code}" for where, code in pointers if code not in known]
    found += [f"duty of {duty.department}: no area {duty.area}" for duty in catalogue.duties if duty.area not in areas]
    found += [
        f"fund {fund.code}: lottery money names its purposes" for fund in catalogue.funds if fund.lottery and not fund.purposes
    ]
    return found


def read(text: str) -> Catalogue:
    catalogue = convert(tomllib.loads(text), Catalogue)
    if broken := problems(catalogue):
        raise BrokenCatalogue("; ".join(broken))
    return catalogue


@cache
def load() -> Catalogue:
    """The catalogue shipped beside this module, read once."""
    return read((HERE / "catalogue.toml").read_text(encoding="utf8"))


def _rows(name: str, row: type[R]) -> tuple[R, ...]:
    with (HERE / "data" / name).open(encoding="utf8", newline="") as lines:
        return tuple(convert(line, row) for line in csv.DictReader(lines))


@cache
def counties() -> tuple[County, ...]:
    return _rows("counties.csv", County)


@cache
def townships() -> tuple[Township, ...]:
    return _rows("townships.csv", Township)


@cache
def past_projects() -> tuple[PastProject, ...]:
    return _rows("past_projects.csv", PastProject)
