"""HTTP of matching: the runs, asking for one, a run while it works and when it has ended, approval."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template
from msgspec import Struct, structs

from kernel import clock, sheets, web
from kernel.access import Action
from projects.calls import queries as calls
from projects.drawing import rules as drawing_rules
from projects.matching import actions, queries, rules, seating, words
from projects.matching.why import share
from projects.panels import queries as panels
from projects.states import RunState

AnyRequest = Request[Any, Any, Any]
TONES = {
    RunState.QUEUED: "plain",
    RunState.RUNNING: "info",
    RunState.DONE: "warn",
    RunState.SHORT: "bad",
    RunState.FAILED: "bad",
    RunState.CANCELLED: "plain",
    RunState.RETURNED: "plain",
    RunState.APPROVED: "good",
}


class RunForm(web.Form):
    call = web.Choice()
    review_on = web.Day()
    objective = web.Choice(tuple(words.OBJECTIVE.items()))
    threshold = web.Choice([(str(percent), f"{percent}%") for percent in rules.THRESHOLDS], required=False)
    load = web.Whole(required=False, min=0, max=200)
    district = web.Whole(required=False, min=0, max=15)
    codes = web.Text(required=False, max=60_000)


class ApproveForm(web.Form):
    early_reason = web.Text(max=300, required=False)


class ReturnForm(web.Form):
    reason = web.Text(max=300)


@get("/w/matching", name="matching", action=Action.VIEW_MATCHING)
async def listing(request: AnyRequest, call: FromQuery[str] = "") -> Template:
    page = web.page_number(request)
    found = await queries.runs(request.user, call, page)
    may_run = request.user.may(Action.RUN_MATCHING)
    return web.page(
        request,
        "projects/matching/list.html",
        rows=found[: queries.PAGE],
        more=len(found) > queries.PAGE,
        page=page,
        call=call,
        calls=await panels.calls(request.user, Action.RUN_MATCHING) if may_run else [],
        tones=TONES,
        objectives=words.OBJECTIVE,
        share=share,
        may_run=may_run,
    )


@get("/w/matching.xlsx", name="matching.export", action=Action.VIEW_MATCHING)
async def export(request: AnyRequest, call: FromQuery[str] = "") -> Stream:
    found = queries.runs(request.user, call, size=sheets.ALL)
    lines = (structs.replace(line, objective=words.OBJECTIVE[line.objective]) async for line in found)
    return await sheets.listing(request, words.LIST, words.COLUMNS, lines)


@get("/w/matching/new", name="matching.new", action=Action.RUN_MATCHING)
async def new(request: AnyRequest, call: FromQuery[str] = "") -> Template:
    return await _new(request, RunForm(data={"call": call, "objective": "lottery", "threshold": "85"}))


async def _new(request: AnyRequest, form: RunForm) -> Template:
    found = await panels.calls(request.user, Action.RUN_MATCHING)
    form.call.choices = [(c.code, words.CALL_CHOICE.format(title=c.title, waiting=c.waiting)) for c in found if c.waiting]
    if not form.call.data and len(form.call.choices) == 1:
        form.call.data = form.call.choices[0][0]
    return web.page(
        request,
        "projects/matching/new.html",
        form=form,
        today=clock.today(),
        notes=words.OBJECTIVE_NOTE,
        more_open=bool(form.errors),
    )


@post("/w/matching/new", name="matching.run", action=Action.RUN_MATCHING)
async def ask_run(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, RunForm)
    form.call.choices = [(line.code, line.title) for line in await panels.calls(request.user, Action.RUN_MATCHING)]
    return await web.act(
        request,
        form,
        verb=lambda: actions.ask_run(
            request.user,
            form.call.data,
            objective=form.objective.data,
            review_on=form.review_on.data,
            codes=(form.codes.data or "").split(),
            threshold=int(form.threshold.data or 85),
            load=form.load.data or 0,
            district=form.district.data or 0,
        ),
        again=lambda: _new(request, form),
    )


@get("/w/matching/{run:str}", name="matching.show", action=Action.VIEW_MATCHING)
async def show(request: AnyRequest, run: FromPath[str], q: FromQuery[str] = "") -> Template:
    return await _show(request, web.uuid_or_missing(run), text=q.strip()[:60], page=web.page_number(request))


async def _show(request: AnyRequest, run: UUID, posted: web.Form | None = None, *, text: str = "", page: int = 1) -> Template:
    row = await queries.shown(request.user, run)
    pack = (await calls.pack(row.pack_hash)).panel
    found = await queries.projects(request.user, run, text, page) if row.result_hash else []
    earliest = drawing_rules.earliest_draw(clock.today(), row.parameters.review_on, pack, clock.calendar())
    is_other = row.asked_person != request.user.person
    return web.page(
        request,
        "projects/matching/show.html",
        run=row,
        tone=TONES[row.state],
        doing=words.DOING.get(row.doing, words.DOING["reading"]),
        failure=rules.Failure(row.failure).label if row.failure else "",
        rows=found[: queries.PAGE],
        more=len(found) > queries.PAGE,
        page=page,
        text=text,
        kinds=words.KIND,
        objectives=words.OBJECTIVE,
        share=share,
        others=[line for line in await queries.others(request.user, run, row.call) if line.id != row.id]
        if row.result_hash
        else [],
        early=earliest if earliest > clock.today() else None,
        approve_form=posted if isinstance(posted, ApproveForm) else ApproveForm(),
        return_form=posted if isinstance(posted, ReturnForm) else ReturnForm(),
        refused=posted,
        may_run=request.user.may(Action.RUN_MATCHING),
        may_settle=request.user.may(Action.APPROVE_MATCHING) and row.state is RunState.DONE,
        is_other=is_other,
    )


class ResultLine(Struct, frozen=True):
    """One seat of the result, as the sheet lists it."""

    code: str
    title: str
    organisation: str
    kind: str
    name: str
    rank: int
    locked: bool
    terms: list[str]


@get("/w/matching/{run:str}/result.xlsx", name="matching.export-result", action=Action.VIEW_MATCHING)
async def export_result(request: AnyRequest, run: FromPath[str]) -> Stream:
    row = await queries.shown(request.user, web.uuid_or_missing(run))
    lines = (
        ResultLine(one.code, one.title, one.organisation, words.KIND[e.kind], e.name, e.rank, e.locked, e.terms)
        async for one in queries.projects(request.user, row.id, size=sheets.ALL)
        for e in one.experts
    )
    return await sheets.listing(request, words.RESULT, words.RESULT_COLUMNS, lines if row.result_hash else [])


@get("/w/matching/{run:str}/progress", name="matching.progress", action=Action.VIEW_MATCHING)
async def progress(request: AnyRequest, run: FromPath[str]) -> Template:
    """What moves while it works. When it has ended the browser asks for the whole page."""
    row = await queries.shown(request.user, web.uuid_or_missing(run))
    page = web.page(
        request, "projects/matching/_progress.html", run=row, doing=words.DOING.get(row.doing, words.DOING["reading"])
    )
    if not row.is_under_way:
        page.headers = {**page.headers, "HX-Refresh": "true"}
    return page


@post("/w/matching/{run:str}/cancel", name="matching.cancel", action=Action.CANCEL_MATCHING)
async def cancel(request: AnyRequest, run: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(run), await web.read(request, web.Form)
    return await web.act(
        request,
        form,
        verb=lambda: actions.cancel_run(request.user, ident, form.row_version),
        again=lambda: _show(request, ident, form),
    )


@post("/w/matching/{run:str}/approve", name="matching.approve", action=Action.APPROVE_MATCHING)
async def approve(request: AnyRequest, run: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(run), await web.read(request, ApproveForm)
    return await web.act(
        request,
        form,
        verb=lambda: seating.approve_run(
            request.user, ident, early_reason=form.early_reason.data or "", version=form.row_version
        ),
        again=lambda: _show(request, ident, form),
    )


@post("/w/matching/{run:str}/return", name="matching.return", action=Action.RETURN_MATCHING)
async def send_back(request: AnyRequest, run: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(run), await web.read(request, ReturnForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.return_run(request.user, ident, reason=form.reason.data, version=form.row_version),
        again=lambda: _show(request, ident, form),
    )


routes = [listing, export, new, ask_run, show, export_result, progress, cancel, approve, send_back]
