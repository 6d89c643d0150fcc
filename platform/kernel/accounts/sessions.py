"""Server-side sessions: opening, recognising, ending. The browser only carries a token that names one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Actor, Membership, Role
from kernel.accounts import tokens
from kernel.accounts.tables import Session
from kernel.errors import Missing
from kernel.rows import Q

COOKIE = "session"
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)


class Held(Struct, frozen=True):
    id: UUID
    role: Role
    unit: UUID | None
    unit_name: str


class Found(Struct, frozen=True):
    session: UUID
    person: UUID
    name: str
    must_change: bool
    seen_at: datetime
    unread: int
    todos: int
    memberships: list[Held]


async def open_session(person: UUID, *, device: str = "", longest: timedelta = LONGEST, idle_minutes: int = 30) -> str:
    """A new session; returns the token for its cookie."""
    now = clock.real_now()
    session = await rows.insert(
        Session(
            person=person,
            made_at=now,
            seen_at=now,
            expires_at=now + longest,
            idle_minutes=idle_minutes,
            device=device[:120],
        )
    )
    return tokens.sign("session", str(session.id), now + longest)


async def recognise(token: str) -> tuple[Actor, Found] | None:
    """The actor behind a cookie, with everything each page shows of them, in one query; None when it is not good any more."""
    try:
        ident = UUID(tokens.subject_of("session", token))
    except (Missing, ValueError):
        return None
    now = clock.real_now()
    found = await rows.one(Found, _session_query(ident, now, clock.today()))
    if found is None:
        return None
    if now - found.seen_at > SEEN_EVERY:
        await _seen(ident, now)
    held = tuple(Membership(m.id, m.role, m.unit, m.unit_name) for m in found.memberships)
    return Actor(found.person, found.name, held, found.session), found


def _session_query(session: UUID, now: datetime, today: object) -> Q:
    return Q(
        "SELECT s.id AS session, p.id AS person, p.name,"
        " coalesce((SELECT a.must_change FROM account a WHERE a.person = p.id), false) AS must_change, s.seen_at,"
        " (SELECT count(*) FROM (SELECT 1 FROM letter l WHERE l.person = p.id AND l.read_at IS NULL LIMIT 100) u)::int AS unread,"
        " (SELECT count(*) FROM (SELECT 1 FROM todo t WHERE t.done_at IS NULL AND (t.person = p.id OR t.person IS NULL AND EXISTS"
        " (SELECT 1 FROM membership h WHERE h.person = p.id AND h.role = t.role AND (t.unit IS NULL OR h.unit = t.unit)"
        " AND h.starts_on <= {} AND (h.ends_on IS NULL OR h.ends_on >= {}))) LIMIT 100) d)::int AS todos,"
        " coalesce((SELECT jsonb_agg(jsonb_build_object('id', m.id, 'role', m.role, 'unit', m.unit,"
        " 'unit_name', coalesce(u.name, '')) ORDER BY m.starts_on, m.id) FROM membership m LEFT JOIN unit u ON u.id = m.unit"
        " WHERE m.person = p.id AND m.starts_on <= {} AND (m.ends_on IS NULL OR m.ends_on >= {})), '[]'::jsonb) AS memberships"
        " FROM session s JOIN person p ON p.id = s.person"
        " WHERE s.id = {} AND s.ended_at IS NULL AND s.expires_at > {} AND s.seen_at > {}::timestamptz - make_interval(mins => s.idle_minutes)",
        today,
        today,
        today,
        today,
        session,
        now,
        now,
    )


async def _seen(session: UUID, now: datetime) -> None:
    with rows.even_while_reading():
        await rows.execute(Q("UPDATE session SET seen_at = {} WHERE id = {} AND seen_at < {}", now, session, now))


async def end(session: UUID) -> None:
    await rows.execute(Q("UPDATE session SET ended_at = {} WHERE id = {} AND ended_at IS NULL", clock.real_now(), session))


async def end_all(person: UUID, except_session: UUID | None = None) -> None:
    """End every session of a person, for example when the password changes."""
    await rows.execute(
        Q(
            "UPDATE session SET ended_at = {} WHERE person = {} AND ended_at IS NULL AND id IS DISTINCT FROM {}",
            clock.real_now(),
            person,
            except_session,
        )
    )
