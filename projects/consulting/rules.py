"""When a project may ask for advice. Pure."""

from __future__ import annotations

from enum import StrEnum

from kernel.errors import Refused
from projects.consulting import words
from projects.states import State


class Reason(StrEnum):
    NOT_RUNNING = "not-running"

    @property
    def label(self) -> str:
        return words.REASON[self]


def check_running(state: State) -> None:
    if state is not State.RUNNING:
        raise Refused(Reason.NOT_RUNNING, state=state.label)
