"""The expert's own profile: everything about oneself, what is published, the yearly confirmation, leaving."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.errors import Missing
from kernel.files.rules import BODY_LIMIT
from talent_pool.profiles import actions, keeping, parts, showing
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.confirming import actions as confirming
from talent_pool.profiles.forms import SaidForm, ShownForm, WillForm, filled

AnyRequest = Request[Any, Any, Any]


@get("/r/profile", name="profile", action=Action.EDIT_OWN_EXPERT)
async def show(request: AnyRequest) -> Template:
    try:
        return await _show(request)
    except Missing:
        # Somebody may hold the role before the pool knows them; the menu leads here all the same.
        return web.page(request, "talent_pool/profiles/none.html")


async def _show(request: AnyRequest, leaving: WillForm | None = None) -> Template:
    side = await showing.own(request)
    return await showing.facts(request, side, leaving=leaving or WillForm(), leaving_posted=leaving)


@get("/r/profile/edit", name="profile.edit", action=Action.EDIT_OWN_EXPERT)
async def edit(request: AnyRequest) -> Template:
    side = await showing.own(request)
    return _edit(request, side, SaidForm(data=filled(side.profile)))


def _edit(request: AnyRequest, side: showing.Side, form: SaidForm) -> Template:
    return showing.page(request, side, "own_edit", "facts", form=form)


@post("/r/profile/edit", name="profile.save", action=Action.EDIT_OWN_EXPERT)
async def save(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, SaidForm)

    async def again() -> Template:
        return _edit(request, await showing.own(request), form)

    return await web.act(
        request, form, verb=lambda: actions.edit_own(request.user, form.said(), form.row_version), done="/r/profile", again=again
    )


@get("/r/profile/works", name="profile.works", action=Action.EDIT_OWN_EXPERT)
async def works(request: AnyRequest) -> Template:
    return await showing.works(request, await showing.own(request))


@post("/r/profile/works", name="profile.add-work", action=Action.EDIT_OWN_EXPERT)
async def add_work(request: AnyRequest) -> Response[Any]:
    return await showing.save_work(request, await showing.own(request))


@get("/r/profile/works/{work:str}", name="profile.work", action=Action.EDIT_OWN_EXPERT)
async def show_work(request: AnyRequest, work: FromPath[str]) -> Template:
    return await showing.work(request, await showing.own(request), work)


@post("/r/profile/works/{work:str}", name="profile.save-work", action=Action.EDIT_OWN_EXPERT)
async def save_work(request: AnyRequest, work: FromPath[str]) -> Response[Any]:
    return await showing.save_work(request, await showing.own(request), work)


@post("/r/profile/works/{work:str}/remove", name="profile.remove-work", action=Action.EDIT_OWN_EXPERT)
async def remove_work(request: AnyRequest, work: FromPath[str]) -> Response[Any]:
    return await showing.remove_work(request, await showing.own(request), work)


@get("/r/profile/documents", name="profile.documents", action=Action.EDIT_OWN_EXPERT)
async def documents(request: AnyRequest) -> Template:
    return await showing.documents(request, await showing.own(request))


@post(
    "/r/profile/documents",
    name="profile.add-document",
    action=Action.EDIT_OWN_EXPERT,
    request_max_body_size=BODY_LIMIT,
)
async def add_document(request: AnyRequest) -> Response[Any]:
    return await showing.add_document(request, await showing.own(request))


@post("/r/profile/documents/{document:str}/withdraw", name="profile.withdraw-document", action=Action.EDIT_OWN_EXPERT)
async def withdraw_document(request: AnyRequest, document: FromPath[str]) -> Response[Any]:
    return await showing.withdraw_document(request, await showing.own(request), document)


@get("/r/profile/time", name="profile.time", action=Action.EDIT_OWN_EXPERT)
async def time(request: AnyRequest) -> Template:
    return await showing.time(request, await showing.own(request))


@post("/r/profile/time", name="profile.add-absence", action=Action.EDIT_OWN_EXPERT)
async def add_absence(request: AnyRequest) -> Response[Any]:
    return await showing.add_absence(request, await showing.own(request))


@post("/r/profile/time/{absence:str}/remove", name="profile.remove-absence", action=Action.EDIT_OWN_EXPERT)
async def remove_absence(request: AnyRequest, absence: FromPath[str]) -> Response[Any]:
    return await showing.remove_absence(request, await showing.own(request), absence)


@get("/r/profile/ties", name="profile.ties", action=Action.EDIT_OWN_EXPERT)
async def ties(request: AnyRequest) -> Template:
    return await showing.ties(request, await showing.own(request))


@post("/r/profile/ties", name="profile.tie", action=Action.EDIT_OWN_EXPERT)
async def tie(request: AnyRequest) -> Response[Any]:
    return await showing.add_tie(request, await showing.own(request))


@get("/r/profile/shown", name="profile.shown", action=Action.EDIT_OWN_EXPERT)
async def shown(request: AnyRequest) -> Template:
    return await _shown(request)


async def _shown(request: AnyRequest, form: ShownForm | None = None) -> Template:
    side = await showing.own(request)
    known = form or ShownForm(data={"parts": list(side.profile.shown)})
    return showing.page(request, side, "shown", "shown", form=known, works=await parts.works(side.profile.id))


@post("/r/profile/shown", name="profile.decide-shown", action=Action.EDIT_OWN_EXPERT)
async def decide_shown(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, ShownForm)
    return await web.act(
        request,
        form,
        verb=lambda: keeping.decide_shown(request.user, form.chosen()),
        done="/r/profile/shown",
        again=lambda: _shown(request, form),
    )


@post("/r/profile/confirm", name="profile.confirm", action=Action.CONFIRM_EXPERT)
async def confirm(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, web.Form)
    return await web.act(
        request, form, verb=lambda: confirming.confirm_own(request.user), done="/r/profile", again=lambda: _show(request)
    )


@post("/r/profile/leave", name="profile.leave", action=Action.LEAVE_POOL)
async def leave(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, WillForm)
    return await web.act(
        request,
        form,
        verb=lambda: admitting.leave_pool(request.user, form.reason.data),
        done="/home",
        again=lambda: _show(request, form),
    )


routes = [
    show, edit, save, works, add_work, show_work, save_work, remove_work, documents, add_document, withdraw_document, time,
    add_absence, remove_absence, ties, tie, shown, decide_shown, confirm, leave,
]  # fmt: skip
