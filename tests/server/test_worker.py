"""The worker's motor: hints are fast, nothing depends on them, and an outage of Valkey ends nothing."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import from_url

from kernel import jobs, rows, settings
from kernel.rows import Q
from server.hints import PATIENCE, Hints, pool
from server.worker_main import Desk, motor, repeat
from tests.server.running import ROOT, environment

pytestmark = pytest.mark.anyio
done: list[str] = []


@jobs.job
async def note_down(*, word: str) -> None:
    done.append(word)


async def queue(word: str) -> None:
    @rows.verb
    async def verb() -> None:
        await jobs.later(note_down, word=word)

    await verb()


async def until(words: list[str], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while done != words and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    assert done == words


async def _listen(told: Hints, _: str) -> None:
    async with pool(told.url):
        await asyncio.sleep(5)


@pytest.fixture
async def hints(committed: str) -> AsyncIterator[Hints]:
    done.clear()
    told = Hints(settings.get().valkey_url)
    jobs.announce(told)
    yield told
    await told.close()


@pytest.fixture
async def desk(hints: Hints) -> AsyncIterator[Desk]:
    desk = Desk()
    running = asyncio.create_task(motor(desk, settings.get().valkey_url))
    yield desk
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await desk.close(2)


async def test_a_committed_job_is_done_at_once_without_any_sweep(desk: Desk) -> None:
    await queue("一")

    await until(["一"])
    assert await rows.column(Q("SELECT state FROM outbox")) == ["done"]


async def test_the_motor_starts_again_when_valkey_drops_everybody(desk: Desk) -> None:
    await queue("before")
    await until(["before"])
    valkey = from_url(settings.get().valkey_url)

    await valkey.client_kill_filter(_type="normal", skipme=True)
    await asyncio.sleep(1.5)
    await queue("after")

    await until(["before", "after"])
    await valkey.aclose()


async def test_with_valkey_away_a_verb_still_commits_and_the_sweep_does_the_job(committed: str) -> None:
    done.clear()
    away = Hints("unix://:word@/nowhere/valkey.sock")
    jobs.announce(away)

    await queue("later")
    assert done == []
    desk = Desk()
    await desk.sweep()
    await desk.close(2)

    assert done == ["later"]


async def test_a_valkey_that_hangs_costs_one_page_half_a_second_and_the_next_nothing(hints: Hints) -> None:
    await hints("warm-up")
    valkey = from_url(settings.get().valkey_url)
    await valkey.execute_command("CLIENT PAUSE 3000 ALL")

    times = []
    for ident in ("first", "second"):
        begun = time.monotonic()
        await hints(ident)
        times.append(time.monotonic() - begun)

    assert PATIENCE <= times[0] < PATIENCE + 1
    assert times[1] < PATIENCE / 5
    await asyncio.sleep(2.5)
    await valkey.aclose()


@pytest.mark.parametrize("cut_off", [Hints.__call__, _listen])
async def test_cut_off_at_any_step_nothing_stays_connected(
    servers: Any, cut_off: Callable[[Hints, str], Awaitable[None]]
) -> None:
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always")
        for steps in range(60):
            told = Hints(settings.get().valkey_url)
            asking = asyncio.ensure_future(cut_off(told, "unheard"))
            for _ in range(steps):
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await told.close()
            del told, asking
            gc.collect()

    assert [str(one.message) for one in left_open] == []


async def test_the_same_job_announced_twice_is_begun_once(committed: str) -> None:
    done.clear()
    await queue("once")
    (ident,) = await rows.column(Q("SELECT id FROM outbox"))
    desk = Desk()

    desk.take(ident)
    desk.take(UUID(str(ident)))
    await desk.close(2)

    assert done == ["once"]
    assert await rows.value(Q("SELECT attempts FROM outbox")) == 1


async def test_one_bad_round_does_not_end_a_routine() -> None:
    rounds = []

    async def routine() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise ValueError("a mistake")
        if len(rounds) == 2:
            raise ConnectionRefusedError

    running = asyncio.create_task(repeat(0.001, routine, "test"))
    while len(rounds) < 4:
        await asyncio.sleep(0.001)
    running.cancel()

    assert rounds[:4] == [0, 1, 2, 3]


def test_the_worker_knows_every_job_that_a_page_can_queue() -> None:
    known = "from kernel import jobs; print(*sorted(jobs.REGISTRY))"
    starts = ("from server import app; app.routes()", "from server import worker_main; worker_main.routines()")

    of_web, of_worker = (
        subprocess.run(
            [sys.executable, "-c", f"{start}; {known}"], env=environment(ROOT), capture_output=True, text=True, check=True
        ).stdout.split()
        for start in starts
    )

    assert of_web, "there are jobs at all"
    assert set(of_web) <= set(of_worker)
