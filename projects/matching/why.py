"""Why an expert is not with a project: from what a run kept, without its arrays' library. Pure."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from projects.matching.puzzle import KINDS, Forced, Masked
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
    groups: list[tuple[int, int]]
    """Empty in records of earlier versions, like `floors`."""
    floors: list[int]
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


class Why(Struct, frozen=True):
    """`code` names the sentence in words.WHY_NOT. `own` is the expert's affinity, None where there is none to speak of."""

    code: str
    facts: dict[str, str | int]
    own: int | None = None
    rank: int = 0
    eligible: int = 0
    column: int = -1
    """Place among the experts of the run where the best answer with this one can be asked for."""


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
    """The first thing that stands in the way; where nothing does, what exchanging this expert for one of the panel would do."""
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
    known = {"own": own, "rank": 1 + sum(value > own for value in able), "eligible": len(able), "column": column}
    most, before, given = record.loads[column]
    if given >= most:
        return Why("load", {"most": most + before, "before": before, "given": given}, **known)
    seated = [sitter for sitter in panel if not sitter.standby]
    for code, kind, limit in (("employer", 0, wanted.per_employer), ("district", 1, wanted.district or len(seated) + 1)):
        mates = _of_group(record, asked, column, seated, kind)
        if len(mates) >= limit:
            return Why(code, {"name": mates[0].name, "employer": mates[0].employer, "most": limit}, **known)
    if seed:
        return _lots(record, asked, column, seated, seed, project, own, known)
    return _exchange(record.kinds[column], seated, own, known)


def _of_group(record: Record, asked: Asked, column: int, seated: Sequence[Sitting], kind: int) -> list[Sitting]:
    """Who of the panel shares the employer (0) or the district (1) of this expert, as the run counted them."""
    if not record.groups:
        return [s for s in seated if kind == 0 and s.employer == asked.employer]
    group = record.groups[column][kind]
    return [s for s in seated if group >= 0 and record.groups[record.experts.index(s.expert)][kind] == group]


def _barred(record: Record) -> Mapping[int, str]:
    return {expert: why for project, expert, why in record.masked if project in (OUT, record.place)}


def _said(why: str) -> tuple[str, dict[str, str | int]]:
    head, _, kind = why.partition(":")
    if head == "conflict":
        return "conflict", {"why": kind}
    return ("excluded", {}) if head == "excluded" else ("out", {"why": why})


def _lots(
    record: Record,
    asked: Asked,
    column: int,
    seated: Sequence[Sitting],
    seed: str,
    project: UUID,
    own: int,
    known: dict[str, int],
) -> Why:
    """Not near enough to be in the draw; or the number was high; or what seats were left at its turn were for others."""
    may = ("general", *record.kinds[column])
    floor = min((record.floors[KINDS.index(kind)] for kind in may), default=own) if record.floors else own
    if own < floor:
        return Why("below", {"mine": share(own), "cut": share(floor)}, **known)
    names = [str(asked.expert), *(str(s.expert) for s in seated if not s.locked)]
    number, *others = [fraction(digest) for digest in digests(bytes.fromhex(seed), str(project), names)]
    last = max(others, default=0)
    facts: dict[str, str | int] = {"key": f"{number / WHOLE:.3f}", "cut": f"{last / WHOLE:.3f}"}
    return Why("not-drawn" if number > last else "reserved", facts, **known)


def _exchange(kinds: Sequence[str], seated: Sequence[Sitting], own: int, known: dict[str, int]) -> Why:
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


COSTED = {"load", "employer", "district", "no-place", "cost"}
"""What choosing the expert all the same would cost is worth asking here: nothing forbids it, other panels may give way."""


def cost(forced: Forced, total: int, bound: int) -> Why:
    """What the best answer with this expert comes to, against the run's; exact where both are proven."""
    if not forced.possible:
        return Why("forced-none", {})
    lost, least = total - forced.total, max(total - forced.bound, 0)
    if lost <= 0 and forced.total == forced.bound:
        return Why("forced-even", {})
    proven = total == bound and forced.total == forced.bound
    facts: dict[str, str | int] = {"cost": exact(max(lost, 0)), "least": exact(least), "total": exact(forced.total)}
    return Why("forced" if proven else "forced-about", facts)


def share(millionths: int) -> str:
    """0.731 of 731000: three places are what a person compares."""
    return f"{millionths / 1_000_000:.3f}"


def exact(millionths: int) -> str:
    """A difference of less than a thousandth is shown as it is, not as nothing."""
    return share(millionths) if millionths == 0 or millionths >= 500 else f"{millionths / 1_000_000:.6f}"
