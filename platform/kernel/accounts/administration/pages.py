"""The administrators' pages: people and what they hold. Units, the log and the jobs have their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response, Stream, Template

from kernel import limits, sheets, web
from kernel.access import Action, Role
from kernel.accounts import queries as accounts
from kernel.accounts.administration import actions, queries
from kernel.accounts.administration.queries import PersonFilter
from kernel.accounts.forms import Email, Mobile
from kernel.accounts.words import ACCOUNT_STATE, PEOPLE_COLUMNS, PEOPLE_LIST, UNIT_KIND

AnyRequest = Request[Any, Any, Any]
SIZE = 50
ROLES = [(role.value, role.label) for role in Role]


class AccountForm(web.Form):
    username = web.Text(min=3, max=40)
    name = web.Text(max=60)
    mobile = Mobile(required=False)
    email = Email(required=False)


class GrantForm(web.Form):
    role = web.Choice(ROLES)
    unit = web.Choice(required=False)
    until = web.Day(required=False)


class ContactForm(web.Form):
    mobile = Mobile(required=False)
    email = Email(required=False)


@get("/admin", name="admin.home", action=Action.VIEW_ADMINISTRATION)
async def home(request: AnyRequest) -> Redirect:
    """Each of the three starts where their work is."""
    return web.go("/admin/audit" if request.user.may(Action.READ_AUDIT) else "/admin/people")


def _wanted(request: AnyRequest) -> PersonFilter:
    params = request.query_params
    return PersonFilter(
        params.get("q", "").strip()[:60],
        params.get("role", "") if params.get("role") in set(Role) else "",
        params.get("state", "") if params.get("state") in ACCOUNT_STATE else "",
    )


@get("/admin/people", name="admin.people", action=Action.VIEW_ADMINISTRATION)
async def people(request: AnyRequest) -> Template:
    wanted, page = _wanted(request), web.page_number(request)
    return web.page(
        request,
        "kernel/accounts/administration/people.html",
        wanted=wanted,
        rows=await queries.people(wanted, page, SIZE),
        total=await queries.count_people(wanted),
        number=page,
        size=SIZE,
        roles=ROLES,
        states=list(ACCOUNT_STATE.items()),
    )


@get("/admin/people.xlsx", name="admin.export-people", action=Action.VIEW_ADMINISTRATION)
async def export(request: AnyRequest) -> Stream:
    found = queries.people(_wanted(request), 1, sheets.ALL)
    return await sheets.listing(request, PEOPLE_LIST, PEOPLE_COLUMNS, found)


@get("/admin/people/new", name="admin.new-person", action=Action.OPEN_ACCOUNT)
async def new_person(request: AnyRequest) -> Template:
    return await _new(request, AccountForm())


async def _new(request: AnyRequest, form: AccountForm) -> Template:
    return web.page(request, "kernel/accounts/administration/new.html", form=form)


@post("/admin/people/new", name="admin.open-account", action=Action.OPEN_ACCOUNT)
async def open_account(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, AccountForm)
    await limits.spend("invite", str(request.user.person), 200, 3600)

    async def verb() -> str:
        person = await actions.open_account(
            request.user, form.username.data, form.name.data, mobile=form.mobile.data or "", email=form.email.data or ""
        )
        return f"/admin/people/{person}"

    return await web.act(request, form, verb=verb, again=lambda: _new(request, form))


@get("/admin/people/{person:str}", name="admin.person", action=Action.VIEW_ADMINISTRATION)
async def person(request: AnyRequest, person: FromPath[str]) -> Template:
    return await _person(request, web.uuid_or_missing(person))


async def _person(
    request: AnyRequest, ident: UUID, grant: GrantForm | None = None, contact: ContactForm | None = None
) -> Template:
    shown = await queries.person(ident)
    grant_form = grant or GrantForm()
    if request.user.may(Action.GRANT_MEMBERSHIP):
        grant_form.unit.choices = await _unit_choices()
    return web.page(
        request,
        "kernel/accounts/administration/person.html",
        person=shown,
        memberships=await accounts.memberships(ident, also_ended=True),
        form=grant_form,
        posted=grant,
        contact=contact or ContactForm(),
        contact_posted=contact,
        is_self=ident == request.user.person,
    )


async def _unit_choices() -> list[tuple[str, str]]:
    return [(str(unit.id), f"{UNIT_KIND[unit.kind]} · {unit.name}") for unit in await queries.open_units()]


@post("/admin/people/{person:str}/grant", name="admin.grant", action=Action.GRANT_MEMBERSHIP)
async def grant(request: AnyRequest, person: FromPath[str]) -> Response[Any]:
    ident = web.uuid_or_missing(person)
    form = await web.read(request, GrantForm)
    form.unit.choices = await _unit_choices()
    return await web.act(
        request,
        form,
        verb=lambda: actions.grant_membership(
            request.user, ident, Role(form.role.data), UUID(form.unit.data) if form.unit.data else None, until=form.until.data
        ),
        again=lambda: _person(request, ident, grant=form),
        done=f"/admin/people/{ident}",
    )


@post("/admin/people/{person:str}/contact", name="admin.edit-contact", action=Action.OPEN_ACCOUNT)
async def edit_contact(request: AnyRequest, person: FromPath[str]) -> Response[Any]:
    ident = web.uuid_or_missing(person)
    form = await web.read(request, ContactForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.edit_person_contact(
            request.user, ident, form.row_version, form.mobile.data or "", form.email.data or ""
        ),
        again=lambda: _person(request, ident, contact=form),
        done=f"/admin/people/{ident}",
        said=Action.EDIT_ACCOUNT,
    )


async def _simply(request: AnyRequest, person: str, verb: Any) -> Response[Any]:
    """A button on a person's page."""
    ident = web.uuid_or_missing(person)
    form = await web.read(request, web.Form)
    return await web.act(
        request,
        form,
        verb=lambda: verb(request.user, ident),
        again=lambda: _refused(request, ident, form),
        done=f"/admin/people/{ident}",
    )


