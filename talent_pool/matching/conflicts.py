"""Which relations keep an expert from a project. Hard ones mask every channel, soft ones the secretary decides. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from talent_pool.matching import words


class ConflictKind(StrEnum):
    EMPLOYMENT = "employment"
    OFFICE = "office"
    KINSHIP = "kinship"
    JOINT = "joint"
    MENTORING = "mentoring"
    DECLARED = "declared"
    SUPERVISING_BODY = "supervising-body"
    ASSOCIATION = "association"

    @property
    def label(self) -> str:
        return words.CONFLICT[self]

    @property
    def is_hard(self) -> bool:
        return self not in SOFT


SOFT = frozenset({ConflictKind.SUPERVISING_BODY, ConflictKind.ASSOCIATION})
"""In a local pool nearly everyone shares these: as a mask they would empty it."""


class Employment(Struct, frozen=True):
    unit: str
    until: date | None = None  # None: still there


class ExpertFacts(Struct, frozen=True):
    """Of the merged person, not of one account. Units and people by id."""

    person: str
    employments: tuple[Employment, ...] = ()
    offices: frozenset[str] = frozenset()
    kin: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()  # projects and units the expert asked to be kept from
    supervising_bodies: frozenset[str] = frozenset()
    associations: frozenset[str] = frozenset()


class ProjectFacts(Struct, frozen=True):
    project: str
    units: frozenset[str]  # applicant, payee, partners
    people: frozenset[str]  # team, drafters, the units' responsible persons
    mentors: frozenset[str] = frozenset()
    supervising_bodies: frozenset[str] = frozenset()
    associations: frozenset[str] = frozenset()


class Conflict(Struct, frozen=True):
    kind: ConflictKind
    with_id: str

    @property
    def is_hard(self) -> bool:
        return self.kind.is_hard


def find_conflicts(expert: ExpertFacts, project: ProjectFacts, on: date, years: int = 3) -> list[Conflict]:
    """Every relation, hard first, in a fixed order so that the record reads the same each time."""
    since = _years_before(on, years)
    employers = {job.unit for job in expert.employments if job.until is None or job.until >= since}
    relations = {
        ConflictKind.EMPLOYMENT: employers & project.units,
        ConflictKind.OFFICE: expert.offices & project.units,
        ConflictKind.KINSHIP: expert.kin & project.people,
        ConflictKind.JOINT: {expert.person} & project.people,
        ConflictKind.MENTORING: {expert.person} & project.mentors,
        ConflictKind.DECLARED: expert.declared & (project.units | {project.project}),
        ConflictKind.SUPERVISING_BODY: expert.supervising_bodies & project.supervising_bodies,
        ConflictKind.ASSOCIATION: expert.associations & project.associations,
    }
    return [Conflict(kind, found) for kind in ConflictKind for found in sorted(relations[kind])]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
