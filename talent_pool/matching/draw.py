"""The random draw of a panel, replayable by anyone from its log. Pure: the caller brings the seed.

Every expert gets the key HMAC-SHA256(seed, subject|expert). Seats are filled in order, special ones first, each by the
lowest key among the qualified; at most so many from one employer. One seed, one draw: who drops out is replaced by the
standby order fixed here, never by drawing again. `verify_draw.py` recomputes a log with the standard library alone.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from msgspec import Struct, json

from kernel.errors import Refused
from talent_pool.matching import words

ALGORITHM = "hmac-sha256-lowest-first/1"
GENERAL = "general"


class Reason(StrEnum):
    POOL_TOO_SMALL = "pool-too-small"
    ROLE_MISSING = "role-missing"
    EMPLOYERS = "employers"
    ROLES_CLASH = "roles-clash"
    DOUBLE = "double"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Candidate(Struct, frozen=True):
    """`roles` are the special seats this expert qualifies for; everyone qualifies for a general one."""

    expert: str
    employer: str
    roles: frozenset[str] = frozenset()


class Excluded(Struct, frozen=True):
    """Why somebody of the roster was not in the draw: a hard conflict, full load, leave."""

    expert: str
    reason: str


class DrawRules(Struct, frozen=True):
    """`special` lists special seats in filling order, such as ("finance", "community"); the rest are general."""

    seats: int
    special: tuple[str, ...] = ()
    standbys: int = 2
    per_employer: int = 1

    @property
    def kinds(self) -> tuple[str, ...]:
        return (*self.special, *[GENERAL] * (self.seats - len(self.special)))


class DrawnSeat(Struct, frozen=True):
    """One seat, who got it, and who follows in order when that person drops out."""

    seat: int
    kind: str
    expert: str
    standbys: tuple[str, ...]


class Draw(Struct, frozen=True):
    """The whole log. `shortage` counts standby places for which nobody was left: shown, never hidden."""

    algorithm: str
    subject: str
    seed: str
    seed_sha256: str
    rules: DrawRules
    candidates: tuple[tuple[str, str, tuple[str, ...], str], ...]  # expert, employer, roles, key; lowest key first
    excluded: tuple[tuple[str, str], ...]
    seats: tuple[DrawnSeat, ...]
    shortage: int

    def to_log(self) -> dict[str, Any]:
        """Plain JSON values, the input of `verify_draw.py`."""
        return json.decode(json.encode(self), type=dict[str, Any])


def key(seed: bytes, subject: str, expert: str) -> str:
    """Independent of who else is in the roster and in what order: a late entry moves nobody."""
    return hmac.new(seed, f"{subject}|{expert}".encode(), sha256).hexdigest()


def draw(seed: bytes, subject: str, roster: Iterable[Candidate], rules: DrawRules, excluded: Iterable[Excluded] = ()) -> Draw:
    """`roster` holds the experts without a hard conflict; `excluded` goes into the log as it is."""
    keyed = sorted(((key(seed, subject, candidate.expert), candidate) for candidate in roster), key=lambda pair: pair[0])
    ordered = [candidate for _, candidate in keyed]
    _check_pool(ordered, rules)
    seated = _seat(ordered, rules)
    standbys = _stand_by(ordered, seated, rules)
    return Draw(
        algorithm=ALGORITHM,
        subject=subject,
        seed=seed.hex(),
        seed_sha256=sha256(seed).hexdigest(),
        rules=rules,
        candidates=tuple((c.expert, c.employer, tuple(sorted(c.roles)), found) for found, c in keyed),
        excluded=tuple(sorted((e.expert, e.reason) for e in excluded)),
        seats=tuple(
            DrawnSeat(number, kind, expert.expert, tuple(names))
            for number, (kind, expert, names) in enumerate(zip(rules.kinds, seated, standbys, strict=True), 1)
        ),
        shortage=rules.seats * rules.standbys - sum(len(names) for names in standbys),
    )


def _check_pool(ordered: Sequence[Candidate], rules: DrawRules) -> None:
    """Says what is missing, so that the pool is widened by decision and never silently."""
    counts = Counter(candidate.expert for candidate in ordered)
    for expert, count in counts.items():
        if count > 1:
            raise Refused(Reason.DOUBLE, expert=expert)
    if len(ordered) < rules.seats:
        raise Refused(Reason.POOL_TOO_SMALL, found=len(ordered), needed=rules.seats)
    for role, needed in Counter(rules.special).items():
        found = sum(role in candidate.roles for candidate in ordered)
        if found < needed:
            raise Refused(Reason.ROLE_MISSING, role=words.ROLE.get(role, role), found=found, needed=needed)
    # Whoever sits, an employer gives at most so many: enough places in all is enough for every choice of special seats.
    employers = Counter(candidate.employer for candidate in ordered)
    places = sum(min(count, rules.per_employer) for count in employers.values())
    if places < rules.seats:
        raise Refused(Reason.EMPLOYERS, most=rules.per_employer, found=places, needed=rules.seats)


def _seat(ordered: Sequence[Candidate], rules: DrawRules) -> list[Candidate]:
    """Depth first over the special seats, so that a clash of employers between them steps back instead of failing."""

    def fill(kinds: Sequence[str], taken: list[Candidate]) -> list[Candidate] | None:
        if not kinds:
            return taken
        for candidate in ordered:
            if _fits(candidate, kinds[0], taken, rules):
                full = fill(kinds[1:], [*taken, candidate])
                if full is not None:
                    return full
        return None

    special = fill(rules.special, [])
    if special is None:
        raise Refused(Reason.ROLES_CLASH)
    seated = special
    for candidate in ordered:
        if len(seated) < rules.seats and _fits(candidate, GENERAL, seated, rules):
            seated = [*seated, candidate]
    return seated


def _fits(candidate: Candidate, kind: str, taken: Sequence[Candidate], rules: DrawRules) -> bool:
    if kind != GENERAL and kind not in candidate.roles:
        return False
    if any(other.expert == candidate.expert for other in taken):
        return False
    return sum(other.employer == candidate.employer for other in taken) < rules.per_employer


def _stand_by(ordered: Sequence[Candidate], seated: Sequence[Candidate], rules: DrawRules) -> list[list[str]]:
    """First standbys of all seats, then second ones. A standby fits beside everyone who stays seated."""
    used = {candidate.expert for candidate in seated}
    standbys: list[list[str]] = [[] for _ in seated]
    for _ in range(rules.standbys):
        for index, kind in enumerate(rules.kinds):
            staying = [other for place, other in enumerate(seated) if place != index]
            free = (c for c in ordered if c.expert not in used and _fits(c, kind, staying, rules))
            chosen = next(free, None)
            if chosen is not None:
                used.add(chosen.expert)
                standbys[index].append(chosen.expert)
    return standbys
