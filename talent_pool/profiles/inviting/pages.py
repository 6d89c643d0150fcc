"""Inviting at a department, and the application page behind the link, for people without an account."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template
from wtforms import FieldList, FormField
from wtforms import Form as WTForm

from kernel import limits, sheets, web
from kernel.access import Action
from kernel.accounts.forms import Mobile
from kernel.errors import Refused
from kernel.files.rules import BODY_LIMIT
from talent_pool.profiles import links, queries
from talent_pool.profiles.forms import SaidForm, filled, words
from talent_pool.profiles.inviting import actions
from talent_pool.profiles.inviting import queries as invitations
from talent_pool.profiles.inviting.words import COLUMNS, LIST
from talent_pool.profiles.keeping import Work
from talent_pool.profiles.kinds import Category, LinkKind, Part, WorkKind

AnyRequest = Request[Any, Any, Any]
HOUR, DAY = 3600, 86400
LINES = 2


class InviteForm(web.Form):
    name = web.Text(max=60)
    mobile = Mobile()
    employer_name = web.Text(max=120)
    category = web.Choice(words(Category))
    recommendation = web.Text(max=500)

    def invited(self) -> actions.Invited:
        return actions.Invited(
            self.name.data,
            self.mobile.data,
            self.employer_name.data,
            Category(self.category.data),
            self.recommendation.data,
        )


@get("/w/experts/invitations", name="experts.invitations", action=Action.INVITE_EXPERT)
async def listing(request: AnyRequest) -> Template:
    return await _listing(request, web.page_number(request))


async def _listing(request: AnyRequest, page: int = 1) -> Template:
    return web.page(
        request,
        "talent_pool/profiles/inviting/list.html",
        rows=await invitations.invitations(request.user, page),
        total=await invitations.count(request.user),
        page=page,
        size=invitations.PAGE,
        may_view=request.user.may(Action.VIEW_EXPERTS),
        refused="",
    )


@get("/w/experts/invitations.xlsx", name="experts.export-invitations", action=Action.INVITE_EXPERT)
async def export(request: AnyRequest) -> Stream:
    found = invitations.invitations(request.user, size=sheets.ALL)
    return await sheets.listing(request, LIST, COLUMNS, found)


@get("/w/experts/invite", name="experts.new-invitation", action=Action.INVITE_EXPERT)
async def new(request: AnyRequest) -> Template:
    return await _new(request, InviteForm())


async def _new(request: AnyRequest, form: InviteForm) -> Template:
    return web.page(request, "talent_pool/profiles/inviting/new.html", form=form)


@post("/w/experts/invite", name="experts.invite", action=Action.INVITE_EXPERT)
async def invite(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, InviteForm)
    # Trying numbers would tell which of them the platform knows.
    await limits.spend("expert-invite", str(request.user.person), 60, HOUR)

    async def verb() -> str:
        await actions.invite_expert(request.user, form.invited())
        return "/w/experts/invitations"

    return await web.act(request, form, verb=verb, again=lambda: _new(request, form))


@post("/w/experts/{expert:str}/invite", name="experts.invite-again", action=Action.INVITE_EXPERT)
async def invite_again(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    found = await queries.profile(request.user, web.uuid_or_missing(expert), Action.INVITE_EXPERT)
    form = await web.read(request, web.Form)
    await limits.spend("expert-link", str(found.id), 5, DAY)

    async def again() -> Template:
        template = await _listing(request)
        template.context["refused"] = form.refused
        return template

    return await web.act(
        request,
        form,
        verb=lambda: actions.send_again(request.user, found.id),
        done="/w/experts/invitations",
        again=again,
    )


# ── the application ──


class WorkLineForm(WTForm):  # type: ignore[misc]
    kind = web.Choice(words(WorkKind), required=False)
    title = web.Text(max=200, required=False)
    year = web.Whole(min=1950, max=2100, required=False)


class ApplyForm(SaidForm):
    works = FieldList(FormField(WorkLineForm), min_entries=LINES, max_entries=20)
    add = web.Text(required=False, max=20)
    shown = web.Choices(words(Part))
    consent = web.Upload(required=False)
    consent_until = web.Day(required=False)
    promise = web.Tick(required=True)

    def listed(self) -> list[Work]:
        """Lines with a title; a kind that was not chosen is practice, the most common."""
        typed = [entry.form for entry in self.works.entries]
        return [
            Work(WorkKind(line.kind.data or "practice"), line.title.data, line.year.data) for line in typed if line.title.data
        ]

    def paper(self) -> actions.Consent | None:
        return actions.Consent(self.consent.data, None, self.consent_until.data) if self.consent.data else None


@get("/experts/apply/{token:str}", name="experts.application", action=Action.PUBLIC)
async def application(request: AnyRequest, token: FromPath[str]) -> Template:
    return await _application(request, token)


async def _application(request: AnyRequest, token: str, form: ApplyForm | None = None) -> Template:
    await limits.spend("link", limits.address_of(request), 60, 900)
    try:
        holder = await links.holder(LinkKind.APPLY, token)
    except Refused as no:
        return web.page(request, "talent_pool/profiles/inviting/over.html", status=422, refused=str(no))
    found = await queries.by_id(holder.expert)
    return web.page(
        request,
        "talent_pool/profiles/inviting/apply.html",
        form=form or ApplyForm(data={**filled(found), "shown": list(found.shown)}),
        expert=found,
        address=request.url.path,
    )


@post(
    "/experts/apply/{token:str}",
    name="experts.apply",
    action=Action.PUBLIC,
    request_max_body_size=BODY_LIMIT,
)
async def apply(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ApplyForm)
    if form.add.data and len(form.works.entries) < 20:
        form.works.append_entry()
        template = await _application(request, token, form)
        return template
    return await web.act(
        request,
        form,
        verb=lambda: actions.apply(
            token, form.said(), works=form.listed(), shown=[Part(part) for part in form.shown.data or ()], consent=form.paper()
        ),
        done="/experts/applied",
        again=lambda: _application(request, token, form),
        said=Action.APPLY_AS_EXPERT,
    )


@get("/experts/applied", name="experts.applied", action=Action.PUBLIC)
async def applied(request: AnyRequest) -> Template:
    return web.page(request, "talent_pool/profiles/inviting/applied.html")


routes = [listing, export, new, invite, invite_again, application, apply, applied]
