"""The one check in front of every handler: who may ever do this, and did the form come from our own page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers.base import BaseRouteHandler

from kernel.access import Action, Actor
from kernel.accounts import csrf
from kernel.errors import Missing

SAFE = {"GET", "HEAD", "OPTIONS"}


class SignInFirst(Exception):  # noqa: N818 - an answer, not an error
    """Nobody is signed in. `url` is where to do that, and come back from."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Forged(HTTPException):
    """The form did not come from a page of this session."""

    status_code = 403


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Runs before the body is read. A handler that names no action does not exist: forgetting fails closed."""
    action = handler.opt.get("action")
    actor: Actor | None = connection.scope.get("user")
    if action is None:
        raise Missing
    if action is not Action.PUBLIC:
        if actor is None:
            raise SignInFirst(sign_in_url(connection))
        if not actor.may(action):
            raise Missing
        if connection.scope.get("must_change") and not handler.opt.get("while_must_change"):
            raise SignInFirst("/account/password")
    if method_of(connection) not in SAFE and handler.opt.get("csrf") is not False:
        await check_form(connection, actor)


async def check_form(connection: ASGIConnection[Any, Any, Any, Any], actor: Actor | None) -> None:
    """The token from the header or the form must be bound to this session (or to this visitor's own cookie)."""
    bound_to = str(actor.session) if actor else connection.cookies.get(csrf.VISITOR, "")
    given: Any = connection.headers.get(csrf.HEADER)
    if given is None and isinstance(connection, Request):
        given = (await connection.form()).get(csrf.FIELD, "")
    if not bound_to or not isinstance(given, str) or not csrf.is_good(given, bound_to):
        raise Forged


def sign_in_url(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The sign-in page that leads back to this page, or to the home page after a form."""
    path = connection.url.path
    safe = method_of(connection) in SAFE
    if safe and connection.url.query:
        path += f"?{connection.url.query}"
    return f"/login?next={quote(path if safe else '/', safe='')}"


def method_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return str(connection.scope.get("method", "GET"))
