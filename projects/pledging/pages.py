"""HTTP of funding lines: 出资认领, one line with its verbs, and the host's proposals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from departments import catalogue
from departments.kinds import SupportMode
from kernel import sheets, signoff, web
from kernel.access import Action, Role
from kernel.errors import Refused
from kernel.forms.papers import PaperForm
from kernel.words import SIGNOFF_KIND
from projects.deciding import pages as deciding
from projects.deciding.forms import MoneyForm, Nothing, ReasonForm, apart
from projects.deciding.rules import ReceiptKind
from projects.deciding.words import TONES
from projects.life import LINE
from projects.pledging import actions, papers, queries, rules
from projects.pledging.queries import PAGE
from projects.pledging.words import COLUMNS, LIST
from projects.states import LineState

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 25 * 1024 * 1024


class CheckForm(web.Form):
    receipt = web.Choice([(kind.value, kind.label) for kind in ReceiptKind])


@get("/w/lines", name="lines.list", action=Action.CONSENT_LINE)
async def listed(request: AnyRequest) -> Template:
    state = web.named(request, "state", LineState)
    page = web.page_number(request)
    return web.page(
        request,
        "projects/pledging/list.html",
        rows=await queries.lines(request.user, state=state, page=page),
        total=await queries.count(request.user, state=state),
        states=[(found.value, found.label) for found in LineState],
        state=state,
        page=page,
        size=PAGE,
        tones=TONES,
    )


@get("/w/lines.xlsx", name="lines.export", action=Action.CONSENT_LINE)
async def export(request: AnyRequest) -> Stream:
    state = web.named(request, "state", LineState)
    return await sheets.listing(request, LIST, COLUMNS, queries.lines(request.user, state=state, size=sheets.ALL))


@get("/w/lines/{ident:str}", name="lines.show", action=Action.CONFIRM_SIGNOFF)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await _show(request, ident)


async def _show(request: AnyRequest, ident: str, form: Any = None, posted: str = "") -> Template:
    actor = request.user
    line = await queries.line(actor, Action.CONFIRM_SIGNOFF, web.uuid_or_missing(ident))
    entered = await signoff.papers(("funding_line", line.id))
    mine = {action for action in LINE.moves_from(line.state) if line.owner in actor.units(action)}
    is_head = any(m.role is Role.HEAD and m.unit == line.owner for m in actor.memberships)
    has_paper = any(paper.confirmed_by for paper in entered)
    return web.page(
        request,
        "projects/pledging/show.html",
        line=line,
        area=next((area.name for area in catalogue.load().areas if area.code == line.area), line.area),
        mine=mine,
        blocked=_blocked(line, actor.person, is_head=is_head, has_paper=has_paper),
        papers=entered,
        paper_kinds=SIGNOFF_KIND,
        may_register=line.owner in actor.units(Action.REGISTER_SIGNOFF) and line.state is LineState.CHECKED,
        may_confirm=line.owner in actor.units(Action.CONFIRM_SIGNOFF),
        forms=apart({"check": CheckForm(), "reason": ReasonForm(), "paper": PaperForm(), **({posted: form} if posted else {})}),
        form=form,
        posted=posted,
        tones=TONES,
    )


def _blocked(line: queries.LineRow, person: Any, *, is_head: bool, has_paper: bool) -> str:
    """Why this person cannot consent, in words, or nothing."""
    try:
        rules.check_consent(
            person, proposed_by=line.proposed_by, checked_by=line.checked_by, is_head=is_head, has_paper=has_paper
        )
    except Refused as no:
        return str(no)
    return ""


async def _act(request: AnyRequest, ident: str, form: web.Form, posted: str, verb: Callable[[], Awaitable[Any]]) -> Response[Any]:
    return await web.act(request, form, verb=verb, again=lambda: _show(request, ident, form, posted), done=f"/w/lines/{ident}")


@post("/w/lines/{ident:str}/check", name="lines.check", action=Action.CHECK_LINE)
async def check(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, CheckForm)

    def verb() -> Awaitable[Any]:
        receipt = ReceiptKind(form.receipt.data)
        return actions.check(request.user, web.uuid_or_missing(ident), receipt=receipt, version=form.row_version)

    return await _act(request, ident, form, "check", verb)


@post("/w/lines/{ident:str}/consent", name="lines.consent", action=Action.CONSENT_LINE)
async def consent(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    found = web.uuid_or_missing(ident)
    return await _act(request, ident, form, "consent", lambda: actions.consent(request.user, found, version=form.row_version))


@post("/w/lines/{ident:str}/decline", name="lines.decline", action=Action.DECLINE_LINE)
async def decline(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)

    def verb() -> Awaitable[Any]:
        return actions.decline(request.user, web.uuid_or_missing(ident), reason=form.reason.data or "", version=form.row_version)

    return await _act(request, ident, form, "reason", verb)


@post("/w/lines/{ident:str}/paper", name="lines.paper", action=Action.REGISTER_SIGNOFF, request_max_body_size=UPLOAD_LIMIT)
async def register_paper(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, PaperForm)

    def verb() -> Awaitable[Any]:
        return papers.register_paper(request.user, web.uuid_or_missing(ident), form.paper(), form.scan.data)

    return await _act(request, ident, form, "paper", verb)


@post("/w/lines/{ident:str}/paper/{paper:str}/confirm", name="lines.confirm-paper", action=Action.CONFIRM_SIGNOFF)
async def confirm_paper(request: AnyRequest, ident: FromPath[str], paper: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    found, which = web.uuid_or_missing(ident), web.uuid_or_missing(paper)
    return await _act(request, ident, form, "consent", lambda: papers.confirm_paper(request.user, found, which))


# ── the host's side, on the page of the decision's item ──


@post("/w/decisions/{ident:str}/items/{code:str}/lines", name="lines.propose", action=Action.PROPOSE_LINE)
async def propose(request: AnyRequest, ident: FromPath[str], code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, MoneyForm)
    form.fund.choices = [(form.fund.data, "")] if form.fund.data else []

    async def verb() -> None:
        await actions.propose(
            request.user,
            web.uuid_or_missing(ident),
            code,
            fund=form.fund.data,
            mode=SupportMode(form.mode.data),
            amount=form.amount.data,
        )

    return await web.act(
        request,
        form,
        verb=verb,
        again=lambda: deciding.item_page(request, ident, code, form, "money"),
        done=f"/w/decisions/{ident}/items/{code}",
    )


@post("/w/decisions/{ident:str}/lines/{line:str}/release", name="lines.release", action=Action.RELEASE_LINE)
async def release(request: AnyRequest, ident: FromPath[str], line: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    code = request.query_params.get("code", "")[:20]

    def verb() -> Awaitable[Any]:
        return actions.release(request.user, web.uuid_or_missing(ident), web.uuid_or_missing(line), reason=form.reason.data or "")

    return await web.act(
        request,
        form,
        verb=verb,
        again=lambda: deciding.item_page(request, ident, code, form, line),
        done=f"/w/decisions/{ident}/items/{code}",
    )


routes = [export, listed, show, check, consent, decline, register_paper, confirm_paper, propose, release]
