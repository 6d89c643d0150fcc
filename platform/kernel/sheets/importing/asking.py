"""HTTP that every import shares: a sheet sent in or only looked over, every wrong cell on the page, the reason for undoing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.response import Response, Template

from kernel import web
from kernel.errors import Refused
from kernel.sheets.columns import MAX_BYTES
from kernel.sheets.problems import BadCells

LOOK = "look"
Show = Callable[..., Awaitable[Template]]


class SheetForm(web.Form):
    file = web.Upload()
    go = web.Text(required=False, max=10)


class UndoForm(web.Form):
    reason = web.Text(max=300)


async def sent(
    request: Request[Any, Any, Any],
    form: SheetForm,
    *,
    show: Show,
    look: Callable[[bytes], Awaitable[Any]],
    bring_in: Callable[[str, bytes], Awaitable[str]],
) -> Response[Any]:
    """`show(form=…, looked=… or cells=…)` is the page again; `bring_in` answers with the address of the batch."""
    if form.go.data == LOOK:
        return await _only_look(form, show, look)
    cells: list[str] = []

    async def verb() -> str:
        try:
            return await bring_in(form.file.data.filename, await _body(form))
        except BadCells as bad:
            cells[:] = bad.cells
            raise

    async def again() -> Template:
        form.refused = None if cells else form.refused
        return await show(form=form, cells=cells)

    return await web.act(request, form, verb=verb, again=again)


async def _only_look(form: SheetForm, show: Show, look: Callable[[bytes], Awaitable[Any]]) -> Template:
    """Nothing is written, so nothing is remembered of it either."""
    status, more = 422, {}
    if form.validate():
        try:
            status, more = 200, {"looked": await look(await _body(form))}
        except BadCells as bad:
            status, more = 422, {"cells": bad.cells}
        except Refused as no:
            form.refuse(no)
            status = 422
    page = await show(form=form, **more)
    page.status_code = status
    return page


async def _body(form: SheetForm) -> bytes:
    """One byte more than a sheet may have is enough to say that it is too large."""
    await form.file.data.seek(0)
    sent: bytes = await form.file.data.read(MAX_BYTES + 1)
    return sent
