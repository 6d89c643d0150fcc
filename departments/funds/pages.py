"""HTTP of funds and of the ledger: 资金来源, 资金台账（备查）."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from departments.funds import actions, queries
from departments.funds import ledger as entries
from departments.funds.ledger import PAGE, Filter
from departments.funds.rules import Account, Event
from departments.funds.words import FUND_COLUMNS, FUND_LIST, SHEET, USE
from kernel import audit, sheets, web
from kernel.access import Action
from kernel.sheets import Column, Kind

AnyRequest = Request[Any, Any, Any]
STEPS = (
    Account.INTENDED,
    Account.CLAIMED,
    Account.DECIDED,
    Account.SIGNED,
    Account.DUE,
    Account.PAID,
    Account.SPENT,
    Account.REFUNDED,
)


class BudgetForm(web.Form):
    total = web.Money(min=0)
    index_number = web.Text(max=80)
    reason = web.Text(max=300)


@get("/w/funds", name="funds.list", action=Action.VIEW_FUNDS)
async def listed(request: AnyRequest) -> Template:
    found = await queries.funds(request.user)
    totals = {step: sum(getattr(fund, step) for fund in found) for step in (Account.AVAILABLE, *STEPS)}
    return web.page(
        request, "departments/funds/list.html", funds=found, steps=STEPS, totals=totals, total=sum(fund.total for fund in found)
    )


@get("/w/funds.xlsx", name="funds.export", action=Action.VIEW_FUNDS)
async def export_funds(request: AnyRequest) -> Stream:
    return await sheets.listing(request, FUND_LIST, FUND_COLUMNS, await queries.funds(request.user))


@get("/w/funds/{code:str}", name="funds.show", action=Action.VIEW_FUNDS)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _show(request, code)


async def _show(request: AnyRequest, code: str, form: BudgetForm | None = None) -> Template:
    fund = await queries.fund(request.user, Action.VIEW_FUNDS, code)
    return web.page(
        request,
        "departments/funds/show.html",
        fund=fund,
        steps=STEPS,
        lines=await queries.lines(fund.id),
        form=form or BudgetForm(total=fund.total, index_number=fund.index_number),
        posted=form is not None,
        uses=USE,
        may_manage=fund.owner in request.user.units(Action.MANAGE_FUND),
        may_walk=request.user.may(Action.VIEW_LEDGER),
    )


@post("/w/funds/{code:str}/total", name="funds.change", action=Action.MANAGE_FUND)
async def change(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, BudgetForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.change_budget(
            request.user,
            code,
            total=form.total.data,
            index_number=form.index_number.data,
            reason=form.reason.data,
            version=form.row_version,
        ),
        again=lambda: _show(request, code, form),
        done=f"/w/funds/{code}",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _filter(request: AnyRequest) -> Filter:
    asked = {name: request.query_params.get(name, "").strip()[:60].replace("\x00", "") for name in Filter.__struct_fields__}
    return Filter(asked["fund"], asked["project"], asked["event"], _day(asked["since"]), _day(asked["until"]))


def _query(wanted: Filter) -> str:
    return urlencode({name: str(found) for name in Filter.__struct_fields__ if (found := getattr(wanted, name))})


@get("/w/ledger", name="ledger.list", action=Action.VIEW_LEDGER)
async def ledger(request: AnyRequest) -> Template:
    wanted = _filter(request)
    page = web.page_number(request)
    return web.page(
        request,
        "departments/funds/ledger.html",
        rows=await entries.entries(request.user, wanted, page),
        total=await entries.count(request.user, wanted),
        sums=await entries.sums(request.user, wanted),
        steps=STEPS,
        wanted=wanted,
        query=_query(wanted),
        events=[(event.value, event.label) for event in Event],
        page=page,
        size=PAGE,
    )


@get("/w/ledger.xlsx", name="ledger.export", action=Action.VIEW_LEDGER)
async def export(request: AnyRequest) -> Stream:
    wanted = _filter(request)
    await audit.record_read(request.user, Action.VIEW_LEDGER, ("entry", None), filter=_query(wanted))
    kinds = {"at": Kind.MOMENT, "amount": Kind.MONEY}
    columns = [Column(key, title, kinds.get(key, Kind.TEXT), width) for key, title, width in SHEET]
    return await sheets.download("ledger", columns, entries.entries(request.user, wanted, size=sheets.ALL))


routes = [listed, export_funds, show, change, ledger, export]
