"""The outbox and the promise of every registered job: safe twice, at once, and cut off anywhere."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from datetime import timedelta
from pathlib import Path

import pytest

from kernel import clock, jobs, rows
from kernel.files import scanning, storage
from kernel.rows import Q
from kernel.tables import Counter
from server.worker_main import PACKAGES
from tests.harness_jobs import Cut, cut_after, hold
from tests.job_samples import SAMPLES, Suspicious

pytestmark = pytest.mark.anyio


def every_job() -> dict[str, jobs.Job]:
    """What the worker would register."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
            if "piccolo_migrations" not in module.name:
                importlib.import_module(module.name)
    return {name: job for name, job in jobs.REGISTRY.items() if not name.startswith("tests.")}


def test_every_registered_job_has_a_sample() -> None:
    assert set(SAMPLES) == set(every_job()), "write a sample in tests/job_samples.py"


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_a_job_may_run_twice_at_once_and_be_cut_off(committed: str, tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name]
    storage.use(storage.Folder(tmp_path))
    scanning.use(Suspicious())

    try:
        await hold(every_job()[name], sample.prepare, sample.state, cut_may_differ=sample.cut_may_differ)
    finally:
        storage.use(None)
        scanning.use(None)


# ── the outbox itself ──


@jobs.job
async def count_up(*, kind: str, fail: bool = False) -> None:
    if fail:
        raise ValueError("not today")
    await rows.insert(Counter(kind=kind, year=2026))


async def counted(kind: str) -> int:
    return int(await rows.value(Q("SELECT count(*) FROM counter WHERE kind = {}", kind)))


async def test_a_job_runs_if_and_only_if_its_transaction_committed(committed: str) -> None:
    async with rows.transaction():
        await jobs.later(count_up, kind="kept")

    async def fail() -> None:
        async with rows.transaction():
            await jobs.later(count_up, kind="lost")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await jobs.drain() == 1
    assert [await counted(kind) for kind in ("kept", "lost")] == [1, 0]


async def test_many_workers_run_a_job_once(committed: str) -> None:
    for number in range(5):
        await jobs.later(count_up, kind=f"k{number}")

    done = await asyncio.gather(*(jobs.drain() for _ in range(4)))

    assert sum(done) == 5
    assert await rows.value(Q("SELECT count(*) FROM counter")) == 5


async def test_the_same_key_queues_once(committed: str) -> None:
    for _ in range(3):
        await jobs.later(count_up, kind="once", key="the same")

    assert await jobs.drain() == 1


async def test_a_job_of_a_dead_worker_is_taken_over_after_its_claim(committed: str) -> None:
    await jobs.later(count_up, kind="dropped")
    [ident] = await jobs.due()
    assert await jobs.claim(ident) is not None
    assert await jobs.run(ident) is False

    await rows.execute(Q("UPDATE outbox SET claimed_until = {}", clock.real_now() - timedelta(seconds=1)))

    assert await jobs.due() == [ident]
    assert await jobs.run(ident) is True


async def test_a_job_that_keeps_failing_is_tried_six_times_and_then_dead(committed: str) -> None:
    await jobs.later(count_up, kind="bad", fail=True)
    waits = []

    for _ in range(8):
        for ident in await jobs.due():
            await jobs.run(ident)
            row = await rows.value(Q("SELECT run_after - {}::timestamptz FROM outbox", clock.real_now()))
            waits.append(round(row.total_seconds() / 10))
        await rows.execute(Q("UPDATE outbox SET run_after = {} WHERE state = 'waiting'", clock.real_now()))

    assert len(waits) == jobs.TRIES
    assert waits == [1, 2, 4, 8, 16, 32]
    assert await rows.column(Q("SELECT state FROM outbox")) == ["dead"]
    assert "not today" in await rows.value(Q("SELECT last_error FROM outbox"))


async def test_an_unregistered_function_is_no_job(committed: str) -> None:
    async def stranger() -> None:
        pass

    with pytest.raises(LookupError):
        await jobs.later(stranger)


# ── the harness itself ──


async def test_the_harness_catches_a_job_that_is_not_safe_to_run_twice(committed: str) -> None:
    kinds = iter(f"subject-{number}" for number in range(100))

    async def prepare() -> dict[str, str]:
        return {"kind": next(kinds)}

    async def state(kind: str) -> int:
        return await counted(kind)

    async def careless(*, kind: str) -> None:
        await rows.execute(
            Q("INSERT INTO counter (id, kind, year, last) VALUES (gen_random_uuid(), {}, (SELECT 2026 + count(*) FROM counter), 0)", kind)
        )  # fmt: skip

    with pytest.raises(AssertionError, match="run twice"):
        await hold(careless, prepare, state)


async def test_the_harness_catches_a_job_that_cannot_be_cut_off(committed: str) -> None:
    kinds = iter(f"subject-{number}" for number in range(100))

    async def prepare() -> dict[str, str]:
        return {"kind": next(kinds)}

    async def state(kind: str) -> int:
        return int(await rows.value(Q("SELECT coalesce(sum(last), 0) FROM counter WHERE kind = {}", kind)))

    async def halfway(*, kind: str) -> None:
        fresh = await rows.value(
            Q(
                "INSERT INTO counter (id, kind, year, last) VALUES (gen_random_uuid(), {}, 1, 0) ON CONFLICT DO NOTHING RETURNING 1",
                kind,
            )
        )
        if fresh:
            await rows.execute(Q("UPDATE counter SET last = 1 WHERE kind = {}", kind))

    with pytest.raises(AssertionError, match="cut off after statement 1"):
        await hold(halfway, prepare, state)


async def test_a_cut_is_like_a_killed_process(committed: str) -> None:
    async def two() -> None:
        async with rows.transaction():
            await count_up(kind="a")
            await count_up(kind="b")

    with pytest.raises(Cut), cut_after(2):
        await two()

    assert await rows.value(Q("SELECT count(*) FROM counter")) == 0
