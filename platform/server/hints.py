"""Tells the workers through Valkey that a job waits. Only a hint: without it the sweep finds the job a few seconds later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from arq import ArqRedis, create_pool
from arq.connections import RedisSettings
from redis.exceptions import RedisError

FUNCTION = "outbox"
# While Valkey is away every page would wait for it; after a failure nobody asks again for this long.
PAUSE = 5.0
PATIENCE = 0.5

# arq's own choice is pickle, which runs whatever somebody managed to write into Valkey.
encode, decode = msgspec.msgpack.encode, msgspec.msgpack.decode


def servers(url: str) -> RedisSettings:
    found = RedisSettings.from_dsn(url.replace("valkey://", "redis://", 1))
    found.conn_timeout, found.conn_retries = 1, 0
    return found


@asynccontextmanager
async def pool(url: str) -> AsyncIterator[ArqRedis]:
    """arq's connections, closed afterwards. (Its own close() still calls what redis has deprecated.)"""
    opened = await create_pool(servers(url), job_serializer=encode, job_deserializer=decode)
    try:
        yield opened
    finally:
        await opened.aclose()


class Hints:
    """What `kernel.jobs.announce` takes: `await hints(outbox_id)`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool: ArqRedis | None = None
        self._silent_until = 0.0

    async def __call__(self, ident: str) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            # A Valkey that hangs is worse than one that is gone: somebody waits for this page.
            async with asyncio.timeout(PATIENCE):
                if self._pool is None:
                    self._pool = await create_pool(servers(self.url), job_serializer=encode, job_deserializer=decode)
                await self._pool.enqueue_job(FUNCTION, ident, _job_id=f"{FUNCTION}-{ident}")
        except (RedisError, OSError, TimeoutError):
            self._silent_until = time.monotonic() + PAUSE

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None
