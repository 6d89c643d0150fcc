"""The unit administrator's pages: what waits for the unit, endorse, return to the author."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.web import Form, Text
from projects.submitting import lists
from projects.submitting.endorsing import actions
from projects.submitting.pages import TONES, show_page

AnyRequest = Request[Any, Any, Any]


class EndorseForm(Form):
    pass


class ReturnForm(Form):
    reason = Text(max=500)


@get("/my/endorse", name="endorse.list", action=Action.ENDORSE_PROJECT)
async def listed(request: AnyRequest) -> Template:
    return web.page(request, "projects/submitting/endorse.html", rows=await lists.to_endorse(request.user), tones=TONES)


@post("/my/proposals/{ref:str}/endorse", name="endorse.endorse", action=Action.ENDORSE_PROJECT)
async def endorse(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, EndorseForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.endorse(request.user, ref, form.row_version),
        again=lambda: show_page(request, ref, form, "endorse"),
    )


@post("/my/proposals/{ref:str}/return", name="endorse.return", action=Action.RETURN_TO_AUTHOR)
async def return_to_author(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReturnForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.return_to_author(request.user, ref, form.reason.data or "", form.row_version),
        again=lambda: show_page(request, ref, form, "return"),
    )


routes = [listed, endorse, return_to_author]
