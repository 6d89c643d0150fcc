"""Reads of invitations: whom a department asked, and how far each has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.profiles import words
from talent_pool.profiles.queries import visible_expert

PAGE = 50


class Invitation(Struct, frozen=True):
    id: UUID
    name: str
    employer: str
    unit: str
    inviter: str
    invited_at: datetime
    state: ExpertState
    reason: str
    open_until: datetime | None

    @property
    def tone(self) -> str:
        return words.STATE_TONE[self.state]

    @property
    def may_send_again(self) -> bool:
        return self.state in {ExpertState.INVITED, ExpertState.REFUSED, ExpertState.LEFT}


def _where(actor: Actor) -> Q:
    return Q("e.invited_at IS NOT NULL AND e.merged_into IS NULL AND {}", visible_expert(actor, Action.INVITE_EXPERT))


def invitations(actor: Actor, page: int = 1, size: int = PAGE) -> rows.Many[Invitation]:
    """The latest first."""
    return rows.Many(
        Invitation,
        Q(
            "SELECT e.id, pe.name, coalesce(eu.name, e.employer_name) AS employer, coalesce(iu.name, '') AS unit,"
            " coalesce(ip.name, '') AS inviter, e.invited_at, e.state, CASE WHEN e.state = 'refused' THEN e.reason ELSE '' END AS reason,"
            " (SELECT max(l.expires_at) FROM expert_link l WHERE l.expert = e.id AND l.kind = 'apply' AND l.used_at IS NULL"
            "  AND l.expires_at > {}) AS open_until"
            " FROM expert e JOIN person pe ON pe.id = e.person LEFT JOIN unit eu ON eu.id = e.employer"
            " LEFT JOIN unit iu ON iu.id = e.invited_unit LEFT JOIN person ip ON ip.id = e.invited_by"
            " WHERE {} ORDER BY e.invited_at DESC, e.id LIMIT {} OFFSET {}",
            clock.real_now(),
            _where(actor),
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM expert e WHERE {}", _where(actor)))
