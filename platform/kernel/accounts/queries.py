"""What signing in and one's own account read."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows, secrets_box
from kernel.access import Role
from kernel.accounts import demo
from kernel.forms.fields import plain
from kernel.rows import Q


class Credentials(Struct, frozen=True):
    person: UUID
    name: str
    username: str
    password: str
    closed_at: datetime | None
    locked_until: datetime | None
    second_factor: str

    @property
    def usable(self) -> bool:
        """Whether anybody may sign in to it now."""
        return self.closed_at is None and (self.locked_until is None or self.locked_until <= clock.real_now())


_CREDENTIALS = Q(
    "SELECT a.person, p.name, a.username, a.password, a.closed_at, a.locked_until, a.second_factor"
    " FROM account a JOIN person p ON p.id = a.person"
)


async def credentials(name: str) -> Credentials | None:
    """By user name, or by mobile number when exactly one account has it."""
    typed = plain(name).lower()
    if not typed or len(typed) > 60:
        return None
    found = await rows.fetch(
        Credentials,
        Q(
            "{} WHERE a.username = {} OR p.mobile_key = ANY({}::text[]) LIMIT 3",
            _CREDENTIALS,
            typed_username(name),
            secrets_box.hmac_keys(typed),
        ),
    )
    named = [row for row in found if row.username == typed_username(name)]
    if named:
        return named[0]
    return found[0] if len(found) == 1 else None


def typed_username(name: str) -> str:
    """User names keep their hyphens; only blanks and capitals are forgiven."""
    return name.strip().lower()[:60]


async def credentials_of(person: UUID) -> Credentials:
    return await rows.the(Credentials, Q("{} WHERE a.person = {}", _CREDENTIALS, person))


async def live_roles(person: UUID) -> list[Role]:
    today = clock.today()
    return [
        Role(role)
        for role in await rows.column(
            Q(
                "SELECT DISTINCT role FROM membership WHERE person = {} AND starts_on <= {} AND (ends_on IS NULL OR ends_on >= {})",
                person,
                today,
                today,
            )
        )
    ]


MORE_EXPERTS = 200
"""Listed on the sign-in page beside the accounts of the list."""


class DemoRow(Struct, frozen=True):
    username: str
    name: str
    role: Role
    unit: str


async def demo_accounts() -> list[DemoRow]:
    """The demo's accounts as they stand in the database, in the order of the list, then other experts, whom a draw may find."""
    names = [account.username for account in demo.ACCOUNTS]
    return await rows.fetch(
        DemoRow,
        Q(
            "SELECT a.username, p.name, m.role, coalesce(u.name, '') AS unit FROM ("
            " SELECT n.username, n.place FROM unnest({}::text[]) WITH ORDINALITY AS n (username, place) UNION ALL"
            " (SELECT o.username, 1000 + length(o.username) FROM account o WHERE o.username LIKE 'expert-%' AND o.username <> ALL({})"
            " ORDER BY length(o.username), o.username LIMIT {})) n"
            " JOIN account a USING (username) JOIN person p ON p.id = a.person"
            " JOIN LATERAL (SELECT role, unit FROM membership WHERE person = p.id ORDER BY starts_on, id LIMIT 1) m ON true"
            " LEFT JOIN unit u ON u.id = m.unit ORDER BY n.place, a.username",
            names,
            names,
            MORE_EXPERTS,
        ),
    )


class Mine(Struct, frozen=True):
    name: str
    username: str
    mobile: str | None
    email: str | None
    second_factor: str
    last_in_at: datetime | None
    version: int

    @property
    def masked_mobile(self) -> str:
        return secrets_box.masked_mobile(secrets_box.open("mobile", self.mobile)) if self.mobile else ""

    @property
    def masked_email(self) -> str:
        return secrets_box.masked_email(secrets_box.open("email", self.email)) if self.email else ""

    @property
    def has_factor(self) -> bool:
        return bool(self.second_factor)


async def mine(person: UUID) -> Mine:
    return await rows.the(
        Mine,
        Q(
            "SELECT p.name, a.username, p.mobile, p.email, a.second_factor, a.last_in_at, p.version"
            " FROM account a JOIN person p ON p.id = a.person WHERE p.id = {}",
            person,
        ),
    )


class Browser(Struct, frozen=True):
    id: UUID
    device: str
    made_at: datetime
    seen_at: datetime


async def browsers(person: UUID) -> list[Browser]:
    """Where this person is signed in, latest first."""
    now = clock.real_now()
    return await rows.fetch(
        Browser,
        Q(
            "SELECT id, device, made_at, seen_at FROM session WHERE person = {} AND ended_at IS NULL AND expires_at > {}"
            " AND seen_at > {}::timestamptz - make_interval(mins => idle_minutes) ORDER BY seen_at DESC LIMIT 50",
            person,
            now,
            now,
        ),
    )


class HeldRole(Struct, frozen=True):
    id: UUID
    role: Role
    unit: str
    starts_on: date
    ends_on: date | None


async def memberships(person: UUID, *, also_ended: bool = False) -> list[HeldRole]:
    """The roles of a person, those in force first."""
    today = clock.today()
    live = Q("m.starts_on <= {} AND (m.ends_on IS NULL OR m.ends_on >= {})", today, today)
    return await rows.fetch(
        HeldRole,
        Q(
            "SELECT m.id, m.role, coalesce(u.name, '') AS unit, m.starts_on, m.ends_on FROM membership m"
            " LEFT JOIN unit u ON u.id = m.unit WHERE m.person = {} AND {} ORDER BY m.ends_on DESC NULLS FIRST, m.starts_on, m.id",
            person,
            Q("true") if also_ended else live,
        ),
    )
