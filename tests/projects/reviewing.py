"""Builders for review: a pool of experts, a panel brought to a state through the real verbs, score sheets."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kernel.access import Actor, Role
from projects import tables as projects
from projects.calls.rulepack import default_pack
from projects.drawing import actions as drawing
from projects.panels import actions as panels
from projects.panels import queries
from projects.panels.queries import SeatLine
from projects.panels.tables import Panel
from projects.scoring import actions as scoring
from projects.states import PanelState, SeatState, State
from talent_pool.profiles import actions as profiles
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.rules import Category
from talent_pool.profiles.tables import Expert
from tests import builders

REVIEW_ON = date(2026, 11, 23)
"""The Monday after every test's Friday: one working day ahead."""
FULL = {criterion.code: criterion.max * 2 for criterion in default_pack().rubric.criteria}
GOOD = {"party": 26, "theory": 26, "value": 42, "scene": 34, "team": 26, "budget": 17}
"""85.5 points: good, no comment needed."""


async def host() -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"))


async def expert(name: str, employer: str = "", **details: object) -> UUID:
    """An expert of the pool, by default alone with an employer of that name."""
    keeper = await host()
    given = profiles.Details(
        employer_name=employer or f"{name}的单位", category=Category.ACADEMIA, areas=("new-employment",), **details
    )
    made = await profiles.add_expert(keeper, name, given)
    await admitting.admit_expert(await host(), made)
    return made


async def pool(size: int = 18) -> list[UUID]:
    """Experts with an employer each; a third of them qualify for finance, a third for the community's seat."""
    return [await expert(f"专家{n:02d}", finance=n % 3 == 0, community=n % 3 == 1) for n in range(size)]


async def as_expert(seat: SeatLine | UUID) -> Actor:
    """The account of an expert, made when first asked for."""
    person = seat if isinstance(seat, UUID) else seat.person
    return await builders.actor(Role.EXPERT, None, person_id=person, name="专家")


async def panel(
    state: PanelState = PanelState.FORMING,
    of: list[projects.Project] | None = None,
    *,
    call: projects.Call | None = None,
    by: Actor | None = None,
    promised: bool = True,
) -> Panel:
    """A panel of five seats. Drawn ones have the pool of `pool()` unless the test made its own."""
    coordinator = by or await host()
    judged = of or [await builders.project(State.ACCEPTED, of=call)]
    code = (await projects.Call.objects().get(projects.Call.id == judged[0].call)).code
    made = await Panel.count().where(Panel.call == judged[0].call)
    url = await panels.form_panel(coordinator, code, name=f"第{made + 1}评审组", seats=5, review_on=REVIEW_ON)
    ident = UUID(url.split("/")[3])
    await panels.add_projects(coordinator, ident, [project.code for project in judged])
    if state is not PanelState.FORMING:
        if not await Expert.count():
            await pool()
        watcher = await builders.actor(Role.SUPERVISOR, None)
        row = await found(ident)
        await drawing.draw_experts(coordinator, ident, supervisor=watcher.person, version=row.version)
    if state is PanelState.OPEN:
        await drawing.open_panel(coordinator, ident, (await found(ident)).version)
        if promised:
            await promise_all(ident)
    return await found(ident)


async def found(ident: UUID) -> Panel:
    return await Panel.objects().get(Panel.id == ident)


async def sitting(ident: UUID) -> list[SeatLine]:
    return [seat for seat in await queries.seats(ident) if seat.sits]


async def promise_all(ident: UUID) -> None:
    for seat in await sitting(ident):
        me = await as_expert(seat)
        await scoring.accept_seat(me, ident)
        await scoring.promise(me, ident)


async def score_all(
    ident: UUID, code: str, totals: list[dict[str, int]], comment: str = "方案可行，预算清楚，建议补充指标。"
) -> None:
    """One sheet a seat, in seat order."""
    for seat, points in zip(await sitting(ident), totals, strict=True):
        await scoring.save_sheet(await as_expert(seat), ident, code, points, comment, 0)


async def sign_all(ident: UUID) -> None:
    for seat in await sitting(ident):
        if seat.state is SeatState.PROMISED:
            await scoring.sign_scores(await as_expert(seat), ident)


def sheet(**points: int) -> dict[str, int]:
    return {**GOOD, **points}
