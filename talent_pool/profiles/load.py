"""How much an expert has in hand. Later packages hold that work, so they register who counts it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from msgspec import Struct


class Load(Struct, frozen=True):
    """Projects and consultations, each as one: in hand now, and in the calendar year altogether."""

    now: int = 0
    year: int = 0


Source = Callable[[Sequence[UUID], int], Awaitable[dict[UUID, Load]]]
SOURCES: list[Source] = []


def source(count: Source) -> Source:
    """`@load.source` on an async count(persons, year): what each of them has of this kind of work."""
    SOURCES.append(count)
    return count


async def of(persons: Sequence[UUID], year: int) -> dict[UUID, Load]:
    """Everything together, one query a source."""
    found = dict.fromkeys(persons, Load())
    for count in SOURCES:
        for person, more in (await count(persons, year)).items():
            found[person] = Load(found[person].now + more.now, found[person].year + more.year)
    return found
