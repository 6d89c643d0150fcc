"""The bulk of the city by COPY: calls, proposals, panels, sheets, standings, decisions, in batches so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from departments import catalogue
from kernel import clock
from kernel.rows import Q, value
from projects.calls.rulepack import default_pack
from projects.states import State
from server.demo import judging, rowsets
from server.demo.judging import Panel, Standing
from server.demo.names import Seed
from server.demo.people import Judge, copy
from server.demo.proposals import Place, Proposal, proposals
from server.demo.rounds import Round, Stage, boards, call_title, rounds, seating
from server.demo.rowsets import near
from server.demo.sheets import Stock
from server.demo.words import CALL_SUMMARY, CONTACT, DECISION, OUTCOME_REASON

BATCH = 5_000
ALIVE = (Stage.REVIEW, Stage.SCREENING, Stage.RANKED)


class Lot(Struct):
    """What one batch of calls writes."""

    rounds: list[Round]
    proposals: list[Proposal]
    panels: list[Panel]
    standings: list[Standing]


async def reserve(seed: Seed, many: int) -> None:
    """Leave the bulk its codes, so that what real verbs number afterwards comes later and never collides."""
    taken: dict[str, int] = {}
    for round_ in rounds(seed, many, clock.today()):
        taken[f"call_code_{round_.year:d}"] = round_.number
        taken[f"project_code_{round_.year:d}"] = round_.code_from + round_.size - 1
    for series, last in taken.items():
        if last:
            await value(Q("SELECT setval({}::text::regclass, {})", series, last))


async def load(seed: Seed, many: int, scores: int, place: Place, judges: list[Judge]) -> int:
    """Write `many` proposals and about `scores` sheets; returns how many sheets there are."""
    found = rounds(seed, many, clock.today())
    seats, stock, turn = seating(found, scores), Stock(seed), judging.turns(judges)
    written = 0
    for batch in _batches(found):
        lot = Lot(batch, [], [], [])
        for round_ in batch:
            written += _add(seed, lot, round_, place, seats, stock, turn, scores - written)
        await _calls(lot.rounds, place)
        for table, (columns, tuples) in rowsets.of_proposals(place).items():
            await copy(table, columns, (row for p in lot.proposals for row in tuples(p)))
        for table, (columns, tuples) in rowsets.of_panels().items():
            await copy(table, columns, (row for panel in lot.panels for row in tuples(panel)))
        await copy("standing", rowsets.STANDING, (rowsets.standing(line) for line in lot.standings))
        await _decisions(lot, place)
    return written


def _batches(found: list[Round]) -> Iterator[list[Round]]:
    batch: list[Round] = []
    for round_ in found:
        batch.append(round_)
        if sum(r.size for r in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _add(
    seed: Seed,
    lot: Lot,
    round_: Round,
    place: Place,
    seats: Iterator[int],
    stock: Stock,
    turn: Iterator[list[Judge]],
    left: int,
) -> int:
    own = proposals(seed, round_, place)
    panels = [judging.panel(seed, board, round_, own, stock, turn, place.secretary) for board in boards(seed, round_, seats)]
    if round_.stage is Stage.REVIEW:
        judging.cut(panels, left)
    else:
        lot.standings += judging.settle(round_, panels, stock)
    lot.proposals += own
    lot.panels += panels
    return sum(len(panel.sheets) for panel in panels)


async def _calls(batch: list[Round], place: Place) -> None:
    pack = default_pack()
    text, digest = pack.to_json(), pack.sha256
    areas = msgspec.json.encode([area.code for area in catalogue.load().areas]).decode()
    await copy(
        "call",
        (
            "id", "code", "year", "title", "summary", "state", "host", "areas", "pack", "pack_hash", "pack_version", "opens_on",
            "fill_until", "endorse_until", "budget", "contact", "supervision", "drafted_by", "published_at", "published_by",
            "created_at", "version",
        ),
        (
            (
                r.id, r.code, r.year, call_title(r), CALL_SUMMARY,
                "published" if r.stage is Stage.SCREENING else "closed", place.host, areas, text, digest, 1, r.opens, r.fill_by,
                r.endorse_by, r.size * 2_000_000, CONTACT, CONTACT, place.coordinator, r.moment(-25), place.director,
                r.moment(-26), 2,
            )
            for r in batch
        ),
    )  # fmt: skip
    await copy(
        "call_version",
        ("id", "call", "number", "pack", "pack_hash", "differences", "reason", "published_by", "published_at"),
        ((near(r.id, 0), r.id, 1, text, digest, "[]", "", place.director, r.moment(-25)) for r in batch),
    )
    await copy(
        "call_duty",
        ("id", "call", "person", "duty", "assigned_at", "ended_at"),
        (
            (near(r.id, k), r.id, place.secretary, duty, r.moment(-24), None if r.stage in ALIVE else r.moment(60))
            for r in batch
            for k, duty in enumerate(("secretary", "screening"))
        ),
    )


async def _decisions(lot: Lot, place: Place) -> None:
    """Released decisions of the calls that are over: the best in reserve, the others declined. No money is in them."""
    decided = [round_ for round_ in lot.rounds if round_.stage is Stage.DECIDED]
    await copy(
        "decision",
        ("id", "call", "title", "state", "prepared_by", "prepared_at", "convened_at", "released_by", "released_at", "version"),
        (
            (
                near(r.id, 0), r.id, DECISION.format(call=call_title(r)), "released",
                place.coordinator, r.moment(21), r.moment(25), place.director, r.moment(30), 3,
            )
            for r in decided
        ),
    )  # fmt: skip
    ranked = [line.proposal for line in lot.standings if line.proposal.round_.stage is Stage.DECIDED]
    position: dict[str, int] = {}
    items = []
    for proposal in ranked:
        call = proposal.round_.code
        position[call] = position.get(call, 0) + 1
        outcome = "reserve" if proposal.state is State.RESERVED else "decline"
        decision = near(proposal.round_.id, 0)
        items.append((near(proposal.id, 0), decision, proposal.id, position[call], outcome, OUTCOME_REASON, 2))
    await copy("decision_item", ("id", "decision", "project", "position", "outcome", "reason", "version"), items)
