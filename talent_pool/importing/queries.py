"""Reads of imports of experts: the batches, what they brought, what has been done since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action
from kernel.rows import Q
from kernel.sheets.importing import batches
from talent_pool.importing.tables import ExpertBatch
from talent_pool.life import ExpertState

PAGE = 50


class Batch(batches.Batch, frozen=True):
    made: int
    waiting: int
    """Experts of the batch that nobody has admitted or refused yet."""

    @property
    def url(self) -> str:
        return f"/w/experts/import/{self.id}"


BATCHES = batches.Batches(
    Batch,
    ExpertBatch,
    "(SELECT count(*) FROM expert_batch_line n WHERE n.batch = b.id AND n.made) AS made,"
    " (SELECT count(*) FROM expert_batch_line n JOIN expert e ON e.id = n.expert WHERE n.batch = b.id AND n.made"
    "  AND e.state = 'applied') AS waiting",
)
batch = BATCHES.the


class Brought(Struct, frozen=True):
    """A row of the sheet and the expert it made or changed; none when it was taken back."""

    row: int
    name: str
    made: bool
    expert: UUID | None
    employer: str
    state: ExpertState | None


async def brought(ident: UUID, page: int) -> list[Brought]:
    return await rows.fetch(
        Brought,
        Q(
            "SELECT n.row, n.name, n.made, e.id AS expert, coalesce(u.name, e.employer_name, '') AS employer, e.state"
            " FROM expert_batch_line n LEFT JOIN expert e ON e.id = n.expert LEFT JOIN unit u ON u.id = e.employer"
            " WHERE n.batch = {} ORDER BY n.row LIMIT {} OFFSET {}",
            ident,
            PAGE,
            (page - 1) * PAGE,
        ),
    )


async def touched(ident: UUID, audited: int) -> str | None:
    """The name of the first expert of the batch to whom anything was done since."""
    found = await rows.value(
        Q(
            "SELECT n.name FROM expert_batch_line n LEFT JOIN expert e ON e.id = n.expert WHERE n.batch = {}"
            " AND (e.id IS NULL OR e.version <> n.version OR EXISTS"
            "  (SELECT 1 FROM audit_line a WHERE a.subject = n.expert AND a.id > {} AND a.action <> {}))"
            " ORDER BY n.row LIMIT 1",
            ident,
            audited,
            Action.IMPORT_EXPERTS,
        )
    )
    return None if found is None else str(found)


class Line(Struct, frozen=True):
    """What one row did, for taking it back."""

    expert: UUID
    person: UUID
    made: bool
    opened: bool
    before: dict[str, Any] | None
    ties: list[UUID]
    works: list[UUID]


async def lines(ident: UUID) -> list[Line]:
    return await rows.fetch(
        Line,
        Q(
            "SELECT expert, person, made, opened, before, ties, works FROM expert_batch_line WHERE batch = {} ORDER BY row",
            ident,
        ),
    )


async def waiting(ident: UUID, limit: int) -> list[UUID]:
    """Experts of the batch that wait for their admission, in the order of the sheet."""
    return await rows.column(
        Q(
            "SELECT e.id FROM expert_batch_line n JOIN expert e ON e.id = n.expert WHERE n.batch = {} AND n.made"
            " AND e.state = 'applied' ORDER BY n.row LIMIT {}",
            ident,
            limit,
        )
    )
