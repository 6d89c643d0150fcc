"""Builders of the expert pool: people who keep it, experts in it, letters that left."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from kernel import jobs, rows, secrets_box, settings
from kernel.access import Actor, Membership, Role
from kernel.rows import Q
from talent_pool.profiles import actions
from talent_pool.profiles.actions import Said
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.inviting import actions as inviting
from talent_pool.profiles.rules import Category
from tests import builders

MOBILE = "13900001234"


async def keeper(name: str = "") -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"), name=name)


async def officer(unit: str = "scitech") -> Actor:
    return await builders.actor(Role.OFFICER, await builders.unit(unit))


async def entered(name: str = "张三", employer: str = "示例大学", **details: Any) -> UUID:
    """Written down by one coordinator and not yet admitted."""
    given: dict[str, Any] = {"areas": ("new-employment",), **details}
    return await actions.add_expert(
        await keeper(), name, actions.Details(employer_name=employer, category=Category.ACADEMIA, **given)
    )


async def expert(name: str = "张三", employer: str = "示例大学", **details: Any) -> UUID:
    """In the pool."""
    made = await entered(name, employer, **details)
    await admitting.admit_expert(await keeper(), made)
    return made


async def person_of(made: UUID) -> UUID:
    return UUID(str(await rows.value(Q("SELECT person FROM expert WHERE id = {}", made))))


async def myself(made: UUID) -> Actor:
    """The expert, signed in."""
    person = await person_of(made)
    held = await rows.value(Q("SELECT id FROM membership WHERE person = {} AND role = 'expert'", person))
    name = str(await rows.value(Q("SELECT name FROM person WHERE id = {}", person)))
    return Actor(person, name, (Membership(UUID(str(held)), Role.EXPERT, None, ""),))


async def reachable(made: UUID, mobile: str = MOBILE) -> None:
    """Give the person a phone."""
    await rows.execute(
        Q(
            "UPDATE person SET mobile = {}, mobile_key = {} WHERE id = {}",
            secrets_box.seal("mobile", mobile),
            secrets_box.hmac_key(mobile),
            await person_of(made),
        )
    )


def invited(name: str = "钱七", mobile: str = MOBILE, **facts: Any) -> inviting.Invited:
    given: dict[str, Any] = {
        "employer_name": "示例大学",
        "category": Category.ACADEMIA,
        "recommendation": "熟悉骑手服务",
        **facts,
    }
    return inviting.Invited(name, mobile, **given)


def said(**facts: Any) -> Said:
    return Said(**{"employer_name": "示例大学", "category": Category.ACADEMIA, "areas": ("new-employment",), **facts})


async def sent_link(kind: str) -> str:
    """Run the outbox, and read the path of the newest link of this kind from the message that left."""
    await jobs.drain()
    folder = settings.get().letters_dir
    newest = sorted(folder.glob("*-sms.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in newest:
        found = re.search(rf"/experts/{kind}/[\w.-]+", file.read_text(encoding="utf8"))
        if found:
            return found.group(0)
    raise AssertionError(f"no {kind} link was sent")


def token_of(path: str) -> str:
    return path.rsplit("/", 1)[1]


async def state(made: UUID) -> str:
    return str(await rows.value(Q("SELECT state FROM expert WHERE id = {}", made)))


async def todos(subject: UUID) -> list[tuple[str, str]]:
    """Open to-dos: (action, role)."""
    found = await rows.DB.run_querystring(
        Q("SELECT action, coalesce(role, '') AS role FROM todo WHERE subject = {} AND done_at IS NULL ORDER BY 1, 2", subject)
    )
    return [(record["action"], record["role"]) for record in found]


async def letters(person: UUID) -> list[str]:
    found: list[str] = await rows.column(Q("SELECT kind FROM letter WHERE person = {} ORDER BY sent_at, id", person))
    return found
