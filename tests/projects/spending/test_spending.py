"""What was spent stays within its line, an invoice is used once, what is left goes back by its own channel."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from departments.funds.queries import balances
from departments.funds.rules import Account
from kernel import clock
from kernel.access import Actor
from kernel.errors import Missing, Refused
from kernel.money import Fen, yuan
from projects.spending import actions, queries
from projects.spending.rules import Reason
from tests.projects.awarded import City, approved, running
from tests.projects.tracking.test_path import pay

pytestmark = pytest.mark.anyio


async def refused(verb: Awaitable[object]) -> object:
    with pytest.raises(Refused) as no:
        await verb
    return no.value.reason


async def enter(city: City, amount: Fen, place: int = 0, by: Actor | None = None, **changes: Any) -> str:
    budget = await queries.budget(city.project.id)
    given: dict[str, Any] = {
        "line": city.line.id,
        "budget_line": budget[place].id,
        "amount": amount,
        "spent_on": clock.today(),
        "note": "示例支出",
    }
    return await actions.enter(by or city.team, city.code, **(given | changes))


async def test_spending_before_money_arrives_reaches_the_ledger_when_it_does(db: None) -> None:
    city = await running()
    await enter(city, yuan(10_000))
    assert (await balances(city.line.id))[Account.SPENT] == 0

    await pay(city, 1, "示例支-1")

    held = await balances(city.line.id)
    assert (held[Account.PAID], held[Account.SPENT]) == (yuan(15_000), yuan(10_000))


async def test_a_line_pays_no_more_than_it_holds(db: None) -> None:
    city = await running()

    assert await refused(enter(city, yuan(25_001))) is Reason.OVER_LINE
    assert await refused(enter(city, Fen(0))) is Reason.NOT_POSITIVE
    assert await refused(enter(city, yuan(1), spent_on=date(2026, 11, 21))) is Reason.FUTURE_DATE


async def test_an_invoice_is_used_once_in_all_projects(db: None) -> None:
    one, two = await running(), await running()
    await enter(one, yuan(100), invoice="03100231")

    with pytest.raises(Refused, match=one.code) as no:
        await enter(two, yuan(100), invoice="03100231 ")
    assert no.value.reason is Reason.INVOICE_USED


async def test_a_voucher_is_added_once(db: None) -> None:
    city = await running()
    await enter(city, yuan(100))
    [expense] = await queries.expenses(city.project.id)

    assert await refused(actions.vouch(city.team, city.code, expense.id, voucher=" ")) is Reason.NO_VOUCHER
    await actions.vouch(city.team, city.code, expense.id, voucher="记-7")
    assert await refused(actions.vouch(city.team, city.code, expense.id, voucher="记-8")) is Reason.VOUCHED
    assert [row.voucher for row in await queries.expenses(city.project.id)] == ["记-7"]


async def refund(city: City, amount: Fen, voucher: str = "缴-1", by: Actor | None = None, line: UUID | None = None) -> str:
    return await actions.refund(
        by or city.finance, city.code, line=line or city.line.id, amount=amount, refunded_on=clock.today(), voucher=voucher
    )


async def test_what_is_left_goes_back_by_the_department_whose_it_is(db: None) -> None:
    city = await running()
    await pay(city, 1, "示例支-1")
    await enter(city, yuan(24_000))

    assert await refused(refund(city, yuan(1_001))) is Reason.REFUND_OVER
    await refund(city, yuan(600))
    assert await refused(refund(city, yuan(400))) is Reason.REFUND_ENTERED
    await refund(city, yuan(400), "缴-2")

    held = await balances(city.line.id)
    assert (held[Account.PAID], held[Account.SPENT], held[Account.REFUNDED]) == (0, yuan(24_000), yuan(1_000))
    [line] = await queries.standings(city.project.id)
    assert line.owed == 0


async def test_nothing_is_spent_before_the_project_runs(db: None) -> None:
    city = await approved()

    assert await refused(enter(city, yuan(1))) is Reason.NOT_RUNNING


@pytest.mark.parametrize("who", ["stranger", "admin", "officer", "coordinator", "finance"])
async def test_only_the_team_enters_expenses(db: None, who: str) -> None:
    city = await running()

    with pytest.raises(Missing):
        await enter(city, yuan(1), by=getattr(city, who))


@pytest.mark.parametrize("who", ["team", "officer", "head", "coordinator", "stranger"])
async def test_only_the_owners_finance_officer_registers_a_refund(db: None, who: str) -> None:
    city = await running()

    with pytest.raises(Missing):
        await refund(city, yuan(1), by=getattr(city, who))


async def test_foreign_lines_are_missing(db: None) -> None:
    city, other = await running(), await running()
    foreign = (await queries.budget(other.project.id))[0].id

    with pytest.raises(Missing):
        await enter(city, yuan(1), line=other.line.id)
    with pytest.raises(Missing):
        await enter(city, yuan(1), budget_line=foreign)
    with pytest.raises(Missing):
        await refund(city, yuan(1), line=other.line.id)
