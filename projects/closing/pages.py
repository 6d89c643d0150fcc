"""HTTP of the end of a project: the team's final report, the host's closing page, suspending and ending."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from kernel import web
from kernel.access import Action
from kernel.errors import Missing
from kernel.forms.fields import Form
from kernel.money import Fen
from projects.closing import actions
from projects.life import PROJECT
from projects.queries import pack_of_call
from projects.signing import queries as agreements
from projects.signing.queries import Head
from projects.spending import queries as spending
from projects.states import ReportState, State
from projects.tracking import queries, rules
from projects.tracking.pages import GoForm, ReasonForm, ReportForm, form_for, typed
from projects.tracking.queries import ReportRow
from projects.tracking.rules import Conclusion, Grade
from projects.tracking.schedule import ReportKind

AnyRequest = Request[Any, Any, Any]
COURSES = {
    "suspend": Action.SUSPEND_PROJECT,
    "resume": Action.RESUME_PROJECT,
    "terminate": Action.TERMINATE_PROJECT,
}


class CloseForm(web.Form):
    performance = web.Choice([(str(c), c.label) for c in Conclusion])
    finance = web.Choice([(str(c), c.label) for c in Conclusion])
    grade = web.Choice([(str(g), g.label) for g in Grade])
    remarks = web.Text(required=False, max=1000)


def _final(reports: list[ReportRow]) -> ReportRow:
    """The final report of a project that has begun; a project that has not has no closing page."""
    found = [row for row in reports if row.kind is ReportKind.FINAL]
    if not found:
        raise Missing
    return found[0]


@get("/my/projects/{ref:str}/closing", name="closing.mine", action=Action.LIST_OWN_PROJECTS)
async def mine(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _mine(request, ref)


async def _mine(request: AnyRequest, ref: str, posted: ReportForm | None = None) -> Template:
    head = await agreements.head(request.user, Action.LIST_OWN_PROJECTS, ref)
    if head.agreed is None:
        return web.page(request, "projects/closing/mine.html", head=head, row=None, tab="closing")
    row, indicators = _final(await queries.reports(head.id)), await agreements.indicators(head.id)
    return web.page(
        request,
        "projects/closing/mine.html",
        head=head,
        row=row,
        indicators=indicators,
        form=posted or await typed(row, indicators),
        posted=posted is not None,
        open=head.state is State.RUNNING and request.user.may(Action.SUBMIT_FINAL),
        lines=await spending.standings(head.id),
        closing=await queries.closing(head.id),
        tab="closing",
    )


@post("/my/projects/{ref:str}/closing", name="closing.submit", action=Action.SUBMIT_FINAL)
async def submit(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    head = await agreements.head(request.user, Action.SUBMIT_FINAL, ref)
    form = await web.read(request, form_for(await agreements.indicators(head.id)))

    def verb() -> Any:
        return actions.submit_final(
            request.user,
            ref,
            actuals=form.actuals(),
            texts=form.texts(),
            satisfaction=form.satisfaction.data,
            version=form.row_version,
        )

    return await web.act(request, form, verb=verb, again=lambda: _mine(request, ref, form))


@get("/w/projects/{ref:str}/closing", name="closing", action=Action.LIST_PROJECTS)
async def work(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _work(request, ref)


async def _work(request: AnyRequest, ref: str, posted: tuple[Action, Form] | None = None) -> Template:
    head = await agreements.head(request.user, Action.LIST_PROJECTS, ref)
    forms: dict[Action, Form] = {action: ReasonForm() for action in (*COURSES.values(), Action.SEND_BACK_PROJECT)}
    forms |= {Action.CLOSE_PROJECT: CloseForm(), Action.SETTLE_PROJECT: GoForm()}
    if posted:
        forms[posted[0]] = posted[1]
    for n, form in enumerate(forms.values()):
        if isinstance(form, ReasonForm):
            form.reason.id = f"reason-{n}"
    reports = await queries.reports(head.id) if head.agreed is not None else []
    context: dict[str, Any] = await _standing(head, reports) if reports else {"row": None}
    return web.page(
        request,
        "projects/closing/work.html",
        head=head,
        forms=forms,
        posted=posted[0] if posted else None,
        offers={action for action in forms if request.user.may(action) and PROJECT.allows(head.state, action)},
        tab="closing",
        **context,
    )


async def _standing(head: Head, reports: list[ReportRow]) -> dict[str, Any]:
    """What the numbers allow and what is still in the way of closing."""
    row, lines, tally = _final(reports), await spending.standings(head.id), await queries.unsettled(head.id)
    attained = await queries.attained(head.id, row.actuals or await queries.reached(head.id))
    pack = await pack_of_call(head.call_code)
    return {
        "row": row,
        "lines": lines,
        "attained": attained,
        "best": rules.best_grade(attained, row.satisfaction, pack.tracking),
        "satisfaction_floor": pack.tracking.satisfaction,
        "owed": Fen(sum(line.owed for line in lines)),
        "tally": tally,
        "accepted": sum(r.state is ReportState.ACCEPTED for r in reports),
        "reports": len(reports),
        "closing": await queries.closing(head.id),
    }


@post("/w/projects/{ref:str}/close", name="project.close", action=Action.CLOSE_PROJECT)
async def close(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, CloseForm)

    def verb() -> Any:
        return actions.close(
            request.user,
            ref,
            performance=Conclusion(form.performance.data),
            finance=Conclusion(form.finance.data),
            grade=Grade(form.grade.data),
            remarks=form.remarks.data,
            version=form.row_version,
        )

    return await web.act(request, form, verb=verb, again=lambda: _work(request, ref, (Action.CLOSE_PROJECT, form)))


@post("/w/projects/{ref:str}/send-back", name="project.send-back", action=Action.SEND_BACK_PROJECT)
async def send_back(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.send_back(request.user, ref, reason=form.reason.data, version=form.row_version),
        again=lambda: _work(request, ref, (Action.SEND_BACK_PROJECT, form)),
    )


async def _course(request: AnyRequest, ref: str, action: Action) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.change_course(request.user, ref, action, reason=form.reason.data, version=form.row_version),
        again=lambda: _work(request, ref, (action, form)),
    )


@post("/w/projects/{ref:str}/suspend", name="project.suspend", action=Action.SUSPEND_PROJECT)
async def suspend(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    return await _course(request, ref, Action.SUSPEND_PROJECT)


@post("/w/projects/{ref:str}/resume", name="project.resume", action=Action.RESUME_PROJECT)
async def resume(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    return await _course(request, ref, Action.RESUME_PROJECT)


@post("/w/projects/{ref:str}/terminate", name="project.terminate", action=Action.TERMINATE_PROJECT)
async def terminate(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    return await _course(request, ref, Action.TERMINATE_PROJECT)


@post("/w/projects/{ref:str}/settle", name="project.settle", action=Action.SETTLE_PROJECT)
async def settle(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, GoForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.settle(request.user, ref, version=form.row_version),
        again=lambda: _work(request, ref, (Action.SETTLE_PROJECT, form)),
    )


routes = [mine, submit, work, close, send_back, suspend, resume, terminate, settle]
