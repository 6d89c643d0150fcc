"""Builders for matching: experts who write about something, projects that need it, a run answered in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import msgspec

from kernel import clock, rows
from kernel.access import Actor, Role
from projects.matching import actions, running
from projects.matching.tables import MatchRun
from projects.states import State
from projects.tables import Call, Project
from talent_pool.profiles.tables import ExpertWork
from tests import builders
from tests.projects import reviewing

REVIEW_ON = reviewing.REVIEW_ON
SUBJECTS = (
    "社区老年人助餐与居家照护服务，邻里互助与志愿者结对。",
    "新就业群体骑手外卖快递员的职业健康、权益保障与站点服务。",
    "青少年心理辅导，学校社会工作，留守儿童陪伴与家庭教育指导。",
)


async def project(call: Call, subject: int = 0, **columns: object) -> Project:
    answers = {"need": {"analysis": SUBJECTS[subject] * 3, "goal": SUBJECTS[subject]}}
    given = {"answers": msgspec.json.encode(answers).decode(), "title": SUBJECTS[subject][:20], **columns}
    return await builders.project(State.ACCEPTED, of=call, **given)


async def expert(name: str, subject: int = 0, employer: str = "", **details: object) -> UUID:
    """An expert with two works about one of the subjects."""
    ident = await reviewing.expert(name, employer, **details)
    for position in (1, 2):
        work = ExpertWork(
            expert=ident,
            position=position,
            kind="paper",
            title=f"{SUBJECTS[subject][:12]}研究{position}",
            text=SUBJECTS[subject] * 2,
            changed_at=clock.now(),
        )
        await rows.insert(work)
    return ident


async def pool(size: int = 12) -> list[UUID]:
    """Experts with an employer each; a third qualify for finance, a third for the community's seat; subjects in turn."""
    return [await expert(f"专家{n:02d}", n // 3 % 3, finance=n % 3 == 0, community=n % 3 == 1) for n in range(size)]


@contextmanager
def here() -> Iterator[None]:
    """Puzzles are answered in this process."""
    running.use(running.Here())
    try:
        yield
    finally:
        running.use(None)


async def asked(call: Call, by: Actor | None = None, objective: str = "total", **more: object) -> UUID:
    coordinator = by or await reviewing.host()
    given: dict[str, object] = {"objective": objective, "review_on": REVIEW_ON, **more}
    url = await actions.ask_run(coordinator, call.code, **given)  # type: ignore[arg-type]
    return UUID(url.split("/")[3])


async def answered(call: Call, by: Actor | None = None, objective: str = "total", **more: object) -> MatchRun:
    ident = await asked(call, by, objective, **more)
    with here():
        await actions.match(run=str(ident))
    return await found(ident)


async def found(ident: UUID) -> MatchRun:
    return await MatchRun.objects().get(MatchRun.id == ident)


async def director() -> Actor:
    return await builders.actor(Role.DIRECTOR, await builders.unit("society"))


MONDAY = date(2026, 11, 23)
