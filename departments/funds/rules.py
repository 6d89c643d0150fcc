"""What a fund may pay for and how each event is posted: double entry in fen, a register for reference. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from departments.city import FundTerms, KeyArea
from departments.funds import words
from kernel.errors import Refused
from kernel.money import ZERO, Fen, show, total

MANAGEMENT = "management"
LABOUR = "labour"


class Reason(StrEnum):
    NOT_POSITIVE = "not-positive"
    OVER_ACCOUNT = "over-account"
    OVER_BUDGET = "over-budget"
    LOTTERY_PURPOSE = "lottery-purpose"
    BELOW_COMMITTED = "below-committed"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Account(StrEnum):
    """Where a fen stands. BUDGET is the outside: what it owes equals what all others hold."""

    BUDGET = "budget"
    AVAILABLE = "available"
    INTENDED = "intended"
    CLAIMED = "claimed"
    DECIDED = "decided"
    SIGNED = "signed"
    DUE = "due"
    PAID = "paid"
    SPENT = "spent"
    REFUNDED = "refunded"

    @property
    def label(self) -> str:
        return words.ACCOUNT[self]


class Event(StrEnum):
    BUDGET = "budget"
    CUT_BUDGET = "cut-budget"
    INTEND = "intend"
    CLAIM = "claim"
    DECIDE = "decide"
    SIGN = "sign"
    FALL_DUE = "fall-due"
    PAY = "pay"
    SPEND = "spend"
    REFUND = "refund"
    DROP_INTENDED = "drop-intended"
    DROP_CLAIMED = "drop-claimed"
    DROP_DECIDED = "drop-decided"
    DROP_SIGNED = "drop-signed"
    DROP_DUE = "drop-due"
    DROP_PAID = "drop-paid"

    @property
    def label(self) -> str:
        return words.EVENT[self]


FLOWS: dict[Event, tuple[Account, Account]] = {
    Event.BUDGET: (Account.BUDGET, Account.AVAILABLE),
    Event.CUT_BUDGET: (Account.AVAILABLE, Account.BUDGET),
    Event.INTEND: (Account.AVAILABLE, Account.INTENDED),
    Event.CLAIM: (Account.INTENDED, Account.CLAIMED),
    Event.DECIDE: (Account.CLAIMED, Account.DECIDED),
    Event.SIGN: (Account.DECIDED, Account.SIGNED),
    Event.FALL_DUE: (Account.SIGNED, Account.DUE),
    Event.PAY: (Account.DUE, Account.PAID),
    Event.SPEND: (Account.PAID, Account.SPENT),
    # Returned money goes back by its own channel; it does not become available again by itself.
    Event.REFUND: (Account.PAID, Account.REFUNDED),
    Event.DROP_INTENDED: (Account.INTENDED, Account.AVAILABLE),
    Event.DROP_CLAIMED: (Account.CLAIMED, Account.AVAILABLE),
    Event.DROP_DECIDED: (Account.DECIDED, Account.AVAILABLE),
    Event.DROP_SIGNED: (Account.SIGNED, Account.AVAILABLE),
    Event.DROP_DUE: (Account.DUE, Account.AVAILABLE),
    # Only the undoing of an import says that money it had entered as paid was never entered.
    Event.DROP_PAID: (Account.PAID, Account.AVAILABLE),
}
"""Every event takes from one account and gives to another: nothing can be posted that does not balance."""


class Posting(Struct, frozen=True):
    account: Account
    amount: Fen  # negative takes


def postings(event: Event, amount: Fen) -> tuple[Posting, Posting]:
    if amount <= 0:
        raise Refused(Reason.NOT_POSITIVE)
    source, target = FLOWS[event]
    return Posting(source, Fen(-amount)), Posting(target, amount)


def balances(entries: Iterable[Posting]) -> dict[Account, Fen]:
    sums = dict.fromkeys(Account, ZERO)
    for posting in entries:
        sums[posting.account] = Fen(sums[posting.account] + posting.amount)
    return sums


def check_covered(event: Event, amount: Fen, held: Mapping[Account, Fen]) -> None:
    """`held` are the balances of the line, or of the fund where the event takes from AVAILABLE."""
    source, _ = FLOWS[event]
    if source is Account.BUDGET:
        return
    balance = held.get(source, ZERO)
    if amount <= balance:
        return
    if source is Account.AVAILABLE:
        raise Refused(Reason.OVER_BUDGET, remaining=show(balance), amount=show(amount))
    raise Refused(Reason.OVER_ACCOUNT, account=source.label, balance=show(balance), amount=show(amount))


def check_budget_cut(new_total: Fen, held: Mapping[Account, Fen]) -> None:
    committed = total(held.get(account, ZERO) for account in Account if account not in (Account.BUDGET, Account.AVAILABLE))
    if new_total < committed:
        raise Refused(Reason.BELOW_COMMITTED, committed=show(committed))


def check_lottery(fund: FundTerms, area: KeyArea) -> None:
    """Lottery money serves the old, the disabled, orphans and the poor, and kindred purposes only."""
    if fund.lottery and not set(fund.purposes) & set(area.purposes):
        allowed = words.SEPARATOR.join(purpose.label for purpose in fund.purposes)
        raise Refused(Reason.LOTTERY_PURPOSE, allowed=allowed, area=area.name)
