"""The officers' pages of a call: list, one call, the wizard, approval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from departments import catalogue
from kernel import clock, sheets, signoff, web
from kernel.access import Action, Role
from kernel.errors import Missing
from kernel.forms.papers import PaperForm
from kernel.words import SIGNOFF_KIND
from projects.calls import actions, queries, rules
from projects.calls.forms import (
    AreasForm,
    BasicForm,
    CalendarForm,
    Nothing,
    ReasonForm,
    RulesForm,
)
from projects.calls.queries import CallRow
from projects.calls.words import COLUMNS, LIST
from projects.life import CALL
from projects.states import CallState

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 25 * 1024 * 1024
STEPS = {"basic": BasicForm, "areas": AreasForm, "rules": RulesForm, "calendar": CalendarForm}
TONES = {
    "draft": "plain",
    "in-approval": "warn",
    "published": "good",
    "closed": "info",
    "discarded": "plain",
    "withdrawn": "plain",
}


@get("/w/calls", name="calls.list", action=Action.VIEW_CALL)
async def listed(request: AnyRequest) -> Template:
    rows = await queries.listed()
    return web.page(request, "projects/calls/list.html", rows=rows, tones=TONES, may_draft=request.user.may(Action.DRAFT_CALL))


@get("/w/calls.xlsx", name="calls.export", action=Action.VIEW_CALL)
async def export(request: AnyRequest) -> Stream:
    return await sheets.listing(request, LIST, COLUMNS, queries.listed(limit=sheets.ALL, most=None))


@post("/w/calls/new", name="calls.draft", action=Action.DRAFT_CALL)
async def draft(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, Nothing)
    return await web.act(request, form, verb=lambda: actions.draft(request.user), again=lambda: listed.fn(request))


@get("/w/calls/{code:str}", name="calls.show", action=Action.VIEW_CALL)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    return await show_page(request, code)


async def show_page(request: AnyRequest, code: str, form: Any = None, posted: str = "") -> Template:
    call = await queries.call(code)
    actor = request.user
    papers = await signoff.papers(("call", call.id))
    approved = any(paper.confirmed_by for paper in papers if paper.purpose == actions.PUBLISH)
    return web.page(
        request,
        "projects/calls/show.html",
        call=call,
        pack=await queries.pack(call.pack_hash),
        tone=TONES[call.state],
        moves={action for action in CALL.moves_from(call.state) if actor.may(action)},
        is_drafter=call.drafted_by == actor.person,
        is_director=actor.holds(Role.DIRECTOR),
        approved=approved,
        papers=papers,
        paper_kinds=SIGNOFF_KIND,
        versions=await queries.versions(call.id),
        posted=posted,
        form=form,
        forms={"paper": PaperForm(), "reason": ReasonForm(), **({posted: form} if posted else {})},
        may_register=rules.is_of_host(actor, Action.REGISTER_SIGNOFF, call.host) and call.state is CallState.IN_APPROVAL,
        may_confirm=rules.is_of_host(actor, Action.CONFIRM_SIGNOFF, call.host) and call.state is CallState.IN_APPROVAL,
        may_edit=actor.may(Action.EDIT_CALL) and call.state is CallState.DRAFT,
        over=clock.today() > call.endorse_until,
        documents={d.code: d for d in (await queries.pack(call.pack_hash)).files.documents},
    )


# ── the wizard ──


@get("/w/calls/{code:str}/edit/{step:str}", name="calls.edit", action=Action.EDIT_CALL)
async def edit(request: AnyRequest, code: FromPath[str], step: FromPath[str]) -> Template:
    return await (_preview(request, code) if step == "preview" else _step(request, code, step))


async def _step(request: AnyRequest, code: str, step: str, form: Any = None) -> Template:
    if step not in STEPS:
        raise Missing
    call = await queries.call(code)
    pack = await queries.pack(call.pack_hash)
    return web.page(
        request,
        f"projects/calls/edit_{step}.html",
        call=call,
        pack=pack,
        step=step,
        form=form or _filled(step, call, pack),
        tried=form,
        areas=catalogue.load().areas,
        departments={d.code: d for d in catalogue.load().departments},
        stale=form is not None and form.stale is not None,
    )


def _filled(step: str, call: CallRow, pack: Any) -> Any:
    if step == "rules":
        return RulesForm.of(pack)
    form: Any = STEPS[step](obj=call)
    if step == "basic" and not call.budget:
        form.budget.data = None  # not settled yet; "0.00" would read as a decision
    return form


@post("/w/calls/{code:str}/edit/{step:str}", name="calls.save", action=Action.EDIT_CALL)
async def save(request: AnyRequest, code: FromPath[str], step: FromPath[str]) -> Response[Any]:
    if step not in STEPS:
        raise Missing
    form: Any = await web.read(request, STEPS[step])
    order = [*STEPS, "preview"]

    async def verb() -> None:
        if step == "rules":
            await actions.edit_rules(request.user, code, form.row_version, form.changes())
        else:
            await actions.edit(request.user, code, form.row_version, form.columns())

    return await web.act(
        request,
        form,
        verb=verb,
        again=lambda: _step(request, code, step, form),
        done=f"/w/calls/{code}/edit/{order[order.index(step) + 1]}",
    )


async def _preview(request: AnyRequest, code: str, form: Any = None) -> Template:
    call = await queries.call(code)
    pack = await queries.pack(call.pack_hash)
    return web.page(
        request,
        "projects/calls/edit_preview.html",
        call=call,
        pack=pack,
        step="preview",
        form=form,
        problems=[str(problem) for problem in rules.problems(pack)],
        documents={d.code: d for d in pack.files.documents},
    )


# ── moves ──

Again = Callable[[], Awaitable[Template]]


async def _move(
    request: AnyRequest, code: str, verb: Callable[[int], Awaitable[str]], again: Again | None = None
) -> Response[Any]:
    form = await web.read(request, Nothing)
    return await web.act(
        request, form, verb=lambda: verb(form.row_version), again=again or (lambda: show_page(request, code, form, "move"))
    )


@post("/w/calls/{code:str}/send", name="calls.send", action=Action.SEND_CALL)
async def send(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.send(request.user, code, form.row_version),
        again=lambda: _preview(request, code, form),
    )


@post("/w/calls/{code:str}/publish", name="calls.publish", action=Action.PUBLISH_CALL)
async def publish(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _move(request, code, lambda version: actions.publish(request.user, code, version))


@post("/w/calls/{code:str}/close", name="calls.close", action=Action.CLOSE_CALL)
async def close(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _move(request, code, lambda version: actions.close(request.user, code, version))


@post("/w/calls/{code:str}/discard", name="calls.discard", action=Action.DISCARD_CALL)
async def discard(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _move(request, code, lambda version: actions.discard(request.user, code, version))


async def with_reason(request: AnyRequest, code: str, verb: Callable[[ReasonForm], Awaitable[str]], posted: str) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(request, form, verb=lambda: verb(form), again=lambda: show_page(request, code, form, posted))


@post("/w/calls/{code:str}/return", name="calls.return", action=Action.RETURN_CALL)
async def send_back(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await with_reason(
        request, code, lambda f: actions.send_back(request.user, code, f.reason.data or "", f.row_version), "return"
    )


# ── approval on paper ──


@post(
    "/w/calls/{code:str}/approval",
    name="calls.register-approval",
    action=Action.REGISTER_SIGNOFF,
    request_max_body_size=UPLOAD_LIMIT,
)
async def register_approval(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, PaperForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.register_approval(request.user, code, form.paper(), form.scan.data),
        again=lambda: show_page(request, code, form, "paper"),
    )


@post("/w/calls/{code:str}/approval/{paper:str}/confirm", name="calls.confirm-approval", action=Action.CONFIRM_SIGNOFF)
async def confirm_approval(request: AnyRequest, code: FromPath[str], paper: FromPath[str]) -> Response[Any]:
    return await _move(request, code, lambda _: actions.confirm_approval(request.user, code, web.uuid_or_missing(paper)))


routes = [export, listed, draft, show, edit, save, send, publish, close, discard, send_back, register_approval, confirm_approval]
