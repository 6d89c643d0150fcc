"""Reads of files: what belongs to a thing, and one file for serving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.files.life import FileState
from kernel.rows import Q


class FileRow(Struct, frozen=True):
    id: UUID
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    state: FileState
    owner_kind: str | None
    owner_id: UUID | None
    slot: str
    uploaded_by: UUID
    uploaded_at: datetime
    version: int

    @property
    def url(self) -> str:
        return f"/files/{self.id}"


class Stored(Struct, frozen=True):
    id: UUID
    key: str
    name: str
    kind: str
    media_type: str
    size: int
    state: FileState
    owner_kind: str | None
    owner_id: UUID | None
    uploaded_by: UUID


COLUMNS = Q("id, name, kind, media_type, size, sha256, state, owner_kind, owner_id, slot, uploaded_by, uploaded_at, version")


async def of(owner_kind: str, owner_id: UUID, slot: str | None = None) -> list[FileRow]:
    """The files of a thing (of one slot), in the order they came; removed ones are not listed."""
    return await rows.fetch(
        FileRow,
        Q(
            "SELECT {} FROM file WHERE owner_kind = {} AND owner_id = {} AND state <> 'removed'"
            " AND ({}::text IS NULL OR slot = {}) ORDER BY uploaded_at, id",
            COLUMNS,
            owner_kind,
            owner_id,
            slot,
            slot,
        ),
    )


async def of_many(owner_kind: str, owner_ids: Sequence[UUID]) -> dict[UUID, list[FileRow]]:
    """The files of several things in one query."""
    found: dict[UUID, list[FileRow]] = {ident: [] for ident in owner_ids}
    listed = await rows.fetch(
        FileRow,
        Q(
            "SELECT {} FROM file WHERE owner_kind = {} AND owner_id = ANY({}::uuid[]) AND state <> 'removed' ORDER BY uploaded_at, id",
            COLUMNS,
            owner_kind,
            list(owner_ids),
        ),
    )
    for row in listed:
        if row.owner_id is not None:
            found[row.owner_id].append(row)
    return found


async def stored(ident: UUID) -> Stored:
    """Everything needed to serve the file, or Missing."""
    return await rows.the(
        Stored,
        Q(
            "SELECT id, key, name, kind, media_type, size, state, owner_kind, owner_id, uploaded_by FROM file WHERE id = {}",
            ident,
        ),
    )
