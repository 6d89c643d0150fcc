"""A need and the people around it: who asks, who arranges, who knows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from kernel import clock, rows, secrets_box
from kernel.access import Actor, Role
from kernel.accounts.tables import Person
from kernel.rows import Q
from talent_pool.consultations import actions
from talent_pool.consultations.actions import About, Asked
from talent_pool.consultations.holding import actions as holding
from talent_pool.consultations.inviting import actions as inviting
from talent_pool.consultations.kinds import Mode
from talent_pool.consultations.rules import parties_of_unit
from talent_pool.consultations.tables import Consultation, Invitation
from talent_pool.profiles.tables import Expert
from tests import builders

NEED = Asked(
    topic="骑手驿站的冲突调解",
    need="驿站里骑手与商户常有争执，想请专家指导调解流程。",
    area="new-employment",
    mode=Mode.ON_SITE,
    fields=("new-employment.riders",),
    county="510703",
)


async def coordinator() -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"))


async def director() -> Actor:
    return await builders.actor(Role.DIRECTOR, await builders.unit("society"))


async def officer(code: str = "labour") -> Actor:
    return await builders.actor(Role.OFFICER, await builders.unit(code))


async def expert(name: str = "张三", employer: str = "示例大学", mobile: str = "", **columns: Any) -> tuple[UUID, Actor]:
    """An admitted expert and the actor behind."""
    who = await builders.actor(Role.EXPERT, None, name)
    if mobile:
        await Person.update({Person.mobile: secrets_box.seal("mobile", mobile)}).where(Person.id == who.person)
    lists = {key: msgspec.json.encode(columns.pop(key, ())).decode() for key in ("fields", "counties")}
    given = {"areas": msgspec.json.encode(columns.pop("areas", ("new-employment",))).decode(), "category": "academia"}
    row = await rows.insert(
        Expert(person=who.person, employer_name=employer, added_at=clock.now(), **{**given, **lists, **columns})
    )
    return row.id, who


async def asked(who: Actor | None = None, need: Asked = NEED) -> tuple[Actor, str]:
    """A need of a department, and who asked."""
    await lead("new-employment")
    actor = who or await officer()
    unit = actor.memberships[0].unit
    assert unit is not None
    name = str(await rows.value(Q("SELECT name FROM unit WHERE id = {}", unit)))
    return actor, await actions.ask(actor, need, About(unit, parties_of_unit(unit, name, actor.person)))


async def lead(area: str) -> UUID:
    """The department that leads an area exists."""
    from departments import catalogue

    return await builders.unit(catalogue.load().area(area).lead)


async def version(code: str) -> int:
    return int(await rows.value(Q("SELECT version FROM consultation WHERE code = {}", code)))


async def state(code: str) -> str:
    return str(await rows.value(Q("SELECT state FROM consultation WHERE code = {}", code)))


async def invite(office: Actor, code: str, *experts: UUID) -> list[UUID]:
    """Their invitations, in order."""
    await inviting.invite(office, code, experts, version=await version(code))
    return [await invitation(code, one) for one in experts]


async def invitation(code: str, one: UUID) -> UUID:
    return UUID(
        str(
            await rows.value(
                Q(
                    "SELECT v.id FROM invitation v JOIN consultation c ON c.id = v.consultation WHERE c.code = {} AND v.expert = {}"
                    " ORDER BY v.number DESC LIMIT 1",
                    code,
                    one,
                )
            )
        )
    )


async def invitation_state(ident: UUID) -> str:
    return str((await rows.find(Invitation, Invitation.id == ident, lock=False)).state)


async def agreed() -> tuple[Actor, Actor, Actor, str, UUID]:
    """Somebody has accepted: who asked, the office, the expert, the code, the invitation."""
    who, code = await asked()
    office, (one, person) = await coordinator(), await expert()
    (ident,) = await invite(office, code, one)
    await inviting.accept(person, ident)
    return who, office, person, code, ident


async def held(
    duration: int = 120, advice: tuple[str, ...] = ("先分流再调解。", "建立值班表。")
) -> tuple[Actor, Actor, Actor, str, UUID]:
    who, office, person, code, ident = await agreed()
    await holding.record(
        office,
        code,
        held_on=date(2026, 11, 20),
        duration=duration,
        minutes="到驿站现场查看，与三名骑手座谈。",
        advice=advice,
        version=await version(code),
    )
    return who, office, person, code, ident


async def row(code: str) -> Consultation:
    return await rows.find(Consultation, Consultation.code == code, lock=False)


def morning(day: int, hour: int = 9) -> None:
    """A morning of November 2026; the 20th is the Friday on which tests begin."""
    clock.fix(datetime(2026, 11, day, hour, tzinfo=clock.SHANGHAI))
