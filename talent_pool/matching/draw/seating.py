"""Whether a panel that is half filled can still be filled by its rules, and the first panel in a given order. Pure.

Seats are taken in order, each by the first person after whom the panel can still be completed; so nothing is ever taken
back, and the answer is the first of all possible panels. "Can still be completed" is a flow of a few dozen nodes, however
large the pool: of people with the same roles, as many groups as there are seats left are as good as all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence

from msgspec import Struct

STEPS = 4_000
"""Employers and districts together are no flow: there the search has so many steps."""


class Sitter(Struct, frozen=True):
    """A person as the rules see one; `roles` in the order of the rules, the groups None where no rule limits them."""

    name: str
    roles: tuple[str, ...]
    employer: Hashable = None
    district: Hashable = None

    @property
    def kind(self) -> tuple[Hashable, ...]:
        """People of one kind are the same to every rule."""
        return (self.roles, self.employer, self.district)


class Open(Struct, frozen=True):
    """What is left to fill: seats, (least, most) of every role, and how many each group already has."""

    seats: int
    room: Mapping[str, tuple[int, int]]
    per_employer: int | None = 1
    per_district: int | None = None
    employers: Mapping[Hashable, int] = {}
    districts: Mapping[Hashable, int] = {}

    def fits(self, who: Sitter, role: str) -> bool:
        return (
            role in who.roles
            and self.room[role][1] > 0
            and _space(self.per_employer, self.employers, who.employer) > 0
            and _space(self.per_district, self.districts, who.district) > 0
        )

    def after(self, who: Sitter, role: str) -> Open:
        least, most = self.room[role]
        return Open(
            self.seats - 1,
            {**self.room, role: (max(0, least - 1), most - 1)},
            self.per_employer,
            self.per_district,
            Counter(self.employers) + Counter([who.employer]),
            Counter(self.districts) + Counter([who.district]),
        )


class Tangled(Exception):  # noqa: N818 - it is an answer, not an error
    """The search gave up: employers and districts cross too often for an answer in reasonable time."""


def _space(limit: int | None, taken: Mapping[Hashable, int], group: Hashable) -> int:
    return 1_000 if limit is None or group is None else limit - taken.get(group, 0)


def first_panel(people: Sequence[Sitter], start: Open, kinds: Sequence[str | None]) -> list[tuple[Sitter, str]] | None:
    """Seat by seat the first person that leaves a panel possible, None when no panel is. A kind None is any role."""
    if not can_finish(people, start):
        return None
    seated: list[tuple[Sitter, str]] = []
    now, waiting = start, list(people)
    for kind in kinds:
        who, role = next(_fitting(waiting, now, kind))
        seated.append((who, role))
        now = now.after(who, role)
        waiting.remove(who)
    return seated


def _fitting(waiting: Sequence[Sitter], now: Open, kind: str | None) -> Iterator[tuple[Sitter, str]]:
    """Who may take the next seat, in order; what failed once fails for everybody of the same kind."""
    failed = set()
    for who in waiting:
        for role in who.roles if kind is None else (kind,):
            if (who.kind, role) in failed or not now.fits(who, role):
                continue
            if can_finish([other for other in waiting if other is not who], now.after(who, role)):
                yield who, role
            failed.add((who.kind, role))


def can_finish(people: Sequence[Sitter], now: Open) -> bool:
    if not _flows(people, now):
        return False
    if now.per_employer is None or now.per_district is None:
        return True
    return _search(people, now, [STEPS])


def _flows(people: Sequence[Sitter], now: Open) -> bool:
    """Exact with one kind of group; with both, what either alone forbids."""
    asked = [("employer", now.per_employer, now.employers)]
    if now.per_district is not None:
        asked.append(("district", now.per_district, now.districts))
    return all(_flow_is_full(_few(people, now, what, limit, taken), now) for what, limit, taken in asked)


Kinds = dict[tuple[tuple[str, ...], Hashable], int]


def _few(
    people: Sequence[Sitter], now: Open, what: str, limit: int | None, taken: Mapping[Hashable, int]
) -> tuple[Kinds, dict[Hashable, int]]:
    """People by roles and group, at most as many groups per roles as seats are left; and the space in each group."""
    kinds: Kinds = {}
    groups: Counter[tuple[str, ...]] = Counter()
    space: dict[Hashable, int] = {}
    for who in people:
        group = getattr(who, what) if limit is not None else None
        free = _space(limit, taken, group)
        kind = (who.roles, (who.name,) if group is None else group)
        if kind in kinds:
            kinds[kind] += 1
        elif free > 0 and groups[who.roles] < now.seats:
            groups[who.roles] += 1
            kinds[kind] = 1
            space[kind[1]] = free
    return kinds, space


def _flow_is_full(few: tuple[Kinds, dict[Hashable, int]], now: Open) -> bool:
    """Source → the seats every role must have, and any → roles → kinds of people → groups → sink."""
    kinds, space = few
    asked = sum(least for least, _ in now.room.values())
    if asked > now.seats:
        return False
    net: dict[Hashable, dict[Hashable, int]] = {"source": {"any": now.seats - asked}, "any": {}, "sink": {}}
    for role, (least, most) in now.room.items():
        net["source"][("role", role)] = least
        net["any"][("role", role)] = most - least
        net[("role", role)] = {("kind", kind): count for kind, count in kinds.items() if role in kind[0]}
    for kind in kinds:
        net[("kind", kind)] = {("group", kind[1]): kinds[kind]}
    for group, free in space.items():
        net[("group", group)] = {"sink": free}
    return all(_push(net) for _ in range(now.seats))


def _push(net: dict[Hashable, dict[Hashable, int]]) -> bool:
    """One more unit from source to sink by the shortest way."""
    came: dict[Hashable, Hashable] = {"source": None}
    queue: list[Hashable] = ["source"]
    for node in queue:
        for onward, free in net[node].items():
            if free > 0 and onward not in came:
                came[onward] = node
                queue.append(onward)
        if "sink" in came:
            break
    else:
        return False
    node = "sink"
    while came[node] is not None:
        before = came[node]
        net[before][node] -= 1
        net[node][before] = net[node].get(before, 0) + 1
        node = before
    return True


def _search(people: Sequence[Sitter], now: Open, steps: list[int]) -> bool:
    """Depth first with both groups, one person of each kind, only where the flows leave hope."""
    if now.seats == 0:
        return True
    steps[0] -= 1
    if steps[0] < 0:
        raise Tangled
    role = next((role for role, (least, _) in now.room.items() if least > 0), None)
    tried = set()
    for who in people:
        for taken in who.roles if role is None else (role,):
            if (who.kind, taken) in tried or not now.fits(who, taken):
                continue
            tried.add((who.kind, taken))
            others = [other for other in people if other is not who]
            then = now.after(who, taken)
            if _flows(others, then) and _search(others, then, steps):
                return True
    return False
