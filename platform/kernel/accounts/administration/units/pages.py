"""Units: the list, and opening one."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.response import Response, Stream, Template

from kernel import sheets, web
from kernel.access import Action
from kernel.accounts.administration import actions
from kernel.accounts.administration.units import queries
from kernel.accounts.words import UNIT_COLUMNS, UNIT_KIND, UNIT_LIST

AnyRequest = Request[Any, Any, Any]
SIZE = 50


class UnitForm(web.Form):
    kind = web.Choice(list(UNIT_KIND.items()))
    code = web.Text(max=40)
    name = web.Text(max=120)


@get("/admin/units", name="admin.units", action=Action.VIEW_ADMINISTRATION)
async def units(request: AnyRequest) -> Template:
    return await _units(request, UnitForm())


def _filter(request: AnyRequest) -> tuple[str, str]:
    """Kind and text that the list is narrowed by."""
    kind = request.query_params.get("kind", "")
    return kind if kind in UNIT_KIND else "", request.query_params.get("q", "").strip()[:60]


async def _units(request: AnyRequest, form: UnitForm) -> Template:
    (kind, text), page = _filter(request), web.page_number(request)
    return web.page(
        request,
        "kernel/accounts/administration/units/list.html",
        rows=await queries.units(kind, text, page, SIZE),
        total=await queries.count_units(kind, text),
        number=page,
        size=SIZE,
        kind=kind,
        text=text,
        kinds=list(UNIT_KIND.items()),
        form=form,
    )


@get("/admin/units.xlsx", name="admin.export-units", action=Action.VIEW_ADMINISTRATION)
async def export(request: AnyRequest) -> Stream:
    return await sheets.listing(request, UNIT_LIST, UNIT_COLUMNS, queries.units(*_filter(request), 1, sheets.ALL))


@post("/admin/units", name="admin.open-unit", action=Action.OPEN_UNIT)
async def open_unit(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, UnitForm)
    return await web.act(
        request,
        form,
        verb=lambda: _open_unit(request, form),
        again=lambda: _units(request, form),
        done="/admin/units",
    )


async def _open_unit(request: AnyRequest, form: UnitForm) -> None:
    await actions.open_unit(request.user, form.kind.data, form.code.data, form.name.data)


routes = [units, export, open_unit]
