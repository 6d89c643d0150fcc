"""Who may check and consent to a line, and what a fund may pay of a project's budget. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from departments.city import FundTerms
from kernel.errors import Refused
from kernel.money import ZERO, Fen, percent, show, total
from projects.pledging import words

MANAGEMENT, LABOUR = "management", "labour"
"""Categories of a budget that a fund has a limit of its own for."""


class Reason(StrEnum):
    SAME_PERSON = "same-person"
    DRAFTER = "drafter"
    NEEDS_HEAD = "needs-head"
    NOT_APPROVED = "not-approved"
    OVER_AWARD = "over-award"
    LINE_EXISTS = "line-exists"
    NO_SUCH_FUND = "no-such-fund"
    FORBIDDEN_USE = "forbidden-use"
    MANAGEMENT_CAP = "management-cap"
    LABOUR_FLOOR = "labour-floor"
    NO_REASON = "no-reason"

    @property
    def label(self) -> str:
        return words.REASON[self]


def check_not_drafter(person: UUID, proposed_by: UUID) -> None:
    if person == proposed_by:
        raise Refused(Reason.DRAFTER)


def check_consent(person: UUID, *, proposed_by: UUID, checked_by: UUID | None, is_head: bool, has_paper: bool) -> None:
    """The head consents on screen; or a confirmed paper, which carries two people already, lets the finance officer enter it."""
    if has_paper:
        return
    if not is_head:
        raise Refused(Reason.NEEDS_HEAD)
    check_not_drafter(person, proposed_by)
    if person == checked_by:
        raise Refused(Reason.SAME_PERSON)


def check_within_award(amount: Fen, others: Sequence[Fen], award: Fen) -> None:
    together = Fen(total(others) + amount)
    if together > award:
        raise Refused(Reason.OVER_AWARD, together=show(together), amount=show(award))


def check_uses(fund: FundTerms, amount: Fen, by_category: Mapping[str, Fen], names: Mapping[str, str]) -> None:
    """A fund cannot carry more than the part of the budget it may pay for; other lines may carry the rest.

    Of management it pays its share of the line at most, and of the line its share at least must be pay for work.
    """
    refused = [code for code, wanted in by_category.items() if wanted > 0 and code in fund.forbidden]
    allowed = total(wanted for code, wanted in by_category.items() if code not in fund.forbidden)
    if refused and amount > allowed:
        category = words.SEPARATOR.join(names.get(code, code) for code in refused)
        raise Refused(Reason.FORBIDDEN_USE, category=category, allowed=show(allowed))
    management = ZERO if MANAGEMENT in fund.forbidden else by_category.get(MANAGEMENT, ZERO)
    most = percent(amount, fund.management_cap)
    if management > most and amount > allowed - management + most:
        raise Refused(Reason.MANAGEMENT_CAP, percent=fund.management_cap, most=show(most), amount=show(management))
    least, labour = percent(amount, fund.labour_floor), by_category.get(LABOUR, ZERO)
    if labour < least:
        raise Refused(Reason.LABOUR_FLOOR, percent=fund.labour_floor, least=show(least), amount=show(labour))


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)
