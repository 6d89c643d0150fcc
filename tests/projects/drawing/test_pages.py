"""A panel from the first form to the closed sheet, over HTTP and without JavaScript."""

from __future__ import annotations

import pytest

from kernel import rows
from kernel.access import Actor, Role
from kernel.rows import Q
from projects.states import PanelState, State
from talent_pool.matching.verify_draw import difference
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.projects.reviewing import GOOD

pytestmark = pytest.mark.anyio


async def test_a_coordinator_forms_draws_opens_and_closes_a_panel(db: None, as_: SignIn) -> None:
    call = await builders.call()
    made = [await builders.project(State.ACCEPTED, of=call) for _ in range(2)]
    await reviewing.pool()
    watcher = await builders.actor(Role.SUPERVISOR, None)
    coordinator = await reviewing.host()
    browser = await as_(coordinator)

    formed = await builders.submit(browser, "/w/panels/new", call=call.code, name="第1评审组", seats="5", review_on="2026-11-23")
    choose = formed.headers["location"]
    url = choose.removesuffix("/projects")
    nothing = await builders.submit(browser, choose)
    added = await builders.submit(browser, choose, codes=[project.code for project in made])
    unwatched = await builders.submit(browser, url, f"{url}/draw", supervisor="")
    drawn = await builders.submit(browser, url, f"{url}/draw", supervisor=str(watcher.person))
    log = (await browser.get(f"{url}/draw.json")).json()
    opened = await builders.submit(browser, url, f"{url}/open")
    ident = (await rows.column(Q("SELECT id FROM panel")))[0]
    await reviewing.promise_all(ident)
    for project in made:
        await reviewing.score_all(ident, project.code, [GOOD] * 5)
    await reviewing.sign_all(ident)
    closed = await builders.submit(browser, f"{url}/progress", f"{url}/close")

    assert (nothing.status_code, unwatched.status_code) == (422, 422)
    assert [answer.status_code for answer in (formed, added, drawn, opened, closed)] == [303] * 5
    assert difference(log) is None
    assert log["supervisor"] == watcher.name
    assert (await reviewing.found(ident)).state == PanelState.CLOSED
    assert await rows.column(Q("SELECT DISTINCT state FROM project WHERE call = {}", call.id)) == ["scored"]
    for page in (url, f"{url}/draw", f"{url}/progress", "/w/panels", "/w/ranking", f"/w/ranking/{call.code}"):
        assert (await browser.get(page)).status_code == 200


async def test_asking_follows_the_panel_from_seat_to_closing(db: None) -> None:
    panel = await reviewing.panel(PanelState.OPEN)
    project = await rows.value(Q("SELECT p.code FROM panel_project pp JOIN project p ON p.id = pp.project"))
    before = await open_todos()
    await reviewing.score_all(panel.id, project, [GOOD] * 5)
    await reviewing.sign_all(panel.id)
    signed = await open_todos()

    assert before == {"seat.sign": 5}
    assert signed == {"panel.close": 1}
    letters = await rows.column(Q("SELECT DISTINCT kind FROM letter WHERE kind LIKE 'panel%' ORDER BY kind"))
    assert letters == ["panel_invitation", "panel_opened"]


async def open_todos() -> dict[str, int]:
    records = await rows.DB.run_querystring(Q("SELECT action, count(*) FROM todo WHERE done_at IS NULL GROUP BY action"))
    return {str(action): int(count) for action, count in records}


async def test_a_supervisor_watches_the_draw_and_can_do_nothing(db: None, as_: SignIn) -> None:
    panel = await reviewing.panel(PanelState.DRAWN)
    browser = await as_(await builders.actor(Role.SUPERVISOR, None))
    url = f"/w/panels/{panel.id}"

    draw = await browser.get(f"{url}/draw")

    assert draw.status_code == 200
    assert panel.seed in draw.text
    assert (await browser.get(f"{url}/draw.json")).status_code == 200
    page = (await browser.get(url)).text
    assert "开放评分</span></button>" not in page
    assert "由候补专家替换" not in page
    for closed in (f"{url}/progress", f"{url}/projects", f"{url}/fees.xlsx", "/w/panels/new"):
        assert (await browser.get(closed)).status_code == 404


async def test_experts_teams_and_other_officers_do_not_see_panels(db: None, as_: SignIn) -> None:
    panel = await reviewing.panel(PanelState.DRAWN)
    seated = await reviewing.as_expert((await reviewing.sitting(panel.id))[0])
    officer = await builders.actor(Role.OFFICER, await builders.unit("scitech"))
    team = await builders.actor(Role.APPLICANT, None)

    async def statuses(actor: Actor) -> list[int]:
        browser = await as_(actor)
        return [
            (await browser.get(f"/w/panels/{panel.id}{tail}")).status_code for tail in ("", "/draw", "/draw.json", "/progress")
        ]

    for actor in (seated, officer, team):
        assert await statuses(actor) == [404] * 4
    assert await statuses(await reviewing.host()) == [200] * 4


@pytest.mark.parametrize("count", [1, 3])
async def test_pages_of_a_panel_take_the_same_queries_for_one_and_for_three(db: None, as_: SignIn, count: int) -> None:
    call = await builders.call()
    panel = await reviewing.panel(PanelState.OPEN, [await builders.project(State.ACCEPTED, of=call) for _ in range(count)])
    browser = await as_(await reviewing.host())
    await browser.get(f"/w/panels/{panel.id}")

    async def asked(url: str) -> int:
        token = rows.DB.queries.set([])
        answer = await browser.get(url)
        count = len(rows.DB.queries.get() or [])
        rows.DB.queries.reset(token)
        assert answer.status_code == 200
        return count

    tails = ("", "/draw", "/progress")
    assert [await asked(f"/w/panels/{panel.id}{tail}") for tail in tails] == [4, 4, 4]
    assert await asked("/w/panels") == 3
    assert await asked("/w/ranking") == 2
