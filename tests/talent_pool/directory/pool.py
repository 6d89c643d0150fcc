"""Builders for the directory: experts in the pool, as they stand after their admission."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from kernel import clock, rows
from kernel.access import Actor, Role
from kernel.accounts.names import initials, person_key
from kernel.accounts.tables import Person
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.profiles.kinds import Category, Part, WorkKind
from talent_pool.profiles.tables import Expert, ExpertWork
from tests import builders

EVERY_PART = tuple(Part)
LISTS = ("areas", "fields", "methods", "counties", "shown")


async def host() -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"))


async def officer() -> Actor:
    return await builders.actor(Role.OFFICER, await builders.unit("scitech"))


async def expert(name: str = "张三", employer: str = "示例大学", *, person: UUID | None = None, **columns: Any) -> UUID:
    """An expert in the pool who agreed to show nothing, unless told otherwise."""
    who = person or (await rows.insert(Person(name=name, sort_key=person_key(name), created_at=clock.real_now()))).id
    given: dict[str, Any] = {
        "state": ExpertState.ADMITTED,
        "category": Category.ACADEMIA,
        "areas": ["new-employment"],
        "shown": (),
        **columns,
    }
    for listed in LISTS:
        given[listed] = msgspec.json.encode(list(given.get(listed, ()))).decode()
    row = await rows.insert(
        Expert(person=who, employer_name=employer, initials=initials(name), added_at=clock.now(), **given),
    )
    return UUID(str(row.id))


async def work(expert: UUID, title: str, text: str = "", venue: str = "", position: int = 1) -> UUID:
    row = await rows.insert(
        ExpertWork(
            expert=expert, position=position, kind=WorkKind.PAPER, title=title, text=text, venue=venue, changed_at=clock.now()
        )
    )
    return UUID(str(row.id))


async def person_of(expert: UUID) -> UUID:
    return UUID(str(await rows.value(Q("SELECT person FROM expert WHERE id = {}", expert))))
