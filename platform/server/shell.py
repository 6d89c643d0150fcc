"""The outermost layer: request ids, who asks, read-only GETs, security headers, HEAD, one log line and metric per request."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from time import perf_counter
from typing import Any

from kernel import rows
from kernel.accounts import sessions
from kernel.outage import AWAY

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=()",
}
Done = Callable[[dict[str, Any], int, float], None]


class Shell:
    """Wraps the Litestar app, so that error pages and refused bodies pass through here, too."""

    def __init__(self, inner: Any, *, secure: bool = False, done: Done | None = None) -> None:
        self.inner, self.secure, self.done = inner, secure, done

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        started = perf_counter()
        head = scope["method"] == "HEAD"
        scope = {**scope, "request_id": secrets.token_hex(8), **({"method": "GET"} if head else {})}
        status = 500

        async def send_on(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], *self._headers(message["headers"], scope)]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._answer(scope, receive, send_on)
        finally:
            if self.done is not None:
                self.done(scope, status, perf_counter() - started)

    async def _answer(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        token = None if scope["path"].startswith("/static/") else cookie(scope, sessions.COOKIE)
        if scope["method"] not in {"GET", "OPTIONS"}:
            await self._recognised(scope, token)
            await self.inner(scope, receive, send)
            return
        with rows.reading():
            await self._recognised(scope, token)
            await self.inner(scope, receive, send)

    async def _recognised(self, scope: dict[str, Any], token: str | None) -> None:
        """Put the actor into the scope. With the database away nobody is recognised; the page then says so itself."""
        if not token:
            scope["user"] = None
            return
        try:
            found = await sessions.recognise(token)
        except AWAY:
            scope["user"], scope["unavailable"] = None, True
            return
        scope["user"] = found[0] if found else None
        if found:
            scope["found"], scope["must_change"] = found[1], found[1].must_change

    def _headers(self, given: list[tuple[bytes, bytes]], scope: dict[str, Any]) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in given}
        added = [(name, value) for name, value in HEADERS.items() if name not in names]
        added.append((b"x-request-id", scope["request_id"].encode()))
        if self.secure:
            added.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
        return added


def cookie(scope: dict[str, Any], name: str) -> str | None:
    """One cookie of a raw ASGI scope. A header nobody can parse carries no cookies."""
    for key, value in scope["headers"]:
        if key == b"cookie":
            try:
                jar = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                return None
            return jar[name].value if name in jar else None
    return None
