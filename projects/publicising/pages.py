"""HTTP of publicising: public notices and results, the release, the host's desk of a notice."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from kernel import sheets, web
from kernel.access import Action
from kernel.documents import qr
from kernel.documents.numbering import url as verify_url
from kernel.errors import Missing
from kernel.sheets import Column, Kind
from projects.deciding import pages as deciding
from projects.deciding.forms import Nothing, ReasonForm, apart
from projects.publicising import actions, queries
from projects.publicising.words import KIND, SHEET, SHEET_COLUMNS
from projects.states import State

AnyRequest = Request[Any, Any, Any]


class IssueForm(web.Form):
    codes = web.Choices(required=True)


@get("/notices", name="notices.list", action=Action.PUBLIC)
async def listed(request: AnyRequest) -> Template:
    return web.page(request, "projects/publicising/list.html", rows=await queries.listed(), kinds=KIND)


@get("/notices/{code:str}", name="notices.show", action=Action.PUBLIC)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    notice = await queries.notice(code)
    return web.page(
        request,
        "projects/publicising/notice.html",
        notice=notice,
        items=await queries.items(notice.id),
        verify=await _verification(notice),
    )


async def _verification(notice: queries.NoticeRow) -> dict[str, Any] | None:
    """The code under which anybody verifies the paper."""
    code = await queries.code_of(notice.document)
    if code is None:
        return None
    path, size = qr.path(verify_url(code))
    return {"path": path, "size": size, "url": f"/verify/{code}"}


@get("/notices/{code:str}/list.xlsx", name="notices.sheet", action=Action.PUBLIC)
async def sheet(request: AnyRequest, code: FromPath[str]) -> Stream:
    notice = await queries.notice(code)
    columns = [Column(key, title, Kind(kind), width) for key, title, kind, width in SHEET_COLUMNS]
    headers = {"content-disposition": f'attachment; filename="{notice.code}.xlsx"', "cache-control": "private, no-cache"}
    found = await queries.items(notice.id)
    return Stream(sheets.stream_xlsx(columns, found, SHEET), media_type=sheets.XLSX_TYPE, headers=headers)


@get("/results/{year:str}", name="results.show", action=Action.PUBLIC)
async def results(request: AnyRequest, year: FromPath[str]) -> Template:
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Missing
    found = await queries.awarded(int(year))
    return web.page(
        request, "projects/publicising/results.html", rows=found, year=int(year), total=sum(row.amount for row in found)
    )


@post("/w/decisions/{ident:str}/release", name="decisions.release", action=Action.RELEASE_DECISION)
async def release(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.release(request.user, web.uuid_or_missing(ident), form.row_version),
        again=lambda: deciding.sheet(request, ident, form, "release"),
    )


@post("/w/decisions/{ident:str}/items/{code:str}/reconsider", name="decisions.reconsider", action=Action.RECONSIDER_PROJECT)
async def reconsider(request: AnyRequest, ident: FromPath[str], code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.reconsider(request.user, web.uuid_or_missing(ident), code, reason=form.reason.data or ""),
        again=lambda: deciding.item_page(request, ident, code, form, "again"),
        done=f"/w/decisions/{ident}/items/{code}",
    )


@get("/w/notices/{code:str}", name="notices.desk", action=Action.VIEW_DECISIONS)
async def desk(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _desk(request, code)


async def _desk(request: AnyRequest, code: str, form: Any = None, posted: str = "") -> Template:
    notice = await queries.notice(code)
    items = await queries.desk(request.user, notice.id)
    waiting = [row for row in items if row.state is State.PUBLICISED]
    return web.page(
        request,
        "projects/publicising/desk.html",
        notice=notice,
        items=items,
        waiting=waiting,
        free=[row for row in waiting if not row.open_objections],
        papers=await queries.papers(notice.id),
        may_issue=request.user.may(Action.ISSUE_PROJECT) and not notice.is_open and bool(waiting),
        may_cancel=request.user.may(Action.CANCEL_PROJECT),
        sees_objections=request.user.may(Action.VIEW_OBJECTIONS),
        forms=apart({**{row.code: ReasonForm() for row in waiting}, **({posted: form} if posted else {})}),
        form=form,
        posted=posted,
    )


@post("/w/notices/{code:str}/issue", name="notices.issue", action=Action.ISSUE_PROJECT)
async def issue(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, IssueForm)
    form.codes.choices = [(found, found) for found in form.codes.data or ()]
    return await web.act(
        request,
        form,
        verb=lambda: actions.issue(request.user, code, form.codes.data),
        again=lambda: _desk(request, code, form, "issue"),
    )


@post("/w/notices/{code:str}/cancel/{project:str}", name="notices.cancel", action=Action.CANCEL_PROJECT)
async def cancel(request: AnyRequest, code: FromPath[str], project: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.cancel(request.user, project, reason=form.reason.data or ""),
        again=lambda: _desk(request, code, form, project),
        done=f"/w/notices/{code}",
    )


routes = [listed, show, sheet, results, release, reconsider, desk, issue, cancel]
