"""Who turns out to be one person: what either stands by for, is held for or has recused from counts for both."""

from __future__ import annotations

from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.drawing import queries as drawing
from projects.matching import actions, loading, queries, seating
from projects.matching.rules import Reason
from projects.panels.queries import visible_panel
from projects.panels.tables import Charge, Panel, Seat
from projects.paying.queries import visible_payment
from projects.pledging.queries import visible_line
from projects.queries import project_id, visible_project
from projects.scoring import actions as scoring
from projects.states import PanelState, State
from projects.tables import Project, Recusal
from talent_pool.merging.rules import Reason as MergeReason
from talent_pool.profiles.tables import Expert
from tests import builders
from tests.projects import reviewing
from tests.projects.matching import pool
from tests.talent_pool.merging.test_merging import merged

pytestmark = pytest.mark.anyio


async def person_of(expert: UUID) -> UUID:
    return UUID(str(await rows.value(Q("SELECT person FROM expert WHERE id = {}", expert))))


async def recuse(project: UUID, expert: UUID) -> None:
    await rows.insert(Recusal(project=project, person=await person_of(expert), reason="亲属", declared_at=clock.now()))


async def matched_panel(size: int = 14) -> Panel:
    call = await builders.call()
    await pool.project(call)
    await pool.pool(size)
    run = await pool.answered(call)
    url = await seating.approve_run(await pool.director(), run.id, version=run.version)
    return await reviewing.found(UUID(url.split("/")[3]))


async def next_in_line(panel: Panel) -> tuple[Charge, Charge]:
    """A seated charge that somebody follows, and the first who does."""
    for seated in await Charge.objects().where((Charge.panel == panel.id) & (Charge.standby == 0)).order_by(Charge.place):
        found = await follower(seated)
        if found is not None:
            return seated, await rows.find(Charge, Charge.id == found)
    raise AssertionError("nobody stands by")


async def follower(seated: Charge) -> UUID | None:
    return await drawing.next_charge(seated.panel, seated.project, seated.place, [], 1)


async def leave(panel: Panel, charge: Charge) -> None:
    seat = next(line for line in await reviewing.sitting(panel.id) if line.id == charge.seat)
    await scoring.decline_seat(await reviewing.as_expert(seat), panel.id, "出差")


async def test_the_one_that_lives_on_is_summoned_where_the_other_stood_by(db: None) -> None:
    panel = await matched_panel()
    seated, following = await next_in_line(panel)
    survivor = await pool.expert("留下的档案")
    await merged(survivor, following.expert)

    await leave(panel, seated)

    assert survivor in {line.expert for line in await reviewing.sitting(panel.id)}
    assert following.expert not in {line.expert for line in await reviewing.sitting(panel.id)}


async def test_what_the_other_record_has_in_hand_fills_the_one_that_stands_by(db: None) -> None:
    panel = await matched_panel()
    seated, following = await next_in_line(panel)
    other = await reviewing.panel(PanelState.FORMING)
    await rows.execute(Q("UPDATE panel SET state = 'open' WHERE id = {}", other.id))
    busy = await pool.expert("另一份档案")
    await rows.insert(Seat(panel=other.id, expert=busy, person=await person_of(busy), number=9, kind="general", state="invited"))
    await Expert.update({Expert.max_load: 1}).where(Expert.id == following.expert)
    assert await follower(seated) == following.id

    await merged(following.expert, busy)

    assert await follower(seated) != following.id


async def test_a_hold_of_either_holds_the_one_that_lives_on(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call)
    await pool.pool(8)
    kept, gone = await pool.expert("留下的档案"), await pool.expert("并入的档案")
    for name in ("留下的档案", "并入的档案"):
        await actions.hold(await reviewing.host(), call.code, kind="lock", expert=name, code=project.code, why="熟悉")

    await merged(kept, gone)

    puzzle = await loading.puzzle(await pool.asked(call))
    assert [(puzzle.projects[place].id, puzzle.experts[expert].id) for place, expert in puzzle.locked] == [
        (str(project.id), str(kept))
    ]


async def test_one_locked_and_one_excluded_are_not_merged_until_one_is_lifted(db: None) -> None:
    call = await builders.call()
    project = await pool.project(call)
    kept, gone = await pool.expert("留下的档案"), await pool.expert("并入的档案")
    host = await reviewing.host()
    await actions.hold(host, call.code, kind="lock", expert="留下的档案", code=project.code, why="熟悉")
    await actions.hold(host, call.code, kind="exclude", expert="并入的档案", code="", why="出国")

    with pytest.raises(Refused) as no:
        await merged(kept, gone)
    assert no.value.reason is MergeReason.HELD

    (line,) = [line for line in await queries.holds(host, call.id) if line.kind == "exclude"]
    await actions.lift(host, line.id)
    await merged(kept, gone)


