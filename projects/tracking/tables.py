"""What a running project owes in words and numbers: reports, and the conclusion that closes it."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.sql import one_of
from projects import life, states
from projects.tables import Project
from projects.tracking.rules import Conclusion, Grade
from projects.tracking.schedule import ReportKind


class Report(Table):
    """A due report. `actuals` are cumulative totals by indicator id."""

    LIFE = life.REPORT

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=12)
    starts = Date()
    ends = Date()
    due = Date(index=True)
    state = Varchar(length=12, default=life.REPORT.start.value)
    actuals = JSONB(default="{}")
    done = Text(default="")
    problems = Text(default="")
    plans = Text(default="")
    satisfaction = Integer(null=True, default=None)
    submitted_by = UUID(null=True, default=None)
    submitted_at = Timestamptz(null=True, default=None)
    reviewed_by = UUID(null=True, default=None)
    reviewed_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=500, default="")
    reminded_on = Date(null=True, default=None)
    version = Integer(default=1)

    report_known_state = Check(one_of("state", tuple(states.ReportState)))
    report_known_kind = Check(one_of("kind", tuple(ReportKind)))
    report_dates = Check("starts <= ends AND ends <= due")
    report_satisfaction = Check("satisfaction IS NULL OR satisfaction BETWEEN 0 AND 100")
    report_handed_in = Check("state = 'due' OR (submitted_by IS NOT NULL AND submitted_at IS NOT NULL)")
    report_reviewed = Check("state NOT IN ('accepted', 'returned') OR (reviewed_by IS NOT NULL AND reviewed_by <> submitted_by)")
    report_once = Unique(["project", "kind", "starts"])


class Closing(Table):
    """结项: two conclusions and the grade, by whom and when."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    project = ForeignKey(Project, null=False, unique=True, on_delete=OnDelete.restrict)
    performance = Varchar(length=24)
    finance = Varchar(length=24)
    grade = Varchar(length=12)
    best = Varchar(length=12)
    remarks = Text(default="")
    closed_by = UUID()
    closed_at = Timestamptz()

    closing_known = Check(
        f"{one_of('performance', tuple(Conclusion))} AND {one_of('finance', tuple(Conclusion))}"
        f" AND {one_of('grade', tuple(Grade))} AND {one_of('best', tuple(Grade))}"
    )
