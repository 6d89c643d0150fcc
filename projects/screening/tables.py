"""What officers wrote about a proposal before review: checklist, refusal, opinion of the lead department."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Date, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Unit
from kernel.sql import one_of
from projects.tables import Project

OUTCOMES = ("accepted", "returned", "refused", "readmitted")
VIEWS = ("support", "none", "concern")


class Screening(Table):
    """资格审查: one conclusion of one officer, with the checklist it rests on."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    outcome = Varchar(length=12)
    items = JSONB()
    note = Text(default="")
    concluded_by = UUID()
    concluded_at = Timestamptz()

    screening_known_outcome = Check(one_of("outcome", OUTCOMES))


class Opinion(Table):
    """业务意见 of the lead department. Asked for at submission; after `due`, silence means none."""

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, unique=True, on_delete=OnDelete.restrict)
    unit = ForeignKey(Unit, null=False, index=True, on_delete=OnDelete.restrict)
    due = Date()
    view = Varchar(length=10, null=True, default=None)
    text = Text(default="")
    given_by = UUID(null=True, default=None)
    given_at = Timestamptz(null=True, default=None)

    opinion_known_view = Check(f"view IS NULL OR {one_of('view', VIEWS)}")
    opinion_whole = Check("(view IS NULL) = (given_by IS NULL) AND (view IS NULL) = (given_at IS NULL)")