async def test_a_run_with_somebody_who_has_been_merged_since_is_not_approved(db: None) -> None:
    call = await builders.call()
    await pool.project(call)
    experts = await pool.pool(8)
    run = await pool.answered(call)
    seated = await rows.value(Q("SELECT expert FROM match_pair WHERE run = {} AND standby = 0 ORDER BY place LIMIT 1", run.id))
    assert seated in experts
    await merged(await pool.expert("留下的档案"), seated)

    with pytest.raises(Refused) as no:
        await seating.approve_run(await pool.director(), run.id, version=run.version)

    assert (no.value.reason, no.value.facts["count"]) == (Reason.GONE, 1)


@pytest.mark.parametrize("of_loser", [True, False])
async def test_who_judges_a_project_is_not_merged_with_who_has_recused_from_it(db: None, of_loser: bool) -> None:
    panel = await reviewing.panel(PanelState.OPEN)
    judged = await rows.value(Q("SELECT project FROM panel_project WHERE panel = {}", panel.id))
    sitting, other = (await reviewing.sitting(panel.id))[0].expert, await reviewing.expert("另一份")
    await recuse(judged, other)
    pair = (sitting, other) if of_loser else (other, sitting)

    with pytest.raises(Refused) as no:
        await merged(*pair)
    assert no.value.reason is MergeReason.RECUSED

    await rows.execute(Q("UPDATE panel SET state = 'closed' WHERE id = {}", panel.id))
    await merged(*pair)


async def officer_and_double(role: Role = Role.COORDINATOR) -> tuple[Actor, UUID, UUID]:
    """An official who is an expert, too, and another record that will turn out to be the same person."""
    kept, gone = await reviewing.expert("张三"), await reviewing.expert("张三", "别的单位")
    unit = await builders.unit("society")
    return await builders.actor(role, unit, "张三", person_id=await person_of(kept)), kept, gone


async def sees(actor: Actor, project: Project) -> bool:
    try:
        return bool(await project_id(actor, Action.VIEW_PROJECT, str(project.code)))
    except Missing:
        return False


async def test_a_recusal_of_either_account_hides_the_project_from_both(db: None) -> None:
    panel = await reviewing.panel(PanelState.DRAWN)
    actor, kept, gone = await officer_and_double()
    ident = await rows.value(Q("SELECT project FROM panel_project WHERE panel = {}", panel.id))
    project = await Project.objects().get(Project.id == ident)
    await recuse(project.id, gone)
    own = await reviewing.expert("旁人")
    bystander = await builders.actor(Role.COORDINATOR, await builders.unit("society"), "旁人", person_id=await person_of(own))
    found = [await sees(actor, project), await manages(actor, panel)]
    assert found == [True, True]

    await merged(kept, gone)

    assert [await sees(actor, project), await manages(actor, panel)] == [False, False]
    assert [await sees(bystander, project), await manages(bystander, panel)] == [True, True]


async def manages(actor: Actor, panel: Panel) -> bool:
    seen = Q("SELECT 1 FROM panel pn WHERE pn.id = {} AND {}", panel.id, visible_panel(actor, Action.MANAGE_PANEL))
    return await rows.value(seen) is not None


async def test_the_other_conditions_ask_for_both_accounts_as_well(db: None) -> None:
    """Money, agreement lines and matchings: each nest names the recusals of one person, not of one account."""
    actor, kept, gone = await officer_and_double()
    project = await builders.project(State.ACCEPTED)
    await recuse(project.id, gone)
    nests = {
        "p": ("project", visible_project(actor, Action.VIEW_PROJECT)),
        "l": ("(SELECT {}::uuid AS project, NULL::uuid AS owner)", visible_line(actor, Action.VIEW_FUNDS)),
        "r": ("(SELECT {}::uuid AS project, NULL::uuid AS owner)", visible_payment(actor, Action.VIEW_FUNDS)),
    }

    async def shown(alias: str) -> bool:
        source, condition = nests[alias]
        where = Q("p.id = {} AND {}", project.id, condition) if alias == "p" else condition
        given = Q(source, project.id) if "{" in source else Q(source)
        return await rows.value(Q(f"SELECT 1 FROM {{}} AS {alias} WHERE {{}}", given, where)) is not None  # noqa: S608 - our own names

    before = [await shown(alias) for alias in nests]
    await merged(kept, gone)

    assert before == [True, True, True]
    assert [await shown(alias) for alias in nests] == [False, False, False]
