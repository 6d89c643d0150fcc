"""The order of events: four calls of one year, so that on the day of building every page has something to show."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from kernel import clock, jobs, rows
from kernel.access import Action
from kernel.rows import Q
from projects.deciding.objections import Upheld
from projects.submitting import actions as drafting
from projects.submitting.endorsing.actions import lapse_overdue
from projects.tracking.rules import Grade
from server.demo.walk import applying, consulting, deciding, matching, reviewing, running
from server.demo.walk.cast import Cast, project, version
from server.demo.words import STORY, WITHDRAWN

LAST = 21
"""Organisations in the story. The first six have accounts a visitor can sign in with."""


PROJECTS = 63


class Act(StrEnum):
    """One call of the story."""

    FINISHED = "finished"
    NOTICE = "notice"
    DECISION = "decision"
    REVIEW = "review"
    OPEN = "open"


async def tell(cast: Cast, acts: Collection[Act]) -> int:
    """The acts in their order. Jobs run as they would have. Returns how many score sheets there are."""
    with clock.at(cast.morning(-270)):
        await applying.papers(cast, LAST)
    for act, play in _PLAYS.items():
        if act in acts:
            await play(cast)
    if Act.FINISHED in acts:
        await consulting.advise(cast)
    await _letters()
    return int(await rows.value(Q("SELECT count(*) FROM score")))


async def _letters() -> None:
    """Jobs that tell people run now. What reckons or sets papers is left to the worker: it is slow, and nothing needs it first."""
    later = ["%print_receipt", "%.reckon"]
    waiting = Q("SELECT id FROM outbox WHERE state = 'waiting' AND job NOT LIKE ALL ({}) ORDER BY queued_at, id", later)
    for ident in await rows.column(waiting):
        await jobs.run(ident)


async def _finished(cast: Cast) -> None:
    """The first call of the year: awarded in spring, running, closed or ended in every way by now."""
    round_ = await applying.publish(cast, cast.words("first"), (-260, -240, -238))
    codes = [await _apply(cast, round_, number, -258 + number // 2) for number in range(1, 21)]
    await reviewing.opine(cast, codes[-4:], -246)
    await applying.draft(cast, round_, 21, -244)
    await applying.close(cast, round_, -237)
    with clock.at(cast.morning(-236)):
        await lapse_overdue()
    await reviewing.accept(cast, codes, -236)
    await reviewing.audit_amounts(cast, codes, -235)
    await reviewing.review(cast, round_.code, codes[:10], -230, 1, 93)
    await reviewing.review(cast, round_.code, codes[10:], -229, 2, 92)
    notice = await deciding.decide(cast, round_.code, cast.words("first"), (-226, -224, -223), 16, 2)
    await deciding.object_to(cast, notice, codes[5], answer=Upheld.CANCEL, after=-216)
    await _carry_out(cast, await deciding.issue(cast, notice, -210))


SCIENCE = (2, 4, 7, 14)
"""Whose projects the department of the sign-in examples pays for."""


async def _apply(cast: Cast, round_: applying.Round, number: int, day: int) -> str:
    return await applying.apply(cast, round_, number, day, area="science" if number in SCIENCE else "")


async def _carry_out(cast: Cast, codes: list[str]) -> None:
    """One course a project, by turns. Team 1 leads a running one."""
    found = [await running.awarded(cast, code) for code in codes]
    found.sort(key=lambda who: who.number)
    short, long = cast.day(-40), cast.day(60)
    await running.abandon(cast, found.pop(), -206, STORY["abandoned"])
    await running.revise(cast, found.pop(), -8, cast.day(170))
    await running.sign(cast, found.pop(), -9, cast.day(170), host=False)
    for at, who in enumerate(found):
        course = COURSES[at % len(COURSES)]
        ends = short if course in ENDED else long
        await running.sign(cast, who, -204, ends)
        await _course(cast, who, course)


COURSES = (
    "running", "requested", "closed", "checked", "closing", "approved", "suspended", "settled", "terminated", "closed", "registered",
    "running",
)  # fmt: skip
ENDED = {"closed", "closing"}


async def _course(cast: Cast, who: running.Awarded, course: str) -> None:
    if course in {"requested", "checked", "approved", "registered"}:
        await running.pay(cast, who, -12, upto=course)
        await running.report(cast, who, cast.day(-60))
        return
    await running.pay(cast, who, -200)
    if course == "terminated":
        await running.turn(cast, who, -20, Action.TERMINATE_PROJECT, STORY["terminated"])
        return
    if course in ENDED:
        await _to_the_end(cast, who, closed=course == "closed")
        return
    await running.spend(cast, who, -120)
    if course == "settled":
        await running.turn(cast, who, -80, Action.TERMINATE_PROJECT, STORY["terminated"])
        await running.settle(cast, who, -40)
        return
    await running.report(cast, who, cast.day(-20), leave_last=course == "running")
    if course == "suspended":
        await running.turn(cast, who, -15, Action.SUSPEND_PROJECT, STORY["suspended"])


async def _to_the_end(cast: Cast, who: running.Awarded, *, closed: bool) -> None:
    """Two instalments, every report, all of the money spent; the last instalment waits for the closing."""
    await running.report(cast, who, cast.day(-115))
    await running.pay(cast, who, -108, number=2)
    await running.spend(cast, who, -60, 100)
    await running.report(cast, who, cast.day(-20))
    await running.finish(cast, who, -12)
    if closed:
        await running.close(cast, who, -5, Grade.QUALIFIED)


async def _in_notice(cast: Cast) -> None:
    """The second call: released a few days ago, the window open, one objection waiting."""
    round_ = await applying.publish(cast, cast.words("second"), (-75, -55, -53))
    codes = [await applying.apply(cast, round_, number, -73 + number // 2) for number in range(4, 14)]
    await applying.close(cast, round_, -52)
    await reviewing.accept(cast, codes, -50)
    await reviewing.audit_amounts(cast, codes, -49)
    await reviewing.review(cast, round_.code, codes, -40, 1, 90)
    await deciding.decide(cast, round_.code, cast.words("second"), (-20, -8, -3), 5, 2)


async def _in_decision(cast: Cast) -> None:
    """A small call of one area: its decision is being prepared, departments are asked for money."""
    round_ = await applying.publish(cast, cast.words("special"), (-60, -45, -43))
    codes = [await applying.apply(cast, round_, number, -58 + number // 4, area="science") for number in range(16, 20)]
    await applying.close(cast, round_, -42)
    await reviewing.accept(cast, codes, -40)
    await reviewing.audit_amounts(cast, codes, -39)
    await reviewing.review(cast, round_.code, codes, -16, 1, 89)
    await deciding.begin(cast, round_.code, cast.words("special"), -5, ("consented", "checked", "proposed"))


async def _in_review(cast: Cast) -> None:
    """The third call: one panel scoring today, one closed, one matched and invited; a matching to be approved; one left over."""
    round_ = await applying.publish(cast, cast.words("third"), (-45, -25, -23))
    codes = [await applying.apply(cast, round_, number, -43 + number // 2) for number in range(1, 17)]
    await applying.close(cast, round_, -22)
    await reviewing.accept(cast, codes, -20)
    await reviewing.review(cast, round_.code, codes[:4], -6, 1, 88)
    panel = await reviewing.seat(cast, round_.code, codes[4:10], -1, 2, wanted="expert-01")
    await reviewing.score(cast, panel, codes[4:10], -1, 86, seats=3, leave=2)
    soon = clock.add_working_days(cast.today, 1)
    await matching.lock(cast, round_.code, codes[10], "expert-01", hour=9)
    run = await matching.match(cast, round_.code, codes[10:13], soon, hour=10)
    await matching.approve(cast, run, hour=15)
    await matching.match(cast, round_.code, codes[13:15], clock.add_working_days(soon, 3), hour=16)


async def _open(cast: Cast) -> None:
    """The fourth call takes applications for two more weeks: something for every desk."""
    round_ = await applying.publish(cast, cast.words("fourth"), (-12, 18, 20), per_unit=3)
    for number in (1, 2):
        ref = await applying.draft(cast, round_, number, -6, await cast.colleague(number))
        await applying.submit(cast, ref, number, -2, await cast.colleague(number))
    returned = [await applying.apply(cast, round_, number, -9) for number in (1, 3)]
    for code in returned:
        await reviewing.give_back(cast, code, -2)
    waiting = [await applying.apply(cast, round_, number, -8) for number in (7, 8, 9, 10, 11)]
    await reviewing.accept(cast, waiting[:1], -3)
    await reviewing.refuse(cast, waiting[1], -1)
    with clock.at(cast.morning(-2)):
        ident = await project(waiting[2])
        who = await cast.team(9)
        await drafting.withdraw(who, waiting[2], WITHDRAWN, await version("project", ident))
    for number in (1, 2, 12):
        await applying.draft(cast, round_, number, -5)


_PLAYS = {
    Act.FINISHED: _finished,
    Act.NOTICE: _in_notice,
    Act.DECISION: _in_decision,
    Act.REVIEW: _in_review,
    Act.OPEN: _open,
}
