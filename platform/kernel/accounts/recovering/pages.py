"""The pages behind invitation and reset links, and the one that asks for a reset."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import limits, web
from kernel.access import Action
from kernel.accounts import links
from kernel.accounts.forms import NewPasswordForm
from kernel.accounts.signing_in import actions
from kernel.accounts.signing_in.pages import NameForm
from kernel.errors import Refused
from kernel.forms.fields import plain

AnyRequest = Request[Any, Any, Any]
QUARTER = 900


@get("/reset", name="accounts.show-reset", action=Action.PUBLIC)
async def show_reset(request: AnyRequest) -> Template:
    sent = bool(request.query_params.get("sent"))
    return web.page(request, "kernel/accounts/recovering/ask.html", form=NameForm(), sent=sent)


@post("/reset", name="accounts.ask-reset", action=Action.PUBLIC)
async def ask_reset(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, NameForm)
    if not form.validate():
        return web.page(request, "kernel/accounts/recovering/ask.html", status=422, form=form, sent=False)
    await limits.spend("reset-address", limits.address_of(request), 30, 3600)
    await limits.spend("reset-name", plain(form.username.data).lower(), 3, 3600)
    await actions.ask_reset(form.username.data)
    return web.go("/reset?sent=1")


async def _link(request: AnyRequest, kind: str, token: str, form: NewPasswordForm) -> Template:
    await limits.spend("link", limits.address_of(request), 60, QUARTER)
    holder, refused = None, ""
    try:
        holder = await links.holder(kind, token)
    except Refused as no:
        refused = str(no)
    return web.page(
        request,
        "kernel/accounts/recovering/link.html",
        status=200 if holder else 422,
        form=form,
        holder=holder,
        refused=refused,
        kind=kind,
        address=request.url.path,
    )


async def _use_link(request: AnyRequest, kind: str, token: str) -> Response[Any]:
    form = await web.read(request, NewPasswordForm)

    async def verb() -> None:
        form.check_same()
        await actions.set_password(kind, token, form.password.data)

    return await web.act(
        request, form, verb=verb, again=lambda: _link(request, kind, token, form), done="/login", said=Action.CHANGE_PASSWORD
    )


@get("/invite/{token:str}", name="accounts.invite", action=Action.PUBLIC)
async def show_invite(request: AnyRequest, token: FromPath[str]) -> Template:
    return await _link(request, "invite", token, NewPasswordForm())


@post("/invite/{token:str}", name="accounts.accept-invite", action=Action.PUBLIC)
async def accept_invite(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    return await _use_link(request, "invite", token)


@get("/reset/{token:str}", name="accounts.reset", action=Action.PUBLIC)
async def show_reset_link(request: AnyRequest, token: FromPath[str]) -> Template:
    return await _link(request, "reset", token, NewPasswordForm())


@post("/reset/{token:str}", name="accounts.use-reset", action=Action.PUBLIC)
async def use_reset_link(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    return await _use_link(request, "reset", token)


routes = [show_reset, ask_reset, show_invite, accept_invite, show_reset_link, use_reset_link]
