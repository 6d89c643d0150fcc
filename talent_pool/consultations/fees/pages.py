"""HTTP of fees: the lines of one consultation, and the sheet of a year. No ID or card numbers."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from kernel import audit, sheets, web
from kernel.access import Action
from kernel.errors import Missing
from talent_pool.consultations import queries as consultations
from talent_pool.consultations import words
from talent_pool.consultations.fees import actions, queries, rules
from talent_pool.consultations.forms import FeeForm, Nothing, apart, year_of
from talent_pool.consultations.kinds import duration_label
from talent_pool.life import ConsultationState

AnyRequest = Request[Any, Any, Any]
PAID_FOR = {ConsultationState.HELD, ConsultationState.FINISHED}


@get("/w/consultations/{code:str}/fees", name="consultations.fees", action=Action.VIEW_FEES)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _show(request, code)


async def _show(request: AnyRequest, code: str, sent: Any = None, posted: str = "") -> Template:
    row = await consultations.show(request.user, Action.VIEW_FEES, code)
    if row.state not in PAID_FOR or row.duration is None:
        raise Missing
    lines = await queries.payable(row.id)
    reasons = {
        line.invitation: rules.unpaid(host_staff=line.host_staff, civil_servant=line.civil_servant, approved=line.fee_approved)
        for line in lines
    }
    forms: dict[str, web.Form] = {
        str(line.invitation): FeeForm(gross=_suggested(line, row.duration, bool(reasons[line.invitation])), note=line.note)
        for line in lines
    }
    if posted in forms:
        forms[posted] = sent
    return web.page(
        request,
        "talent_pool/consultations/fees/show.html",
        row=row,
        lines=lines,
        reasons=reasons,
        forms=apart(forms),
        form=sent,
        posted=posted,
        duration=duration_label(row.duration),
        length=rules.length(row.duration),
        cap=rules.CAPS[rules.length(row.duration)],
        may_enter=request.user.may(Action.ENTER_FEE),
        may_confirm=request.user.may(Action.CONFIRM_FEE),
        me=request.user.person,
    )


def _suggested(line: queries.Payable, minutes: int, nothing: bool) -> int:
    if line.gross is not None:
        return line.gross
    return 0 if nothing else rules.usual(minutes, line.fee_class)


@post("/w/consultations/{code:str}/fees/{invitation:str}", name="consultations.enter-fee", action=Action.ENTER_FEE)
async def enter(request: AnyRequest, code: FromPath[str], invitation: FromPath[str]) -> Response[Any]:
    await consultations.show(request.user, Action.ENTER_FEE, code)
    ident, form = web.uuid_or_missing(invitation), await web.read(request, FeeForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.enter(request.user, code, ident, form.gross.data, form.note.data or "", version=form.row_version),
        again=lambda: _show(request, code, form, str(ident)),
        done=f"/w/consultations/{code}/fees",
    )


@post("/w/consultations/{code:str}/fees/{fee:str}/confirm", name="consultations.confirm-fee", action=Action.CONFIRM_FEE)
async def confirm(request: AnyRequest, code: FromPath[str], fee: FromPath[str]) -> Response[Any]:
    await consultations.show(request.user, Action.CONFIRM_FEE, code)
    ident, form = web.uuid_or_missing(fee), await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.confirm(request.user, code, ident, version=form.row_version),
        again=lambda: _show(request, code, form, "confirm"),
        done=f"/w/consultations/{code}/fees",
    )


@get("/w/consultations/fees.xlsx", name="consultations.fee-sheet", action=Action.VIEW_FEES)
async def sheet(request: AnyRequest) -> Stream:
    """Confirmed lines of a year, this one unless told otherwise."""
    year = year_of(request)
    await audit.record_read(request.user, Action.VIEW_FEES, ("consultation_fee", None), year=year)
    lines = [_line(paid) for paid in await queries.paid(request.user, year)]
    kinds = {"held_on": sheets.Kind.DATE, "hours": sheets.Kind.NUMBER}
    kinds |= dict.fromkeys(("gross", "tax", "net"), sheets.Kind.MONEY)
    columns = [sheets.Column(key, title, kinds.get(key, sheets.Kind.TEXT)) for key, title in words.FEE_HEADS.items()]
    return await sheets.download(f"{words.FEES} {year}", columns, lines)


def _line(paid: queries.Paid) -> dict[str, Any]:
    return {
        **{name: getattr(paid, name) for name in paid.__struct_fields__},
        "fee_class": paid.fee_class.label,
        "hours": paid.duration / 60,
        "why": paid.unpaid.label if paid.unpaid else "",
    }


routes = [show, enter, confirm, sheet]
