"""What an expert's work pays: tax, and who is paid nothing and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Fen, yuan
from talent_pool.fees import Unpaid, fee, tax


@pytest.mark.parametrize(
    ("gross", "withheld"),
    [(800, 0), (1_000, 40), (4_000, 640), (5_000, 800), (25_000, 4_000), (30_000, 5_200), (100_000, 25_000)],
)
def test_tax_on_a_fee(gross: int, withheld: int) -> None:
    assert tax(yuan(gross)) == yuan(withheld)


def test_a_thousand_yuan_pays_960() -> None:
    paid = fee(yuan(1_000), host_staff=False, civil_servant=False, approved=False, signed=True)

    assert (paid.gross, paid.tax, paid.net, paid.unpaid) == (yuan(1_000), yuan(40), yuan(960), None)


@pytest.mark.parametrize(
    ("host_staff", "civil_servant", "approved", "signed", "why"),
    [
        (True, False, True, True, Unpaid.HOST_STAFF),
        (False, True, False, True, Unpaid.CIVIL_SERVANT),
        (False, False, False, False, Unpaid.NO_WORK),
        (False, True, True, True, None),
    ],
)
def test_who_is_paid_nothing_and_why(
    host_staff: bool, civil_servant: bool, approved: bool, signed: bool, why: Unpaid | None
) -> None:
    paid = fee(yuan(1_000), host_staff=host_staff, civil_servant=civil_servant, approved=approved, signed=signed)

    assert paid.unpaid is why
    assert (paid.net == 0) is (why is not None)


@given(st.integers(0, 10**8).map(Fen))
def test_tax_never_exceeds_two_fifths_and_never_falls(gross: Fen) -> None:
    assert 0 <= tax(gross) <= gross * 2 // 5 + 1
    assert tax(gross) <= tax(Fen(gross + 100))
