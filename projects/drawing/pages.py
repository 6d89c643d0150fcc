"""HTTP of a panel's page, of the draw with its record, and of the seats."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from kernel import clock, sheets, web
from kernel.access import Action
from kernel.errors import Missing
from kernel.forms.fields import Form
from projects.calls import queries as calls
from projects.drawing import actions, queries, rules
from projects.drawing.words import KIND, PHONE, PROJECT_COLUMNS, PROJECTS, SEAT_COLUMNS, SEATS
from projects.panels import queries as panels
from projects.panels.pages import TONES
from projects.states import PanelState, SeatState

AnyRequest = Request[Any, Any, Any]
SEAT_TONES = {
    SeatState.STANDBY: "plain",
    SeatState.INVITED: "warn",
    SeatState.ACCEPTED: "info",
    SeatState.PROMISED: "note",
    SeatState.SIGNED: "good",
    SeatState.DECLINED: "plain",
    SeatState.RECUSED: "plain",
    SeatState.REPLACED: "plain",
}


class DrawForm(web.Form):
    supervisor = web.Choice()
    early_reason = web.Text(max=300, required=False)
    fit = web.Tick()


class PhoneForm(web.Form):
    outcome = web.Choice(tuple(PHONE.items()))
    note = web.Text(max=200, required=False)


class ReasonForm(web.Form):
    reason = web.Text(max=300)


@get("/w/panels/{panel:str}", name="panels.show", action=Action.VIEW_PANELS)
async def show(request: AnyRequest, panel: FromPath[str]) -> Template:
    return await _show(request, web.uuid_or_missing(panel))


async def _show(request: AnyRequest, panel: UUID, posted: Form | None = None) -> Template:
    """The page; a form that was refused says so where it stands, or on top. A matched panel may have hundreds of either list."""
    row = await panels.shown(request.user, panel)
    pack = await calls.pack(row.pack_hash)
    draw_form = posted if isinstance(posted, DrawForm) else DrawForm()
    supervisors = await queries.supervisors(clock.today()) if row.state is PanelState.FORMING else []
    draw_form.supervisor.choices = supervisors
    page, seats_page = web.page_number(request), web.page_number(request, "seats")
    projects, seats = await panels.projects(request.user, panel, page), await panels.seats(panel, seats_page)
    earliest = rules.earliest_draw(clock.today(), row.review_on, pack.panel, clock.calendar())
    return web.page(
        request,
        "projects/drawing/show.html",
        panel=row,
        tone=TONES[row.state],
        projects=projects[: panels.PAGE],
        more_projects=len(projects) > panels.PAGE,
        page=page,
        seats=seats[: panels.PAGE],
        more_seats=len(seats) > panels.PAGE,
        seats_page=seats_page,
        size=panels.PAGE,
        seat_tones=SEAT_TONES,
        kinds=KIND,
        phones=PHONE,
        rules=pack.panel,
        early=earliest if earliest > clock.today() else None,
        draw_form=draw_form,
        refused=posted if not isinstance(posted, DrawForm) else None,
        may_manage=request.user.may(Action.MANAGE_PANEL),
        may_close=request.user.may(Action.CLOSE_PANEL),
        may_choose=request.user.may(Action.CHOOSE_EXPERTS),
    )


@get("/w/panels/{panel:str}/projects.xlsx", name="panels.projects-export", action=Action.VIEW_PANELS)
async def export_projects(request: AnyRequest, panel: FromPath[str]) -> Stream:
    row = await panels.shown(request.user, web.uuid_or_missing(panel))
    return await sheets.listing(request, PROJECTS, PROJECT_COLUMNS, panels.projects(request.user, row.id, size=sheets.ALL))


@get("/w/panels/{panel:str}/seats.xlsx", name="panels.seats-export", action=Action.VIEW_PANELS)
async def export_seats(request: AnyRequest, panel: FromPath[str]) -> Stream:
    row = await panels.shown(request.user, web.uuid_or_missing(panel))
    return await sheets.listing(request, SEATS, SEAT_COLUMNS, await panels.seats(row.id))


@post("/w/panels/{panel:str}/draw", name="panels.draw", action=Action.DRAW_EXPERTS)
async def draw(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, DrawForm)
    form.supervisor.choices = await queries.supervisors(clock.today())
    return await web.act(
        request,
        form,
        verb=lambda: actions.draw_experts(
            request.user,
            ident,
            supervisor=UUID(form.supervisor.data),
            early_reason=form.early_reason.data,
            fit=form.fit.data,
            version=form.row_version,
        ),
        again=lambda: _show(request, ident, form),
    )


@get("/w/panels/{panel:str}/draw", name="panels.log", action=Action.VIEW_PANELS)
async def log(request: AnyRequest, panel: FromPath[str]) -> Template:
    row = await panels.shown(request.user, web.uuid_or_missing(panel))
    found = await queries.draw_log(request.user, row.id)
    everybody = [UUID(line[0]) for line in found["candidates"]] + [UUID(line[0]) for line in found["excluded"]]
    return web.page(
        request,
        "projects/drawing/draw.html",
        panel=row,
        tone=TONES[row.state],
        log=found,
        names=await queries.expert_names(everybody),
        excluded=[(expert, rules.excluded_label(reason)) for expert, reason in found["excluded"]],
        seats={line["expert"]: line for line in found["seats"]},
        standbys={name: (line["seat"], n) for line in found["seats"] for n, name in enumerate(line["standbys"], 1)},
        kinds=KIND,
        may_close=request.user.may(Action.CLOSE_PANEL),
    )


@get("/w/panels/{panel:str}/draw.json", name="panels.log.download", action=Action.VIEW_PANELS)
async def log_file(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    """The log that `verify_draw.py` recomputes, with who drew and who watched beside it."""
    row = await panels.shown(request.user, web.uuid_or_missing(panel))
    found = await queries.draw_log(request.user, row.id)
    whole = {**found, "panel": row.name, "drawn_at": str(row.drawn_at), "drawn_by": row.drawn_by, "supervisor": row.supervisor}
    return Response(
        json.dumps(whole, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="draw-{row.id}.json"'},
    )


@post("/w/panels/{panel:str}/seats/{seat:str}/phone", name="panels.phone", action=Action.MANAGE_PANEL)
async def phone(request: AnyRequest, panel: FromPath[str], seat: FromPath[str]) -> Response[Any]:
    ident, seat_id, form = web.uuid_or_missing(panel), web.uuid_or_missing(seat), await web.read(request, PhoneForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.record_phone(request.user, ident, seat_id, outcome=form.outcome.data, note=form.note.data),
        again=lambda: _show(request, ident, form),
    )


@get("/w/panels/{panel:str}/seats/{seat:str}/replace", name="panels.replacing", action=Action.REPLACE_SEAT)
async def replacing(request: AnyRequest, panel: FromPath[str], seat: FromPath[str]) -> Template:
    return await _replacing(request, web.uuid_or_missing(panel), web.uuid_or_missing(seat), ReasonForm())


async def _replacing(request: AnyRequest, panel: UUID, seat: UUID, form: ReasonForm) -> Template:
    row = await panels.shown(request.user, panel, Action.REPLACE_SEAT)
    lines = await panels.seats(row.id)
    leaving = next((line for line in lines if line.id == seat and line.sits), None)
    if leaving is None:
        raise Missing
    following = [line for line in lines if line.number == leaving.number and line.state is SeatState.STANDBY]
    return web.page(
        request,
        "projects/drawing/replace.html",
        panel=row,
        seat=leaving,
        following=following[0] if following else None,
        form=form,
    )


@post("/w/panels/{panel:str}/seats/{seat:str}/replace", name="panels.replace", action=Action.REPLACE_SEAT)
async def replace(request: AnyRequest, panel: FromPath[str], seat: FromPath[str]) -> Response[Any]:
    ident, seat_id, form = web.uuid_or_missing(panel), web.uuid_or_missing(seat), await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.replace_seat(request.user, ident, seat_id, reason=form.reason.data),
        again=lambda: _replacing(request, ident, seat_id, form),
    )


@post("/w/panels/{panel:str}/open", name="panels.open", action=Action.OPEN_PANEL)
async def open_panel(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, web.Form)
    return await web.act(
        request,
        form,
        verb=lambda: actions.open_panel(request.user, ident, form.row_version),
        again=lambda: _show(request, ident, form),
    )


routes = [show, export_projects, export_seats, draw, log, log_file, phone, replacing, replace, open_panel]
