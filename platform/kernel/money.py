"""Public money, counted in fen so that no yuan is ever lost to rounding. Units (yuan, wan) are written by templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from kernel import words
from kernel.errors import Refused

Fen = NewType("Fen", int)


class MoneyReason(StrEnum):
    NOT_MONEY = "not-money"

    @property
    def label(self) -> str:
        return words.MONEY_REASON[self]


ZERO = Fen(0)
LARGEST = Fen(99_999_999_999_99)  # below a hundred billion yuan: beyond any budget here, well inside a bigint
_WAN = "\N{CJK UNIFIED IDEOGRAPH-4E07}"
_YUAN = "\N{CJK UNIFIED IDEOGRAPH-5143}"
_AMOUNT = re.compile(rf"-?[0-9]+(\.[0-9]{{1,6}})?({_WAN})?{_YUAN}?")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width typing only. NFKC would also turn a footnote mark into a digit and 10 squared into 102."""


def yuan(amount: int) -> Fen:
    return Fen(amount * 100)


def wan(amount: int) -> Fen:
    """Ten thousand yuan, the unit in which officials speak of budgets."""
    return Fen(amount * 1_000_000)


def total(amounts: Iterable[Fen]) -> Fen:
    return Fen(sum(amounts))


def show(amount: Fen) -> str:
    """Digits as in a ledger: 80,000.00. Exact at any size, which a float would not be."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def show_wan(amount: Fen) -> str:
    """In ten thousand yuan with as many digits as the amount needs: 8, 8.5, 0.123456."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 1_000_000)
    return f"{sign}{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def half_width(text: str) -> str:
    """Full-width digits and signs, as Chinese keyboards give them, as their plain forms."""
    return text.translate(_HALF_WIDTH)


def read(text: str) -> Fen:
    """What a person typed, in yuan: 80000, 80,000.00, full-width digits, or 8 followed by the sign for ten thousand.

    Anything else is refused, amounts finer than one fen too.
    """
    plain = re.sub(r"[\s,\u00a5\uffe5]", "", half_width(text))
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise Refused(MoneyReason.NOT_MONEY, text=text[:40])
    fen = Decimal(plain.rstrip(_WAN + _YUAN)) * (1_000_000 if match.group(2) else 100)
    if fen != fen.to_integral_value() or abs(fen) > LARGEST:
        raise Refused(MoneyReason.NOT_MONEY, text=text[:40])
    return Fen(int(fen))


def capital(amount: Fen) -> str:
    """The amount in formal Chinese numerals, as agreements and payment requests write it."""
    if amount < 0:
        raise ValueError("papers never carry a negative amount")
    from cn2an import an2cn  # here, because it costs 0.1 s to import and few processes write papers

    return str(an2cn(f"{amount // 100}.{amount % 100:02d}", "rmb"))


def percent(amount: Fen, rate: int) -> Fen:
    """`rate` percent, rounded down: a cap is never exceeded by rounding."""
    return Fen(amount * rate // 100)


def split(amount: Fen, weights: Sequence[int]) -> list[Fen]:
    """Divide without losing a fen, by largest remainder; of equal remainders the earlier part gains."""
    if amount < 0 or not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("split takes a non-negative amount and weights with a positive sum")
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return [Fen(part) for part in parts]
