"""What drafting and endorsing a proposal need beside the project row."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from departments.organisation.tables import OrganisationDocument
from kernel import rows
from kernel.accounts.tables import Person
from projects.tables import Project


class SectionState(Table):
    """One section as last saved: its own version, so that two people may fill in two sections at once.

    `lines` keeps rows exactly as typed while one of them cannot be stored; nothing typed is ever lost.
    """

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=False, on_delete=OnDelete.restrict)
    section = Varchar(length=40)
    lines = JSONB(null=True, default=None)
    saved_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    saved_at = Timestamptz()
    version = Integer(default=1)

    section_state_once = Unique(["project", "section"])


class ReusedPaper(Table):
    """A paper of the organisation's record that a submitted proposal rests on, fixed when it was submitted to the unit."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=False, on_delete=OnDelete.restrict)
    code = Varchar(length=40)
    paper = ForeignKey(OrganisationDocument, null=False, index=True, on_delete=OnDelete.restrict)

    reused_paper_once = Unique(["project", "code"])


class Submission(Table):
    """A formal submission as it was: what a later correction is compared with."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=False, on_delete=OnDelete.restrict)
    number = Integer()
    content = JSONB()
    digest = Varchar(length=8)
    requested = BigInt()
    endorsed_by = UUID()
    submitted_at = Timestamptz()

    submission_once = Unique(["project", "number"])


class SealPage(Table):
    """The stamped page that was uploaded, with the code of the version it was printed for. Any later change makes it void."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    file = UUID(unique=True)
    digest = Varchar(length=8)
    added_at = Timestamptz()
