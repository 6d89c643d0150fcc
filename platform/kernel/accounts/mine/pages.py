"""The pages of one's own account."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import limits, web
from kernel.access import Action, Actor
from kernel.accounts import factor, queries
from kernel.accounts.forms import Email, Mobile, NewPasswordForm, Secret
from kernel.accounts.mine import actions
from kernel.documents import qr
from kernel.forms.fields import plain
from kernel.letters import actions as letters
from kernel.letters import queries as letter_queries
from kernel.letters.words import SIGNATURE

AnyRequest = Request[Any, Any, Any]
SIZE = 30


class ContactForm(web.Form):
    mobile = Mobile(required=False)
    email = Email(required=False)
    current = Secret()


class ChangePasswordForm(NewPasswordForm):
    current = Secret()


class FactorForm(web.Form):
    offer = web.Text(max=400, required=False)
    code = web.Text(max=20)
    current = Secret()


class CurrentForm(web.Form):
    current = Secret()


def shell_of(actor: Actor) -> str:
    """The frame whose navigation this person is used to."""
    works = actor.may(Action.LIST_PROJECTS) or actor.may(Action.VIEW_ADMINISTRATION)
    return "_shell_work.html" if works else "_shell_my.html"


async def spend_guess(actor: Actor) -> None:
    """A stolen session must not become a way to try passwords."""
    await limits.spend("current-password", str(actor.person), 10, 900)


@get("/account", name="accounts.mine", action=Action.SIGNED_IN)
async def show(request: AnyRequest) -> Template:
    actor: Actor = request.user
    return web.page(
        request,
        "kernel/accounts/mine/show.html",
        shell=shell_of(actor),
        mine=await queries.mine(actor.person),
        memberships=await queries.memberships(actor.person),
        browsers=await queries.browsers(actor.person),
    )


@get("/account/contact", name="accounts.contact", action=Action.SIGNED_IN)
async def show_contact(request: AnyRequest) -> Template:
    return await _contact(request, ContactForm())


async def _contact(request: AnyRequest, form: ContactForm) -> Template:
    mine = await queries.mine(request.user.person)
    return web.page(request, "kernel/accounts/mine/contact.html", shell=shell_of(request.user), form=form, mine=mine)


@post("/account/contact", name="accounts.edit-contact", action=Action.SIGNED_IN)
async def edit_contact(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, ContactForm)
    await spend_guess(request.user)
    return await web.act(
        request,
        form,
        verb=lambda: actions.edit_contact(
            request.user, form.row_version, form.current.data, form.mobile.data or "", form.email.data or ""
        ),
        again=lambda: _contact(request, form),
        done="/account",
        said=Action.EDIT_ACCOUNT,
    )


# ── password ──


@get("/account/password", name="accounts.password", action=Action.SIGNED_IN, while_must_change=True)
async def show_password(request: AnyRequest) -> Template:
    return await _password(request, ChangePasswordForm())


async def _password(request: AnyRequest, form: ChangePasswordForm) -> Template:
    must = bool(request.scope.get("must_change"))
    return web.page(request, "kernel/accounts/mine/password.html", form=form, must=must)


@post("/account/password", name="accounts.change-password", action=Action.SIGNED_IN, while_must_change=True)
async def change_password(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, ChangePasswordForm)
    await spend_guess(request.user)

    async def verb() -> None:
        form.check_same()
        await actions.change_password(request.user, form.current.data, form.password.data)

    done = "/home" if request.scope.get("must_change") else "/account"
    return await web.act(request, form, verb=verb, again=lambda: _password(request, form), done=done, said=Action.CHANGE_PASSWORD)


# ── second factor ──


@get("/account/factor", name="accounts.factor", action=Action.SIGNED_IN)
async def show_factor(request: AnyRequest) -> Template:
    return await _factor(request, FactorForm(data={"offer": actions.offer_factor(request.user)}))


async def _factor(request: AnyRequest, form: FactorForm | CurrentForm) -> Template:
    mine = await queries.mine(request.user.person)
    secret, path, size = "", "", 0
    if isinstance(form, FactorForm):
        secret = actions.offered(request.user, form.offer.data or "")
        path, size = qr.path(factor.address(secret, mine.username, SIGNATURE))
    return web.page(request, "kernel/accounts/mine/factor.html", form=form, mine=mine, secret=secret, path=path, size=size)


@post("/account/factor", name="accounts.turn-factor-on", action=Action.SIGNED_IN)
async def turn_factor_on(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, FactorForm)
    actions.offered(request.user, form.offer.data or "")
    await spend_guess(request.user)
    return await web.act(
        request,
        form,
        verb=lambda: actions.turn_factor_on(request.user, form.current.data, form.offer.data, plain(form.code.data)),
        again=lambda: _factor(request, form),
        done="/account",
        said=Action.CHANGE_FACTOR,
    )


@post("/account/factor/off", name="accounts.turn-factor-off", action=Action.SIGNED_IN)
async def turn_factor_off(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, CurrentForm)
    await spend_guess(request.user)
    return await web.act(
        request,
        form,
        verb=lambda: actions.turn_factor_off(request.user, form.current.data),
        again=lambda: _factor(request, form),
        done="/account",
        said=Action.CHANGE_FACTOR,
    )


# ── sessions ──


@post("/account/sessions/{session:str}/end", name="accounts.end-session", action=Action.SIGNED_IN)
async def end_session(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    await actions.end_session(request.user, web.uuid_or_missing(session))
    return web.go("/account", Action.END_SESSION)


@post("/account/sessions/end-others", name="accounts.end-other-sessions", action=Action.SIGNED_IN)
async def end_other_sessions(request: AnyRequest) -> Response[Any]:
    await actions.end_other_sessions(request.user)
    return web.go("/account", Action.END_SESSION)


# ── letters ──


@get("/account/messages", name="accounts.messages", action=Action.SIGNED_IN)
async def messages(request: AnyRequest) -> Template:
    actor: Actor = request.user
    unread = request.query_params.get("only") == "unread"
    page = web.page_number(request)
    return web.page(
        request,
        "kernel/accounts/mine/messages.html",
        shell=shell_of(actor),
        lines=await letter_queries.letters_of(actor.person, unread=unread, page=page, size=SIZE),
        total=await letter_queries.count(actor.person, unread=unread),
        only_unread=unread,
        number=page,
        size=SIZE,
    )


@post("/account/messages/{letter:str}", name="accounts.read-message", action=Action.SIGNED_IN)
async def read_message(request: AnyRequest, letter: FromPath[str]) -> Response[Any]:
    return web.go(await letters.mark_read(request.user.person, web.uuid_or_missing(letter)))


@post("/account/messages/read", name="accounts.read-messages", action=Action.SIGNED_IN)
async def read_messages(request: AnyRequest) -> Response[Any]:
    await letters.mark_all_read(request.user.person)
    return web.go("/account/messages")


routes = [
    show,
    show_contact,
    edit_contact,
    show_password,
    change_password,
    show_factor,
    turn_factor_on,
    turn_factor_off,
    end_session,
    end_other_sessions,
    messages,
    read_message,
    read_messages,
]
