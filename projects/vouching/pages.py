"""HTTP of vouchers, refunds and the money of one project for officers."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from projects.paying import pages
from projects.paying.pages import UPLOAD_LIMIT, GoForm, ReasonForm, VoucherForm
from projects.paying.showing import money
from projects.queries import pack_of_call
from projects.signing import queries as agreements
from projects.spending import actions as spending
from projects.spending import queries as spent
from projects.vouching import actions

AnyRequest = Request[Any, Any, Any]


class RefundForm(web.Form):
    line = web.Choice()
    amount = web.Money(min=1)
    refunded_on = web.Day()
    voucher = web.Text(max=60)


@post(
    "/w/payments/{ident:str}/voucher",
    name="payment.register-voucher",
    action=Action.REGISTER_VOUCHER,
    request_max_body_size=UPLOAD_LIMIT,
)
async def register(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, VoucherForm)
    row = web.uuid_or_missing(ident)

    def verb() -> Any:
        return actions.register_voucher(
            request.user,
            row,
            number=form.number.data,
            paid_on=form.paid_on.data,
            amount=form.amount.data,
            slip=form.slip.data,
            version=form.row_version,
        )

    return await web.act(request, form, verb=verb, again=lambda: pages.page_of(request, ident, (Action.REGISTER_VOUCHER, form)))


@post("/w/payments/{ident:str}/voucher/return", name="payment.return-voucher", action=Action.RETURN_VOUCHER)
async def return_voucher(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.return_voucher(request.user, row, reason=form.reason.data, version=form.row_version),
        again=lambda: pages.page_of(request, ident, (Action.RETURN_VOUCHER, form)),
    )


@post("/w/payments/{ident:str}/voucher/confirm", name="payment.confirm-voucher", action=Action.CONFIRM_VOUCHER)
async def confirm(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.confirm_voucher(request.user, row, version=form.row_version),
        again=lambda: pages.page_of(request, ident, (Action.CONFIRM_VOUCHER, form)),
    )


@get("/w/projects/{ref:str}/money", name="project.money", action=Action.LIST_PROJECTS)
async def project_money(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await money_page(request, ref)


async def money_page(request: AnyRequest, ref: str, posted: RefundForm | None = None) -> Template:
    """Instalments, expenses and refunds of one project for officers."""
    head = await agreements.head(request.user, Action.LIST_PROJECTS, ref)
    lines = await spent.standings(head.id)
    own = request.user.units(Action.REGISTER_REFUND)
    refundable = [line for line in lines if line.owner in own and line.owed > 0]
    form = posted or RefundForm(line=str(refundable[0].line) if len(refundable) == 1 else None)
    form.line.choices = [(str(line.line), line.owner_name) for line in refundable]
    return web.page(
        request,
        "projects/vouching/money.html",
        head=head,
        **await money(head),
        lines=lines,
        budget=await spent.budget(head.id),
        categories={c.code: c.name for c in (await pack_of_call(head.call_code)).budget.categories},
        expenses=await spent.expenses(head.id),
        refunds=await spent.refunds(head.id),
        refundable=refundable,
        form=form,
        posted=posted is not None,
        own_units=request.user.units(Action.VIEW_FUNDS),
        tab="money",
    )


@post("/w/projects/{ref:str}/refunds", name="refund.register", action=Action.REGISTER_REFUND)
async def refund(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    head = await agreements.head(request.user, Action.REGISTER_REFUND, ref)
    form = await web.read(request, RefundForm)
    form.line.choices = [(str(line.line), line.owner_name) for line in await spent.standings(head.id)]

    def verb() -> Any:
        return spending.refund(
            request.user,
            ref,
            line=web.uuid_or_missing(form.line.data),
            amount=form.amount.data,
            refunded_on=form.refunded_on.data,
            voucher=form.voucher.data,
        )

    return await web.act(request, form, verb=verb, again=lambda: money_page(request, ref, form))


routes = [project_money, register, return_voucher, confirm, refund]
