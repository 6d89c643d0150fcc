"""What an expert's work pays and the tax withheld from it: panels and consultations alike. Pure."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kernel.money import ZERO, Fen, yuan
from talent_pool import words


class Unpaid(StrEnum):
    HOST_STAFF = "host-staff"
    CIVIL_SERVANT = "civil-servant"
    NO_WORK = "no-work"

    @property
    def label(self) -> str:
        return words.UNPAID[self]


class Fee(Struct, frozen=True):
    gross: Fen
    tax: Fen
    net: Fen
    unpaid: Unpaid | None = None


_BRACKETS = ((yuan(20_000), 20, ZERO), (yuan(50_000), 30, yuan(2_000)), (None, 40, yuan(7_000)))
"""Withholding on labour remuneration: taxable up to, rate, quick deduction."""


def tax(gross: Fen) -> Fen:
    """Individual income tax withheld from one payment: 800 yuan off up to 4,000, a fifth off above."""
    taxable = max(0, gross - yuan(800)) if gross <= yuan(4_000) else gross * 80 // 100
    for limit, rate, deduction in _BRACKETS:
        if limit is None or taxable <= limit:
            return Fen((taxable * rate + 50) // 100 - deduction)
    raise AssertionError("the last bracket is open")


def fee(gross: Fen, *, host_staff: bool, civil_servant: bool, approved: bool, signed: bool) -> Fee:
    """Own staff get none, civil servants none unless approved; the reason stands on the sheet."""
    unpaid = None
    if host_staff:
        unpaid = Unpaid.HOST_STAFF
    elif civil_servant and not approved:
        unpaid = Unpaid.CIVIL_SERVANT
    elif not signed:
        unpaid = Unpaid.NO_WORK
    if unpaid:
        return Fee(ZERO, ZERO, ZERO, unpaid)
    withheld = tax(gross)
    return Fee(gross, withheld, Fen(gross - withheld))
