"""The random draw of panels, replayable by anyone from its log. Pure: the caller brings the seed.

Every expert gets the key HMAC-SHA256(seed, subject|expert). Seats are filled in order, required ones first, each by the
lowest key among the qualified that leaves the rest of the panel possible (`seating`). One seed, one draw: who drops out is
replaced by the standby order fixed here, never by drawing again. `verify_draw.py` recomputes a log with the standard
library alone. The narrow rules (special seats, one limit per employer) keep the name and the log of the first algorithm:
the answer is the same, and whoever kept the first script can go on using it.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from msgspec import Struct, json

from kernel.errors import Refused
from talent_pool.matching import words
from talent_pool.matching.draw.keyed import digests
from talent_pool.matching.draw.seating import Open, Sitter, Tangled, can_finish, first_panel

ALGORITHM = "hmac-sha256-lowest-first/1"
WIDER = "hmac-sha256-lowest-first/2"
GENERAL = "general"


class Reason(StrEnum):
    POOL_TOO_SMALL = "pool-too-small"
    ROLE_MISSING = "role-missing"
    EMPLOYERS = "employers"
    DISTRICTS = "districts"
    QUOTAS = "quotas"
    ROLES_CLASH = "roles-clash"
    TANGLED = "tangled"
    DOUBLE = "double"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Candidate(Struct, frozen=True):
    """`roles` are the seats this expert qualifies for; without quotas everyone qualifies for a general one."""

    expert: str
    employer: str
    roles: frozenset[str] = frozenset()
    district: str = ""


class Excluded(Struct, frozen=True):
    """Why somebody of the roster was not in the draw: a hard conflict, full load, leave."""

    expert: str
    reason: str


class Quota(Struct, frozen=True):
    """A category of the panel: between `least` and `most` of its seats."""

    role: str
    least: int
    most: int


class DrawRules(Struct, frozen=True):
    """`special` lists special seats in filling order, such as ("finance", "community"); the rest are general.

    `quotas` instead name every category with its least and most; then each seat is of a category and none is general.
    """

    seats: int
    special: tuple[str, ...] = ()
    standbys: int = 2
    per_employer: int = 1
    per_district: int | None = None
    quotas: tuple[Quota, ...] = ()

    @property
    def categories(self) -> tuple[Quota, ...]:
        if self.quotas:
            return self.quotas
        special = Counter(self.special)
        return (*(Quota(role, count, count) for role, count in special.items()), Quota(GENERAL, 0, self.seats))

    @property
    def kinds(self) -> tuple[str | None, ...]:
        """What each seat asks for, in filling order; None is any category with room."""
        if not self.quotas:
            return (*self.special, *[GENERAL] * (self.seats - len(self.special)))
        required = [quota.role for quota in self.quotas for _ in range(quota.least)]
        return (*required, *[None] * (self.seats - len(required)))

    @property
    def is_narrow(self) -> bool:
        return not self.quotas and self.per_district is None

    def sitter(self, candidate: Candidate) -> Sitter:
        roles = candidate.roles if self.quotas else candidate.roles | {GENERAL}
        known = tuple(quota.role for quota in self.categories if quota.role in roles)
        return Sitter(candidate.expert, known, candidate.employer, candidate.district or None)

    def start(self) -> Open:
        room = {quota.role: (quota.least, min(quota.most, self.seats)) for quota in self.categories}
        return Open(self.seats, room, self.per_employer, self.per_district)


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
    districts: Mapping[str, str] = {}

    def to_log(self) -> dict[str, Any]:
        """Plain JSON values, the input of `verify_draw.py`."""
        log = json.decode(json.encode(self), type=dict[str, Any])
        if self.algorithm == ALGORITHM:
            del log["districts"], log["rules"]["per_district"], log["rules"]["quotas"]
        return log


Keyed = Sequence[tuple[str, Candidate]]


def key(seed: bytes, subject: str, expert: str) -> str:
    """Independent of who else is in the roster and in what order: a late entry moves nobody."""
    return hmac.new(seed, f"{subject}|{expert}".encode(), sha256).hexdigest()


def in_order(seed: bytes, subject: str, roster: Iterable[Candidate]) -> Keyed:
    everybody = list(roster)
    for expert, count in Counter(candidate.expert for candidate in everybody).items():
        if count > 1:
            raise Refused(Reason.DOUBLE, expert=expert)
    found = digests(seed, subject, [candidate.expert for candidate in everybody])
    return sorted(((digest.hex(), c) for digest, c in zip(found, everybody, strict=True)), key=lambda pair: pair[0])


def draw(seed: bytes, subject: str, roster: Iterable[Candidate], rules: DrawRules, excluded: Iterable[Excluded] = ()) -> Draw:
    """`roster` holds the experts without a hard conflict; `excluded` goes into the log as it is."""
    keyed = in_order(seed, subject, roster)
    people = [rules.sitter(candidate) for _, candidate in keyed]
    seated = fill(people, rules)
    return record(seed, subject, keyed, rules, seated, stand_by(people, seated, rules), excluded)


def record(
    seed: bytes,
    subject: str,
    keyed: Keyed,
    rules: DrawRules,
    seated: Sequence[tuple[Sitter, str]],
    standbys: Sequence[Sequence[str]],
    excluded: Iterable[Excluded],
) -> Draw:
    narrow = rules.is_narrow
    return Draw(
        algorithm=ALGORITHM if narrow else WIDER,
        subject=subject,
        seed=seed.hex(),
        seed_sha256=sha256(seed).hexdigest(),
        rules=rules,
        candidates=tuple((c.expert, c.employer, tuple(sorted(c.roles)), found) for found, c in keyed),
        excluded=tuple(sorted((e.expert, e.reason) for e in excluded)),
        seats=tuple(
            DrawnSeat(number, kind, who.name, tuple(names))
            for number, ((who, kind), names) in enumerate(zip(seated, standbys, strict=True), 1)
        ),
        shortage=rules.seats * rules.standbys - sum(len(names) for names in standbys),
        districts={} if narrow else {c.expert: c.district for _, c in keyed if c.district},
    )


def fill(people: Sequence[Sitter], rules: DrawRules) -> list[tuple[Sitter, str]]:
    """The first possible panel, or a refusal that says what is missing: the pool is widened by decision, never silently."""
    try:
        seated = first_panel(people, rules.start(), rules.kinds)
    except Tangled:
        raise Refused(Reason.TANGLED) from None
    if seated is None:
        raise shortage(people, rules)
    return seated


def shortage(people: Sequence[Sitter], rules: DrawRules) -> Refused:
    """The first rule that alone cannot be kept; when each alone can be, that they clash."""
    if len(people) < rules.seats:
        return Refused(Reason.POOL_TOO_SMALL, found=len(people), needed=rules.seats)
    for quota in rules.categories:
        found = sum(quota.role in who.roles for who in people)
        if found < quota.least:
            return Refused(Reason.ROLE_MISSING, role=words.ROLE.get(quota.role, quota.role), found=found, needed=quota.least)
    limits = [(Reason.EMPLOYERS, rules.per_employer, Counter(who.employer for who in people))]
    if rules.per_district is not None:
        limits.append((Reason.DISTRICTS, rules.per_district, Counter(who.district or who.name for who in people)))
    for reason, most, groups in limits:
        places = sum(min(count, most) for count in groups.values())
        if places < rules.seats:
            return Refused(reason, most=most, found=places, needed=rules.seats)
    if rules.quotas and not can_finish(people, Open(rules.seats, rules.start().room, None, None)):
        return Refused(Reason.QUOTAS, needed=rules.seats)
    return Refused(Reason.ROLES_CLASH)


def stand_by(people: Sequence[Sitter], seated: Sequence[tuple[Sitter, str]], rules: DrawRules) -> list[list[str]]:
    """First standbys of all seats, then second ones. A standby takes the same kind of seat beside everyone who stays."""
    used = {who.name for who, _ in seated}
    standbys: list[list[str]] = [[] for _ in seated]
    without = [_without(seated, place, rules) for place in range(len(seated))]
    for _ in range(rules.standbys):
        for place, (_, kind) in enumerate(seated):
            chosen = next((who for who in people if who.name not in used and without[place].fits(who, kind)), None)
            if chosen is not None:
                used.add(chosen.name)
                standbys[place].append(chosen.name)
    return standbys


def _without(seated: Sequence[tuple[Sitter, str]], place: int, rules: DrawRules) -> Open:
    now = rules.start()
    for other, (who, kind) in enumerate(seated):
        if other != place:
            now = now.after(who, kind)
    return now
