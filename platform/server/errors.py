"""Refusals and mishaps as pages: a kind Chinese sentence, never a traceback, never a hint of what exists."""

from __future__ import annotations

import json
import logging
from typing import Any

import asyncpg
from litestar import Request
from litestar.exceptions import HTTPException, InternalServerException
from litestar.response import Redirect, Response, Template

from kernel import web
from kernel.errors import Missing, Refused, Stale
from kernel.outage import AWAY
from server.guard import SAFE, SignInFirst, sign_in_url

AnyRequest = Request[Any, Any, Any]
PRIVATE = ("/my", "/w", "/r", "/s", "/h", "/admin", "/account")
GONE = "client disconnected"
log = logging.getLogger("mianshe.web")


def _plain(request: AnyRequest, code: str, status: int, message: str = "") -> Response[Any]:
    """API callers get JSON, people a page."""
    if request.url.path.startswith("/api/"):
        body = json.dumps({"error": code, "message": message}, ensure_ascii=False)
        return Response(body, status_code=status, media_type="application/json")
    page: Template = web.page(request, "errors/page.html", status=status, code=code, message=message)
    return page


def refused(request: AnyRequest, no: Refused) -> Response[Any]:
    return _plain(request, str(no.reason), 409 if isinstance(no, Stale) else 422, str(no))


def missing(request: AnyRequest, error: Exception) -> Response[Any]:
    """404, the same for what is not there and what is not theirs; unknown private addresses ask to sign in first."""
    if request.scope.get("unavailable"):
        return unavailable(request, error)
    private = any(request.url.path == p or request.url.path.startswith(f"{p}/") for p in PRIVATE)
    if private and request.scope.get("user") is None and request.scope["method"] in SAFE:
        return Redirect(sign_in_url(request), status_code=303)
    return _plain(request, "missing", 404)


def sign_in_first(request: AnyRequest, answer: SignInFirst) -> Response[Any]:
    if request.scope.get("unavailable"):
        return unavailable(request, answer)
    return Redirect(answer.url, status_code=303)


def http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.status_code in {404, 405}:
        return missing(request, error)
    if isinstance(error, InternalServerException):
        # Litestar says this of a body whose sender went away in its middle. It is not our mishap.
        return bad_value(request, error) if error.detail.startswith(GONE) else mishap(request, error)
    codes = {400: "bad-request", 403: "forged", 413: "too-large", 429: "too-many"}
    response = _plain(request, codes.get(error.status_code, "bad-request"), error.status_code)
    response.headers.update(error.headers or {})
    return response


def bad_value(request: AnyRequest, _: Exception) -> Response[Any]:
    """A value PostgreSQL or Python cannot hold (NUL, a lone surrogate, a number or date out of range) that no form caught."""
    return _plain(request, "bad-request", 400)


def unavailable(request: AnyRequest, _: Exception) -> Response[Any]:
    response = _plain(request, "unavailable", 503)
    response.headers["retry-after"] = "5"
    return response


def mishap(request: AnyRequest, error: Exception) -> Response[Any]:
    log.exception("mishap", exc_info=error, extra={"request_id": request.scope.get("request_id")})
    return _plain(request, "mishap", 500, str(request.scope.get("request_id", "")))


HANDLERS: Any = {
    Refused: refused,
    Missing: missing,
    SignInFirst: sign_in_first,
    HTTPException: http,
    asyncpg.DataError: bad_value,
    UnicodeError: bad_value,
    RecursionError: bad_value,
    OverflowError: bad_value,
    **dict.fromkeys(AWAY, unavailable),
    Exception: mishap,
}
