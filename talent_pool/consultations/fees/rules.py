"""How much a consultation may pay: by its length and the expert's class, never above the cap. Pure."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from kernel.errors import Refused
from kernel.money import Fen, show, yuan
from talent_pool.consultations import words
from talent_pool.consultations.rules import Reason
from talent_pool.fees import Fee, Unpaid, fee
from talent_pool.profiles.kinds import FeeClass

HALF_DAY = 240
"""Minutes that still count as half a day."""


class Length(StrEnum):
    HALF_DAY = "half-day"
    DAY = "day"

    @property
    def label(self) -> str:
        return words.LENGTH[self]


CAPS = {Length.HALF_DAY: yuan(500), Length.DAY: yuan(1_000)}
USUAL = {FeeClass.SENIOR: 100, FeeClass.MIDDLE: 80, FeeClass.OTHER: 60}
"""What a class is usually given, in percent of the cap. An example to be confirmed; the amount stays editable below the cap."""


def length(minutes: int) -> Length:
    return Length.HALF_DAY if minutes <= HALF_DAY else Length.DAY


def usual(minutes: int, fee_class: FeeClass) -> Fen:
    return Fen(CAPS[length(minutes)] * USUAL[fee_class] // 100)


def unpaid(*, host_staff: bool, civil_servant: bool, approved: bool) -> Unpaid | None:
    """Own staff get nothing, civil servants nothing unless approved."""
    return _assess(yuan(1), host_staff=host_staff, civil_servant=civil_servant, approved=approved).unpaid


def _assess(gross: Fen, *, host_staff: bool, civil_servant: bool, approved: bool) -> Fee:
    return fee(gross, host_staff=host_staff, civil_servant=civil_servant, approved=approved, signed=True)


def assess(gross: Fen, minutes: int, *, host_staff: bool, civil_servant: bool, approved: bool) -> Fee:
    """The fee line. Refused above the cap, and for an amount where nothing may be paid."""
    found = _assess(gross, host_staff=host_staff, civil_servant=civil_servant, approved=approved)
    if found.unpaid and gross:
        raise Refused(Reason.NOT_PAID, why=found.unpaid.label)
    cap = CAPS[length(minutes)]
    if gross > cap:
        raise Refused(Reason.ABOVE_CAP, minutes=minutes, length=length(minutes).label, cap=show(cap))
    return found


def check_second(person: UUID, entered_by: UUID) -> None:
    if person == entered_by:
        raise Refused(Reason.SAME_PERSON)
