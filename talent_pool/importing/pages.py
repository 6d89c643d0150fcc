"""HTTP of the import: the batches, the template, a sheet sent in or only looked over, one batch, admitting and undoing it."""

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
from talent_pool.importing import actions, queries, reading, words
from talent_pool.importing.looking import look
from talent_pool.importing.rules import MOST, Twins
from talent_pool.importing.words import UPDATE

AnyRequest = Request[Any, Any, Any]


class SheetForm(asking.SheetForm):
    twins = web.Choice([("", ""), (Twins.UPDATE.value, UPDATE)], required=False)

    @property
    def chosen(self) -> Twins:
        return Twins(self.twins.data or Twins.REFUSE)


@get("/w/experts/import", name="experts.imports", action=Action.IMPORT_EXPERTS)
async def listing(request: AnyRequest) -> Template:
    return await _listing(request)


async def _listing(request: AnyRequest, form: SheetForm | None = None, **more: Any) -> Template:
    return web.page(
        request,
        "talent_pool/importing/list.html",
        form=form or SheetForm(),
        posted=form,
        batches=await queries.BATCHES.latest(),
        columns=words.COLUMNS,
        most=MOST,
        **{"cells": [], "looked": None, **more},
    )


@get("/w/experts/import/template.xlsx", name="experts.import-template", action=Action.IMPORT_EXPERTS)
async def template(request: AnyRequest) -> Stream:
    return await reading.LAYOUT.template(words.TEMPLATE)


@post("/w/experts/import", name="experts.import", action=Action.IMPORT_EXPERTS, request_max_body_size=BODY_LIMIT)
async def load(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, SheetForm)

    async def bring_in(filename: str, data: bytes) -> str:
        return f"/w/experts/import/{await actions.bring_in(request.user, filename, data, form.chosen)}"

    return await asking.sent(
        request, form, show=partial(_listing, request), look=lambda data: look(data, form.chosen), bring_in=bring_in
    )


@get("/w/experts/import/{ident:str}", name="experts.import-show", action=Action.ADMIT_EXPERT)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await _show(request, ident, web.page_number(request))


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
        **{"form": asking.UndoForm(), "posted": None, "refused": "", **forms},
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
    form = await web.read(request, asking.UndoForm)
    batch = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.undo(request.user, batch, reason=form.reason.data or "", version=form.row_version),
        done=f"/w/experts/import/{batch}",
        again=lambda: _show(request, ident, form=form, posted=form),
    )


routes = [listing, template, load, show, admit, undo]
