"""A list page as a sheet: the same rows the page shows, all of them, in the words of its columns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from enum import Enum
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.response import Stream

from kernel import audit
from kernel.sheets.columns import Column, Kind
from kernel.sheets.serving import download
from kernel.sheets.words import SEPARATOR
from kernel.sheets.writing import ROW_LIMIT, Rows, one_by_one

ALL = ROW_LIMIT + 1
"""The `size` that a list is read with for its sheet: all of it. One row more than a sheet can hold is refused aloud."""

Columns = Sequence[tuple[str, str, str, int]]
"""Attribute of a row, head of the column, kind, width: data that stands in the words.py of a phase."""


async def listing(request: Request[Any, Any, Any], name: str, columns: Columns, rows: Rows) -> Stream:
    """Downloads `rows`, all of them: what comes from a cursor is never in memory as a whole.

    An export by somebody signed in is a read that the access log keeps; without a line, no answer.
    """
    if request.user is not None:
        handler = request.route_handler
        facts = {"path": request.url.path, "filter": request.url.query[:200]}
        await audit.record_read(request.user, handler.opt["action"], (str(handler.name), None), **facts)
    made = [Column(key, title, Kind(kind), width) for key, title, kind, width in columns]
    return await download(name, made, _plain(rows, columns))


async def _plain(rows: Rows, columns: Columns) -> AsyncIterator[dict[str, Any]]:
    keys = [key for key, *_ in columns]
    async with one_by_one(rows) as each:
        async for row in each:
            yield {key: _word(getattr(row, key)) for key in keys}


def _word(value: Any) -> Any:
    """Enums by their label, lists in one cell, ids as text."""
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, list | tuple):
        return SEPARATOR.join(str(_word(one)) for one in value)
    return str(value) if isinstance(value, UUID) else value
