"""The ground everything stands on: transactions, verbs, versions, once keys."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from kernel import audit, rows
from kernel.access import Action, Role
from kernel.errors import Stale
from kernel.rows import DB, Q
from kernel.tables import Counter
from tests import builders

pytestmark = pytest.mark.anyio


async def test_an_inner_transaction_is_a_savepoint(db: None) -> None:
    await rows.insert(Counter(kind="outer", year=2026))

    async def fail_inside() -> None:
        async with rows.transaction():
            await rows.insert(Counter(kind="inner", year=2026))
            raise ValueError("inner")

    with pytest.raises(ValueError, match="inner"):
        await fail_inside()

    assert await rows.column(Q("SELECT kind FROM counter")) == ["outer"]


async def test_a_child_task_may_not_query_inside_its_parents_transaction(committed: str) -> None:
    async with rows.transaction():
        with pytest.raises(RuntimeError, match="child task"):
            await asyncio.gather(rows.value(Q("SELECT 1")))


async def test_a_failed_commit_leaks_nothing(committed: str) -> None:
    for _ in range(20):
        with pytest.raises(asyncpg.PostgresError):
            async with rows.transaction() as tx:
                await tx.connection.execute("SELECT 1/0")

    assert await rows.value(Q("SELECT 1")) == 1
    assert DB.current() is None


async def test_a_verb_runs_again_once_after_a_serialization_failure(committed: str) -> None:
    tries = []

    @rows.verb
    async def unlucky() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise asyncpg.SerializationError("could not serialize")
        return "done"

    assert await unlucky() == "done"
    assert len(tries) == 2


async def test_a_get_cannot_write(committed: str) -> None:
    with rows.reading():
        with pytest.raises(RuntimeError, match="GET"):
            async with rows.transaction():
                pass
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await rows.execute(Q("INSERT INTO counter (id, kind, year) VALUES (gen_random_uuid(), 'x', 1)"))


async def test_the_app_role_cannot_change_an_audit_line(committed: str) -> None:
    await audit.record(await builders.actor(Role.COORDINATOR), Action.DRAFT_CALL, ("call", None), title="示例")

    for change in ("UPDATE audit_line SET action = 'x'", "DELETE FROM audit_line", "TRUNCATE audit_line"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await rows.execute(Q(change))


async def test_an_older_version_is_stale(db: None) -> None:
    unit = await rows.find(builders.accounts.Unit, builders.accounts.Unit.id == await builders.unit())

    with pytest.raises(Stale):
        rows.check_version(unit, 0)
