"""Work for later. `later` writes an outbox row in the caller's transaction; a worker claims it after the commit.

arq is only the motor: it carries outbox ids as a hint. A sweep finds what no hint announced, so Valkey may be away.
Every job may run twice, at once, or be cut off at any line: it reads what it needs and writes through verbs.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from kernel import clock, rows
from kernel.rows import DB, Q

Job = Callable[..., Awaitable[None]]
REGISTRY: dict[str, Job] = {}
TRIES = 6
CLAIM = timedelta(seconds=90)
_hint: Callable[[str], Awaitable[None]] | None = None


class Claimed(Struct, frozen=True):
    id: UUID
    job: str
    kwargs: dict[str, Any]
    attempts: int


def job(function: Job) -> Job:
    """Register an async function of plain keyword values as a job."""
    REGISTRY[name_of(function)] = function
    return function


def name_of(function: Job) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def announce(hint: Callable[[str], Awaitable[None]] | None) -> None:
    """Who is told an outbox id right after its commit (the arq pool of this process), or nobody."""
    global _hint
    _hint = hint


async def later(function: Job, *, key: str | None = None, after: timedelta = timedelta(), **kwargs: Any) -> None:
    """Run `function(**kwargs)` once this transaction has committed. The same `key` queues once, ever."""
    if REGISTRY.get(name_of(function)) is not function:
        raise LookupError(f"{name_of(function)} is not a job")
    ident = rows.new_id()
    now = clock.real_now()
    await rows.execute(
        Q(
            "INSERT INTO outbox (id, job, kwargs, key, state, attempts, run_after, last_error, queued_at)"
            " VALUES ({}, {}, {}, {}, 'waiting', 0, {}, '', {}) ON CONFLICT (key) DO NOTHING",
            ident,
            name_of(function),
            msgspec.json.encode(kwargs, enc_hook=str).decode(),
            key,
            now + after,
            now,
        )
    )
    tx = DB.current()
    if tx is not None and _hint is not None and not after:
        hint = _hint
        tx.after_commit.append(lambda: hint(str(ident)))


async def due(limit: int = 100) -> list[UUID]:
    """Outbox ids that may run now: waiting ones, and those whose worker died."""
    found: list[UUID] = await rows.column(
        Q(
            "SELECT id FROM outbox WHERE (state = 'waiting' AND run_after <= {}) OR (state = 'running' AND claimed_until < {})"
            " ORDER BY run_after LIMIT {}",
            clock.real_now(),
            clock.real_now(),
            limit,
        )
    )
    return found


async def claim(ident: UUID) -> Claimed | None:
    """Take the job for CLAIM, or None when another worker has it or it is done."""
    now = clock.real_now()
    return await rows.one(
        Claimed,
        Q(
            "UPDATE outbox SET state = 'running', claimed_until = {}, attempts = attempts + 1 WHERE id ="
            " (SELECT id FROM outbox WHERE id = {} AND ((state = 'waiting' AND run_after <= {})"
            " OR (state = 'running' AND claimed_until < {})) FOR UPDATE SKIP LOCKED)"
            " RETURNING id, job, kwargs, attempts",
            now + CLAIM,
            ident,
            now,
            now,
        ),
    )


async def run(ident: UUID) -> bool:
    """Claim and run one job. True when it is done; a failure is kept with its trace and tried again later."""
    taken = await claim(ident)
    if taken is None:
        return False
    try:
        # Given up before the claim ends, so that nobody else starts it while it still runs.
        async with asyncio.timeout(CLAIM.total_seconds() - 5):
            await REGISTRY[taken.job](**taken.kwargs)
    except Exception:
        await _failed(taken, traceback.format_exc(limit=8))
        return False
    await rows.execute(
        Q("UPDATE outbox SET state = 'done', done_at = {}, claimed_until = NULL WHERE id = {}", clock.real_now(), ident)
    )
    return True


async def _failed(taken: Claimed, trace: str) -> None:
    dead = taken.attempts >= TRIES
    await rows.execute(
        Q(
            "UPDATE outbox SET state = {}, run_after = {}, claimed_until = NULL, last_error = {} WHERE id = {}",
            "dead" if dead else "waiting",
            clock.real_now() + timedelta(seconds=5 * 2**taken.attempts),
            trace[-4000:],
            taken.id,
        )
    )


async def drain() -> int:
    """Run everything that is due, until nothing is. For tests and for the demo."""
    done = 0
    while ids := await due():
        for ident in ids:
            done += await run(ident)
    return done
