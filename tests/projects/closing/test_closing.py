"""A project closes with two conclusions and a grade the numbers carry; what is owed stands in the way."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from typing import Any

import pytest

from departments.funds.queries import balances
from departments.funds.rules import Account
from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.life import LifeReason
from kernel.money import yuan
from kernel.rows import Q
from projects.closing import actions
from projects.paying import queries as payments
from projects.spending.rules import Reason as SpendingReason
from projects.states import ReportState, State
from projects.tracking import queries
from projects.tracking.rules import Conclusion, Grade, Reason
from projects.tracking.schedule import ReportKind
from tests.conftest import SignIn
from tests.projects.awarded import City, at, member_of, refresh, running
from tests.projects.spending.test_spending import enter, refund
from tests.projects.tracking.test_path import pay, reach

pytestmark = pytest.mark.anyio


async def refused(verb: Awaitable[object]) -> object:
    with pytest.raises(Refused) as no:
        await verb
    return no.value.reason


async def finish(city: City, rate: int = 100, satisfaction: int | None = None, version: int = 1) -> None:
    """The final report, before any other was owed."""
    await actions.submit_final(
        city.team,
        city.code,
        actuals=await reach(city, rate),
        texts={"done": "项目总结", "problems": "部分指标未完成" if rate < 100 else ""},
        satisfaction=satisfaction,
        version=version,
    )


async def close(city: City, grade: Grade = Grade.EXCELLENT, by: Actor | None = None, **changes: Any) -> str:
    given: dict[str, Any] = {
        "performance": Conclusion.PASSED,
        "finance": Conclusion.PASSED,
        "remarks": "",
        "version": (await refresh(city.project)).version,
    }
    return await actions.close(by or city.coordinator, city.code, grade=grade, **(given | changes))


async def test_closing_keeps_grade_and_conclusions_tells_the_team_and_ends_its_todos(db: None) -> None:
    city = await running()
    await finish(city, satisfaction=95)
    await close(city)

    project, closing = await refresh(city.project), await queries.closing(city.project.id)
    assert (State(project.state), project.grade, project.closed_on) == (State.CLOSED, "excellent", date(2026, 11, 20))
    assert closing is not None
    assert (closing.performance, closing.finance, closing.best) == (Conclusion.PASSED, Conclusion.PASSED, Grade.EXCELLENT)
    final = next(r for r in await queries.reports(city.project.id) if r.kind is ReportKind.FINAL)
    assert final.state is ReportState.ACCEPTED
    assert "closing_closed" in await rows.column(Q("SELECT kind FROM letter WHERE person = {}", city.team.person))
    waiting = await rows.column(
        Q("SELECT action FROM todo WHERE person = {} AND done_at IS NULL AND subject_kind = 'report'", city.team.person)
    )
    assert waiting == []


async def test_a_grade_above_the_numbers_is_refused(db: None) -> None:
    city = await running()
    await finish(city, rate=85)

    assert await refused(close(city)) is Reason.GRADE_UNSUPPORTED
    assert await refused(close(city, Grade.QUALIFIED, finance=Conclusion.FAILED)) is Reason.FINANCE_FAILED
    assert await refused(close(city, Grade.QUALIFIED, performance=None)) is Reason.PERFORMANCE_MISSING
    await close(city, Grade.QUALIFIED)
    assert (await refresh(city.project)).grade == "qualified"


async def test_nothing_closes_while_money_is_owed_a_payment_is_open_or_a_voucher_is_missing(db: None) -> None:
    city = await running()
    await pay(city, 1, "示例支-1")
    await enter(city, yuan(20_000))
    await finish(city)

    assert await refused(close(city)) is Reason.REFUND_OWED
    await refund(city, yuan(5_000))
    assert await refused(close(city)) is Reason.VOUCHERS_OPEN
    await rows.execute(Q("UPDATE expense SET voucher = '记-1'"))
    await rows.execute(Q("UPDATE payment_request SET state = 'approved'"))
    assert await refused(close(city)) is Reason.PAYMENT_OPEN


async def test_a_failed_project_is_paid_nothing_more_and_its_fund_gets_the_rest(db: None) -> None:
    city = await running()
    await finish(city, rate=10)
    await close(city, Grade.FAILED)

    last = (await payments.steps(city.project.id))[-1]
    held = await balances(city.line.id)
    assert (last.payable, held[Account.SIGNED]) == (0, yuan(45_000))


async def test_a_small_project_is_paid_by_its_grade(db: None) -> None:
    city = await running((20_000,))
    await finish(city, rate=85)
    await close(city, Grade.QUALIFIED)
    at(date(2027, 6, 1))
    await pay(city, 1, "示例支-1")

    held = await balances(city.line.id)
    assert (held[Account.SIGNED], held[Account.PAID]) == (0, yuan(16_000))


async def test_the_final_report_waits_for_reports_that_are_due(db: None) -> None:
    city = await running()
    at(date(2027, 1, 5))

    assert await refused(finish(city)) is Reason.REPORTS_OPEN


async def test_sent_back_it_runs_again_and_is_handed_in_anew(db: None) -> None:
    city = await running()
    await finish(city, rate=50)
    version = (await refresh(city.project)).version
    assert await refused(actions.send_back(city.coordinator, city.code, reason="", version=version)) is Reason.NO_REASON

    await actions.send_back(city.coordinator, city.code, reason="补充服务记录", version=version)

    final = next(r for r in await queries.reports(city.project.id) if r.kind is ReportKind.FINAL)
    assert (State((await refresh(city.project)).state), final.state) == (State.RUNNING, ReportState.RETURNED)
    await finish(city, version=final.version)
    assert State((await refresh(city.project)).state) is State.CLOSING


async def test_a_suspended_project_resumes_and_a_terminated_one_settles_when_nothing_is_owed(db: None) -> None:
    city = await running()
    await pay(city, 1, "示例支-1")

    async def change(action: Action) -> None:
        version = (await refresh(city.project)).version
        await actions.change_course(city.coordinator, city.code, action, reason="负责人变动", version=version)

    for action, state in (
        (Action.SUSPEND_PROJECT, State.SUSPENDED),
        (Action.RESUME_PROJECT, State.RUNNING),
        (Action.TERMINATE_PROJECT, State.TERMINATED),
    ):
        await change(action)
        assert State((await refresh(city.project)).state) is state
    version = (await refresh(city.project)).version
    assert await refused(actions.settle(city.coordinator, city.code, version=version)) is SpendingReason.NOT_SETTLED
    await refund(city, yuan(25_000))
    await actions.settle(city.coordinator, city.code, version=version)

    held = await balances(city.line.id)
    assert State((await refresh(city.project)).state) is State.SETTLED
    assert {a: m for a, m in held.items() if m > 0} == {Account.REFUNDED: yuan(25_000)}


async def test_nobody_of_the_project_closes_it_and_a_stale_page_changes_nothing(db: None) -> None:
    city = await running()
    assert await refused(close(city)) is LifeReason.WRONG_STATE
    await finish(city)
    both = await member_of(city.coordinator, city.project.organisation, Role.APPLICANT)

    assert await refused(close(city, by=both)) is Reason.REVIEWER_IS_TEAM
    with pytest.raises(Stale):
        await close(city, version=1)


@pytest.mark.parametrize("who", ["team", "admin", "stranger", "officer", "head", "finance", "foreign_officer"])
async def test_only_the_host_closes(db: None, who: str) -> None:
    city = await running()
    await finish(city)

    with pytest.raises(Missing):
        await close(city, by=getattr(city, who))


async def test_nobody_is_asked_for_reports_while_the_final_one_is_looked_at_and_again_when_it_is_sent_back(db: None) -> None:
    city = await running()
    asked = Q("SELECT count(*) FROM todo WHERE done_at IS NULL AND action = 'report.submit' AND person = {}", city.team.person)
    before = await rows.value(asked)

    await finish(city)
    handed_in = await rows.value(asked)
    await actions.send_back(city.coordinator, city.code, reason="补充", version=(await refresh(city.project)).version)

    assert (before, handed_in, await rows.value(asked)) == (1, 0, 1)


async def test_ending_early_is_asked_for_in_so_many_words(db: None, as_: SignIn) -> None:
    city = await running()
    browser = await as_(city.team)
    page = f"/my/projects/{city.code}/closing"

    early = (await browser.get(page)).text
    at(date(2027, 12, 31))
    late = (await browser.get(page)).text

    assert "提前结项" in early
    assert "提前结项" not in late
    assert "提交结项报告" in late


async def test_a_report_is_filled_in_when_its_period_is_over_and_the_project_runs(db: None, as_: SignIn) -> None:
    city = await running()
    browser = await as_(city.team)
    first = next(r for r in await queries.reports(city.project.id) if r.kind is not ReportKind.FINAL)
    url = f"/my/projects/{city.code}/reports/{first.id}"

    early = (await browser.get(url)).text
    at(date(2027, 12, 31))
    due = (await browser.get(url)).text
    at(first.starts)
    await finish(city)
    closing = (await browser.get(url)).text

    assert "提交报告" not in early
    assert "提交报告" in due
    assert "提交报告" not in closing
    assert "项目处于“结项验收”" in closing
