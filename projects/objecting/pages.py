"""HTTP of objections: the public form, the list, one objection with its verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from kernel import sheets, web
from kernel.access import Action
from kernel.errors import Missing
from projects.deciding.forms import ReasonForm, apart
from projects.deciding.objections import Upheld
from projects.life import OBJECTION
from projects.objecting import actions, queries
from projects.objecting.queries import PAGE
from projects.objecting.words import COLUMNS, LIST, OBJECTOR
from projects.publicising import queries as notices
from projects.states import ObjectionState

AnyRequest = Request[Any, Any, Any]


class LodgeForm(web.Form):
    project = web.Choice()
    kind = web.Choice(list(OBJECTOR.items()))
    name = web.Text(max=60)
    contact = web.Text(max=120)
    statement = web.Text(max=3000, min=20)
    promise = web.Tick(required=True)


class AnswerForm(web.Form):
    outcome = web.Choice([(found.value, found.label) for found in actions.OFFERED])
    text = web.Text(max=3000)


@get("/objection", name="objections.form", action=Action.PUBLIC)
async def form(request: AnyRequest) -> Template:
    return await _form(request, request.query_params.get("notice", "")[:20])


async def _form(request: AnyRequest, code: str, sent: LodgeForm | None = None) -> Template:
    notice = await notices.notice(code)
    items = await notices.items(notice.id)
    shown = sent or LodgeForm(kind="person")
    shown.project.choices = [(item.code, f"{item.code} {item.title}") for item in items if not item.cancelled]
    return web.page(request, "projects/objecting/form.html", notice=notice, form=shown, posted=sent is not None)


@post("/objection", name="objections.lodge", action=Action.PUBLIC)
async def lodge(request: AnyRequest) -> Response[Any]:
    code = request.query_params.get("notice", "")[:20]
    sent = await web.read(request, LodgeForm)
    sent.project.choices = [(sent.project.data, "")] if sent.project.data else []

    async def verb() -> str:
        receipt = await actions.lodge(
            code,
            sent.project.data,
            name=sent.name.data,
            contact=sent.contact.data,
            by_unit=sent.kind.data == "unit",
            statement=sent.statement.data,
        )
        return f"/objection/received?code={receipt}"

    return await web.act(request, sent, verb=verb, again=lambda: _form(request, code, sent), said=Action.LODGE_OBJECTION)


@get("/objection/received", name="objections.received", action=Action.PUBLIC)
async def received(request: AnyRequest) -> Template:
    code = request.query_params.get("code", "")[:20]
    if not code.replace("-", "").isalnum() or not code.isascii():
        raise Missing
    return web.page(request, "projects/objecting/received.html", code=code)


@get("/w/objections", name="objections.list", action=Action.VIEW_OBJECTIONS)
async def listed(request: AnyRequest) -> Template:
    state = web.named(request, "state", ObjectionState)
    page = web.page_number(request)
    return web.page(
        request,
        "projects/objecting/list.html",
        rows=await queries.objections(request.user, state=state, page=page),
        total=await queries.count(request.user, state=state),
        states=[(found.value, found.label) for found in ObjectionState],
        state=state,
        page=page,
        size=PAGE,
    )


@get("/w/objections.xlsx", name="objections.export", action=Action.VIEW_OBJECTIONS)
async def export(request: AnyRequest) -> Stream:
    state = web.named(request, "state", ObjectionState)
    return await sheets.listing(request, LIST, COLUMNS, queries.objections(request.user, state=state, size=sheets.ALL))


@get("/w/objections/{code:str}", name="objections.show", action=Action.VIEW_OBJECTIONS)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _show(request, code)


async def _show(request: AnyRequest, code: str, sent: Any = None, posted: str = "") -> Template:
    actor = request.user
    objection = await queries.objection(actor, Action.VIEW_OBJECTIONS, code)
    involved = actor.person in await queries.decided_first(objection.project, objection.call)
    answers = actor.may(Action.ANSWER_OBJECTION) and not involved
    return web.page(
        request,
        "projects/objecting/show.html",
        objection=objection,
        # Whoever decided first has no reason to know who objects, nor has a reader.
        objector=await queries.objector(actor, code) if answers else None,
        moves={action for action in OBJECTION.moves_from(objection.state) if actor.may(action)},
        involved=involved,
        forms=apart(
            {"answer": AnswerForm(), "reason": ReasonForm(), "refuse": ReasonForm(), **({posted: sent} if posted else {})}
        ),
        form=sent,
        posted=posted,
    )


async def _act(request: AnyRequest, code: str, sent: web.Form, posted: str, verb: Callable[[], Awaitable[Any]]) -> Response[Any]:
    return await web.act(request, sent, verb=verb, again=lambda: _show(request, code, sent, posted), done=f"/w/objections/{code}")


@post("/w/objections/{code:str}/answer", name="objections.answer", action=Action.ANSWER_OBJECTION)
async def answer(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    sent = await web.read(request, AnswerForm)

    def verb() -> Awaitable[Any]:
        outcome = Upheld(sent.outcome.data)
        return actions.answer(request.user, code, outcome=outcome, text=sent.text.data or "", version=sent.row_version)

    return await _act(request, code, sent, "answer", verb)


@post("/w/objections/{code:str}/extend", name="objections.extend", action=Action.EXTEND_OBJECTION)
async def extend(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    sent = await web.read(request, ReasonForm)

    def verb() -> Awaitable[Any]:
        return actions.extend(request.user, code, reason=sent.reason.data or "", version=sent.row_version)

    return await _act(request, code, sent, "reason", verb)


@post("/w/objections/{code:str}/refuse", name="objections.refuse", action=Action.REFUSE_OBJECTION)
async def refuse(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    sent = await web.read(request, ReasonForm)

    def verb() -> Awaitable[Any]:
        return actions.refuse(request.user, code, reason=sent.reason.data or "", version=sent.row_version)

    return await _act(request, code, sent, "refuse", verb)


routes = [export, form, lodge, received, listed, show, answer, extend, refuse]
