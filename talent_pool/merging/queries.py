"""Reads of merging: pairs that look alike, two records side by side, merges that were made."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.merging import rules
from talent_pool.merging.rules import Record
from talent_pool.profiles.queries import visible_expert

PAGE = 50


class Pair(Struct, frozen=True):
    """Two records of one name, and what speaks for one person. The first was entered earlier."""

    name: str
    one: UUID
    one_employer: str
    one_state: ExpertState
    other: UUID
    other_employer: str
    other_state: ExpertState
    same_employer: bool
    same_mobile: bool
    works: int

    @property
    def signs(self) -> list[str]:
        return rules.signs(self.same_employer, self.same_mobile, self.works)

    @property
    def ended_first(self) -> bool:
        return self.one_state is ExpertState.LEFT


_PAIRS = (
    "WITH known AS MATERIALIZED (SELECT e.id, e.state, pe.sort_key, pe.name, replace(pe.name, ' ', '') AS plain, pe.mobile_key,"
    "  e.employer, coalesce(u.name, e.employer_name) AS employer_name FROM expert e JOIN person pe ON pe.id = e.person"
    "  LEFT JOIN unit u ON u.id = e.employer WHERE e.merged_into IS NULL AND e.state = ANY({}) AND {}),"
    " pair AS (SELECT a.sort_key, a.name, a.id AS one, a.employer_name AS one_employer, a.state AS one_state, b.id AS other,"
    "  b.employer_name AS other_employer, b.state AS other_state,"
    "  replace(a.employer_name, ' ', '') = replace(b.employer_name, ' ', '') OR coalesce(a.employer = b.employer, false) AS same_employer,"
    "  coalesce(a.mobile_key = b.mobile_key, false) AS same_mobile,"
    "  (SELECT count(*) FROM expert_work x JOIN expert_work y ON lower(y.title) = lower(x.title)"
    "   WHERE x.expert = a.id AND y.expert = b.id) AS works FROM known a JOIN known b ON b.plain = a.plain AND a.id < b.id"
    "  WHERE NOT (a.state = 'left' AND b.state = 'left')"
    "  AND NOT EXISTS (SELECT 1 FROM expert_apart p WHERE p.one = a.id AND p.other = b.id))"
    " SELECT name, one, one_employer, one_state, other, other_employer, other_state, same_employer, same_mobile, works FROM pair"
)


def pairs(actor: Actor, namesakes: bool = False, page: int = 1, size: int = PAGE) -> rows.Many[Pair]:
    """Pairs that may be one person, one more than a page; `namesakes`: also where nothing but the name is the same."""
    return rows.Many(
        Pair,
        Q(
            _PAIRS + " WHERE {} OR same_employer OR same_mobile OR works > 0 ORDER BY sort_key, one, other LIMIT {} OFFSET {}",
            sorted(rules.MERGEABLE),
            visible_expert(actor, Action.MERGE_EXPERTS),
            namesakes,
            size + 1,
            (page - 1) * size,
        ),
    )


async def record(actor: Actor, expert: UUID) -> Record:
    """One of the two, or Missing."""
    return await rows.the(
        Record,
        Q(
            "SELECT e.id, e.person, pe.name, e.state, e.employer AS employer_id, coalesce(u.name, e.employer_name) AS employer,"
            " e.title, e.category, e.county, e.areas, e.fields, e.methods, e.counties, e.keywords, e.speciality, e.finance,"
            " e.community, e.host_staff, e.civil_servant, e.fee_approved, e.fee_class, e.max_load, e.max_year, e.shown,"
            " e.shown_at IS NOT NULL AS decided, pe.mobile_key,"
            " coalesce((SELECT username FROM account a WHERE a.person = pe.id), '') AS account, e.merged_into,"
            " (SELECT count(*) FROM expert_work w WHERE w.expert = e.id) AS works,"
            " (SELECT count(*) FROM expert_tie t WHERE t.expert = e.id) AS ties,"
            " (SELECT count(*) FROM expert_document d WHERE d.expert = e.id) AS documents, e.version"
            " FROM expert e JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer WHERE e.id = {} AND {}",
            expert,
            visible_expert(actor, Action.MERGE_EXPERTS),
        ),
    )


class Merge(Struct, frozen=True):
    id: UUID
    winner: UUID
    name: str
    employer: str
    loser: UUID
    loser_name: str
    loser_employer: str
    loser_before: dict[str, Any]
    before: dict[str, Any]
    moved: dict[str, list[UUID]]
    made: list[UUID]
    followed: list[UUID]
    shifted: int
    reason: str
    merger: str
    merged_at: datetime
    audited: int
    undoer: str | None
    undone_at: datetime | None
    undone_reason: str
    version: int

    @property
    def url(self) -> str:
        return f"/w/experts/merges/{self.id}"


_MERGE = Q(
    "SELECT g.id, g.winner, wp.name, coalesce(wu.name, w.employer_name) AS employer, g.loser, lp.name AS loser_name,"
    " coalesce(lu.name, l.employer_name) AS loser_employer, g.loser_before, g.before, g.moved, g.made, g.followed, g.shifted,"
    " g.reason, m.name AS merger, g.merged_at, g.audited, n.name AS undoer, g.undone_at, g.undone_reason, g.version"
    " FROM expert_merge g JOIN expert w ON w.id = g.winner JOIN person wp ON wp.id = w.person LEFT JOIN unit wu ON wu.id = w.employer"
    " JOIN expert l ON l.id = g.loser JOIN person lp ON lp.id = l.person LEFT JOIN unit lu ON lu.id = l.employer"
    " JOIN person m ON m.id = g.merged_by LEFT JOIN person n ON n.id = g.undone_by"
)


def _seen(actor: Actor, action: Action) -> Q:
    """Whether this person may see both records that a merge (as g) is about."""
    return Q(
        "(SELECT count(*) FROM expert e WHERE e.id IN (g.winner, g.loser) AND {}) = 2",
        visible_expert(actor, action),
    )


async def merges(actor: Actor, limit: int = 100) -> list[Merge]:
    seen = _seen(actor, Action.MERGE_EXPERTS)
    return await rows.fetch(Merge, Q("{} WHERE {} ORDER BY g.merged_at DESC, g.id DESC LIMIT {}", _MERGE, seen, limit))


async def merge(actor: Actor, ident: UUID, action: Action = Action.MERGE_EXPERTS) -> Merge:
    return await rows.the(Merge, Q("{} WHERE g.id = {} AND {}", _MERGE, ident, _seen(actor, action)))


async def touched(ident: UUID) -> bool:
    """Whether anything was done to either of the two since."""
    return bool(
        await rows.value(
            Q(
                "SELECT EXISTS (SELECT 1 FROM expert_merge g JOIN audit_line a ON a.subject IN (g.winner, g.loser)"
                " WHERE g.id = {} AND a.id > g.audited)",
                ident,
            )
        )
    )
