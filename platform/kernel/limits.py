"""How often something may be tried. Counted in Valkey for all processes together; in PostgreSQL while Valkey is away.

Decision: the count is taken before the work and given back when the work shows that it was no attack (a right password).
A limit that cannot be read anywhere means no: the error of the database then answers, not the page.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException
from redis.asyncio import Redis, from_url
from redis.exceptions import RedisError

from kernel import clock, rows, secrets_box, settings
from kernel.rows import Q

# Time-outs are short because every sign-in would wait for them; after a failure nobody asks Valkey for a while.
PATIENCE = 0.5
PAUSE = 5.0
_SPEND = """
local spent = redis.call('INCR', KEYS[1])
if spent == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {spent, redis.call('PTTL', KEYS[1])}
"""
_GIVE_BACK = "if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then return redis.call('DECR', KEYS[1]) end return 0"


class TooMany(HTTPException):
    """Too often. The page says after how many minutes to come again."""

    status_code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"retry-after": str(max(seconds, 1))})
        self.seconds = seconds


class Limits:
    """One process's view of the counters."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._valkey: Redis | None = None
        self._silent_until = 0.0

    async def spend(self, kind: str, key: str, limit: int, seconds: int) -> None:
        """Count one try of `kind` by `key`; TooMany when that makes more than `limit` in `seconds`."""
        ident = self._ident(kind, key)
        answer = await self._ask(_SPEND, ident, str(seconds * 1000))
        spent, left = answer if answer is not None else await _spend_in_database(ident, seconds)
        if spent > limit:
            raise TooMany(-(-int(left) // 1000))

    async def give_back(self, kind: str, key: str) -> None:
        """The last try does not count after all."""
        ident = self._ident(kind, key)
        if await self._ask(_GIVE_BACK, ident) is None:
            await rows.execute(Q("UPDATE limit_window SET spent = spent - 1 WHERE id = {} AND spent > 0", ident))

    async def close(self) -> None:
        if self._valkey is not None:
            with suppress(RedisError, OSError):
                await self._valkey.aclose()
            self._valkey = None

    def _ident(self, kind: str, key: str) -> str:
        # Keys are mobile numbers and addresses of people: nobody who reads Valkey should learn them.
        return f"limit:{kind}:{secrets_box.hmac_key(key)[:40]}"

    async def _ask(self, script: str, ident: str, *arguments: str) -> Any:
        """What Valkey answers, or None while it is away."""
        if not self.url or time.monotonic() < self._silent_until:
            return None
        try:
            if self._valkey is None:
                self._valkey = _connect(self.url)
            return await self._valkey.eval(script, 1, ident, *arguments)  # type: ignore[misc]
        except (RedisError, OSError, TimeoutError):
            self._silent_until = time.monotonic() + PAUSE
            return None


def _connect(url: str) -> Redis:
    client: Redis = from_url(  # type: ignore[no-untyped-call]
        url.replace("valkey://", "redis://", 1), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    return client


async def _spend_in_database(ident: str, seconds: int) -> tuple[int, int]:
    """The same count in a table, outside the request's own transaction rules: a refused verb has still been tried."""
    now = clock.real_now()
    ends_at = now + timedelta(seconds=seconds)
    with rows.even_while_reading():
        records = await rows.DB.run_querystring(
            Q(
                "INSERT INTO limit_window AS w (id, spent, ends_at) VALUES ({}, 1, {}) ON CONFLICT (id) DO UPDATE SET"
                " spent = CASE WHEN w.ends_at <= {} THEN 1 ELSE w.spent + 1 END,"
                " ends_at = CASE WHEN w.ends_at <= {} THEN excluded.ends_at ELSE w.ends_at END"
                " RETURNING spent, ends_at",
                ident,
                ends_at,
                now,
                now,
            )
        )
    return records[0]["spent"], int((records[0]["ends_at"] - now).total_seconds() * 1000)


_ours: Limits | None = None


def _limits() -> Limits:
    global _ours
    if _ours is None:
        _ours = Limits(settings.get().valkey_url)
    return _ours


async def spend(kind: str, key: str, limit: int, seconds: int) -> None:
    """See Limits.spend; with this process's connection, opened at the first try."""
    await _limits().spend(kind, key, limit, seconds)


async def give_back(kind: str, key: str) -> None:
    await _limits().give_back(kind, key)


async def close() -> None:
    """End this process's connection; part of the application's shutdown."""
    global _ours
    if _ours is not None:
        await _ours.close()
        _ours = None


def address_of(request: Request[Any, Any, Any]) -> str:
    """Whom to count: the client's address. uvicorn has put it there, from X-Forwarded-For only when a trusted proxy spoke.

    A household or server rents a whole /64 of IPv6, so that is one client.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else host


async def sweep() -> None:
    """Drop windows that are over."""
    await rows.execute(Q("DELETE FROM limit_window WHERE ends_at < {}", clock.real_now()))


ROUTINES = ((3600.0, sweep),)
