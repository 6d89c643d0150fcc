"""What the audit administrator reads of the log."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from msgspec import Struct, json

from kernel import clock, rows
from kernel.access import Action, Role
from kernel.accounts.words import AUDIT_FACT, AUDIT_KIND, AUDIT_VALUE
from kernel.money import Fen, show
from kernel.rows import Q


class AuditFilter(Struct, frozen=True):
    since: date | None = None
    until: date | None = None
    name: str = ""
    action: str = ""
    subject: UUID | None = None

    @property
    def active(self) -> int:
        return sum(value is not None and value != "" for value in (self.since, self.until, self.name, self.action, self.subject))


class AuditRow(Struct, frozen=True):
    id: int
    at: datetime
    actor: UUID | None
    actor_name: str
    role: str
    action: str
    subject_kind: str
    subject: UUID | None
    facts: str
    sealed: bool

    @property
    def said(self) -> list[tuple[str, str]]:
        """The facts as a person reads them; the export keeps them as they are written."""
        facts = json.decode(self.facts or "{}")
        return [(AUDIT_FACT.get(key, key), _plain(key, value)) for key, value in facts.items() if value not in ("", None)]

    @property
    def kind_label(self) -> str:
        return AUDIT_KIND.get(self.subject_kind, self.subject_kind)

    @property
    def role_label(self) -> str:
        return Role(self.role).label if self.role else ""

    @property
    def action_label(self) -> str:
        return Action(self.action).label if self.action in _ACTIONS else self.action


def _plain(key: str, value: object) -> str:
    if key == "amount" and isinstance(value, int):
        return show(Fen(value))
    if isinstance(value, str):
        if key == "role" and value in set(Role):
            return Role(value).label
        return AUDIT_VALUE.get(value, value) if key == "result" else value
    return json.encode(value).decode()


_ACTIONS = frozenset(action.value for action in Action)


def _audit_filter(wanted: AuditFilter) -> Q:
    parts = [Q("true")]
    if wanted.since:
        parts.append(Q("AND l.at >= {}", datetime.combine(wanted.since, time(), clock.SHANGHAI)))
    if wanted.until:
        parts.append(Q("AND l.at < {}", clock.end_of(wanted.until)))
    if wanted.name:
        parts.append(Q("AND l.actor_name = {}", wanted.name))
    if wanted.action:
        parts.append(Q("AND l.action = {}", wanted.action))
    if wanted.subject:
        parts.append(Q("AND (l.subject = {} OR l.actor = {})", wanted.subject, wanted.subject))
    return Q(" ".join("{}" for _ in parts), *parts)


def audit_lines(wanted: AuditFilter, page: int, size: int) -> rows.Many[AuditRow]:
    """Latest first."""
    return rows.Many(
        AuditRow,
        Q(
            "SELECT l.id, l.at, l.actor, l.actor_name, l.role, l.action, l.subject_kind, l.subject, l.facts::text AS facts,"
            " EXISTS (SELECT 1 FROM seal s WHERE s.line = l.id) AS sealed FROM audit_line l WHERE {}"
            " ORDER BY l.id DESC LIMIT {} OFFSET {}",
            _audit_filter(wanted),
            size,
            (page - 1) * size,
        ),
    )


async def count_audit(wanted: AuditFilter) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM audit_line l WHERE {}", _audit_filter(wanted)))
