"""`mianshe routes`: every address, its method and the action that guards it."""

from __future__ import annotations

from server import law
from server.app import litestar


def table() -> list[str]:
    return law.table(litestar(open_pools=False))
