"""What watches the platform asks here: /healthz is it alive, /readyz can it work, /metrics how is it doing."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable
from ipaddress import ip_address
from secrets import compare_digest
from typing import Any

import asyncpg
import msgspec
from litestar import Request, get
from litestar.response import Response
from msgspec import Struct
from redis.asyncio import from_url
from redis.exceptions import RedisError

from kernel import rows, settings
from kernel.access import Action
from kernel.errors import Missing
from kernel.rows import Q
from server.measure import FIGURES

PATIENCE = 2.0
# Sealing runs every second; lines older than this many are sealed, or `mianshe audit verify` says otherwise.
RECENT_LINES = 100_000
Anyone = Request[Any, Any, Any]


@get("/healthz", name="server.alive", action=Action.PUBLIC, sync_to_thread=False)
def alive() -> Response[str]:
    return Response("ok\n", media_type="text/plain")


@get("/readyz", name="server.ready", action=Action.PUBLIC)
async def ready() -> Response[bytes]:
    """503 while something is away, with its name: a load balancer then sends nobody here."""
    missing = await find_missing()
    body = msgspec.json.encode({"ready": not missing, "missing": missing})
    return Response(body, status_code=503 if missing else 200, media_type="application/json")


async def find_missing() -> list[str]:
    """Which of our needs are not met now."""
    database, valkey = await _is_met(_schema_is_current()), await _is_met(_valkey_answers())
    missing = {None: ["postgresql"], False: ["migrations"], True: []}[database]
    return missing if valkey else [*missing, "valkey"]


async def _is_met(need: Awaitable[bool]) -> bool | None:
    """The answer, or None when whoever should give it is away."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await need
    except (OSError, TimeoutError, RedisError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _schema_is_current() -> bool:
    if not await rows.value(Q("SELECT to_regclass('migration') IS NOT NULL")):
        return False
    applied = await rows.column(Q("SELECT app_name || '/' || name FROM migration"))
    return await asyncio.to_thread(_known_migrations) <= set(applied)


@functools.cache
def _known_migrations() -> set[str]:
    # Imported here: it brings half of Piccolo's tools, 0.4 s that a starting web process does not have.
    from kernel import migrations

    return migrations.known()


async def _valkey_answers() -> bool:
    client = from_url(settings.get().valkey_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)  # type: ignore[no-untyped-call]
    try:
        return bool(await client.ping())
    finally:
        await client.aclose()


@get("/metrics", name="server.metrics", action=Action.PUBLIC)
async def metrics(request: Anyone) -> Response[str]:
    """For Prometheus, in its text format. Only this machine itself or who knows METRICS_TOKEN; to others it is not there."""
    if not may_see_metrics(request):
        raise Missing
    lines = [*FIGURES.lines(), *_pool_lines(), *(await _work_lines())]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def may_see_metrics(request: Anyone) -> bool:
    token = settings.get().metrics_token
    given = request.headers.get("authorization", "")
    if token and compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    # Behind a proxy on this machine everybody comes from the loopback address; a proxy says so in a header.
    if any(name in request.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip")):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _pool_lines() -> list[str]:
    lines = ["# TYPE mianshe_pool_connections gauge"]
    for name, pool in (("write", rows.DB.pool), ("read", rows.DB.read_pool)):
        if pool is not None:
            used = pool.get_size() - pool.get_idle_size()
            lines += [
                f'mianshe_pool_connections{{pool="{name}",state="{state}"}} {number}'
                for state, number in (("used", used), ("idle", pool.get_idle_size()), ("most", pool.get_max_size()))
            ]
    return lines


class Work(Struct, frozen=True):
    waiting: int
    running: int
    dead: int
    oldest_seconds: float
    unsealed: int


WORK = """
SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'running') AS running,
    count(*) FILTER (WHERE state = 'dead') AS dead,
    coalesce(extract(epoch FROM now() - min(run_after) FILTER (WHERE state = 'waiting')), 0)::float8 AS oldest_seconds,
    (SELECT count(*) FROM audit_line AS line WHERE line.id > (SELECT coalesce(max(id), 0) FROM audit_line) - {}
        AND NOT EXISTS (SELECT FROM seal WHERE seal.line = line.id)) AS unsealed
FROM outbox WHERE state IN ('waiting', 'running', 'dead')
"""


async def _work_lines() -> list[str]:
    work = await rows.the(Work, Q(WORK, RECENT_LINES))
    return [
        "# TYPE mianshe_outbox_jobs gauge",
        f'mianshe_outbox_jobs{{state="waiting"}} {work.waiting}',
        f'mianshe_outbox_jobs{{state="running"}} {work.running}',
        f'mianshe_outbox_jobs{{state="dead"}} {work.dead}',
        "# TYPE mianshe_outbox_oldest_seconds gauge",
        f"mianshe_outbox_oldest_seconds {max(work.oldest_seconds, 0):.3f}",
        "# TYPE mianshe_audit_unsealed_lines gauge",
        f"mianshe_audit_unsealed_lines {work.unsealed}",
    ]


routes = [alive, ready, metrics]
