"""How stored bytes leave: nothing a browser could run, nothing a cache would keep."""

from __future__ import annotations

from collections.abc import AsyncIterator

from litestar.response import Stream

from kernel.files import rules, storage

HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-store",
    "cross-origin-resource-policy": "same-origin",
}


async def answer(key: str, name: str, kind: str, media_type: str, size: int) -> Stream:
    """The file as an answer. The first bytes are read before the answer begins: a lost file is Missing, not half a page."""
    chunks = storage.current().read(key)
    first = await anext(chunks, b"")
    headers = {**HEADERS, "content-disposition": rules.disposition(name, kind), "content-length": str(size)}
    return Stream(_whole(first, chunks), media_type=media_type, headers=headers)


async def _whole(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
