"""HTTP of deciding: the list, the sheet, one item, the meeting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from departments import catalogue
from departments.funds import queries as funds
from kernel import signoff, web
from kernel.access import Action, Reach
from kernel.errors import Missing
from kernel.forms.papers import PaperForm
from kernel.sheets import ALL, listing
from kernel.words import SIGNOFF_KIND
from projects.calls import queries as calls
from projects.deciding import actions, queries, sheets
from projects.deciding.forms import OUTCOMES, ArrangeForm, ItemForm, LineForm, MoneyForm, Nothing, PrepareForm, ReasonForm, apart
from projects.deciding.rules import Outcome
from projects.deciding.words import COLUMNS, LIST, TITLE, TONES
from projects.life import PROJECT
from projects.states import DecisionState

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 25 * 1024 * 1024


@get("/w/decisions", name="decisions.list", action=Action.VIEW_DECISIONS)
async def listed(request: AnyRequest) -> Template:
    may_prepare = request.user.reach(Action.PREPARE_DECISION) is Reach.CITY
    return web.page(
        request,
        "projects/deciding/list.html",
        rows=await queries.listed(request.user),
        waiting=await queries.waiting_calls() if may_prepare else [],
        tones=TONES,
    )


@get("/w/decisions.xlsx", name="decisions.export", action=Action.VIEW_DECISIONS)
async def export(request: AnyRequest) -> Stream:
    return await listing(request, LIST, COLUMNS, queries.listed(request.user, limit=ALL))


@get("/w/decisions/new", name="decisions.new", action=Action.PREPARE_DECISION)
async def new(request: AnyRequest) -> Template:
    return await _new(request, request.query_params.get("call", "")[:20])


async def _new(request: AnyRequest, code: str, form: PrepareForm | None = None) -> Template:
    found = await queries.waiting_calls(code) if code else []
    if not found:
        raise Missing
    call = await calls.call(code)
    return web.page(
        request,
        "projects/deciding/new.html",
        call=call,
        waiting=found[0],
        form=form or PrepareForm(title=TITLE.format(call=call.title), money_line=call.budget or None),
        posted=form is not None,
    )


@post("/w/decisions/new", name="decisions.prepare", action=Action.PREPARE_DECISION)
async def prepare(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, PrepareForm)
    code = request.query_params.get("call", "")[:20]

    async def verb() -> str:
        made = await actions.prepare(request.user, code, title=form.title.data, money_line=form.money_line.data)
        return f"/w/decisions/{made.id}"

    return await web.act(request, form, verb=verb, again=lambda: _new(request, code, form))


@get("/w/decisions/{ident:str}", name="decisions.show", action=Action.VIEW_DECISIONS)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await sheet(request, ident)


async def sheet(request: AnyRequest, ident: str, form: Any = None, posted: str = "") -> Template:
    """The decision as this person may see it; later phases show it again when one of their verbs is refused."""
    decision = await queries.decision(request.user, Action.VIEW_DECISIONS, web.uuid_or_missing(ident))
    items = await queries.items(request.user, Action.VIEW_DECISIONS, decision.id)
    whole = request.user.reach(Action.VIEW_DECISIONS) is Reach.CITY
    rubric = (await calls.pack(decision.pack_hash)).rubric
    papers = await signoff.papers(("decision", decision.id)) if whole else []
    meeting = next((paper for paper in papers if sheets.counts(paper, decision)), None)
    preparing = decision.state is DecisionState.PREPARING
    return web.page(
        request,
        "projects/deciding/show.html",
        decision=decision,
        items=items,
        problems={item.id: [str(no) for no in item.problems(rubric)] for item in items},
        sums=sheets.sums(items),
        above=sheets.above(items, decision.money_line),
        areas={area.code: area.name for area in catalogue.load().areas},
        whole=whole,
        papers=papers,
        paper_kinds=SIGNOFF_KIND,
        tones=TONES,
        form=form,
        posted=posted,
        forms=apart(
            {
                "paper": PaperForm(),
                "reason": ReasonForm(),
                "line": LineForm(money_line=decision.money_line),
                **({posted: form} if posted else {}),
            }
        ),
        may_edit=whole and preparing and request.user.may(Action.PREPARE_DECISION),
        may_meet=whole and decision.state is DecisionState.CONVENED,
        blocked=sheets.blocked(items, meeting is not None),
        letters=await queries.letters_of(decision.id) if whole and decision.state is DecisionState.CONVENED else 0,
        outcomes=OUTCOMES,
        notice=await queries.notice_of(decision.id) if decision.state is DecisionState.RELEASED else None,
    )


@post("/w/decisions/{ident:str}/line", name="decisions.money-line", action=Action.PREPARE_DECISION)
async def money_line(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, LineForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.set_money_line(request.user, web.uuid_or_missing(ident), form.money_line.data, form.row_version),
        again=lambda: sheet(request, ident, form, "line"),
        done=f"/w/decisions/{ident}",
    )


@post("/w/decisions/{ident:str}/arrange", name="decisions.arrange", action=Action.PREPARE_DECISION)
async def arrange(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ArrangeForm)
    form.codes.choices = [(code, code) for code in form.codes.data or ()]
    return await web.act(
        request,
        form,
        verb=lambda: actions.arrange(request.user, web.uuid_or_missing(ident), form.codes.data, Outcome(form.outcome.data)),
        again=lambda: sheet(request, ident, form, "arrange"),
        done=f"/w/decisions/{ident}",
    )


@get("/w/decisions/{ident:str}/items/{code:str}", name="decisions.item", action=Action.VIEW_DECISIONS)
async def item(request: AnyRequest, ident: FromPath[str], code: FromPath[str]) -> Template:
    return await item_page(request, ident, code)


async def item_page(request: AnyRequest, ident: str, code: str, form: Any = None, posted: str = "") -> Template:
    """One project of the decision: outcome, amount, and the lines that pay for it."""
    decision = await queries.decision(request.user, Action.VIEW_DECISIONS, web.uuid_or_missing(ident))
    row = await queries.item(request.user, Action.VIEW_DECISIONS, decision.id, code)
    found = await funds.every_fund()
    may_edit = decision.state is DecisionState.PREPARING and request.user.reach(Action.PREPARE_DECISION) is Reach.CITY
    money = MoneyForm(amount=sheets.missing_amount(row), mode=row.support_mode)
    forms = {
        "item": ItemForm(outcome=row.outcome, amount=row.amount or row.suggested, reason=row.reason),
        "money": money,
        "again": ReasonForm(),
        **{str(line.id): ReasonForm() for line in row.live},
        **({posted: form} if posted else {}),
    }
    forms["money"].fund.choices = sheets.fund_choices(found)
    rubric = (await calls.pack(decision.pack_hash)).rubric
    return web.page(
        request,
        "projects/deciding/item.html",
        decision=decision,
        item=row,
        problems=[str(no) for no in row.problems(rubric)],
        area=next((area.name for area in catalogue.load().areas if area.code == row.area), row.area),
        forms=apart(forms),
        form=form,
        posted=posted,
        may_edit=may_edit,
        may_reconsider=_may_reconsider(request, decision, row),
        tones=TONES,
    )


def _may_reconsider(request: AnyRequest, decision: queries.DecisionRow, row: queries.ItemRow) -> bool:
    released = decision.state is DecisionState.RELEASED and PROJECT.allows(row.state, Action.RECONSIDER_PROJECT)
    return released and request.user.reach(Action.RECONSIDER_PROJECT) is Reach.CITY


@post("/w/decisions/{ident:str}/items/{code:str}", name="decisions.settle-item", action=Action.PREPARE_DECISION)
async def settle_item(request: AnyRequest, ident: FromPath[str], code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ItemForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.settle_item(
            request.user,
            web.uuid_or_missing(ident),
            code,
            outcome=Outcome(form.outcome.data),
            amount=form.amount.data,
            reason=form.reason.data or "",
            version=form.row_version,
        ),
        again=lambda: item_page(request, ident, code, form, "item"),
        done=f"/w/decisions/{ident}/items/{code}",
    )


async def _move(
    request: AnyRequest, ident: str, verb: Callable[[int], Awaitable[Any]], form: web.Form | None = None, posted: str = "move"
) -> Response[Any]:
    """A button or a small form that moves the decision."""
    sent = form or await web.read(request, Nothing)
    return await web.act(
        request,
        sent,
        verb=lambda: verb(sent.row_version),
        again=lambda: sheet(request, ident, sent, posted),
        done=f"/w/decisions/{ident}",
    )


@post("/w/decisions/{ident:str}/convene", name="decisions.convene", action=Action.CONVENE_DECISION)
async def convene(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    return await _move(request, ident, lambda version: actions.convene(request.user, web.uuid_or_missing(ident), version))


@post("/w/decisions/{ident:str}/recall", name="decisions.recall", action=Action.RECALL_DECISION)
async def recall(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)

    def verb(version: int) -> Awaitable[Any]:
        return actions.recall(request.user, web.uuid_or_missing(ident), reason=form.reason.data, version=version)

    return await _move(request, ident, verb, form, "reason")


@post(
    "/w/decisions/{ident:str}/minutes",
    name="decisions.minutes",
    action=Action.REGISTER_SIGNOFF,
    request_max_body_size=UPLOAD_LIMIT,
)
async def minutes(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, PaperForm)

    def verb(_: int) -> Awaitable[Any]:
        return actions.register_minutes(request.user, web.uuid_or_missing(ident), form.paper(), form.scan.data)

    return await _move(request, ident, verb, form, "paper")


@post("/w/decisions/{ident:str}/minutes/{paper:str}/confirm", name="decisions.confirm-minutes", action=Action.CONFIRM_SIGNOFF)
async def confirm_minutes(request: AnyRequest, ident: FromPath[str], paper: FromPath[str]) -> Response[Any]:
    found = web.uuid_or_missing(paper)
    return await _move(request, ident, lambda _: actions.confirm_minutes(request.user, web.uuid_or_missing(ident), found))


routes = [export, listed, new, prepare, show, money_line, arrange, item, settle_item, convene, recall, minutes, confirm_minutes]
