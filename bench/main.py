"""`mianshe bench`: build a city of each size in a throw-away folder, start its web process, measure all in turns, print JSON lines."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
from msgspec import structs

from bench import export, processes, starting
from bench.pages import City, Page, measure
from kernel import settings
from kernel.access import Role
from kernel.accounts import sessions
from kernel.accounts.demo import ACCOUNTS
from kernel.rows import DB, Q, column, value
from server import demo, embedded, prepare
from server.app import create_app

PORT = 18765
SIZES = {2_000: (500, 10_000), 200_000: (2_000, 1_000_000)}
"""Proposals: experts and score sheets."""
SEARCH = "/w/proposals?q=%E7%A4%BE%E5%8C%BA"
"""Two characters that a third of the titles hold."""


def say(**line: Any) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def main(sizes: tuple[int, ...] = (2_000, 200_000), requests: int = 1_000) -> int:
    """Start-up first, with the small city every first start builds; then the pages, in all cities by turns."""
    with tempfile.TemporaryDirectory(prefix="mianshe-bench-") as folder:
        for line in starting.measure(Path(folder), PORT):
            say(**line)
    with ExitStack() as running:
        cities = [running.enter_context(_city(size, PORT + number)) for number, size in enumerate(sizes)]
        for page in cities[0].pages:
            for line in measure(page.name, cities, requests):
                say(**line)
        for city in cities:
            say(**export.measure(city), proposals=city.proposals)
    return 0


@contextmanager
def _city(size: int, port: int) -> Iterator[City]:
    """A city of its own, built, with its web process, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="mianshe-bench-") as name:
        folder = Path(name)
        servers = embedded.start(folder, durable=True)
        environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": servers.database_url,
            "DATABASE_OWNER_URL": servers.owner_url,
            "VALKEY_URL": servers.valkey_url,
            "PORT": str(port),
            "DEMO": "1",
        }
        try:
            settings.use(settings.read(environment))
            pages = asyncio.run(_prepare(size))
            settings.use(None)
            with _web(environment, folder, size) as web:
                postmaster = next(child.process.pid for child in servers.children if child.name == "postgres")
                yield City(size, port, web, postmaster, pages)
        finally:
            servers.stop()


async def _prepare(size: int) -> list[Page]:
    """Migrate, build the city, sign everybody in, count the queries of each page."""
    current = settings.get()
    await prepare.migrate(current)
    await DB.open(current.database_url)
    begun, cpu = time.perf_counter(), time.process_time()
    experts, scores = SIZES.get(size, (500, size * 5))
    await demo.build(size, experts, scores, seed=7)
    took = {"seconds": round(time.perf_counter() - begun, 1), "cpu_seconds": round(time.process_time() - cpu, 1)}
    say(bench="demo-build", proposals=size, **took, memory_mib=processes.peak_memory(os.getpid()))
    await prepare.analyze(current)
    pages = [structs.replace(page, queries=await _queries(page)) for page in await _pages()]
    await DB.close()
    return pages


async def _token(username: str) -> str:
    person = await value(Q("SELECT person FROM account WHERE username = {}", username))
    return await sessions.open_session(person, longest=timedelta(hours=10), idle_minutes=600)


async def _pages() -> list[Page]:
    city, department, county = [await _token(name) for name in ("coordinator", "officer-civil", "county-01")]
    biggest = await value(
        Q(
            "SELECT c.code FROM call c JOIN standing s ON s.call = c.id JOIN project p ON p.id = s.project AND p.state = 'scored'"
            " GROUP BY c.code ORDER BY count(*) DESC, c.code LIMIT 1"
        )
    )
    open_call = await value(Q("SELECT code FROM call WHERE state = 'published' ORDER BY endorse_until DESC LIMIT 1"))
    listing = "/w/proposals?stage=review&area=elderly"
    found = [
        Page("officer-list-city", listing, city),
        Page("officer-list-department", listing, department),
        Page("officer-list-county", listing, county),
        Page("workbench-department", "/w", department),
        Page("title-search-department", SEARCH, department),
        Page("title-search-county", SEARCH, county),
        Page("ranking", f"/w/ranking/{biggest}", city),
        Page("public-call", f"/calls/{open_call}", ""),
    ]
    path, username = await _review_screen()
    return [*found, Page("review-screen", path, await _token(username))]


async def _review_screen() -> tuple[str, str]:
    """A proposal that a demo expert has to score now."""
    experts = [account.username for account in ACCOUNTS if account.role is Role.EXPERT]
    found = await column(
        Q(
            "SELECT '/r/' || st.panel || '/' || p.code || ' ' || a.username FROM seat st JOIN account a ON a.person = st.person"
            " JOIN panel_project pp ON pp.panel = st.panel JOIN project p ON p.id = pp.project"
            " WHERE st.state = 'promised' AND p.state = 'in-review' AND a.username = ANY({}) ORDER BY 1 LIMIT 1",
            experts,
        )
    )
    path, username = str(found[0]).split(" ")
    return path, username


async def _queries(page: Page) -> int:
    """How many statements one request of this page runs, in process."""
    app: Any = create_app(open_pools=False)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        if page.token:
            browser.cookies.set("session", page.token)
        await browser.get(page.path)
        counted: list[str] = []
        mark = DB.queries.set(counted)
        answer = await browser.get(page.path)
        DB.queries.reset(mark)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.name}: {answer.status_code}")
    return len(counted)


@contextmanager
def _web(environment: dict[str, str], folder: Path, size: int) -> Iterator[int]:
    """The web process alone; its log goes beside the data."""
    begun = time.perf_counter()
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "server.cli", "web"], env=environment, stdout=log, stderr=log)
        try:
            while process.poll() is None:
                try:
                    urlopen(f"http://127.0.0.1:{environment['PORT']}/healthz", timeout=1).read()
                    break
                except OSError:
                    time.sleep(0.02)
            say(bench="web-start", proposals=size, seconds=round(time.perf_counter() - begun, 2))
            yield process.pid
        finally:
            process.terminate()
            process.wait(15)


if __name__ == "__main__":
    raise SystemExit(main(tuple(int(text) for text in sys.argv[1:]) or (2_000, 200_000)))
