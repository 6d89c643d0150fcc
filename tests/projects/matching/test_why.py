"""Why not X, of a lottery: not near enough, not drawn, or what was left was for others; of a rule: the one that binds."""

from __future__ import annotations

import zlib
from array import array
from datetime import date
from uuid import UUID

import pytest
from msgspec import structs

from projects.matching.rules import Parameters
from projects.matching.why import Asked, Record, Sitting, why_not
from talent_pool.matching.draw.keyed import digests, fraction

SEED = "00" * 16
PROJECT = UUID(int=1)
RULES = Parameters(date(2026, 12, 1), district=1)


def person(number: int) -> UUID:
    return UUID(int=100 + number)


def record(
    affinity: list[int], *, kinds: dict[int, list[str]] | None = None, groups: dict[int, tuple[int, int]] | None = None
) -> Record:
    count = len(affinity)
    return Record(
        place=0,
        count=1,
        experts=[person(number) for number in range(count)],
        loads=[(2, 1, 0)] * count,
        kinds=[(kinds or {}).get(number, []) for number in range(count)],
        masked=[],
        groups=[(groups or {}).get(number, (-1, -1)) for number in range(count)],
        floors=[500_000, 300_000, 700_000],
        affinity=zlib.compress(array("i", affinity).tobytes()),
    )


def sitting(number: int, affinity: int) -> Sitting:
    return Sitting(person(number), f"专家{number}", "", number + 1, "general", 0, affinity, False)


def numbers(count: int) -> list[int]:
    return [fraction(one) for one in digests(bytes.fromhex(SEED), str(PROJECT), [str(person(n)) for n in range(count)])]


@pytest.mark.parametrize(
    ("own", "kinds", "code"), [(499_999, [], "below"), (499_999, ["finance"], "drawn"), (299_999, ["finance"], "below")]
)
def test_who_is_below_the_threshold_of_every_seat_of_his_was_not_in_the_draw(own: int, kinds: list[str], code: str) -> None:
    kept = record([900_000, own], kinds={1: kinds})

    why = why_not(kept, Asked(person(1), "某", ""), [sitting(0, 900_000)], RULES, SEED, PROJECT)

    assert (why.code == "below") == (code == "below")
    if code == "below":
        assert why.facts["cut"] == ("0.300" if kinds else "0.500")


def test_a_number_behind_the_last_is_not_drawn_and_one_before_it_was_passed_over_for_a_seat_that_is_kept() -> None:
    first, last = sorted(range(6), key=lambda n: numbers(6)[n])[::5]
    kept = record([900_000] * 6)

    behind = why_not(kept, Asked(person(last), "某", ""), [sitting(first, 900_000)], RULES, SEED, PROJECT)
    before = why_not(kept, Asked(person(first), "某", ""), [sitting(last, 900_000)], RULES, SEED, PROJECT)

    assert (behind.code, before.code) == ("not-drawn", "reserved")
    assert float(behind.facts["key"]) > float(behind.facts["cut"])
    assert float(before.facts["key"]) < float(before.facts["cut"])


@pytest.mark.parametrize(("place", "code"), [(0, "employer"), (1, "district")])
def test_a_mate_of_the_same_employer_or_district_is_named_as_the_run_counted_them(place: int, code: str) -> None:
    group = (4, -1) if place == 0 else (-1, 4)
    kept = record([900_000, 900_000], groups={0: group, 1: group})

    why = why_not(kept, Asked(person(1), "某", ""), [sitting(0, 900_000)], RULES, SEED, PROJECT)

    assert (why.code, why.facts["name"]) == (code, "专家0")


def test_a_record_of_an_earlier_version_goes_by_the_name_of_the_employer() -> None:
    kept = structs.replace(record([900_000, 900_000]), groups=[], floors=[])
    mate = structs.replace(sitting(0, 900_000), employer="某单位")

    why = why_not(kept, Asked(person(1), "某", "某单位"), [mate], RULES, "", PROJECT)

    assert why.code == "employer"
