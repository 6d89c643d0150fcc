"""HTTP of payment requests: the team asks, the department's list and the page of one request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template

from kernel import clock, sheets, signoff, web
from kernel.access import Action, Actor
from kernel.documents import queries as documents
from kernel.files import queries as files
from kernel.forms.fields import Form
from kernel.forms.papers import PaperForm
from projects.deciding import queries as decisions
from projects.life import PAYMENT
from projects.paying import actions, queries
from projects.paying.queries import PAGE, PaymentRow
from projects.paying.showing import PAYMENT_TONES, money
from projects.paying.words import COLUMNS, LIST
from projects.signing import queries as agreements
from projects.states import PaymentState

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 48 * 1024 * 1024


class RequestForm(web.Form):
    purpose = web.Text(required=False, max=300)
    receipt = web.Upload(required=False)
    milestone = web.Upload(required=False)

    def mark(self, ident: str) -> None:
        """Several of these stand on one page: their labels must find their own fields."""
        for field in self:
            field.id = f"{field.name}-{ident}"


class ReasonForm(web.Form):
    reason = web.Text(max=500)


class GoForm(web.Form):
    """A button and nothing else."""


class VoucherForm(web.Form):
    number = web.Text(max=60)
    paid_on = web.Day()
    amount = web.Money(min=1)
    slip = web.Upload()


@get("/my/projects/{ref:str}/payments", name="payments.mine", action=Action.LIST_OWN_PROJECTS)
async def mine(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _mine(request, ref)


async def _mine(request: AnyRequest, ref: str, posted: str = "", form: RequestForm | None = None) -> Template:
    head = await agreements.head(request.user, Action.LIST_OWN_PROJECTS, ref)
    shown = await money(head)
    requests = [step.request for step in shown["steps"] if step.request is not None]
    forms = {str(step.id): RequestForm() for step in shown["steps"]}
    if form is not None:
        forms[posted] = form
    for ident, each in forms.items():
        each.mark(ident)
    return web.page(
        request,
        "projects/paying/mine.html",
        head=head,
        **shown,
        files=await files.of_many("payment_request", requests),
        forms=forms,
        posted=posted,
        may_request=request.user.may(Action.REQUEST_PAYMENT),
        tab="payments",
    )


@post(
    "/my/projects/{ref:str}/payments/{instalment:str}",
    name="payments.request",
    action=Action.REQUEST_PAYMENT,
    request_max_body_size=UPLOAD_LIMIT,
)
async def ask(request: AnyRequest, ref: FromPath[str], instalment: FromPath[str]) -> Response[Any]:
    form = await web.read(request, RequestForm)
    ident = web.uuid_or_missing(instalment)

    def verb() -> Any:
        return actions.request(
            request.user,
            ref,
            ident,
            purpose=form.purpose.data,
            receipt=form.receipt.data,
            milestone=form.milestone.data,
        )

    return await web.act(request, form, verb=verb, again=lambda: _mine(request, ref, instalment, form))


@get("/w/payments", name="payments", action=Action.VIEW_FUNDS)
async def listing(request: AnyRequest, mine: FromQuery[str] = "") -> Template:
    page = web.page_number(request)
    state = web.named(request, "state", PaymentState)
    found = await queries.payments(request.user, state, mine == "1", page)
    total = len(found) if page == 1 and len(found) < PAGE else await queries.count(request.user, state, mine == "1")
    query = urlencode({name: value for name, value in (("state", state), ("mine", mine)) if value})
    return web.page(
        request,
        "projects/paying/list.html",
        rows=found,
        total=total,
        page=page,
        size=PAGE,
        query=query,
        state=state,
        mine=mine == "1",
        states=[(str(s), s.label) for s in PaymentState],
        tones=PAYMENT_TONES,
        today=clock.today(),
    )


@get("/w/payments.xlsx", name="payments.export", action=Action.VIEW_FUNDS)
async def export(request: AnyRequest, mine: FromQuery[str] = "") -> Stream:
    state = web.named(request, "state", PaymentState)
    return await sheets.listing(request, LIST, COLUMNS, queries.payments(request.user, state, mine == "1", size=sheets.ALL))


@get("/w/payments/{ident:str}", name="payment", action=Action.VIEW_FUNDS)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await page_of(request, ident)


def _offers(actor: Actor, row: PaymentRow) -> set[Action]:
    """The steps this person's department may take now; the verb asks again, of persons too."""
    found = {a for a in PAYMENT.law if PAYMENT.allows(row.state, a) and row.owner in actor.units(a)}
    if row.state is PaymentState.CHECKED and row.owner in actor.units(Action.REGISTER_SIGNOFF):
        found.add(Action.REGISTER_SIGNOFF)
    return found - {Action.REQUEST_PAYMENT}


