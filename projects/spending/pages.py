"""HTTP of expenses: the team's list, entering one, adding its voucher."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.files import queries as files
from kernel.forms.fields import Form
from projects.queries import pack_of_call
from projects.signing import queries as agreements
from projects.spending import actions, queries, rules

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 24 * 1024 * 1024


class ExpenseForm(web.Form):
    line = web.Choice()
    budget_line = web.Choice()
    amount = web.Money(min=1)
    spent_on = web.Day()
    note = web.Text(max=200)
    voucher = web.Text(required=False, max=60)
    invoice = web.Text(required=False, max=40)
    receipt = web.Upload(required=False)


class VoucherForm(web.Form):
    voucher = web.Text(max=60)


@get("/my/projects/{ref:str}/expenses", name="expenses", action=Action.LIST_OWN_PROJECTS)
async def listing(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _page(request, ref)


async def _page(request: AnyRequest, ref: str, form: Form | None = None, vouching: str = "") -> Template:
    head = await agreements.head(request.user, Action.LIST_OWN_PROJECTS, ref)
    budget, lines = await queries.budget(head.id), await queries.standings(head.id)
    names = {c.code: c.name for c in (await pack_of_call(head.call_code)).budget.categories}
    entered = await queries.expenses(head.id)
    vouchers = {str(row.id): VoucherForm() for row in entered if not row.voucher}
    if isinstance(form, VoucherForm):
        vouchers[vouching] = form
    for ident, each in vouchers.items():
        each.voucher.id = f"voucher-{ident}"
    shown = form if isinstance(form, ExpenseForm) else ExpenseForm(line=str(lines[0].line) if len(lines) == 1 else None)
    shown.line.choices = [(str(line.line), line.owner_name) for line in lines]
    shown.budget_line.choices = [(str(b.id), f"{names.get(b.category, b.category)} / {b.item}") for b in budget]
    return web.page(
        request,
        "projects/spending/mine.html",
        head=head,
        lines=lines,
        budget=budget,
        categories=names,
        expenses=entered,
        files=await files.of_many("expense", [row.id for row in entered]),
        refunds=await queries.refunds(head.id),
        form=shown,
        posted=form,
        vouchers=vouchers,
        vouching=vouching,
        open=head.state in rules.SPENDING and request.user.may(Action.REGISTER_EXPENSE),
        tab="expenses",
    )


@post(
    "/my/projects/{ref:str}/expenses",
    name="expenses.enter",
    action=Action.REGISTER_EXPENSE,
    request_max_body_size=UPLOAD_LIMIT,
)
async def enter(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    head = await agreements.head(request.user, Action.REGISTER_EXPENSE, ref)
    form = await web.read(request, ExpenseForm)
    form.line.choices = [(str(line.line), "") for line in await queries.standings(head.id)]
    form.budget_line.choices = [(str(line.id), "") for line in await queries.budget(head.id)]

    def verb() -> Any:
        return actions.enter(
            request.user,
            ref,
            line=web.uuid_or_missing(form.line.data),
            budget_line=web.uuid_or_missing(form.budget_line.data),
            amount=form.amount.data,
            spent_on=form.spent_on.data,
            note=form.note.data,
            voucher=form.voucher.data,
            invoice=form.invoice.data,
            receipt=form.receipt.data,
        )

    return await web.act(request, form, verb=verb, again=lambda: _page(request, ref, form))


@post("/my/projects/{ref:str}/expenses/{expense:str}/voucher", name="expenses.vouch", action=Action.REGISTER_EXPENSE)
async def vouch(request: AnyRequest, ref: FromPath[str], expense: FromPath[str]) -> Response[Any]:
    form = await web.read(request, VoucherForm)
    ident = web.uuid_or_missing(expense)
    return await web.act(
        request,
        form,
        verb=lambda: actions.vouch(request.user, ref, ident, voucher=form.voucher.data),
        again=lambda: _page(request, ref, form, expense),
    )


routes = [listing, enter, vouch]
