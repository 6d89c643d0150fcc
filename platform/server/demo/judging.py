"""Panels of the bulk: who sits, what they gave, where that puts each proposal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from uuid import UUID

from msgspec import Struct

from projects.scoring.ranking import Ranked
from projects.scoring.rules import hundredths
from projects.states import State
from server.demo.names import Seed
from server.demo.people import Judge
from server.demo.proposals import Proposal
from server.demo.rounds import MOST_SEATS, Board, Round, Stage
from server.demo.sheets import Sheet, Stock

KINDS = ("finance", "community", *("general",) * MOST_SEATS)


class Chair(Struct, frozen=True):
    """A seat and its judge."""

    id: UUID
    number: int
    kind: str
    judge: Judge


class Panel(Struct):
    """A panel with its proposals and every sheet as (chair, proposal, sheet)."""

    board: Board
    round_: Round
    chairs: list[Chair]
    proposals: list[Proposal]
    sheets: list[tuple[Chair, Proposal, Sheet]]
    formed_by: UUID

    @property
    def is_open(self) -> bool:
        return self.round_.stage is Stage.REVIEW


class Standing(Struct, frozen=True):
    """A scored proposal, its panel, the formula's word on it and the totals by seat number it rests on."""

    proposal: Proposal
    panel: UUID
    ranked: Ranked
    totals: list[tuple[int, int]]


def turns(judges: list[Judge]) -> Iterator[list[Judge]]:
    """Judges for one panel after the other: one for finance, one for the community, the rest of different employers."""
    finance, community = cycle([j for j in judges if j.finance]), cycle([j for j in judges if j.community])
    others = cycle([j for j in judges if not j.finance and not j.community])
    while True:
        chosen = [next(finance), next(community)]
        tried = 0
        while len(chosen) < MOST_SEATS and tried < len(judges):
            judge = next(others)
            tried += 1
            if all(judge.employer != other.employer for other in chosen):
                chosen.append(judge)
        yield chosen


def panel(
    seed: Seed, board: Board, round_: Round, own: list[Proposal], stock: Stock, turn: Iterator[list[Judge]], formed_by: UUID
) -> Panel:
    judges = next(turn)[: board.seats]
    chairs = [
        Chair(seed.id("seat", f"{board.id}-{number}"), number, KINDS[number - 1], judge) for number, judge in enumerate(judges, 1)
    ]
    members = [own[index] for index in board.members]
    dice = seed.random("panel", str(board.id))
    sheets = [
        (chair, proposal, sheet)
        for proposal in members
        for chair, sheet in zip(chairs, stock.sheets(dice, len(chairs)), strict=True)
    ]
    return Panel(board, round_, chairs, members, sheets, formed_by)


def cut(panels: list[Panel], left: int) -> None:
    """Panels in review have as many sheets as are left, chair by chair and never all of them."""
    for found in panels:
        found.sheets.sort(key=lambda sheet: sheet[0].number)
        found.sheets = found.sheets[: min(max(left, 0), max(len(found.sheets) - len(found.proposals), 0))]
        left -= len(found.sheets)


def settle(round_: Round, panels: list[Panel], stock: Stock) -> list[Standing]:
    """Average, place and, in a decided call, the outcome by rank. The formula is the platform's own."""
    by_code: dict[str, list[Sheet]] = {}
    totals: dict[str, list[tuple[int, int]]] = {}
    at: dict[str, tuple[Proposal, UUID]] = {}
    for found in panels:
        for chair, proposal, sheet in found.sheets:
            by_code.setdefault(proposal.code, []).append(sheet)
            totals.setdefault(proposal.code, []).append((chair.number, sheet.total))
            at[proposal.code] = (proposal, found.board.id)
    ranked = stock.rank(by_code)
    reserved = sum(proposal.state is State.RESERVED for proposal, _ in at.values())
    for order, line in enumerate(ranked):
        proposal = at[line.project][0]
        proposal.average, proposal.rank = hundredths(line.mean), line.place
        if round_.stage is Stage.DECIDED:
            proposal.state = State.RESERVED if order < reserved else State.DECLINED
    return [Standing(*at[line.project], line, sorted(totals[line.project])) for line in ranked]
