"""HTTP of consultations on a project's pages: what was asked for it, and asking."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from projects.consulting import actions, queries
from projects.signing import queries as agreements
from projects.signing.queries import Head
from projects.states import State
from talent_pool.consultations import lists
from talent_pool.consultations.forms import USUAL_NEED, NeedForm, offered
from talent_pool.consultations.showing import MY, TONES, WORK, Side, side_of

AnyRequest = Request[Any, Any, Any]
SEES = {MY.name: Action.LIST_OWN_PROJECTS, WORK.name: Action.LIST_PROJECTS}


@get("/my/projects/{ref:str}/consultations", name="project.consultations-mine", action=Action.LIST_OWN_PROJECTS)
async def mine(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _list(request, MY, ref)


@get("/w/projects/{ref:str}/consultations", name="project.consultations", action=Action.LIST_PROJECTS)
async def work(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _list(request, WORK, ref)


async def _list(request: AnyRequest, side: Side, ref: str) -> Template:
    """Those of the project that this person may see: not everybody who reads the project reads its consultations."""
    head = await agreements.head(request.user, SEES[side.name], ref)
    return web.page(
        request,
        "projects/consulting/list.html",
        head=head,
        side=side,
        rows=await lists.of_project(request.user, side.action, head.id),
        tones=TONES,
        may_ask=head.state is State.RUNNING and await queries.may_ask(request.user, head.id),
        tab="consultations",
    )


@get(
    ["/my/projects/{ref:str}/consultations/new", "/w/projects/{ref:str}/consultations/new"],
    name="project.consultation-new",
    action=Action.ASK_CONSULTATION,
)
async def new(request: AnyRequest, ref: FromPath[str]) -> Template:
    head = await agreements.head(request.user, Action.ASK_CONSULTATION, ref)
    form = NeedForm(data={**USUAL_NEED, "area": head.area, "county": await queries.county(head.id)})
    return _new(request, head, form)


def _new(request: AnyRequest, head: Head, form: NeedForm) -> Template:
    form["fields"].choices = offered(head.area)
    return web.page(
        request,
        "projects/consulting/new.html",
        head=head,
        form=form,
        side=side_of(request),
        papers=[],
        tab="consultations",
    )


@post(
    ["/my/projects/{ref:str}/consultations/new", "/w/projects/{ref:str}/consultations/new"],
    name="project.ask-consultation",
    action=Action.ASK_CONSULTATION,
)
async def ask(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    head = await agreements.head(request.user, Action.ASK_CONSULTATION, ref)
    form = await web.read(request, NeedForm)

    async def verb() -> str:
        return side_of(request).url(await actions.ask(request.user, ref, form.asked(), form.papers()))

    async def again() -> Template:
        return _new(request, head, form)

    return await web.act(request, form, verb=verb, again=again)


routes = [mine, work, new, ask]
