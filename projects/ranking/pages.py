"""HTTP of closing and ranking: progress and disagreement of a panel, the ranking with all scores, the sheets to download."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import anyio.to_thread
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from departments import catalogue
from kernel import audit, sheets, web
from kernel.access import Action
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.rulepack import RankingRules, Rubric
from projects.drawing.pages import SEAT_TONES
from projects.panels import queries as panels
from projects.panels.pages import TONES
from projects.ranking import actions, queries, sheet, words
from projects.scoring import actions as scoring
from projects.scoring import rules
from projects.scoring.ranking import tie_chain
from projects.states import PanelState
from talent_pool.fees import fee

AnyRequest = Request[Any, Any, Any]


class CloseForm(web.Form):
    reason = web.Text(max=300, required=False)


class ReasonForm(web.Form):
    reason = web.Text(max=300)


class NoteForm(web.Form):
    code = web.Text(max=20)
    note = web.Text(max=1000)


@get("/w/panels/{panel:str}/progress", name="panels.progress", action=Action.CLOSE_PANEL)
async def progress(request: AnyRequest, panel: FromPath[str]) -> Template:
    return await _progress(request, web.uuid_or_missing(panel))


async def _progress(request: AnyRequest, panel: UUID, posted: web.Form | None = None) -> Template:
    """Who has done how much, and privately, before closing, where sheets of signed seats are far apart."""
    row = await panels.shown(request.user, panel, Action.CLOSE_PANEL)
    pack = await calls.pack(row.pack_hash)
    found = await queries.signed_sheets(Q("pp.panel = {}", row.id)) if row.state is PanelState.OPEN else []
    apart = [(line, rules.spread(line.totals)) for line in found if rules.is_wide(line.totals, pack.ranking)]
    if apart:
        await audit.record_read(request.user, Action.CLOSE_PANEL, ("panel", row.id), what="spread")
    discussed = await queries.discussed(row.id) if apart else {}
    seats = await queries.progress(row.id)
    return web.page(
        request,
        "projects/ranking/progress.html",
        panel=row,
        tone=TONES[row.state],
        seats=seats,
        seat_tones=SEAT_TONES,
        signed=sum(seat.state == "signed" and seat.only is None for seat in seats),
        apart=[(line.code, line.title, rules.show_mean(spread.range * 2, 1)) for line, spread in apart],
        noted={line.code for line, _ in apart if line.project in discussed},
        ranking=pack.ranking,
        close_form=posted if isinstance(posted, CloseForm) else CloseForm(),
        note_form=posted if isinstance(posted, NoteForm) else NoteForm(),
        reason_form=posted if isinstance(posted, ReasonForm) else ReasonForm(),
        may_close=True,
    )


@post("/w/panels/{panel:str}/close", name="panels.close", action=Action.CLOSE_PANEL)
async def close(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, CloseForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.close_panel(request.user, ident, reason=form.reason.data, version=form.row_version),
        again=lambda: _progress(request, ident, form),
    )


@post("/w/panels/{panel:str}/reopen", name="panels.reopen", action=Action.REOPEN_PANEL)
async def reopen(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.reopen_panel(request.user, ident, reason=form.reason.data, version=form.row_version),
        again=lambda: _progress(request, ident, form),
    )


@post("/w/panels/{panel:str}/rediscuss", name="panels.rediscuss", action=Action.MANAGE_PANEL)
async def rediscuss(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(panel), await web.read(request, NoteForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.note_rediscussion(request.user, ident, form.code.data, form.note.data),
        again=lambda: _progress(request, ident, form),
    )


@post("/w/panels/{panel:str}/seats/{seat:str}/return", name="panels.return", action=Action.RETURN_SCORES)
async def return_scores(request: AnyRequest, panel: FromPath[str], seat: FromPath[str]) -> Response[Any]:
    ident, seat_id, form = web.uuid_or_missing(panel), web.uuid_or_missing(seat), await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: scoring.return_scores(request.user, ident, seat_id, form.reason.data),
        again=lambda: _progress(request, ident, form),
    )


@get("/w/ranking", name="rankings", action=Action.VIEW_RANKING)
async def listing(request: AnyRequest) -> Template:
    return web.page(request, "projects/ranking/list.html", rows=await queries.rounds(request.user))


@get("/w/ranking/{call:str}", name="ranking", action=Action.VIEW_RANKING)
async def ranking(request: AnyRequest, call: FromPath[str], line: FromQuery[bool] = True) -> Template:
    """Every place with every expert's total. Reading it is logged; no log line, no page."""
    found = await queries.ranked_call(request.user, Action.VIEW_RANKING, call)
    await audit.record_read(request.user, Action.VIEW_RANKING, ("call", found.id))
    places = await queries.places(request.user, found.id)
    is_host = request.user.may(Action.CLOSE_PANEL)
    return web.page(
        request,
        "projects/ranking/ranking.html",
        call=found,
        places=places,
        experts=list(range(1, max((place.seats[-1] for place in places), default=0) + 1)),
        judges=await queries.judges(found.id) if is_host else [],
        funded=_funded(places, found.budget) if line and found.budget else None,
        with_line=line,
        passing=sum(place.passes for place in places),
        areas={area.code: area.name for area in catalogue.load().areas},
        names={criterion.code: criterion.name for criterion in found.rubric.criteria},
        chain=_chain(found.rubric, found.ranking),
        may_export=request.user.may(Action.EXPORT_RANKING),
    )


