"""HTTP of the import: the batches, the template, a sheet sent in or only looked over, one batch, undoing it."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template

from kernel import web
from kernel.access import Action
from kernel.errors import Refused
from kernel.files.rules import BODY_LIMIT
from kernel.sheets.columns import MAX_BYTES
from projects.importing import actions, queries, reading
from projects.importing.looking import BadCells, look
from projects.importing.queries import PAGE
from projects.importing.words import COLUMNS

AnyRequest = Request[Any, Any, Any]
LOOK = "look"


class SheetForm(web.Form):
    file = web.Upload()
    go = web.Text(required=False, max=10)


class UndoForm(web.Form):
    reason = web.Text(max=300)


class LeaderForm(web.Form):
    code = web.Text(max=20)
    person = web.Text(max=40)


@get("/w/import", name="import.list", action=Action.IMPORT_PROJECTS)
async def listing(request: AnyRequest) -> Template:
    return await _listing(request)


async def _listing(request: AnyRequest, form: SheetForm | None = None, **more: Any) -> Template:
    return web.page(
        request,
        "projects/importing/list.html",
        form=form or SheetForm(),
        posted=form,
        batches=await queries.batches(),
        columns=COLUMNS,
        **{"cells": [], "looked": None, **more},
    )


@get("/w/import/template.xlsx", name="import.template", action=Action.IMPORT_PROJECTS)
async def template(request: AnyRequest) -> Stream:
    stream: Stream = await reading.template()
    return stream


@post("/w/import", name="import.load", action=Action.IMPORT_PROJECTS, request_max_body_size=BODY_LIMIT)
async def load(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, SheetForm)
    if form.go.data == LOOK:
        return await _look(request, form)
    cells: list[str] = []

    async def verb() -> str:
        try:
            return f"/w/import/{await actions.bring_in(request.user, form.file.data.filename, await _body(form.file.data))}"
        except BadCells as bad:
            cells[:] = bad.cells
            raise

    async def again() -> Template:
        form.refused = None if cells else form.refused
        return await _listing(request, form, cells=cells)

    return await web.act(request, form, verb=verb, again=again)


async def _look(request: AnyRequest, form: SheetForm) -> Template:
    """Only looked over: nothing is written, so nothing is remembered of it either."""
    status: int = 200
    more: dict[str, Any] = {}
    if not form.validate():
        status = 422
    else:
        try:
            more = {"looked": await look(await _body(form.file.data))}
        except BadCells as bad:
            status, more = 422, {"cells": bad.cells}
        except Refused as no:
            form.refuse(no)
            status = 422
    page = await _listing(request, form, **more)
    page.status_code = status
    return page


async def _body(upload: UploadFile) -> bytes:
    """One byte more than a sheet may have is enough to say that it is too large."""
    await upload.seek(0)
    return await upload.read(MAX_BYTES + 1)


@get("/w/import/{ident:str}", name="import.show", action=Action.IMPORT_PROJECTS)
async def show(request: AnyRequest, ident: FromPath[str], page: FromQuery[int] = 1) -> Template:
    return await _show(request, ident, min(max(page, 1), 1_000))


async def _show(request: AnyRequest, ident: str, page: int = 1, form: UndoForm | None = None) -> Template:
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
        form=form or UndoForm(),
        posted=form,
    )


@post("/w/import/{ident:str}/undo", name="import.undo", action=Action.UNDO_IMPORT)
async def undo(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, UndoForm)
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
