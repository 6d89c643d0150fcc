"""The chain over audit lines: sealing what has committed, and finding the first line that does not fit.

Verbs only insert lines. One sealer at a time chains them a moment later, so no verb ever waits for another's line.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from kernel import clock, rows
from kernel.rows import Q
from kernel.words import SEAL_FAULT

BATCH = 5_000
# Lines take their number before they commit, so a slow transaction's line may come after later ones were sealed.
WINDOW = 5_000
GENESIS = "0" * 64
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('seal'))"
_LINE = "l.id, l.at, l.actor, l.actor_name, l.role, l.unit, l.action, l.subject_kind, l.subject, l.facts"


class Fault(StrEnum):
    CHANGED = "changed"
    BROKEN = "broken"
    GONE = "gone"
    UNSEALED = "unsealed"
    ANCHOR = "anchor"

    @property
    def label(self) -> str:
        return SEAL_FAULT[self]


class Line(Struct, frozen=True):
    id: int
    at: datetime
    actor: UUID | None
    actor_name: str
    role: str
    unit: UUID | None
    action: str
    subject_kind: str
    subject: UUID | None
    facts: dict[str, Any]


class Sealed(Struct, frozen=True):
    seq: int
    line: int
    prev_hash: str
    hash: str


class Verdict(Struct, frozen=True):
    """`line` is the first that does not fit, with the reason; None when all do."""

    lines: int
    line: int | None = None
    fault: Fault | None = None

    @property
    def good(self) -> bool:
        return self.fault is None

    @property
    def why(self) -> str:
        return self.fault.label if self.fault else ""


class Anchor(Struct, frozen=True):
    """A point of the chain to keep outside: with it, even the owner of the database cannot rewrite what came before."""

    seq: int
    line: int
    at: datetime
    hash: str


def hash_of(prev: str, line: Line) -> str:
    """Over the previous hash and the line as canonical JSON: sorted keys, UTC times."""
    content = msgspec.structs.asdict(line) | {"at": line.at.astimezone(UTC).isoformat(timespec="microseconds")}
    return sha256(prev.encode() + msgspec.json.encode(content, order="deterministic")).hexdigest()


async def seal(*, everything: bool = False) -> int:
    """Chain what has committed since the last time; answers how many lines. Another sealer at work means nothing to do."""
    total = 0
    while True:
        count = await _seal_batch(everything=everything)
        total += count
        if count < BATCH:
            return total


@rows.verb
async def _seal_batch(*, everything: bool) -> int:
    if not await rows.value(Q(_LOCK)):
        return 0
    last = await rows.one(Sealed, Q("SELECT seq, line, prev_hash, hash FROM seal ORDER BY seq DESC LIMIT 1"))
    seq, prev = (last.seq, last.hash) if last else (0, GENESIS)
    lines = await rows.fetch(Line, Q("{}", await _unsealed(everything)))
    if not lines:
        return 0
    made: list[Sealed] = []
    for line in lines:
        seq += 1
        made.append(Sealed(seq, line.id, prev, hash_of(prev, line)))
        prev = made[-1].hash
    await rows.execute(
        Q(
            "INSERT INTO seal (seq, line, prev_hash, hash) SELECT * FROM unnest({}::bigint[], {}::bigint[], {}::text[], {}::text[])",
            [one.seq for one in made],
            [one.line for one in made],
            [one.prev_hash for one in made],
            [one.hash for one in made],
        )
    )
    return len(made)


async def _unsealed(everything: bool) -> Q:
    """Committed lines without a seal, oldest first: those whose transaction is older than every open one.

    Lines brought in by a restore carry numbers of another server's transactions, which may lie in this one's future.
    """
    floor = 0 if everything else int(await rows.value(Q("SELECT coalesce(max(line), 0) FROM seal"))) - WINDOW
    return Q(
        f"SELECT {_LINE} FROM audit_line l WHERE l.id > {{}} AND (l.xid < pg_snapshot_xmin(pg_current_snapshot())"  # noqa: S608 - our own names
        " OR l.xid > pg_snapshot_xmax(pg_current_snapshot()) AND l.xid IS DISTINCT FROM pg_current_xact_id_if_assigned())"
        " AND NOT EXISTS (SELECT 1 FROM seal s WHERE s.line = l.id) ORDER BY l.id LIMIT {}",
        floor,
        BATCH,
    )


class Pair(Struct, frozen=True):
    seq: int
    line: int
    prev_hash: str
    hash: str
    content: Line | None


async def _chain() -> AsyncIterator[Pair]:
    """The whole chain in order, each seal with its line."""
    seq = 0
    while True:
        pairs = await rows.fetch(
            Pair,
            Q(
                "SELECT s.seq, s.line, s.prev_hash, s.hash, CASE WHEN l.id IS NULL THEN NULL ELSE jsonb_build_object('id', l.id,"
                " 'at', to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00'), 'actor', l.actor,"
                " 'actor_name', l.actor_name, 'role', l.role, 'unit', l.unit, 'action', l.action, 'subject_kind', l.subject_kind,"
                " 'subject', l.subject, 'facts', l.facts) END AS content FROM seal s LEFT JOIN audit_line l ON l.id = s.line"
                " WHERE s.seq > {} ORDER BY s.seq LIMIT {}",
                seq,
                BATCH,
            ),
        )
        if not pairs:
            return
        for pair in pairs:
            yield pair
        seq = pairs[-1].seq


async def verify(anchors: Mapping[int, str] | None = None, *, grace: timedelta = timedelta(minutes=1)) -> Verdict:
    """Walk the chain from its beginning; the first fault ends the walk. `anchors`: hashes by seq that were kept outside.

    A line may wait `grace` for its seal.
    """
    prev, expected, count = GENESIS, 1, 0
    kept = dict(anchors or {})
    async for pair in _chain():
        if pair.seq != expected or pair.prev_hash != prev:
            return Verdict(count, pair.line, Fault.BROKEN)
        if pair.content is None:
            return Verdict(count, pair.line, Fault.GONE)
        if pair.hash != hash_of(prev, pair.content):
            return Verdict(count, pair.line, Fault.CHANGED)
        if kept.pop(pair.seq, pair.hash) != pair.hash:
            return Verdict(count, pair.line, Fault.ANCHOR)
        prev, expected, count = pair.hash, expected + 1, count + 1
    if kept:
        # The chain ends before a point that was seen in it: its end was cut off.
        return Verdict(count, None, Fault.ANCHOR)
    late = await rows.value(
        Q(
            "SELECT min(l.id) FROM audit_line l WHERE l.at < {} AND NOT EXISTS (SELECT 1 FROM seal s WHERE s.line = l.id)",
            clock.real_now() - grace,
        )
    )
    return Verdict(count, late, Fault.UNSEALED if late is not None else None)


async def anchors() -> list[Anchor]:
    """The last seal of every day, and the newest of all."""
    return await rows.fetch(
        Anchor,
        Q(
            "SELECT DISTINCT ON ((l.at AT TIME ZONE 'Asia/Shanghai')::date) s.seq, s.line, l.at, s.hash FROM seal s"
            " JOIN audit_line l ON l.id = s.line ORDER BY (l.at AT TIME ZONE 'Asia/Shanghai')::date, s.seq DESC"
        ),
    )


async def seal_all() -> None:
    """Also lines from far below the window: a restore, a transaction that was open for long."""
    await seal(everything=True)


ROUTINES = ((1.0, seal), (3600.0, seal_all))
