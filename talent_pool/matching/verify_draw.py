"""Recompute a draw from its exported log, of one panel or of a whole call: `python verify_draw.py LOG.json`. Python alone.

Written apart from the code that draws on purpose, so that one mistake cannot hide in both: panels are searched here by trying.
"""

import gc
import hashlib
import hmac
import json
import sys
from bisect import bisect_left
from collections import Counter
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Any

Log = dict[str, Any]
Person = tuple[Any, tuple[Any, ...], int, int, Any, Any]  # name, roles, most, least, employer, district (-1: no group)
Panel = list[tuple[Person, tuple[Any, ...]]]  # who sits, and the roles that may be counted


def require(holds: bool, said: str) -> None:
    if not holds:
        raise ValueError(said)


def keys(log: Log, subject: str, names: list[str]) -> list[bytes]:
    seed = bytes.fromhex(log["seed"])
    return [hmac.digest(seed, f"{subject}|{name}".encode(), "sha256") for name in names]


class Rules:
    """One panel: seats, (least, most) of every role, how many may share an employer and a district (None: any number)."""

    def __init__(self, seats: int, quotas: dict[Any, Any], limits: tuple[Any, Any]) -> None:
        self.seats, self.quotas = seats, quotas
        self.limits = [(at, most) for at, most in zip((4, 5), limits, strict=True) if most is not None]

    def has_place(self, who: Person, beside: list[Person]) -> bool:
        return all(who[at] == -1 or sum(other[at] == who[at] for other in beside) < most for at, most in self.limits)

    def countable(self, members: list[tuple[Any, ...]], counts: Counter[Any]) -> bool:
        """Whether roles can be given so that each keeps to its most and can reach its least within the seats left."""
        if (done := counts.total()) == len(members):
            return bool(sum(max(0, least - counts[role]) for role, (least, _) in self.quotas.items()) <= self.seats - done)
        return any(self.countable(members, counts + Counter([r])) for r in members[done] if counts[r] < self.quotas[r][1])

    def fits(self, who: Person, roles: tuple[Any, ...], panel: Panel) -> bool:
        if len(panel) >= self.seats or not self.has_place(who, people := [other for other, _ in panel]) or who in people:
            return False
        return self.countable([*(given for _, given in panel), roles], Counter())

    def first(self, order: list[Person], kinds: list[Any], panel: Panel) -> Panel | None:
        """Seat by seat the first who leaves a panel possible; a kind None is any role. Of people who are alike one is tried."""
        if not kinds:
            return panel
        ways = [(w, r) for w in order for r in self.quotas if r in w[1] and self.fits(w, (r,), panel)]
        missing = [(least - sum((role,) == given for _, given in panel), role) for role, (least, _) in self.quotas.items()]
        for needed, role in [(len(kinds), None), *missing]:  # what counting rules out need not be tried
            for at, most in [*self.limits, (0, 1)]:
                groups = Counter(who[at] for who in {who for who, able in ways if role in (None, able)})
                if sum(n if group == -1 else min(n, most) for group, n in groups.items()) < needed:
                    return None
        tried: set[Any] = set()
        for who, role in ways:
            if kinds[0] in (None, role) and (role, who[1:]) not in tried:
                if found := self.first(order, kinds[1:], [*panel, (who, (role,))]):
                    return found
                tried.add((role, who[1:]))
        return None

    def wait(self, seats: list[tuple[Person, Any]], queues: dict[Any, list[Person]], rounds: int) -> list[list[Any]]:
        """First standbys of all seats, then second ones: the next of the role's queue who fits beside those who stay."""
        used, found = {who for who, _ in seats}, [list[Any]() for _ in seats]
        for place, (leaving, role) in list(enumerate(seats)) * rounds:
            staying = [who for who, _ in seats if who is not leaving]
            if chosen := next((who for who in queues[role] if who not in used and self.has_place(who, staying)), None):
                used.add(chosen)
                found[place].append(chosen[0])
        return found


