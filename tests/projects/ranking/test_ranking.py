"""Closing a panel and the ranking: the published formula and nothing else, unseen before, exact after."""

from __future__ import annotations

import io
import random
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects import tables as projects
from projects.calls.rulepack import default_pack
from projects.panels.tables import Panel
from projects.ranking import actions, queries
from projects.scoring import actions as scoring
from projects.scoring.ranking import rank
from projects.scoring.rules import Reason
from projects.states import PanelState, State
from projects.tables import Project
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.projects.reviewing import FULL, GOOD, sheet

pytestmark = pytest.mark.anyio
PACK = default_pack()
COMMENT = "方案可行，预算清楚，建议补充指标。"


async def review(sheets: list[list[dict[str, int]]]) -> tuple[Panel, list[Project], Actor]:
    """An open panel in which everybody has signed: one list of five sheets a project."""
    call = await builders.call(budget=8_000_000)
    made = [await builders.project(State.ACCEPTED, of=call, title=f"项目{n}") for n in range(len(sheets))]
    panel = await reviewing.panel(PanelState.OPEN, made)
    for project, given in zip(made, sheets, strict=True):
        await reviewing.score_all(panel.id, project.code, given)
    await reviewing.sign_all(panel.id)
    return await reviewing.found(panel.id), made, await reviewing.host()


def random_sheets(seed: int, count: int) -> list[list[dict[str, int]]]:
    """Sheets close enough that no re-discussion is due, with many equal means."""
    chance = random.Random(seed)
    return [[sheet(party=24 + chance.randint(0, 2), budget=15 + chance.randint(0, 2)) for _ in range(5)] for _ in range(count)]


async def code_of(call: object) -> str:
    return str(await rows.value(Q("SELECT code FROM call WHERE id = {}", call)))


async def test_the_order_is_that_of_the_formula_and_averages_are_exact(db: None) -> None:
    sheets = random_sheets(7, 6)
    panel, made, coordinator = await review(sheets)

    await actions.close_panel(coordinator, panel.id, version=panel.version)

    expected = rank({project.code: given for project, given in zip(made, sheets, strict=True)}, PACK.rubric, PACK.ranking)
    shown = await queries.places(coordinator, panel.call)
    assert [(line.code, line.place, line.tied, line.decided_by) for line in shown] == [
        (line.project, line.place, line.tied, line.decided_by)
        for line in sorted(expected, key=lambda one: (one.place, one.project))
    ]
    for project, given in zip(made, sheets, strict=True):
        row = await Project.objects().get(Project.id == project.id)
        hundredths = Fraction(sum(sum(s.values()) for s in given), 10) * 100
        assert (row.state, row.average) == (State.SCORED, int(hundredths + Fraction(1, 2)))


async def test_nobody_but_its_author_sees_a_score_before_the_panel_has_closed(db: None, as_: SignIn) -> None:
    panel, (project,), coordinator = await review([[sheet(value=n) for n in (33, 35, 37, 39, 41)]])
    code = await code_of(panel.call)
    totals = [f"{sum(sheet(value=n).values()) / 2:g}" for n in (33, 35, 37, 39, 41)]
    people = {
        "coordinator": coordinator,
        "director": await builders.actor(Role.DIRECTOR, await builders.unit("society")),
        "auditor": await builders.actor(Role.AUDITOR, await builders.unit("audit")),
        "supervisor": await builders.actor(Role.SUPERVISOR, None),
        "team": await builders.actor(Role.APPLICANT, project.organisation, person_id=project.author),
    }
    urls = [f"/w/ranking/{code}", f"/w/panels/{panel.id}", f"/w/panels/{panel.id}/progress", f"/w/panels/{panel.id}/draw", "/w/panels",
            f"/w/proposals/{project.code}", f"/my/proposals/{project.code}"]  # fmt: skip

    for person in people.values():
        browser = await as_(person)
        for url in urls:
            text = (await browser.get(url)).text
            assert not [total for total in totals if f">{total}<" in text]
    assert await queries.places(coordinator, panel.call) == []

    await actions.close_panel(coordinator, panel.id, version=panel.version)
    browser = await as_(coordinator)
    text = (await browser.get(f"/w/ranking/{code}")).text
    assert all(f">{total}<" in text for total in totals)


