"""The ledger holds in the database, whatever a verb forgets: balance, cover, once, append-only, and the last fen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from departments import catalogue
from departments.funds import actions, ledger, queries, rules
from departments.funds.rules import FLOWS, Account, Event, Reason
from departments.funds.tables import Entry, Fund, Posting
from kernel import clock, rows, sheets
from kernel.access import Role
from kernel.errors import Refused, Stale
from kernel.money import Fen, yuan
from kernel.rows import DB, Q
from tests import builders

pytestmark = pytest.mark.anyio
TOTAL = catalogue.load().fund("scitech-2026").total


async def opened() -> queries.FundRow:
    """The city's funds, of which the test speaks about one."""
    for department in catalogue.load().departments:
        await builders.unit(department.code, department.name)
    await actions.ensure_funds()
    return await scitech()


async def scitech() -> queries.FundRow:
    return await queries.by_id(await rows.value(Q("SELECT id FROM fund WHERE code = 'scitech-2026'")))


async def intend(fund: UUID, amount: Fen, source: str = "", line: UUID | None = None) -> bool:
    ident = line or rows.new_id()
    return await actions.post(None, Event.INTEND, amount, fund=fund, source=source or f"test:{ident}", line=ident)


async def by_hand(
    event: Event, sides: list[tuple[Account, int]], *, fund: UUID, line: UUID | None = None, source: str = "by hand"
) -> None:
    """Write an entry beside every verb and every rule."""
    async with rows.transaction():
        entry = await rows.insert(Entry(event=event, source=source, fund=fund, line=line, at=clock.now()))
        for account, amount in sides:
            await rows.insert(Posting(entry=entry.id, fund=fund, line=line, account=account, amount=amount))


async def test_every_fund_of_the_catalogue_is_opened_once_with_its_budget(db: None) -> None:
    fund = await opened()

    assert await actions.ensure_funds() == 0
    assert (fund.total, fund.available, fund.intended) == (TOTAL, TOTAL, 0)
    assert await rows.value(Q("SELECT count(*) FROM fund")) == len(catalogue.load().funds)


async def test_the_same_cause_is_posted_once(db: None) -> None:
    fund = await opened()
    line = rows.new_id()

    assert [await intend(fund.id, yuan(100), "cause", line) for _ in range(2)] == [True, False]
    assert (await scitech()).intended == yuan(100)
    with pytest.raises(actions.PostedDifferently):
        await intend(fund.id, yuan(101), "cause", line)


async def test_money_moves_from_account_to_account_and_the_sheet_shows_where_it_stands(db: None) -> None:
    fund, line = await opened(), rows.new_id()
    about = actions.About(rows.new_id(), "MY2026-0001", "示例项目")

    for event in (Event.INTEND, Event.CLAIM, Event.DECIDE, Event.SIGN, Event.FALL_DUE, Event.PAY):
        await actions.post(None, event, yuan(500), fund=fund.id, source=f"{line}:{event}", about=about, line=line)
    await actions.post(None, Event.SPEND, yuan(300), fund=fund.id, source=f"{line}:spend", about=about, line=line)
    await actions.post(None, Event.REFUND, yuan(200), fund=fund.id, source=f"{line}:refund", about=about, line=line)

    now = await scitech()
    assert (now.available, now.paid, now.spent, now.refunded) == (TOTAL - yuan(500), 0, yuan(300), yuan(200))
    listed = await queries.lines(fund.id)
    assert [(row.code, row.spent, row.refunded) for row in listed] == [("MY2026-0001", yuan(300), yuan(200))]


async def test_a_line_cannot_give_what_it_does_not_hold(db: None) -> None:
    fund, line = await opened(), rows.new_id()
    await intend(fund.id, yuan(100), line=line)

    with pytest.raises(Refused) as no:
        await actions.post(None, Event.CLAIM, yuan(101), fund=fund.id, source="too much", line=line)

    assert no.value.reason is Reason.OVER_ACCOUNT


async def test_a_fund_cannot_promise_more_than_it_has(db: None) -> None:
    fund = await opened()

    with pytest.raises(Refused) as no:
        await intend(fund.id, Fen(TOTAL + 1))

    assert no.value.reason is Reason.OVER_BUDGET


