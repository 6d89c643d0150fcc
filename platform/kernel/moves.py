"""The one door through which a state changes."""

from __future__ import annotations

from typing import Any

from kernel import audit, todo
from kernel.access import Action, Actor
from kernel.life import State


async def move(actor: Actor | None, row: Any, action: Action, *, reason: str = "", **facts: Any) -> None:
    """Take `row` (locked, of a Table with LIFE, state and version) where `action` leads.

    Checks the Life, writes state and version, the audit line, and closes the to-dos that waited for this action.
    """
    life = type(row).LIFE
    before: State = life.states(row.state)
    after = life.target(before, action)
    await row.update_self({type(row).state: after, type(row).version: row.version + 1})
    row.state = after
    if reason:
        facts["reason"] = reason
    await audit.record(actor, action, row, before=before, after=after, **facts)
    await todo.settle(row, action, actor)
