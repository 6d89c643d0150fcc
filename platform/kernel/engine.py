"""A PostgreSQL engine whose transactions cannot leak and nest as savepoints.

Piccolo's own `transaction()` keeps a dead connection when COMMIT fails, nests as a no-op and is inherited by child tasks.
Here a transaction belongs to one task, is released whatever happens, and an inner one is a real savepoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

_reading: ContextVar[bool] = ContextVar("reading", default=False)
SETTINGS = {"timezone": "UTC", "lock_timeout": "3s", "statement_timeout": "15s", "jit": "off"}


class FastConnection(asyncpg.Connection):  # type: ignore[misc]
    """Without the reset round trip on every release: we never leave session state behind."""

    def get_reset_query(self) -> str:
        return ""


class Transaction:
    """An open transaction of one task on one connection."""

    __slots__ = ("after_commit", "checks_early", "connection", "depth", "open", "task")

    def __init__(self, connection: Any, task: asyncio.Task[Any] | None) -> None:
        self.connection, self.task, self.depth, self.open = connection, task, 0, True
        self.after_commit: list[Callable[[], Awaitable[None]]] = []
        """Hints to other servers, run when the outermost transaction has committed; they may fail."""
        self.checks_early = False
        """Tests that roll back run deferred constraints when the outermost savepoint ends."""


class Engine(PostgresEngine):
    """The application's engine: a write pool, a read-only pool, and safe transactions."""

    def __init__(self) -> None:
        super().__init__(config={"dsn": "", "database": "mianshe"})
        self.read_pool: Any = None
        self._open: ContextVar[Transaction | None] = ContextVar("open_transaction", default=None)
        self.queries: ContextVar[list[str] | None] = ContextVar("counted_queries", default=None)

    async def prep_database(self) -> None:
        """Nothing: extensions are the owner's business."""

    async def check_version(self) -> None:
        """Not at import: the address is not known yet."""

    async def open(self, url: str, *, reads: int = 8, writes: int = 6) -> None:
        """Start both pools against `url` (the app role's)."""
        self.config = {"dsn": url}
        common: dict[str, Any] = {"dsn": url, "min_size": 1, "connection_class": FastConnection, "command_timeout": 30}
        self.pool = await asyncpg.create_pool(**common, max_size=writes, server_settings=SETTINGS)
        only_read = {**SETTINGS, "default_transaction_read_only": "on"}
        self.read_pool = await asyncpg.create_pool(**common, max_size=reads, server_settings=only_read)

    async def close(self) -> None:
        for pool in (self.pool, self.read_pool):
            if pool is not None:
                await pool.close()
        self.pool = self.read_pool = None

    def current(self) -> Transaction | None:
        """This task's open transaction. A child task of an open one must not use it, nor silently work outside it."""
        tx = self._open.get()
        if tx is None or not tx.open:
            return None
        if tx.task is not asyncio.current_task():
            raise RuntimeError("a child task may not query inside its parent's transaction")
        return tx

    def transaction(self, allow_nested: bool = True) -> AbstractAsyncContextManager[Transaction]:  # type: ignore[override]
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        if _reading.get():
            raise RuntimeError("a GET request may not write")
        tx = self.current()
        if tx is not None:
            async with self._savepoint(tx):
                yield tx
            return
        if self.pool is None:
            connection = await asyncpg.connect(**self.config, server_settings=SETTINGS)
            try:
                async with self._outermost(connection) as tx:
                    yield tx
            finally:
                await connection.close()
            return
        async with self.pool.acquire(timeout=5) as connection, self._outermost(connection) as tx:
            yield tx

    @asynccontextmanager
    async def _outermost(self, connection: Any) -> AsyncIterator[Transaction]:
        tx = Transaction(connection, asyncio.current_task())
        token = self._open.set(tx)
        try:
            async with connection.transaction():
                yield tx
        finally:
            tx.open = False
            self._open.reset(token)
        for hint in tx.after_commit:
            with suppress(OSError, TimeoutError):
                await hint()

    @asynccontextmanager
    async def _savepoint(self, tx: Transaction) -> AsyncIterator[None]:
        tx.depth += 1
        try:
            async with tx.connection.transaction():
                yield
                if tx.checks_early and tx.depth == 1:
                    await tx.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        finally:
            tx.depth -= 1

    def transaction_exists(self) -> bool:
        return self.current() is not None

    def _count(self, sql: str) -> None:
        counted = self.queries.get()
        if counted is not None:
            counted.append(sql)

    async def run(self, sql: str, args: Sequence[Any] = ()) -> Any:
        """Run one statement in the current transaction, the read-only pool (GET) or the write pool."""
        self._count(sql)
        tx = self.current()
        if tx is not None:
            return await tx.connection.fetch(sql, *args)
        pool = self.read_pool if _reading.get() else self.pool
        if pool is None:
            return await self._run_in_new_connection(sql, args)
        return await pool.fetch(sql, *args)

    async def batches(self, sql: str, args: Sequence[Any], size: int) -> AsyncGenerator[Sequence[Any]]:
        """The answer of one statement, `size` rows at a time from a cursor: one snapshot, and memory for one batch."""
        self._count(sql)
        tx = self.current()
        async with AsyncExitStack() as held:
            if tx is not None:
                connection = tx.connection
            else:
                pool: Any = self.read_pool if _reading.get() else self.pool
                connection = await held.enter_async_context(pool.acquire(timeout=5))
                await held.enter_async_context(connection.transaction(readonly=True))
            cursor = await connection.cursor(sql, *args)
            while records := await cursor.fetch(size):
                yield records

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self.run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self.run(ddl)
