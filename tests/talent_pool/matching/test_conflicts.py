"""Hard relations mask an expert everywhere; soft ones are shown and left to the secretary."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from talent_pool.matching.conflicts import SOFT, ConflictKind, Employment, ExpertFacts, ProjectFacts, find_conflicts

ON = date(2026, 11, 20)
EXPERT = ExpertFacts(person="p1")
PROJECT = ProjectFacts(
    project="MY2026-0037",
    units=frozenset({"agency", "payee"}),
    people=frozenset({"p7", "p8"}),
    mentors=frozenset({"p9"}),
    supervising_bodies=frozenset({"civil"}),
    associations=frozenset({"social-workers"}),
)


def kinds(**facts: Any) -> list[ConflictKind]:
    return [conflict.kind for conflict in find_conflicts(replace(EXPERT, **facts), PROJECT, ON)]


def test_strangers_have_no_conflict() -> None:
    assert kinds() == []


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"employments": (Employment("agency"),)}, ConflictKind.EMPLOYMENT),
        ({"employments": (Employment("payee", date(2023, 11, 20)),)}, ConflictKind.EMPLOYMENT),
        ({"offices": frozenset({"agency"})}, ConflictKind.OFFICE),
        ({"kin": frozenset({"p7"})}, ConflictKind.KINSHIP),
        ({"person": "p8"}, ConflictKind.JOINT),
        ({"person": "p9"}, ConflictKind.MENTORING),
        ({"declared": frozenset({"MY2026-0037"})}, ConflictKind.DECLARED),
        ({"declared": frozenset({"agency"})}, ConflictKind.DECLARED),
        ({"supervising_bodies": frozenset({"civil"})}, ConflictKind.SUPERVISING_BODY),
        ({"associations": frozenset({"social-workers"})}, ConflictKind.ASSOCIATION),
    ],
)
def test_each_relation_is_found_and_only_soft_ones_do_not_mask(facts: dict[str, Any], kind: ConflictKind) -> None:
    found = find_conflicts(replace(EXPERT, **facts), PROJECT, ON)

    assert [conflict.kind for conflict in found] == [kind]
    assert found[0].is_hard is (kind not in SOFT)


def test_employment_that_ended_more_than_three_years_ago_is_over() -> None:
    assert kinds(employments=(Employment("agency", date(2023, 11, 19)),)) == []


def test_three_years_before_a_leap_day() -> None:
    expert = replace(EXPERT, employments=(Employment("agency", date(2025, 2, 28)),))

    assert any(conflict.is_hard for conflict in find_conflicts(expert, PROJECT, date(2028, 2, 29)))
