"""Asking the application without a client between, for tests that open thousands of addresses: a client costs a quarter of the time."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote, unquote

from msgspec import Struct

from kernel.accounts import sessions


class Answer(Struct):
    """What came back; the names are httpx's."""

    path: str
    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class Asking:
    """Somebody with this session, or nobody, who follows no redirect and keeps no cookie that a page gives."""

    def __init__(self, app: Any, token: str = "") -> None:
        self.app = app
        self.headers = [(b"host", b"127.0.0.1"), (b"accept", b"*/*")]
        if token:
            self.headers.append((b"cookie", f"{sessions.COOKIE}={token}".encode()))

    async def get(self, url: str) -> Answer:
        path, _, query = url.partition("?")
        over = asyncio.Event()
        head: dict[str, Any] = {}
        body: list[bytes] = []
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await over.wait()
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
                return
            body.append(message.get("body", b""))
            if not message.get("more_body", False):
                over.set()

        scope = {
            **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"},
            **{"path": unquote(path), "raw_path": path.encode(), "query_string": quote(query, safe=WRITTEN).encode()},
            **{"root_path": "", "headers": list(self.headers), "server": ("127.0.0.1", None), "client": ("127.0.0.1", 123)},
        }
        await self.app(scope, receive, send)
        assert over.is_set(), f"half an answer from {url}"
        return Answer(path, head["status"], _headers(head["headers"]), b"".join(body))


WRITTEN = "%=&+/:;,?@!$'()*[]~-._"
"""What stands in a query as it is, what is encoded already among it."""


def _headers(given: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """By name, several of one name in one line."""
    found: dict[str, str] = {}
    for name, value in given:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
