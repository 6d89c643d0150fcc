"""Recompute a draw from its exported log: `python verify_draw.py LOG.json`. Needs nothing but Python.

Written apart from draw.py on purpose, so that one mistake cannot hide in both.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

ALGORITHM = "hmac-sha256-lowest-first/1"
People = dict[str, tuple[str, set[str]]]


def fits(name: str, kind: str, beside: list[str], people: People, limit: int) -> bool:
    employer, roles = people[name]
    if kind != "general" and kind not in roles:
        return False
    return name not in beside and sum(people[other][0] == employer for other in beside) < limit


def special_seats(
    order: list[str], kinds: list[str], people: People, limit: int, taken: tuple[str, ...] = ()
) -> list[str] | None:
    """The first complete choice, seat by seat in key order; None when there is none."""
    if len(taken) == len(kinds):
        return list(taken)
    for name in order:
        if fits(name, kinds[len(taken)], list(taken), people, limit):
            found = special_seats(order, kinds, people, limit, (*taken, name))
            if found is not None:
                return found
    return None


def recompute(log: dict[str, Any]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The seats and standbys that the log's own seed, roster and rules give."""
    rules = log["rules"]
    seed = bytes.fromhex(log["seed"])
    people: People = {expert: (employer, set(roles)) for expert, employer, roles, _ in log["candidates"]}
    keys = {e: hmac.new(seed, f"{log['subject']}|{e}".encode(), hashlib.sha256).hexdigest() for e in people}
    order = sorted(people, key=keys.__getitem__)
    limit = rules["per_employer"]
    seated = special_seats(order, rules["special"], people, limit)
    if seated is None:
        raise ValueError("no choice of experts satisfies the special seats")
    for name in order:
        if len(seated) < rules["seats"] and fits(name, "general", seated, people, limit):
            seated.append(name)
    kinds = [*rules["special"], *["general"] * (rules["seats"] - len(rules["special"]))]
    if len(seated) != len(kinds):
        raise ValueError("the roster cannot fill all seats")
    waiting: list[list[str]] = [[] for _ in seated]
    free = [name for name in order if name not in seated]
    for _ in range(rules["standbys"]):
        for place, kind in enumerate(kinds):
            staying = seated[:place] + seated[place + 1 :]
            chosen = next((name for name in free if fits(name, kind, staying, people, limit)), None)
            if chosen is not None:
                free.remove(chosen)
                waiting[place].append(chosen)
    seats = [
        {"seat": number, "kind": kind, "expert": expert, "standbys": names}
        for number, (kind, expert, names) in enumerate(zip(kinds, seated, waiting, strict=True), 1)
    ]
    return keys, seats


def difference(log: dict[str, Any]) -> str | None:
    """The first thing in the log that does not follow from it, as a sentence; None when everything does."""
    if found := roster_problem(log):
        return found
    try:
        keys, seats = recompute(log)
    except ValueError as problem:
        return str(problem)
    for name, _, _, key in log["candidates"]:
        if key != keys[name]:
            return f"key of {name}: log has {key}, recomputed {keys[name]}"
    names = [row[0] for row in log["candidates"]]
    if names != sorted(names, key=keys.__getitem__):
        return "the roster is not in the order of the keys"
    return outcome_problem(log, seats)


def roster_problem(log: dict[str, Any]) -> str | None:
    """What contradicts itself before anything is computed."""
    if log["algorithm"] != ALGORITHM:
        return f"unknown algorithm {log['algorithm']}"
    if hashlib.sha256(bytes.fromhex(log["seed"])).hexdigest() != log["seed_sha256"]:
        return "the seed does not match its recorded SHA-256"
    names = [row[0] for row in log["candidates"]]
    if len(set(names)) != len(names):
        return "an expert appears twice in the roster"
    barred = sorted(set(names) & {row[0] for row in log["excluded"]})
    return f"excluded expert in the roster: {barred[0]}" if barred else None


def outcome_problem(log: dict[str, Any], seats: list[dict[str, Any]]) -> str | None:
    if len(log["seats"]) != len(seats):
        return f"seats: log has {len(log['seats'])}, recomputed {len(seats)}"
    for logged, seat in zip(log["seats"], seats, strict=True):
        if logged != seat:
            return f"seat {seat['seat']}: log has {json.dumps(logged)}, recomputed {json.dumps(seat)}"
    shortage = len(seats) * log["rules"]["standbys"] - sum(len(seat["standbys"]) for seat in seats)
    return None if log["shortage"] == shortage else f"shortage: log has {log['shortage']}, recomputed {shortage}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stdout.write("usage: python verify_draw.py LOG.json\n")
        return 2
    found = difference(json.loads(Path(arguments[0]).read_text(encoding="utf8")))
    sys.stdout.write(f"{found or 'OK'}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
