"""The worker process: `mianshe worker`. Runs what the outbox holds and the routines of the clock. Any number may run."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import signal
from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any
from uuid import UUID

from arq.worker import Worker, func
from redis.exceptions import RedisError

from kernel import demo_clock, jobs, logs, settings
from kernel.outage import AWAY
from kernel.rows import DB
from server import hints
from server.naming import name_papers

PACKAGES = ("kernel", "departments", "talent_pool", "projects", "portal")
# No job lives in these, and the worker starts in half the time without them.
WEB_ONLY = {"pages", "api", "web", "piccolo_migrations"}
# Pure mathematics on arrays: no jobs either, and its libraries take longer to import than everything else.
PURE = ("talent_pool.matching", "projects.matching.solving")
AT_ONCE = 4
SWEEP = 5.0
# `mianshe up` has ten seconds for everything.
GRACE = 4.0
Routine = Callable[[], Coroutine[Any, Any, object]]


class Desk:
    """The jobs this process is at. The same job is taken once, however often it is announced."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def take(self, ident: UUID) -> None:
        if ident not in self._tasks:
            task = self._tasks[ident] = asyncio.create_task(self._run(ident))
            task.add_done_callback(lambda _: self._tasks.pop(ident, None))

    async def _run(self, ident: UUID) -> None:
        async with self._room:
            begun = perf_counter()
            try:
                done = await jobs.run(ident)
            except AWAY as error:
                logs.event("away", level=30, outbox=ident, error=error)
            else:
                ms = round((perf_counter() - begun) * 1000, 1)
                logs.event("job", outbox=ident, status="done" if done else "not-done", ms=ms)

    async def sweep(self) -> None:
        """What no hint announced, what failed before, and what a dead worker left."""
        for ident in await jobs.due():
            self.take(ident)

    async def close(self, seconds: float) -> None:
        """Finish what was begun. What is not done in time is cut off: the next worker begins it again."""
        if self._tasks:
            _, late = await asyncio.wait(list(self._tasks.values()), timeout=seconds)
            for task in late:
                task.cancel()


def routines() -> list[tuple[float, Routine]]:
    """Import every module that may hold jobs, which registers them, and collect `ROUTINES = ((seconds, async function), …)` where one has it."""
    found: list[tuple[float, Routine]] = []
    for package in PACKAGES:
        root = importlib.import_module(package)
        for name in sorted(m.name for m in pkgutil.walk_packages(root.__path__, prefix=f"{package}.")):
            if not WEB_ONLY & set(name.split(".")) and not name.startswith(PURE):
                found += getattr(importlib.import_module(name), "ROUTINES", ())
    return found


async def repeat(seconds: float, routine: Routine, name: str) -> None:
    """`routine` again and again. An outage or a mistake in one round is logged, and the next round comes."""
    while True:
        try:
            await routine()
        except AWAY as error:
            logs.event("away", level=30, job=name, error=error)
        except Exception as error:  # one bad round must not end the others
            logs.event("routine-failed", level=40, job=name, error=error)
        await asyncio.sleep(seconds)


async def motor(desk: Desk, url: str) -> None:
    """arq listens for hints. When Valkey goes away it starts again, and the sweep does the work meanwhile."""

    async def told(_: dict[Any, Any], ident: str) -> None:
        desk.take(UUID(ident))

    listener: Any = told  # arq types its coroutines more loosely than it calls them
    while True:
        try:
            async with hints.pool(url) as valkey:
                worker = Worker(
                    [func(listener, name=hints.FUNCTION, keep_result=0, max_tries=1)],
                    redis_pool=valkey,
                    queue_name=valkey.default_queue_name,
                    handle_signals=False,
                    poll_delay=0.2,
                    job_timeout=jobs.CLAIM,
                    job_serializer=hints.encode,
                    job_deserializer=hints.decode,
                    log_results=False,
                )
                try:
                    await worker.async_run()
                finally:
                    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
        except (RedisError, OSError, RuntimeError) as error:
            logs.event("away", level=30, missing="valkey", error=error)
        await asyncio.sleep(1)


async def open_database(url: str, size: int) -> None:
    while True:
        try:
            await DB.open(url, reads=size, writes=size)
        except AWAY as error:
            logs.event("away", level=30, missing="postgresql", error=error)
            await asyncio.sleep(1)
        else:
            return


async def work(stop: asyncio.Event) -> None:
    current = settings.get().need("database_url", "valkey_url")
    rounds = routines()
    name_papers()
    await open_database(current.database_url, current.pool_size)
    pool_hints = hints.Hints(current.valkey_url)
    jobs.announce(pool_hints)
    desk = Desk()
    async with demo_clock.followed(current.demo):
        tasks = [asyncio.create_task(motor(desk, current.valkey_url)), asyncio.create_task(repeat(SWEEP, desk.sweep, "sweep"))]
        tasks += [asyncio.create_task(repeat(every, routine, routine.__qualname__)) for every, routine in rounds]
        logs.event("worker-started", count=len(jobs.REGISTRY))
        await stop.wait()
        for task in tasks[1:]:
            task.cancel()
        await desk.close(GRACE)
        tasks[0].cancel()
        await asyncio.wait(tasks, timeout=1)
    await pool_hints.close()
    await DB.close()


async def run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ended = asyncio.create_task(stop.wait())
    working = asyncio.create_task(work(stop))
    await asyncio.wait((ended, working), return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        ended.cancel()
    await asyncio.wait((working,), timeout=GRACE + 2)
    if working.done():
        working.result()


def main() -> None:
    settings.get().need("database_url", "valkey_url")
    logs.configure()
    asyncio.run(run())
