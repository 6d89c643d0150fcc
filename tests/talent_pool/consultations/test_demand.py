"""Demand and supply: counted by area, field and county, in the order of the lists, and who may count."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from departments import catalogue
from kernel.access import Role
from talent_pool.consultations import actions
from talent_pool.consultations.demand import pages, queries
from talent_pool.consultations.demand.queries import Count
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio


async def test_needs_and_experts_are_counted_by_area_field_and_county(db: None) -> None:
    await scene.held()
    _, lost = await scene.asked(need=replace(scene.NEED, fields=(), county=""))
    await actions.leave_unmet(await scene.coordinator(), lost, reason="没有调解专家。", version=1)
    await scene.expert("王五", counties=("510703",), county="510704", fields=("new-employment.riders",))
    await scene.expert("赵六", state="paused")

    area = {count.code: count for count in await queries.counts("area", 2026)}
    field = {count.code: count for count in await queries.counts("field", 2026)}
    county = {count.code: count for count in await queries.counts("county", 2026)}

    assert area["new-employment"] == Count("new-employment", asked=2, met=1, open=0, unmet=1, supply=2)
    assert field["new-employment.riders"] == Count("new-employment.riders", asked=1, met=1, open=0, unmet=0, supply=1)
    assert field[""] == Count("", asked=1, met=0, open=0, unmet=1, supply=0)
    assert (county["510703"].supply, county["510704"].supply, county[""].unmet) == (1, 1, 1)
    assert await queries.counts("area", 2025) == [Count("new-employment", 0, 0, 0, 0, 2)]
    assert [row.code for row in await queries.unmet(2026)] == [lost]


async def test_areas_stand_in_the_order_of_the_catalogue_whatever_was_asked(db: None) -> None:
    await scene.asked()

    listed = pages.lines("area", await queries.counts("area", 2026))

    assert [line.name for line in listed] == [area.name for area in catalogue.load().areas]
    assert [line.name for line in listed if line.lacking] == [catalogue.load().area("new-employment").name]


async def test_the_office_reads_the_page_and_the_sheet_and_departments_do_not(db: None, as_: SignIn) -> None:
    _, code = await scene.asked()
    office = await scene.coordinator()
    await actions.leave_unmet(office, code, reason="没有调解专家。", version=1)
    browser = await as_(office)

    page = await browser.get("/w/consultations/demand?year=2026")
    sheet = await browser.get("/w/consultations/demand.xlsx?year=2026")
    leading = await as_(await builders.actor(Role.OFFICER, await scene.lead("new-employment")))

    assert (page.status_code, sheet.status_code) == (200, 200)
    assert "骑手驿站的冲突调解" in page.text
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    name = catalogue.load().area("new-employment").name
    assert [row[2:] for row in table if row[1] == name] == [[1.0, 0.0, 0.0, 1.0, 0.0]]
    assert (await leading.get("/w/consultations/demand")).status_code == 404
