"""A draw is replayable by anyone, keeps the panel's rules, and cannot be shopped for."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Refused
from talent_pool.matching import verify_draw
from talent_pool.matching.draw.panel import Candidate, Draw, DrawRules, Excluded, Reason, draw, key

RULES = DrawRules(seats=5, special=("finance", "community"))
SEED = bytes(range(32))
ROLES = [frozenset[str](), frozenset({"finance"}), frozenset({"community"}), frozenset({"finance", "community"})]


def pool(count: int, employers: int = 1000) -> list[Candidate]:
    return [Candidate(f"e{n:03}", f"u{n % employers}", ROLES[n % 4]) for n in range(count)]


rosters = st.lists(
    st.builds(Candidate, st.text("abcdef", min_size=1, max_size=3), st.sampled_from("uvwxyz"), st.sampled_from(ROLES)),
    max_size=14,
    unique_by=lambda candidate: candidate.expert,
)
seeds = st.binary(min_size=16, max_size=32)


def try_draw(seed: bytes, roster: list[Candidate], rules: DrawRules = RULES) -> Draw | None:
    try:
        return draw(seed, "panel-1", roster, rules)
    except Refused:
        return None


@given(seeds, rosters)
def test_a_drawn_panel_keeps_every_rule(seed: bytes, roster: list[Candidate]) -> None:
    drawn = try_draw(seed, roster)
    if drawn is None:
        return
    people = {candidate.expert: candidate for candidate in roster}
    seated = [people[seat.expert] for seat in drawn.seats]

    assert len({c.expert for c in seated}) == 5
    assert max(Counter(c.employer for c in seated).values()) == 1
    assert ["finance" in seated[0].roles, "community" in seated[1].roles] == [True, True]
    for seat in drawn.seats:
        for standby in seat.standbys:
            others = [people[s.expert].employer for s in drawn.seats if s.seat != seat.seat]
            assert people[standby].employer not in others
            assert seat.kind == "general" or seat.kind in people[standby].roles


@given(seeds, rosters, st.randoms())
def test_the_order_of_the_roster_changes_nothing(seed: bytes, roster: list[Candidate], chance: random.Random) -> None:
    shuffled = chance.sample(roster, len(roster))

    assert try_draw(seed, shuffled) == try_draw(seed, roster)


@given(seeds, rosters)
def test_the_verifier_recomputes_every_draw(seed: bytes, roster: list[Candidate]) -> None:
    drawn = try_draw(seed, roster)
    if drawn is not None:
        assert verify_draw.difference(drawn.to_log()) is None


@given(seeds, rosters)
def test_a_refusal_is_never_for_want_of_trying(seed: bytes, roster: list[Candidate]) -> None:
    """Brute force over the special seats agrees that no panel exists."""
    if try_draw(seed, roster) is not None:
        return
    finance = [c for c in roster if "finance" in c.roles]
    community = [c for c in roster if "community" in c.roles]
    pairs = [(f, c) for f in finance for c in community if f.expert != c.expert and f.employer != c.employer]

    assert not pairs or len({c.employer for c in roster}) < 5


def test_an_expert_who_was_not_drawn_can_leave_without_effect() -> None:
    drawn = draw(SEED, "panel-1", pool(40), RULES)
    named = {seat.expert for seat in drawn.seats} | {name for seat in drawn.seats for name in seat.standbys}
    leaver = next(c.expert for c in pool(40) if c.expert not in named)

    again = draw(SEED, "panel-1", [c for c in pool(40) if c.expert != leaver], RULES)

    assert again.seats == drawn.seats


def test_another_subject_or_seed_gives_other_keys() -> None:
    keys = {key(SEED, "p1", "e1"), key(SEED, "p2", "e1"), key(SEED, "p1", "e2"), key(b"other", "p1", "e1")}

    assert len(keys) == 4
    assert key(SEED, "p1", "e1") == "786432991a1ed22d85084a8749ea91f7e5ba88f6b1f1c23ba62bf4963682c5e6"


def test_everyone_has_the_same_chance_of_a_general_seat() -> None:
    roster = [Candidate(f"e{n}", f"u{n}") for n in range(10)]
    rules = DrawRules(seats=5, standbys=0)
    counts = Counter(seat.expert for n in range(1_000) for seat in draw(n.to_bytes(4), "p", roster, rules).seats)

    assert len(counts) == 10
    assert all(400 < count < 600 for count in counts.values()), counts


def test_standbys_are_two_a_seat_and_their_shortage_is_told() -> None:
    full = draw(SEED, "panel-1", pool(60), RULES)
    thin = draw(SEED, "panel-1", pool(9), RULES)

    assert [len(seat.standbys) for seat in full.seats] == [2] * 5
    assert (full.shortage, thin.shortage) == (0, 6)


def test_special_seats_step_back_when_their_employers_clash() -> None:
    roster = [
        Candidate("f1", "u1", frozenset({"finance"})),
        Candidate("f2", "u2", frozenset({"finance"})),
        Candidate("c1", "u1", frozenset({"community"})),
        *[Candidate(f"g{n}", f"v{n}") for n in range(3)],
    ]

    for n in range(50):
        assert [seat.expert for seat in draw(n.to_bytes(2), "p", roster, RULES).seats][:2] == ["f2", "c1"]


@pytest.mark.parametrize(
    ("roster", "reason"),
    [
        (pool(4), Reason.POOL_TOO_SMALL),
        ([Candidate(f"e{n}", f"u{n}", frozenset({"community"})) for n in range(9)], Reason.ROLE_MISSING),
        (pool(40, employers=4), Reason.EMPLOYERS),
        ([*pool(8), Candidate("e001", "u9")], Reason.DOUBLE),
        (
            [Candidate("f", "u", frozenset({"finance"})), Candidate("c", "u", frozenset({"community"}))]
            + [Candidate(f"g{n}", f"v{n}") for n in range(5)],
            Reason.ROLES_CLASH,
        ),
    ],
)
def test_a_dry_pool_says_what_is_missing(roster: list[Candidate], reason: Reason) -> None:
    with pytest.raises(Refused) as no:
        draw(SEED, "panel-1", roster, RULES)

    assert no.value.reason is reason


def log() -> dict[str, Any]:
    return draw(SEED, "panel-1", pool(30), RULES, [Excluded("x1", "三年内任职")]).to_log()


def swap_seat(tampered: dict[str, Any]) -> None:
    tampered["seats"][2]["expert"] = tampered["candidates"][-1][0]


def swap_standby(tampered: dict[str, Any]) -> None:
    tampered["seats"][0]["standbys"].reverse()


def new_seed(tampered: dict[str, Any]) -> None:
    tampered["seed"] = "00" * 32


def new_seed_and_hash(tampered: dict[str, Any]) -> None:
    other = draw(b"other", "panel-1", pool(30), RULES).to_log()
    tampered |= {"seed": other["seed"], "seed_sha256": other["seed_sha256"]}


def drop_candidate(tampered: dict[str, Any]) -> None:
    first = tampered["seats"][0]["expert"]
    tampered["candidates"] = [row for row in tampered["candidates"] if row[0] != first]


def double_candidate(tampered: dict[str, Any]) -> None:
    tampered["candidates"].append(tampered["candidates"][0])


def exclude_seated(tampered: dict[str, Any]) -> None:
    tampered["excluded"].append([tampered["seats"][0]["expert"], "漏记"])


def hide_shortage(tampered: dict[str, Any]) -> None:
    tampered["shortage"] = 7


def other_algorithm(tampered: dict[str, Any]) -> None:
    tampered["algorithm"] = "coin"


TAMPERING = {
    swap_seat: "seat 3: log has",
    swap_standby: "seat 1: log has",
    new_seed: "does not match its recorded SHA-256",
    new_seed_and_hash: "key of",
    drop_candidate: "seat 1: log has",
    double_candidate: "appears twice",
    exclude_seated: "excluded expert in the roster",
    hide_shortage: "shortage: log has 7",
    other_algorithm: "unknown algorithm coin",
}


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_with_a_log_is_found_and_named(tamper: Any) -> None:
    tampered = log()
    assert verify_draw.difference(tampered) is None

    tamper(tampered)

    assert TAMPERING[tamper] in (verify_draw.difference(tampered) or "")


def test_the_script_runs_on_a_bare_python(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(log(), ensure_ascii=False), encoding="utf8")
    bad.write_text(json.dumps(log() | {"shortage": 7}), encoding="utf8")
    script = [sys.executable, "-I", "-S", str(Path(verify_draw.__file__))]

    runs = [subprocess.run([*script, str(path)], capture_output=True, text=True, check=False) for path in (good, bad)]
    usage = subprocess.run(script, capture_output=True, text=True, check=False)

    assert [(run.returncode, run.stdout.strip()) for run in runs] == [(0, "OK"), (1, "shortage: log has 7, recomputed 0")]
    assert (usage.returncode, usage.stdout.strip()) == (2, "usage: python verify_draw.py LOG.json")
