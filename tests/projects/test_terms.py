"""Every term of the pure law has its word, and every word its term."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from types import ModuleType

import pytest

from departments import kinds
from departments import words as department_words

LAW = [
    "departments.funds.rules",
    "projects.calls.rules",
    "projects.submitting.rules",
    "projects.screening.rules",
    "projects.scoring.rules",
    "projects.deciding.objections",
    "projects.deciding.rules",
    "projects.pledging.rules",
    "projects.objecting.actions",
    "projects.drawing.rules",
    "projects.matching.rules",
    "projects.panels.rules",
    "projects.signing.rules",
    "projects.spending.rules",
    "projects.paying.plan",
    "projects.paying.rules",
    "projects.tracking.rules",
    "projects.tracking.schedule",
    "projects.importing.rules",
    "projects.consulting.rules",
    "talent_pool.consultations.kinds",
    "talent_pool.consultations.ranking",
    "talent_pool.consultations.rules",
    "talent_pool.fees",
    "talent_pool.matching.conflicts",
    "talent_pool.matching.draw.panel",
]


def terms(module: ModuleType) -> list[type[StrEnum]]:
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    return [value for value in own if issubclass(value, StrEnum)]


@pytest.mark.parametrize("name", LAW)
def test_every_term_says_its_word(name: str) -> None:
    for enum in terms(import_module(name)):
        assert all(member.label for member in enum), enum  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in LAW if hasattr(import_module(name), "Reason")])
def test_reasons_and_their_sentences_are_the_same_set(name: str) -> None:
    module = import_module(name)
    package = name.removesuffix(".draw.panel").removesuffix(f".{name.rpartition('.')[2]}")
    words = import_module(f"{package}.words")

    assert set(words.REASON) == set(module.Reason)


def test_kinds_and_their_words_are_the_same_sets() -> None:
    assert set(department_words.ORGANISATION_KIND) == set(kinds.OrganisationKind)
    assert set(department_words.SUPPORT_MODE) == set(kinds.SupportMode)
    assert set(department_words.BUDGET_TYPE) == set(kinds.BudgetType)
    assert set(department_words.PURPOSE) == set(kinds.Purpose)
