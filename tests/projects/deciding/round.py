"""A round after scoring: three ranked projects, the city's funds, and everybody who decides, pays and handles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from departments import catalogue
from departments.funds import actions as ledger
from departments.kinds import SupportMode
from kernel import clock, rows, signoff
from kernel.access import Actor, Role
from kernel.money import Fen, yuan
from kernel.rows import Q
from kernel.tables import Signoff
from projects.deciding import actions as deciding
from projects.deciding.rules import Outcome, ReceiptKind
from projects.panels.tables import Panel, Seat
from projects.pledging import actions as pledging
from projects.publicising import actions as publicising
from projects.states import PanelState, SeatState, State
from projects.tables import Call, Project
from talent_pool.profiles.rules import Category
from talent_pool.profiles.tables import Expert
from tests import builders

AWARD = yuan(50_000)


class Round(msgspec.Struct):
    """What a test speaks about."""

    call: Call
    projects: list[Project]
    coordinator: Actor
    second: Actor
    director: Actor
    officer: Actor
    finance: Actor
    head: Actor
    auditor: Actor
    decision: UUID | None = None

    @property
    def codes(self) -> list[str]:
        return [str(project.code) for project in self.projects]

    @property
    def ident(self) -> UUID:
        assert self.decision is not None
        return self.decision


async def funds() -> None:
    """Every department and every fund of the catalogue."""
    for department in catalogue.load().departments:
        await builders.unit(department.code, department.name)
    await ledger.ensure_funds()


async def ranked(count: int = 3, **columns: Any) -> Round:
    """`count` scored projects of one call, 90 points downwards."""
    await funds()
    society = await builders.unit("society")
    scitech = await builders.unit("scitech")
    call = await builders.call()
    projects = [
        await builders.project(
            State.SCORED,
            of=call,
            rank=n + 1,
            average=9000 - 100 * n,
            title=f"第{n + 1}名项目（示例）",
            support_mode="grant",
            **columns,
        )
        for n in range(count)
    ]
    return Round(
        call=call,
        projects=projects,
        coordinator=await builders.actor(Role.COORDINATOR, society, "周经办"),
        second=await builders.actor(Role.COORDINATOR, society, "吴经办"),
        director=await builders.actor(Role.DIRECTOR, society, "郑部长"),
        officer=await builders.actor(Role.OFFICER, scitech, "孙科员"),
        finance=await builders.actor(Role.FINANCE_OFFICER, scitech, "钱会计"),
        head=await builders.actor(Role.HEAD, scitech, "赵局长"),
        auditor=await builders.actor(Role.AUDITOR, None, "李审计"),
    )


async def prepared(count: int = 3, approve: int = 1, **columns: Any) -> Round:
    """A decision with the first `approve` projects listed for award, the rest declined."""
    city = await ranked(count, **columns)
    decision = await deciding.prepare(city.coordinator, city.call.code, title="审定方案（示例）", money_line=None)
    city.decision = decision.id
    await deciding.arrange(city.coordinator, city.ident, city.codes[:approve], Outcome.APPROVE)
    if city.codes[approve:]:
        await deciding.arrange(city.coordinator, city.ident, city.codes[approve:], Outcome.DECLINE)
    return city


async def line(city: Round, code: str, amount: Fen = AWARD, fund: str = "scitech-2026") -> UUID:
    return await pledging.propose(city.coordinator, city.ident, code, fund=fund, mode=SupportMode.GRANT, amount=amount)


async def consented(city: Round, code: str, amount: Fen = AWARD) -> UUID:
    """A line its department has checked and consented to."""
    ident = await line(city, code, amount)
    await pledging.check(city.finance, ident, receipt=ReceiptKind.SETTLEMENT, version=1)
    await pledging.consent(city.head, ident, version=2)
    return ident


async def covered(count: int = 3, approve: int = 1, **columns: Any) -> Round:
    """Prepared, and every award covered by consented lines."""
    city = await prepared(count, approve, **columns)
    for code in city.codes[:approve]:
        await consented(city, code)
    return city


async def version(ident: UUID) -> int:
    return int(await rows.value(Q("SELECT version FROM decision WHERE id = {}", ident)))


async def convened(count: int = 3, approve: int = 1, **columns: Any) -> Round:
    city = await covered(count, approve, **columns)
    await deciding.convene(city.coordinator, city.ident, await version(city.ident))
    return city


async def minutes(city: Round, by: Actor | None = None) -> Signoff:
    """The minutes as registered; the scan is a name only, uploads are tested with the files."""
    return await signoff.register(
        by or city.coordinator,
        ("decision", city.ident),
        signoff.Paper(
            "minutes",
            "绵社会纪〔2026〕1号",
            date(2026, 11, 19),
            "市委社会工作部部务会（示例）",
            "应到 7 人，实到 7 人，同意 7 票",
        ),
        purpose="meeting",
        scan=rows.new_id(),
        ask=Role.COORDINATOR,
        ask_unit=city.call.host,
        title="确认会议纪要",
        url=f"/w/decisions/{city.ident}",
    )


async def ready(count: int = 3, approve: int = 1, **columns: Any) -> Round:
    """Convened, with minutes registered by one and confirmed by another."""
    city = await convened(count, approve, **columns)
    paper = await minutes(city)
    await deciding.confirm_minutes(city.second, city.ident, paper.id)
    return city


async def released(count: int = 3, approve: int = 1, **columns: Any) -> Round:
    city = await ready(count, approve, **columns)
    await publicising.release(city.coordinator, city.ident, await version(city.ident))
    return city


async def notice_code(city: Round) -> str:
    return str(await rows.value(Q("SELECT code FROM notice WHERE decision = {}", city.ident)))


async def state_of(project: Project) -> State:
    return State(await rows.value(Q("SELECT state FROM project WHERE id = {}", project.id)))


def later(business_time: Any, year: int, month: int, day: int, hour: int = 9) -> None:
    """Set the business clock."""
    business_time(datetime(year, month, day, hour, tzinfo=clock.SHANGHAI))


async def scorer(city: Round, name: str, person: UUID | None = None) -> Actor:
    """Somebody who signed scores in this call."""
    who = person or await builders.person(name)
    expert = await rows.insert(
        Expert(person=who, employer_name="示例单位", category=next(iter(Category)), areas="[]", added_at=clock.now())
    )
    panel = await rows.insert(
        Panel(
            call=city.call.id,
            name=f"评审组{rows.new_id().hex[-4:]}",
            seats=5,
            pack_hash=city.call.pack_hash,
            review_on=clock.today(),
            formed_by=who,
            formed_at=clock.now(),
            state=PanelState.CLOSED,
        )
    )
    await rows.insert(
        Seat(
            panel=panel.id,
            expert=expert.id,
            person=who,
            number=1,
            kind="general",
            state=SeatState.SIGNED,
            promised_at=clock.now(),
            signed_at=clock.now(),
        )
    )
    return Actor(who, name)
