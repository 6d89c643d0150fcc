"""The law is complete and its papers are true: every route guarded, every action granted and named, every life closed."""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from docs import write
from kernel import schema, words
from kernel.access import EVERYONE, GRANTS, Action, Reach, Role
from kernel.errors import Refused
from kernel.life import Life
from server import law

ROOT = Path(__file__).resolve().parents[2]
LIVES = law.lives()


def test_every_door_names_its_action(app: Any) -> None:
    assert [door for door in law.doors(app.inner) if door.action is None] == []


def test_every_action_but_the_open_ones_has_its_grants() -> None:
    assert set(GRANTS) == set(Action) - EVERYONE


@pytest.mark.parametrize(("terms", "said"), [(Role, words.ROLE), (Action, words.ACTION)])
def test_every_term_has_its_word(terms: type[StrEnum], said: dict[str, str]) -> None:
    assert set(said) == {str(term) for term in terms}
    assert set(words.REACH) == {reach.name for reach in Reach}


@pytest.mark.parametrize("name", ["permissions.md", "lives.md"])
def test_the_papers_are_what_the_tables_say(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == write.papers()[name]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_a_life_reaches_every_state_and_refuses_every_other_move(life: Life) -> None:
    reached, frontier = {life.start}, {life.start}
    while frontier:
        frontier = {target for source, _, target in life.edges() if source in frontier} - reached
        reached |= frontier
    entries = {a.target for a in life.law.values()}

    assert set(life.states) - reached <= ENTERED_OTHERWISE.get(life.name, set()), "a state nobody can reach"
    assert entries <= set(life.states)
    for state, action in product(life.states, Action):
        if not life.allows(state, action):
            with pytest.raises(Refused):
                life.target(state, action)


ENTERED_OTHERWISE: dict[str, set[str]] = {"seat": {"standby"}}
"""States in which rows may also be born."""


def test_every_state_column_has_its_life() -> None:
    without = [
        table._meta.tablename
        for table in schema.tables()
        if any(column._meta.name == "state" for column in table._meta.columns)
        and not hasattr(table, "LIFE")
        and table._meta.tablename not in {"outbox", "delivery"}
    ]

    assert without == [], "only the outbox and deliveries, which no person moves, may have a state without a Life"


def test_no_system_action_is_granted_to_nobody_by_accident(app: Any) -> None:
    """A door whose action nobody holds could never be opened."""
    closed = [door for door in law.doors(app.inner) if door.action not in EVERYONE and not GRANTS[door.action or Action.PUBLIC]]

    assert closed == []
