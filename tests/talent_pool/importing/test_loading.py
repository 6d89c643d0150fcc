"""Bringing experts in from a sheet: what a row becomes, which cells are wrong, that nothing is half in, taking it back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kernel import rows, secrets_box
from kernel.access import Actor, Role
from kernel.accounts.tables import Person
from kernel.errors import Refused
from kernel.rows import Q
from kernel.sheets import BadCells
from kernel.sheets.columns import Reason as SheetReason
from talent_pool.directory import queries as directory
from talent_pool.directory.rules import Sought
from talent_pool.importing import actions, queries, reading
from talent_pool.importing.rules import MOST, Reason, Twins
from talent_pool.importing.words import TEMPLATE
from talent_pool.life import ExpertState
from talent_pool.profiles import actions as profiles
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.admitting import rules as admission
from talent_pool.profiles.kinds import TieKind
from talent_pool.profiles.tables import Expert
from tests import builders
from tests.talent_pool.directory import pool
from tests.talent_pool.importing.sheet import LETTER, row, workbook

pytestmark = pytest.mark.anyio
FULL = row(
    title="教授", fields="数据治理与信息系统", keywords="社区食堂", speciality="长期研究助餐", county="涪城区", counties="涪城区、游仙区",
    mobile="138 1234-5678", finance="是", community="否", fee_class="高级", max_load=5, max_year=30,
    former="示例中心（至2025-03-01）\n旧单位", board="示例协会", works="论文：社区助餐的三种模式（2024）\n项目：幸福食堂",
)  # fmt: skip


async def counts() -> list[int]:
    return [
        int(await rows.value(Q(f"SELECT count(*) FROM {table}")))  # noqa: S608 - our own names
        for table in ("expert", "expert_tie", "expert_work", "expert_batch", "expert_batch_line")
    ]


async def wrong(*lines: dict[str, Any], twins: Twins = Twins.REFUSE) -> list[str]:
    """The sentences about wrong cells; nothing is in."""
    before = await counts()
    with pytest.raises(BadCells) as no:
        await actions.bring_in(await pool.host(), "a.xlsx", workbook(*lines), twins)
    assert await counts() == before
    return no.value.cells


def at(number: int, key: str, reason: Reason, **facts: object) -> str:
    return f"第 {number} 行 {LETTER[key]} 列：{reason.label.format(**facts)}"


async def only() -> Expert:
    (found,) = await Expert.objects()
    return found


async def test_a_row_becomes_an_expert_who_waits_for_a_second_person(db: None) -> None:
    unit = await builders.unit("5251000011", "示例协会", kind="organisation")
    host = await pool.host()

    batch = await actions.bring_in(host, "名单.xlsx", workbook(FULL))

    expert = await only()
    person = await rows.find(Person, Person.id == expert.person)
    found = await queries.batch(batch)
    assert (expert.state, expert.source, expert.invited_by) == (ExpertState.APPLIED, "import", host.person)
    assert (expert.areas, expert.fields, expert.counties) == (
        '["elderly", "community"]',
        '["science.data"]',
        '["510703", "510704"]',
    )
    assert (expert.finance, expert.community, expert.fee_class, expert.max_load, expert.max_year) == (
        True,
        False,
        "senior",
        5,
        30,
    )
    assert (secrets_box.open("mobile", person.mobile), person.mobile_key) == ("13812345678", secrets_box.hmac_key("13812345678"))
    ties = await rows.DB.run_querystring(Q("SELECT kind, unit_name, unit, until FROM expert_tie ORDER BY unit_name"))
    assert [tuple(tie) for tie in ties] == [
        (TieKind.EMPLOYMENT, "旧单位", None, None),
        (TieKind.EMPLOYMENT, "示例中心", None, date(2025, 3, 1)),
        (TieKind.BOARD, "示例协会", unit, None),
    ]
    assert (found.rows, found.made, found.waiting, found.warnings) == (1, 1, 1, [])
    assert [line.name for line in await directory.experts(host, Sought("三种模式"))] == ["张三"]


async def test_a_second_person_admits_the_batch_and_never_its_importer(db: None) -> None:
    host, other = await pool.host(), await pool.host()
    batch = await actions.bring_in(host, "a.xlsx", workbook(row(), row(name="李四")))

    with pytest.raises(Refused) as own:
        await actions.admit(host, batch)
    await actions.admit(other, batch)
    with pytest.raises(Refused) as again:
        await actions.admit(other, batch)

    assert own.value.reason is admission.Reason.SAME_PERSON
    assert again.value.reason is Reason.NOBODY_WAITS
    states = await rows.column(Q("SELECT state FROM expert"))
    assert states == ["admitted", "admitted"]
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE done_at IS NULL")) == 0


CELLS: list[tuple[dict[str, Any], str, Reason, dict[str, Any]]] = [
    ({"areas": "养老服务、星际航行"}, "areas", Reason.UNKNOWN_AREA, {"value": "星际航行"}),
    ({"fields": "占星"}, "fields", Reason.UNKNOWN_FIELD, {"value": "占星"}),
    ({"county": "火星区"}, "county", Reason.UNKNOWN_COUNTY, {"value": "火星区"}),
    ({"counties": "涪城区、火星区"}, "counties", Reason.UNKNOWN_COUNTY, {"value": "火星区"}),
    ({"mobile": "12345"}, "mobile", Reason.NOT_MOBILE, {"value": "12345"}),
    ({"max_load": 999}, "max_load", Reason.LOAD_RANGE, {"most": 200}),
    ({"max_load": 9, "max_year": 3}, "max_year", Reason.YEAR_BELOW_ROUND, {"year": 3, "round": 9}),
    ({"works": "无题"}, "works", Reason.NOT_A_WORK, {"value": "无题", "kinds": "论文、论著、著作、专利、标准、项目、课题、案例"}),
    ({"works": "论文：" + "长" * 201}, "works", Reason.WORK_LONG, {}),
    ({"former": "某单位（至某天）"}, "former", Reason.NOT_A_DATE, {"value": "某单位（至某天）"}),
    ({"former": "某单位（至2025-02-31）"}, "former", Reason.NOT_A_DATE, {"value": "某单位（至2025-02-31）"}),
    ({"board": "长" * 121}, "board", Reason.UNIT_LONG, {}),
    ({"name": "（示例，请删去本行）张某"}, "name", Reason.EXAMPLE, {}),
]


@pytest.mark.parametrize(("cells", "key", "reason", "facts"), CELLS)
async def test_a_wrong_cell_is_named(db: None, cells: dict[str, Any], key: str, reason: Reason, facts: dict[str, Any]) -> None:
    assert await wrong(row(name="李四"), row(**cells)) == [at(3, key, reason, **facts)]


async def test_all_wrong_cells_are_told_at_once_and_unread_ones_only_once(db: None) -> None:
    told = await wrong(row(category="外星", areas=None, mobile="1"), row(name="李四", employer=None), row(county="无"))

    assert [cell.split("：")[0] for cell in told] == [
        f"第 2 行 {LETTER['category']} 列",
        f"第 2 行 {LETTER['areas']} 列",
        f"第 2 行 {LETTER['mobile']} 列",
        f"第 3 行 {LETTER['employer']} 列",
        f"第 4 行 {LETTER['name']} 列",
        f"第 4 行 {LETTER['county']} 列",
    ]


async def test_the_same_person_twice_in_the_file_is_found_by_name_and_by_number(db: None) -> None:
    assert await wrong(row(), row(employer=" 示例 大学 ")) == [at(3, "name", Reason.TWICE_IN_FILE, row=2)]
    assert await wrong(row(mobile="13812345678"), row(name="李四", mobile="138-1234-5678")) == [
        at(3, "mobile", Reason.MOBILE_IN_FILE, row=2)
    ]


async def numbered(expert: UUID, mobile: str) -> None:
    await rows.execute(
        Q("UPDATE person SET mobile_key = {} WHERE id = {}", secrets_box.hmac_key(mobile), await pool.person_of(expert))
    )


async def test_experts_who_are_there_are_errors_until_an_update_is_asked_for(db: None) -> None:
    await numbered(await pool.expert("张三", "示例大学"), "13812345678")
    await numbered(await pool.expert("李四", "别的单位"), "13900000000")
    await pool.expert("王五", state=ExpertState.LEFT)

    state = ExpertState.ADMITTED.label
    assert await wrong(row()) == [at(2, "name", Reason.TWICE, name="张三", state=state)]
    assert await wrong(row(employer="新单位", mobile="13812345678")) == [
        at(2, "mobile", Reason.TWICE_MOBILE, name="张三", employer="示例大学", state=state)
    ]
    for twins in Twins:
        assert await wrong(row(mobile="13900000000"), twins=twins) == [at(2, "mobile", Reason.OTHER_NAME)]
        assert await wrong(row(name="王五"), twins=twins) == [
            at(2, "name", Reason.ENDED, name="王五", state=ExpertState.LEFT.label)
        ]


async def test_two_records_of_one_person_must_be_merged_first(db: None) -> None:
    await pool.expert("张三", "示例大学")
    await pool.expert("张三", "示例大学")

    assert await wrong(row(), twins=Twins.UPDATE) == [at(2, "name", Reason.MANY, name="张三")]


async def test_an_update_writes_what_is_filled_and_keeps_the_employer_that_was_left(db: None) -> None:
    there = await pool.expert("张三", "旧大学", title="讲师", keywords="原有", max_load=9, finance=True)
    await pool.work(there, "社区助餐的三种模式")
    await numbered(there, "13812345678")
    host = await pool.host()
    cells = {"title": "教授", "employer": "新大学", "mobile": "13812345678"}

    batch = await actions.bring_in(
        host, "a.xlsx", workbook(row(**cells, works="论文：社区助餐的三种模式\n论文：新作")), Twins.UPDATE
    )

    expert = await only()
    assert (expert.id, expert.state, expert.title, expert.keywords) == (there, ExpertState.ADMITTED, "教授", "原有")
    assert (expert.max_load, expert.finance, expert.employer_name, expert.version) == (9, True, "新大学", 2)
    assert await rows.column(Q("SELECT unit_name FROM expert_tie")) == ["旧大学"]
    assert await rows.column(Q("SELECT title FROM expert_work ORDER BY position")) == ["社区助餐的三种模式", "新作"]
    assert (await queries.batch(batch)).made == 0

    await actions.undo(host, batch, reason="填错", version=1)

    expert = await only()
    assert (expert.title, expert.employer_name, expert.areas, expert.version) == ("讲师", "旧大学", '["new-employment"]', 3)
    assert await counts() == [1, 0, 1, 1, 1]
    assert [line.name for line in await directory.experts(host, Sought("旧大学"))] == ["张三"]


async def test_a_number_that_is_known_under_the_same_name_links_the_person(db: None) -> None:
    person = await builders.person("张三")
    await rows.execute(Q("UPDATE person SET mobile_key = {} WHERE id = {}", secrets_box.hmac_key("13812345678"), person))

    batch = await actions.bring_in(await pool.host(), "a.xlsx", workbook(row(mobile="13812345678")))

    assert (await only()).person == person
    await actions.undo(await pool.host(), batch, reason="x", version=1)
    assert await rows.value(Q("SELECT count(*) FROM person WHERE id = {}", person)) == 1


async def test_namesakes_and_missing_numbers_are_only_worth_a_look(db: None) -> None:
    await pool.expert("张三", "别的大学")

    batch = await actions.bring_in(await pool.host(), "a.xlsx", workbook(row()))

    assert (await queries.batch(batch)).warnings == [
        at(2, "name", Reason.NAMESAKE, others="张三（别的大学）"),
        at(2, "mobile", Reason.NO_MOBILE),
    ]


async def test_an_untouched_batch_is_taken_back_without_a_trace_in_the_pool(db: None) -> None:
    host = await pool.host()
    people = await rows.value(Q("SELECT count(*) FROM person"))
    sheet = workbook(FULL, row(name="李四"))
    batch = await actions.bring_in(host, "a.xlsx", sheet)
    with pytest.raises(Refused) as twice:
        await actions.bring_in(host, "b.xlsx", sheet)

    await actions.undo(host, batch, reason="版本不对", version=1)

    assert twice.value.reason is Reason.SAME_FILE
    assert await counts() == [0, 0, 0, 1, 2]
    assert await rows.value(Q("SELECT count(*) FROM expert_index")) == 0
    assert await rows.value(Q("SELECT count(*) FROM person")) == people
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE done_at IS NULL")) == 0
    with pytest.raises(Refused) as gone:
        await actions.undo(host, batch, reason="再次", version=2)
    assert gone.value.reason is SheetReason.UNDONE
    assert await actions.bring_in(host, "a.xlsx", sheet) != batch


async def _tied(host: Actor, expert: UUID) -> None:
    await profiles.add_tie(host, expert, TieKind.BOARD, unit_name="某会")


async def _admitted(_: Actor, expert: UUID) -> None:
    await admitting.admit_expert(await pool.host(), expert)


@pytest.mark.parametrize("touch", [_tied, _admitted])
async def test_a_batch_is_not_taken_back_once_something_was_done(db: None, touch: Any) -> None:
    host = await pool.host()
    batch = await actions.bring_in(host, "a.xlsx", workbook(row(), row(name="李四")))
    await touch(host, await rows.value(Q("SELECT id FROM expert LIMIT 1")))
    before = await counts()

    with pytest.raises(Refused) as no:
        await actions.undo(host, batch, reason="版本不对", version=1)

    assert no.value.reason is Reason.TOUCHED
    assert await counts() == before


async def test_undoing_needs_a_reason(db: None) -> None:
    host = await pool.host()
    batch = await actions.bring_in(host, "a.xlsx", workbook(row()))

    with pytest.raises(Refused) as no:
        await actions.undo(host, batch, reason=" ", version=1)

    assert no.value.reason is SheetReason.NO_REASON


async def test_two_thousand_rows_take_the_same_queries_as_their_chunks(committed: str) -> None:
    """A copy a table and chunk, never a query a row."""
    host = await builders.actor(Role.COORDINATOR, await builders.unit("society"))
    sheet = workbook(*[row(name=f"专家{n}", mobile=f"139{n:08d}", works="论文：题目（2020）") for n in range(2_000)])
    token = rows.DB.queries.set([])

    batch = await actions.bring_in(host, "a.xlsx", sheet)

    asked = rows.DB.queries.get() or []
    rows.DB.queries.reset(token)
    assert len(asked) < 40
    assert (await queries.batch(batch)).made == 2_000
    await actions.undo(host, batch, reason="试", version=1)
    assert await counts() == [0, 0, 0, 1, 2_000]


async def test_too_many_rows_and_no_sheet_at_all_are_refused(db: None) -> None:
    host = await pool.host()
    with pytest.raises(Refused) as many:
        await actions.bring_in(host, "a.xlsx", workbook(*[row(name=f"甲{n}") for n in range(MOST + 1)]))
    with pytest.raises(Refused):
        await actions.bring_in(host, "a.xlsx", b"%PDF-1.7")

    assert many.value.reason is Reason.TOO_MANY


async def test_the_template_is_read_again_and_its_example_is_refused(db: None) -> None:
    stream = await reading.LAYOUT.template(TEMPLATE)
    data = b"".join([chunk async for chunk in stream.iterator])

    read = await reading.LAYOUT.read(data)

    assert (set(read.letters), read.errors) == (set(LETTER), [])
    with pytest.raises(BadCells) as no:
        await actions.bring_in(await pool.host(), "a.xlsx", data)
    assert no.value.cells == [at(2, "name", Reason.EXAMPLE)]