def check_panel(log: Log) -> int:
    rules, names, barred = log["rules"], [row[0] for row in log["candidates"]], [row[0] for row in log["excluded"]]
    require(len(set(names)) == len(names), "an expert appears twice in the roster")
    require(not set(barred) & set(names), f"excluded expert in the roster: {set(barred) & set(names)}")
    for (name, _, _, key), found in zip(log["candidates"], keys(log, log["subject"], names), strict=True):
        require(key == found.hex(), f"key of {name}: log has {key}, recomputed {found.hex()}")
    require([row[3] for row in log["candidates"]] == sorted(row[3] for row in log["candidates"]), "the roster is out of order")
    kinds, seats, plain = rules["special"], rules["seats"], () if rules.get("quotas") else ("general",)
    quotas = {q["role"]: (q["least"], q["most"]) for q in rules.get("quotas", ())}
    quotas |= dict.fromkeys(plain, (0, seats)) | {role: (count, count) for role, count in Counter(kinds).items()}
    kinds = [*kinds, *plain * (seats - len(kinds))] if plain else [role for role, (n, _) in quotas.items() for _ in range(n)]
    panel, at = Rules(seats, quotas, (rules["per_employer"], rules.get("per_district"))), log.get("districts", {})
    order = [(name, (*roles, *plain), 1, 0, unit, at.get(name, -1)) for name, unit, roles, _ in log["candidates"]]
    seated = panel.first(order, [*kinds, *[None] * (seats - len(kinds))], [])
    require(bool(seated), "the roster cannot fill all seats by the rules")
    sat = [(who, role) for who, (role,) in seated or []]
    waiting = panel.wait(sat, {role: [who for who in order if role in who[1]] for role in quotas}, rules["standbys"])
    require(len(log["seats"]) == seats, f"seats: log has {len(log['seats'])}, recomputed {seats}")
    for number, (logged, (who, role), follow) in enumerate(zip(log["seats"], sat, waiting, strict=True), 1):
        again = {"seat": number, "kind": role, "expert": who[0], "standbys": follow}
        require(logged == again, f"seat {number}: log has {json.dumps(logged)}, recomputed {json.dumps(again)}")
    return int(seats * rules["standbys"]) - sum(map(len, waiting))


