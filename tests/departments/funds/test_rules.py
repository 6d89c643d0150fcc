"""The ledger balances by construction, and money keeps to its purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments import catalogue
from departments.funds.rules import (
    FLOWS,
    Account,
    Event,
    Posting,
    Reason,
    balances,
    check_budget_cut,
    check_covered,
    check_lottery,
    postings,
)
from kernel.errors import Refused
from kernel.money import Fen, yuan

CITY = catalogue.load()
LOTTERY = CITY.fund("civil-lottery-2026")
events = st.tuples(st.sampled_from(Event), st.integers(1, 10**12).map(Fen))


@given(st.lists(events, max_size=40))
def test_whatever_happens_the_ledger_sums_to_zero(history: list[tuple[Event, Fen]]) -> None:
    entries = [posting for event, amount in history for posting in postings(event, amount)]

    assert sum(balances(entries).values()) == 0


@given(st.lists(events, max_size=60))
def test_events_that_are_covered_never_leave_an_account_below_zero(history: list[tuple[Event, Fen]]) -> None:
    entries: list[Posting] = []
    for event, amount in history:
        try:
            check_covered(event, amount, balances(entries))
        except Refused:
            continue
        entries += postings(event, amount)

    assert all(balance >= 0 for account, balance in balances(entries).items() if account is not Account.BUDGET)


def test_money_walks_from_budget_to_refund() -> None:
    steps = [Event.BUDGET, Event.INTEND, Event.CLAIM, Event.DECIDE, Event.SIGN, Event.FALL_DUE, Event.PAY]
    entries = [posting for event in steps for posting in postings(event, yuan(50_000))]
    entries += [*postings(Event.SPEND, yuan(46_800)), *postings(Event.REFUND, yuan(3_200))]

    held = balances(entries)

    assert {account: amount for account, amount in held.items() if amount} == {
        Account.BUDGET: yuan(-50_000),
        Account.SPENT: yuan(46_800),
        Account.REFUNDED: yuan(3_200),
    }


def test_every_event_has_a_flow_between_two_accounts() -> None:
    assert set(FLOWS) == set(Event)
    assert all(source is not target for source, target in FLOWS.values())


def test_nothing_is_posted_for_nothing() -> None:
    with pytest.raises(Refused) as no:
        postings(Event.PAY, Fen(0))

    assert no.value.reason is Reason.NOT_POSITIVE


@pytest.mark.parametrize(
    ("event", "reason"),
    [(Event.INTEND, Reason.OVER_BUDGET), (Event.PAY, Reason.OVER_ACCOUNT), (Event.REFUND, Reason.OVER_ACCOUNT)],
)
def test_an_account_gives_only_what_it_holds(event: Event, reason: Reason) -> None:
    held = {Account.AVAILABLE: yuan(10), Account.DUE: yuan(10), Account.PAID: yuan(10)}
    check_covered(event, yuan(10), held)

    with pytest.raises(Refused) as no:
        check_covered(event, Fen(1_001), held)

    assert no.value.reason is reason


def test_a_budget_is_not_cut_below_what_is_committed() -> None:
    held = {Account.BUDGET: yuan(-100), Account.AVAILABLE: yuan(40), Account.CLAIMED: yuan(60)}
    check_budget_cut(yuan(60), held)

    with pytest.raises(Refused) as no:
        check_budget_cut(Fen(5_999), held)

    assert no.value.reason is Reason.BELOW_COMMITTED


def test_lottery_money_serves_the_old_but_not_the_micro_economy() -> None:
    check_lottery(LOTTERY, CITY.area("elderly"))

    with pytest.raises(Refused, match=r"扶老、助残、救孤、济困.*微经济联服") as no:
        check_lottery(LOTTERY, CITY.area("micro-economy"))

    assert no.value.reason is Reason.LOTTERY_PURPOSE


def test_other_money_is_not_bound_by_the_lottery_rule() -> None:
    check_lottery(CITY.fund("society-2026"), CITY.area("micro-economy"))
