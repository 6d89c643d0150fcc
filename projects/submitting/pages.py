"""The applicant's pages about a whole proposal: start, list, task list, check, receipt, withdrawal."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Response, Template

from departments.kinds import NO_CODE
from departments.organisation import queries as organisations
from kernel import clock, web
from kernel.access import Action
from kernel.documents import queries as documents
from kernel.web import Choice, Form, Text, Tick
from projects.calls import queries as calls
from projects.life import PROJECT
from projects.queries import project_id
from projects.states import State
from projects.submitting import actions, drafts, eligibility, lists, queries, report, words
from projects.submitting.document import parts
from projects.submitting.queries import Proposal

AnyRequest = Request[Any, Any, Any]
UPLOAD_LIMIT = 25 * 1024 * 1024
AT = {State.DRAFT: 1, State.RETURNED: 1, State.ENDORSING: 3, State.SUBMITTED: 4}
TONES = {
    State.DRAFT: "plain",
    State.ENDORSING: "warn",
    State.RETURNED: "warn",
    State.SUBMITTED: "info",
    State.INELIGIBLE: "bad",
    State.LAPSED: "bad",
}


class Nothing(Form):
    pass


class StartForm(Form):
    unit = Choice()
    payee = Text(max=40, required=False)


class SubmitForm(Form):
    promise = Tick(required=True)


class ReasonForm(Form):
    reason = Text(max=500, required=False)


class MemberForm(Form):
    person = Text(max=40)


# ── start ──


@get("/calls/{code:str}/start", name="proposal.start-form", action=Action.SIGNED_IN)
async def start_form(request: AnyRequest, code: FromPath[str]) -> Template:
    return await _start(request, code)


async def _start(request: AnyRequest, code: str, form: StartForm | None = None) -> Template:
    call = await calls.public_call(code)
    mine = await organisations.mine(request.user, Action.DRAFT_PROJECT)
    form = form or StartForm(data={"unit": str(mine[0].unit) if len(mine) == 1 else None})
    form.unit.choices = _units(mine)
    found = {record.unit: [str(no) for no in await eligibility.problems(record, call, has_payee=True)] for record in mine}
    return web.page(
        request,
        "projects/submitting/start.html",
        call=call,
        units=mine,
        problems=found,
        needs_payee={record.unit for record in mine if record.kind in NO_CODE},
        form=form,
        tried=form if form.errors or form.refused else None,
        may_start=request.user.may(Action.DRAFT_PROJECT),
    )


def _units(mine: list[organisations.Record]) -> list[tuple[str, str]]:
    return [(str(record.unit), f"{record.name} {record.kind.label}") for record in mine]


@post("/calls/{code:str}/start", name="proposal.start", action=Action.DRAFT_PROJECT)
async def start(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form = await web.read(request, StartForm)
    form.unit.choices = _units(await organisations.mine(request.user, Action.DRAFT_PROJECT))
    return await web.act(
        request,
        form,
        verb=lambda: actions.start(request.user, code, web.uuid_or_missing(form.unit.data or ""), form.payee.data or ""),
        again=lambda: _start(request, code, form),
    )


# ── my proposals, one proposal ──


@get("/my/proposals", name="proposal.list", action=Action.LIST_OWN_PROJECTS)
async def listed(request: AnyRequest) -> Template:
    return web.page(request, "projects/submitting/list.html", rows=await lists.mine(request.user), tones=TONES)


@get("/my/proposals/{ref:str}", name="proposal.show", action=Action.LIST_OWN_PROJECTS)
async def show(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await show_page(request, ref)


async def of(request: AnyRequest, action: Action, ref: str) -> Proposal:
    return await queries.proposal(await project_id(request.user, action, ref))


async def show_page(request: AnyRequest, ref: str, form: Any = None, posted: str = "") -> Template:
    """The page every button of a proposal comes back to; `posted` names the form that was refused."""
    row = await of(request, Action.LIST_OWN_PROJECTS, ref)
    actor = request.user
    states = await drafts.saved(row.id)
    facts = await drafts.facts(row, states)
    found = report.all_problems(facts)
    correction = await drafts.correcting(row.id)
    may = await drafts.may(actor, row.id)
    on_team = may.edit
    history = await lists.history(row.id)
    return web.page(
        request,
        "projects/submitting/show.html",
        row=row,
        title=row.title or words.UNTITLED,
        tone=TONES.get(row.state, "info"),
        steps=words.STEPS,
        at=AT.get(row.state, 5),
        tasks=report.tasks(facts.pack, found, set(states), correction.named if correction else None),
        problems=found,
        correction=correction,
        may_correct=report.named_words(facts.pack, correction.named) if correction else [],
        sent_back=history[0].reason if history and history[0].action is Action.RETURN_TO_AUTHOR else "",
        endorse_until=actions.endorse_until(row, correction, facts.pack.calendar.endorse_days),
        fill_left=clock.calendar().between(clock.today(), correction.due if correction else row.fill_until),
        moves={action for action in PROJECT.moves_from(row.state) if actor.may(action)},
        on_team=on_team,
        may_edit=on_team and row.state in actions.EDITABLE,
        may_endorse=row.state is State.ENDORSING and may.endorse,
        may_withdraw=may.withdraw,
        history=history,
        colleagues=await drafts.colleagues(row.id, row.organisation) if on_team else [],
        document=None
        if row.state in actions.EDITABLE and on_team
        else queries.read(row, facts.pack, facts.content, contacts=True),
        form=form,
        posted=posted,
        reason=form if posted in {"return", "withdraw"} else ReasonForm(),
    )


# ── check, submit, receipt ──


@get("/my/proposals/{ref:str}/check", name="proposal.check", action=Action.EDIT_PROJECT)
async def check(request: AnyRequest, ref: FromPath[str]) -> Template:
    return await _check(request, ref)


async def _check(request: AnyRequest, ref: str, form: SubmitForm | None = None) -> Template:
    row = await of(request, Action.EDIT_PROJECT, ref)
    facts = await drafts.facts(row, await drafts.saved(row.id), with_elsewhere=True)
    found = report.all_problems(facts)
    correction = await drafts.correcting(row.id)
    call = await calls.by_id(row.call)
    record = await organisations.record(row.organisation)
    return web.page(
        request,
        "projects/submitting/check.html",
        row=row,
        title=row.title or words.UNTITLED,
        pack=facts.pack,
        parts=parts(facts.pack, facts.content, contacts=True),
        problems=found,
        titles={section.code: section.title for section in facts.pack.form.sections},
        ineligible=[] if correction else [str(no) for no in await eligibility.problems(record, call, row=row)],
        form=form or SubmitForm(),
        tried=form,
        correction=correction,
        editable=row.state in actions.EDITABLE,
    )


@post("/my/proposals/{ref:str}/submit", name="proposal.submit", action=Action.SUBMIT_PROJECT)
async def submit(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, SubmitForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.submit(request.user, ref, promised=bool(form.promise.data), version=form.row_version),
        again=lambda: _check(request, ref, form),
    )


@get("/my/proposals/{ref:str}/submitted", name="proposal.submitted", action=Action.LIST_OWN_PROJECTS)
async def submitted(request: AnyRequest, ref: FromPath[str]) -> Template:
    row = await of(request, Action.LIST_OWN_PROJECTS, ref)
    correction = await drafts.correcting(row.id)
    pack = await queries.pack_of(row)
    return web.page(
        request,
        "projects/submitting/submitted.html",
        row=row,
        title=row.title or words.UNTITLED,
        receipts=[paper for paper in await documents.of("project", row.id) if paper.kind == "receipt"],
        endorse_until=actions.endorse_until(row, correction, pack.calendar.endorse_days),
        screening_days=pack.calendar.screening_days,
    )


# ── team, withdrawal ──


@post("/my/proposals/{ref:str}/members", name="proposal.share", action=Action.SHARE_PROJECT)
async def share(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, MemberForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.share(request.user, ref, web.uuid_or_missing(form.person.data or "")),
        again=lambda: show_page(request, ref, form, "share"),
    )


@post("/my/proposals/{ref:str}/withdraw", name="proposal.withdraw", action=Action.WITHDRAW_PROJECT)
async def withdraw(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, ReasonForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.withdraw(request.user, ref, form.reason.data or "", form.row_version),
        again=lambda: show_page(request, ref, form, "withdraw"),
    )


@post("/my/proposals/{ref:str}/restore", name="proposal.restore", action=Action.RESTORE_PROJECT)
async def restore(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.restore(request.user, ref, form.row_version),
        again=lambda: show_page(request, ref, form, "restore"),
    )


routes = [
    start_form, start, listed, show, check, submit, submitted, share, withdraw, restore,
]  # fmt: skip
