"""What choosing another expert would cost: asked of a process of its own, one question at a time, and never waited for long."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from kernel import logs
from projects.matching import running
from projects.matching.puzzle import Forced, Question

MODULE = "projects.matching.solving.forced"
SECONDS = 12.0
"""For the solving of one question; a call of two hundred projects takes a tenth of one, one of two thousand about three."""
LONGEST = 15.0
_busy = asyncio.Semaphore(1)


async def force(question: Question, affinity: bytes) -> dict[int, Forced]:
    """By the place of the expert; empty when another question is being answered or this one takes too long."""
    if _busy.locked():
        return {}
    async with _busy, running.apart(MODULE) as (process, folder):
        await asyncio.to_thread(_write, folder, question, affinity)
        await running.begin(process, folder)
        try:
            await asyncio.wait_for(process.wait(), LONGEST)
        except TimeoutError:
            return {}
        answer = folder / running.ANSWER
        if not answer.exists():
            logs.event("match-not-forced", level=40, where=running.word_in(folder))
            return {}
        return {one.expert: one for one in msgspec.json.decode(answer.read_bytes(), type=list[Forced])}


def _write(folder: Path, question: Question, affinity: bytes) -> None:
    (folder / running.PUZZLE).write_bytes(msgspec.json.encode(question))
    (folder / running.AFFINITY).write_bytes(affinity)
