"""What an application form is made of. One definition serves the form, the check page, the reviewer's view and the papers."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct


class FieldKind(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    INTEGER = "integer"
    MONEY = "money"
    MONTH = "month"
    CHOICE = "choice"
    CHOICES = "choices"
    AREA = "area"  # one of the call's key areas
    PLACES = "places"  # townships of the catalogue
    PHONE = "phone"
    EMAIL = "email"


class SectionKind(StrEnum):
    """FIELDS is answered in the form's JSON; the others are rows with their own tables and rules."""

    FIELDS = "fields"
    INDICATORS = "indicators"
    PLAN = "plan"
    TEAM = "team"
    BUDGET = "budget"
    FILES = "files"


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    label: str


class ShowIf(Struct, frozen=True, forbid_unknown_fields=True):
    """The field is asked, and required, only when another field of the form holds one of these values."""

    field: str
    values: tuple[str, ...]


class Field(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    code: str
    label: str
    kind: FieldKind
    hint: str = ""
    required: bool = True
    min: int | None = None  # characters for texts, the number itself for numbers, ticks for choices
    max: int | None = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    show_if: ShowIf | None = None
    anonymous: bool = False  # hidden from reviewers of a blind round
    core: bool = False  # may not change after acceptance for screening, not even in a correction


class Section(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    code: str
    title: str
    kind: SectionKind = SectionKind.FIELDS
    hint: str = ""
    fields: tuple[Field, ...] = ()
    min_rows: int = 0
    max_rows: int | None = None
    anonymous: bool = False


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    intro: str
    sections: tuple[Section, ...]
    promise: str

    def section(self, code: str) -> Section:
        return next(section for section in self.sections if section.code == code)

    def fields(self) -> Iterator[tuple[Section, Field]]:
        for section in self.sections:
            for field in section.fields:
                yield section, field

    def find(self, name: str) -> Field | None:
        """By `section.field`, the name under which corrections and answers speak of a field."""
        return next((field for section, field in self.fields() if f"{section.code}.{field.code}" == name), None)
