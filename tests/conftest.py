"""One PostgreSQL and one Valkey for the whole run; one template database; each test in a transaction that is rolled back."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from redis.asyncio import from_url

from kernel import clock, jobs, limits, schema, settings
from kernel.access import Actor
from kernel.accounts import sessions
from kernel.rows import DB
from server import embedded
from server.app import create_app

MORNING = datetime(2026, 11, 20, 9, tzinfo=clock.SHANGHAI)
"""Business time of every test: a Friday."""

MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3


def _stay_in_memory() -> None:
    """Where memory has room, temporary folders are in it: on a disk the files of one cloned database cost more than most tests."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


_stay_in_memory()

# A slow machine is not a failure, and a run that fails must fail again: the examples are the same each time.
hypothesis.register_profile("calm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("calm")


HEAVIEST = (
    "tests/browser/test_main_job.py",
    "tests/security/test_canaries.py",
    "tests/browser/test_every_page.py",
    "tests/server/test_demo.py",
    "tests/journeys/test_main_job.py",
    "tests/browser/test_awarded.py",
    "tests/security/test_wrong_hands.py",
    "tests/browser/",
    "tests/server/",
)
"""What takes longest begins first: at the end no core waits for one file of the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, path in enumerate(HEAVIEST) if item.nodeid.startswith(path)), len(HEAVIEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def no_one_else_is_called() -> Iterator[None]:
    """A test that talks to another machine is a bug: only this one answers."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"a test tried to reach {address}")
        connect(self, address)

    socket.socket.connect = only_here  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def servers() -> Iterator[embedded.Servers]:
    with tempfile.TemporaryDirectory(prefix="mianshe-test-") as folder:
        running = embedded.start(Path(folder), durable=False)
        environment = {"DATA_DIR": folder, "DEMO": "0", "DATABASE_URL": running.database_url, "VALKEY_URL": running.valkey_url}
        settings.use(settings.read({**environment, "DATABASE_OWNER_URL": running.owner_url}))
        yield running
        running.stop()


def named(url: str, database: str) -> str:
    """The same server and role, another database."""
    head, _, tail = url.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{database}" + (f"?{tail}" if tail else "")


@pytest.fixture(scope="session")
async def template(servers: embedded.Servers, anyio_backend: str) -> str:
    """A database with every table, no rows. Real commits happen in clones of it."""
    owner = await asyncpg.connect(servers.owner_url)
    await owner.execute("CREATE DATABASE template_city")
    await owner.close()
    DB.config = {"dsn": named(servers.owner_url, "template_city")}
    await schema.create()
    await schema.finish("mianshe_app")
    return "template_city"


async def clone(servers: embedded.Servers, template: str, name: str) -> str:
    owner = await asyncpg.connect(servers.owner_url)
    await owner.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await owner.close()
    return named(servers.database_url, name)


async def drop(servers: embedded.Servers, name: str) -> None:
    owner = await asyncpg.connect(servers.owner_url)
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


@pytest.fixture(scope="session")
async def shared_database(servers: embedded.Servers, template: str) -> AsyncIterator[str]:
    """The database of all tests that roll back."""
    url = await clone(servers, template, "shared_city")
    await DB.open(url)
    yield url
    await DB.close()


@pytest.fixture
def business_time() -> Iterator[Callable[[datetime], None]]:
    clock.fix(MORNING)
    yield clock.fix
    clock.fix(None)


@pytest.fixture
async def db(shared_database: str, business_time: Any) -> AsyncIterator[None]:
    """Everything the test does is undone; deferred constraints are checked when each verb ends."""
    clock.fix(MORNING)
    try:
        async with DB.transaction() as tx:
            tx.checks_early = True
            yield
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):  # noqa: N818 - it ends the transaction, nothing went wrong
    pass


NUMBERS = count(1)


async def forget_limits() -> None:
    """Tests share one address and one Valkey: start counting afresh."""
    client = from_url(settings.get().valkey_url)
    await client.flushdb()
    await client.aclose()


@pytest.fixture
async def committed(servers: embedded.Servers, template: str, business_time: Any) -> AsyncIterator[str]:
    """A fresh database of its own, where commits are real: for races, the outbox, sealing, journeys."""
    name = f"city_{os.getpid()}_{next(NUMBERS)}"
    url = await clone(servers, template, name)
    pools = DB.pool, DB.read_pool
    await DB.open(url)
    await forget_limits()
    clock.fix(MORNING)
    yield url
    await DB.close()
    DB.pool, DB.read_pool = pools
    await drop(servers, name)


@pytest.fixture(scope="session")
async def app(servers: embedded.Servers, anyio_backend: str) -> AsyncIterator[Any]:
    yield create_app(open_pools=False)
    await limits.close()


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript. Use it together with `db` or `committed`."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield browser


SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def as_(client: httpx.AsyncClient) -> SignIn:
    """Make the browser this actor's: a real session row and its cookie."""

    async def sign_in(actor: Actor | None) -> httpx.AsyncClient:
        client.cookies.clear()
        if actor is not None:
            client.cookies.set(sessions.COOKIE, await sessions.open_session(actor.person))
        return client

    return sign_in


@pytest.fixture(autouse=True)
def no_hints() -> None:
    jobs.announce(None)
