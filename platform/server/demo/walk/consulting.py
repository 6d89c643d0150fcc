"""Advice during delivery: one need in every stage, from waiting for an answer to paid and finished, and one that found nobody."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Actor
from kernel.rows import Q
from projects.consulting import actions as consulting
from server.demo.walk.cast import Cast, Paper, version
from server.demo.words import CONSULTING
from talent_pool.consultations import actions as asking
from talent_pool.consultations.actions import About, Asked
from talent_pool.consultations.fees import actions as fees
from talent_pool.consultations.fees.rules import usual
from talent_pool.consultations.holding import actions as holding
from talent_pool.consultations.inviting import actions as inviting
from talent_pool.consultations.kinds import Help, Mode, Urgency
from talent_pool.consultations.queries import AdviceRow, advice
from talent_pool.consultations.rules import advice_lines, parties_of_unit
from talent_pool.profiles.kinds import FeeClass

LONG = 150


class _Running(Struct, frozen=True):
    code: str
    area: str


async def advise(cast: Cast) -> None:
    """What teams of running projects, a department and a station asked the pool."""
    mine = await rows.one(
        _Running,
        Q(
            "SELECT p.code, p.area FROM project p JOIN project_member m ON m.project = p.id WHERE m.person = {}"
            " AND p.state = 'running' ORDER BY p.code LIMIT 1",
            (await cast.team(1)).person,
        ),
    )
    if mine:
        await _finished(cast, mine)
        await _inviting(cast, mine)
    await _held(cast)
    await _agreed(cast)
    await _unmet(cast)
    await _waiting(cast)


COUNTIES = {
    "training": "510703", "evaluation": "510704", "safety": "510781", "dementia": "510722", "sign-language": "510725",
    "hospice": "510705", "conflict": "510703",
}  # fmt: skip
"""Where each need is; most of the city is not its central district."""


def _need(key: str, area: str, mode: Mode, *fields: str, urgency: Urgency = Urgency.NORMAL) -> Asked:
    topic, need = CONSULTING[key]
    return Asked(topic=topic, need=need, area=area, mode=mode, urgency=urgency, fields=fields, county=COUNTIES[key])


async def _of_unit(cast: Cast, who: Actor, asked: Asked, day: int) -> str:
    held = who.memberships[0]
    assert held.unit is not None
    with clock.at(cast.morning(day)):
        about = About(held.unit, parties_of_unit(held.unit, held.unit_name, who.person))
        return await asking.ask(who, asked, about)


async def _found(code: str) -> UUID:
    return UUID(str(await rows.value(Q("SELECT id FROM consultation WHERE code = {}", code))))


async def _held_version(code: str) -> int:
    return await version("consultation", await _found(code))


async def _invite(cast: Cast, code: str, day: int, *names: str) -> list[tuple[Actor, UUID]]:
    """These experts by their accounts; answers with who they are and their invitations."""
    people = [await cast.actor(name) for name in names]
    experts = [UUID(str(await rows.value(Q("SELECT id FROM expert WHERE person = {}", one.person)))) for one in people]
    with clock.at(cast.morning(day)):
        await inviting.invite(await cast.actor("coordinator"), code, experts, version=await _held_version(code))
    row = await _found(code)
    return [
        (one, await rows.value(Q("SELECT id FROM invitation WHERE consultation = {} AND person = {}", row, one.person)))
        for one in people
    ]


async def _meet(cast: Cast, code: str, day: int, on: int) -> None:
    with clock.at(cast.morning(day)):
        await holding.schedule(
            await cast.actor("coordinator"),
            code,
            meets_at=cast.morning(on, 14),
            place=CONSULTING["place"][0],
            agenda=CONSULTING["place"][1],
            version=await _held_version(code),
        )


async def _record(cast: Cast, code: str, day: int) -> list[AdviceRow]:
    with clock.at(cast.morning(day, 16)):
        await holding.record(
            await cast.actor("coordinator"),
            code,
            held_on=clock.today(),
            duration=LONG,
            minutes=CONSULTING["minutes"][0],
            advice=advice_lines(CONSULTING["minutes"][1]),
            version=await _held_version(code),
        )
    return await advice(await _found(code))


async def _finished(cast: Cast, project: _Running) -> None:
    team = await cast.team(1)
    with clock.at(cast.morning(-60)):
        asked = _need("training", project.area, Mode.ON_SITE, "community.volunteers")
        code = await consulting.ask(team, project.code, asked, [Paper(CONSULTING["place"][2])])
    ((expert, invitation),) = await _invite(cast, code, -59, "expert-01")
    with clock.at(cast.morning(-59, 15)):
        await inviting.accept(expert, invitation, by_link=True)
    await _meet(cast, code, -58, -55)
    lines = await _record(cast, code, -55)
    with clock.at(cast.morning(-54)):
        answers = {line.id: (number > 0, "" if number else CONSULTING["refused"][0]) for number, line in enumerate(lines)}
        await holding.decide_advice(team, code, answers, version=await _held_version(code))
        said = CONSULTING["feedback"]
        await holding.give_feedback(team, code, Help.HELPED, said[0], version=await _held_version(code))
        held = await version("invitation", invitation)
        await holding.give_expert_feedback(expert, invitation, Help.PARTLY, said[1], version=held)
    with clock.at(cast.morning(-53)):
        fee_class = FeeClass(await rows.value(Q("SELECT fee_class FROM expert WHERE person = {}", expert.person)))
        await fees.enter(await cast.actor("coordinator"), code, invitation, usual(LONG, fee_class), version=0)
        fee = await rows.value(Q("SELECT id FROM consultation_fee WHERE invitation = {}", invitation))
        await fees.confirm(await cast.actor("director"), code, fee, version=1)


async def _inviting(cast: Cast, project: _Running) -> None:
    """One has declined, one has still to answer."""
    with clock.at(cast.morning(-2)):
        asked = _need("evaluation", project.area, Mode.ONLINE)
        code = await consulting.ask(await cast.team(1), project.code, asked)
    invited = await _invite(cast, code, -1, "expert-03", "expert-01")
    with clock.at(cast.morning(-1, 11)):
        await inviting.decline(*invited[0], CONSULTING["busy"][0])


async def _held(cast: Cast) -> None:
    code = await _of_unit(cast, await cast.actor("officer-scitech"), _need("safety", "science", Mode.ON_SITE), -20)
    ((expert, invitation),) = await _invite(cast, code, -19, "expert-02")
    with clock.at(cast.morning(-19, 10)):
        await inviting.accept(expert, invitation)
    await _meet(cast, code, -18, -4)
    await _record(cast, code, -4)


async def _agreed(cast: Cast) -> None:
    code = await _of_unit(cast, await cast.actor("officer-civil"), _need("dementia", "elderly", Mode.TELEPHONE), -6)
    ((expert, invitation),) = await _invite(cast, code, -5, "expert-04")
    with clock.at(cast.morning(-5, 10)):
        await inviting.accept(expert, invitation)
        await holding.draft_minutes(expert, invitation, CONSULTING["draft"][0], version=2)
    await _meet(cast, code, -3, 4)


async def _unmet(cast: Cast) -> None:
    code = await _of_unit(cast, await cast.actor("station-02"), _need("sign-language", "elderly", Mode.ON_SITE), -30)
    with clock.at(cast.morning(-28)):
        reason = CONSULTING["nobody"][0]
        await asking.leave_unmet(await cast.actor("coordinator"), code, reason=reason, version=await _held_version(code))


async def _waiting(cast: Cast) -> None:
    """One waits for the office, one went back for detail."""
    code = await _of_unit(cast, await cast.actor("officer-health"), _need("hospice", "medical", Mode.ON_SITE), -3)
    with clock.at(cast.morning(-2)):
        reason = CONSULTING["detail"][0]
        await asking.return_for_detail(await cast.actor("coordinator"), code, reason=reason, version=await _held_version(code))
    urgent = _need("conflict", "new-employment", Mode.TELEPHONE, "new-employment.riders", urgency=Urgency.URGENT)
    await _of_unit(cast, await cast.actor("officer-union"), urgent, -1)
