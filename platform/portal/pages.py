"""The front door: the public home page, each role's home page, to-dos, the library of published projects, the demo clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from litestar import Request, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Response, Stream, Template

from departments import catalogue
from kernel import clock, demo_clock, settings, sheets, todo, web
from kernel.access import Action
from kernel.errors import Missing
from portal import nav, queries
from portal.library import search_past
from portal.words import LIBRARY_COLUMNS, LIBRARY_LIST

AnyRequest = Request[Any, Any, Any]
PAGE = 30


@get("/", name="front", action=Action.PUBLIC)
async def front(request: AnyRequest) -> Template:
    calls = await queries.open_calls()
    return web.page(
        request,
        "portal/front.html",
        calls=calls,
        call_links=[(call.title, f"/calls/{call.code}", clock_range(call), "", "plain") for call in calls],
        notices=[(n.title, f"/notices/{n.code}", n.until, "", "plain") for n in await queries.current_notices()],
        areas=catalogue.load().areas,
        departments=catalogue.load().departments,
    )


@get("/home", name="home", action=Action.SIGNED_IN)
async def home(request: AnyRequest) -> Redirect | Template:
    actor = request.user
    if own := nav.home_of(actor):
        return web.go(own)
    return web.page(
        request,
        "portal/home.html",
        waiting=await todo.waiting(actor, 8),
        offers=nav.offers(actor),
        notes=nav.notes(actor),
        calls=await queries.open_calls(3),
        notices=await queries.current_notices(3),
    )


@get("/w", name="work", action=Action.LIST_PROJECTS)
async def work(request: AnyRequest) -> Template:
    actor = request.user
    names = {county.code: county.name for county in catalogue.counties()}
    return web.page(
        request,
        "portal/work.html",
        is_working=clock.is_working_day(clock.today()),
        waiting=await todo.waiting(actor, 8),
        tally=await queries.tally(actor),
        calls=await queries.open_calls(3),
        tiles={names.get(t.county, t.county): t.projects for t in await queries.by_county(actor)},
    )


@get("/w/todo", name="todo", action=Action.SIGNED_IN)
async def todos(request: AnyRequest, done: FromQuery[bool] = False) -> Template:
    items = await todo.finished(request.user, 100) if done else await todo.waiting(request.user, 100)
    return web.page(request, "portal/todo.html", items=items, done=done)


@get("/my", name="my", action=Action.LIST_OWN_PROJECTS)
async def my(request: AnyRequest) -> Template:
    return web.page(
        request,
        "portal/my.html",
        waiting=await todo.waiting(request.user, 8),
        proposals=await queries.mine(request.user),
        calls=await queries.open_calls(3),
    )


@get("/library", name="library", action=Action.PUBLIC)
async def library(request: AnyRequest, q: FromQuery[str] = "") -> Template:
    found = search_past(q[:60])
    page = min(web.page_number(request), max(1, -(-len(found) // PAGE)))
    return web.page(
        request,
        "portal/library.html",
        q=q[:60],
        rows=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        page=page,
        size=PAGE,
    )


@get("/library.xlsx", name="library.export", action=Action.PUBLIC)
async def export_library(request: AnyRequest, q: FromQuery[str] = "") -> Stream:
    return await sheets.listing(request, LIBRARY_LIST, LIBRARY_COLUMNS, search_past(q[:60]))


@get(["/help", "/accessibility", "/privacy"], name="about", action=Action.PUBLIC)
async def about(request: AnyRequest) -> Template:
    return web.page(
        request, f"portal/{request.url.path.strip('/')}.html", plan=catalogue.load().city, foot=catalogue.load().footer
    )


def clock_range(call: queries.OpenCall) -> str:
    return f"{call.opens_on:%Y-%m-%d} — {call.endorse_until:%Y-%m-%d}"


class ClockForm(web.Form):
    to = web.Day(required=False)


@get("/demo/clock", name="demo.clock", action=Action.PUBLIC)
async def show_clock(request: AnyRequest) -> Template:
    if not settings.get().demo:
        raise Missing
    calendar = clock.calendar()
    return web.page(
        request,
        "portal/clock.html",
        form=ClockForm(),
        next_morning=demo_clock.next_working_morning(),
        last_day=calendar.last_day,
        confirmed=calendar.is_confirmed(clock.today()),
    )


@post("/demo/clock", name="demo.clock.move", action=Action.PUBLIC)
async def move_clock(request: AnyRequest) -> Response[Any]:
    if not settings.get().demo:
        raise Missing
    form = await web.read(request, ClockForm)

    async def jump() -> None:
        day = form.to.data
        to = datetime.combine(day, time(9), clock.SHANGHAI) if day else demo_clock.next_working_morning()
        await demo_clock.jump(web.actor_of(request), min(to, clock.now() + timedelta(days=400)))

    return await web.act(
        request, form, verb=jump, again=lambda: show_clock.fn(request), done="/demo/clock", said=Action.SET_CLOCK
    )


routes = [front, home, work, todos, my, library, export_library, about, show_clock, move_clock]
