"""Draws with categories and districts: every rule kept, the first possible panel, refused only where none exists."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import Refused
from talent_pool.matching import verify_draw
from talent_pool.matching.draw import seating
from talent_pool.matching.draw.panel import WIDER, Candidate, Draw, DrawRules, Quota, Reason, draw

SEED = bytes(range(32))
ROLES = ("academia", "practice", "finance")
kinds = st.frozensets(st.sampled_from(ROLES), max_size=2)
rosters = st.lists(
    st.builds(
        Candidate, st.text("abcdefgh", min_size=1, max_size=2), st.sampled_from("uvwx"), kinds, st.sampled_from(["", *"klm"])
    ),
    max_size=9,
    unique_by=lambda candidate: candidate.expert,
)


@st.composite
def wide_rules(pick: st.DrawFn) -> DrawRules:
    quotas = []
    for role in ROLES:
        least = pick(st.integers(0, 1))
        quotas.append(Quota(role, least, pick(st.integers(least, 3))))
    return DrawRules(3, (), 1, pick(st.sampled_from([1, 2])), pick(st.sampled_from([None, 1, 2])), tuple(quotas))


def is_panel(people: Sequence[Candidate], roles: Sequence[str], rules: DrawRules) -> bool:
    counts = Counter(roles)
    return (
        all(role in candidate.roles for candidate, role in zip(people, roles, strict=True))
        and all(quota.least <= counts[quota.role] <= quota.most for quota in rules.quotas)
        and max(Counter(c.employer for c in people).values()) <= rules.per_employer
        and max(Counter(c.district for c in people if c.district).values(), default=0) <= (rules.per_district or 99)
    )


def exists(roster: Sequence[Candidate], rules: DrawRules) -> bool:
    names = [quota.role for quota in rules.quotas]
    return any(
        is_panel(people, roles, rules)
        for people in combinations(roster, rules.seats)
        for roles in product(names, repeat=rules.seats)
    )


def try_draw(roster: Sequence[Candidate], rules: DrawRules, seed: bytes = SEED) -> Draw | None:
    try:
        return draw(seed, "panel-1", roster, rules)
    except Refused:
        return None


@settings(max_examples=150, deadline=None)
@given(rosters, wide_rules())
def test_a_wide_draw_keeps_every_rule_and_fails_only_where_no_panel_exists(roster: list[Candidate], rules: DrawRules) -> None:
    drawn = try_draw(roster, rules)

    assert (drawn is not None) is exists(roster, rules)
    if drawn is not None:
        people = {candidate.expert: candidate for candidate in roster}
        assert drawn.algorithm == WIDER
        assert is_panel([people[seat.expert] for seat in drawn.seats], [seat.kind for seat in drawn.seats], rules)
        for seat in drawn.seats:
            for name in seat.standbys:
                others = [(people[s.expert], s.kind) for s in drawn.seats if s.seat != seat.seat]
                now = [*others, (people[name], seat.kind)]
                assert is_panel([c for c, _ in now], [kind for _, kind in now], rules)
        assert verify_draw.difference(drawn.to_log()) is None


@settings(max_examples=60, deadline=None)
@given(rosters, wide_rules(), st.randoms())
def test_a_wide_draw_does_not_depend_on_the_order_or_on_who_was_not_drawn(
    roster: list[Candidate], rules: DrawRules, chance: random.Random
) -> None:
    drawn = try_draw(roster, rules)
    if drawn is None:
        return
    named = {seat.expert for seat in drawn.seats} | {name for seat in drawn.seats for name in seat.standbys}
    shuffled = chance.sample(roster, len(roster))
    fewer = [candidate for candidate in roster if candidate.expert in named]

    assert try_draw(shuffled, rules) == drawn
    again = try_draw(fewer, rules)
    assert again is not None
    assert again.seats == drawn.seats


def test_the_panel_is_the_first_of_all_possible_ones() -> None:
    roster = [Candidate(f"e{n}", "uvwxyz"[n % 6], frozenset([ROLES[n % 3], ROLES[n * n % 3]]), "klmn"[n % 4]) for n in range(9)]
    rules = DrawRules(3, (), 0, 1, 1, tuple(Quota(role, 1, 1) for role in ROLES))
    drawn = draw(SEED, "panel-1", roster, rules)
    order = [row[0] for row in drawn.candidates]
    people = {candidate.expert: candidate for candidate in roster}

    first = next(names for names in permutations(order, 3) if is_panel([people[name] for name in names], ROLES, rules))

    assert tuple(seat.expert for seat in drawn.seats) == first


def test_a_low_key_steps_back_where_it_would_block_the_only_finance_expert() -> None:
    """The only finance expert and most academics are of one employer; the draw never has to undo anything."""
    quotas = (Quota("academia", 2, 2), Quota("finance", 1, 1))
    roster = [
        Candidate("f", "u", frozenset({"finance"})),
        *[Candidate(f"a{n}", "u", frozenset({"academia"})) for n in range(40)],
        Candidate("b1", "v", frozenset({"academia"})),
        Candidate("b2", "w", frozenset({"academia"})),
    ]

    drawn = draw(SEED, "p", roster, DrawRules(3, quotas=quotas))

    assert sorted(seat.expert for seat in drawn.seats) == ["b1", "b2", "f"]
    assert verify_draw.difference(drawn.to_log()) is None


def test_an_expert_of_several_categories_sits_in_one() -> None:
    both = frozenset({"academia", "finance"})
    roster = [Candidate("x", "u", both), Candidate("y", "v", both), Candidate("z", "w", frozenset({"practice"}))]
    quotas = (Quota("academia", 1, 1), Quota("practice", 1, 1), Quota("finance", 1, 1))

    drawn = draw(SEED, "p", roster, DrawRules(3, quotas=quotas))

    assert [seat.kind for seat in drawn.seats] == ["academia", "practice", "finance"]
    assert {seat.expert for seat in drawn.seats} == {"x", "y", "z"}


@pytest.mark.parametrize("seats", [3, 5, 7])
def test_a_large_pool_is_drawn_in_a_few_looks(seats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seats)
    roster = [Candidate(f"e{n:04}", f"u{n % 60}", frozenset(chance.sample(ROLES, 1 + n % 2)), f"d{n % 21}") for n in range(2_000)]
    rules = DrawRules(seats, (), 2, 1, 1, (Quota("academia", 1, 3), Quota("practice", 1, 3), Quota("finance", 1, 1)))
    looks = Counter[str]()
    flows = seating._flows
    monkeypatch.setattr(seating, "_flows", lambda people, now: looks.update("x") or flows(people, now))

    drawn = draw(SEED, "p", roster, rules)

    assert looks["x"] < 40 * seats
    assert drawn.shortage == 0
    assert verify_draw.difference(drawn.to_log()) is None


def some(count: int, **facts: Any) -> list[Candidate]:
    return [Candidate(f"e{n}", f"u{n}", frozenset({ROLES[n % 3]}), **facts) for n in range(count)]


THREE = tuple(Quota(role, 1, 1) for role in ROLES)


@pytest.mark.parametrize(
    ("roster", "rules", "reason"),
    [
        (some(2), DrawRules(3, quotas=THREE), Reason.POOL_TOO_SMALL),
        ([c for c in some(9) if "finance" not in c.roles], DrawRules(3, quotas=THREE), Reason.ROLE_MISSING),
        (some(9, district="d"), DrawRules(3, per_district=1, quotas=THREE), Reason.DISTRICTS),
        (some(9), DrawRules(5, quotas=THREE), Reason.QUOTAS),
        (
            [Candidate(c.expert, "u" if "finance" in c.roles else c.employer, c.roles) for c in some(9)]
            + [Candidate("x", "u", frozenset({"academia"}))],
            DrawRules(4, quotas=(Quota("academia", 0, 1), Quota("practice", 1, 1), Quota("finance", 2, 2))),
            Reason.ROLES_CLASH,
        ),
    ],
)
def test_a_wide_draw_names_the_rule_that_cannot_be_kept(roster: list[Candidate], rules: DrawRules, reason: Reason) -> None:
    with pytest.raises(Refused) as no:
        draw(SEED, "p", roster, rules)

    assert no.value.reason is reason
    assert str(no.value)


def test_crossing_groups_beyond_reason_are_refused_and_not_searched_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seating, "STEPS", 0)

    with pytest.raises(Refused) as no:
        draw(SEED, "p", some(9), DrawRules(3, per_district=1, quotas=THREE))

    assert no.value.reason is Reason.TANGLED
