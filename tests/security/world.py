"""A small city in the middle of everything: calls, projects and money in many states, told through the platform's own verbs."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from departments.funds.actions import ensure_funds
from departments.kinds import SupportMode
from kernel import clock, jobs, rows, signoff
from kernel.accounts.tables import Membership, Person
from kernel.rows import Q
from projects.calls import actions as calls
from projects.deciding import actions as deciding
from projects.deciding.objections import Upheld
from projects.deciding.rules import Outcome, ReceiptKind
from projects.drawing import actions as drawing
from projects.importing import actions as importing
from projects.objecting import actions as objecting
from projects.pledging import actions as pledging
from projects.scoring import actions as scoring
from projects.screening import actions as screening
from projects.screening.words import CHECKLIST
from projects.signing import actions as signing
from projects.submitting import actions as drafting
from projects.tracking import actions as tracking
from projects.tracking.rules import Grade
from server.demo import people
from server.demo.names import Seed
from server.demo.walk import applying, consulting, reviewing, running
from server.demo.walk import deciding as decisions
from server.demo.walk.cast import Cast, Paper, project, version
from tests.projects.importing import sheet
from tests.security import think_tank

ORGANISATIONS = 6
AREAS = {"science": ("scitech", {"society", "education", "youth"}), "elderly": ("civil", {"health", "women"})}
"""Every project is of one of these: its lead department, and those that take part. 残联、人社 have nothing to do with any."""
DECLINED, UNDECIDED = "本年度预算已安排完毕，不同意出资。", "按名次暂缓安排。"


class World(Struct):
    """What the tests speak about, by the name the story gives it."""

    who: dict[str, UUID]
    projects: dict[str, UUID]
    codes: dict[str, str]
    panel: UUID
    closed_panel: UUID
    things: dict[str, str]
    """Ids of the think tank, by the name the story gives them."""


async def build() -> World:
    seed = Seed(7)
    async with rows.transaction():
        unit_of = await people.units(seed)
        unit_of |= await people.organisations(seed, range(1, ORGANISATIONS + 1))
        who = await people.people(seed, unit_of)
        teams = await people.applicants(seed, unit_of, who, range(1, ORGANISATIONS + 1))
        await people.experts(seed, who, range(24))
        await ensure_funds()
        for role in ("member", "agent"):
            who[role] = (await rows.insert(Person(name=f"示例{role}", sort_key=role, created_at=clock.real_now()))).id
            await rows.insert(Membership(person=who[role], role=role, unit=unit_of["society"], starts_on=people.SINCE))
        unit_of |= await people.organisations(seed, range(ORGANISATIONS + 1, ORGANISATIONS + 2))
        await people.applicants(seed, unit_of, who, range(ORGANISATIONS + 1, ORGANISATIONS + 2))
        who |= {f"{name}-stranger": seed.id(name, ORGANISATIONS + 1) for name in ("team", "orgadmin")}
        cast = Cast(seed, unit_of, who, teams, clock.today())
        with clock.at(cast.morning(-230)):
            await applying.papers(cast, ORGANISATIONS)
        world = World(who, {}, {}, UUID(int=0), UUID(int=0), {})
        await _running(cast, world)
        await consulting.advise(cast)
        await _deciding(cast, world)
        await _in_notice(cast, world)
        await _reviewing(cast, world)
        await _open(cast, world)
        await _matching(cast, world)
        await people.experts(seed, who, range(24, 25))
        who["expert-outside"] = seed.id("expert-person", 24)
        await _unpublished(cast)
        await _brought_in(cast)
        world.things |= await think_tank.fill(cast)
        listed = Q("SELECT id FROM expert WHERE person = {}", who["expert-listed"])
        world.things["expert-listed"] = str(await rows.value(listed))
    waiting = Q(
        "SELECT id FROM outbox WHERE state = 'waiting' AND job NOT LIKE '%print_receipt' AND job NOT LIKE '%embed'"
        " ORDER BY queued_at, id"
    )
    for ident in await rows.column(waiting):
        await jobs.run(ident)
    for name, ident in world.projects.items():
        world.codes[name] = str(await rows.value(Q("SELECT coalesce(code, id::text) FROM project WHERE id = {}", ident)))
    return world


async def _apply(cast: Cast, world: World, round_: applying.Round, day: int, **named: int) -> list[str]:
    """One project an organisation: odd ones of science, even ones for the elderly."""
    codes = []
    for name, number in named.items():
        codes.append(await applying.apply(cast, round_, number, day, area=("elderly", "science")[number % 2]))
        world.projects[name] = await project(codes[-1])
    return codes


async def _judged(cast: Cast, world: World, title: str, start: int, **named: int) -> tuple[applying.Round, list[str], UUID]:
    """A call whose projects are all scored; the panel closed."""
    round_ = await applying.publish(cast, title, (start, start + 10, start + 12))
    codes = await _apply(cast, world, round_, start + 2, **named)
    await reviewing.opine(cast, codes[:2], start + 4)
    await applying.close(cast, round_, start + 13)
    await _accept(cast, codes, start + 14)
    await reviewing.audit_amounts(cast, codes, start + 15)
    panel = await reviewing.seat(cast, round_.code, codes, start + 20, 1)
    await reviewing.score(cast, panel, codes, start + 20, 90)
    await reviewing.close(cast, panel, start + 20)
    return round_, codes, panel


async def _accept(cast: Cast, codes: list[str], day: int) -> None:
    with clock.at(cast.morning(day)):
        for code in codes:
            await screening.accept(
                await cast.actor("coordinator"),
                code,
                items=dict.fromkeys(CHECKLIST, True),
                note="材料齐全，形式合格。",
                version=await version("project", await project(code)),
            )


async def _running(cast: Cast, world: World) -> None:
    """Awarded: one runs and was paid, one is closed, one has its agreement sent back; one in reserve, one declined, one lapsed."""
    round_, codes, world.closed_panel = await _judged(
        cast, world, "第一批", -220, running=1, closed=2, agreeing=3, reserved=4, declined=5
    )
    notice = await decisions.decide(cast, round_.code, "第一批", (-196, -194, -193), 3, 1)
    await _object(cast, notice, codes, answered=True)
    issued = await decisions.issue(cast, notice, -180)
    carried = {who.number: who for who in [await running.awarded(cast, code) for code in issued]}
    await _pay_and_report(cast, carried[1])
    await _close(cast, carried[2])
    await _agreement(cast, carried[3])


async def _object(cast: Cast, notice: str, codes: list[str], *, answered: bool) -> None:
    starts = await rows.value(Q("SELECT starts_on FROM notice WHERE code = {}", notice))
    listed = str(
        await rows.value(Q("SELECT i.code FROM notice_item i JOIN notice n ON n.id = i.notice WHERE n.code = {} LIMIT 1", notice))
    )
    day = (starts - cast.today).days
    with clock.at(cast.morning(day, 10)):
        code = await objecting.lodge(
            notice, listed, name="钱某某", contact="13900001111", by_unit=False, statement="与往年内容相同。"
        )
        await objecting.extend(await cast.actor("secretary"), code, reason="需要外出核查。", version=1)
    if answered:
        with clock.at(cast.morning(day + 3)):
            held = await rows.value(Q("SELECT version FROM objection WHERE code = {}", code))
            await objecting.answer(
                await cast.actor("secretary"), code, outcome=Upheld.DISMISSED, text="经核查，情况不属实。", version=held
            )


async def _pay_and_report(cast: Cast, who: running.Awarded) -> None:
    await running.sign(cast, who, -175, cast.day(60))
    await running.pay(cast, who, -170)
    await running.spend(cast, who, -120)
    await running.report(cast, who, cast.day(-20), leave_last=True)
    last = await rows.value(Q("SELECT id FROM report WHERE project = {} AND state = 'submitted'", who.id))
    with clock.at(cast.morning(-15)):
        await tracking.return_report(
            await cast.actor("coordinator"), last, reason="请补充服务台账。", version=await version("report", last)
        )


async def _close(cast: Cast, who: running.Awarded) -> None:
    await running.sign(cast, who, -175, cast.day(-40))
    await running.pay(cast, who, -170)
    await running.report(cast, who, cast.day(-90))
    await running.pay(cast, who, -85, number=2)
    await running.spend(cast, who, -60, 100)
    await running.report(cast, who, cast.day(-20))
    await running.finish(cast, who, -12)
    await running.close(cast, who, -5, Grade.QUALIFIED)


async def _agreement(cast: Cast, who: running.Awarded) -> None:
    await running.revise(cast, who, -9, cast.day(170))
    with clock.at(cast.morning(-8)):
        await signing.present(who.team, who.code, version=await version("agreement", await _agreement_of(who.id)))
        held = await version("agreement", await _agreement_of(who.id))
        await signing.return_to_team(await cast.actor("coordinator"), who.code, reason="指标口径请核对。", version=held)


async def _agreement_of(ident: UUID) -> UUID:
    return UUID(str(await rows.value(Q("SELECT id FROM agreement WHERE project = {}", ident))))


async def _deciding(cast: Cast, world: World) -> None:
    """Nothing of this decision may be known: one line declined, one waiting at another department, one consented to."""
    round_, codes, _ = await _judged(cast, world, "第二批", -90, pledged=1, promised=2, postponed=3)
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(-30)):
        decision = (await deciding.prepare(coordinator, round_.code, title="第二批审定方案", money_line=None)).id
        await deciding.arrange(coordinator, decision, codes[:2], Outcome.APPROVE)
        await deciding.settle_item(
            coordinator, decision, codes[2], outcome=Outcome.DECLINE, amount=None, reason=UNDECIDED, version=1
        )
        first = await _propose(cast, decision, codes[0], "scitech-2026")
        await pledging.decline(await cast.actor("head-scitech"), first, reason=DECLINED, version=1)
        await _propose(cast, decision, codes[0], "union-2026")
        line = await _propose(cast, decision, codes[1], "civil-lottery-2026")
        await pledging.check(await cast.actor("finance-civil"), line, receipt=ReceiptKind.INVOICE, version=1)
        await pledging.consent(await cast.actor("head-civil"), line, version=await version("funding_line", line))


async def _propose(cast: Cast, decision: UUID, code: str, fund: str) -> UUID:
    amount = await rows.value(
        Q(
            "SELECT i.amount FROM decision_item i JOIN project p ON p.id = i.project WHERE i.decision = {} AND p.code = {}",
            decision,
            code,
        )
    )
    return await pledging.propose(
        await cast.actor("coordinator"), decision, code, fund=fund, mode=SupportMode.GRANT, amount=amount
    )


async def _in_notice(cast: Cast, world: World) -> None:
    """Released three days ago, an objection open."""
    round_, codes, _ = await _judged(cast, world, "第三批", -60, publicised=4, waiting=5)
    notice = await decisions.decide(cast, round_.code, "第三批", (-20, -8, -3), 1, 1)
    await _object(cast, notice, codes, answered=False)


async def _reviewing(cast: Cast, world: World) -> None:
    """Scoring is open: sheets saved, one expert recused from one project, one seat declined before."""
    round_ = await applying.publish(cast, "第四批", (-40, -25, -23))
    codes = await _apply(cast, world, round_, -38, scoring=1, recusing=2)
    await applying.close(cast, round_, -22)
    await _accept(cast, codes, -20)
    world.panel = await reviewing.seat(cast, round_.code, codes, -1, 2)
    await reviewing.score(cast, world.panel, codes, -1, 86, seats=3)
    sitting = await rows.column(Q("SELECT person FROM seat WHERE panel = {} AND state = 'promised' ORDER BY number", world.panel))
    standing = await rows.column(Q("SELECT person FROM seat WHERE panel = {} AND state = 'standby' ORDER BY number", world.panel))
    world.who |= {"expert-seated": sitting[0], "expert-recused": sitting[1], "expert-standby": standing[-1]}
    with clock.at(cast.morning(0, 8)):
        recused = await cast.actor(sitting[1])
        await scoring.recuse(recused, world.panel, codes[1], "三年内曾在该单位任职。")
        seat = await rows.value(Q("SELECT id FROM seat WHERE panel = {} AND person = {}", world.panel, sitting[3]))
        await drawing.record_phone(await cast.actor("secretary"), world.panel, seat, outcome="coming", note="已电话确认到场。")
        await drawing.replace_seat(await cast.actor("secretary"), world.panel, seat, reason="临时出差。")


async def _open(cast: Cast, world: World) -> None:
    """A call that takes applications: a draft, one with the unit, and what screening made of the others."""
    round_ = await applying.publish(cast, "第五批", (-12, 18, 20))
    world.projects["draft"] = await project(await applying.draft(cast, round_, 1, -5, area="science"))
    ref = await applying.draft(cast, round_, 2, -5, area="elderly")
    world.projects["endorsing"] = await project(ref)
    await applying.submit(cast, ref, 2, -2)
    codes = await _apply(cast, world, round_, -9, submitted=3, returned=4, refused=5, withdrawn=6)
    await reviewing.opine(cast, codes[:1], -7)
    await reviewing.give_back(cast, codes[1], -2)
    await reviewing.refuse(cast, codes[2], -1)
    with clock.at(cast.morning(-2)):
        await drafting.withdraw(
            await cast.team(6), codes[3], "单位内部安排调整。", await version("project", world.projects["withdrawn"])
        )


async def _matching(cast: Cast, world: World) -> None:
    """Two are being judged by the experts that were matched to each; one still looks for its own."""
    round_ = await applying.publish(cast, "第七批", (-40, -25, -23))
    codes = await _apply(cast, world, round_, -38, listed=3, matched=4, matching=5)
    await applying.close(cast, round_, -22)
    await _accept(cast, codes, -20)
    world.things |= await think_tank.match(cast, round_.code, *codes)
    only = "SELECT s.person FROM seat s WHERE s.panel = {} GROUP BY s.person, s.id HAVING {} = ARRAY(SELECT ch.project FROM charge ch WHERE ch.seat = s.id)"
    ask = Q(f"{only} ORDER BY s.id LIMIT 1", UUID(world.things["panel-listed"]), [world.projects["listed"]])
    world.who["expert-listed"] = await rows.value(ask)


async def _unpublished(cast: Cast) -> None:
    """One call is being written, one waits for its approval, which an officer of the host has registered from paper."""
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(-2)):
        await calls.draft(coordinator)
        code = (await calls.draft(coordinator)).split("/")[3]
        days = {"opens_on": cast.day(10), "fill_until": cast.day(40), "endorse_until": cast.day(42)}
        await calls.edit(coordinator, code, 1, {"title": "第六批", "summary": "面向重点领域。", "contact": "示例电话", **days})
        await calls.send(coordinator, code, 2)
        paper = signoff.Paper("memo", "绵社签〔2026〕3号", cast.day(-3), "市委社会工作部", "同意", "同意发布。")
        await calls.register_approval(await cast.actor("officer-society"), code, paper, Paper("签报.pdf"))


async def _brought_in(cast: Cast) -> None:
    with clock.at(cast.morning(-1)):
        await importing.load(await cast.actor("coordinator"), "往年立项.xlsx", sheet.workbook(sheet.row()))
