"""Screening, panels, sheets, closing: what officers and experts did."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from kernel import clock, rows
from kernel.access import Actor
from kernel.money import Fen
from kernel.rows import Q
from projects.calls.rulepack import default_pack
from projects.drawing import actions as drawing
from projects.panels import actions as panels
from projects.ranking import actions as ranking
from projects.scoring import actions as scoring
from projects.screening import actions as screening
from projects.screening.words import CHECKLIST
from server.demo.walk.cast import Cast, project, version
from server.demo.words import AUDITED, COMMENT, EXPLANATION, GROUND, OPINION, PANEL

SEATS = 5


async def accept(cast: Cast, codes: Sequence[str], day: int) -> None:
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(day)):
        for code in codes:
            items = dict.fromkeys(CHECKLIST, True)
            await screening.accept(coordinator, code, items=items, note="", version=await _version(code))


async def _version(code: str) -> int:
    return await version("project", await project(code))


async def opine(cast: Cast, codes: Sequence[str], day: int) -> None:
    """业务意见 of the lead departments."""
    with clock.at(cast.morning(day, 10)):
        for code in codes:
            lead = await rows.value(Q("SELECT lead FROM project WHERE code = {}", code))
            await screening.give_opinion(await cast.owner(lead, "officer"), code, view="support", text=OPINION)


async def audit_amounts(cast: Cast, codes: Sequence[str], day: int, cut: int = 1_000_00) -> None:
    """财务审核: every third budget is cut a little."""
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(day, 16)):
        for number, code in enumerate(codes):
            requested = await rows.value(Q("SELECT requested FROM project WHERE code = {}", code))
            less = cut if number % 3 == 0 else 0
            await screening.review_budget(
                coordinator, code, audited=Fen(requested - less), note=AUDITED if less else "", version=await _version(code)
            )


async def give_back(cast: Cast, code: str, day: int) -> None:
    with clock.at(cast.morning(day, 11)):
        await screening.return_for_changes(
            await cast.actor("coordinator"),
            code,
            fields=["budget", "unit.contact_phone"],
            explanation=EXPLANATION,
            days=5,
            head_reason="",
            version=await _version(code),
        )


async def refuse(cast: Cast, code: str, day: int) -> None:
    with clock.at(cast.morning(day, 11)):
        await screening.refuse(await cast.actor("coordinator"), code, grounds=GROUND, version=await _version(code))


class _Unlucky(Exception):  # noqa: N818 - the draw is undone and drawn anew, nothing went wrong
    pass


async def seat(cast: Cast, call: str, codes: Sequence[str], day: int, name: int, wanted: str = "") -> UUID:
    """A panel drawn two days before, everybody there and promised, scoring open. `wanted` is an account that has to sit."""
    secretary = await cast.actor("secretary")
    with clock.at(cast.morning(day - 1)):
        made = await panels.form_panel(secretary, call, name=PANEL.format(n=name), seats=SEATS, review_on=cast.day(day))
        panel = UUID(made.split("/")[3])
        await panels.add_projects(secretary, panel, codes)
        await _draw(cast, secretary, panel, wanted)
        for expert in await _experts(cast, panel):
            await scoring.accept_seat(expert, panel)
    with clock.at(cast.morning(day, 8)):
        for expert in await _experts(cast, panel):
            await scoring.promise(expert, panel)
        await drawing.open_panel(secretary, panel, await version("panel", panel))
    return panel


async def _draw(cast: Cast, secretary: Actor, panel: UUID, wanted: str) -> None:
    """Drawn by lot like every panel. Only here a draw that leaves out the account a visitor signs in with is undone."""
    before = await version("panel", panel)
    drawn = False
    while not drawn:
        with suppress(_Unlucky):
            async with rows.transaction():
                await drawing.draw_experts(secretary, panel, supervisor=cast.who["supervisor"], early_reason="", version=before)
                if wanted and cast.who[wanted] not in [expert.person for expert in await _experts(cast, panel)]:
                    raise _Unlucky
                drawn = True


async def _experts(cast: Cast, panel: UUID) -> list[Actor]:
    """Who sits, in the order of the seats."""
    sitting = (
        "SELECT person FROM seat WHERE panel = {} AND state IN ('invited', 'accepted', 'promised', 'signed') ORDER BY number"
    )
    return [await cast.actor(person) for person in await rows.column(Q(sitting, panel))]


async def score(cast: Cast, panel: UUID, codes: Sequence[str], day: int, merit: int, seats: int = SEATS, leave: int = 0) -> None:
    """The first `seats` experts fill in their sheets, all but the last `leave`. Merit falls from one proposal to the next."""
    with clock.at(cast.morning(day, 10)):
        for number, expert in enumerate((await _experts(cast, panel))[:seats]):
            for place, code in enumerate(codes[: len(codes) - leave]):
                points = _points(cast, code, number, max(merit - 2 * place, 55))
                await scoring.save_sheet(expert, panel, code, points, COMMENT, 0, aloud=False)


def _points(cast: Cast, code: str, seat_number: int, merit: int) -> dict[str, int | None]:
    """Half points around the merit; near enough that nobody has to talk it over."""
    dice = cast.seed.random("walk-sheet", f"{code}-{seat_number}")
    share = merit + dice.randrange(-3, 4)
    return {c.code: min(c.max * 2, (c.max * 2 * share + 50) // 100) for c in default_pack().rubric.criteria}


async def close(cast: Cast, panel: UUID, day: int) -> None:
    with clock.at(cast.morning(day, 16)):
        for expert in await _experts(cast, panel):
            await scoring.sign_scores(expert, panel)
        await ranking.close_panel(await cast.actor("secretary"), panel, version=await version("panel", panel))


async def review(cast: Cast, call: str, codes: Sequence[str], day: int, name: int, merit: int) -> None:
    """A whole panel day."""
    panel = await seat(cast, call, codes, day, name)
    await score(cast, panel, codes, day, merit)
    await close(cast, panel, day)
