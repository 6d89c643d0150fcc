"""Units: the list, and opening one."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.accounts.administration import actions
from kernel.accounts.administration.units import queries
from kernel.accounts.mine.pages import page_number
from kernel.accounts.words import UNIT_KIND

AnyRequest = Request[Any, Any, Any]
SIZE = 50


class UnitForm(web.Form):
    kind = web.Choice(list(UNIT_KIND.items()))
    code = web.Text(max=40)
    name = web.Text(max=120)


@get("/admin/units", name="admin.units", action=Action.VIEW_ADMINISTRATION)
async def units(request: AnyRequest) -> Template:
    return await _units(request, UnitForm())


async def _units(request: AnyRequest, form: UnitForm) -> Template:
    params, page = request.query_params, page_number(request)
    kind = params.get("kind", "") if params.get("kind") in UNIT_KIND else ""
    text = params.get("q", "").strip()[:60]
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


routes = [units, open_unit]
