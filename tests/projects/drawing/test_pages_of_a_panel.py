"""A matched panel may have two thousand projects and five hundred seats: its page shows some, and asks no more for it."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from httpx import Response
from python_calamine import CalamineWorkbook

from kernel import clock, rows
from projects.drawing.words import PROJECT_COLUMNS, SEAT_COLUMNS
from projects.panels import queries as panels
from projects.panels.tables import Panel, PanelProject, Seat
from projects.states import PanelState, State
from talent_pool.profiles.tables import Expert
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing

pytestmark = pytest.mark.anyio


async def large(count: int) -> Panel:
    """A matched panel with so many projects and seats."""
    call, host = await builders.call(), await reviewing.host()
    panel = await rows.insert(
        Panel(
            call=call.id, name="第1评审组", state=PanelState.OPEN.value, seats=3, pack_hash=call.pack_hash, review_on=date(2026, 11, 23),
            way="match", formed_by=host.person, formed_at=clock.now(), drawn_by=host.person, drawn_at=clock.now(), draw_log="{}",
            supervisor=await builders.person("批准人"),
        )
    )  # fmt: skip
    for number in range(1, count + 1):
        project = await builders.project(State.IN_REVIEW, of=call, title=f"项目{number:03d}")
        await rows.insert(PanelProject(panel=panel.id, project=project.id, added_by=host.person, added_at=clock.now()))
        person = await builders.person(f"评委{number:03d}")
        expert = await rows.insert(
            Expert(person=person, employer_name="示例", category="academia", areas="[]", added_at=clock.now())
        )
        await rows.insert(Seat(panel=panel.id, expert=expert.id, person=person, number=number, kind="general", listed=True))
    return panel


@pytest.mark.parametrize("count", [3, 60])
async def test_the_page_takes_the_same_queries_however_many_there_are(db: None, as_: SignIn, count: int) -> None:
    panel = await large(count)
    browser = await as_(await reviewing.host())
    await browser.get(f"/w/panels/{panel.id}")  # the rules of a call stay in memory once they have been read

    token = rows.DB.queries.set([])
    answer = await browser.get(f"/w/panels/{panel.id}")
    asked = rows.DB.queries.get() or []
    rows.DB.queries.reset(token)

    assert (answer.status_code, len(asked)) == (200, QUERIES)
    assert len(set(re.findall(r"评委\d{3}", answer.text))) == min(count, panels.PAGE)
    assert len(set(re.findall(r"项目\d{3}", answer.text))) == min(count, panels.PAGE)
    assert ("下一页" in answer.text) == (count > panels.PAGE)


QUERIES = 4


async def test_either_list_is_turned_by_itself(db: None, as_: SignIn) -> None:
    panel = await large(60)
    browser = await as_(await reviewing.host())

    seats = (await browser.get(f"/w/panels/{panel.id}?seats=2")).text
    projects = (await browser.get(f"/w/panels/{panel.id}?page=2&seats=1")).text

    assert (len(set(re.findall(r"评委\d{3}", seats))), len(set(re.findall(r"项目\d{3}", seats)))) == (10, 50)
    assert (len(set(re.findall(r"评委\d{3}", projects))), len(set(re.findall(r"项目\d{3}", projects)))) == (50, 10)


async def test_both_lists_come_whole_as_sheets(db: None, as_: SignIn) -> None:
    panel = await large(60)
    browser = await as_(await reviewing.host())

    seats = lines(await browser.get(f"/w/panels/{panel.id}/seats.xlsx"))
    projects = lines(await browser.get(f"/w/panels/{panel.id}/projects.xlsx"))

    assert seats[0] == [title for _, title, _, _ in SEAT_COLUMNS]
    assert [line[2] for line in seats[1:]] == [f"评委{number:03d}" for number in range(1, 61)]
    assert projects[0] == [title for _, title, _, _ in PROJECT_COLUMNS]
    assert {line[1] for line in projects[1:]} == {f"项目{number:03d}" for number in range(1, 61)}


def lines(answer: Response) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
