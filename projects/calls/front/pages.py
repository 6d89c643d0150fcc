"""/calls: the public list and the public page of a call, kept by caches for a minute."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from departments import catalogue
from kernel import clock, web
from kernel.access import Action
from projects.calls import queries, words
from projects.calls.queries import CallRow

AnyRequest = Request[Any, Any, Any]


@get("/calls", name="calls.public-list", action=Action.PUBLIC)
async def public_list(request: AnyRequest) -> Template:
    return web.kept(
        request, web.page(request, "projects/calls/public_list.html", calls=await queries.public_calls(), today=clock.today())
    )


@get("/calls/{code:str}", name="calls.public", action=Action.PUBLIC)
async def public(request: AnyRequest, code: FromPath[str]) -> Template:
    call = await queries.public_call(code)
    pack = await queries.pack(call.pack_hash)
    left = clock.calendar().between(clock.today(), call.fill_until) if call.is_open else 0
    page = web.page(
        request,
        "projects/calls/public.html",
        call=call,
        pack=pack,
        documents={d.code: d for d in pack.files.documents},
        timeline=timeline(call, pack),
        departments={d.code: d for d in catalogue.load().departments},
        left=left,
        versions=[v for v in await queries.versions(call.id) if v.number > 1],
    )
    return web.kept(request, page)


def timeline(call: CallRow, pack: Any) -> list[tuple[str, str, str]]:
    """(day, what, note): published days, then what the working days of the pack make of them."""
    add, days = clock.add_working_days, pack.calendar
    screened = add(call.endorse_until, days.screening_days)
    return [
        (f"{call.opens_on:%Y-%m-%d}", words.TIMELINE["opens"], ""),
        (f"{call.fill_until:%Y-%m-%d}", words.TIMELINE["fill"], words.TIMELINE["midnight"]),
        (f"{call.endorse_until:%Y-%m-%d}", words.TIMELINE["endorse"], words.TIMELINE["midnight"]),
        (f"{screened:%Y-%m-%d}", words.TIMELINE["screening"], words.TIMELINE["working"].format(days=days.screening_days)),
        ("", words.TIMELINE["correction"], words.TIMELINE["working"].format(days=days.correction_days)),
        ("", words.TIMELINE["notice"], words.TIMELINE["working"].format(days=days.notice_days)),
    ]


routes = [public_list, public]
