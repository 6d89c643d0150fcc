"""Reads of the yearly confirmation: who is due, which papers run out."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kernel import rows
from kernel.rows import Q


async def unconfirmed(before: date, limit: int) -> list[UUID]:
    """Experts in the pool whose last confirmation is older and who have not been asked yet."""
    return await rows.column(
        Q(
            "SELECT id FROM expert WHERE state = 'admitted' AND asked_on IS NULL AND (confirmed_on IS NULL OR confirmed_on < {})"
            " ORDER BY confirmed_on NULLS FIRST, id LIMIT {}",
            before,
            limit,
        )
    )


async def running_out(until: date, limit: int) -> list[UUID]:
    """Papers in force, of people in the pool, that nobody was told about. One that a later paper of its kind outlives counts no more."""
    return await rows.column(
        Q(
            "SELECT d.id FROM expert_document d JOIN expert e ON e.id = d.expert WHERE e.state IN ('admitted', 'paused')"
            " AND d.withdrawn_at IS NULL AND d.warned_on IS NULL AND d.expires_on <= {}"
            " AND NOT EXISTS (SELECT 1 FROM expert_document n WHERE n.expert = d.expert AND n.kind = d.kind AND n.withdrawn_at IS NULL"
            "  AND n.added_at > d.added_at AND (n.expires_on IS NULL OR n.expires_on > {}))"
            " ORDER BY d.expires_on, d.id LIMIT {}",
            until,
            until,
            limit,
        )
    )
