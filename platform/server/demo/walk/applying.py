"""Calls published, proposals filled in, submitted and endorsed."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from departments.organisation import actions as organisations
from kernel import clock, rows
from kernel.access import Actor
from kernel.rows import Q
from projects.calls import actions as calls
from projects.calls import editing
from projects.calls.duties import actions as duties
from projects.calls.rulepack import default_pack
from projects.submitting import actions as drafting
from projects.submitting import lines
from projects.submitting.endorsing import actions as endorsing
from server.demo import texts
from server.demo.walk.cast import Cast, Paper, project, version
from server.demo.words import CALL_SUMMARY, CONTACT, PAPER

PAPERS = ("registration", "inspection", "audit", "credit", "account")


class Round(Struct):
    """A call of the story: its code, and the area and title its next proposal takes."""

    code: str
    number: int = 0


async def papers(cast: Cast, many: int) -> None:
    """Every organisation puts the papers that each call asks for on its record."""
    for number in range(1, many + 1):
        admin = await cast.admin(number)
        for code in PAPERS:
            await organisations.add_paper(admin, cast.unit(number), code, clock.today(), Paper(PAPER.format(number=number)))


async def publish(cast: Cast, title: str, days: tuple[int, int, int], per_unit: int = 1) -> Round:
    """From draft to the public: `days` are the first one, the last for filling in, the last for the units."""
    coordinator, director = await cast.actor("coordinator"), await cast.actor("director")
    with clock.at(cast.morning(days[0], 8)):
        code = (await calls.draft(coordinator)).split("/")[3]
        opens, fill, endorse = (cast.day(day) for day in days)
        columns: dict[str, Any] = {"title": title, "summary": CALL_SUMMARY, "contact": CONTACT, "supervision": CONTACT}
        columns |= {"opens_on": opens, "fill_until": fill, "endorse_until": endorse, "budget": 200_000_000}
        await calls.edit(coordinator, code, await _version(code), columns)
        if per_unit != default_pack().eligibility.per_unit:
            changes = msgspec.structs.replace(
                msgspec.convert(editing.changes_of(default_pack()), editing.Changes), per_unit=per_unit
            )
            await calls.edit_rules(coordinator, code, await _version(code), changes)
        await calls.send(coordinator, code, await _version(code))
        await calls.publish(director, code, await _version(code))
        await _duties(cast, code)
    return Round(code)


async def _version(code: str) -> int:
    return int(await rows.value(Q("SELECT version FROM call WHERE code = {}", code)))


async def close(cast: Cast, round_: Round, day: int) -> None:
    with clock.at(cast.morning(day, 8)):
        await calls.close(await cast.actor("coordinator"), round_.code, await _version(round_.code))


async def _duties(cast: Cast, code: str) -> None:
    for duty in ("secretary", "objections"):
        await duties.assign(await cast.actor("coordinator"), code, duty, cast.who["secretary"])


async def draft(cast: Cast, round_: Round, number: int, day: int, who: Actor | None = None, area: str = "") -> str:
    """A complete draft of organisation `number`; the answer is its reference."""
    who = who or await cast.team(number)
    round_.number += 1
    serial = int(round_.code.replace("-", "")) * 100 + round_.number
    with clock.at(cast.morning(day, 10)):
        ref = (await drafting.start(who, round_.code, cast.unit(number))).rsplit("/", 1)[1]
        await _fill(cast, who, ref, serial, number, area)
        await drafting.add_paper(who, ref, "community", Paper(PAPER.format(number=number)))
    return ref


async def _fill(cast: Cast, who: Actor, ref: str, serial: int, number: int, area: str) -> None:
    dice = cast.seed.random("walk", serial)
    code, title = cast.seed.topic(serial) if not area else cast.seed.topic_of(area, serial)
    start = clock.today().replace(day=1)
    begins = date(start.year + (start.month + 1) // 12, (start.month + 1) % 12 + 1, 1)
    ends = date(begins.year + (begins.month + 4) // 12, (begins.month + 4) % 12 + 1, 28)
    places = [cast.seed.township(serial)]
    answers = texts.answers(title, code, places, begins, ends, who.name)
    requested = texts.amount(dice, 31, 50)
    mates = [who.name, cast.seed.person("walk-mate", number * 2), cast.seed.person("walk-mate", number * 2 + 1)]
    typed: dict[str, list[Any]] = {
        "budget": texts.budget(requested),
        "indicators": texts.indicators(dice),
        "team": texts.team(mates, 10),
        "plan": texts.plan(begins, 6),
    }
    for section in default_pack().form.sections:
        values, rowset = answers.get(section.code, {}), typed.get(section.code, [])
        if values or rowset:
            await drafting.save(who, ref, section.code, 0, values, lines.typed(section.kind, rowset) if rowset else [])


async def submit(cast: Cast, ref: str, number: int, day: int, who: Actor | None = None) -> None:
    with clock.at(cast.morning(day, 14)):
        ident = await project(ref)
        await drafting.submit(who or await cast.team(number), ref, promised=True, version=await version("project", ident))


async def endorse(cast: Cast, ref: str, number: int, day: int) -> str:
    """Formal submission; the answer is the code it got."""
    ident = await project(ref)
    with clock.at(cast.morning(day, 15)):
        await endorsing.endorse(await cast.admin(number), ref, await version("project", ident))
    return str(await rows.value(Q("SELECT code FROM project WHERE id = {}", ident)))


async def apply(cast: Cast, round_: Round, number: int, day: int, area: str = "") -> str:
    """Draft, submit and endorse within two days."""
    ref = await draft(cast, round_, number, day, area=area)
    await submit(cast, ref, number, day + 1)
    return await endorse(cast, ref, number, day + 1)
