"""Amounts are exact, however they are typed, shown or divided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Refused
from kernel.money import LARGEST, Fen, MoneyReason, capital, percent, read, show, show_wan, split, wan, yuan

amounts = st.integers(min_value=0, max_value=LARGEST).map(Fen)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("80000", yuan(80_000)),
        ("80,000.00", yuan(80_000)),
        (" ８００００．５ ", Fen(8_000_050)),
        ("8万", wan(8)),
        ("8.5 万元", Fen(8_500_000)),
        ("¥0.01", Fen(1)),
        ("12元", yuan(12)),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(typed: str, fen: Fen) -> None:
    assert read(typed) == fen


@pytest.mark.parametrize(
    "typed", ["", "八万", "1e9", "0.001", "12.345", "万", "--5", "1.2.3", "9" * 20, "0.0000001万", "²", "10²", "٣"]
)
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as no:
        read(typed)

    assert no.value.reason is MoneyReason.NOT_MONEY


@given(amounts)
def test_what_is_shown_is_read_back(amount: Fen) -> None:
    assert read(show(amount)) == amount


@given(amounts)
def test_wan_loses_no_fen(amount: Fen) -> None:
    assert read(show_wan(amount) + "万") == amount


@given(amounts, st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_a_split_loses_no_fen_and_is_within_one_fen_of_its_share(amount: Fen, weights: list[int]) -> None:
    parts = split(amount, weights)

    assert sum(parts) == amount
    assert all(abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))


def test_the_earlier_instalment_gains_the_odd_fen() -> None:
    assert split(Fen(101), [50, 50]) == [51, 50]


@pytest.mark.parametrize(("amount", "weights"), [(Fen(-1), [1]), (Fen(1), []), (Fen(1), [0, 0]), (Fen(1), [2, -1])])
def test_a_split_without_sense_is_an_error(amount: Fen, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="split takes"):
        split(amount, weights)


@pytest.mark.parametrize(
    ("amount", "text"), [(yuan(100_400), "壹拾万零肆佰元整"), (Fen(10_000_005), "壹拾万元零伍分"), (Fen(0), "零元整")]
)
def test_papers_write_amounts_in_formal_numerals(amount: Fen, text: str) -> None:
    assert capital(amount) == text


def test_a_cap_is_never_exceeded_by_rounding() -> None:
    assert percent(Fen(999), 10) == 99


def test_a_negative_amount_is_shown_with_its_sign() -> None:
    assert (show(Fen(-123_456)), show_wan(Fen(-8_500_000))) == ("-1,234.56", "-8.5")
