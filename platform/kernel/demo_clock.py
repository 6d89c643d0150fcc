"""The stored offset of business time: read by every process, moved only in demo mode."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta

from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.outage import AWAY
from kernel.rows import Q


async def stored() -> timedelta:
    return timedelta(seconds=int(await rows.value(Q("SELECT seconds FROM demo_clock WHERE id = 1")) or 0))


@asynccontextmanager
async def followed(on: bool) -> AsyncIterator[None]:
    """Keep this process's business time at the stored offset (read once a second) while the block runs."""
    if not on:
        yield
        return
    task = asyncio.create_task(_follow())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow() -> None:
    while True:
        with contextlib.suppress(*AWAY):
            clock.shift(await stored())
        await asyncio.sleep(1)


@rows.verb
async def jump(actor: Actor | None, to: datetime) -> None:
    """Set business time to `to`. It may only run forward: papers already carry dates."""
    offset = max(to - clock.real_now(), await stored())
    await rows.execute(
        Q(
            "INSERT INTO demo_clock (id, seconds) VALUES (1, {}) ON CONFLICT (id) DO UPDATE SET seconds = excluded.seconds",
            int(offset.total_seconds()),
        )
    )
    await audit.record(actor, Action.SET_CLOCK, ("demo_clock", None), seconds=int(offset.total_seconds()))
    clock.shift(offset)


def next_working_morning() -> datetime:
    """09:00 on the next working day of business time."""
    return datetime.combine(clock.add_working_days(clock.today(), 1), time(9), clock.SHANGHAI)
