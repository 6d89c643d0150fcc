"""The pages of a correction, an extension and a withdrawal."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.errors import Missing
from projects.calls import queries
from projects.calls.correcting import actions
from projects.calls.differences import differences
from projects.calls.editing import changed
from projects.calls.forms import CorrectForm, ExtendForm
from projects.calls.pages import with_reason
from projects.states import CallState

AnyRequest = Request[Any, Any, Any]


@get("/w/calls/{code:str}/correct", name="calls.correct-form", action=Action.CORRECT_CALL)
async def correct_form(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _correct(request, code)


async def _correct(request: AnyRequest, code: str, form: CorrectForm | None = None) -> Template:
    call = await queries.call(code)
    if call.state is not CallState.PUBLISHED:
        raise Missing
    pack = await queries.pack(call.pack_hash)
    found = differences(pack, changed(pack, form.changes())) if form is not None and not form.errors else []
    return web.page(
        request,
        "projects/calls/correct.html",
        call=call,
        pack=pack,
        form=form or CorrectForm.of(pack),
        tried=form,
        differences=found,
    )


@post("/w/calls/{code:str}/correct", name="calls.correct", action=Action.CORRECT_CALL)
async def correct(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, CorrectForm)
    if form.go.data == "preview":
        return await _correct(request, code, form) if form.validate() else _unprocessable(await _correct(request, code, form))
    return await web.act(
        request,
        form,
        verb=lambda: actions.correct(request.user, code, form.reason.data or "", form.changes(), form.row_version),
        again=lambda: _correct(request, code, form),
    )


def _unprocessable(page: Template) -> Response[Any]:
    page.status_code = 422
    page.context["errors_in_title"] = True
    return page


@get("/w/calls/{code:str}/extend", name="calls.extend-form", action=Action.EXTEND_CALL)
async def extend_form(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _extend(request, code)


async def _extend(request: AnyRequest, code: str, form: ExtendForm | None = None) -> Template:
    call = await queries.call(code)
    if call.state not in {CallState.PUBLISHED, CallState.CLOSED}:
        raise Missing
    return web.page(request, "projects/calls/extend.html", call=call, form=form or ExtendForm(), tried=form)


@post("/w/calls/{code:str}/extend", name="calls.extend", action=Action.EXTEND_CALL)
async def extend(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ExtendForm)

    async def verb() -> str:
        until, endorse = cast(date, form.fill_until.data), cast(date, form.endorse_until.data)
        return await actions.extend(request.user, code, until, endorse, form.reason.data or "", form.row_version)

    return await web.act(request, form, verb=verb, again=lambda: _extend(request, code, form))


@post("/w/calls/{code:str}/withdraw", name="calls.withdraw", action=Action.WITHDRAW_CALL)
async def withdraw(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await with_reason(
        request, code, lambda f: actions.withdraw(request.user, code, f.reason.data or "", f.row_version), "withdraw"
    )


routes = [correct_form, correct, extend_form, extend, withdraw]
