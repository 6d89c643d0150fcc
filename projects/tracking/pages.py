"""HTTP of tracking: the project's own page, its reports, the officers' list of reports and review of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from departments import catalogue
from departments.funds.rules import Event
from kernel import clock, sheets, web
from kernel.access import Action
from kernel.errors import Missing
from kernel.forms.fields import Form
from projects.paying.showing import money
from projects.signing import queries as agreements
from projects.signing.queries import Head, IndicatorRow
from projects.spending import queries as spending
from projects.states import ReportState, State
from projects.tracking import actions, queries
from projects.tracking.queries import PAGE, ReportRow
from projects.tracking.schedule import ReportKind
from projects.tracking.words import COLUMNS, LIST

AnyRequest = Request[Any, Any, Any]
REPORT_TONES = {
    ReportState.DUE: "plain",
    ReportState.SUBMITTED: "warn",
    ReportState.RETURNED: "bad",
    ReportState.ACCEPTED: "good",
}


class ReportForm(web.Form):
    """Five texts and numbers at most, besides one total an indicator."""

    done = web.Text(max=2000)
    problems = web.Text(required=False, max=1000)
    plans = web.Text(required=False, max=1000)
    satisfaction = web.Whole(required=False, min=0, max=100)

    def actuals(self) -> dict[UUID, int]:
        return {UUID(name[4:]): field.data for name, field in self._fields.items() if name.startswith("got_")}

    def texts(self) -> dict[str, str]:
        return {"done": self.done.data, "problems": self.problems.data, "plans": self.plans.data}


class ReasonForm(web.Form):
    reason = web.Text(max=500)


class GoForm(web.Form):
    """A button and nothing else."""


def form_for(indicators: list[IndicatorRow]) -> type[ReportForm]:
    return type("Filled", (ReportForm,), {f"got_{row.id.hex}": web.Whole(min=0, max=10_000_000) for row in indicators})


async def typed(row: ReportRow, indicators: list[IndicatorRow]) -> ReportForm:
    """Prefilled: what this report says already, else the totals of the one before."""
    before = row.actuals or await queries.reached(row.project)
    numbers = {f"got_{i.id.hex}": before.get(str(i.id), 0) for i in indicators}
    return form_for(indicators)(done=row.done, problems=row.problems, plans=row.plans, satisfaction=row.satisfaction, **numbers)


@get("/my/projects/{ref:str}", name="project.mine", action=Action.LIST_OWN_PROJECTS)
async def mine(request: AnyRequest, ref: FromPath[str]) -> Template:
    head = await agreements.head(request.user, Action.LIST_OWN_PROJECTS, ref)
    return await _overview(request, "projects/tracking/mine.html", head)


@get("/w/projects/{ref:str}", name="project", action=Action.LIST_PROJECTS)
async def work(request: AnyRequest, ref: FromPath[str]) -> Template:
    head = await agreements.head(request.user, Action.LIST_PROJECTS, ref)
    return await _overview(request, "projects/tracking/work.html", head)


async def _overview(request: AnyRequest, template: str, head: Head) -> Template:
    reports = await queries.reports(head.id)
    actuals = await queries.reached(head.id)
    next_report = next((r for r in reports if r.state in {ReportState.DUE, ReportState.RETURNED}), None)
    return web.page(
        request,
        template,
        head=head,
        **await money(head),
        lines=await spending.standings(head.id),
        attained=await queries.attained(head.id, actuals),
        next_report=next_report,
        walk=[(row, Event(row.event).label) for row in await queries.walk(head.id)],
        today=clock.today(),
        tab="show",
    )


@get("/projects/{code:str}", name="project.public", action=Action.PUBLIC)
async def public(request: AnyRequest, code: FromPath[str]) -> Template:
    row = await queries.public(code)
    areas = {area.code: area.name for area in catalogue.load().areas}
    return web.page(
        request,
        "projects/tracking/public.html",
        row=row,
        area=areas.get(row.area, row.area),
        attained=await queries.attained(row.id, await queries.reached(row.id, accepted_only=True)),
    )


@get("/w/projects/{ref:str}/log", name="project.log", action=Action.LIST_PROJECTS)
async def log(request: AnyRequest, ref: FromPath[str]) -> Template:
    head = await agreements.head(request.user, Action.LIST_PROJECTS, ref)
    return web.page(request, "projects/tracking/log.html", head=head, log=await queries.log(head.id), tab="log")


@get("/my/projects/{ref:str}/reports", name="reports.mine", action=Action.LIST_OWN_PROJECTS)
async def my_reports(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _reports(request, "mine", await agreements.head(request.user, Action.LIST_OWN_PROJECTS, ref))


@get("/w/projects/{ref:str}/reports", name="project.reports", action=Action.LIST_PROJECTS)
async def work_reports(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _reports(request, "work", await agreements.head(request.user, Action.LIST_PROJECTS, ref))


async def _reports(request: AnyRequest, side: str, head: Head) -> Template:
    return web.page(
        request,
        f"projects/tracking/reports_{side}.html",
        head=head,
        reports=await queries.reports(head.id),
        tones=REPORT_TONES,
        today=clock.today(),
        tab="reports",
    )


@get("/my/projects/{ref:str}/reports/{ident:str}", name="report.mine", action=Action.LIST_OWN_PROJECTS)
async def my_report(request: AnyRequest, ref: FromPath[str], ident: FromPath[str]) -> Template:
    return await _my_report(request, ref, ident)


async def _my_report(request: AnyRequest, ref: str, ident: str, posted: ReportForm | None = None) -> Template:
    head = await agreements.head(request.user, Action.LIST_OWN_PROJECTS, ref)
    row = await queries.report(request.user, Action.LIST_OWN_PROJECTS, web.uuid_or_missing(ident))
    if row.project != head.id or row.kind is ReportKind.FINAL:
        raise Missing
    indicators = await agreements.indicators(head.id)
    return web.page(
        request,
        "projects/tracking/fill.html",
        head=head,
        row=row,
        indicators=indicators,
        form=posted or await typed(row, indicators),
        posted=posted is not None,
        open=row.state in {ReportState.DUE, ReportState.RETURNED} and request.user.may(Action.REPORT_PROGRESS),
        running=head.state is State.RUNNING,
        early=row.ends > clock.today(),
        tones=REPORT_TONES,
        tab="reports",
    )


@post("/my/projects/{ref:str}/reports/{ident:str}", name="report.submit", action=Action.REPORT_PROGRESS)
async def submit(request: AnyRequest, ref: FromPath[str], ident: FromPath[str]) -> Response[Any]:
    head = await agreements.head(request.user, Action.REPORT_PROGRESS, ref)
    form = await web.read(request, form_for(await agreements.indicators(head.id)))
    report = web.uuid_or_missing(ident)

    def verb() -> Any:
        return actions.report(
            request.user,
            ref,
            report,
            actuals=form.actuals(),
            texts=form.texts(),
            satisfaction=form.satisfaction.data,
            version=form.row_version,
        )

    return await web.act(request, form, verb=verb, again=lambda: _my_report(request, ref, ident, form))


@get("/w/reports", name="reports", action=Action.LIST_PROJECTS)
async def listing(request: AnyRequest) -> Template:
    page = web.page_number(request)
    state = web.named(request, "state", ReportState, ReportState.SUBMITTED)
    found = await queries.desk(request.user, state, page)
    total = len(found) if page == 1 and len(found) < PAGE else await queries.desk_count(request.user, state)
    return web.page(
        request,
        "projects/tracking/list.html",
        rows=found,
        total=total,
        page=page,
        size=PAGE,
        state=state,
        states=[(str(s), s.label) for s in ReportState],
        tones=REPORT_TONES,
        today=clock.today(),
    )


@get("/w/reports.xlsx", name="reports.export", action=Action.LIST_PROJECTS)
async def export(request: AnyRequest) -> Stream:
    state = web.named(request, "state", ReportState, ReportState.SUBMITTED)
    return await sheets.listing(request, LIST, COLUMNS, queries.desk(request.user, state, size=sheets.ALL))


@get("/w/reports/{ident:str}", name="report", action=Action.LIST_PROJECTS)
async def show(request: AnyRequest, ident: FromPath[str]) -> Template:
    return await _show(request, ident)


async def _show(request: AnyRequest, ident: str, posted: tuple[Action, Form] | None = None) -> Template:
    row = await queries.report(request.user, Action.LIST_PROJECTS, web.uuid_or_missing(ident))
    open_ = row.state is ReportState.SUBMITTED and row.kind is not ReportKind.FINAL
    return web.page(
        request,
        "projects/tracking/show.html",
        row=row,
        indicators=await agreements.indicators(row.project),
        tone=REPORT_TONES[row.state],
        may_accept=open_ and request.user.may(Action.ACCEPT_REPORT),
        form=posted[1] if posted and posted[0] is Action.RETURN_REPORT else ReasonForm(),
        refused=posted[1] if posted else None,
        returning=posted is not None and posted[0] is Action.RETURN_REPORT,
    )


@post("/w/reports/{ident:str}/accept", name="report.accept", action=Action.ACCEPT_REPORT)
async def accept(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.accept(request.user, row, version=form.row_version),
        again=lambda: _show(request, ident, (Action.ACCEPT_REPORT, form)),
    )


@post("/w/reports/{ident:str}/return", name="report.return", action=Action.RETURN_REPORT)
async def return_report(request: AnyRequest, ident: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    row = web.uuid_or_missing(ident)
    return await web.act(
        request,
        form,
        verb=lambda: actions.return_report(request.user, row, reason=form.reason.data, version=form.row_version),
        again=lambda: _show(request, ident, (Action.RETURN_REPORT, form)),
    )


routes = [
    export,
    mine,
    work,
    public,
    log,
    my_reports,
    work_reports,
    my_report,
    submit,
    listing,
    show,
    accept,
    return_report,
]
