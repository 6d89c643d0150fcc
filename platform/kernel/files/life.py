"""When an uploaded file may be seen: only once it is clean."""

from __future__ import annotations

from kernel.access import Action
from kernel.files.words import STATE
from kernel.life import Life, Move, State


class FileState(State):
    PENDING = "pending"
    CLEAN = "clean"
    REFUSED = "refused"
    REMOVED = "removed"

    @property
    def label(self) -> str:
        return STATE[self]


FILE_LIFE = Life(
    "file",
    FileState,
    {
        Action.CLEAR_FILE: Move(frozenset({FileState.PENDING}), FileState.CLEAN),
        Action.REFUSE_FILE: Move(frozenset({FileState.PENDING}), FileState.REFUSED),
        Action.REMOVE_FILE: Move(frozenset({FileState.PENDING, FileState.CLEAN, FileState.REFUSED}), FileState.REMOVED),
    },
    FileState.PENDING,
)
