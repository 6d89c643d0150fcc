"""The log of a lottery: everything `verify_draw.py` needs to repeat it, with the hash that was fixed before the seed. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from talent_pool.matching.draw.lottery import STEPS, qualified
from talent_pool.matching.draw.standby import Standbys
from talent_pool.matching.problem import Assignment, Problem

ALGORITHM = "keyed-lottery/1"


def frozen_input(
    problem: Problem, subjects: Sequence[str], experts: Sequence[str], roles: Sequence[str], threshold: float = 0.85
) -> dict[str, Any]:
    """What is fixed before the seed is drawn: roster, rules, and of every project the allowed experts with affinity."""
    kinds = [np.flatnonzero(row).tolist() for row in problem.roles]
    people = zip(
        experts,
        problem.employer.tolist(),
        problem.district.tolist(),
        kinds,
        problem.load_most.tolist(),
        problem.load_least.tolist(),
        strict=True,
    )
    return {
        "threshold": round(threshold * 1000),
        "steps": STEPS,
        "roles": list(roles),
        "per_employer": problem.per_employer,
        "per_district": problem.per_district,
        "experts": [list(person) for person in people],
        "projects": [_project(problem, row, subject) for row, subject in enumerate(subjects)],
        "locked": [list(pair) for pair in sorted(problem.locked)],
    }


def _project(problem: Problem, row: int, subject: str) -> list[Any]:
    allowed = np.flatnonzero(problem.allowed[row])
    pairs = [list(pair) for pair in zip(allowed.tolist(), problem.affinity[row, allowed].tolist(), strict=True)]
    quotas = [list(pair) for pair in zip(problem.least[row].tolist(), problem.most[row].tolist(), strict=True)]
    return [subject, int(problem.seats[row]), quotas, pairs]


def commitment(given: dict[str, Any]) -> str:
    """SHA-256 of the frozen input as canonical JSON: published before the seed is drawn."""
    return sha256(json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def to_log(
    given: dict[str, Any], seed: bytes, problem: Problem, assignment: Assignment, waiting: Standbys, per_seat: int = 2
) -> dict[str, Any]:
    """Rows of `seats`: project, expert, role, whether qualified, standbys. Numbers are places in the frozen lists."""
    inside = qualified(problem, assignment.figures["circles"])[assignment.project, assignment.expert].tolist()
    seats = zip(
        assignment.project.tolist(), assignment.expert.tolist(), assignment.role.tolist(), inside, map(list, waiting), strict=True
    )
    out, came = assignment.figures["moved"]
    return {
        "algorithm": ALGORITHM,
        "seed": seed.hex(),
        "seed_sha256": sha256(seed).hexdigest(),
        "input": given,
        "input_sha256": commitment(given),
        "problem_sha256": problem.digest(),
        "moved": {"out": [list(pair) for pair in out], "in": [list(pair) for pair in came]},
        "seats": [list(seat) for seat in seats],
        "standbys": per_seat,
        "shortage": per_seat * len(waiting) - sum(map(len, waiting)),
    }
