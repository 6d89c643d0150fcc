"""HTTP of the import: the batches, the template, a sheet sent in or only looked over, one batch, admitting and undoing it."""

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
from talent_pool.importing import actions, queries, reading
from talent_pool.importing.looking import BadCells, look
from talent_pool.importing.rules import MOST, Twins
from talent_pool.importing.words import COLUMNS, UPDATE

AnyRequest = Request[Any, Any, Any]
LOOK = "look"


class SheetForm(web.Form):
    file = web.Upload()
    twins = web.Choice([("", ""), (Twins.UPDATE.value, UPDATE)], required=False)
    go = web.Text(required=False, max=10)

    @property
    def chosen(self) -> Twins:
        return Twins(self.twins.data or Twins.REFUSE)


class UndoForm(web.Form):
    reason = web.Text(max=300)


@get("/w/experts/import", name="experts.imports", action=Action.IMPORT_EXPERTS)
async def listing(request: AnyRequest) -> Template:
    return await _listing(request)


async def _listing(request: AnyRequest, form: SheetForm | None = None, **more: Any) -> Template:
    return web.page(
        request,
        "talent_pool/importing/list.html",
        form=form or SheetForm(),
        posted=form,
        batches=await queries.batches(),
        columns=COLUMNS,
        most=MOST,
        **{"cells": [], "looked": None, **more},
    )


@get("/w/experts/import/template.xlsx", name="experts.import-template", action=Action.IMPORT_EXPERTS)
async def template(request: AnyRequest) -> Stream:
    stream: Stream = await reading.template()
    return stream


@post("/w/experts/import", name="experts.import", action=Action.IMPORT_EXPERTS, request_max_body_size=BODY_LIMIT)
async def load(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, SheetForm)
    if form.go.data == LOOK:
        return await _look(request, form)
    cells: list[str] = []

    async def verb() -> str:
        try:
            sheet = form.file.data
            ident = await actions.bring_in(request.user, sheet.filename, await _body(sheet), form.chosen)
            return f"/w/experts/import/{ident}"
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
            more = {"looked": await look(await _body(form.file.data), form.chosen)}
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


@get("/w/experts/import/{ident:str}", name="experts.import-show", action=Action.ADMIT_EXPERT)
async def show(request: AnyRequest, ident: FromPath[str], page: FromQuery[int] = 1) -> Template:
    return await _show(request, ident, min(max(page, 1), 1_000))


async def _show(request: AnyRequest, ident: str, page: int = 1, **forms: Any) -> Template:
    batch = await queries.batch(web.uuid_or_missing(ident))
    return web.page(
        request,
        "talent_pool/importing/show.html",
        batch=batch,
        rows=await queries.brought(batch.id, page),
        page=page,
        size=queries.PAGE,
        at_once=actions.AT_ONCE,
        **{"form": UndoForm(), "posted": None, "refused": "", **forms},
    )


@post("/w/experts/import/{ident:str}/admit", name="experts.import-admit", action=Action.ADMIT_EXPERT)
async def admit(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, web.Form)
    batch = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.admit(request.user, batch),
        done=f"/w/experts/import/{batch}",
        again=lambda: _show(request, ident, refused=form.refused),
    )


@post("/w/experts/import/{ident:str}/undo", name="experts.import-undo", action=Action.UNDO_EXPERT_IMPORT)
async def undo(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, UndoForm)
    batch = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.undo(request.user, batch, reason=form.reason.data or "", version=form.row_version),
        done=f"/w/experts/import/{batch}",
        again=lambda: _show(request, ident, form=form, posted=form),
    )


routes = [listing, template, load, show, admit, undo]
