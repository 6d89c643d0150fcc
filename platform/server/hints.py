"""Tells the workers through Valkey that a job waits. Only a hint: without it the sweep finds the job a few seconds later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from arq import ArqRedis
from redis.exceptions import RedisError

FUNCTION = "outbox"
# While Valkey is away every page would wait for it; after a failure nobody asks again for this long.
PAUSE = 5.0
PATIENCE = 0.5

# arq's own choice is pickle, which runs whatever somebody managed to write into Valkey.
encode, decode = msgspec.msgpack.encode, msgspec.msgpack.decode


def connections(url: str) -> ArqRedis:
    """arq's, and none open yet. (Its own create_pool asks Valkey first: who is cut off meanwhile leaves one open that nobody knows.)"""
    found: ArqRedis = ArqRedis.from_url(url.replace("valkey://", "redis://", 1), socket_connect_timeout=1)
    found.job_serializer, found.job_deserializer = encode, decode
    return found


@asynccontextmanager
async def pool(url: str) -> AsyncIterator[ArqRedis]:
    """arq's connections, closed afterwards. (Its own close() still calls what redis has deprecated.)"""
    opened = connections(url)
    try:
        await opened.ping()
        yield opened
    finally:
        await opened.aclose()


class Hints:
    """What `kernel.jobs.announce` takes: `await hints(outbox_id)`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = connections(url)
        self._silent_until = 0.0

    async def __call__(self, ident: str) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            # A Valkey that hangs is worse than one that is gone: somebody waits for this page.
            async with asyncio.timeout(PATIENCE):
                await self._pool.enqueue_job(FUNCTION, ident, _job_id=f"{FUNCTION}-{ident}")
        except (RedisError, OSError, TimeoutError):
            self._silent_until = time.monotonic() + PAUSE

    async def close(self) -> None:
        await self._pool.aclose()
