"""Which pages are measured, as whom, and how they are driven: a keep-alive connection, signed in, after a warm-up.

A machine is not equally fast at all times. So cities take turns, and what grows is told from rounds that were run side by side.
"""

from __future__ import annotations

import http.client
import statistics
import time
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from bench import processes

ROUNDS = 10


class Page(Struct, frozen=True):
    """One measured page. `token` is the session cookie, empty for the public; `queries` how many statements one request runs."""

    name: str
    path: str
    token: str
    queries: int = 0


class City(Struct, frozen=True):
    """A running city: where it answers, whose CPU counts."""

    proposals: int
    port: int
    web: int
    postmaster: int
    pages: list[Page]


class Driven:
    """The requests of one page of one city so far."""

    def __init__(self, page: Page, city: City) -> None:
        self.page, self.city = page, city
        self.took: list[float] = []
        self.wall = self.cpu = 0.0
        self._connection = http.client.HTTPConnection("127.0.0.1", city.port, timeout=60)
        self._headers = {"accept-encoding": "identity", **({"cookie": f"session={page.token}"} if page.token else {})}
        self._path = quote(page.path, safe="/?&=%")
        self.bytes = len(self._once())
        for _ in range(50):
            self._once()
        self._pids = [city.web, *processes.backends(city.postmaster)]

    def _once(self) -> bytes:
        self._connection.request("GET", self._path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.page.name}: {answer.status}")
        return body

    def drive(self, requests: int) -> None:
        """One round, over a connection of its own: the server closes one that waits while another city has its turn."""
        self._connection.close()
        self._once()
        cpu, begun = processes.total(self._pids), time.perf_counter()
        for _ in range(requests):
            start = time.perf_counter()
            self._once()
            self.took.append((time.perf_counter() - start) * 1000)
        self.wall += time.perf_counter() - begun
        self.cpu += processes.total(self._pids) - cpu

    @property
    def cpu_ms(self) -> float:
        """CPU of the web process and PostgreSQL's backends per request, ms."""
        return self.cpu * 1000 / len(self.took)

    def line(self) -> dict[str, Any]:
        """Latencies in ms, CPU ms per request, bytes of one answer."""
        took = sorted(self.took)
        return {
            "bench": self.page.name,
            "proposals": self.city.proposals,
            "requests": len(took),
            "requests_per_s": round(len(took) / self.wall, 1),
            "p50_ms": round(statistics.median(took), 2),
            "p99_ms": round(took[min(len(took) - 1, int(len(took) * 0.99))], 2),
            "cpu_ms_per_request": round(self.cpu_ms, 2),
            "queries": self.page.queries,
            "bytes": self.bytes,
        }


def measure(name: str, cities: list[City], requests: int) -> list[dict[str, Any]]:
    """One page in every city, a line each, and with more than one city a line that says how its CPU grows from the first to the last."""
    driven = [Driven(next(page for page in city.pages if page.name == name), city) for city in cities]
    for _ in range(ROUNDS):
        for one in driven:
            one.drive(max(1, requests // ROUNDS))
    lines = [one.line() for one in driven]
    if len(driven) > 1:
        grown = driven[-1].cpu_ms / driven[0].cpu_ms
        lines.append(
            {"bench": "growth", "page": name, "from": cities[0].proposals, "to": cities[-1].proposals, "ratio": round(grown, 2)}
        )
    return lines
