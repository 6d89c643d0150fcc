"""The pages of getting in and out."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect, Response, Template

from kernel import limits, settings, web
from kernel.access import Action, Role
from kernel.accounts import demo, queries, rules, sessions
from kernel.accounts.forms import Secret
from kernel.accounts.signing_in import actions
from kernel.accounts.signing_in.actions import Entered, Half
from kernel.errors import Refused
from kernel.forms.fields import plain

AnyRequest = Request[Any, Any, Any]
HALF = "half"
QUARTER = 900


class SignInForm(web.Form):
    username = web.Text(max=60)
    password = Secret()
    next = web.Text(max=300, required=False)


class DigitsForm(web.Form):
    code = web.Text(max=20)
    next = web.Text(max=300, required=False)


class NameForm(web.Form):
    username = web.Text(max=60)
    next = web.Text(max=300, required=False)


def _device(request: AnyRequest) -> str:
    return rules.device_of(request.headers.get("user-agent", ""))


def _old(request: AnyRequest) -> Any:
    actor = web.actor_of(request)
    return actor.session if actor else None


def _with(url: str, going: str) -> str:
    return f"{url}?{urlencode({'next': going})}" if going else url


def _half_cookie(token: str) -> Cookie:
    age = int(actions.HALF_WAY.total_seconds()) if token else 0
    return Cookie(HALF, value=token, path="/login", httponly=True, samesite="lax", secure=settings.get().secure, max_age=age)


def _on(answer: Entered | Half, going: str) -> Response[Any]:
    """Into the platform with a new cookie, or to the second factor."""
    going = rules.local_path(going)
    if isinstance(answer, Half):
        response = web.go(_with("/login/factor", going))
        response.set_cookie(_half_cookie(answer.token))
        return response
    response = web.go(going or "/home")
    response.set_cookie(
        Cookie(
            sessions.COOKIE,
            value=answer.token,
            path="/",
            httponly=True,
            samesite="lax",
            secure=settings.get().secure,
            max_age=answer.seconds,
        )
    )
    response.set_cookie(_half_cookie(""))
    return response


# ── password ──


@get("/login", name="accounts.login", action=Action.PUBLIC)
async def show_login(request: AnyRequest) -> Response[Any]:
    going = rules.local_path(request.query_params.get("next"))
    if web.actor_of(request) is not None:
        return web.go(going or "/home")
    form = SignInForm(data={"next": going, "username": rules.username_or_nothing(request.query_params.get("as"))})
    return await _login(request, form)


async def _login(request: AnyRequest, form: SignInForm, status: int = 200) -> Template:
    groups: list[tuple[str, list[queries.DemoRow]]] = []
    if settings.get().demo:
        found = sorted(await queries.demo_accounts(), key=lambda row: list(Role).index(row.role))
        groups = [(role.label, list(members)) for role, members in groupby(found, key=lambda row: row.role)]
    return web.page(
        request,
        "kernel/accounts/signing_in/login.html",
        status=status,
        form=form,
        going=rules.local_path(form.next.data),
        groups=groups,
        demo_password=demo.PASSWORD,
    )


@post("/login", name="accounts.sign-in", action=Action.PUBLIC)
async def sign_in(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, SignInForm)
    if not form.validate():
        return await _login(request, form, 422)
    name, address = plain(form.username.data).lower(), limits.address_of(request)
    # An office of hundreds shares one address, so that limit is wide; a name has few owners.
    await limits.spend("login-address", address, 300, QUARTER)
    await limits.spend("login-name", name, 20, QUARTER)
    try:
        answer = await actions.sign_in(form.username.data, form.password.data, device=_device(request), old=_old(request))
    except Refused as no:
        form.refuse(no)
        return await _login(request, form, 422)
    await limits.give_back("login-address", address)
    await limits.give_back("login-name", name)
    return _on(answer, form.next.data)


# ── second factor ──


def _factor(request: AnyRequest, form: DigitsForm, status: int = 200) -> Template:
    return web.page(request, "kernel/accounts/signing_in/factor.html", status=status, form=form)


@get("/login/factor", name="accounts.show-factor", action=Action.PUBLIC)
async def show_factor(request: AnyRequest) -> Response[Any]:
    if not request.cookies.get(HALF):
        return web.go("/login")
    return _factor(request, DigitsForm(data={"next": rules.local_path(request.query_params.get("next"))}))


@post("/login/factor", name="accounts.enter-factor", action=Action.PUBLIC)
async def enter_factor(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, DigitsForm)
    if not form.validate():
        return _factor(request, form, 422)
    half = request.cookies.get(HALF, "")
    await limits.spend("factor", limits.address_of(request), 60, QUARTER)
    try:
        answer = await actions.enter_factor(half, plain(form.code.data), device=_device(request), old=_old(request))
    except Refused as no:
        form.refuse(no)
        return _factor(request, form, 422)
    return _on(answer, form.next.data)


# ── one-time code ──


def _code(request: AnyRequest, form: NameForm | DigitsForm, status: int = 200) -> Template:
    sent = isinstance(form, DigitsForm)
    return web.page(request, "kernel/accounts/signing_in/code.html", status=status, form=form, sent=sent)


@get("/login/code", name="accounts.show-code", action=Action.PUBLIC)
async def show_code(request: AnyRequest) -> Response[Any]:
    going = rules.local_path(request.query_params.get("next"))
    if request.query_params.get("sent") and request.cookies.get(HALF):
        return _code(request, DigitsForm(data={"next": going}))
    return _code(request, NameForm(data={"next": going}))


@post("/login/code", name="accounts.ask-code", action=Action.PUBLIC)
async def ask_code(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, NameForm)
    if not form.validate():
        return _code(request, form, 422)
    name = plain(form.username.data).lower()
    await limits.spend("code-address", limits.address_of(request), 60, 3600)
    await limits.spend("code-minute", name, 1, 60)
    await limits.spend("code-day", name, 10, 86400)
    token = await actions.ask_code(form.username.data)
    query = {"sent": "1", "next": rules.local_path(form.next.data)}
    response = web.go(f"/login/code?{urlencode({key: value for key, value in query.items() if value})}")
    response.set_cookie(_half_cookie(token))
    return response


@post("/login/code/enter", name="accounts.enter-code", action=Action.PUBLIC)
async def enter_code(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, DigitsForm)
    if not form.validate():
        return _code(request, form, 422)
    await limits.spend("code-try", limits.address_of(request), 60, QUARTER)
    try:
        half = request.cookies.get(HALF, "")
        answer = await actions.enter_code(half, plain(form.code.data), device=_device(request), old=_old(request))
    except Refused as no:
        form.refuse(no)
        return _code(request, form, 422)
    return _on(answer, form.next.data)


# ── out, and how pages look ──


@post("/logout", name="accounts.sign-out", action=Action.SIGNED_IN, while_must_change=True)
async def sign_out(request: AnyRequest) -> Redirect:
    await actions.sign_out(request.user)
    response = web.go("/login")
    response.delete_cookie(sessions.COOKIE, path="/")
    return response


LOOKS = {"size": ("normal", "large", "xlarge"), "theme": ("light", "dark")}


@get("/preferences", name="accounts.preferences", action=Action.PUBLIC, while_must_change=True)
async def preferences(request: AnyRequest) -> Redirect:
    """Keep how pages look in this browser, and go back."""
    response = web.go(rules.local_path(request.query_params.get("next")) or "/")
    for name, allowed in LOOKS.items():
        value = request.query_params.get(name)
        if value in allowed:
            # Readable by our script, which changes the look in place and writes the same cookie.
            cookie = Cookie(key=name, value=value, path="/", samesite="lax", secure=settings.get().secure, max_age=365 * 86400)
            response.set_cookie(cookie)
    return response


routes = [
    show_login,
    sign_in,
    show_factor,
    enter_factor,
    show_code,
    ask_code,
    enter_code,
    sign_out,
    preferences,
]
