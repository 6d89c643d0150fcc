"""What must hold before an agreement is presented and signed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kernel.errors import Refused
from kernel.money import Fen, show, total
from projects.signing import words


class Reason(StrEnum):
    BUDGET_DIFFERS = "budget-differs"
    LINES_DIFFER = "lines-differ"
    INDICATORS_MISSING = "indicators-missing"
    NOT_APPROVED = "not-approved"
    NOTHING_DETERMINED = "nothing-determined"
    NO_PERIOD = "no-period"
    PERIOD_TURNED = "period-turned"
    NO_REASON = "no-reason"
    OWN_UNIT = "own-unit"
    NOT_WAITING = "not-waiting"
    OLD_PAPER = "old-paper"

    @property
    def label(self) -> str:
        return words.REASON[self]


class Gate(StrEnum):
    """What must have happened before an instalment may be asked for."""

    SIGNED = "signed"
    MIDTERM = "midterm"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return words.GATE[self]


def check_equal_to_agreed(agreed: Fen, budget: Sequence[Fen], lines: Sequence[Fen]) -> None:
    """Signing stays closed until revised budget and funding lines both equal the agreed amount."""
    if total(budget) != agreed:
        raise Refused(Reason.BUDGET_DIFFERS, budget=show(total(budget)), agreed=show(agreed))
    if total(lines) != agreed:
        raise Refused(Reason.LINES_DIFFER, lines=show(total(lines)), agreed=show(agreed))


def check_indicators(confirmed: int) -> None:
    if not confirmed:
        raise Refused(Reason.INDICATORS_MISSING)


def check_period(starts: date | None, ends: date | None) -> None:
    if starts is None or ends is None:
        raise Refused(Reason.NO_PERIOD)
    if ends <= starts:
        raise Refused(Reason.PERIOD_TURNED)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason.NO_REASON)


def check_impartial(person: UUID, interested: Collection[UUID]) -> None:
    """`interested`: the team and the people of its units. Nobody signs for both sides."""
    if person in interested:
        raise Refused(Reason.OWN_UNIT)


def check_paper_is_of(team_signed_at: datetime | None, registered_at: datetime) -> None:
    """A paper entered for an earlier text of the agreement does not sign this one."""
    if team_signed_at is None or registered_at < team_signed_at:
        raise Refused(Reason.OLD_PAPER)
