"""Recompute a draw from its exported log: `python verify_draw.py LOG.json`. Needs nothing but Python.

Reads the log of one panel and of the lottery of a whole call. Written apart from the code that draws on purpose,
so that one mistake cannot hide in both: panels are searched here by trying, there by flows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

Log = dict[str, Any]
PANEL = ("hmac-sha256-lowest-first/1", "hmac-sha256-lowest-first/2")
LOTTERY = "keyed-lottery/1"


def digest(log: Log, subject: str, expert: str) -> str:
    return hmac.new(bytes.fromhex(log["seed"]), f"{subject}|{expert}".encode(), hashlib.sha256).hexdigest()


def has_place(who: Any, beside: list[Any], limits: tuple[int | None, int | None]) -> bool:
    """People end in employer and district; -1 is none. A panel takes at most `limits` of one group."""
    return all(
        most is None or who[place] == -1 or sum(other[place] == who[place] for other in beside) < most
        for place, most in zip((-2, -1), limits, strict=True)
    )


class Panel:
    """The rules of one panel and its people: name → (roles, employer, district)."""

    def __init__(self, log: Log) -> None:
        rules = log["rules"]
        self.quotas = [(q["role"], q["least"], q["most"]) for q in rules.get("quotas", [])]
        self.kinds = [role for role, least, _ in self.quotas for _ in range(least)]
        if not self.quotas:
            special = Counter(rules["special"])
            self.quotas = [*((role, count, count) for role, count in special.items()), ("general", 0, rules["seats"])]
            self.kinds = [*rules["special"], *["general"] * (rules["seats"] - len(rules["special"]))]
        self.kinds += [""] * (rules["seats"] - len(self.kinds))  # any role with room
        self.limits, places = (rules["per_employer"], rules.get("per_district")), log.get("districts", {})
        plain = [] if rules.get("quotas") else ["general"]
        self.people = {e: ([*roles, *plain], employer, places.get(e, -1)) for e, employer, roles, _ in log["candidates"]}

    def fits(self, name: str, role: str, beside: list[tuple[str, str]]) -> bool:
        most = next((most for quota, _, most in self.quotas if quota == role), 0)
        if role not in self.people[name][0] or name in dict(beside) or sum(r == role for _, r in beside) >= most:
            return False
        return has_place(self.people[name], [self.people[other] for other, _ in beside], self.limits)

    def can_finish(self, order: list[str], beside: list[tuple[str, str]]) -> bool:
        """By trying, the role with the fewest people first, and of people who are alike only one."""
        counts = Counter(role for _, role in beside)
        missing = [role for role, least, _ in self.quotas if counts[role] < least]
        if len(beside) == len(self.kinds):
            return not missing
        ways = {role: [name for name in order if self.fits(name, role, beside)] for role, _, _ in self.quotas}
        if not self.counts_allow(len(self.kinds) - len(beside), ways, counts):
            return False
        seen: set[str] = set()
        for role in [min(missing, key=lambda role: len(ways[role]))] if missing else list(ways):
            for name in ways[role]:
                alike = json.dumps([role, self.people[name]])
                if alike not in seen and self.can_finish(order, [*beside, (name, role)]):
                    return True
                seen.add(alike)
        return False

    def counts_allow(self, seats: int, ways: dict[str, list[str]], counts: Counter[str]) -> bool:
        """What counting alone rules out, so that a hopeless panel is not tried in every way."""
        if sum(min(most - counts[role], len(ways[role])) for role, _, most in self.quotas) < seats:
            return False
        people = [self.people[name] for name in set().union(*ways.values())]
        return all(
            most is None
            or sum(n if group == -1 else min(n, most) for group, n in Counter(p[at] for p in people).items()) >= seats
            for at, most in zip((-2, -1), self.limits, strict=True)
        )

    def seat(self, order: list[str]) -> list[tuple[str, str]]:
        seated: list[tuple[str, str]] = []
        for kind in self.kinds:
            for name, role in ((n, r) for n in order for r in ([kind] if kind else [q[0] for q in self.quotas])):
                if self.fits(name, role, seated) and self.can_finish(order, [*seated, (name, role)]):
                    seated.append((name, role))
                    break
            else:
                raise ValueError("the roster cannot fill all seats by the rules")
        return seated

    def wait(self, order: list[str], seated: list[tuple[str, str]], rounds: int) -> list[list[str]]:
        waiting: list[list[str]] = [[] for _ in seated]
        free = [name for name in order if name not in dict(seated)]
        for _ in range(rounds):
            for place, (_, role) in enumerate(seated):
                staying = seated[:place] + seated[place + 1 :]
                chosen = next((name for name in free if self.fits(name, role, staying)), None)
                if chosen is not None:
                    free.remove(chosen)
                    waiting[place].append(chosen)
        return waiting


def roster_problem(log: Log) -> str | None:
    """What contradicts itself before anything is drawn."""
    if hashlib.sha256(bytes.fromhex(log["seed"])).hexdigest() != log["seed_sha256"]:
        return "the seed does not match its recorded SHA-256"
    names = [row[0] for row in log["candidates"]]
    if len(set(names)) != len(names):
        return "an expert appears twice in the roster"
    barred = sorted(set(names) & {row[0] for row in log["excluded"]})
    if barred:
        return f"excluded expert in the roster: {barred[0]}"
    for name, _, _, key in log["candidates"]:
        if key != digest(log, log["subject"], name):
            return f"key of {name}: log has {key}, recomputed {digest(log, log['subject'], name)}"
    in_order = all(a[3] < b[3] for a, b in zip(log["candidates"], log["candidates"][1:], strict=False))
    return None if in_order else "the roster is not in the order of the keys"


def outcome_problem(log: Log, seated: list[tuple[str, str]], waiting: list[list[str]]) -> str | None:
    seats = [
        {"seat": number, "kind": role, "expert": name, "standbys": names}
        for number, ((name, role), names) in enumerate(zip(seated, waiting, strict=True), 1)
    ]
    if len(log["seats"]) != len(seats):
        return f"seats: log has {len(log['seats'])}, recomputed {len(seats)}"
    for logged, seat in zip(log["seats"], seats, strict=True):
        if logged != seat:
            return f"seat {seat['seat']}: log has {json.dumps(logged)}, recomputed {json.dumps(seat)}"
    shortage = len(seats) * log["rules"]["standbys"] - sum(map(len, waiting))
    return None if log["shortage"] == shortage else f"shortage: log has {log['shortage']}, recomputed {shortage}"


def check_panel(log: Log) -> str | None:
    if found := roster_problem(log):
        return found
    panel, order = Panel(log), [row[0] for row in log["candidates"]]
    seated = panel.seat(order)
    return outcome_problem(log, seated, panel.wait(order, seated, log["rules"]["standbys"]))


class Lottery:
    """The frozen input of a lottery. Experts are (id, roles, most, least, employer, district); panels hold (expert, roles)."""

    def __init__(self, log: Log) -> None:
        self.given: Log = log["input"]
        self.experts = [(row[0], row[3], row[4], row[5], row[1], row[2]) for row in self.given["experts"]]
        self.projects, self.limits = self.given["projects"], (self.given["per_employer"], self.given["per_district"])
        self.affinity: list[dict[int, int]] = [dict(map(tuple, row[3])) for row in self.projects]
        self.keys = [{e: int(digest(log, row[0], self.experts[e][0])[:14], 16) >> 3 for e, _ in row[3]} for row in self.projects]
        self.weakest = [self.best_panel(project) for project in range(len(self.projects))]

    def has_place(self, expert: int, beside: list[int]) -> bool:
        return expert not in beside and has_place(self.experts[expert], [self.experts[e] for e in beside], self.limits)

    def countable(self, project: int, members: list[list[int]], counts: list[int]) -> bool:
        """Whether roles can be given so that every category reaches its least within the seats left."""
        _, seats, quotas, _ = self.projects[project]
        if sum(counts) == len(members):
            return bool(sum(max(0, q[0] - n) for q, n in zip(quotas, counts, strict=True)) <= seats - len(members))
        more = ([*counts[:r], counts[r] + 1, *counts[r + 1 :]] for r in members[sum(counts)] if counts[r] < quotas[r][1])
        return any(self.countable(project, members, longer) for longer in more)

    def turns(self, pairs: list[tuple[int, int, list[int]]], panels: dict[int, list[Any]], left: list[int]) -> None:
        """Project, expert, roles: whoever fits when the turn comes sits."""
        for project, expert, roles in pairs:
            panel, (_, seats, quotas, _) = panels[project], self.projects[project]
            free = len(panel) < seats and left[expert] > 0 and self.has_place(expert, [e for e, _ in panel])
            if free and self.countable(project, [*(r for _, r in panel), roles], [0] * len(quotas)):
                panel.append((expert, roles))
                left[expert] -= 1

    def best_panel(self, project: int) -> list[int]:
        value, panel = self.affinity[project], list[Any]()
        order = sorted((e for e in value if self.experts[e][2] > 0), key=lambda e: (-value[e], self.keys[project][e]))
        self.turns([(project, e, self.experts[e][1]) for e in order], {project: panel}, [1] * len(self.experts))
        whole = [value[e] for e, _ in panel] or [0]
        return [min([value[e] for e, roles in panel if r in roles] or whole) for r in range(len(self.given["roles"]))]

    def floor(self, project: int, role: int, step: int) -> float:
        found: float = self.weakest[project][role]
        for _ in range(step + 1):
            found = found * self.given["threshold"] // 1000
        return found if step <= self.given["steps"] else float("-inf")

    def circle(self, project: int, step: int) -> dict[int, list[int]]:
        """The roles each expert qualifies for at a step."""
        floors = [self.floor(project, role, step) if q[1] else float("inf") for role, q in enumerate(self.projects[project][2])]
        return {e: [r for r in self.experts[e][1] if a >= floors[r]] for e, a in self.affinity[project].items()}

    def empty(self) -> tuple[dict[int, list[Any]], list[int]]:
        return {project: [] for project in range(len(self.projects))}, [row[2] for row in self.experts]

    def draw(self) -> set[tuple[int, int]]:
        panels, left = self.empty()
        locked = [(p, e) for p, e in self.given["locked"] if e in self.affinity[p]]
        locked.sort(key=lambda pair: self.keys[pair[0]][pair[1]])
        self.turns([(p, e, self.experts[e][1]) for p, e in locked], panels, left)
        before: dict[int, dict[int, list[int]]] = {}
        for step in range(self.given["steps"] + 2):
            now = {p: self.circle(p, step) for p, panel in panels.items() if len(panel) < self.projects[p][1]}
            new = [(p, e, rs) for p in now for e, rs in now[p].items() if rs and rs != before.get(p, {}).get(e)]
            self.turns(sorted(new, key=lambda pair: self.keys[pair[0]][pair[1]]), panels, left)
            before = now
        return {(project, e) for project, panel in panels.items() for e, _ in panel}

    def rule_broken(self, seats: list[Any]) -> str | None:
        panels, left = self.empty()
        able = [(p, e, [role]) for p, e, role, *_ in seats if e in self.affinity[p] and role in self.experts[e][1]]
        self.turns(able, panels, left)
        for project, panel in panels.items():
            if not len(panel) == self.projects[project][1] == sum(seat[0] == project for seat in seats):
                return f"{self.projects[project][0]}: the panel in the log does not keep the rules"
        idle = (row[0] for row, free in zip(self.experts, left, strict=True) if row[2] - free < row[3])
        return next((f"{name}: fewer panels than the least load" for name in idle), None)

    def wait(self, seats: list[Any], rounds: int) -> list[list[int]]:
        loads, found = Counter(e for _, e, *_ in seats), [list[int]() for _ in seats]
        for project, affinity in enumerate(self.affinity):
            places = [place for place, seat in enumerate(seats) if seat[0] == project]
            used = [seats[place][1] for place in places]
            for place in places * rounds:
                role, beside = seats[place][2], [seats[other][1] for other in places if other != place]
                able = (e for e in affinity if e not in used and role in self.experts[e][1] and loads[e] < self.experts[e][2])
                free = [e for e in able if self.has_place(e, beside)]
                if free:
                    used.append(min(free, key=lambda e: (self.step(project, role, e), self.keys[project][e])))
                    found[place].append(used[-1])
        return found

    def step(self, project: int, role: int, expert: int) -> int:
        steps = range(self.given["steps"] + 2)
        return next(step for step in steps if self.affinity[project][expert] >= self.floor(project, role, step))


def check_lottery(log: Log) -> str | None:
    if hashlib.sha256(bytes.fromhex(log["seed"])).hexdigest() != log["seed_sha256"]:
        return "the seed does not match its recorded SHA-256"
    canonical = json.dumps(log["input"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(canonical.encode()).hexdigest() != log["input_sha256"]:
        return "the input does not match its recorded SHA-256"
    lottery, moved = Lottery(log), log["moved"]
    drawn = lottery.draw()
    free = set(map(tuple, log["input"]["locked"])) <= drawn and not any(row[3] for row in lottery.experts)
    if (moved["out"] or moved["in"]) and len(drawn) == len(log["seats"]) and free:
        return "pairs were moved although the draw filled every seat"
    final = drawn - set(map(tuple, moved["out"])) | set(map(tuple, moved["in"]))
    logged = {(project, e) for project, e, *_ in log["seats"]}
    if final != logged or len(logged) != len(log["seats"]):
        project, e = min(final ^ logged, default=(0, 0))
        verb = "is in the log and was not drawn" if (project, e) in logged else "was drawn and is not in the log"
        return f"{lottery.projects[project][0]}: {lottery.experts[e][0]} {verb}"
    if found := lottery.rule_broken(log["seats"]):
        return found
    waiting = lottery.wait(log["seats"], log["standbys"])
    for (project, e, _, qualified, follow), names in zip(log["seats"], waiting, strict=True):
        if qualified != bool(lottery.circle(project, 0)[e]):
            return f"{lottery.projects[project][0]}: {lottery.experts[e][0]} is qualified: log says {qualified}"
        if follow != names:
            return f"{lottery.projects[project][0]}: standbys of {lottery.experts[e][0]}: log has {follow}, recomputed {names}"
    shortage = len(waiting) * log["standbys"] - sum(map(len, waiting))
    return None if log["shortage"] == shortage else f"shortage: log has {log['shortage']}, recomputed {shortage}"


def difference(log: Log) -> str | None:
    """The first thing in the log that does not follow from it, as a sentence; None when everything does."""
    checks = {**dict.fromkeys(PANEL, check_panel), LOTTERY: check_lottery}
    if log["algorithm"] not in checks:
        return f"unknown algorithm {log['algorithm']}"
    try:
        return checks[log["algorithm"]](log)
    except ValueError as problem:
        return str(problem)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stdout.write("usage: python verify_draw.py LOG.json\n")
        return 2
    log = json.loads(Path(arguments[0]).read_text(encoding="utf8"))
    found, moved = difference(log), log.get("moved", {}).get("in", [])
    note = f" ({len(moved)} pairs were placed by the solver to keep the rules)" if moved else ""
    sys.stdout.write(f"{found or f'OK{note}'}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
