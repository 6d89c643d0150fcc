"""Who may check and consent to a line, and what a fund may pay of a project's budget. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from departments.city import FundTerms
from kernel.errors import Refused
from kernel.money import Fen, show, total
from projects.pledging import words


class Reason(StrEnum):
    SAME_PERSON = "same-person"
    DRAFTER = "drafter"
    NEEDS_HEAD = "needs-head"
    NOT_APPROVED = "not-approved"
    OVER_AWARD = "over-award"
    LINE_EXISTS = "line-exists"
    NO_SUCH_FUND = "no-such-fund"
    FORBIDDEN_USE = "forbidden-use"
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


def check_forbidden_uses(fund: FundTerms, amount: Fen, by_category: Mapping[str, Fen], names: Mapping[str, str]) -> None:
    """A fund cannot carry more than the part of the budget it may pay for; other lines may carry the rest."""
    refused = [code for code, wanted in by_category.items() if wanted > 0 and code in fund.forbidden]
    allowed = total(wanted for code, wanted in by_category.items() if code not in fund.forbidden)
    if refused and amount > allowed:
        category = words.SEPARATOR.join(names.get(code, code) for code in refused)
        raise Refused(Reason.FORBIDDEN_USE, category=category, allowed=show(allowed))


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)