@pytest.mark.parametrize(
    ("sides", "broken"),
    [
        ([(Account.AVAILABLE, -100), (Account.INTENDED, 99)], "entry_balances"),
        ([(Account.INTENDED, 100)], "entry_balances"),
        ([], "entry_balances"),
        ([(Account.AVAILABLE, -TOTAL - 1), (Account.INTENDED, TOTAL + 1)], "posting_fund_covered"),
        ([(Account.CLAIMED, -100), (Account.AVAILABLE, 100)], "posting_fund_covered"),
        ([(Account.BUDGET, -100), (Account.AVAILABLE, 100)], "fund_total_posted"),
    ],
)
async def test_the_database_refuses_what_no_verb_would_write(
    committed: str, sides: list[tuple[Account, int]], broken: str
) -> None:
    fund = await opened()

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await by_hand(Event.INTEND, sides, fund=fund.id)

    assert refused.value.constraint_name == broken
    assert (await scitech()).available == TOTAL


async def test_one_line_cannot_live_on_the_money_of_another(committed: str) -> None:
    fund, other = await opened(), rows.new_id()
    await intend(fund.id, yuan(100))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await by_hand(Event.CLAIM, [(Account.INTENDED, -100), (Account.CLAIMED, 100)], fund=fund.id, line=other)

    assert refused.value.constraint_name == "posting_line_covered"


async def test_the_total_of_a_fund_cannot_be_changed_beside_the_ledger(committed: str) -> None:
    fund = await opened()

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await Fund.update({Fund.total: 1}).where(Fund.id == fund.id)

    assert refused.value.constraint_name == "fund_total_posted"


