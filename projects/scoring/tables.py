"""Score sheets: one expert's points for one project, and what was signed, kept for ever."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from projects.panels.tables import Seat
from projects.tables import Project


class Score(Table):
    """Half points by criterion. `complete` says that it may be signed as it stands; `total` exists when all is filled in."""

    id = UUID(primary_key=True, default=rows.new_id)
    seat = ForeignKey(Seat, null=False, index=False, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=False, on_delete=OnDelete.restrict)
    points = JSONB()
    total = Integer(null=True, default=None)
    comment = Text(default="")
    complete = Boolean(default=False)
    entered_by = UUID(null=True, default=None)
    """Who typed in a paper sheet; another person checks it before it counts."""
    checked_by = UUID(null=True, default=None)
    saved_at = Timestamptz()
    version = Integer(default=1)

    score_once = Unique(["seat", "project"])
    score_total = Check("total IS NULL OR total BETWEEN 0 AND 2000")
    score_complete = Check("NOT complete OR total IS NOT NULL")
    score_two_people = Check("checked_by IS NULL OR checked_by <> entered_by")


class SignedSheet(Table):
    """A sheet as it was signed. What a re-discussion changes is signed again; the original stays."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    seat = ForeignKey(Seat, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    points = JSONB()
    total = Integer()
    comment = Text(default="")
    signed_by = UUID()
    signed_at = Timestamptz()
