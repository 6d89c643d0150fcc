"""The rows that one project of an import becomes, table by table. Nobody here is said to have consented or signed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from piccolo.table import Table

from departments import catalogue
from kernel import clock, rows, secrets_box
from kernel.money import Fen
from projects.calls.rulepack import RulePack
from projects.deciding.tables import FundingLine
from projects.importing import rules, words
from projects.importing.sheet import Resolved
from projects.signing.rules import Gate
from projects.signing.tables import Agreement, Instalment
from projects.states import AgreementState, LineState, State
from projects.tables import BudgetLine, Indicator, Involvement, Project, ProjectMember, TeamMember
from projects.tracking import schedule
from projects.tracking.schedule import ReportKind
from projects.tracking.tables import Report


class Context(Struct, frozen=True):
    """What all rows of one import share."""

    batch: UUID
    call: UUID
    host: UUID
    pack: RulePack
    importer: UUID
    departments: dict[str, UUID]
    funds: dict[str, UUID]
    now: datetime
    today: date


class Made(Struct, frozen=True):
    """One project of the import with the ids its rows hang together by. `team` administers its unit, when somebody does."""

    item: Resolved
    id: UUID
    line: UUID
    code: str
    unit: UUID
    team: UUID | None

    @property
    def state(self) -> State:
        if self.item.row.state is None:
            raise LookupError("a judged row has a state")
        return self.item.row.state

    @property
    def amount(self) -> Fen:
        return self.item.row.amount

    @property
    def signed(self) -> bool:
        return self.state in rules.SIGNED


Shape = tuple[type[Table], tuple[str, ...], list[tuple[Any, ...]]]


def shapes(made: list[Made], context: Context) -> list[Shape]:
    """In the order that foreign keys ask."""
    per_table = (
        (Project, _PROJECT, _project),
        (ProjectMember, ("id", "project", "person", "leader"), _member),
        (Involvement, ("id", "project", "unit", "why"), _involvements),
        (BudgetLine, _BUDGET, _budget),
        (Indicator, _INDICATOR, _indicator),
        (TeamMember, ("id", "project", "position", "name", "part", "percent"), _leader),
        (FundingLine, _LINE, _line),
        (Agreement, _AGREEMENT, _agreement),
        (Instalment, _INSTALMENT, _instalments),
        (Report, ("id", "project", "kind", "starts", "ends", "due", "actuals"), _reports),
    )
    return [(table, columns, [row for one in made for row in of(one, context)]) for table, columns, of in per_table]


_PROJECT = (
    "id", "code", "call", "state", "title", "area", "organisation", "payee", "lead", "author", "support_mode", "starts_on",
    "ends_on", "answers", "determined", "agreed", "grade", "submitted_at", "batch", "created_at", "changed_at", "version",
)  # fmt: skip


def _project(one: Made, c: Context) -> list[tuple[Any, ...]]:
    row = one.item.row
    awarded = row.awarded_on or c.today
    kept = {"row": row.number, "old_code": row.old_code or "", "leader": row.leader or "", "awarded_on": awarded}
    return [
        (
            one.id, one.code, c.call, one.state, row.title, one.item.area.code, one.unit, one.unit,
            c.departments[one.item.lead], one.team or c.importer, row.mode or "", row.starts_on, row.ends_on,
            msgspec.json.encode({"imported": kept}).decode(), row.determined, row.agreed, row.grade or "",
            datetime.combine(awarded, time(), clock.SHANGHAI), c.batch, c.now, c.now, 1,
        )
    ]  # fmt: skip


def _member(one: Made, _: Context) -> list[tuple[Any, ...]]:
    return [(rows.new_id(), one.id, one.team, True)] if one.team else []


def _involvements(one: Made, c: Context) -> list[tuple[Any, ...]]:
    concerned = [
        (one.unit, "team"),
        (one.unit, "payee"),
        (c.departments[one.item.lead], "lead"),
        (c.host, "host"),
        (c.departments[one.item.source.owner], "fund"),
        *((c.departments[code], "co") for code in one.item.area.co if code in c.departments),
    ]
    return [(rows.new_id(), one.id, unit, why) for unit, why in concerned]


_BUDGET = (
    "id",
    "project",
    "position",
    "category",
    "item",
    "quantity",
    "unit",
    "unit_price",
    "requested",
    "own",
    "basis",
    "agreed",
)


def _budget(one: Made, c: Context) -> list[tuple[Any, ...]]:
    """The sheet knows no lines; expenses and the agreement need one to stand on."""
    category = c.pack.budget.categories[0].code
    agreed = one.amount if one.signed else None
    return [
        (
            rows.new_id(), one.id, 1, category, words.BUDGET_ITEM, 1, words.GOAL_UNIT, one.amount, one.amount, 0,
            words.BUDGET_BASIS, agreed,
        )
    ]  # fmt: skip


_INDICATOR = ("id", "project", "position", "kind", "name", "unit", "target", "agreed")


def _indicator(one: Made, _: Context) -> list[tuple[Any, ...]]:
    row = one.item.row
    if not row.goal or not row.target:
        return []
    agreed = row.target if one.signed else None
    return [(rows.new_id(), one.id, 1, "activity", row.goal, row.unit or words.GOAL_UNIT, row.target, agreed)]


def _leader(one: Made, _: Context) -> list[tuple[Any, ...]]:
    name = one.item.row.leader
    return [(rows.new_id(), one.id, 1, name, words.LEADER, 0)] if name else []


_LINE = ("id", "project", "fund", "owner", "support_mode", "amount", "state", "proposed_by", "proposed_at", "batch", "version")


def _line(one: Made, c: Context) -> list[tuple[Any, ...]]:
    source = one.item.source
    return [
        (
            one.line, one.id, c.funds[source.code], c.departments[source.owner], one.item.row.mode, one.amount,
            LineState.CONSENTED, c.importer, c.now, c.batch, 1,
        )
    ]  # fmt: skip


_AGREEMENT = (
    "id", "project", "state", "amount", "account_name", "bank", "account", "account_tail", "batch", "created_at", "version",
)  # fmt: skip


def _agreement(one: Made, c: Context) -> list[tuple[Any, ...]]:
    if not one.signed:
        return []
    row = one.item.row
    account = secrets_box.seal("bank-account", row.account) if row.account else ""
    tail = (row.account or "")[-4:]
    return [
        (
            rows.new_id(), one.id, AgreementState.SIGNED, one.amount, row.account_name or "", row.bank or "", account, tail,
            c.batch, c.now, 1,
        )
    ]  # fmt: skip


_INSTALMENT = ("id", "project", "line", "number", "gate", "percent", "amount", "payable", "by_grade", "due", "year")


def _parts(one: Made, c: Context) -> list[rules.Part]:
    return rules.instalments(one.state, one.amount, one.item.row.paid or Fen(0), c.pack.money) if one.signed else []


def _instalments(one: Made, c: Context) -> list[tuple[Any, ...]]:
    row, found = one.item.row, []
    for part in _parts(one, c):
        due = rules.due(
            part.gate,
            awarded=row.awarded_on or c.today,
            starts=row.starts_on or c.today,
            ends=row.ends_on or c.today,
            midterm_percent=c.pack.tracking.midterm_percent,
        )
        year = max(one.item.source.year, due.year)
        found.append(
            (
                rows.new_id(), one.id, one.line, part.number, part.gate, part.percent, part.amount, part.payable, part.by_grade,
                due, year,
            )
        )  # fmt: skip
    return found


def _reports(one: Made, c: Context) -> list[tuple[Any, ...]]:
    """Owed from today on; what lies behind was reported elsewhere, except a mid-term report that money still waits for."""
    row = one.item.row
    if one.state not in {State.RUNNING, State.CLOSING} or row.starts_on is None or row.ends_on is None:
        return []
    waits = any(part.gate is Gate.MIDTERM and part.payable != 0 for part in _parts(one, c))
    running = one.state is State.RUNNING
    return [
        (rows.new_id(), one.id, r.kind, r.starts, r.ends, r.due, "{}")
        for r in schedule.reports(one.amount, row.starts_on, row.ends_on, c.pack.tracking)
        if r.kind is ReportKind.FINAL or (running and (r.ends >= c.today or (r.kind is ReportKind.MIDTERM and waits)))
    ]


def area_codes() -> str:
    return msgspec.json.encode([area.code for area in catalogue.load().areas]).decode()