async def test_supervisors_and_teams_never_see_the_ranking(db: None, as_: SignIn) -> None:
    panel, (project,), coordinator = await review([[GOOD] * 5])
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    code = await code_of(panel.call)

    async def status(actor: Actor, url: str) -> int:
        return int((await (await as_(actor)).get(url)).status_code)

    assert await status(coordinator, f"/w/ranking/{code}") == 200
    for role in (Role.SUPERVISOR, Role.EXPERT, Role.APPLICANT, Role.FINANCE_OFFICER):
        other = await builders.actor(role, project.organisation)
        assert await status(other, f"/w/ranking/{code}") == 404
        assert await status(other, f"/w/ranking/{code}/sheet.xlsx") == 404
    officer = await builders.actor(Role.OFFICER, await builders.unit("scitech"))
    assert await status(officer, f"/w/ranking/{code}") == 404
    assert await status(coordinator, "/w/ranking/C2020") == 404


async def test_only_the_host_reads_who_sat_where(db: None, as_: SignIn) -> None:
    panel, _, coordinator = await review([[GOOD] * 5])
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    url = f"/w/ranking/{await code_of(panel.call)}"
    names = [seat.name for seat in await reviewing.sitting(panel.id)]

    host = (await (await as_(coordinator)).get(url)).text
    auditor = (await (await as_(await builders.actor(Role.AUDITOR, None))).get(url)).text

    assert all(name in host for name in names)
    assert not any(name in auditor for name in names)


async def test_reading_the_ranking_leaves_a_line_in_the_access_log(db: None, as_: SignIn) -> None:
    panel, _, coordinator = await review([[GOOD] * 5])
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    browser = await as_(coordinator)
    code = await code_of(panel.call)

    await browser.get(f"/w/ranking/{code}")
    await browser.get(f"/w/ranking/{code}/sheet.xlsx")

    logged = await rows.column(Q("SELECT action FROM access_log WHERE actor = {} ORDER BY id", coordinator.person))
    assert logged == [Action.VIEW_RANKING, Action.EXPORT_RANKING]


async def test_the_exported_sheet_recomputes_to_the_same_order(db: None, as_: SignIn) -> None:
    panel, _, coordinator = await review(random_sheets(11, 5))
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    browser = await as_(coordinator)

    answer = await browser.get(f"/w/ranking/{await code_of(panel.call)}/sheet.xlsx")

    table = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    head, lines = table[0], table[1:]
    names = {criterion.name: criterion.code for criterion in PACK.rubric.criteria}
    again: dict[str, list[dict[str, int]]] = {}
    for line in lines:
        cells = dict(zip(head, line, strict=True))
        again[str(cells["受理编号"])] = [
            {code: int(float(cells[f"专家{n} {name}"]) * 2) for name, code in names.items()} for n in range(1, 6)
        ]
        assert cells["平均分"] == pytest.approx(sum(float(cells[f"专家{n} 总分"]) for n in range(1, 6)) / 5)
    expected = {place.project: place.place for place in rank(again, PACK.rubric, PACK.ranking)}
    assert {str(line[1]): line[0] for line in lines} == expected
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)


async def test_fewer_signatures_need_a_reason_and_unsigned_sheets_do_not_count(db: None) -> None:
    panel, made, coordinator = await review([[GOOD] * 5])
    seat = (await reviewing.sitting(panel.id))[4]
    await scoring.return_scores(coordinator, panel.id, seat.id, "请核对")
    await scoring.save_sheet(await reviewing.as_expert(seat), panel.id, made[0].code, sheet(value=30), COMMENT, 1)

    with pytest.raises(Refused) as no:
        await actions.close_panel(coordinator, panel.id, version=panel.version)
    await actions.close_panel(coordinator, panel.id, reason="一名专家突发疾病", version=panel.version)

    assert no.value.reason is Reason.FEWER_NEED_REASON
    (line,) = await queries.places(coordinator, panel.call)
    assert (line.totals, line.average) == ([171] * 4, 8550)


