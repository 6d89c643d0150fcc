"""HTTP of panels: the list, forming one, choosing its projects."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template

from departments import catalogue
from kernel import clock, sheets, web
from kernel.access import Action
from projects.calls import queries as calls
from projects.panels import actions, queries
from projects.panels.words import CALL_CHOICE, COLUMNS, LIST, PANEL_NAME
from projects.states import PanelState

AnyRequest = Request[Any, Any, Any]
TONES = {PanelState.FORMING: "plain", PanelState.DRAWN: "info", PanelState.OPEN: "note", PanelState.CLOSED: "good"}


class FormForm(web.Form):
    call = web.Choice()
    name = web.Text(max=60)
    seats = web.Choice([("3", "3"), ("5", "5"), ("7", "7")])
    review_on = web.Day()


class ProjectsForm(web.Form):
    codes = web.Choices(required=True)


@get("/w/panels", name="panels", action=Action.VIEW_PANELS)
async def listing(request: AnyRequest, call: FromQuery[str] = "") -> Template:
    page = web.page_number(request)
    found = await queries.panels(request.user, call, page)
    may_form = request.user.may(Action.MANAGE_PANEL)
    return web.page(
        request,
        "projects/panels/list.html",
        rows=found[: queries.PAGE],
        more=len(found) > queries.PAGE,
        page=page,
        call=call,
        calls=await queries.calls(request.user, Action.MANAGE_PANEL) if may_form else [],
        tones=TONES,
        may_form=may_form,
        may_match=request.user.may(Action.VIEW_MATCHING),
        may_rank=request.user.may(Action.VIEW_RANKING),
    )


@get("/w/panels.xlsx", name="panels.export", action=Action.VIEW_PANELS)
async def export(request: AnyRequest, call: FromQuery[str] = "") -> Stream:
    return await sheets.listing(request, LIST, COLUMNS, queries.panels(request.user, call, size=sheets.ALL))


@get("/w/panels/new", name="panels.new", action=Action.MANAGE_PANEL)
async def new(request: AnyRequest, call: FromQuery[str] = "") -> Template:
    return await _new(request, FormForm(data={"call": call, "seats": "5"}))


async def _new(request: AnyRequest, form: FormForm) -> Template:
    """The only call is chosen already; the next free number is offered as the name."""
    found = await queries.calls(request.user, Action.MANAGE_PANEL)
    form.call.choices = [(line.code, CALL_CHOICE.format(title=line.title, waiting=line.waiting)) for line in found]
    form.call.data = form.call.data or (found[0].code if len(found) == 1 else "")
    if form.call.data and not form.name.data:
        made = await queries.panels(request.user, form.call.data)
        form.name.data = PANEL_NAME.format(number=len(made) + 1)
    return web.page(request, "projects/panels/new.html", form=form, today=clock.today())


@post("/w/panels/new", name="panels.form", action=Action.MANAGE_PANEL)
async def form_panel(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, FormForm)
    form.call.choices = [(line.code, line.title) for line in await queries.calls(request.user, Action.MANAGE_PANEL)]
    return await web.act(
        request,
        form,
        verb=lambda: actions.form_panel(
            request.user, form.call.data, name=form.name.data, seats=int(form.seats.data), review_on=form.review_on.data
        ),
        again=lambda: _new(request, form),
    )


@get("/w/panels/{panel:str}/projects", name="panels.projects", action=Action.MANAGE_PANEL)
async def choose(request: AnyRequest, panel: FromPath[str]) -> Template:
    return await _choose(request, web.uuid_or_missing(panel), ProjectsForm())


async def _choose(request: AnyRequest, panel: UUID, form: ProjectsForm) -> Template:
    row = await queries.shown(request.user, panel, Action.MANAGE_PANEL)
    text, area = request.query_params.get("q", "")[:60], request.query_params.get("area", "")[:40]
    areas = [(a.code, a.name) for a in catalogue.load().areas]
    return web.page(
        request,
        "projects/panels/projects.html",
        panel=row,
        rows=await queries.free_projects(request.user, row.call, text, area),
        rules=(await calls.pack(row.pack_hash)).panel,
        text=text,
        area=area,
        areas=areas,
        area_names=dict(areas),
        chosen=set(form.codes.data or ()),
        form=form,
        query=request.url.query,
    )


@post("/w/panels/{panel:str}/projects", name="panels.add", action=Action.MANAGE_PANEL)
async def add(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, ProjectsForm)
    # What may be chosen is the verb's business: it answers Missing for what is out of reach.
    form.codes.choices = [(code, code) for code in form.codes.data or ()]
    return await web.act(
        request,
        form,
        verb=lambda: actions.add_projects(request.user, ident, form.codes.data),
        again=lambda: _choose(request, ident, form),
    )


@post("/w/panels/{panel:str}/projects/{code:str}/remove", name="panels.remove", action=Action.MANAGE_PANEL)
async def remove(request: AnyRequest, panel: FromPath[str], code: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, web.Form)
    return await web.act(
        request,
        form,
        verb=lambda: actions.remove_project(request.user, ident, code),
        again=lambda: _choose(request, ident, ProjectsForm()),
    )


routes = [export, listing, new, form_panel, choose, add, remove]
