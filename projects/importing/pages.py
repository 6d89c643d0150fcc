"""HTTP of the import: the batches, the template, a sheet sent in or only looked over, one batch, undoing it."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from kernel import web
from kernel.access import Action
from kernel.files.rules import BODY_LIMIT
from kernel.sheets.importing import asking
from projects.importing import actions, queries, reading, words
from projects.importing.looking import look
from projects.importing.queries import PAGE

AnyRequest = Request[Any, Any, Any]


class LeaderForm(web.Form):
    code = web.Text(max=20)
    person = web.Text(max=40)


@get("/w/import", name="import.list", action=Action.IMPORT_PROJECTS)
async def listing(request: AnyRequest) -> Template:
    return await _listing(request)


async def _listing(request: AnyRequest, form: asking.SheetForm | None = None, **more: Any) -> Template:
    return web.page(
        request,
        "projects/importing/list.html",
        form=form or asking.SheetForm(),
        posted=form,
        batches=await queries.BATCHES.latest(),
        columns=words.COLUMNS,
        **{"cells": [], "looked": None, **more},
    )


@get("/w/import/template.xlsx", name="import.template", action=Action.IMPORT_PROJECTS)
async def template(request: AnyRequest) -> Stream:
    return await reading.LAYOUT.template(words.TEMPLATE)


@post("/w/import", name="import.load", action=Action.IMPORT_PROJECTS, request_max_body_size=BODY_LIMIT)
async def load(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, asking.SheetForm)

    async def bring_in(filename: str, data: bytes) -> str:
        return f"/w/import/{await actions.bring_in(request.user, filename, data)}"

    return await asking.sent(request, form, show=partial(_listing, request), look=look, bring_in=bring_in)


@get("/w/import/{ident:str}", name="import.show", action=Action.IMPORT_PROJECTS)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await _show(request, ident, web.page_number(request))


async def _show(request: AnyRequest, ident: str, page: int = 1, form: asking.UndoForm | None = None) -> Template:
    batch = await queries.batch(web.uuid_or_missing(ident))
    found = await queries.projects(request.user, batch.id, page)
    alone = [row.unit for row in found if row.leader is None]
    people: dict[Any, list[tuple[str, str]]] = {}
    for applicant in await queries.applicants(alone):
        people.setdefault(applicant.unit, []).append((str(applicant.person), applicant.name))
    return web.page(
        request,
        "projects/importing/show.html",
        batch=batch,
        rows=found,
        page=page,
        size=PAGE,
        people=people,
        form=form or asking.UndoForm(),
        posted=form,
    )


@post("/w/import/{ident:str}/undo", name="import.undo", action=Action.UNDO_IMPORT)
async def undo(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, asking.UndoForm)
    batch = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.undo(request.user, batch, reason=form.reason.data or "", version=form.row_version),
        again=lambda: _show(request, ident, form=form),
    )


@post("/w/import/{ident:str}/leader", name="import.leader", action=Action.IMPORT_PROJECTS)
async def leader(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, LeaderForm)
    batch = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.appoint(request.user, batch, form.code.data or "", web.uuid_or_missing(form.person.data or "")),
        again=lambda: _show(request, ident),
        said=Action.SHARE_PROJECT,
    )


routes = [listing, template, load, show, undo, leader]