async def _refused(request: AnyRequest, ident: UUID, form: web.Form) -> Template:
    template = await _person(request, ident)
    template.context["refused"] = form.refused
    return template


@post("/admin/people/{person:str}/close", name="admin.close-account", action=Action.CLOSE_ACCOUNT)
async def close_account(request: AnyRequest, person: FromPath[str]) -> Response[Any]:
    return await _simply(request, person, actions.close_account)


@post("/admin/people/{person:str}/unlock", name="admin.unlock", action=Action.UNLOCK_ACCOUNT)
async def unlock(request: AnyRequest, person: FromPath[str]) -> Response[Any]:
    return await _simply(request, person, actions.unlock)


@post("/admin/people/{person:str}/drop-factor", name="admin.drop-factor", action=Action.UNLOCK_ACCOUNT)
async def drop_factor(request: AnyRequest, person: FromPath[str]) -> Response[Any]:
    return await _simply(request, person, actions.drop_factor)


@post("/admin/people/{person:str}/send-reset", name="admin.send-reset", action=Action.SEND_RESET)
async def send_reset(request: AnyRequest, person: FromPath[str]) -> Response[Any]:
    await limits.spend("reset-by-administrator", person, 5, 3600)
    return await _simply(request, person, actions.send_reset)


@post("/admin/memberships/{membership:str}/end", name="admin.end-membership", action=Action.END_MEMBERSHIP)
async def end_membership(request: AnyRequest, membership: FromPath[str]) -> Response[Any]:
    person = await actions.end_membership(request.user, web.uuid_or_missing(membership))
    return web.go(f"/admin/people/{person}", Action.END_MEMBERSHIP)


routes = [
    export,
    home,
    people,
    new_person,
    open_account,
    person,
    grant,
    edit_contact,
    close_account,
    unlock,
    drop_factor,
    send_reset,
    end_membership,
]