@pytest.mark.parametrize("table", ["entry", "posting"])
@pytest.mark.parametrize("change", ["UPDATE {} SET fund = fund", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_posted_is_ever_touched_again(committed: str, table: str, change: str) -> None:
    await opened()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rows.execute(Q(change.format(table)))


async def test_two_connections_race_for_the_last_fen_and_one_gets_it(committed: str) -> None:
    fund = await opened()
    await intend(fund.id, Fen(TOTAL - 1))

    tries = await asyncio.gather(*(asyncio.create_task(intend(fund.id, Fen(1))) for _ in range(2)), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in tries) == ["Refused", "bool"]
    assert ((await scitech()).available, (await scitech()).intended) == (0, TOTAL)


async def test_even_two_writers_that_lock_nothing_cannot_both_have_the_last_fen(committed: str) -> None:
    fund = await opened()
    await intend(fund.id, Fen(TOTAL - 1))
    both_wrote = asyncio.Barrier(2)

    async def careless(source: str) -> None:
        async with rows.transaction():
            await by_hand(Event.INTEND, [(Account.AVAILABLE, -1), (Account.INTENDED, 1)], fund=fund.id, source=source)
            await both_wrote.wait()

    tries = await asyncio.gather(*(asyncio.create_task(careless(str(n))) for n in range(2)), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in tries) == ["CheckViolationError", "NoneType"]
    assert (await scitech()).available == 0


async def test_a_budget_is_changed_by_its_owner_and_not_below_what_is_committed(db: None) -> None:
    fund = await opened()
    owner = await builders.actor(Role.FINANCE_OFFICER, fund.owner)
    await intend(fund.id, yuan(1000))

    await actions.change_budget(owner, fund.code, total=yuan(1000), index_number="新文号", reason="调减", version=1)
    assert ((await scitech()).total, (await scitech()).available) == (yuan(1000), 0)

    with pytest.raises(Refused) as no:
        await actions.change_budget(owner, fund.code, total=Fen(yuan(1000) - 1), index_number="x", reason="再减", version=2)
    assert no.value.reason is Reason.BELOW_COMMITTED
    with pytest.raises(Stale):
        await actions.change_budget(owner, fund.code, total=yuan(9000), index_number="x", reason="增", version=1)


class Ledger(RuleBasedStateMachine):
    """Any order of events on three lines of one fund, against plain sums."""

    def __init__(self) -> None:
        super().__init__()
        self.model = {(line, account): 0 for line in range(3) for account in Account}
        self.available = 1000
        self.entries: list[rules.Posting] = list(rules.postings(Event.BUDGET, Fen(1000)))

    @rule(
        event=st.sampled_from([e for e in Event if e not in (Event.BUDGET, Event.CUT_BUDGET)]),
        line=st.integers(0, 2),
        amount=st.integers(1, 700),
    )
    def post(self, event: Event, line: int, amount: int) -> None:
        source, target = FLOWS[event]
        held = {account: Fen(self.model[line, account]) for account in Account} | {Account.AVAILABLE: Fen(self.available)}
        try:
            rules.check_covered(event, Fen(amount), held)
        except Refused:
            assert amount > held[source]
            return
        assert amount <= held[source]
        self.entries += rules.postings(event, Fen(amount))
        for account, change in ((source, -amount), (target, amount)):
            if account is Account.AVAILABLE:
                self.available += change
            else:
                self.model[line, account] += change

    @invariant()
    def nothing_is_lost_and_nothing_is_negative(self) -> None:
        sums = rules.balances(self.entries)
        assert sum(sums.values()) == 0
        assert sums[Account.AVAILABLE] == self.available
        assert all(amount >= 0 for account, amount in sums.items() if account is not Account.BUDGET)
        assert all(amount >= 0 for amount in self.model.values())
        assert self.available + sum(self.model.values()) == 1000


def test_any_order_of_events_keeps_the_ledger_whole() -> None:
    run_state_machine_as_test(Ledger, settings=hypothesis(max_examples=60, stateful_step_count=30, deadline=None))  # type: ignore[no-untyped-call]


async def test_what_the_ledger_lists_adds_up_to_what_the_sheet_shows(db: None) -> None:
    fund = await opened()
    auditor = await builders.actor(Role.AUDITOR)
    for n in range(3):
        await intend(fund.id, yuan(100 + n))

    wanted = ledger.Filter(fund=fund.code)
    listed = await ledger.entries(auditor, wanted)
    sums = await ledger.sums(auditor, wanted)

    now = await scitech()
    assert sum(row.amount for row in listed if row.event is Event.INTEND) == sums[Account.INTENDED] == now.intended
    assert (sums[Account.AVAILABLE], sums[Account.BUDGET]) == (now.available, -now.total)
    assert [row.id async for row in ledger.entries(auditor, wanted, size=sheets.ALL)] == [row.id for row in listed]


SignIn = Callable[[Any], Awaitable[Any]]


async def test_a_department_sees_its_own_funds_and_no_other(db: None, as_: SignIn) -> None:
    fund = await opened()
    own = await builders.actor(Role.FINANCE_OFFICER, fund.owner)
    other = await builders.actor(Role.FINANCE_OFFICER, await builders.unit("civil"))

    browser = await as_(other)
    assert fund.name not in (await browser.get("/w/funds")).text
    assert (await browser.get(f"/w/funds/{fund.code}")).status_code == 404
    assert (await browser.get("/w/funds/nothing-2026")).status_code == 404
    assert fund.name not in (await browser.get(f"/w/ledger?fund={fund.code}")).text
    browser = await as_(own)
    assert fund.name in (await browser.get("/w/funds")).text
    assert fund.name in (await browser.get(f"/w/ledger?fund={fund.code}")).text


async def test_the_budget_form_keeps_what_was_typed_and_shows_a_stale_save(db: None, as_: SignIn) -> None:
    fund = await opened()
    browser = await as_(await builders.actor(Role.FINANCE_OFFICER, fund.owner))
    page = f"/w/funds/{fund.code}"

    wrong = await builders.submit(browser, page, f"{page}/total", total="很多", index_number="文号甲", reason="")
    assert wrong.status_code == 422
    assert "请填写金额" in wrong.text
    assert "文号甲" in wrong.text
    assert (
        await builders.submit(browser, page, f"{page}/total", total="900000", index_number="文号乙", reason="追加")
    ).status_code == 303
    stale = await builders.submit(browser, page, f"{page}/total", total="1", index_number="x", reason="y", version="1")
    assert stale.status_code == 409
    assert (await scitech()).total == yuan(900_000)


@pytest.mark.parametrize("page", ["/w/funds", "/w/funds/scitech-2026", "/w/ledger"])
async def test_a_page_asks_as_often_for_one_line_as_for_three(db: None, as_: SignIn, page: str) -> None:
    fund = await opened()
    browser = await as_(await builders.actor(Role.AUDITOR))
    counts = []

    for amount in (1, 2, 3):
        await actions.post(
            None,
            Event.INTEND,
            yuan(amount),
            fund=fund.id,
            source=f"n{amount}",
            line=rows.new_id(),
            about=actions.About(rows.new_id(), f"MY{amount}", "示例"),
        )
        token = DB.queries.set([])
        assert (await browser.get(page)).status_code == 200
        counts.append(len(DB.queries.get() or []))
        DB.queries.reset(token)

    assert counts[0] == counts[2]
    assert counts[0] <= 6
