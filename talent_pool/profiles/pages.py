"""The expert pool on screen: list, profile, adding and changing."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Template

from departments import catalogue
from kernel import web
from kernel.access import Action
from talent_pool.profiles import actions, queries
from talent_pool.profiles.rules import Category, FeeClass, TieKind

AnyRequest = Request[Any, Any, Any]
AREAS = [(area.code, area.name) for area in catalogue.load().areas]
AREA_NAMES = dict(AREAS)
COUNTIES = [("", "")] + [(county.code, county.name) for county in catalogue.counties()]


def _choices(kind: type[Category] | type[FeeClass] | type[TieKind]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in kind]


class DetailsForm(web.Form):
    employer_name = web.Text(max=120)
    title = web.Text(max=60, required=False)
    category = web.Choice(_choices(Category))
    areas = web.Choices(AREAS, required=True)
    speciality = web.Text(max=500, required=False)
    county = web.Choice(COUNTIES, required=False)
    fee_class = web.Choice(_choices(FeeClass))
    max_load = web.Whole(min=0, max=200)
    finance = web.Tick()
    community = web.Tick()
    host_staff = web.Tick()
    civil_servant = web.Tick()
    fee_approved = web.Tick()

    def details(self) -> actions.Details:
        return actions.Details(
            employer_name=self.employer_name.data,
            category=Category(self.category.data),
            areas=tuple(self.areas.data),
            speciality=self.speciality.data,
            title=self.title.data,
            county=self.county.data,
            fee_class=FeeClass(self.fee_class.data),
            max_load=self.max_load.data,
            finance=self.finance.data,
            community=self.community.data,
            host_staff=self.host_staff.data,
            civil_servant=self.civil_servant.data,
            fee_approved=self.fee_approved.data,
        )


class NewForm(DetailsForm):
    name = web.Text(max=60)
    username = web.Text(max=60, required=False)


class TieForm(web.Form):
    kind = web.Choice(_choices(TieKind))
    unit_name = web.Text(max=120, required=False)
    other_name = web.Text(max=60, required=False)
    since = web.Day(required=False)
    until = web.Day(required=False)
    note = web.Text(max=200, required=False)


@get("/w/experts", name="experts", action=Action.VIEW_EXPERTS)
async def listing(
    request: AnyRequest,
    q: FromQuery[str] = "",
    area: FromQuery[str] = "",
    category: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Template:
    sought = queries.Sought(q.strip()[:60], area, category)
    return web.page(
        request,
        "talent_pool/profiles/list.html",
        rows=await queries.experts(request.user, sought, max(1, page)),
        total=await queries.count(request.user, sought),
        sought=sought,
        page=max(1, page),
        size=queries.PAGE,
        areas=AREAS,
        area_names=AREA_NAMES,
        categories=_choices(Category),
        may_add=request.user.may(Action.MANAGE_EXPERTS),
    )


@get("/w/experts/new", name="experts.new", action=Action.MANAGE_EXPERTS)
async def new(request: AnyRequest) -> Template:
    return _new(request, NewForm(data={"max_load": 20, "fee_class": FeeClass.OTHER.value}))


def _new(request: AnyRequest, form: NewForm) -> Template:
    return web.page(request, "talent_pool/profiles/edit.html", form=form, expert=None)


@post("/w/experts/new", name="experts.add", action=Action.MANAGE_EXPERTS)
async def add(request: AnyRequest) -> Response[Any]:
    form = await web.read(request, NewForm)

    async def verb() -> str:
        ident = await actions.add_expert(request.user, form.name.data, form.details(), form.username.data)
        return f"/w/experts/{ident}"

    async def again() -> Template:
        return _new(request, form)

    return await web.act(request, form, verb=verb, again=again)


@get("/w/experts/{expert:str}", name="experts.show", action=Action.VIEW_EXPERTS)
async def show(request: AnyRequest, expert: FromPath[str]) -> Template:
    return await _show(request, expert, None)


async def _show(request: AnyRequest, expert: str, tie: TieForm | None) -> Template:
    found = await queries.profile(request.user, web.uuid_or_missing(expert))
    return web.page(
        request,
        "talent_pool/profiles/show.html",
        expert=found,
        ties=await queries.ties(found.id),
        area_names=AREA_NAMES,
        counties=dict(COUNTIES),
        tie_form=tie or TieForm(),
        may_edit=request.user.may(Action.MANAGE_EXPERTS),
    )


@get("/w/experts/{expert:str}/edit", name="experts.edit", action=Action.MANAGE_EXPERTS)
async def edit(request: AnyRequest, expert: FromPath[str]) -> Template:
    found = await queries.profile(request.user, web.uuid_or_missing(expert))
    return _edit(request, found, DetailsForm(data={**_facts(found), "employer_name": found.employer}))


def _facts(found: queries.Profile) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__struct_fields__}


def _edit(request: AnyRequest, found: queries.Profile, form: DetailsForm) -> Template:
    return web.page(request, "talent_pool/profiles/edit.html", form=form, expert=found)


@post("/w/experts/{expert:str}/edit", name="experts.save", action=Action.MANAGE_EXPERTS)
async def save(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    found = await queries.profile(request.user, web.uuid_or_missing(expert))
    form = await web.read(request, DetailsForm)

    async def again() -> Template:
        return _edit(request, found, form)

    return await web.act(
        request,
        form,
        verb=lambda: actions.edit_expert(request.user, found.id, form.details(), form.row_version),
        done=f"/w/experts/{found.id}",
        again=again,
    )


@post("/w/experts/{expert:str}/ties", name="experts.tie", action=Action.MANAGE_EXPERTS)
async def tie(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(expert), await web.read(request, TieForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.add_tie(
            request.user,
            ident,
            TieKind(form.kind.data),
            unit_name=form.unit_name.data,
            other_name=form.other_name.data,
            since=form.since.data,
            until=form.until.data,
            note=form.note.data,
        ),
        done=f"/w/experts/{ident}",
        again=lambda: _show(request, expert, form),
    )


@post("/w/experts/{expert:str}/active", name="experts.active", action=Action.MANAGE_EXPERTS)
async def active(request: AnyRequest, expert: FromPath[str]) -> Response[Any]:
    ident, form = web.uuid_or_missing(expert), await web.read(request, ActiveForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.set_active(request.user, ident, form.active.data == "yes"),
        done=f"/w/experts/{ident}",
        again=lambda: _show(request, expert, None),
    )


class ActiveForm(web.Form):
    active = web.Choice([("yes", ""), ("no", "")])


routes = [listing, new, add, show, edit, save, tie, active]
