"""Payment requests and their vouchers: what must hold before money moves. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kernel.errors import Refused
from kernel.money import Fen, show
from projects.paying import words
from projects.signing.rules import Gate
from projects.states import PaymentState, State


class Reason(StrEnum):
    SAME_MAKER = "same-maker"
    SAME_CHECKER = "same-checker"
    SAME_CONFIRMER = "same-confirmer"
    GATE_SIGNED = "gate-signed"
    GATE_MIDTERM = "gate-midterm"
    GATE_ACCEPTED = "gate-accepted"
    EARLIER_OPEN = "earlier-open"
    ALREADY_REQUESTED = "already-requested"
    NEXT_YEAR = "next-year"
    SUSPENDED = "suspended"
    ATTACHMENT_MISSING = "attachment-missing"
    NO_NUMBER = "no-number"
    NO_DATE = "no-date"
    FUTURE_DATE = "future-date"
    BEFORE_APPROVAL = "before-approval"
    NO_FILE = "no-file"
    AMOUNT_DIFFERS = "amount-differs"
    VOUCHER_USED = "voucher-used"
    NOTHING_PAYABLE = "nothing-payable"
    NO_REASON = "no-reason"
    NOT_WAITING = "not-waiting"
    OLD_PAPER = "old-paper"

    @property
    def label(self) -> str:
        return words.REASON[self]


_CLOSED_GATE = {
    Gate.SIGNED: Reason.GATE_SIGNED,
    Gate.MIDTERM: Reason.GATE_MIDTERM,
    Gate.ACCEPTED: Reason.GATE_ACCEPTED,
}


class Attachment(StrEnum):
    """The package a department takes to its treasury system."""

    REQUEST = "request"
    AGREEMENT = "agreement"
    RECEIPT = "receipt"
    MILESTONE = "milestone"
    MINUTES = "minutes"
    ACCOUNT = "account"

    @property
    def label(self) -> str:
        return words.ATTACHMENT[self]


_NO_PAYMENT = frozenset({State.SUSPENDED, State.TERMINATED, State.SETTLED, State.CANCELLED, State.ABANDONED})


def check_gate(number: int, gate: Gate, passed: Collection[Gate]) -> None:
    if gate not in passed:
        raise Refused(_CLOSED_GATE[gate], number=number)


def check_request(
    number: int, gate: Gate, *, passed: Collection[Gate], earlier: Sequence[PaymentState | None], open_request: bool,
    state: State, budget_year: int, this_year: int,
) -> None:  # fmt: skip
    """`earlier`: where the requests of the instalments before this one stand, None for none made."""
    if state in _NO_PAYMENT:
        raise Refused(Reason.SUSPENDED, state=state.label)
    check_gate(number, gate, passed)
    for index, standing in enumerate(earlier, 1):
        if standing is not PaymentState.PAID:
            raise Refused(Reason.EARLIER_OPEN, earlier=index, number=number)
    if open_request:
        raise Refused(Reason.ALREADY_REQUESTED, number=number)
    if budget_year > this_year:
        raise Refused(Reason.NEXT_YEAR, number=number, year=budget_year)


def check_package(held: Collection[Attachment], *, first: bool) -> None:
    """The first instalment needs no proof of a milestone."""
    needed = [part for part in Attachment if not (first and part is Attachment.MILESTONE)]
    missing = [part.label for part in needed if part not in held]
    if missing:
        raise Refused(Reason.ATTACHMENT_MISSING, missing=words.SEPARATOR.join(missing))


def check_checker(checker: UUID, maker: UUID) -> None:
    if checker == maker:
        raise Refused(Reason.SAME_MAKER)


def check_approver(approver: UUID, maker: UUID, checker: UUID) -> None:
    if approver == maker:
        raise Refused(Reason.SAME_MAKER)
    if approver == checker:
        raise Refused(Reason.SAME_CHECKER)


def check_confirmer(confirmer: UUID, registered_by: UUID) -> None:
    if confirmer == registered_by:
        raise Refused(Reason.SAME_CONFIRMER)


def check_voucher(
    *, number: str, paid_on: date | None, has_file: bool, amount: Fen, approved: Fen, approved_on: date, today: date,
    used_numbers: Collection[str] = (),
) -> None:  # fmt: skip
    """Paid means number, date and bank slip, for exactly the approved amount."""
    if not number.strip():
        raise Refused(Reason.NO_NUMBER)
    if number.strip() in used_numbers:
        raise Refused(Reason.VOUCHER_USED, number=number.strip())
    if paid_on is None:
        raise Refused(Reason.NO_DATE)
    if paid_on > today:
        raise Refused(Reason.FUTURE_DATE, today=today)
    if paid_on < approved_on:
        raise Refused(Reason.BEFORE_APPROVAL, approved=approved_on)
    if amount != approved:
        raise Refused(Reason.AMOUNT_DIFFERS, paid=show(amount), approved=show(approved))
    if not has_file:
        raise Refused(Reason.NO_FILE)


def check_payable(number: int, payable: Fen) -> None:
    """The grade, or what was spent, may leave nothing of an instalment."""
    if payable <= 0:
        raise Refused(Reason.NOTHING_PAYABLE, number=number)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def check_paper_is_of(checked_at: datetime | None, registered_at: datetime) -> None:
    """A paper entered before this request was checked approves an earlier one."""
    if checked_at is None or registered_at < checked_at:
        raise Refused(Reason.OLD_PAPER)