async def test_wide_disagreement_is_talked_over_before_closing_and_originals_stay(db: None) -> None:
    low = {code: most // 2 for code, most in FULL.items()}
    panel, (project,), coordinator = await review([[GOOD, GOOD, GOOD, GOOD, low]])

    with pytest.raises(Refused) as no:
        await actions.close_panel(coordinator, panel.id, version=panel.version)
    await actions.note_rediscussion(coordinator, panel.id, project.code, "专家5 说明了对预算的疑问，各自维持原分。")
    await actions.close_panel(coordinator, panel.id, version=panel.version)

    assert no.value.reason is Reason.REDISCUSSION_OPEN
    assert await rows.value(Q("SELECT count(*) FROM signed_sheet")) == 5


async def test_a_recused_experts_sheet_does_not_count(db: None) -> None:
    call = await builders.call()
    one = await builders.project(State.ACCEPTED, of=call)
    two = await builders.project(State.ACCEPTED, of=call)
    panel = await reviewing.panel(PanelState.OPEN, [one, two])
    for project in (one, two):
        await reviewing.score_all(panel.id, project.code, [GOOD, GOOD, GOOD, GOOD, sheet(value=44)])
    last = await reviewing.as_expert((await reviewing.sitting(panel.id))[4])
    await scoring.recuse(last, panel.id, one.code, "亲属在该单位任职")
    await reviewing.sign_all(panel.id)

    coordinator = await reviewing.host()
    await actions.close_panel(coordinator, panel.id, version=(await reviewing.found(panel.id)).version)

    totals = {line.code: line.totals for line in await queries.places(coordinator, panel.call)}
    assert totals == {one.code: [171] * 4, two.code: [171] * 4 + [173]}


async def test_reopening_withdraws_averages_and_is_refused_once_something_is_decided(db: None) -> None:
    panel, made, coordinator = await review([[GOOD] * 5, [sheet(value=40)] * 5])
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    closed = await reviewing.found(panel.id)

    await actions.reopen_panel(coordinator, panel.id, reason="录入有误", version=closed.version)

    rows_now = await Project.objects().where(Project.id.is_in([p.id for p in made]))
    assert {(p.state, p.average, p.rank) for p in rows_now} == {(State.IN_REVIEW, None, None)}
    assert await queries.places(coordinator, panel.call) == []
    again = await reviewing.found(panel.id)
    await actions.close_panel(coordinator, panel.id, version=again.version)
    await Project.update({Project.state: State.RESERVED}).where(Project.id == made[0].id)
    with pytest.raises(Refused) as no:
        await actions.reopen_panel(coordinator, panel.id, reason="再试", version=again.version + 1)
    assert no.value.reason is Reason.STILL_SITTING


async def test_a_second_panel_moves_the_places_of_the_first(db: None) -> None:
    call = await builders.call()
    weak, strong = await builders.project(State.ACCEPTED, of=call), await builders.project(State.ACCEPTED, of=call)
    coordinator = await reviewing.host()
    for project, given in ((weak, sheet(value=36)), (strong, GOOD)):
        panel = await reviewing.panel(PanelState.OPEN, [project])
        await reviewing.score_all(panel.id, project.code, [given] * 5)
        await reviewing.sign_all(panel.id)
        await actions.close_panel(coordinator, panel.id, version=(await reviewing.found(panel.id)).version)

    assert [(line.code, line.place) for line in await queries.places(coordinator, call.id)] == [(strong.code, 1), (weak.code, 2)]
    assert await rows.column(Q("SELECT rank FROM project WHERE call = {} ORDER BY rank", call.id)) == [1, 2]


async def test_a_project_someone_recused_from_is_not_on_their_ranking_sheet_or_export(db: None) -> None:
    panel, (one, two), coordinator = await review([[GOOD] * 5, [sheet(value=40)] * 5])
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    assert len(await queries.places(coordinator, panel.call)) == 2
    await rows.insert(projects.Recusal(project=one.id, person=coordinator.person, reason="亲属", declared_at=one.created_at))

    assert [line.code for line in await queries.places(coordinator, panel.call)] == [two.code]
    assert [line.code for line in await queries.details(coordinator, panel.call)] == [two.code]
    with pytest.raises(Missing):
        await actions.reopen_panel(coordinator, panel.id, reason="试", version=1)


@pytest.mark.parametrize("count", [1, 3])
async def test_the_ranking_takes_the_same_queries_for_one_and_for_three(db: None, as_: SignIn, count: int) -> None:
    panel, _, coordinator = await review([[GOOD] * 5] * count)
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    browser, url = await as_(coordinator), f"/w/ranking/{await code_of(panel.call)}"

    token = rows.DB.queries.set([])
    answer = await browser.get(url)
    asked = rows.DB.queries.get() or []
    rows.DB.queries.reset(token)

    assert answer.status_code == 200
    assert len(asked) == 5


async def test_the_fee_sheet_pays_by_the_rules_and_says_why_not(db: None, as_: SignIn) -> None:
    panel, _, coordinator = await review([[GOOD] * 5])
    await actions.close_panel(coordinator, panel.id, version=panel.version)
    seats = await reviewing.sitting(panel.id)
    await rows.execute(Q("UPDATE expert SET host_staff = true WHERE id = {}", seats[1].expert))
    await rows.execute(Q("UPDATE expert SET civil_servant = true WHERE id = {}", seats[2].expert))
    browser = await as_(coordinator)

    answer = await browser.get(f"/w/panels/{panel.id}/fees.xlsx")

    lines = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()[1:]
    assert [line[4:] for line in lines[:3]] == [
        [1000.0, 40.0, 960.0, ""],
        [0.0, 0.0, 0.0, "主办部门工作人员，不发放"],
        [0.0, 0.0, 0.0, "公务员，未经批准不发放"],
    ]
