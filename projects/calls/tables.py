"""What a call published, version by version."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from kernel import rows
from projects.tables import Call


class CallVersion(Table):
    """The rules as published: version 1 is the call, every later one a 更正公告 with what changed and why."""

    APPEND_ONLY = True

    id = UUID(primary_key=True, default=rows.new_id)
    call = ForeignKey(Call, null=False, index=True, on_delete=OnDelete.restrict)
    number = Integer()
    pack = JSONB()
    pack_hash = Varchar(length=64, index=True)
    differences = JSONB()
    reason = Text(default="")
    published_by = UUID()
    published_at = Timestamptz()

    call_version_once = Unique(["call", "number"])
