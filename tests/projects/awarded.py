"""An awarded project with its money: what the later phases start from. Everybody concerned has a name here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from departments.funds import actions as ledger
from departments.funds.rules import Event
from departments.funds.tables import Fund
from kernel import clock, rows, signoff
from kernel.access import Actor, Role
from kernel.accounts.tables import Membership
from kernel.money import Fen, yuan
from projects.deciding.tables import Decision, FundingLine
from projects.signing import actions as signing
from projects.signing import queries
from projects.states import DecisionState, LineState, State
from projects.tables import BudgetLine, Indicator, Involvement, Project
from projects.tracking import actions as tracking
from tests import builders

assert tracking, "it plans the reports when a project begins"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n162\n%%EOF\n"


BUDGET = yuan(500_000)


class Sent:
    """A file as a form hands it over."""

    def __init__(self, filename: str = "回单.pdf", body: bytes = PDF) -> None:
        self.filename, self.body, self.at = filename, body, 0

    async def read(self, size: int = -1) -> bytes:
        end = len(self.body) if size < 0 else self.at + size
        chunk, self.at = self.body[self.at : end], min(end, len(self.body))
        return chunk

    async def seek(self, offset: int) -> int:
        self.at = offset
        return offset


class City(Struct):
    """The people around one awarded project."""

    project: Project
    lines: list[FundingLine]
    funds: list[Fund]
    team: Actor
    admin: Actor
    coordinator: Actor
    second: Actor
    director: Actor
    officer: Actor
    head: Actor
    finance: Actor
    other_finance: Actor
    stranger: Actor
    foreign_officer: Actor

    @property
    def code(self) -> str:
        return str(self.project.code)

    @property
    def line(self) -> FundingLine:
        return self.lines[0]


async def fund(owner: UUID, total: Fen = BUDGET, year: int = 2026, **columns: Any) -> Fund:
    row = await rows.insert(
        Fund(
            **{
                "code": f"F{rows.new_id().hex[-10:]}",
                "owner": owner,
                "year": year,
                "name": "示例部门预算",
                "budget_type": "general",
                "total": total,
                "modes": '["grant"]',
                "purposes": "[]",
                "forbidden": "[]",
                "project_cap": total,
                **columns,
            }
        )
    )
    await ledger.post(None, Event.BUDGET, total, fund=row.id, source=f"fund:{row.id}:opening")
    return row


async def line(project: Project, source: Fund, amount: Fen, decision: UUID | None) -> FundingLine:
    """A consented line whose money stands at DECIDED."""
    who, other = await builders.person("示例财务经办"), await builders.person("示例部门负责人")
    row = await rows.insert(
        FundingLine(
            project=project.id,
            decision=decision,
            fund=source.id,
            owner=source.owner,
            support_mode="grant",
            amount=amount,
            receipt="receipt",
            state=LineState.CONSENTED,
            proposed_by=who,
            proposed_at=clock.now(),
            checked_by=who,
            checked_at=clock.now(),
            consented_by=other,
            consented_at=clock.now(),
        )
    )
    await rows.execute(
        rows.Q(
            "INSERT INTO involvement (id, project, unit, why) VALUES ({}, {}, {}, 'fund') ON CONFLICT DO NOTHING",
            rows.new_id(),
            project.id,
            source.owner,
        )
    )
    about = ledger.About(project.id, project.code, project.title)
    for event in (Event.INTEND, Event.CLAIM, Event.DECIDE):
        await ledger.post(None, event, amount, fund=source.id, source=f"line:{row.id}:{event}", about=about, line=row.id)
    return row


async def meeting(project: Project) -> UUID:
    """A released decision with the confirmed minutes of its meeting."""
    who = await builders.person("示例会务")
    decision = await rows.insert(
        Decision(
            call=project.call,
            title="示例审定",
            state=DecisionState.RELEASED,
            prepared_by=who,
            prepared_at=clock.now(),
            convened_at=clock.now(),
            released_by=who,
            released_at=clock.now(),
        )
    )
    one, two = await builders.actor(Role.COORDINATOR), await builders.actor(Role.DIRECTOR)
    paper = await signoff.register(
        one,
        decision,
        signoff.Paper("minutes", "绵社纪〔2026〕1号", clock.today(), "部务会"),
        purpose="meeting",
        scan=rows.new_id(),
        ask=Role.DIRECTOR,
        ask_unit=None,
        title="示例",
        url="/w",
    )
    await signoff.confirm(two, paper.id)
    return decision.id


@rows.verb
async def approved(amounts: tuple[int, ...] = (50_000,), *, year: int = 2026, state: State = State.APPROVED) -> City:
    """A project whose award was issued, one funding department an amount (in yuan), budget and indicators as asked for."""
    total = yuan(sum(amounts))
    host = await builders.unit("society")
    call = await builders.call(
        host=host, fill_until=date(2026, 11, 10), endorse_until=date(2026, 11, 12), opens_on=date(2026, 10, 1)
    )
    organisation = await builders.unit(f"5251{rows.new_id().hex[-14:]}", name="示例社会工作服务中心", kind="organisation")
    team = await builders.actor(Role.APPLICANT, organisation)
    project = await builders.project(
        state,
        of=call,
        author=team.person,
        organisation=organisation,
        requested=total,
        determined=total,
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 5, 31),
    )
    await rows.insert(Involvement(project=project.id, unit=organisation, why="payee"))
    half = total // 2
    for n, (category, amount) in enumerate((("service", half), ("labour", total - half)), 1):
        await rows.insert(
            BudgetLine(
                project=project.id,
                position=n,
                category=category,
                item=f"示例用途{n}",
                quantity=1,
                unit_price=amount,
                requested=amount,
            )
        )
    for n, (name, target) in enumerate((("开展社区活动", 12), ("服务人次", 300)), 1):
        await rows.insert(Indicator(project=project.id, position=n, kind="activity", name=name, unit="次", target=target))
    decision = await meeting(project)
    owners = [await builders.unit(code) for code in ("scitech", "civil", "health")[: len(amounts)]]
    funds = [await fund(owner, year=year) for owner in owners]
    lines = [await line(project, source, yuan(amount), decision) for source, amount in zip(funds, amounts, strict=True)]
    return City(
        project=project,
        lines=lines,
        funds=funds,
        team=team,
        admin=await builders.actor(Role.ORGANISATION_ADMIN, organisation),
        coordinator=await builders.actor(Role.COORDINATOR, host),
        second=await builders.actor(Role.COORDINATOR, host),
        director=await builders.actor(Role.DIRECTOR, host),
        officer=await builders.actor(Role.OFFICER, owners[0]),
        head=await builders.actor(Role.HEAD, owners[0]),
        finance=await builders.actor(Role.FINANCE_OFFICER, owners[0]),
        other_finance=await builders.actor(Role.FINANCE_OFFICER, owners[0]),
        stranger=await builders.actor(Role.APPLICANT, await builders.unit("5200000000000000XX", kind="organisation")),
        foreign_officer=await builders.actor(Role.OFFICER, await builders.unit("education")),
    )


def at(day: date) -> None:
    """The morning of that day."""
    clock.fix(datetime(day.year, day.month, day.day, 10, tzinfo=clock.SHANGHAI))


async def at_once(change: rows.Q) -> None:
    """A change whose deferred constraints are asked immediately."""
    async with rows.transaction():
        await rows.execute(change)
        await rows.execute(rows.Q("SET CONSTRAINTS ALL IMMEDIATE"))


async def refresh(project: Project) -> Project:
    return await rows.find(Project, Project.id == project.id, lock=False)


async def member_of(actor: Actor, unit: UUID, role: Role) -> Actor:
    """The same person with one more membership."""
    row = await rows.insert(Membership(person=actor.person, role=role, unit=unit, starts_on=date(2026, 1, 1)))
    return Actor(actor.person, actor.name, (*actor.memberships, type(actor.memberships[0])(row.id, role, unit, "")))


async def revise(city: City, version: int = 1) -> None:
    """The budget as asked for, one indicator a little lower."""
    budget = await queries.budget(city.project.id)
    goals = await queries.indicators(city.project.id)
    await signing.revise(
        city.team,
        city.code,
        budget={row.id: row.requested for row in budget},
        goals={row.id: row.target for row in goals},
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 5, 31),
        version=version,
    )


async def presented(city: City) -> None:
    await revise(city)
    await signing.present(city.team, city.code, version=2)


async def team_signed(city: City) -> None:
    await presented(city)
    await signing.sign_team(
        city.admin, city.code, account_name="示例社会工作服务中心", bank="示例银行涪城支行", account="6222020012345678", version=3
    )


async def running(amounts: tuple[int, ...] = (50_000,), *, year: int = 2026) -> City:
    city = await approved(amounts, year=year)
    await team_signed(city)
    await signing.sign_host(city.director, city.code, version=4)
    city.project = await refresh(city.project)
    return city
