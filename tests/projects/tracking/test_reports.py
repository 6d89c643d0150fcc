"""Reports speak of the past, grow and explain themselves; an accepted mid-term opens its gate."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date

import pytest

from kernel import jobs, rows
from kernel.access import Actor
from kernel.errors import Missing, Refused, Stale
from kernel.rows import DB, Q
from projects.paying import queries as payments
from projects.signing.rules import Gate
from projects.states import ReportState
from projects.tracking import actions, queries
from projects.tracking.queries import ReportRow
from projects.tracking.rules import Reason
from projects.tracking.schedule import ReportKind
from tests.projects.awarded import City, at, running
from tests.projects.tracking.test_path import reach

pytestmark = pytest.mark.anyio


async def refused(verb: Awaitable[object]) -> object:
    with pytest.raises(Refused) as no:
        await verb
    return no.value.reason


async def first(city: City) -> ReportRow:
    return (await queries.reports(city.project.id))[0]


async def hand_in(city: City, row: ReportRow, rate: int = 20, note: str = "", by: Actor | None = None, version: int = 0) -> str:
    return await actions.report(
        by or city.team,
        city.code,
        row.id,
        actuals=await reach(city, rate),
        texts={"done": "按计划开展", "problems": note},
        version=version or row.version,
    )


async def test_above_five_wan_every_month_is_reported_with_one_midterm_and_one_final(db: None) -> None:
    city = await running((60_000,))

    kinds = [row.kind for row in await queries.reports(city.project.id)]

    assert (kinds.count(ReportKind.MONTHLY), kinds.count(ReportKind.MIDTERM), kinds.count(ReportKind.FINAL)) == (6, 1, 1)


async def test_the_lead_department_accepts_what_was_handed_in(db: None) -> None:
    city = await running()
    row = await first(city)
    assert await refused(hand_in(city, row)) is Reason.PERIOD_FUTURE
    at(date(2027, 1, 4))
    await hand_in(city, row)
    asked = await rows.column(Q("SELECT action FROM todo WHERE subject = {} AND done_at IS NULL", row.id))
    assert asked == ["report.accept"]

    await actions.accept(city.coordinator, row.id, version=2)

    assert (await first(city)).state is ReportState.ACCEPTED
    assert await refused(hand_in(city, await first(city))) is Reason.NOT_OPEN


async def test_totals_never_shrink_and_falling_behind_is_explained(db: None) -> None:
    city = await running()
    one, two = (await queries.reports(city.project.id))[:2]
    at(date(2027, 4, 5))

    assert await refused(hand_in(city, one, rate=0)) is Reason.NO_NOTE
    await hand_in(city, one, rate=50)
    assert await refused(hand_in(city, two, rate=40)) is Reason.SHRINKS


async def test_a_returned_report_is_handed_in_again(db: None) -> None:
    city = await running()
    row = await first(city)
    at(date(2027, 1, 4))
    await hand_in(city, row)

    await actions.return_report(city.coordinator, row.id, reason="补充佐证", version=2)
    returned = await first(city)
    await hand_in(city, returned)

    assert (returned.state, returned.reason) == (ReportState.RETURNED, "补充佐证")
    assert (await first(city)).state is ReportState.SUBMITTED


async def test_an_accepted_midterm_opens_its_gate(db: None) -> None:
    city = await running()
    midterm = next(r for r in await queries.reports(city.project.id) if r.kind is ReportKind.MIDTERM)
    at(midterm.ends)
    await hand_in(city, midterm, rate=60)
    assert await payments.passed(city.project.id) == {Gate.SIGNED}

    await actions.accept(city.coordinator, midterm.id, version=2)

    assert await payments.passed(city.project.id) == {Gate.SIGNED, Gate.MIDTERM}


async def test_the_final_report_is_not_reviewed_like_the_others(db: None) -> None:
    city = await running()
    final = next(r for r in await queries.reports(city.project.id) if r.kind is ReportKind.FINAL)

    assert await refused(actions.accept(city.coordinator, final.id, version=1)) is Reason.IS_FINAL
    with pytest.raises(Missing):
        await hand_in(city, final)


@pytest.mark.parametrize("who", ["team", "admin", "stranger", "officer", "head", "foreign_officer"])
async def test_only_lead_and_host_review(db: None, who: str) -> None:
    city = await running()
    row = await first(city)
    at(date(2027, 1, 4))
    await hand_in(city, row)

    with pytest.raises(Missing):
        await actions.accept(getattr(city, who), row.id, version=2)


async def test_foreign_reports_and_stale_pages(db: None) -> None:
    city, other = await running(), await running()
    at(date(2027, 1, 4))
    mine, theirs = await first(city), await first(other)

    with pytest.raises(Missing):
        await hand_in(city, theirs)
    with pytest.raises(Stale):
        await hand_in(city, mine, version=9)
    with pytest.raises(Missing):
        await hand_in(city, mine, by=city.stranger)


async def test_a_due_report_is_reminded_of_once(db: None) -> None:
    city = await running()
    at(date(2027, 1, 6))

    await actions.remind_due_reports()
    await actions.remind_due_reports()

    told = await rows.column(Q("SELECT kind FROM letter WHERE person = {} AND kind = 'report_due'", city.team.person))
    assert told == ["report_due"]
    assert actions.remind_due_reports in jobs.REGISTRY.values()


@pytest.mark.parametrize("count", [1, 3])
async def test_the_officers_list_asks_the_same_questions_for_one_and_for_three(db: None, count: int) -> None:
    cities = [await running() for _ in range(count)]
    at(date(2027, 1, 4))
    for city in cities:
        await hand_in(city, await first(city))

    DB.queries.set([])
    found = await queries.desk(cities[0].coordinator, "submitted")

    assert len(found) == count
    assert len(DB.queries.get() or []) == 1
