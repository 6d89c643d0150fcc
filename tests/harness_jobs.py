"""Holds a job to its promise: safe to run twice, at once, and cut off after any statement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kernel.jobs import Job
from kernel.rows import DB

Kwargs = dict[str, Any]
Prepare = Callable[[], Awaitable[Kwargs]]
State = Callable[..., Awaitable[Any]]
MOST_STATEMENTS = 60


class Cut(BaseException):
    """The process died here. Not an Exception: no handler of the job may catch it."""


@contextmanager
def cut_after(statements: int) -> Iterator[list[int]]:
    """Everything this process asks the database after so many statements fails as if it had been killed."""
    seen = [0]
    run = DB.run

    async def counted(sql: str, args: Any = ()) -> Any:
        answer = await run(sql, args)
        seen[0] += 1
        if seen[0] == statements:
            raise Cut
        return answer

    DB.run = counted  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        DB.run = run  # type: ignore[method-assign]


async def hold(job: Job, prepare: Prepare, state: State, *, cut_may_differ: Callable[[Any, Any], bool] | None = None) -> None:
    """`prepare` commits a fresh subject and answers the job's kwargs; `state(**kwargs)` says what the job left behind.

    Every way of running must leave the same. `cut_may_differ(expected, found)` allows what a cut-off run may leave besides,
    for jobs that touch the world outside and so do it at most once.
    """
    once = await prepare()
    with cut_after(0) as seen:
        await job(**once)
    expected = await state(**once)
    statements = seen[0]
    assert statements <= MOST_STATEMENTS, f"{statements} statements in one job: split it"

    twice = await prepare()
    await job(**twice)
    await job(**twice)
    assert await state(**twice) == expected, "run twice"

    together = await prepare()
    await asyncio.gather(job(**together), job(**together), job(**together))
    assert await state(**together) == expected, "run at once"

    for number in range(1, statements + 1):
        cut = await prepare()
        try:
            with cut_after(number):
                await job(**cut)
        except Cut:
            pass
        await job(**cut)
        found = await state(**cut)
        allowed = found == expected or (cut_may_differ is not None and cut_may_differ(expected, found))
        assert allowed, f"cut off after statement {number} of {statements}: {found!r} instead of {expected!r}"
