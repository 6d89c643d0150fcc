"""HTTP of invitations: the office's buttons, the expert's own pages, and the link that needs no sign-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import limits, web
from kernel.access import Action
from kernel.errors import Refused
from talent_pool.consultations import queries, showing
from talent_pool.consultations.fees import queries as fees
from talent_pool.consultations.forms import (
    AREA_NAMES,
    COUNTY_NAMES,
    AcceptForm,
    DeclineForm,
    DraftForm,
    FeedbackForm,
    InviteForm,
    ReasonForm,
    apart,
)
from talent_pool.consultations.inviting import actions, links
from talent_pool.consultations.inviting.queries import Opened, opened
from talent_pool.consultations.kinds import duration_label
from talent_pool.profiles import fields

AnyRequest = Request[Any, Any, Any]
QUARTER = 900


@post("/w/consultations/{code:str}/invite", name="consultations.invite", action=Action.INVITE_CONSULTANT)
async def invite(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    await queries.show(request.user, Action.INVITE_CONSULTANT, code)
    form = await web.read(request, InviteForm)
    form.experts.choices = [(ident, "") for ident in form.experts.data or ()]
    return await web.act(
        request,
        form,
        verb=lambda: actions.invite(request.user, code, form.chosen(), version=form.row_version),
        again=lambda: showing.show(request, code, form, "invite"),
        done=f"/w/consultations/{code}",
    )


@post(
    "/w/consultations/{code:str}/invitations/{invitation:str}/withdraw",
    name="consultations.withdraw",
    action=Action.WITHDRAW_INVITATION,
)
async def withdraw(request: AnyRequest, code: FromPath[str], invitation: FromPath[str]) -> Response[Any]:
    await queries.show(request.user, Action.WITHDRAW_INVITATION, code)
    ident, form = web.uuid_or_missing(invitation), await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.withdraw(request.user, code, ident, reason=form.reason.data or "", version=form.row_version),
        again=lambda: showing.show(request, code, form, "withdraw"),
        done=f"/w/consultations/{code}",
    )


@get("/r/consultations", name="invitations", action=Action.LIST_INVITATIONS)
async def mine(request: AnyRequest) -> Template:
    found = await queries.of_expert(request.user.person)
    return web.page(
        request,
        "talent_pool/consultations/inviting/mine.html",
        rows=found,
        tones=showing.INVITATION_TONES,
        minutes=sum(row.duration or 0 for row in found),
        open=sum(row.is_open for row in found),
        held=sum(row.duration is not None for row in found),
        duration=duration_label,
    )


@get("/r/consultations/{invitation:str}", name="invitations.show", action=Action.LIST_INVITATIONS)
async def show(request: AnyRequest, invitation: FromPath[str]) -> Template:
    return await show_invitation(request, web.uuid_or_missing(invitation))


async def show_invitation(request: AnyRequest, invitation: UUID, sent: Any = None, posted: str = "") -> Template:
    row = await opened(invitation, request.user.person)
    forms: dict[str, web.Form] = {
        "accept": AcceptForm(),
        "decline": DeclineForm(),
        "draft": DraftForm(draft=row.draft),
        "feedback": FeedbackForm(helped=row.helped, text=row.feedback),
        **({posted: sent} if posted else {}),
    }
    return web.page(
        request,
        "talent_pool/consultations/inviting/show.html",
        **await _shown(row),
        advice=await queries.advice(row.consultation) if row.has_come else [],
        minutes_papers=await showing.papers(row.consultation, "minutes") if row.has_come else [],
        fee=next((f for f in await fees.payable(row.consultation) if f.invitation == row.id and f.confirmer), None)
        if row.has_come
        else None,
        forms=apart(forms),
        form=sent,
        posted=posted,
        at=f"/r/consultations/{row.id}",
    )


async def _shown(row: Opened) -> dict[str, Any]:
    return {
        "row": row,
        "tone": showing.INVITATION_TONES[row.state],
        "area_name": AREA_NAMES.get(row.area, row.area),
        "county_name": COUNTY_NAMES.get(row.county, ""),
        "field_names": fields.words_of(row.fields),
        "need_papers": await showing.papers(row.consultation, "need"),
        "duration": duration_label,
    }


@post("/r/consultations/{invitation:str}/accept", name="invitations.accept", action=Action.ACCEPT_INVITATION)
async def accept(request: AnyRequest, invitation: FromPath[str]) -> Response[Any]:
    row = await opened(web.uuid_or_missing(invitation), request.user.person)
    form = await web.read(request, AcceptForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.accept(request.user, row.id),
        again=lambda: show_invitation(request, row.id, form, "accept"),
    )


@post("/r/consultations/{invitation:str}/decline", name="invitations.decline", action=Action.DECLINE_INVITATION)
async def decline(request: AnyRequest, invitation: FromPath[str]) -> Response[Any]:
    row = await opened(web.uuid_or_missing(invitation), request.user.person)
    form = await web.read(request, DeclineForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.decline(request.user, row.id, form.reason.data or ""),
        again=lambda: show_invitation(request, row.id, form, "decline"),
    )


@get("/consult/{token:str}", name="invitations.link", action=Action.PUBLIC)
async def link(request: AnyRequest, token: FromPath[str]) -> Template:
    """Looking changes nothing: scanners of mail and previews of messengers open links, too."""
    await limits.spend("link", limits.address_of(request), 60, QUARTER)
    return await _link(request, token)


async def _link(request: AnyRequest, token: str, sent: Any = None, posted: str = "") -> Template:
    template, at = "talent_pool/consultations/inviting/link.html", f"/consult/{token}"
    try:
        holder = await links.holder(token)
    except Refused as no:
        return web.page(request, template, status=422, row=None, holder=None, refused=str(no), at=at)
    row = await opened(holder.invitation, holder.person)
    forms = apart({"accept": AcceptForm(), "decline": DeclineForm(), **({posted: sent} if posted else {})})
    return web.page(
        request, template, **await _shown(row), holder=holder, refused="", forms=forms, form=sent, posted=posted, at=at
    )


@post("/consult/{token:str}/accept", name="invitations.link-accept", action=Action.PUBLIC)
async def link_accept(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    form = await web.read(request, AcceptForm)

    async def verb() -> None:
        holder = await links.holder(token)
        await actions.accept(holder.actor(), holder.invitation, by_link=True)

    return await _answered(request, token, form, "accept", verb, Action.ACCEPT_INVITATION)


@post("/consult/{token:str}/decline", name="invitations.link-decline", action=Action.PUBLIC)
async def link_decline(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    form = await web.read(request, DeclineForm)

    async def verb() -> None:
        holder = await links.holder(token)
        await actions.decline(holder.actor(), holder.invitation, form.reason.data or "", by_link=True)

    return await _answered(request, token, form, "decline", verb, Action.DECLINE_INVITATION)


async def _answered(request: AnyRequest, token: str, form: web.Form, posted: str, verb: Any, said: Action) -> Response[Any]:
    await limits.spend("link", limits.address_of(request), 60, QUARTER)
    return await web.act(
        request,
        form,
        verb=verb,
        again=lambda: _link(request, token, form, posted),
        done=f"/consult/answered?as={posted}",
        said=said,
    )


@get("/consult/answered", name="invitations.answered", action=Action.PUBLIC)
async def answered(request: AnyRequest) -> Template:
    accepted = request.query_params.get("as", "") == "accept"
    return web.page(request, "talent_pool/consultations/inviting/answered.html", accepted=accepted)


routes = [invite, withdraw, mine, show, accept, decline, link, link_accept, link_decline, answered]