async def page_of(request: AnyRequest, ident: str, posted: tuple[Action, Form] | None = None) -> Template:
    """One request with its package, its steps and what may be done with it now."""
    row = await queries.payment(request.user, Action.VIEW_FUNDS, web.uuid_or_missing(ident))
    forms: dict[Action, Form] = {
        Action.RETURN_PAYMENT: ReasonForm(),
        Action.RETURN_VOUCHER: ReasonForm(),
        Action.REGISTER_SIGNOFF: PaperForm(),
        Action.REGISTER_VOUCHER: VoucherForm(amount=row.amount),
    }
    if posted:
        forms[posted[0]] = posted[1]
    agreement = await agreements.agreement(row.project)
    return web.page(
        request,
        "projects/paying/show.html",
        row=row,
        tone=PAYMENT_TONES[row.state],
        offers=_offers(request.user, row),
        forms=forms,
        posted=posted[0] if posted else None,
        agreement=agreement,
        agreement_papers=await documents.of("agreement", agreement.id) if agreement else [],
        files=await files.of("payment_request", row.id),
        documents=await documents.of("payment_request", row.id),
        papers=await signoff.papers(("payment_request", row.id)),
        minutes=await decisions.minutes_behind(row.line),
        may_confirm_paper=row.owner in request.user.units(Action.CONFIRM_SIGNOFF) and row.state is PaymentState.CHECKED,
    )


@post("/w/payments/{ident:str}/check", name="payment.check", action=Action.CHECK_PAYMENT)
async def check(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.check(request.user, row, version=form.row_version),
        again=lambda: page_of(request, ident, (Action.CHECK_PAYMENT, form)),
    )


@post("/w/payments/{ident:str}/return", name="payment.return", action=Action.RETURN_PAYMENT)
async def return_to_team(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.return_to_team(request.user, row, reason=form.reason.data, version=form.row_version),
        again=lambda: page_of(request, ident, (Action.RETURN_PAYMENT, form)),
    )


@post("/w/payments/{ident:str}/approve", name="payment.approve", action=Action.APPROVE_PAYMENT)
async def approve(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.approve(request.user, row, version=form.row_version),
        again=lambda: page_of(request, ident, (Action.APPROVE_PAYMENT, form)),
    )


@post(
    "/w/payments/{ident:str}/paper",
    name="payment.register-paper",
    action=Action.REGISTER_SIGNOFF,
    request_max_body_size=UPLOAD_LIMIT,
)
async def register_paper(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, PaperForm)
    row = web.uuid_or_missing(ident)

    return await web.act(
        request,
        form,
        verb=lambda: actions.register_paper(request.user, row, form.paper(), form.scan.data),
        again=lambda: page_of(request, ident, (Action.REGISTER_SIGNOFF, form)),
    )


@post("/w/payments/{ident:str}/paper/{paper:str}", name="payment.confirm-paper", action=Action.CONFIRM_SIGNOFF)
async def confirm_paper(request: AnyRequest, ident: FromPath[str], paper: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    row, entered = web.uuid_or_missing(ident), web.uuid_or_missing(paper)
    return await web.act(
        request,
        form,
        verb=lambda: actions.confirm_paper(request.user, row, entered),
        again=lambda: page_of(request, ident, (Action.CONFIRM_SIGNOFF, form)),
    )


routes = [export, mine, ask, listing, show, check, return_to_team, approve, register_paper, confirm_paper]
