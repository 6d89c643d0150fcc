"""The expert pool: who is in it, with which ties that conflicts rest on; only the host sees it."""

from __future__ import annotations

from datetime import date

import pytest

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.rows import Q
from talent_pool.matching.conflicts import ProjectFacts, find_conflicts
from talent_pool.profiles import actions, queries, rules
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.rules import Category, Reason, TieKind
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.profiles.pool import expert, keeper

pytestmark = pytest.mark.anyio


async def test_a_person_enters_the_pool_once(db: None) -> None:
    host = await keeper()
    who = await builders.person("王五")
    await rows.execute(Q("INSERT INTO account (person, username, password, must_change, failures, second_factor, version)"
                         " VALUES ({}, 'wangwu', '', false, 0, '', 1)", who))  # fmt: skip
    details = actions.Details(employer_name="示例大学", category=Category.RESEARCH)

    made = await actions.add_expert(host, "王五", details, username="wangwu")

    assert (await queries.profile(host, made)).person == who
    for name, username, reason in (("王五", "wangwu", Reason.ALREADY_EXPERT), ("赵六", "wangwu", Reason.NO_SUCH_ACCOUNT)):
        with pytest.raises(Refused) as no:
            await actions.add_expert(host, name, details, username=username)
        assert no.value.reason is reason


async def test_two_editors_do_not_overwrite_each_other(db: None) -> None:
    made, host = await expert(), await keeper()
    details = actions.Details(employer_name="新单位", category=Category.USER)
    version = (await queries.profile(host, made)).version
    await actions.edit_expert(host, made, details, version)

    with pytest.raises(Stale):
        await actions.edit_expert(host, made, actions.Details(employer_name="别的单位", category=Category.USER), version)

    assert (await queries.profile(host, made)).employer == "新单位"


async def test_ties_by_name_meet_units_by_id_and_end_after_three_years(db: None) -> None:
    unit = await builders.unit("525100001", "绵阳市示例服务中心", kind="organisation")
    made, host = await expert(), await keeper()
    await actions.add_tie(host, made, TieKind.EMPLOYMENT, unit_name="绵阳市示例服务中心", until=date(2025, 3, 1))
    (entry,) = await queries.roster()
    project = ProjectFacts("p", frozenset({str(unit)}), frozenset())
    by_name = ProjectFacts("p", frozenset({rules.named("绵阳市 示例服务中心")}), frozenset())

    def kinds(of: ProjectFacts, on: date) -> list[str]:
        return [str(conflict.kind) for conflict in find_conflicts(rules.facts(entry), of, on)]

    assert kinds(project, date(2026, 11, 20)) == kinds(by_name, date(2026, 11, 20)) == ["employment"]
    assert kinds(project, date(2028, 3, 2)) == []


async def test_a_tie_to_nobody_or_ending_before_it_began_is_refused(db: None) -> None:
    made, host = await expert(), await keeper()

    async def reason(kind: TieKind, **facts: object) -> object:
        with pytest.raises(Refused) as no:
            await actions.add_tie(host, made, kind, **facts)  # type: ignore[arg-type]
        return no.value.reason

    assert await reason(TieKind.KINSHIP, unit_name="示例单位") is Reason.TIE_TO_NOBODY
    assert await reason(TieKind.BOARD, other_name="某人") is Reason.TIE_TO_NOBODY
    assert await reason(TieKind.BOARD, unit_name="示例", since=date(2026, 1, 2), until=date(2026, 1, 1)) is Reason.DATES


async def test_only_the_host_sees_the_pool(db: None, as_: SignIn) -> None:
    made = await expert()
    host, officer = await keeper(), await builders.actor(Role.OFFICER, await builders.unit("scitech"))

    async def status(actor: Actor) -> list[int]:
        browser = await as_(actor)
        return [(await browser.get(url)).status_code for url in (f"/w/experts/{made}", "/w/experts/new")]

    assert await status(host) == [200, 200]
    assert await status(await builders.actor(Role.AUDITOR, None)) == [200, 404]
    for role in (Role.EXPERT, Role.SUPERVISOR, Role.APPLICANT, Role.HEAD):
        assert await status(await builders.actor(role, None)) == [404, 404]
    assert await status(officer) == [404, 404]
    with pytest.raises(Missing):
        await admitting.pause_expert(officer, made, "理由")
    assert not officer.may(Action.MANAGE_EXPERTS)


async def test_an_expert_is_added_and_a_tie_recorded_in_the_browser(db: None, as_: SignIn) -> None:
    browser = await as_(await keeper())
    whole = {
        "name": "钱七",
        "employer_name": "示例研究院",
        "category": "research",
        "areas": "new-employment",
        "fee_class": "other",
        "max_load": "20",
        "max_year": "100",
    }

    missing = await builders.submit(browser, "/w/experts/new", **{**whole, "employer_name": ""})
    added = await builders.submit(browser, "/w/experts/new", **whole)
    url = added.headers["location"]
    tied = await builders.submit(browser, url, f"{url}/ties", kind="kinship", other_name="钱八")
    edited = await builders.submit(browser, f"{url}/edit", **{**whole, "employer_name": "另一研究院"})
    page = (await browser.get(f"{url}/ties")).text + (await browser.get(url)).text

    assert (missing.status_code, "钱七" in missing.text) == (422, True)
    assert [answer.status_code for answer in (added, tied, edited)] == [303, 303, 303]
    assert "钱八" in page
    assert "另一研究院" in page
