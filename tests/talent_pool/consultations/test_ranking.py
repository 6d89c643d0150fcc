"""The quick list: what counts, in which order, and with which reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from talent_pool.consultations.ranking import Because, Known, Need, Why, pairs, rank, shared

NEED = Need("骑手驿站的冲突调解", "骑手与商户争执", "new-employment", ["riders", "rights"], "510703", None)
PLAIN = Known(UUID(int=1), UUID(int=101), "张三", "示例大学", "教授", [], [], [], "", 0, 0, False, 20, 60)


def known(number: int, **columns: Any) -> Known:
    return replace(PLAIN, expert=UUID(int=number), **columns)


def order(*experts: Known) -> list[int]:
    return [line.expert.int for line in rank(NEED, experts)]


def test_more_of_the_fields_comes_before_less_and_the_area_before_nothing() -> None:
    whole, half, area, none = (
        known(4, fields=["riders", "rights"], areas=["new-employment"]),
        known(3, fields=["riders"], areas=["new-employment"]),
        known(2, areas=["new-employment"]),
        known(1),
    )

    assert order(none, area, half, whole) == [4, 3, 2, 1]


def test_of_equal_ones_the_less_busy_comes_first_then_the_id() -> None:
    assert order(known(1, busy=2), known(2), known(3)) == [2, 3, 1]


def test_reasons_name_what_is_shared() -> None:
    (line,) = rank(
        NEED,
        [known(1, fields=["rights"], areas=["new-employment"], counties=["510703"], text="长期从事冲突调解", done=2)],
    )

    assert line.reasons == [
        Because(Why.FIELDS, ("rights",)),
        Because(Why.AREA, ("new-employment",)),
        Because(Why.WORDS, ("冲突调解",)),
        Because(Why.COUNTY, ("510703",)),
        Because(Why.DONE, ("2",)),
    ]


def test_somebody_who_is_away_on_the_wished_day_is_said_to_be_and_sinks() -> None:
    away, there = known(1, absent=True), known(2)

    lines = rank(NEED, [away, there])

    assert [line.expert.int for line in lines] == [2, 1]
    assert Because(Why.ABSENT) in lines[1].reasons


def test_affinities_take_the_place_of_words_and_keep_the_reasons() -> None:
    wordy, near = known(1, text="骑手驿站的冲突调解"), known(2)

    lines = rank(NEED, [wordy, near], {UUID(int=1): 100_000, UUID(int=2): 900_000})

    assert [line.expert.int for line in lines] == [2, 1]
    assert lines[1].reasons == [Because(Why.WORDS, ("冲突调解", "骑手驿站"))]


def test_shared_pairs_are_joined_where_the_text_goes_on() -> None:
    assert shared(pairs("冲突调解，值班"), "做过冲突调解与值班安排") == ["冲突调解", "值班"]
    assert shared(pairs("冲突调解"), "冲突很多，突调很少，调解也少") == ["冲突", "突调", "调解"]


@given(st.text(max_size=60), st.text(max_size=200))
def test_every_score_is_between_nothing_and_a_million(topic: str, text: str) -> None:
    (line,) = rank(replace(NEED, topic=topic), [known(1, text=text, fields=["riders", "rights"], areas=["new-employment"])])

    assert 0 <= line.score <= 1_000_000


@given(st.permutations([known(n, busy=n % 3, fields=["riders"] if n % 2 else []) for n in range(1, 8)]))
def test_the_order_in_which_experts_come_changes_nothing(experts: list[Known]) -> None:
    assert order(*experts) == order(*sorted(experts, key=lambda one: one.expert))


def test_the_marks_of_made_up_texts_are_no_reason() -> None:
    (line,) = rank(replace(NEED, topic="志愿队（示例）", need="（演示）"), [known(1, text="本档案为示例，仅供演示")])

    assert line.reasons == []


def test_what_half_of_the_pool_says_is_no_reason_and_what_few_say_is() -> None:
    pool = [known(n, text="社区服务项目") for n in range(2, 12)]

    lines = rank(replace(NEED, topic="服务项目中的冲突调解", need=""), [*pool, known(1, text="服务项目，擅长冲突调解")])

    assert [(line.expert.int, line.reasons) for line in lines[:2]] == [(1, [Because(Why.WORDS, ("冲突调解",))]), (2, [])]


def test_particles_part_words() -> None:
    assert pairs("调解的流程和值班") == ["调解", "流程", "值班"]
