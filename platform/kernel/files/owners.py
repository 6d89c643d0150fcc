"""Who may see a file: the thing it belongs to decides. Each package registers the kinds it owns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from kernel.access import Actor
from kernel.errors import Missing

Check = Callable[[Actor | None, UUID], Awaitable[None]]
OWNERS: dict[str, Check] = {}


def owner(kind: str) -> Callable[[Check], Check]:
    """`@files.owner("project")` on an async check(actor, id) that raises Missing when the actor may not see the thing.

    The actor is None for a visitor who is not signed in.
    """

    def register(check: Check) -> Check:
        if OWNERS.setdefault(kind, check) is not check:
            raise LookupError(f"{kind} has an owner already")
        return check

    return register


async def check_owner(actor: Actor | None, kind: str, ident: UUID) -> None:
    """Missing unless the owner object shows itself to the actor. A kind nobody registered shows nothing."""
    check = OWNERS.get(kind)
    if check is None:
        raise Missing
    await check(actor, ident)
