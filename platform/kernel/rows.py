"""How the program reads and writes rows: transactions, verbs, typed reads, versions."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from enum import StrEnum
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import uuid_utils
from msgspec import Struct
from piccolo.querystring import QueryString
from piccolo.table import Table

from kernel.engine import Engine, Transaction, _reading
from kernel.errors import Missing, Refused, Stale
from kernel.words import ROWS_REASON

Q = QueryString
DB = Engine()

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Struct)
Row = TypeVar("Row", bound=Table)
Verb = Callable[P, Awaitable[T]]


class RowsReason(StrEnum):
    STALE = "stale"
    BUSY = "busy"

    @property
    def label(self) -> str:
        return ROWS_REASON[self]


def new_id() -> UUID:
    """uuid7: sorts by time, so that indexes stay dense."""
    return UUID(int=uuid_utils.uuid7().int)


@asynccontextmanager
async def transaction() -> AsyncIterator[Transaction]:
    """Everything inside commits or nothing does. Inside another one this is a savepoint."""
    async with DB.transaction() as tx:
        yield tx


@contextmanager
def reading() -> Iterator[None]:
    """A GET request: queries go to the read-only pool and opening a transaction is an error."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def even_while_reading() -> Iterator[None]:
    """The two writes a GET may make, by name: the access log and `session.seen`."""
    token = _reading.set(False)
    try:
        yield
    finally:
        _reading.reset(token)


def verb(function: Verb[P, T]) -> Callable[P, typing.Coroutine[Any, Any, T]]:
    """Open the transaction of a verb. The outermost one is run again once when PostgreSQL asks for it."""

    @functools.wraps(function)
    async def in_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        for last in (False, True):
            outermost = DB.current() is None
            try:
                async with DB.transaction():
                    return await function(*args, **kwargs)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                if last or not outermost:
                    raise
            except asyncpg.LockNotAvailableError as waited:
                raise Refused(RowsReason.BUSY) from waited
        raise AssertionError("unreachable")

    return in_transaction


@functools.cache
def _decoders(row: type[Struct]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Which columns need more than asyncpg gives: enums from text, lists, dicts and structs from jsonb."""
    hints = typing.get_type_hints(row)
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for index, name in enumerate(row.__struct_fields__):
        kinds = [k for k in _kinds(hints[name]) if k is not types.NoneType]
        kind = kinds[0]
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            found.append((index, kind))
        elif _is_json(kind):
            found.append((index, functools.partial(_from_json, hints[name])))
    return tuple(found)


def _kinds(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union else (hint,)


def _is_json(kind: Any) -> bool:
    origin = typing.get_origin(kind) or kind
    return origin in (dict, list, tuple) or (isinstance(origin, type) and issubclass(origin, Struct))


def _from_json(hint: Any, value: Any) -> Any:
    return msgspec.json.decode(value, type=hint) if isinstance(value, str) else msgspec.convert(value, hint)


async def fetch(row: type[R], query: QueryString) -> list[R]:
    """Rows of `query` as `row` structs. Columns must be the struct's fields, in order: checked on every answer."""
    return _typed(row, await DB.run_querystring(query))


def _typed(row: type[R], records: Sequence[Any]) -> list[R]:
    if not records:
        return []
    if tuple(records[0].keys()) != row.__struct_fields__:
        raise TypeError(f"{row.__name__} has {row.__struct_fields__}, the query gives {tuple(records[0].keys())}")
    decoders = _decoders(row)
    if not decoders:
        return [row(*record) for record in records]
    answer = []
    for record in records:
        values = list(record)
        for index, decode in decoders:
            if values[index] is not None:
                values[index] = decode(values[index])
        answer.append(row(*values))
    return answer


class Many(Generic[R]):
    """Rows of a query that a page reads a part of and a sheet reads whole.

    Awaited it is a list. Iterated it comes from a cursor, a batch at a time: whoever stops early closes the iterator.
    """

    BATCH = 500

    def __init__(self, row: type[R], query: QueryString) -> None:
        self.row, self.query = row, query

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return fetch(self.row, self.query).__await__()

    async def __aiter__(self) -> AsyncGenerator[R]:
        sql, args = self.query.compile_string(engine_type=DB.engine_type)
        async with aclosing(DB.batches(sql, args, self.BATCH)) as batches:
            async for records in batches:
                for found in _typed(self.row, records):
                    yield found


async def one(row: type[R], query: QueryString) -> R | None:
    found = await fetch(row, query)
    return found[0] if found else None


async def the(row: type[R], query: QueryString) -> R:
    """The one row, or Missing."""
    found = await one(row, query)
    if found is None:
        raise Missing
    return found


async def value(query: QueryString) -> Any:
    """The first column of the first row, or None."""
    records = await DB.run_querystring(query)
    return records[0][0] if records else None


async def column(query: QueryString) -> list[Any]:
    return [record[0] for record in await DB.run_querystring(query)]


async def execute(query: QueryString) -> None:
    await DB.run_querystring(query)


async def find(table: type[Row], where: Any, *, lock: bool = True) -> Row:
    """The row as an object to write through, locked for the rest of the transaction, or Missing."""
    query = table.objects().where(where).first()
    row = await (query.lock_rows("UPDATE") if lock else query)
    if row is None:
        raise Missing
    return row


async def insert(row: Row) -> Row:
    """INSERT exactly this row. (Table.save() would write every column of rows that exist, too.)"""
    await type(row).insert(row)
    row._exists_in_db = True
    return row


async def copy(
    table: type[Table] | str, columns: Sequence[str], records: Iterable[Sequence[Any]], *, seconds: float | None = None
) -> None:
    """Thousands of rows at once, in the caller's transaction. Columns that are not named take the table's default."""
    tx = DB.current()
    if tx is None:
        raise RuntimeError("copy belongs into a transaction")
    name = table if isinstance(table, str) else table._meta.tablename
    await tx.connection.copy_records_to_table(name, columns=list(columns), records=records, timeout=seconds)


async def settle_constraints() -> None:
    """Ask the deferred constraints now, so that after many rows no single statement has to ask all of them."""
    tx = DB.current()
    if tx is not None:
        await tx.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def check_version(row: Any, version: int, **facts: object) -> None:
    """Stale when the person's form was made from an older version than the row has now."""
    if row.version != version:
        raise Stale(RowsReason.STALE, **facts)


async def bounded_count(query: QueryString, limit: int = 1000) -> int:
    """How many rows `query` (a SELECT of anything) has, exact up to `limit`, else limit + 1."""
    counted = await value(Q("SELECT count(*) FROM ({} LIMIT {}) AS bounded", query, limit + 1))
    return int(counted)
