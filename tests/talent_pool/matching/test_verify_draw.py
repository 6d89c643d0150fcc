"""One script for every log there ever was: it needs nothing but Python, and nothing of the code that drew."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from talent_pool.matching import verify_draw
from talent_pool.matching.draw.panel import ALGORITHM, Candidate, DrawRules, Excluded, Quota, draw

SCRIPT = Path(verify_draw.__file__)
OLD: dict[str, Any] = {
    "algorithm": "hmac-sha256-lowest-first/1",
    "subject": "panel:1",
    "seed": "0001020304050607",
    "seed_sha256": "8a851ff82ee7048ad09ec3847f1ddf44944104d2cbd17ef4e3db22c6785a0d45",
    "rules": {"seats": 3, "special": ["finance"], "standbys": 1, "per_employer": 1},
    "candidates": [
        ["e5", "u0", ["community", "finance"], "0646b1c7e3d4a5f4d9b3870fc73651f92e00e24ce765a435e5d01de60545ac79"],
        ["e6", "u1", [], "0fdb4ccfafef2a11c36d5f4dea2933623dce311c188afb35f6aebc9478601f6d"],
        ["e0", "u0", [], "232de226e88b965561e0736ced7b6225fbd88a99677f21216161a219424073c0"],
        ["e7", "u2", ["finance"], "3da27a9808c5eba0436d12d807c0744e23b7b957d422910e06b4b527bc5ee3f5"],
        ["e1", "u1", ["finance"], "40f87bf64935408499ab8d79fb473321ebed6ee3a052e749b617cd6c29d71744"],
        ["e3", "u3", [], "abe3c4a38438d9f4d383b269edb7e9059381f594ab32f72b88f1b420847f218f"],
        ["e4", "u4", ["finance"], "b6dba6b8935b180bae58ced19d1242f4225ac2b4e074c0ae2ba71c529fd7bbf9"],
        ["e8", "u3", ["community", "finance"], "bab16fc02a8605ecd26a27906f4085847052c64b372e2a08d644cbc9d1858260"],
        ["e2", "u2", ["community", "finance"], "feb9af4abcef72b70847931ec18028be916562bc115fc5647d61df3ea031cb0b"],
    ],
    "excluded": [["x", "load"]],
    "seats": [
        {"seat": 1, "kind": "finance", "expert": "e5", "standbys": ["e4"]},
        {"seat": 2, "kind": "general", "expert": "e6", "standbys": ["e1"]},
        {"seat": 3, "kind": "general", "expert": "e7", "standbys": ["e3"]},
    ],
    "shortage": 0,
}
"""As the first version of the draw wrote it."""


def test_a_log_of_the_first_version_verifies_and_is_still_written_the_same() -> None:
    roster = [Candidate(f"e{n}", f"u{n % 5}", frozenset(("finance", "community")[: n % 3])) for n in range(9)]
    rules = DrawRules(3, ("finance",), 1)

    drawn = draw(bytes(range(8)), "panel:1", roster, rules, [Excluded("x", "load")])

    assert verify_draw.difference(OLD) is None
    assert drawn.algorithm == ALGORITHM
    assert drawn.to_log() == OLD


def test_a_moved_seat_of_an_old_log_is_found() -> None:
    log = copy.deepcopy(OLD)
    log["seats"][2]["expert"] = "e3"

    assert (verify_draw.difference(log) or "").startswith("seat 3: log has")


def test_the_script_imports_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules = names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}

    assert modules <= set(sys.stdlib_module_names)


QUOTAS = (Quota("academia", 1, 2), Quota("practice", 1, 2), Quota("finance", 1, 1))


def roster(count: int = 30) -> tuple[Candidate, ...]:
    roles = ("academia", "practice", "finance")
    return tuple(Candidate(f"e{n:02}", f"u{n % 11}", frozenset({roles[n % 3]}), f"d{n % 7}") for n in range(count))


def wide() -> dict[str, Any]:
    return draw(b"wide", "p", roster(), DrawRules(5, (), 2, 1, 1, QUOTAS), [Excluded("x", "load")]).to_log()


def test_a_wider_log_runs_through_the_script_on_a_bare_python(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text(json.dumps(wide(), ensure_ascii=False), encoding="utf8")

    ran = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), str(file)], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "OK\n", "")


def test_a_panel_that_hangs_on_one_expert_is_not_searched_in_every_way() -> None:
    """All but a few share the district of the only expert for finance: whoever comes first of them leaves no panel."""
    everybody = [
        Candidate(f"e{n:03}", f"u{n}", frozenset({("academia", "practice")[n % 2]}), "d0" if n % 40 else f"d{n % 7 + 1}")
        for n in range(300)
    ]
    everybody += [Candidate(f"x{n}", f"v{n}", frozenset({("academia", "practice")[n % 2]}), f"far{n}") for n in range(4)]
    rules = DrawRules(5, (), 1, 1, 1, (Quota("academia", 2, 2), Quota("practice", 2, 2), Quota("finance", 1, 1)))

    log = draw(b"one", "p", [*everybody, Candidate("f", "w", frozenset({"finance"}), "d0")], rules).to_log()

    assert verify_draw.difference(log) is None


def tighter_quota(log: dict[str, Any]) -> None:
    last = log["seats"][4]["kind"]
    next(quota for quota in log["rules"]["quotas"] if quota["role"] == last)["most"] = 1


def impossible_quota(log: dict[str, Any]) -> None:
    log["rules"]["quotas"] = [{"role": "finance", "least": 5, "most": 5}, {"role": "law", "least": 1, "most": 1}]


def same_district(log: dict[str, Any]) -> None:
    first, second = (seat["expert"] for seat in log["seats"][:2])
    log["districts"][second] = log["districts"][first]


def other_kind(log: dict[str, Any]) -> None:
    log["seats"][4]["kind"] = "finance"


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (tighter_quota, "the roster cannot fill all seats by the rules"),
        (impossible_quota, "the roster cannot fill all seats by the rules"),
        (same_district, "seat "),
        (other_kind, "seat 5: log has"),
        (lambda log: log.update(algorithm="hmac-sha256-lowest-first/3"), "unknown algorithm"),
    ],
)
def test_tampering_with_a_wider_log_is_found_and_named(tamper: Any, said: str) -> None:
    log = wide()
    assert verify_draw.difference(log) is None

    tamper(log)

    assert said in (verify_draw.difference(log) or "")
