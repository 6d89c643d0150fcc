"""The page on which the host gives the duties of a call."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action, Role
from projects.calls import queries as calls
from projects.calls.duties import actions, queries
from projects.calls.duties.words import DUTY
from projects.calls.forms import Nothing

AnyRequest = Request[Any, Any, Any]


class DutyForm(web.Form):
    duty = web.Choice(list(DUTY.items()))
    person = web.Choice()


@get("/w/calls/{code:str}/duties", name="calls.duties", action=Action.ASSIGN_DUTY)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _page(request, code, DutyForm())


async def _page(request: AnyRequest, code: str, form: Any) -> Template:
    call = await calls.call(code)
    if isinstance(form, DutyForm):
        form.person.choices = [
            (str(one.person), f"{one.name}（{one.unit}{Role(one.role).label}）") for one in await queries.holders()
        ]
    return web.page(
        request, "projects/calls/duties.html", call=call, form=form, duties=await queries.duties(call.id), duty_words=DUTY
    )


@post("/w/calls/{code:str}/duties", name="calls.assign-duty", action=Action.ASSIGN_DUTY)
async def assign(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, DutyForm)
    form.person.choices = [(form.person.data, "")] if form.person.data else []
    return await web.act(
        request,
        form,
        verb=lambda: actions.assign(request.user, code, form.duty.data, web.uuid_or_missing(form.person.data)),
        again=lambda: _page(request, code, form),
        done=f"/w/calls/{code}/duties",
    )


@post("/w/calls/{code:str}/duties/{ident:str}/end", name="calls.end-duty", action=Action.ASSIGN_DUTY)
async def end(request: AnyRequest, code: FromPath[str], ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.end(request.user, code, web.uuid_or_missing(ident)),
        again=lambda: _page(request, code, DutyForm()),
        done=f"/w/calls/{code}/duties",
    )


routes = [show, assign, end]
