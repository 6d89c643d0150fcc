"""The Lives: no state is unreachable, none is a trap by accident, every state and move has its word."""

from __future__ import annotations

from collections import deque

import pytest

from kernel.access import GRANTS, Action
from kernel.errors import Refused
from kernel.life import Life
from kernel.life import State as AnyState
from projects.life import LIVES, PROJECT, SEAT
from projects.states import WORDS, SeatState, State

lives = pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)


def reached(life: Life, start: AnyState) -> set[AnyState]:
    seen, queue = {start}, deque([start])
    while queue:
        state = queue.popleft()
        for action in life.moves_from(state):
            target = life.target(state, action)
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen


@lives
def test_every_state_can_be_reached(life: Life) -> None:
    extra = {SeatState.STANDBY} if life is SEAT else set()

    assert reached(life, life.start) | extra == set(life.states)


@lives
def test_every_move_names_an_action_that_is_granted(life: Life) -> None:
    assert [action for action in life.law if action not in GRANTS] == []


@lives
def test_states_and_words_are_the_same_set(life: Life) -> None:
    assert set(WORDS[life.states]) == set(life.states)
    assert all(state.label for state in life.states)


def test_a_project_ends_only_where_the_law_says() -> None:
    ends = {state for state in State if not PROJECT.moves_from(state)}

    assert ends == {State.LAPSED, State.CANCELLED, State.ABANDONED, State.CLOSED, State.SETTLED}


def test_a_project_walks_from_draft_to_closed() -> None:
    path = [
        Action.SUBMIT_PROJECT,
        Action.ENDORSE_PROJECT,
        Action.RETURN_FOR_CHANGES,
        Action.RESUBMIT_PROJECT,
        Action.ENDORSE_PROJECT,
        Action.ACCEPT_PROJECT,
        Action.OPEN_REVIEW,
        Action.CLOSE_REVIEW,
        Action.PUBLICISE_PROJECT,
        Action.ISSUE_PROJECT,
        Action.BEGIN_PROJECT,
        Action.SUBMIT_FINAL,
        Action.CLOSE_PROJECT,
    ]
    state: AnyState = PROJECT.start

    for action in path:
        state = PROJECT.target(state, action)

    assert state is State.CLOSED


@pytest.mark.parametrize("state", [state for state in State if state is not State.SUBMITTED])
def test_only_a_submitted_project_is_accepted(state: State) -> None:
    with pytest.raises(Refused, match=state.label):
        PROJECT.target(state, Action.ACCEPT_PROJECT)


@pytest.mark.parametrize("state", [State.PUBLICISED, State.APPROVED, State.RUNNING, State.INELIGIBLE, State.CLOSED])
def test_nobody_withdraws_after_the_decision(state: State) -> None:
    assert not PROJECT.allows(state, Action.WITHDRAW_PROJECT)
