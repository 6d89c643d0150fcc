"""Sealing: every committed line gets its place in the chain, and nothing in it can change unseen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from kernel import audit, rows, seals
from kernel.access import Action, Role
from kernel.rows import Q
from kernel.seals import Fault, Verdict
from tests import builders, conftest

pytestmark = pytest.mark.anyio
NOW = timedelta(seconds=-5)


async def lines(count: int) -> None:
    actor = await builders.actor(Role.COORDINATOR)
    for number in range(count):
        await audit.record(actor, Action.DRAFT_CALL, ("call", None), title=f"第{number}号 “征集”", amount=10**15 + number)


@pytest.fixture
async def owner(committed: str, servers: Any) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Somebody with every right on the database."""
    connection = await asyncpg.connect(conftest.named(servers.owner_url, committed.partition("?")[0].rsplit("/", 1)[1]))
    yield connection
    await connection.close()


async def test_committed_lines_are_sealed_in_order_and_verified(committed: str) -> None:
    await lines(3)

    assert await seals.seal() == 3
    assert await seals.seal() == 0
    assert await rows.column(Q("SELECT line FROM seal ORDER BY seq")) == await rows.column(
        Q("SELECT id FROM audit_line ORDER BY id")
    )
    assert await seals.verify() == Verdict(3)


async def test_a_line_of_an_open_transaction_is_sealed_after_it_commits(committed: str) -> None:
    open_now, commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with rows.transaction():
            await lines(1)
            open_now.set()
            await commit.wait()

    task = asyncio.create_task(slow())
    await open_now.wait()
    await lines(2)

    early = await seals.seal()
    commit.set()
    await task
    late = await seals.seal()

    # Lines after the open one wait with it, so that the chain keeps their order.
    assert (early, late) == (0, 3)
    assert await seals.verify() == Verdict(3)


async def test_many_sealers_make_one_chain(committed: str) -> None:
    for _ in range(5):
        await lines(2)
        await asyncio.gather(*(seals.seal() for _ in range(4)))
    await seals.seal()

    assert await seals.verify(grace=NOW) == Verdict(10)


async def test_a_rolled_back_line_leaves_no_gap(committed: str) -> None:
    await lines(1)

    async def fail() -> None:
        async with rows.transaction():
            await lines(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await lines(1)

    assert await seals.seal() == 2
    assert await seals.verify(grace=NOW) == Verdict(2)


@pytest.mark.parametrize(
    ("harm", "verdict"),
    [
        ("UPDATE audit_line SET facts = facts || '{\"amount\": 1}' WHERE id = 2", Verdict(1, 2, Fault.CHANGED)),
        ("UPDATE audit_line SET at = at + interval '1 microsecond' WHERE id = 3", Verdict(2, 3, Fault.CHANGED)),
        ("UPDATE audit_line SET actor_name = 'x' WHERE id = 1", Verdict(0, 1, Fault.CHANGED)),
        ("DELETE FROM audit_line WHERE id = 2", Verdict(1, 2, Fault.GONE)),
        ("DELETE FROM audit_line WHERE id = 2; DELETE FROM seal WHERE line = 2", Verdict(1, 3, Fault.BROKEN)),
        ("UPDATE seal SET hash = repeat('0', 64) WHERE seq = 2", Verdict(1, 2, Fault.CHANGED)),
        ("DELETE FROM seal WHERE seq = 4", Verdict(3, 4, Fault.UNSEALED)),
    ],
)
async def test_the_first_line_that_does_not_fit_is_named(
    committed: str, owner: asyncpg.Connection[Any], harm: str, verdict: Verdict
) -> None:
    await lines(4)
    await seals.seal()
    assert await seals.verify(grace=NOW) == Verdict(4)

    await owner.execute(harm)

    assert await seals.verify(grace=NOW) == verdict
    assert verdict.why


async def test_anchors_kept_outside_catch_a_chain_that_was_made_anew(committed: str, owner: asyncpg.Connection[Any]) -> None:
    await lines(4)
    await seals.seal()
    kept = {anchor.seq: anchor.hash for anchor in await seals.anchors()}
    assert await seals.verify(kept) == Verdict(4)

    await owner.execute("DELETE FROM seal; UPDATE audit_line SET actor_name = 'x' WHERE id = 2")
    await seals.seal()

    assert await seals.verify(grace=NOW) == Verdict(4)
    assert (await seals.verify(kept)).fault is Fault.ANCHOR
    await owner.execute("DELETE FROM seal WHERE seq > 2")
    assert (await seals.verify(kept)).fault is Fault.ANCHOR


async def test_a_line_that_waits_for_its_seal_is_no_fault_yet(committed: str) -> None:
    await lines(1)

    assert await seals.verify() == Verdict(0)
    assert await seals.verify(grace=NOW) == Verdict(0, 1, Fault.UNSEALED)


async def test_lines_restored_from_another_server_are_sealed_too(committed: str, owner: asyncpg.Connection[Any]) -> None:
    await lines(2)
    await owner.execute("UPDATE audit_line SET xid = '9223372036854775000' WHERE id = 1")

    assert await seals.seal() == 2
    assert await seals.verify(grace=NOW) == Verdict(2)


async def test_lines_far_below_the_window_are_found_when_everything_is_looked_through(
    committed: str, owner: asyncpg.Connection[Any]
) -> None:
    await lines(1)
    await owner.execute(f"SELECT setval(pg_get_serial_sequence('audit_line', 'id'), {seals.WINDOW * 3})")
    await lines(1)
    await seals.seal()
    await owner.execute("DELETE FROM seal WHERE seq = 2; DELETE FROM seal; ")
    await lines(1)
    await owner.execute("INSERT INTO seal VALUES (1, (SELECT max(id) FROM audit_line), repeat('0', 64), repeat('0', 64))")

    assert await seals.seal() == 1
    assert await seals.seal(everything=True) == 1


async def test_the_chain_is_append_only_for_the_program(committed: str) -> None:
    await lines(1)
    await seals.seal()

    for change in ("UPDATE seal SET hash = 'x'", "DELETE FROM seal"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await rows.execute(Q(change))
