"""The uploaded file as a row: what it is, whose it is, whether it may be seen. Its bytes lie in the storage under `key`."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from kernel.files.life import FILE_LIFE, FileState
from kernel.sql import one_of


class File(Table):
    """`name` is what the sender called it, made harmless; it is only ever shown, never a path."""

    LIFE = FILE_LIFE

    id = UUID(primary_key=True, default=rows.new_id)
    key = Varchar(length=64, unique=True)
    name = Varchar(length=200)
    kind = Varchar(length=10)
    media_type = Varchar(length=100)
    size = BigInt()
    sha256 = Varchar(length=64)
    state = Varchar(length=10, default=FileState.PENDING)
    owner_kind = Varchar(length=40, null=True, default=None)
    owner_id = UUID(null=True, default=None, index=True)
    slot = Varchar(length=60, default="")
    uploaded_by = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    uploaded_at = Timestamptz()
    version = Integer(default=1)

    known_state = Check(one_of("state", FileState), name="file_known_state")
    whole_owner = Check("(owner_kind IS NULL) = (owner_id IS NULL)", name="file_whole_owner")
    has_bytes = Check("size > 0", name="file_has_bytes")
