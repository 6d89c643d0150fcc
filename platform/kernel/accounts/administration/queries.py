"""What the administrators read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows, secrets_box
from kernel.access import Role
from kernel.accounts.words import ACCOUNT_STATE
from kernel.rows import Q
from kernel.sql import literal


class Held(Struct, frozen=True):
    role: Role
    unit: str


class PersonLine(Struct, frozen=True):
    id: UUID
    name: str
    username: str
    state: str
    last_in_at: datetime | None
    held: list[Held]

    @property
    def state_label(self) -> str:
        return ACCOUNT_STATE[self.state]

    @property
    def held_label(self) -> list[str]:
        return [f"{held.unit} {Role(held.role).label}".strip() for held in self.held]

    @property
    def tone(self) -> str:
        return {"open": "good", "invited": "info", "locked": "warn", "closed": "plain"}[self.state]


class PersonFilter(Struct, frozen=True):
    text: str = ""
    role: str = ""
    state: str = ""

    @property
    def active(self) -> int:
        return sum(map(bool, (self.text, self.role, self.state)))


def _state() -> Q:
    return Q(
        "CASE WHEN a.closed_at IS NOT NULL THEN 'closed' WHEN a.locked_until > {} THEN 'locked'"
        " WHEN a.password = '' THEN 'invited' ELSE 'open' END",
        clock.real_now(),
    )


def _wanted(wanted: PersonFilter) -> Q:
    today = clock.today()
    parts = [Q("true")]
    if wanted.text:
        like = "%" + literal(wanted.text) + "%"
        parts.append(Q("AND (p.name ILIKE {} OR a.username ILIKE {})", like, like))
    if wanted.role:
        parts.append(
            Q(
                "AND EXISTS (SELECT 1 FROM membership m WHERE m.person = p.id AND m.role = {} AND m.starts_on <= {}"
                " AND (m.ends_on IS NULL OR m.ends_on >= {}))",
                wanted.role,
                today,
                today,
            )
        )
    if wanted.state:
        parts.append(Q("AND {} = {}", _state(), wanted.state))
    return Q(" ".join("{}" for _ in parts), *parts)


def people(wanted: PersonFilter, page: int, size: int) -> rows.Many[PersonLine]:
    """By the sound of their names."""
    today = clock.today()
    return rows.Many(
        PersonLine,
        Q(
            "SELECT p.id, p.name, a.username, {} AS state, a.last_in_at, coalesce((SELECT jsonb_agg(jsonb_build_object("
            "'role', m.role, 'unit', coalesce(u.name, '')) ORDER BY m.starts_on, m.id) FROM membership m LEFT JOIN unit u ON u.id = m.unit"
            " WHERE m.person = p.id AND m.starts_on <= {} AND (m.ends_on IS NULL OR m.ends_on >= {})), '[]'::jsonb) AS held"
            " FROM account a JOIN person p ON p.id = a.person WHERE {} ORDER BY p.sort_key, p.id LIMIT {} OFFSET {}",
            _state(),
            today,
            today,
            _wanted(wanted),
            size,
            (page - 1) * size,
        ),
    )


async def count_people(wanted: PersonFilter) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM account a JOIN person p ON p.id = a.person WHERE {}", _wanted(wanted)))


class PersonShown(Struct, frozen=True):
    id: UUID
    name: str
    username: str
    state: str
    mobile: str | None
    email: str | None
    locked_until: datetime | None
    last_in_at: datetime | None
    has_factor: bool
    sessions: int
    version: int

    @property
    def state_label(self) -> str:
        return ACCOUNT_STATE[self.state]

    @property
    def masked_mobile(self) -> str:
        return secrets_box.masked_mobile(secrets_box.open("mobile", self.mobile)) if self.mobile else ""

    @property
    def masked_email(self) -> str:
        return secrets_box.masked_email(secrets_box.open("email", self.email)) if self.email else ""


async def person(ident: UUID) -> PersonShown:
    now = clock.real_now()
    return await rows.the(
        PersonShown,
        Q(
            "SELECT p.id, p.name, a.username, {} AS state, p.mobile, p.email, a.locked_until, a.last_in_at,"
            " a.second_factor <> '' AS has_factor, (SELECT count(*) FROM session s WHERE s.person = p.id AND s.ended_at IS NULL"
            " AND s.expires_at > {} AND s.seen_at > {}::timestamptz - make_interval(mins => s.idle_minutes))::int AS sessions, p.version"
            " FROM account a JOIN person p ON p.id = a.person WHERE p.id = {}",
            _state(),
            now,
            now,
            ident,
        ),
    )


class UnitChoice(Struct, frozen=True):
    id: UUID
    kind: str
    name: str


async def open_units() -> list[UnitChoice]:
    """To choose from when granting a role."""
    return await rows.fetch(
        UnitChoice,
        Q("SELECT id, kind, name FROM unit WHERE closed_on IS NULL ORDER BY kind, position, sort_key, id LIMIT 2000"),
    )
