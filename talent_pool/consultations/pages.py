"""HTTP of needs: the lists of both sides, asking, one consultation with everything that may be done to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from kernel import sheets, web
from kernel.access import Action, Actor
from kernel.errors import Missing
from talent_pool.consultations import actions, lists, queries, showing, words
from talent_pool.consultations.actions import About
from talent_pool.consultations.forms import AREAS, USUAL_NEED, NeedForm, ReasonForm
from talent_pool.consultations.lists import PAGE, Sought
from talent_pool.consultations.queries import Consulted
from talent_pool.consultations.rules import parties_of_unit
from talent_pool.consultations.showing import TONES, both, show, side_of
from talent_pool.life import ConsultationState

AnyRequest = Request[Any, Any, Any]
MOST_OWN = 300
STATES = [(state.value, state.label) for state in ConsultationState]


@get("/w/consultations", name="consultations", action=Action.LIST_CONSULTATIONS)
async def listing(request: AnyRequest) -> Template:
    sought, page = _sought(request), web.page_number(request)
    return web.page(
        request,
        "talent_pool/consultations/list_w.html",
        rows=await lists.listed(request.user, Action.LIST_CONSULTATIONS, sought, page),
        total=await lists.count(request.user, Action.LIST_CONSULTATIONS, sought),
        sought=sought,
        states=STATES,
        areas=AREAS,
        tones=TONES,
        page=page,
        size=PAGE,
        may_ask=bool(await lists.speaks_for(request.user)),
        may_count=request.user.may(Action.VIEW_DEMAND),
    )


def _sought(request: AnyRequest) -> Sought:
    asked = request.query_params
    state = asked.get("state", "")
    return Sought(asked.get("q", "").strip()[:60], state if state in dict(STATES) else "", asked.get("area", "")[:40])


@get("/w/consultations.xlsx", name="consultations.export", action=Action.LIST_CONSULTATIONS)
async def export(request: AnyRequest) -> Stream:
    found = lists.listed(request.user, Action.LIST_CONSULTATIONS, _sought(request), size=sheets.ALL)
    return await sheets.listing(request, words.LIST, words.COLUMNS, found)


@get("/my/consultations", name="consultations.mine", action=Action.LIST_OWN_CONSULTATIONS)
async def mine(request: AnyRequest) -> Template:
    """All of them: a team asks a few times a year."""
    found = await lists.listed(request.user, Action.LIST_OWN_CONSULTATIONS, Sought(), size=MOST_OWN)
    return web.page(request, "talent_pool/consultations/list_my.html", rows=found, tones=TONES)


@get("/w/consultations/new", name="consultations.new", action=Action.ASK_CONSULTATION)
async def new(request: AnyRequest) -> Template:
    return await _new(request, NeedForm(data=USUAL_NEED))


async def _new(request: AnyRequest, form: NeedForm) -> Template:
    """A need of a department or a station by itself. Teams ask from their project."""
    units = await lists.speaks_for(request.user)
    if not units:
        raise Missing
    form.unit.choices = [(str(unit.id), unit.name) for unit in units]
    return web.page(request, "talent_pool/consultations/edit.html", form=form, row=None, side=side_of(request), papers=[])


@post("/w/consultations/new", name="consultations.ask", action=Action.ASK_CONSULTATION)
async def ask(request: AnyRequest) -> Response[Any]:
    units = {str(unit.id): unit for unit in await lists.speaks_for(request.user)}
    if not units:
        raise Missing
    form = await web.read(request, NeedForm)
    form.unit.choices = [(ident, unit.name) for ident, unit in units.items()]

    async def verb() -> str:
        unit = units[form.unit.data or next(iter(units))]
        about = About(unit.id, parties_of_unit(unit.id, unit.name, request.user.person))
        return actions.work_url(await actions.ask(request.user, form.asked(), about, form.papers()))

    return await web.act(request, form, verb=verb, again=lambda: _new(request, form))


@get("/w/consultations/{code:str}", name="consultations.show", action=Action.LIST_CONSULTATIONS)
async def show_work(request: AnyRequest, code: FromPath[str]) -> Template:
    return await show(request, code)


@get("/my/consultations/{code:str}", name="consultations.show-mine", action=Action.LIST_OWN_CONSULTATIONS)
async def show_mine(request: AnyRequest, code: FromPath[str]) -> Template:
    return await show(request, code)


@get(both("/edit"), name="consultations.edit", action=Action.ASK_CONSULTATION)
async def edit(request: AnyRequest, code: FromPath[str]) -> Template:
    row = await _returned(request.user, code)
    data = {name: getattr(row, name) for name in ("topic", "need", "area", "fields", "county", "wished_on")}
    chosen = {"mode": row.mode.value, "urgency": row.urgency.value, "seats": str(row.seats)}
    return await _edit(request, row, NeedForm(data={**data, **chosen}))


async def _returned(actor: Actor, code: str) -> Consulted:
    row = await queries.show(actor, Action.ASK_CONSULTATION, code)
    if row.state is not ConsultationState.RETURNED:
        raise Missing
    return row


async def _edit(request: AnyRequest, row: Consulted, form: NeedForm) -> Template:
    papers = await showing.papers(row.id, "need")
    return web.page(request, "talent_pool/consultations/edit.html", form=form, row=row, side=side_of(request), papers=papers)


@post(both("/edit"), name="consultations.ask-again", action=Action.ASK_CONSULTATION)
async def ask_again(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    row = await queries.show(request.user, Action.ASK_CONSULTATION, code)
    form = await web.read(request, NeedForm)

    async def verb() -> None:
        await actions.ask_again(request.user, code, form.asked(), form.papers(), version=form.row_version)

    return await web.act(request, form, verb=verb, again=lambda: _edit(request, row, form), done=side_of(request).url(code))


Ending = Callable[..., Awaitable[None]]


async def _end(request: AnyRequest, code: str, action: Action, posted: str, ending: Ending) -> Response[Any]:
    await queries.show(request.user, action, code)
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: ending(request.user, code, reason=form.reason.data or "", version=form.row_version),
        again=lambda: show(request, code, form, posted),
        done=side_of(request).url(code),
    )


@post("/w/consultations/{code:str}/return", name="consultations.return", action=Action.RETURN_CONSULTATION)
async def return_for_detail(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _end(request, code, Action.RETURN_CONSULTATION, "return", actions.return_for_detail)


@post("/w/consultations/{code:str}/decline", name="consultations.decline", action=Action.DECLINE_CONSULTATION)
async def decline(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _end(request, code, Action.DECLINE_CONSULTATION, "decline", actions.decline)


@post("/w/consultations/{code:str}/unmet", name="consultations.unmet", action=Action.LEAVE_UNMET)
async def unmet(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _end(request, code, Action.LEAVE_UNMET, "unmet", actions.leave_unmet)


@post(both("/cancel"), name="consultations.cancel", action=Action.CANCEL_CONSULTATION)
async def cancel(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return await _end(request, code, Action.CANCEL_CONSULTATION, "cancel", actions.cancel)


routes = [listing, export, mine, new, ask, show_work, show_mine, edit, ask_again, return_for_detail, decline, unmet, cancel]
