"""HTTP of locks and exclusions: the list of a call, a new one, lifting one."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.errors import Missing
from projects.matching import actions, queries, words
from projects.panels import queries as panels

AnyRequest = Request[Any, Any, Any]


class HoldForm(web.Form):
    kind = web.Choice(tuple(words.HOLD.items()))
    expert = web.Text(max=120)
    code = web.Text(max=20, required=False)
    why = web.Text(max=300)


@get("/w/matching/holds", name="matching.holds", action=Action.HOLD_MATCH)
async def listing(request: AnyRequest, call: FromQuery[str] = "", code: FromQuery[str] = "") -> Template:
    return await _listing(request, call, HoldForm(data={"kind": "lock" if code else "exclude", "code": code[:20]}))


async def _listing(request: AnyRequest, call: str, form: HoldForm) -> Template:
    found = await panels.calls(request.user, Action.HOLD_MATCH, call)
    if not found or not call:
        raise Missing
    return web.page(
        request,
        "projects/matching/holds.html",
        call=found[0],
        rows=await queries.holds(request.user, found[0].id),
        kinds=words.HOLD,
        tones=words.HOLD_TONE,
        whole=words.WHOLE_ROUND,
        form=form,
    )


@post("/w/matching/holds", name="matching.hold", action=Action.HOLD_MATCH)
async def hold(request: AnyRequest, call: FromQuery[str] = "") -> Response[Any]:
    form = await web.read(request, HoldForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.hold(
            request.user,
            call,
            kind=form.kind.data,
            expert=form.expert.data,
            code=(form.code.data or "").strip(),
            why=form.why.data,
        ),
        again=lambda: _listing(request, call, form),
    )


@post("/w/matching/holds/{hold:str}/lift", name="matching.lift", action=Action.HOLD_MATCH)
async def lift(request: AnyRequest, hold: FromPath[str], call: FromQuery[str] = "") -> Response[Any]:
    ident, form = web.uuid_or_missing(hold), await web.read(request, web.Form)
    return await web.act(
        request,
        form,
        verb=lambda: actions.lift(request.user, ident),
        again=lambda: _listing(request, call, HoldForm()),
    )


routes = [listing, hold, lift]
