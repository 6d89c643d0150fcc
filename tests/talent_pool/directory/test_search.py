"""Finding experts: by words of any length, pinyin, initials, labels, filters; nothing hostile does more than find nobody."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from kernel import clock, rows
from kernel.accounts.tables import Person, Unit
from talent_pool.directory import queries, rules
from talent_pool.directory.rules import Side, Sought
from talent_pool.life import ExpertState
from talent_pool.profiles import load
from talent_pool.profiles.kinds import Category, Part
from talent_pool.profiles.tables import Expert, ExpertAbsence, ExpertWork
from tests import builders
from tests.talent_pool.directory import pool

pytestmark = pytest.mark.anyio


async def hits(text: str = "", **filters: object) -> list[str]:
    """Names found by the host; the count always says the same."""
    sought = Sought(text, **filters)  # type: ignore[arg-type]
    found = [line.name for line in await queries.experts(await pool.host(), sought)]
    assert await queries.count(sought) == len(found)
    return found


async def test_words_are_found_wherever_they_stand(db: None) -> None:
    found = await pool.expert(
        "张三", "绵阳示例大学", keywords="社区食堂、老年助餐", speciality="长期研究城乡社区治理", title="教授"
    )
    await pool.work(found, "外卖骑手职业安全调查", text="在高温天气下的劳动保护", venue="社会工作研究")
    await pool.expert("李四", "另一单位", keywords="社会组织评估", speciality="参加过社会工程与项目工作")

    for word in ("张三", "绵阳示例大学", "助餐", "社区治理", "教授", "骑手", "劳动保护", "社会工作研究"):
        assert await hits(word) == ["张三"], word
    assert await hits("社会") == ["李四", "张三"]
    assert await hits("社区 骑手") == await hits("社区，骑手") == ["张三"]
    assert await hits("骑手 评估") == await hits("区社") == await hits("没有的词") == []
    assert await hits("社会工作") == ["张三"], "pairs that stand apart are no word"


async def test_a_single_character_is_looked_for_in_names(db: None) -> None:
    await pool.expert("张三", speciality="王")
    await pool.expert("王张")
    await pool.expert("李四")

    assert await hits("张") == ["张三", "王张"]
    assert await hits("王") == ["王张"]


async def test_pinyin_and_initials_find_names_from_their_beginning(db: None) -> None:
    await pool.expert("张三丰")
    await pool.expert("赵石")
    await pool.expert("欧阳修", keywords="SPSS 统计")

    assert await hits("zhang") == await hits("ZHANGSAN") == await hits("zhang san") == await hits("zsf") == ["张三丰"]
    assert await hits("z") == await hits("zs") == ["张三丰", "赵石"]
    assert await hits("oy") == await hits("ouyangxiu") == await hits("ｏｙ") == ["欧阳修"]
    assert await hits("spss") == await hits("SPSS") == ["欧阳修"]
    assert await hits("san") == await hits("sf") == []


async def test_a_surname_is_found_as_it_sounds(db: None) -> None:
    await pool.expert("曾国强")
    await pool.expert("尉迟恭")

    assert await hits("zeng") == await hits("zgq") == ["曾国强"]
    assert await hits("yuchi") == await hits("ycg") == ["尉迟恭"]
    assert await hits("ceng") == []


async def test_a_label_finds_who_has_its_code(db: None) -> None:
    await pool.expert("张三", areas=["elderly"], fields=["science.data"], county="510703")
    await pool.expert("李四")

    assert await hits("养老") == await hits("数据治理") == await hits("涪城") == ["张三"]
    assert await hits("高校") == ["李四", "张三"]


async def test_filters_narrow_and_add_up(db: None) -> None:
    await pool.expert("甲", areas=["elderly"], fields=["science.data"], county="510703", finance=True)
    await pool.expert("乙", category=Category.USER, counties=["510703", "510704"], community=True)
    await pool.expert("丙", state=ExpertState.PAUSED, host_staff=True)
    await pool.expert("丁", state=ExpertState.LEFT)

    assert await hits() == ["丙", "甲", "乙"]
    assert await hits(area="elderly") == await hits(field="science.data") == await hits(seat="finance") == ["甲"]
    assert await hits(county="510703") == ["甲", "乙"]
    assert await hits(county="510703", category="user") == await hits(seat="community") == ["乙"]
    assert await hits(state="paused") == await hits(seat="host") == ["丙"]
    assert await hits(state="left") == ["丁"]
    assert await hits("甲", county="510704") == []


async def test_silent_ones_are_found_like_a_state(db: None) -> None:
    await pool.expert("甲", asked_on=date(2026, 8, 1))
    await pool.expert("乙", asked_on=date(2026, 11, 1))

    assert await hits(state="unconfirmed") == ["甲"]


async def test_who_is_away_or_full_is_left_out_when_asked(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    away, full = await pool.expert("甲"), await pool.expert("乙", max_load=2)
    await pool.expert("丙")
    await rows.insert(
        ExpertAbsence(expert=away, since=date(2026, 12, 1), until=date(2026, 12, 3), added_at=clock.now()),
    )
    busy = await pool.person_of(full)

    async def two(persons: object, year: int) -> dict[UUID, load.Load]:
        return {busy: load.Load(2, 2)}

    monkeypatch.setattr(load, "SOURCES", [two])

    async def on(day: int) -> list[str]:
        return await hits(free_on=date(2026, 12, day))

    assert await on(1) == await on(3) == ["丙", "乙"]
    assert await on(4) == ["丙", "甲", "乙"]
    found = await queries.experts(await pool.host(), Sought(room=True), full=await queries.full())
    assert [line.name for line in found] == ["丙", "甲"]


HOSTILE = [
    "%",
    "_",
    "'",
    '"; DROP TABLE expert; --',
    "\\",
    "{}",
    "{0}",
    "*:*",
    "()&|!",
    "\x00",
    "\ud800",
    "\u202e",
    "a" * 5000,
    "张" * 5000,
    " ".join("abcdefghij"),
    "py:zs",
    "state:left",
    "$1",
    "::",
    "🙂",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_find_nobody(db: None, text: str) -> None:
    await pool.expert("张三", speciality="社区治理")

    assert await hits(text) == ([] if rules.split(text) else ["张三"])


async def test_the_index_follows_names_units_works_and_states(db: None) -> None:
    unit = await builders.unit("5251000011", "示例服务中心", kind="organisation")
    found = await pool.expert("张三")
    row = await rows.find(Expert, Expert.id == found)
    work = await pool.work(found, "旧题目")
    person = await rows.find(Person, Person.id == row.person)

    await row.update_self({Expert.employer: unit})
    await person.update_self({Person.name: "李四", Person.sort_key: "li si"})
    await (await rows.find(Unit, Unit.id == unit)).update_self({Unit.name: "改名后的中心"})
    await (await rows.find(ExpertWork, ExpertWork.id == work)).update_self({ExpertWork.title: "新题目"})

    assert await hits("改名后") == await hits("新题目") == await hits("lisi") == ["李四"]
    assert await hits("张三") == await hits("旧题目") == await hits("示例服务中心") == []
    await ExpertWork.delete().where(ExpertWork.id == work)
    assert await hits("新题目") == []


async def test_others_than_the_host_search_only_in_what_was_agreed(db: None) -> None:
    shown = await pool.expert(
        "张三", "隐藏大学", keywords="公开词", speciality="自我介绍", title="秘密职务", shown=[Part.NAME, Part.FIELDS]
    )
    await pool.work(shown, "未公开成果")
    await pool.expert("李四", keywords="公开词")

    async def found(text: str, **filters: str) -> list[str]:
        return [line.name for line in await queries.published(Sought(text, **filters))]

    assert await found("公开词") == await found("zs") == await found("张") == await found("", area="new-employment") == ["张三"]
    for hidden in ("隐藏大学", "自我介绍", "秘密职务", "未公开", "高校", "李四", "ls"):
        assert await found(hidden) == [], hidden
    assert queries.side(await pool.host()) is Side.WHOLE
    assert queries.side(await pool.officer()) is Side.AGREED


async def test_names_that_begin_with_the_word_come_first(db: None) -> None:
    await pool.expert("安然", speciality="曾与赵六合作")
    await pool.expert("赵六")

    assert await hits("赵六") == ["赵六", "安然"]


async def test_the_pool_offers_what_its_admitted_experts_name(db: None) -> None:
    await pool.expert("甲", areas=["elderly", "science"], fields=["science.data"], county="510703")
    await pool.expert("乙", areas=["science"], county="510703")
    await pool.expert("丙", areas=["science"], state=ExpertState.PAUSED)

    found = await queries.supply()

    assert (found.total, found.areas) == (2, {"elderly": 1, "science": 2})
    assert (found.fields, found.counties) == ({"science.data": 1}, {"510703": 2})
