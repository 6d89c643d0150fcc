"""The closed lists of an expert's profile: categories, kinds of ties, works and documents, parts that may be published. Pure."""

from __future__ import annotations

from enum import StrEnum

from talent_pool.profiles import words


class Category(StrEnum):
    """Industry, academia, research, users of the service."""

    INDUSTRY = "industry"
    ACADEMIA = "academia"
    RESEARCH = "research"
    USER = "user"

    @property
    def label(self) -> str:
        return words.CATEGORY[self]


class TieKind(StrEnum):
    EMPLOYMENT = "employment"
    BOARD = "board"
    KINSHIP = "kinship"
    MENTORING = "mentoring"
    ASSOCIATION = "association"

    @property
    def label(self) -> str:
        return words.TIE[self]


class FeeClass(StrEnum):
    SENIOR = "senior"
    MIDDLE = "middle"
    OTHER = "other"

    @property
    def label(self) -> str:
        return words.FEE_CLASS[self]


class WorkKind(StrEnum):
    PAPER = "paper"
    PATENT = "patent"
    PROJECT = "project"
    """A project that the expert led."""
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        return words.WORK[self]


class DocumentKind(StrEnum):
    CONSENT = "consent"
    """单位同意函: the employer agrees."""
    APPOINTMENT = "appointment"
    QUALIFICATION = "qualification"
    OTHER = "other"

    @property
    def label(self) -> str:
        return words.DOCUMENT[self]


class Part(StrEnum):
    """What an expert may agree to publish, part by part. Without the name nothing is shown at all."""

    NAME = "name"
    EMPLOYER = "employer"
    TITLE = "title"
    FIELDS = "fields"
    WORKS = "works"

    @property
    def label(self) -> str:
        return words.PART[self]


class Source(StrEnum):
    """How somebody came to the pool."""

    DEPARTMENT = "department"
    SELF = "self"
    IMPORT = "import"

    @property
    def label(self) -> str:
        return words.SOURCE[self]


class LinkKind(StrEnum):
    APPLY = "apply"
    CONFIRM = "confirm"
