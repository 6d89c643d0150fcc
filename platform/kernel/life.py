"""When a thing may change: states and moves as one table. Pure: no clock, no database, no request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from kernel.access import Action
from kernel.errors import Refused
from kernel.words import LIFE_REASON


class LifeReason(StrEnum):
    WRONG_STATE = "wrong-state"

    @property
    def label(self) -> str:
        return LIFE_REASON[self]


class State(StrEnum):
    """Base of every package's state enums. `label` is the word officials use."""

    @property
    def label(self) -> str:
        raise AttributeError(f"{type(self).__name__} has no words")


class Move(NamedTuple):
    sources: frozenset[State]
    target: State


class Life:
    """The states of one kind of row and the only moves between them.

    `law` maps an Action to its Move. An action with different targets is two actions.
    """

    def __init__(self, name: str, states: type[State], law: Mapping[Action, Move], start: State) -> None:
        self.name, self.states, self.law, self.start = name, states, dict(law), start

    def target(self, state: State, action: Action) -> State:
        """Where `action` leads from `state`; Refused(WRONG_STATE) when it leads nowhere."""
        step = self.law.get(action)
        if step is None or state not in step.sources:
            raise Refused(LifeReason.WRONG_STATE, state=state.label, action=action.label)
        return step.target

    def allows(self, state: State, action: Action) -> bool:
        step = self.law.get(action)
        return step is not None and state in step.sources

    def moves_from(self, state: State) -> list[Action]:
        return [action for action, step in self.law.items() if state in step.sources]

    def edges(self) -> Iterator[tuple[State, Action, State]]:
        for action, step in self.law.items():
            for source in self.states:
                if source in step.sources:
                    yield source, action, step.target
