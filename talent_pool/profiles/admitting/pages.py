"""Buttons at the host that bring somebody into the pool or out of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from talent_pool.profiles import showing
from talent_pool.profiles.admitting import actions
from talent_pool.profiles.forms import ReasonForm

AnyRequest = Request[Any, Any, Any]
Verb = Callable[[UUID, Any], Awaitable[Any]]


async def _do(request: AnyRequest, expert: str, posted: str, verb: Verb, form_class: type[web.Form] = web.Form) -> Response[Any]:
    """One of the buttons; refused, the profile comes back with the form that was posted open."""
    side = await showing.host(request, expert)
    form = await web.read(request, form_class)

    async def again() -> Template:
        return await showing.facts(request, await showing.host(request, expert), posted=posted, form=form, refused=form.refused)

    return await web.act(request, form, verb=lambda: verb(side.profile.id, form), done=side.base, again=again)


@post("/w/experts/{expert:str}/admit", name="experts.admit", action=Action.ADMIT_EXPERT)
async def admit(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await _do(request, expert, "admit", lambda ident, form: actions.admit_expert(request.user, ident, form.row_version))


@post("/w/experts/{expert:str}/refuse", name="experts.refuse", action=Action.REFUSE_EXPERT)
async def refuse(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    def verb(ident: UUID, form: Any) -> Awaitable[Any]:
        return actions.refuse_expert(request.user, ident, form.reason.data, form.row_version)

    return await _do(request, expert, "refuse", verb, ReasonForm)


@post("/w/experts/{expert:str}/pause", name="experts.pause", action=Action.PAUSE_EXPERT)
async def pause(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await _do(
        request, expert, "pause", lambda ident, form: actions.pause_expert(request.user, ident, form.reason.data), ReasonForm
    )


@post("/w/experts/{expert:str}/resume", name="experts.resume", action=Action.RESUME_EXPERT)
async def resume(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await _do(request, expert, "resume", lambda ident, form: actions.resume_expert(request.user, ident))


@post("/w/experts/{expert:str}/remove", name="experts.remove", action=Action.REMOVE_EXPERT)
async def remove(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await _do(
        request, expert, "remove", lambda ident, form: actions.remove_expert(request.user, ident, form.reason.data), ReasonForm
    )


routes = [admit, refuse, pause, resume, remove]
