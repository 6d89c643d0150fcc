"""A sheet comes in as a whole or not at all, and goes as a whole while nobody has touched it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from departments.funds import queries as funds
from departments.funds.rules import Account
from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.money import Fen, yuan
from kernel.rows import Q
from kernel.sheets import BadCells
from kernel.sheets.columns import Reason as SheetReason
from projects.calls import queries as calls
from projects.importing import actions, queries
from projects.importing.rules import Reason
from projects.paying import queries as paying
from projects.signing import queries as signing
from projects.signing.rules import Gate
from projects.states import State
from projects.tables import Project
from projects.tracking import queries as tracking
from server import check
from tests import builders
from tests.projects.importing.sheet import APPROVED, CLOSED, GOOD_CODE, LETTER, city, row, workbook

pytestmark = pytest.mark.anyio


@pytest.fixture
async def coordinator(db: None) -> Actor:
    return await city()


async def project(title: str = "社区食堂志愿服务") -> Project:
    return await rows.find(Project, Project.title == title, lock=False)


async def held(code: str = "society-2026") -> dict[str, Fen]:
    fund = next(f for f in await funds.every_fund() if f.code == code)
    return {str(account): getattr(fund, account) for account in Account if account is not Account.BUDGET}


async def count(table: str) -> int:
    return int(await rows.value(Q(f"SELECT count(*) FROM {table}")))  # noqa: S608 - our own names


async def test_a_running_project_comes_with_its_unit_money_agreement_and_reports(coordinator: Actor) -> None:
    before = await held()

    number = await actions.load(coordinator, "往年项目.xlsx", workbook(row()))

    found = await project()
    lines, parts = await signing.lines(found.id), await signing.instalments(found.id)
    reports = await tracking.reports(found.id)
    after = await held()
    assert (number, found.state, found.code[:7], found.author) == (1, State.RUNNING, "MY2026-", coordinator.person)
    assert (found.determined, found.agreed, found.lead) == (yuan(80_000), yuan(80_000), await builders.unit("society"))
    assert [(line.amount, line.receipt) for line in lines] == [(yuan(80_000), "")]
    assert [(p.gate, p.amount, p.payable) for p in parts] == [
        (Gate.SIGNED, yuan(40_000), 0),
        (Gate.MIDTERM, yuan(32_000), None),
        (Gate.ACCEPTED, yuan(8_000), None),
    ]
    assert before["available"] - after["available"] == yuan(80_000)
    assert (after["signed"], after["paid"], after["intended"], after["decided"]) == (yuan(40_000), yuan(40_000), 0, 0)
    assert min(report.ends for report in reports if report.kind != "midterm") >= date(2026, 11, 20)
    assert await rows.value(Q("SELECT count(*) FROM project_member WHERE project = {}", found.id)) == 0


async def test_nobody_is_made_to_have_consented_or_signed(coordinator: Actor) -> None:
    await actions.load(coordinator, "a.xlsx", workbook(row()))

    line = await rows.DB.run("SELECT checked_by, consented_by, signoff, decision FROM funding_line")
    agreement = await rows.DB.run("SELECT presented_by, team_signed_by, host_signed_by, account_tail, account FROM agreement")
    assert [tuple(one) for one in line] == [(None, None, None, None)]
    assert tuple(agreement[0])[:4] == (None, None, None, "5678")
    assert "6222020012345678" not in agreement[0]["account"]


async def test_the_three_other_states_hold_what_they_must(coordinator: Actor) -> None:
    sheet = workbook(
        row(title="待签约的", **APPROVED),
        row(title="验收中的", state="结项验收", paid=None),
        row(title="结了项的", **CLOSED, paid=80000),
    )

    await actions.load(coordinator, "a.xlsx", sheet)

    states = {one.title: one.state for one in await rows.fetch(_State, Q("SELECT title, state FROM project"))}
    approved, closed, closing = await project("待签约的"), await project("结了项的"), await project("验收中的")
    assert states == {"待签约的": "approved", "验收中的": "closing", "结了项的": "closed"}
    assert (approved.agreed, closed.grade, closed.agreed) == (None, "qualified", yuan(80_000))
    assert [(p.gate, p.payable) for p in await signing.instalments(closed.id)] == [(Gate.SIGNED, 0)]
    assert [(p.gate, p.payable) for p in await signing.instalments(closing.id)] == [(Gate.ACCEPTED, None)]
    assert await signing.agreement(approved.id) is None
    assert (await held())["decided"] == yuan(80_000)


class _State(rows.Struct, frozen=True):
    title: str
    state: str


async def test_the_call_that_holds_them_is_on_no_list_of_calls(coordinator: Actor) -> None:
    await actions.load(coordinator, "a.xlsx", workbook(row()))

    code = await rows.value(Q("SELECT code FROM call"))
    assert (await calls.public_calls(), await calls.listed()) == ([], [])
    with pytest.raises(Missing):
        await calls.public_call(code)


async def test_a_known_unit_is_found_by_code_and_its_administrator_leads(coordinator: Actor) -> None:
    unit = await builders.unit(GOOD_CODE, "示例社会工作服务中心", kind="organisation")
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit)

    await actions.load(coordinator, "a.xlsx", workbook(row()))

    found = await project()
    asked = await rows.value(Q("SELECT count(*) FROM todo WHERE person = {} AND subject_kind = 'report'", admin.person))
    assert (found.organisation, found.author) == (unit, admin.person)
    assert asked == len(await tracking.reports(found.id)) > 0


async def test_a_team_without_a_code_gets_one_of_ours_and_is_one_unit(coordinator: Actor) -> None:
    team = {"organisation": "阳光志愿服务队", "uscc": None, "kind": "志愿服务队伍"}

    await actions.load(coordinator, "a.xlsx", workbook(row(title="甲", **team), row(title="乙", **team)))

    units = await rows.column(Q("SELECT code FROM unit WHERE kind = 'organisation'"))
    assert len(units) == 1
    assert units[0].startswith("DR2026-")


BAD: list[tuple[str, Any, str, Reason]] = [
    ("title", "（示例，请删去本行）社区", "title", Reason.EXAMPLE),
    ("area", "星际航行", "area", Reason.UNKNOWN_AREA),
    ("lead", "市外星局", "lead", Reason.UNKNOWN_DEPARTMENT),
    ("owner", "市外星局", "owner", Reason.UNKNOWN_DEPARTMENT),
    ("fund", "没有这笔钱", "fund", Reason.UNKNOWN_FUND),
    ("fund", "civil-2026", "fund", Reason.FUND_OWNER),
    ("determined", 0, "determined", Reason.NOT_POSITIVE),
    ("agreed", -5, "agreed", Reason.NOT_POSITIVE),
    ("paid", -1, "paid", Reason.NEGATIVE),
    ("agreed", 80000.01, "agreed", Reason.AGREED_OVER),
    ("paid", 80000.01, "paid", Reason.PAID_OVER),
    ("ends_on", "2026-03-01", "ends_on", Reason.DATES_TURNED),
    ("awarded_on", "2019-12-31", "awarded_on", Reason.AWARDED_YEAR),
    ("awarded_on", "2026-11-21", "awarded_on", Reason.AWARDED_YEAR),
    ("agreed", None, "agreed", Reason.NEEDS),
    ("starts_on", None, "starts_on", Reason.NEEDS),
    ("grade", "优秀", "grade", Reason.NEEDS_EMPTY),
    ("uscc", None, "uscc", Reason.NO_CODE),
    ("bank", None, "account", Reason.ACCOUNT),
    ("account", "六二二二", "account", Reason.ACCOUNT_DIGITS),
    ("target", 0, "target", Reason.GOAL),
]


@pytest.mark.parametrize(("key", "value", "cell", "reason"), BAD)
async def test_a_bad_cell_is_named_by_row_and_column(coordinator: Actor, key: str, value: Any, cell: str, reason: Reason) -> None:
    sheet = workbook(row(title="好的一行"), row(**{key: value}))

    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "a.xlsx", sheet)

    head = reason.label.split("{")[0]
    assert [text for text in no.value.cells if text.startswith(f"第 3 行 {LETTER[cell]} 列：{head}")], no.value.cells
    assert len(no.value.cells) == 1
    assert (await count("project"), await count("call")) == (0, 0)


async def test_all_errors_of_all_rows_come_at_once(coordinator: Actor) -> None:
    sheet = workbook(row(determined="八万", area="星际航行"), row(title="乙", awarded_on="不知道", grade="很好"))

    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "a.xlsx", sheet)

    assert [text.split("：")[0] for text in no.value.cells] == [
        f"第 2 行 {LETTER['area']} 列",
        f"第 2 行 {LETTER['determined']} 列",
        f"第 3 行 {LETTER['awarded_on']} 列",
        f"第 3 行 {LETTER['grade']} 列",
    ]


async def test_a_column_that_the_sheet_lacks_is_named_by_its_title(coordinator: Actor) -> None:
    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "a.xlsx", workbook(row(), leave_out=("starts_on",)))

    assert no.value.cells == ["第 2 行“开始日期”：状态为“实施中”时必填。"]


async def test_the_same_project_twice_is_refused_in_the_file_and_in_the_database(coordinator: Actor) -> None:
    with pytest.raises(BadCells) as in_file:
        await actions.load(coordinator, "a.xlsx", workbook(row(), row()))
    await actions.load(coordinator, "b.xlsx", workbook(row()))
    with pytest.raises(BadCells) as in_city:
        await actions.load(coordinator, "c.xlsx", workbook(row(), row(title="别的")))

    code = (await project()).code
    assert in_file.value.cells == ["第 3 行 A 列：与第 2 行重复：同一单位的同名项目。"]
    assert in_city.value.cells == [f"第 2 行 A 列：平台上已有该单位的同名项目（{code}）。"]


async def test_a_fund_pays_only_what_it_has_left_after_the_rows_above(coordinator: Actor) -> None:
    big = [row(title=f"项目{n}", determined=100_000, agreed=100_000, paid=None) for n in range(16)]

    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "a.xlsx", workbook(*big))

    cell = f"第 17 行 {LETTER['agreed']} 列"
    assert no.value.cells == [f"{cell}：资金来源“society-2026”可用额度不足：本行之前剩余 0.00 元，本行需要 100,000.00 元。"]


async def test_lottery_money_serves_its_purposes_only(coordinator: Actor) -> None:
    lottery = {"owner": "市民政局", "fund": "civil-lottery-2026"}

    with pytest.raises(BadCells) as no:
        await actions.load(coordinator, "a.xlsx", workbook(row(**lottery)))
    await actions.load(coordinator, "a.xlsx", workbook(row(area="养老服务", **lottery)))

    assert [text[: len("第 2 行 L 列：彩票公益金")] for text in no.value.cells] == [f"第 2 行 {LETTER['fund']} 列：彩票公益金"]
    assert await count("project") == 1


async def test_a_code_that_fails_the_checksum_is_told_but_does_not_hinder(coordinator: Actor) -> None:
    ident = await actions.bring_in(coordinator, "a.xlsx", workbook(row(uscc="51510000MJQ1234565")))

    warnings = (await queries.batch(ident)).warnings
    assert warnings == [f"第 2 行 {LETTER['uscc']} 列：统一社会信用代码“51510000MJQ1234565”校验不通过，请核对；不影响导入。"]


async def test_nothing_is_half_imported(coordinator: Actor) -> None:
    tables = ("project", "funding_line", "agreement", "instalment", "report", "entry", "posting", "call", "unit", "import_batch")
    before = [await count(table) for table in tables]

    with pytest.raises(BadCells):
        await actions.load(coordinator, "a.xlsx", workbook(*[row(title=f"好{n}") for n in range(5)], row(title="坏", area="无")))

    assert [await count(table) for table in tables] == before


async def test_the_same_file_twice_is_refused_naming_the_earlier_batch(coordinator: Actor) -> None:
    sheet = workbook(row())
    ident = await actions.bring_in(coordinator, "a.xlsx", sheet)

    with pytest.raises(Refused) as no:
        await actions.load(coordinator, "另一个名字.xlsx", sheet)

    assert (no.value.reason, no.value.facts["code"]) == (Reason.SAME_FILE, (await queries.batch(ident)).code)


async def test_undoing_restores_every_fund_to_the_fen_and_leaves_the_log(coordinator: Actor) -> None:
    tables = ("project", "funding_line", "agreement", "instalment", "report", "involvement", "call", "unit", "organisation")
    before = await held(), [await count(table) for table in tables]
    sheet = workbook(row(determined=80_000.01, agreed=79_999.99, paid=33_333.33), row(title="乙", **APPROVED))
    ident = await actions.bring_in(coordinator, "a.xlsx", sheet)

    await actions.undo(coordinator, ident, reason="表格版本不对", version=1)

    batch = await queries.batch(ident)
    assert (await held(), [await count(table) for table in tables]) == before
    assert (batch.undoer, batch.reason) == (coordinator.name, "表格版本不对")
    assert await rows.value(Q("SELECT count(*) FROM audit_line WHERE action = {}", Action.UNDO_IMPORT)) == 1
    assert await rows.value(Q("SELECT count(*) FROM todo WHERE done_at IS NULL")) == 0
    assert await actions.load(coordinator, "a.xlsx", sheet) == 2


async def test_undoing_is_refused_with_the_name_of_the_first_project_that_was_touched(coordinator: Actor) -> None:
    unit = await builders.unit(GOOD_CODE, "示例社会工作服务中心", kind="organisation")
    applicant = await builders.actor(Role.APPLICANT, unit)
    ident = await actions.bring_in(coordinator, "a.xlsx", workbook(row(), row(title="被动过的")))
    touched = await project("被动过的")
    await actions.appoint(coordinator, ident, touched.code, applicant.person)

    with pytest.raises(Refused) as no:
        await actions.undo(coordinator, ident, reason="试试", version=1)

    assert (no.value.reason, no.value.facts) == (Reason.TOUCHED, {"code": touched.code, "title": "被动过的"})
    assert await count("project") == 2


async def test_undoing_twice_is_refused(coordinator: Actor) -> None:
    ident = await actions.bring_in(coordinator, "a.xlsx", workbook(row()))
    await actions.undo(coordinator, ident, reason="一次", version=1)

    with pytest.raises(Refused) as no:
        await actions.undo(coordinator, ident, reason="两次", version=2)

    assert no.value.reason is SheetReason.UNDONE


async def test_a_unit_that_was_taken_up_since_stays_when_the_batch_goes(coordinator: Actor) -> None:
    ident = await actions.bring_in(
        coordinator, "a.xlsx", workbook(row(), row(title="乙", organisation="另一单位", uscc="91510700MA62345678"))
    )
    taken = (await project()).organisation
    await builders.actor(Role.ORGANISATION_ADMIN, taken)

    await actions.undo(coordinator, ident, reason="表格版本不对", version=1)

    assert await rows.column(Q("SELECT id FROM unit WHERE kind = 'organisation'")) == [taken]


async def test_the_leader_that_is_named_may_report_and_ask_for_the_rest_of_the_money(coordinator: Actor) -> None:
    unit = await builders.unit(GOOD_CODE, "示例社会工作服务中心", kind="organisation")
    applicant, stranger = await builders.actor(Role.APPLICANT, unit), await builders.actor(Role.APPLICANT)
    ident = await actions.bring_in(coordinator, "a.xlsx", workbook(row(state="结项验收", paid=80_000 / 2)))
    code = (await project()).code

    with pytest.raises(Refused) as no:
        await actions.appoint(coordinator, ident, code, stranger.person)
    await actions.appoint(coordinator, ident, code, applicant.person)

    found = await project()
    first, rest = await paying.steps(found.id)
    assert no.value.reason is Reason.NOT_THEIRS
    assert found.author == applicant.person
    assert (first.to_pay, rest.to_pay, rest.gate) == (0, yuan(40_000), Gate.ACCEPTED)


async def test_who_may_not_import_imports_nothing_at_the_command_line_either(coordinator: Actor) -> None:
    officer = await builders.actor(Role.OFFICER, await builders.unit("scitech"))

    with pytest.raises(Refused) as no:
        await actions.load(officer, "a.xlsx", workbook(row()))

    assert no.value.reason is Reason.NOT_ALLOWED


async def test_what_is_imported_passes_the_invariants_of_the_database(coordinator: Actor) -> None:
    await actions.load(
        coordinator,
        "a.xlsx",
        workbook(row(), row(title="乙", **APPROVED), row(title="丙", paid=70_000, **CLOSED)),
    )

    assert await check.run() == []