def _funded(places: list[queries.Place], budget: int) -> tuple[int, int]:
    """How many from the top the call's money would carry at the requested amounts, and their sum. It decides nothing."""
    total = 0
    for count, place in enumerate(places):
        if total + place.requested > budget:
            return count, total
        total += place.requested
    return len(places), total


def _chain(rubric: Rubric, ranking: RankingRules) -> list[str]:
    return [rubric.criterion(code).name for code in tie_chain(rubric, ranking)]


@get("/w/ranking/{call:str}/sheet.xlsx", name="ranking.export", action=Action.EXPORT_RANKING)
async def export(request: AnyRequest, call: FromPath[str]) -> Response[bytes]:
    found = await queries.ranked_call(request.user, Action.EXPORT_RANKING, call)
    await audit.record_read(request.user, Action.EXPORT_RANKING, ("call", found.id))
    lines = await queries.details(request.user, found.id)
    content = await anyio.to_thread.run_sync(sheet.workbook, lines, found.rubric, found.ranking)
    return _file(content, words.FILE.format(call=found.code))


@get("/w/panels/{panel:str}/fees.xlsx", name="panels.fees", action=Action.CLOSE_PANEL)
async def fees(request: AnyRequest, panel: FromPath[str]) -> Response[bytes]:
    """What each expert of a closed panel is paid for the day, and why somebody is paid nothing. No ID or card numbers."""
    row = await panels.shown(request.user, web.uuid_or_missing(panel), Action.CLOSE_PANEL)
    await audit.record_read(request.user, Action.CLOSE_PANEL, ("panel", row.id), what="fees")
    money = (await calls.pack(row.pack_hash)).money
    lines = []
    for seat in await queries.paid(row.id):
        paid = fee(
            money.fee_day,
            host_staff=seat.host_staff,
            civil_servant=seat.civil_servant,
            approved=seat.fee_approved,
            signed=seat.signed,
        )
        lines.append(
            {
                "number": seat.number,
                "name": seat.name,
                "employer": seat.employer,
                "sheets": seat.sheets,
                "gross": paid.gross,
                "tax": paid.tax,
                "net": paid.net,
                "why": paid.unpaid.label if paid.unpaid else "",
            }
        )
    kinds = {"number": sheets.Kind.INTEGER, "sheets": sheets.Kind.INTEGER} | dict.fromkeys(
        ("gross", "tax", "net"), sheets.Kind.MONEY
    )
    columns = [sheets.Column(key, title, kinds.get(key, sheets.Kind.TEXT)) for key, title in words.FEE_HEADS.items()]
    return _file(await sheets.write(columns, lines, words.FEES), words.FEE_FILE.format(panel=row.name))


def _file(content: bytes, name: str) -> Response[bytes]:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}", "cache-control": "no-store"}
    return Response(content, media_type=sheets.XLSX_TYPE, headers=headers)


routes = [progress, close, reopen, rediscuss, return_scores, listing, ranking, export, fees]
