"""What closing a panel fixes: where each project stands and why; what was said about wide disagreement."""

from __future__ import annotations

from piccolo.columns import UUID, Array, BigInt, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from projects.panels.tables import Panel
from projects.tables import Call, Project


class Standing(Table):
    """Place of a scored project in its call, with the totals it rests on. The mean is an exact fraction of half points."""

    project = ForeignKey(Project, primary_key=True, null=False, on_delete=OnDelete.restrict)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    panel = ForeignKey(Panel, null=False, index=True, on_delete=OnDelete.restrict)
    place = Integer()
    numerator = BigInt()
    denominator = BigInt()
    sheets = Integer()
    seats = Array(base_column=Integer())
    """Seat numbers, and beside them the totals in half points: what the ranking shows without reading a single sheet."""
    totals = Array(base_column=Integer())
    tied = Boolean(default=False)
    decided_by = Varchar(length=30, default="")
    passes = Boolean(default=False)
    ranked_at = Timestamptz()

    standing_place = Check("place > 0 AND sheets > 0 AND denominator > 0 AND numerator >= 0")
    standing_whole = Check("cardinality(seats) = sheets AND cardinality(totals) = sheets")


class Rediscussion(Table):
    """The panel talked again about a project on which it was far apart; the first sheets are kept."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    panel = ForeignKey(Panel, null=False, index=True, on_delete=OnDelete.restrict)
    project = ForeignKey(Project, null=False, index=True, on_delete=OnDelete.restrict)
    note = Text()
    noted_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    noted_at = Timestamptz()
