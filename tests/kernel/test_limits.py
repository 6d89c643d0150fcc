"""Limits: one count for all processes, in Valkey or without it; the address that counts is nobody's claim."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from litestar.testing import RequestFactory

from kernel import limits, rows, settings
from kernel.limits import Limits, TooMany
from kernel.rows import Q

pytestmark = pytest.mark.anyio


async def count_granted(clients: list[Limits], kind: str, tries: int, limit: int) -> int:
    async def one(client: Limits) -> bool:
        try:
            await client.spend(kind, "somebody", limit, 60)
        except TooMany:
            return False
        return True

    return sum(await asyncio.gather(*(one(clients[n % len(clients)]) for n in range(tries))))


async def test_two_processes_share_one_limit(servers: Any, anyio_backend: str) -> None:
    clients = [Limits(settings.get().valkey_url) for _ in range(2)]

    granted = await count_granted(clients, "shared", 12, 5)
    for client in clients:
        await client.close()

    assert granted == 5


async def test_without_valkey_the_database_counts_for_all(committed: str) -> None:
    clients = [Limits("redis://127.0.0.1:9/0") for _ in range(2)]

    granted = await count_granted(clients, "without", 12, 5)

    assert granted == 5
    assert await rows.value(Q("SELECT count(*) FROM limit_window")) == 1
    assert await rows.value(Q("SELECT count(*) FROM limit_window WHERE id LIKE '%somebody%'")) == 0


async def test_a_window_ends_with_or_without_valkey(committed: str) -> None:
    for client, kind in [(Limits(settings.get().valkey_url), "with"), (Limits(""), "none")]:
        await client.spend(kind, "somebody", 1, 1)
        with pytest.raises(TooMany) as too_many:
            await client.spend(kind, "somebody", 1, 1)
        await asyncio.sleep(1.1)
        await client.spend(kind, "somebody", 1, 1)
        await client.close()

        assert too_many.value.seconds == 1
        assert too_many.value.headers == {"retry-after": "1"}


async def test_what_is_given_back_can_be_spent_again(committed: str) -> None:
    for client, kind in [(Limits(settings.get().valkey_url), "back-with"), (Limits(""), "back-none")]:
        for _ in range(4):
            await client.spend(kind, "somebody", 2, 60)
            await client.give_back(kind, "somebody")
        await client.spend(kind, "somebody", 2, 60)
        await client.spend(kind, "somebody", 2, 60)
        with pytest.raises(TooMany):
            await client.spend(kind, "somebody", 2, 60)
        await client.close()


async def test_windows_that_are_over_are_dropped(committed: str) -> None:
    client = Limits("")
    await client.spend("old", "somebody", 5, -1)
    await client.spend("new", "somebody", 5, 60)

    await limits.sweep()

    assert await rows.column(Q("SELECT split_part(id, ':', 2) FROM limit_window")) == ["new"]


@pytest.mark.parametrize(
    ("host", "counted"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2::9", "2001:db8:1:2::")],
)
def test_the_address_comes_from_the_connection_and_not_from_a_header(host: str, counted: str) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.1"})
    request.scope["client"] = (host, 1)

    assert limits.address_of(request) == counted


async def test_uvicorn_believes_the_header_of_a_trusted_proxy_alone() -> None:
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    async def seen_from(peer: str) -> str:
        found: list[str] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            found.append(scope["client"][0])

        headers = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.7")]
        scope: Any = {"type": "http", "client": (peer, 1), "headers": headers, "scheme": "http"}
        await ProxyHeadersMiddleware(app, trusted_hosts="10.0.0.1")(scope, None, None)  # type: ignore[arg-type]
        return found[0]

    assert await seen_from("10.0.0.1") == "203.0.113.7"
    assert await seen_from("192.0.2.1") == "192.0.2.1"
