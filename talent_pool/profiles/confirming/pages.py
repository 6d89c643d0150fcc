"""The page behind the yearly link: look, and confirm with one click, without signing in."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import limits, web
from kernel.access import Action
from kernel.errors import Refused
from talent_pool.profiles import fields, links, queries
from talent_pool.profiles.confirming import actions
from talent_pool.profiles.forms import AREA_NAMES, COUNTIES
from talent_pool.profiles.kinds import LinkKind

AnyRequest = Request[Any, Any, Any]


@get("/experts/confirm/{token:str}", name="experts.confirmation", action=Action.PUBLIC)
async def show(request: AnyRequest, token: FromPath[str]) -> Template:
    return await _show(request, token)


async def _show(request: AnyRequest, token: str) -> Template:
    await limits.spend("link", limits.address_of(request), 60, 900)
    try:
        holder = await links.holder(LinkKind.CONFIRM, token)
    except Refused as no:
        return web.page(request, "talent_pool/profiles/inviting/over.html", status=422, refused=str(no))
    return web.page(
        request,
        "talent_pool/profiles/confirming/show.html",
        expert=await queries.by_id(holder.expert),
        area_names=AREA_NAMES,
        counties=dict(COUNTIES),
        field_words=fields.words_of,
        address=request.url.path,
    )


# The link in an SMS is fetched by scanners too: only the button confirms.
@post("/experts/confirm/{token:str}", name="experts.confirm", action=Action.PUBLIC)
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    form = await web.read(request, web.Form)
    return await web.act(
        request,
        form,
        verb=lambda: actions.confirm_by_link(token),
        done="/experts/confirmed",
        again=lambda: _show(request, token),
        said=Action.CONFIRM_EXPERT,
    )


@get("/experts/confirmed", name="experts.confirmed", action=Action.PUBLIC)
async def confirmed(request: AnyRequest) -> Template:
    return web.page(request, "talent_pool/profiles/confirming/confirmed.html")


routes = [show, confirm, confirmed]
