"""Why an expert is not with a project: from what a run kept, without its arrays' library. Pure."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from projects.matching.puzzle import Masked
from projects.matching.rules import Parameters
from talent_pool.matching.draw.keyed import digests, fraction

OUT = -1
WHOLE = 1 << 53
"""Numbers of a lottery are 53 bits."""


class Record(Struct, frozen=True):
    """What is kept of a run, and the project it is asked about."""

    place: int
    """Of the project in the run's order."""
    count: int
    experts: list[UUID]
    loads: list[tuple[int, int, int]]
    kinds: list[list[str]]
    masked: list[Masked]
    affinity: bytes


class Sitting(Struct, frozen=True):
    """A seated or waiting expert of the project."""

    expert: UUID
    name: str
    employer: str
    place: int
    kind: str
    standby: int
    affinity: int
    locked: bool


class Asked(Struct, frozen=True):
    """Whom the question is about."""

    expert: UUID
    name: str
    employer: str
    host_staff: bool


class Why(Struct, frozen=True):
    """`code` names the sentence in words.WHY_NOT. `own` is the expert's affinity, None where there is none to speak of."""

    code: str
    facts: dict[str, str | int]
    own: int | None = None
    rank: int = 0
    eligible: int = 0


def row_of(record: Record) -> array[int]:
    """The project's affinities in the order of the experts."""
    whole = array("i")
    size = len(record.experts)
    data = zlib.decompress(record.affinity)
    whole.frombytes(data[record.place * size * 4 : (record.place + 1) * size * 4])
    if sys.byteorder == "big":
        whole.byteswap()
    return whole


def why_not(record: Record, asked: Asked, panel: Sequence[Sitting], wanted: Parameters, seed: str, project: UUID) -> Why:
    """The first thing that stands in the way; where nothing does, what choosing this expert would cost."""
    mine = next((s for s in panel if s.expert == asked.expert), None)
    if mine is not None:
        return Why("standby" if mine.standby else "seated", {"place": mine.place, "standby": mine.standby}, mine.affinity)
    if asked.expert not in record.experts:
        return Why("unknown", {})
    column = record.experts.index(asked.expert)
    barred = _barred(record)
    if column in barred:
        return Why(*_said(barred[column]))
    row = row_of(record)
    own = row[column]
    able = [value for place, value in enumerate(row) if place not in barred]
    known = {"own": own, "rank": 1 + sum(value > own for value in able), "eligible": len(able)}
    most, before, given = record.loads[column]
    if given >= most:
        return Why("load", {"most": most + before, "before": before, "given": given}, **known)
    seated = [sitter for sitter in panel if not sitter.standby]
    mates = [s for s in seated if s.employer == asked.employer]
    if len(mates) >= wanted.per_employer:
        return Why("employer", {"name": mates[0].name, "employer": mates[0].employer}, **known)
    if seed:
        return _lots(record, asked, seated, seed, project, own, known)
    return _cost(record.kinds[column], seated, own, known)


def _barred(record: Record) -> Mapping[int, str]:
    return {expert: why for project, expert, why in record.masked if project in (OUT, record.place)}


def _said(why: str) -> tuple[str, dict[str, str | int]]:
    head, _, kind = why.partition(":")
    if head == "conflict":
        return "conflict", {"why": kind}
    return ("excluded", {}) if head == "excluded" else ("out", {"why": why})


def _lots(
    record: Record, asked: Asked, seated: Sequence[Sitting], seed: str, project: UUID, own: int, known: dict[str, int]
) -> Why:
    """Drawn among the near enough: either the number was high, or the expert was not near enough to have one that counts."""
    names = [str(asked.expert), *(str(s.expert) for s in seated if not s.locked)]
    number, *others = [fraction(digest) for digest in digests(bytes.fromhex(seed), str(project), names)]
    last = max(others, default=0)
    if number > last:
        return Why("not-drawn", {"key": f"{number / WHOLE:.3f}", "cut": f"{last / WHOLE:.3f}"}, **known)
    cut = min((s.affinity for s in seated if not s.locked), default=0)
    return Why("below", {"mine": share(own), "cut": share(cut)}, **known)


def _cost(kinds: Sequence[str], seated: Sequence[Sitting], own: int, known: dict[str, int]) -> Why:
    able = [s for s in seated if not s.locked and (s.kind == "general" or s.kind in kinds)]
    if not able:
        return Why("no-place", {}, **known)
    least = min(able, key=lambda s: s.affinity)
    facts: dict[str, str | int] = {
        "name": least.name,
        "theirs": share(least.affinity),
        "mine": share(own),
        "cost": share(least.affinity - own),
    }
    return Why("cost", facts, **known)


def share(millionths: int) -> str:
    """0.731 of 731000: three places are what a person compares."""
    return f"{millionths / 1_000_000:.3f}"
