"""Where a puzzle is answered: in a process of its own that is watched, cut off when somebody cancels, and never trusted to end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from kernel import logs
from projects.matching.puzzle import Answer, Failed, Puzzle, Reason, read
from projects.matching.rules import Failure

MODULE = "projects.matching.solving.child"
PUZZLE, ANSWER, AFFINITY, REASONS, LOG, TROUBLE = "puzzle.json", "answer.json", "affinity", "reasons.json", "log", "trouble"
ANSWERED = "storing"
ANSWERING, LONGEST = 55.0, 77.0
"""Seconds of wall time for the answer, and for the answer with its reasons: a job of the outbox is given up after 85."""
GLANCE = 1.0
"""Seconds between two looks at whether it is still wanted."""

Heard = Callable[[float, str], Awaitable[bool]]
"""Told how far it is; answers whether to go on."""


class Result(NamedTuple):
    """`affinity` is compressed, as it is kept."""

    answer: Answer
    affinity: bytes


class Extras(NamedTuple):
    """What comes after the answer: what speaks for each pair, and the log of a lottery, compressed."""

    reasons: list[Reason]
    log: bytes


Kept = Callable[[Result], Awaitable[bool]]
"""Takes the answer as soon as it is there; answers whether the extras are wanted, too."""


class Runner(Protocol):
    async def answer(self, puzzle: Puzzle, heard: Heard, kept: Kept) -> Extras | None:
        """None when it was not wanted any more, or there is nothing to add."""


class Place(Protocol):
    def ready(self) -> AbstractAsyncContextManager[Runner]:
        """Somebody to answer one puzzle, who gets ready while it is still being put together."""


class Child:
    """The real one: a file in, files out, lines of progress between. It loads its libraries until the line that says where."""

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[Runner]:
        async with apart(MODULE) as (process, folder):
            yield Started(process, folder)


class Started:
    def __init__(self, process: Process, folder: Path) -> None:
        self._process, self._folder = process, folder

    async def answer(self, puzzle: Puzzle, heard: Heard, kept: Kept) -> Extras | None:
        await asyncio.to_thread(_write, self._folder / PUZZLE, puzzle)
        await begin(self._process, self._folder)
        return await _through(self._process, self._folder, heard, kept)


def _write(path: Path, puzzle: Puzzle) -> None:
    path.write_bytes(msgspec.json.encode(puzzle))


@asynccontextmanager
async def apart(module: str) -> AsyncIterator[tuple[Process, Path]]:
    """A process of its own and the folder to speak through; neither outlives who asked. It waits until it is told to `begin`."""
    with tempfile.TemporaryDirectory(prefix="match-") as name:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment()
        )
        try:
            yield process, Path(name)
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def begin(process: Process, folder: Path) -> None:
    """All it works from lies in the folder."""
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):  # it has ended already: the missing answer will tell
        process.stdin.write(f"{folder}\n".encode())
        await process.stdin.drain()


def _environment() -> dict[str, str]:
    """Nothing of our settings: this process needs no database and no secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **one, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"}


async def _through(process: Process, folder: Path, heard: Heard, kept: Kept) -> Extras | None:
    """To the answer, then to what explains it."""
    until = asyncio.get_running_loop().time() + LONGEST
    try:
        wanted = await asyncio.wait_for(_until_answered(process, heard), ANSWERING)
    except TimeoutError:
        await kept(Result(Failed(Failure.TIME), b""))
        return None
    if not wanted or not await kept(await asyncio.to_thread(_collected, folder)):
        return None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await process.wait()
    return await asyncio.to_thread(_explained, folder)


async def _until_answered(process: Process, heard: Heard) -> bool:
    """Until the answer lies there or the process has ended; False when it is not wanted any more."""
    assert process.stdout is not None
    share, what, loop = 0.0, "reading", asyncio.get_running_loop()
    while True:
        until = loop.time() + GLANCE
        while (left := until - loop.time()) > 0:
            try:
                line = await asyncio.wait_for(process.stdout.readline(), left)
            except TimeoutError:
                break
            if not line:
                return True
            share, what = _progress(line) or (share, what)
            if what == ANSWERED:
                return True
        if not await heard(share, what):
            return False


def _progress(line: bytes) -> tuple[float, str] | None:
    first, _, second = line.decode(errors="replace").strip().partition(" ")
    try:
        return min(max(float(first), 0.0), 1.0), second
    except ValueError:
        return None  # a library said something


def _collected(folder: Path) -> Result:
    answer, affinity = folder / ANSWER, folder / AFFINITY
    if not answer.exists():
        logs.event("match-crashed", level=40, where=word_in(folder))
        return Result(Failed(Failure.CRASHED), b"")
    return Result(read(answer.read_bytes()), affinity.read_bytes())


def word_in(folder: Path) -> str:
    """What broke the process that worked there, and where; empty when it left no word."""
    trouble = folder / TROUBLE
    return trouble.read_text() if trouble.exists() else ""


def _explained(folder: Path) -> Extras | None:
    reasons, log = folder / REASONS, folder / LOG
    if not reasons.exists():
        logs.event("match-unexplained", level=30)
        return None
    found = msgspec.json.decode(reasons.read_bytes(), type=list[Reason])
    return Extras(found, log.read_bytes() if log.exists() else b"")


class Here:
    """In this very process: for tests, measurements and the demo, where starting Python anew for three projects is all one would see."""

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[Runner]:
        yield self

    async def answer(self, puzzle: Puzzle, heard: Heard, kept: Kept) -> Extras | None:
        from projects.matching.solving.child import work

        with tempfile.TemporaryDirectory(prefix="match-") as name:
            folder = Path(name)
            _write(folder / PUZZLE, puzzle)
            steps = work(folder, lambda share, what: None)
            next(steps)
            if not await heard(0.9, ANSWERED) or not await kept(_collected(folder)):
                return None
            next(steps, None)
            return _explained(folder)


_place: Place = Child()


def use(place: Place | None) -> None:
    """Another place to answer puzzles, or the real one."""
    global _place
    _place = place or Child()


def current() -> Place:
    return _place
