"""From the award to the closed project, verb by verb; the ledger ends right to the fen."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from departments.funds.queries import balances
from departments.funds.rules import Account
from kernel import clock, rows
from kernel.access import Actor
from kernel.money import Fen, wan, yuan
from kernel.rows import Q
from projects.closing import actions as closing
from projects.paying import actions as paying
from projects.paying import queries as payments
from projects.signing import queries as agreements
from projects.spending import actions as spending
from projects.spending import queries as spent
from projects.states import PaymentState, ReportState, State
from projects.tracking import actions as tracking
from projects.tracking import queries
from projects.tracking.rules import Conclusion, Grade
from projects.tracking.schedule import ReportKind
from projects.vouching import actions as vouching
from tests.projects.awarded import City, Sent, at, refresh, running

pytestmark = pytest.mark.anyio


async def pay(city: City, number: int, voucher: str) -> None:
    """One instalment from request to confirmed voucher, by five people."""
    step = next(s for s in await payments.steps(city.project.id) if s.number == number and s.line == city.line.id)
    await paying.request(city.team, city.code, step.id, purpose="", receipt=Sent("收据.pdf"))
    ident = UUID(str(await rows.value(Q("SELECT id FROM payment_request WHERE instalment = {}", step.id))))
    await paying.check(city.officer, ident, version=1)
    await paying.approve(city.head, ident, version=2)
    await vouching.register_voucher(
        city.finance, ident, number=voucher, paid_on=clock.today(), amount=step.to_pay, slip=Sent(), version=3
    )
    await vouching.confirm_voucher(city.other_finance, ident, version=4)


async def spend(city: City, amount: int, invoice: str) -> None:
    [line] = await spent.standings(city.project.id)
    for planned in await spent.budget(city.project.id):
        part = Fen(yuan(amount) // 2)
        await spending.enter(
            city.team,
            city.code,
            line=line.line,
            budget_line=planned.id,
            amount=part,
            spent_on=clock.today(),
            note="示例支出",
            voucher="记-1",
            invoice=f"{invoice}-{planned.item}",
        )


async def reach(city: City, rate: int) -> dict[UUID, int]:
    return {row.id: (row.agreed or row.target) * rate // 100 for row in await agreements.indicators(city.project.id)}


async def report_all(city: City, reviewer: Actor) -> None:
    for row in await queries.reports(city.project.id):
        if row.kind is ReportKind.FINAL:
            continue
        at(row.ends)
        rate = min(100, 100 * ((row.ends - date(2026, 12, 1)).days + 1) // 182 + 1)
        await tracking.report(
            city.team, city.code, row.id, actuals=await reach(city, rate), texts={"done": "按计划开展服务"}, version=1
        )
        await tracking.accept(reviewer, row.id, version=2)


async def test_a_project_walks_from_award_to_closed_and_the_ledger_ends_right(db: None) -> None:
    city = await running((80_000,))

    assert (State(city.project.state), city.project.agreed) == (State.RUNNING, wan(8))
    held = await balances(city.line.id)
    assert (held[Account.DECIDED], held[Account.SIGNED]) == (0, wan(8))

    at(date(2026, 12, 2))
    await pay(city, 1, "示例支-1")
    await spend(city, 30_000, "A")

    held = await balances(city.line.id)
    assert (held[Account.SIGNED], held[Account.PAID], held[Account.SPENT]) == (wan(4), wan(1), wan(3))

    await report_all(city, city.coordinator)
    at(date(2027, 6, 1))
    assert [r.state for r in await queries.reports(city.project.id) if r.kind is not ReportKind.FINAL] == [
        ReportState.ACCEPTED
    ] * 7
    await pay(city, 2, "示例支-2")
    await spend(city, 50_000, "B")
    await closing.submit_final(
        city.team, city.code, actuals=await reach(city, 100), texts={"done": "项目总结"}, satisfaction=92, version=1
    )
    project = await refresh(city.project)
    await closing.close(
        city.coordinator,
        city.code,
        performance=Conclusion.PASSED,
        finance=Conclusion.PASSED,
        grade=Grade.EXCELLENT,
        remarks="",
        version=project.version,
    )
    await pay(city, 3, "示例支-3")

    project = await refresh(city.project)
    assert (State(project.state), project.grade) == (State.CLOSED, "excellent")
    assert [step.state for step in await payments.steps(project.id)] == [PaymentState.PAID] * 3
    held = await balances(city.line.id)
    assert {account: amount for account, amount in held.items() if amount > 0} == {Account.SPENT: wan(8)}
    available = await rows.value(Q("SELECT sum(amount) FROM posting WHERE fund = {} AND account = 'available'", city.funds[0].id))
    assert available == yuan(420_000)
