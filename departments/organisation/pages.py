"""/my/organisation: the record that feeds every application, and its dated papers."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template

from departments import catalogue
from departments.kinds import OrganisationKind
from departments.organisation import actions, queries, words
from departments.organisation.words import COLUMNS, LIST
from kernel import clock, sheets, web
from kernel.access import Action
from kernel.web import Choice, Day, Form, Text, Upload, Whole

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 25 * 1024 * 1024


class RecordForm(Form):
    kind = Choice([(kind.value, kind.label) for kind in OrganisationKind])
    registered_on = Day(required=False)
    legal_person = Text(max=60, required=False)
    supervisor = Text(max=120, required=False)
    county = Choice([(county.code, county.name) for county in catalogue.counties()], required=False)
    address = Text(max=200, required=False)
    scope = Text(max=2000, required=False)
    profile = Text(max=500, required=False)
    staff = Whole(min=0, max=100_000, required=False)
    social_workers = Whole(min=0, max=100_000, required=False)
    abnormal_on = Day(required=False)
    dishonest_on = Day(required=False)
    violation_on = Day(required=False)

    def facts(self) -> dict[str, Any]:
        found = {name: self[name].data for name in actions.EDITABLE}
        return {**found, "staff": found["staff"] or 0, "social_workers": found["social_workers"] or 0}


class PaperForm(Form):
    code = Choice(list(words.DOCUMENT.items()))
    dated_on = Day()
    file = Upload()


class Nothing(Form):
    pass


@get("/my/organisation", name="organisation.show", action=Action.VIEW_ORGANISATION)
async def show(request: AnyRequest, of: FromQuery[str] = "") -> Template:
    return await _page(request, of)


async def _page(request: AnyRequest, of: str, form: RecordForm | None = None, paper: PaperForm | None = None) -> Template:
    record = await queries.own(request.user, Action.VIEW_ORGANISATION, of)
    everything = await queries.mine(request.user, Action.VIEW_ORGANISATION)
    papers = await queries.papers(record.unit)
    newest = {p.code: p for p in reversed(papers)}
    conflict = _compared(form, record) if form is not None and form.stale is not None else []
    return web.page(
        request,
        "departments/organisation/show.html",
        record=record,
        tabs=[(r.name, f"/my/organisation?of={r.unit}", r.unit == record.unit) for r in everything],
        form=form or RecordForm(obj=record),
        tried=form,
        conflict=conflict,
        paper=paper or PaperForm(),
        tried_paper=paper,
        papers=papers,
        missing=[name for code, name in words.DOCUMENT.items() if code not in newest],
        documents=words.DOCUMENT,
        labels=words.FIELD,
        county=next((c.name for c in catalogue.counties() if c.code == record.county), ""),
        may_edit=record.unit in request.user.units(Action.EDIT_ORGANISATION),
        today=clock.today(),
    )


def _compared(form: RecordForm, record: queries.Record) -> list[tuple[str, str, str]]:
    """What was typed beside what somebody saved in the meantime."""
    theirs = RecordForm(obj=record)
    return [(label, _text(form[code]), _text(theirs[code])) for code, label in words.FIELD.items() if code != "name"]


def _text(field: Any) -> str:
    """What a field holds, as people read it."""
    chosen = dict(getattr(field, "choices", ()))
    return str(chosen.get(field.data, field.data or "")) if chosen else str(field._value())


@post("/my/organisation/{unit:str}", name="organisation.edit", action=Action.EDIT_ORGANISATION)
async def edit(request: AnyRequest, unit: FromPath[str]) -> Response[Any]:
    ident = web.uuid_or_missing(unit)
    form = await web.read(request, RecordForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.edit(request.user, ident, form.row_version, form.facts()),
        again=lambda: _page(request, unit, form=form),
        done=f"/my/organisation?of={ident}",
    )


@post(
    "/my/organisation/{unit:str}/papers",
    name="organisation.add-paper",
    action=Action.EDIT_ORGANISATION,
    request_max_body_size=UPLOAD_LIMIT,
)
async def add_paper(request: AnyRequest, unit: FromPath[str]) -> Response[Any]:
    ident = web.uuid_or_missing(unit)
    form = await web.read(request, PaperForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.add_paper(request.user, ident, form.code.data, cast(date, form.dated_on.data), form.file.data),
        again=lambda: _page(request, unit, paper=form),
        done=f"/my/organisation?of={ident}#papers",
    )


@post("/my/organisation/{unit:str}/papers/{paper:str}/remove", name="organisation.remove-paper", action=Action.EDIT_ORGANISATION)
async def remove_paper(request: AnyRequest, unit: FromPath[str], paper: FromPath[str]) -> Response[Any]:
    ident: UUID = web.uuid_or_missing(unit)
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.remove_paper(request.user, ident, web.uuid_or_missing(paper)),
        again=lambda: _page(request, unit),
        done=f"/my/organisation?of={ident}#papers",
    )


@get("/w/organisations", name="organisation.list", action=Action.CONFIRM_ORGANISATION)
async def listed(request: AnyRequest, q: FromQuery[str] = "", all_: FromQuery[bool] = False) -> Template:
    return await _list(request, q, all_)


@get("/w/organisations.xlsx", name="organisation.export", action=Action.CONFIRM_ORGANISATION)
async def export(request: AnyRequest, q: FromQuery[str] = "", all_: FromQuery[bool] = False) -> Stream:
    found = queries.listed(not all_ and not q, q[:60], limit=sheets.ALL)
    return await sheets.listing(request, LIST, COLUMNS, found)


async def _list(request: AnyRequest, q: str = "", everything: bool = False, form: Nothing | None = None) -> Template:
    found = await queries.listed(not everything and not q, q[:60])
    return web.page(request, "departments/organisation/list.html", rows=found, q=q, everything=everything, form=form)


@post("/w/organisations/{unit:str}/confirm", name="organisation.confirm", action=Action.CONFIRM_ORGANISATION)
async def confirm(request: AnyRequest, unit: FromPath[str]) -> Response[Any]:
    ident = web.uuid_or_missing(unit)
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.confirm(request.user, ident),
        again=lambda: _list(request, form=form),
        done="/w/organisations",
    )


routes = [export, show, edit, add_paper, remove_paper, listed, confirm]
