"""Which of the chosen experts sits where and who follows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.errors import Refused
from projects.matching.rules import Reason
from talent_pool.matching.draw.panel import Candidate, DrawnSeat, DrawRules, draw

SEED = b"by hand"
"""Nothing is drawn here: everybody chosen sits, and only the places are shared out in a fixed order."""


def places(chosen: Sequence[Candidate], rules: DrawRules) -> list[DrawnSeat]:
    """The first ones sit, the others follow in the order they were named, each for the first place they may fill."""
    if len(chosen) < rules.seats:
        raise Refused(Reason.PICK_COUNT, seats=rules.seats, count=len(chosen))
    sitting, waiting = chosen[: rules.seats], chosen[rules.seats :]
    bare = DrawRules(seats=rules.seats, special=rules.special, standbys=0, per_employer=rules.per_employer)
    seats = list(draw(SEED, "", sitting, bare).seats)
    employer = {candidate.expert: candidate.employer for candidate in chosen}
    for candidate in waiting:
        for index, seat in sorted(enumerate(seats), key=lambda pair: (len(pair[1].standbys), pair[0])):
            mates = sum(employer[other.expert] == candidate.employer for other in seats if other is not seat)
            if (seat.kind == "general" or seat.kind in candidate.roles) and mates < rules.per_employer:
                seats[index] = DrawnSeat(seat.seat, seat.kind, seat.expert, (*seat.standbys, candidate.expert))
                break
    return seats
