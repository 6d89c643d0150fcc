"""What the system administrator reads of jobs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q


class JobLine(Struct, frozen=True):
    id: UUID
    job: str
    state: str
    attempts: int
    run_after: datetime
    queued_at: datetime
    last_error: str

    @property
    def error_kind(self) -> str:
        """The kind of the last error. What it said may quote somebody's data."""
        last = self.last_error.strip().rpartition("\n")[2]
        return last.partition(":")[0][:80]


async def unfinished_jobs(state: str, page: int, size: int) -> list[JobLine]:
    return await rows.fetch(
        JobLine,
        Q(
            "SELECT id, job, state, attempts, run_after, queued_at, last_error FROM outbox WHERE state = ANY({}::text[])"
            " ORDER BY queued_at DESC, id DESC LIMIT {} OFFSET {}",
            [state] if state else ["waiting", "running", "dead"],
            size,
            (page - 1) * size,
        ),
    )


class JobCounts(Struct, frozen=True):
    waiting: int
    running: int
    dead: int


async def job_counts() -> JobCounts:
    return await rows.the(
        JobCounts,
        Q(
            "SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting, count(*) FILTER (WHERE state = 'running')::int AS running,"
            " count(*) FILTER (WHERE state = 'dead')::int AS dead FROM outbox WHERE state IN ('waiting', 'running', 'dead')"
        ),
    )
