"""One import of experts: which file, by whom, which experts it made or changed, whether it was taken back."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person


class ExpertBatch(Table):
    """The same file lives once (schema.sql): after undoing it may be loaded again."""

    id = UUID(primary_key=True, default=rows.new_id)
    filename = Varchar(length=200)
    sha256 = Varchar(length=64)
    rows = Integer()
    warnings = JSONB()
    loaded_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    loaded_at = Timestamptz()
    audited = BigInt(default=0)
    """The last line of the log when it was in: later lines about its experts are somebody's work."""
    undone_by = ForeignKey(Person, null=True, default=None, index=False, on_delete=OnDelete.restrict)
    undone_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=300, default="")
    version = Integer(default=1)

    expert_batch_rows = Check("rows > 0")
    expert_batch_undone = Check("(undone_by IS NULL) = (undone_at IS NULL)")


class ExpertBatchLine(Table):
    """What one row of the sheet did. No foreign keys to what it made: undoing takes that away and keeps the line."""

    id = UUID(primary_key=True, default=rows.new_id)
    batch = ForeignKey(ExpertBatch, null=False, index=True, on_delete=OnDelete.restrict)
    row = Integer()
    name = Varchar(length=60)
    expert = UUID(index=True)
    person = UUID()
    made = Boolean(default=False)
    """The expert was new."""
    opened = Boolean(default=False)
    """The person was new, too."""
    before = JSONB(null=True, default=None)
    """Columns of an expert that was there, as they stood before."""
    ties = JSONB(default="[]")
    works = JSONB(default="[]")
    version = Integer()
    """Of the expert, after the import."""
