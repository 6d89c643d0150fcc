"""Imports as batches: the same file lives once, two imports of a kind never run at once, a batch goes as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from piccolo.table import Table

from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.errors import Reason, Refused
from kernel.rows import Q
from kernel.sheets.columns import Reason as SheetReason
from kernel.sheets.problems import SHOWN


class Batch(Struct, frozen=True):
    """One import. What a phase keeps besides follows in its own struct, in the order of its `more`."""

    id: UUID
    filename: str
    sha256: str
    rows: int
    warnings: list[str]
    loaded_by: UUID
    loader: str
    loaded_at: datetime
    undoer: str | None
    undone_at: datetime | None
    reason: str
    version: int

    def facts(self) -> dict[str, object]:
        """What is told to whoever sends the same file again."""
        return {"who": self.loader, "at": _moment(self.loaded_at), "rows": self.rows}


B = TypeVar("B", bound=Batch)
T = TypeVar("T", bound=Table)


class Batches(Generic[B]):
    """The batches of one kind. `more`: columns of the table (as b) that its struct has besides the common ones."""

    def __init__(self, row: type[B], table: type[Table], more: str) -> None:
        self.row, self.table = row, table._meta.tablename
        self.select = Q(
            "SELECT b.id, b.filename, b.sha256, b.rows, b.warnings, b.loaded_by, l.name AS loader, b.loaded_at, u.name AS undoer,"  # noqa: S608 - our own names
            f" b.undone_at, b.reason, b.version, {more} FROM {self.table} b JOIN person l ON l.id = b.loaded_by"
            " LEFT JOIN person u ON u.id = b.undone_by"
        )

    async def latest(self, limit: int = 100) -> list[B]:
        return await rows.fetch(self.row, Q("{} ORDER BY b.loaded_at DESC LIMIT {}", self.select, limit))

    async def the(self, ident: UUID) -> B:
        return await rows.the(self.row, Q("{} WHERE b.id = {}", self.select, ident))

    async def begin(self, data: bytes, same_file: Reason) -> str:
        """The digest of a file that is not in. Other imports of this kind wait: each judges what the other has written."""
        await self.hold()
        digest = hashlib.sha256(data).hexdigest()
        live = Q("{} WHERE b.sha256 = {} AND b.undone_at IS NULL", self.select, digest)
        earlier = await rows.one(self.row, live)
        if earlier is not None:
            raise Refused(same_file, **earlier.facts())
        return digest

    async def hold(self) -> None:
        await rows.execute(Q("SELECT pg_advisory_xact_lock(hashtext({}))", self.table))


def told(warnings: list[str]) -> str:
    """What a batch keeps of its warnings."""
    return msgspec.json.encode(warnings[:SHOWN]).decode()


async def undoable(table: type[T], ident: UUID, *, reason: str, version: int) -> T:
    """The batch, locked, if there is a reason to undo it and nobody has."""
    if not reason.strip():
        raise Refused(SheetReason.NO_REASON)
    batch: Any = await rows.find(table, table.id == ident)  # type: ignore[attr-defined]
    rows.check_version(batch, version)
    if batch.undone_at is not None:
        raise Refused(SheetReason.UNDONE, at=_moment(batch.undone_at))
    found: T = batch
    return found


@asynccontextmanager
async def whole(in_use: Reason) -> AsyncIterator[None]:
    """Taking back inside is refused as a whole when somebody refers to any of it."""
    try:
        async with rows.transaction():
            yield
            await rows.settle_constraints()
    except asyncpg.ForeignKeyViolationError as used:
        raise Refused(in_use) from used


async def delete_unused(*deletions: Q) -> None:
    """What only this import needed goes; when somebody refers to it since, it stays: one too many harms nobody."""
    try:
        async with rows.transaction():
            for deletion in deletions:
                await rows.execute(deletion)
    except asyncpg.ForeignKeyViolationError:
        return


async def mark_undone(actor: Actor, action: Action, batch: Any, reason: str, **more: Any) -> None:
    """The batch stays, with who took it back and why."""
    done = {"undone_by": actor.person, "undone_at": clock.now(), "reason": reason, "version": batch.version + 1}
    await batch.update_self({**done, **more})
    await audit.record(actor, action, batch, reason=reason, rows=batch.rows)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
