"""One import: which file, by whom, what it brought, and whether it was taken back."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person


class ImportBatch(Table):
    """往年立项项目导入. The same file lives once (schema.sql): after undoing it may be loaded again.

    `call` is the call that holds its projects, `units` the organisations it opened; both go when it is undone.
    """

    id = UUID(primary_key=True, default=rows.new_id)
    filename = Varchar(length=200)
    sha256 = Varchar(length=64)
    rows = Integer()
    amount = BigInt()
    code = Varchar(length=20)
    call = UUID(null=True, default=None)
    units = JSONB()
    warnings = JSONB()
    loaded_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    loaded_at = Timestamptz()
    undone_by = ForeignKey(Person, null=True, default=None, index=False, on_delete=OnDelete.restrict)
    undone_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=300, default="")
    version = Integer(default=1)

    import_batch_positive = Check("rows > 0 AND amount > 0")
    import_batch_undone = Check("(undone_by IS NULL) = (undone_at IS NULL)")