class Lottery:
    """The frozen input by place of project: rules, {expert: affinity}, {expert: number}, what each role asks for at each step."""

    def __init__(self, log: Log) -> None:
        self.given: Log = log["input"]
        rows, names = self.given["projects"], [row[0] for row in self.given["experts"]]
        people = enumerate(self.given["experts"])
        self.people: list[Person] = [(e, tuple(roles), most, least, *groups) for e, (_, *groups, roles, most, least) in people]
        limits = (self.given["per_employer"], self.given["per_district"])
        self.rules = [Rules(seats, dict(enumerate(quotas)), limits) for _, seats, quotas, _ in rows]
        self.near: list[dict[int, int]] = [dict(row[3]) for row in rows]
        numbers = ((near, keys(log, row[0], [names[e] for e in near])) for row, near in zip(rows, self.near, strict=True))
        self.keys = [{e: int.from_bytes(d[:7]) >> 3 for e, d in zip(near, found, strict=True)} for near, found in numbers]
        self.floors = [self.ladder(project) for project in range(len(rows))]

    def seat(self, pairs: list[Any], left: list[int], panels: dict[int, Panel]) -> dict[int, Panel]:
        """Project, expert, roles: whoever fits when the turn comes sits."""
        for project, e, roles in pairs:
            if left[e] > 0 and self.rules[project].fits(self.people[e], roles, panels[project]):
                panels[project].append((self.people[e], roles))
                left[e] -= 1
        return panels

    def ladder(self, project: int) -> list[list[float]]:
        """A share of the weakest of the role in the project's own best panel, of that again, and so on; at last nothing."""
        near, numbers, found = self.near[project], self.keys[project], list[list[float]]()
        order = sorted((e for e in near if self.people[e][2] > 0), key=lambda e: (-near[e], numbers[e]))
        panel = self.seat([(project, e, self.people[e][1]) for e in order], [1] * len(self.people), {project: []})[project]
        for role, (_, most) in self.rules[project].quotas.items():
            steps = [min([near[who[0]] for who, roles in panel if role in roles] or [near[who[0]] for who, _ in panel] or [0])]
            for _ in range(self.given["steps"] + 1):
                steps.append(steps[-1] * self.given["threshold"] // 1000)
            found.append([*steps[1:], -inf] if most else [inf] * len(steps))
        return found

    def circle(self, project: int, step: int, some: list[int] | None = None) -> dict[int, tuple[int, ...]]:
        """Who is in at a step, of all or of some, and for which roles."""
        near, floors, who = self.near[project], [steps[step] for steps in self.floors[project]], self.people
        return {e: tuple(role for role in who[e][1] if near[e] >= floors[role]) for e in some or near}

    def draw(self) -> set[tuple[int, int]]:
        panels: dict[int, Panel] = {project: [] for project in range(len(self.rules))}
        left, before, last = [who[2] for who in self.people], dict[int, dict[int, Any]](), self.given["steps"] + 1
        new = [(p, e, self.people[e][1]) for p, e in self.given["locked"] if e in self.near[p]]
        for step in range(last + 2):
            self.seat(sorted(new, key=lambda pair: self.keys[pair[0]][pair[1]]), left, panels)
            now = {p: self.circle(p, min(step, last)) for p, panel in panels.items() if len(panel) < self.rules[p].seats}
            new = [(p, e, rs) for p in now for e, rs in now[p].items() if rs and rs != before.get(p, {}).get(e)]
            before = now
        return {(project, who[0]) for project, panel in panels.items() for who, _ in panel}

    def check_rules(self, seats: list[Any]) -> None:
        left, sizes = [who[2] for who in self.people], Counter(seat[0] for seat in seats)
        able = [(p, e, (role,)) for p, e, role, *_ in seats if e in self.near[p] and role in self.people[e][1]]
        for project, panel in self.seat(able, left, {project: [] for project in range(len(self.rules))}).items():
            whole = len(panel) == self.rules[project].seats == sizes[project]
            require(whole, f"{self.given['projects'][project][0]}: the panel in the log does not keep the rules")
        for row, free in zip(self.given["experts"], left, strict=True):
            require(row[4] - free >= row[5], f"{row[0]}: fewer panels than the least load")

    def wait(self, seats: list[Any], rounds: int) -> list[list[Any]]:
        """Panel by panel as the log has them: nearest circle first, then lowest number, of those with load to spare."""
        loads, found = Counter(e for _, e, *_ in seats), list[list[Any]]()
        for project, group in groupby(seats, key=lambda seat: seat[0]):
            near, numbers, sat = self.near[project], self.keys[project], [(self.people[e], role) for _, e, role, *_ in group]
            spare, queues = [self.people[e] for e in near if loads[e] < self.people[e][2]], dict[int, list[Person]]()
            for role in {role for _, role in sat}:
                steps = [-floor for floor in self.floors[project][role]]
                able = [(bisect_left(steps, -near[who[0]]), numbers[who[0]], who) for who in spare if role in who[1]]
                queues[role] = [who for _, _, who in sorted(able)]
            found += self.rules[project].wait(sat, queues, rounds)
        return found


def check_lottery(log: Log) -> int:
    canonical = json.dumps(log["input"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    require(
        hashlib.sha256(canonical.encode()).hexdigest() == log["input_sha256"], "the input does not match its recorded SHA-256"
    )
    lottery, moved, given, seats = Lottery(log), log["moved"], log["input"], log["seats"]
    names, experts = [row[0] for row in given["projects"]], [row[0] for row in given["experts"]]
    drawn, logged = lottery.draw(), {(project, e) for project, e, *_ in seats}
    free = set(map(tuple, given["locked"])) <= drawn and not any(who[3] for who in lottery.people)
    idle = (moved["out"] or moved["in"]) and len(drawn) == len(seats) and free
    require(not idle, "pairs were moved although the draw filled every seat")
    for pair in sorted((drawn - set(map(tuple, moved["out"])) | set(map(tuple, moved["in"]))) ^ logged):
        verb = "is in the log and was not drawn" if pair in logged else "was drawn and is not in the log"
        raise ValueError(f"{names[pair[0]]}: {experts[pair[1]]} {verb}")
    require(len(logged) == len(seats), "a seat is in the log twice")
    lottery.check_rules(seats)
    waiting = lottery.wait(seats, log["standbys"])
    for (project, e, _, inside, follow), found in zip(seats, waiting, strict=True):
        qualified = bool(lottery.circle(project, 0, [e])[e])
        require(inside == qualified, f"{names[project]}: {experts[e]} is qualified: log says {inside}")
        require(follow == found, f"{names[project]}: standbys of {experts[e]}: log has {follow}, recomputed {found}")
    return len(seats) * int(log["standbys"]) - sum(map(len, waiting))


def difference(log: Log) -> str | None:
    """The first thing in the log that does not follow from it, as a sentence; None when everything does."""
    if log["algorithm"] not in CHECKS:
        return f"unknown algorithm {log['algorithm']}"
    try:
        seed = hashlib.sha256(bytes.fromhex(log["seed"])).hexdigest()
        require(seed == log["seed_sha256"], "the seed does not match its recorded SHA-256")
        shortage = CHECKS[log["algorithm"]](log)
        require(log["shortage"] == shortage, f"shortage: log has {log['shortage']}, recomputed {shortage}")
    except ValueError as problem:
        return str(problem)
    return None


CHECKS = dict.fromkeys(("hmac-sha256-lowest-first/1", "hmac-sha256-lowest-first/2"), check_panel)
CHECKS["keyed-lottery/1"] = check_lottery


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stdout.write("usage: python verify_draw.py LOG.json\n")
        return 2
    gc.disable()  # the log of a whole call is a million small lists that all stay
    log = json.loads(Path(arguments[0]).read_text(encoding="utf8"))
    found, moved = difference(log), log.get("moved", {}).get("in", [])
    note = f" ({len(moved)} pairs were placed by the solver to keep the rules)" if moved else ""
    sys.stdout.write(f"{found or f'OK{note}'}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
