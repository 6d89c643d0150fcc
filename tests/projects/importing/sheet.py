"""A workbook of awarded projects as an office would fill it in, and the city it is brought into."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from departments.funds import actions as funds
from departments.organisation import actions as organisation
from kernel.access import Actor, Role
from projects.importing.words import COLUMNS
from tests import builders

TITLES = {key: title for key, title, *_ in COLUMNS}
LETTER = {key: chr(65 + place) for place, (key, *_) in enumerate(COLUMNS)}
GOOD_CODE = "51510000MJQ123456U"
"""Passes the checksum of GB 32100."""

ROW: dict[str, Any] = {
    "title": "社区食堂志愿服务",
    "organisation": "示例社会工作服务中心",
    "uscc": GOOD_CODE,
    "kind": "社会服务机构",
    "area": "社区治理与应急",
    "state": "实施中",
    "determined": 80000,
    "agreed": 80000,
    "paid": 40000,
    "owner": "市委社会工作部",
    "fund": "society-2026",
    "mode": "项目资助",
    "awarded_on": "2026-03-20",
    "starts_on": "2026-04-01",
    "ends_on": "2027-03-31",
    "leader": "张某",
    "old_code": "2026-社-012",
    "goal": "服务人次",
    "target": 300,
    "account_name": "示例社会工作服务中心",
    "bank": "示例银行涪城支行",
    "account": "6222020012345678",
}
APPROVED = {"state": "已立项(待签约)", "agreed": None, "paid": None, "account_name": None, "bank": None, "account": None}
CLOSED = {"state": "已结项", "grade": "合格", "starts_on": "2026-01-05", "ends_on": "2026-06-30", "awarded_on": "2026-01-04"}


def row(**changes: Any) -> dict[str, Any]:
    return {**ROW, **changes}


def workbook(*rows: dict[str, Any], leave_out: tuple[str, ...] = ()) -> bytes:
    """Strings stay strings, numbers numbers; what begins with = is a formula, as when somebody typed it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        titles = {key: title for key, title in TITLES.items() if key not in leave_out}
        for place, (key, title) in enumerate(titles.items()):
            sheet.write_string(0, place, title)
            for number, cells in enumerate(rows, 1):
                value = cells.get(key)
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(number, place, value, value=0)
                elif isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif value is not None:
                    sheet.write_number(number, place, value)
    return out.getvalue()


async def city() -> Actor:
    """Departments and funds of the catalogue; returns the coordinator of the host."""
    await organisation.ensure_city()
    await funds.ensure_funds()
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"), "示例主办经办")
