"""The directory on screen: the list of the pool, the same as a sheet, and what the public sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream, Template
from msgspec import Struct

from kernel import clock, sheets, web
from kernel.access import Action
from talent_pool.directory import queries, rules
from talent_pool.directory.rules import Seat, Side, Sought
from talent_pool.directory.words import COLUMNS, LIST
from talent_pool.life import ExpertState
from talent_pool.profiles import fields, load
from talent_pool.profiles.forms import AREA_NAMES, AREAS, COUNTIES, words
from talent_pool.profiles.kinds import Category
from talent_pool.profiles.words import UNCONFIRMED

AnyRequest = Request[Any, Any, Any]
FIELDS = list(fields.names().items())
CHOICES: dict[str, list[tuple[str, str]]] = {
    "area": AREAS,
    "field": FIELDS,
    "category": words(Category),
    "county": COUNTIES,
    "seat": words(Seat),
    "state": [*words(ExpertState), (rules.UNCONFIRMED, UNCONFIRMED)],
}
OPEN = ("area", "field")
"""What others than the host may narrow by: only these were agreed to be shown."""


def _sought(request: AnyRequest, only: Iterable[str] = CHOICES) -> Sought:
    """The filters as ticked. What is not on the list was not ticked."""
    given = request.query_params
    chosen: dict[str, Any] = {name: value for name in only if (value := given.get(name, "")) in dict(CHOICES[name])}
    return Sought(text=given.get("q", "").strip()[:60].replace("\x00", ""), **chosen)


def _whole(request: AnyRequest) -> Sought:
    free, room = _day(request.query_params.get("free", "")), request.query_params.get("room") == "1"
    return msgspec.structs.replace(_sought(request), free_on=free, room=room)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _query(sought: Sought) -> str:
    """The filters as they stand in an address, so that pages and the sheet keep them."""
    named = {"text": "q", "free_on": "free"}
    values = {named.get(name, name): getattr(sought, name) for name in sought.__struct_fields__}
    return urlencode({name: "1" if value is True else value for name, value in values.items() if value})


@get("/w/experts", name="experts", action=Action.SEARCH_EXPERTS)
async def listing(request: AnyRequest) -> Template:
    page = web.page_number(request)
    if queries.side(request.user) is Side.AGREED:
        return await _found(request, page)
    sought = _whole(request)
    full = await queries.full() if sought.room else ()
    found = await queries.experts(request.user, sought, page, full=full)
    return web.page(
        request,
        "talent_pool/directory/list.html",
        rows=found,
        held=await load.of([row.person for row in found], clock.today().year),
        total=len(found) if page == 1 and len(found) < queries.PAGE else await queries.count(sought, full),
        sought=sought,
        query=_query(sought),
        page=page,
        size=queries.PAGE,
        choices=CHOICES,
        area_names=AREA_NAMES,
        field_names=fields.words_of,
    )


async def _found(request: AnyRequest, page: int) -> Template:
    """For a department: whom it may ask for help, as far as these persons agreed to be shown."""
    return await _published(request, "talent_pool/directory/find.html", page)


async def _published(request: AnyRequest, template: str, page: int) -> Template:
    sought = _sought(request, OPEN)
    found = await queries.published(sought, page)
    return web.page(
        request,
        template,
        rows=found,
        total=len(found) if page == 1 and len(found) < queries.PAGE else await queries.count_published(sought),
        sought=sought,
        query=_query(sought),
        page=page,
        size=queries.PAGE,
        choices=CHOICES,
        area_names=AREA_NAMES,
        field_names=fields.words_of,
    )


class _Row(Struct, frozen=True):
    """One line of the sheet, in words."""

    name: str
    employer: str
    title: str
    category: Category
    areas: list[str]
    fields: list[str]
    keywords: str
    county: str
    seats: list[Seat]
    state: str
    in_hand: int
    max_load: int
    confirmed_on: date | None


@get("/w/experts.xlsx", name="experts.export", action=Action.EXPORT_EXPERTS)
async def export(request: AnyRequest) -> Stream:
    sought = _whole(request)
    full = await queries.full() if sought.room else ()
    found = await queries.experts(request.user, sought, size=sheets.ALL, full=full)
    held = await load.of([line.person for line in found], clock.today().year)
    return await sheets.listing(request, LIST, COLUMNS, [_row(line, held) for line in found])


def _row(line: queries.Line, held: dict[UUID, load.Load]) -> _Row:
    seats = {Seat.FINANCE: line.finance, Seat.COMMUNITY: line.community, Seat.HOST: line.host_staff}
    return _Row(
        name=line.name,
        employer=line.employer,
        title=line.title,
        category=line.category,
        areas=[AREA_NAMES.get(area, area) for area in line.areas],
        fields=fields.words_of(line.fields),
        keywords=line.keywords,
        county=dict(COUNTIES).get(line.county, line.county),
        seats=[seat for seat, held_by in seats.items() if held_by],
        state=line.state_label,
        in_hand=held[line.person].now,
        max_load=line.max_load,
        confirmed_on=line.confirmed_on,
    )


@get("/experts", name="experts.public-list", action=Action.PUBLIC)
async def public_list(request: AnyRequest) -> Template:
    return web.kept(request, await _published(request, "talent_pool/directory/public_list.html", web.page_number(request)))


@get("/experts/{expert:str}", name="experts.public", action=Action.PUBLIC)
async def public(request: AnyRequest, expert: FromPath[str]) -> Template:
    found = await queries.published_one(web.uuid_or_missing(expert))
    page = web.page(
        request,
        "talent_pool/directory/public.html",
        expert=found,
        works=await queries.published_works(found.id),
        area_names=AREA_NAMES,
        field_names=fields.words_of,
    )
    return web.kept(request, page)


routes = [listing, export, public_list, public]
