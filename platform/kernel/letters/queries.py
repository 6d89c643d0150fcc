"""What people read of their letters."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q


class Line(Struct, frozen=True):
    id: UUID
    title: str
    body: str
    url: str
    sent_at: datetime
    read_at: datetime | None


async def letters_of(person: UUID, *, unread: bool, page: int, size: int) -> list[Line]:
    """Latest first."""
    only = Q("AND read_at IS NULL") if unread else Q("")
    return await rows.fetch(
        Line,
        Q(
            "SELECT id, title, body, url, sent_at, read_at FROM letter WHERE person = {} {} ORDER BY sent_at DESC, id DESC"
            " LIMIT {} OFFSET {}",
            person,
            only,
            size,
            (page - 1) * size,
        ),
    )


async def count(person: UUID, *, unread: bool) -> int:
    only = Q("AND read_at IS NULL") if unread else Q("")
    return await rows.bounded_count(Q("SELECT 1 FROM letter WHERE person = {} {}", person, only))
