"""The expert pool at the host: the sections of a profile, adding and changing. The list is talent_pool.directory."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.files.rules import BODY_LIMIT
from talent_pool.profiles import actions, parts, queries, showing
from talent_pool.profiles.forms import DetailsForm, NewForm, filled
from talent_pool.profiles.kinds import FeeClass
from talent_pool.profiles.words import WHAT

AnyRequest = Request[Any, Any, Any]


@get("/w/experts/new", name="experts.new", action=Action.MANAGE_EXPERTS)
async def new(request: AnyRequest) -> Template:
    return _new(request, NewForm(data={"max_load": 20, "max_year": 100, "fee_class": FeeClass.OTHER.value}))


def _new(request: AnyRequest, form: NewForm) -> Template:
    return web.page(request, "talent_pool/profiles/edit.html", form=form, expert=None)


@post("/w/experts/new", name="experts.add", action=Action.MANAGE_EXPERTS)
async def add(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, NewForm)

    async def verb() -> str:
        ident = await actions.add_expert(request.user, form.name.data, form.details(), form.username.data)
        return f"/w/experts/{ident}"

    async def again() -> Template:
        return _new(request, form)

    return await web.act(request, form, verb=verb, again=again)


@get("/w/experts/{expert:str}", name="experts.show", action=Action.VIEW_EXPERTS)
async def show(request: AnyRequest, expert: FromPath[str]) -> Template:
    return await showing.facts(request, await showing.host(request, expert))


@get("/w/experts/{expert:str}/edit", name="experts.edit", action=Action.MANAGE_EXPERTS)
async def edit(request: AnyRequest, expert: FromPath[str]) -> Template:
    found = await queries.profile(request.user, web.uuid_or_missing(expert))
    return _edit(request, found, DetailsForm(data=filled(found)))


def _edit(request: AnyRequest, found: queries.Profile, form: DetailsForm) -> Template:
    return web.page(request, "talent_pool/profiles/edit.html", form=form, expert=found)


@post("/w/experts/{expert:str}/edit", name="experts.save", action=Action.MANAGE_EXPERTS)
async def save(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    found = await queries.profile(request.user, web.uuid_or_missing(expert))
    form = await web.read(request, DetailsForm)

    async def again() -> Template:
        return _edit(request, await queries.profile(request.user, found.id), form)

    return await web.act(
        request,
        form,
        verb=lambda: actions.edit_expert(request.user, found.id, form.details(), form.row_version, renamed=form.renamed.data),
        done=f"/w/experts/{found.id}",
        again=again,
    )


@get("/w/experts/{expert:str}/works", name="experts.works", action=Action.VIEW_EXPERTS)
async def works(request: AnyRequest, expert: FromPath[str]) -> Template:
    return await showing.works(request, await showing.host(request, expert))


@post("/w/experts/{expert:str}/works", name="experts.add-work", action=Action.MANAGE_EXPERTS)
async def add_work(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await showing.save_work(request, await showing.host(request, expert))


@get("/w/experts/{expert:str}/works/{work:str}", name="experts.work", action=Action.MANAGE_EXPERTS)
async def show_work(request: AnyRequest, expert: FromPath[str], work: FromPath[str]) -> Template:
    return await showing.work(request, await showing.host(request, expert), work)


@post("/w/experts/{expert:str}/works/{work:str}", name="experts.save-work", action=Action.MANAGE_EXPERTS)
async def save_work(request: AnyRequest, expert: FromPath[str], work: FromPath[str]) -> Response[Any]:
    return await showing.save_work(request, await showing.host(request, expert), work)


@post("/w/experts/{expert:str}/works/{work:str}/remove", name="experts.remove-work", action=Action.MANAGE_EXPERTS)
async def remove_work(request: AnyRequest, expert: FromPath[str], work: FromPath[str]) -> Response[Any]:
    return await showing.remove_work(request, await showing.host(request, expert), work)


@get("/w/experts/{expert:str}/documents", name="experts.documents", action=Action.VIEW_EXPERTS)
async def documents(request: AnyRequest, expert: FromPath[str]) -> Template:
    return await showing.documents(request, await showing.host(request, expert))


@post(
    "/w/experts/{expert:str}/documents",
    name="experts.add-document",
    action=Action.MANAGE_EXPERTS,
    request_max_body_size=BODY_LIMIT,
)
async def add_document(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await showing.add_document(request, await showing.host(request, expert))


@post(
    "/w/experts/{expert:str}/documents/{document:str}/withdraw",
    name="experts.withdraw-document",
    action=Action.MANAGE_EXPERTS,
)
async def withdraw_document(request: AnyRequest, expert: FromPath[str], document: FromPath[str]) -> Response[Any]:
    return await showing.withdraw_document(request, await showing.host(request, expert), document)


@get("/w/experts/{expert:str}/time", name="experts.time", action=Action.VIEW_EXPERTS)
async def time(request: AnyRequest, expert: FromPath[str]) -> Template:
    return await showing.time(request, await showing.host(request, expert))


@post("/w/experts/{expert:str}/time", name="experts.add-absence", action=Action.MANAGE_EXPERTS)
async def add_absence(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await showing.add_absence(request, await showing.host(request, expert))


@post("/w/experts/{expert:str}/time/{absence:str}/remove", name="experts.remove-absence", action=Action.MANAGE_EXPERTS)
async def remove_absence(request: AnyRequest, expert: FromPath[str], absence: FromPath[str]) -> Response[Any]:
    return await showing.remove_absence(request, await showing.host(request, expert), absence)


@get("/w/experts/{expert:str}/ties", name="experts.ties", action=Action.VIEW_EXPERTS)
async def ties(request: AnyRequest, expert: FromPath[str]) -> Template:
    return await showing.ties(request, await showing.host(request, expert))


@post("/w/experts/{expert:str}/ties", name="experts.tie", action=Action.MANAGE_EXPERTS)
async def tie(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    return await showing.add_tie(request, await showing.host(request, expert))


@get("/w/experts/{expert:str}/log", name="experts.log", action=Action.VIEW_EXPERTS)
async def log(request: AnyRequest, expert: FromPath[str]) -> Template:
    side = await showing.host(request, expert)
    return showing.page(request, side, "log", "log", steps=await parts.history(side.profile.id), what=WHAT)


routes = [
    new, add, show, edit, save, works, add_work, show_work, save_work, remove_work, documents, add_document,
    withdraw_document, time, add_absence, remove_absence, ties, tie, log,
]  # fmt: skip
