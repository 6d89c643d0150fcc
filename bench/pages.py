"""Which pages are measured, as whom, and how one is driven: one keep-alive connection, signed in, after a warm-up."""

from __future__ import annotations

import http.client
import statistics
import time
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from bench import processes


class Page(Struct, frozen=True):
    """One measured page. `token` is the session cookie, empty for the public."""

    name: str
    path: str
    token: str


def measure(page: Page, port: int, web: int, postmaster: int, requests: int) -> dict[str, Any]:
    """Latencies in ms, CPU ms per request of the web process and PostgreSQL's backends, bytes of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"accept-encoding": "identity", **({"cookie": f"session={page.token}"} if page.token else {})}
    path = quote(page.path, safe="/?&=%")

    def once() -> bytes:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{page.name}: {answer.status}")
        return body

    size = len(once())
    for _ in range(max(20, requests // 20)):
        once()
    pids = [web, *processes.backends(postmaster)]
    cpu, begun, took = processes.total(pids), time.perf_counter(), []
    for _ in range(requests):
        start = time.perf_counter()
        once()
        took.append((time.perf_counter() - start) * 1000)
    wall = time.perf_counter() - begun
    used = processes.total(pids) - cpu
    connection.close()
    took.sort()
    return {
        "bench": page.name,
        "requests": requests,
        "requests_per_s": round(requests / wall, 1),
        "p50_ms": round(statistics.median(took), 2),
        "p99_ms": round(took[min(len(took) - 1, int(len(took) * 0.99))], 2),
        "cpu_ms_per_request": round(used * 1000 / requests, 2),
        "bytes": size,
    }
