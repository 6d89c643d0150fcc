"""HTTP of screening: the officers' list of proposals, one proposal, and its verbs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream, Template
from msgspec import structs

from departments import catalogue
from kernel import sheets, web
from kernel.access import Action
from kernel.forms.fields import Form
from kernel.templating import moment
from projects.life import PROJECT
from projects.queries import pack_of_call
from projects.screening import actions, queries, rules
from projects.screening.queries import PAGE, Filter
from projects.screening.words import AMOUNT, CHECKLIST, COLUMNS, LIST, OUTCOME, STAGE, VIEW
from projects.states import State
from projects.submitting import queries as proposals

AnyRequest = Request[Any, Any, Any]
TONES = {
    State.SUBMITTED: "warn",
    State.RETURNED: "warn",
    State.INELIGIBLE: "bad",
    State.IN_REVIEW: "note",
    State.SCORED: "note",
    State.RUNNING: "good",
    State.CLOSED: "good",
    State.CANCELLED: "bad",
    State.TERMINATED: "bad",
}


class AcceptForm(web.Form):
    items = web.Choices(tuple(CHECKLIST.items()))
    note = web.Text(required=False, max=500)


class ReturnForm(web.Form):
    fields = web.Choices()
    explanation = web.Text(max=1000)
    days = web.Whole(min=1, max=rules.LONGEST_CORRECTION)
    head_reason = web.Text(required=False, max=500)


class RefuseForm(web.Form):
    grounds = web.Text(max=1000)


class ReadmitForm(web.Form):
    reason = web.Text(max=1000)


class OpinionForm(web.Form):
    view = web.Choice(tuple(VIEW.items()))
    text = web.Text(required=False, max=1000)


class BudgetForm(web.Form):
    audited = web.Money(min=0)
    note = web.Text(required=False, max=300)


FORMS: dict[Action, type[Form]] = {
    Action.ACCEPT_PROJECT: AcceptForm,
    Action.RETURN_FOR_CHANGES: ReturnForm,
    Action.REFUSE_PROJECT: RefuseForm,
    Action.READMIT_PROJECT: ReadmitForm,
    Action.GIVE_OPINION: OpinionForm,
    Action.REVIEW_BUDGET: BudgetForm,
}


def _filter(request: AnyRequest) -> Filter:
    given = {name: request.query_params.get(name, "")[:60].replace("\x00", "") for name in Filter.__struct_fields__}
    return Filter(**given)


@get("/w/proposals", name="proposals", action=Action.LIST_PROJECTS)
async def listing(request: AnyRequest) -> Template:
    wanted, page = _filter(request), web.page_number(request)
    found = await queries.proposals(request.user, wanted, page)
    total = found[0].total if found else 0 if page == 1 else await queries.count(request.user, wanted)
    query = urlencode({name: value for name in Filter.__struct_fields__ if (value := getattr(wanted, name))})
    return web.page(
        request,
        "projects/screening/list.html",
        rows=found,
        total=total,
        page=page,
        size=PAGE,
        wanted=wanted,
        query=query,
        tones=TONES,
        calls=[(call.code, call.title) for call in await queries.call_choices()],
        areas=[(area.code, area.name) for area in catalogue.load().areas],
        area_names={area.code: area.name for area in catalogue.load().areas},
        stages=list(STAGE.items()),
        states=[(str(state), state.label) for state in State if state not in {State.DRAFT, State.ENDORSING, State.LAPSED}],
    )


@get("/w/proposals.xlsx", name="proposals.export", action=Action.EXPORT_PROJECTS)
async def export(request: AnyRequest) -> Stream:
    wanted = _filter(request)
    found = queries.proposals(request.user, wanted, size=sheets.ALL)
    areas = {area.code: area.name for area in catalogue.load().areas}
    lines = (structs.replace(row, area=areas.get(row.area, row.area)) async for row in found)
    return await sheets.listing(request, LIST, COLUMNS, lines)


@get("/w/proposals/{ref:str}", name="proposal", action=Action.LIST_PROJECTS)
async def show(request: AnyRequest, ref: FromPath[str], tab: FromQuery[str] = "content") -> Template:
    return await _page(request, ref, tab=tab)


async def _page(request: AnyRequest, ref: str, tab: str = "content", posted: tuple[Action, Form] | None = None) -> Template:
    actor = request.user
    head = await queries.shown(actor, ref)
    pack = await pack_of_call(head.call_code)
    forms = {
        action: kind(audited=head.audited or head.requested, days=pack.calendar.correction_days) for action, kind in FORMS.items()
    }
    if posted:
        forms[posted[0]] = posted[1]
    conclusions = await queries.conclusions(head.id)
    forms[Action.RETURN_FOR_CHANGES].fields.choices = list(rules.correctable(pack.form).items())
    return web.page(
        request,
        "projects/screening/show.html",
        head=head,
        tone=TONES.get(head.state, "info"),
        tab=tab if tab in {"content", "amounts", "log"} else "content",
        document=await proposals.document(head.id),
        conclusions=conclusions,
        amount_words=AMOUNT,
        view_words=VIEW,
        conclusion_events=[(moment(c.concluded_at), OUTCOME[c.outcome], c.name, c.note, "info") for c in conclusions],
        opinion=await queries.opinion(head.id),
        amounts=await queries.amounts(head.id),
        log=await queries.log(head.id),
        forms=forms,
        posted=posted[0] if posted else None,
        returned=any(c.outcome == "returned" for c in conclusions),
        offers=[action for action in FORMS if _is_offered(actor, action, head.state)],
        area=catalogue.load().area(head.area).name if head.area else "",
        ref=ref,
    )


BUDGET_STATES = {State.SUBMITTED, State.ACCEPTED, State.IN_REVIEW, State.SCORED}


def _is_offered(actor: Any, action: Action, state: State) -> bool:
    """Whether the button stands on the page; the verb asks again, of the row itself."""
    if not actor.may(action):
        return False
    if action is Action.GIVE_OPINION:
        return state in {State.SUBMITTED, State.RETURNED}
    if action is Action.REVIEW_BUDGET:
        return state in BUDGET_STATES
    return PROJECT.allows(state, action)


async def _do(request: AnyRequest, ref: str, action: Action, verb: Any) -> Response[Any]:
    form = await web.read(request, FORMS[action])
    if isinstance(form, ReturnForm):
        head = await queries.shown(request.user, ref)
        form.fields.choices = list(rules.correctable((await pack_of_call(head.call_code)).form).items())
    return await web.act(
        request, form, verb=lambda: verb(form), again=lambda: _page(request, ref, posted=(action, form)), said=action
    )


@post("/w/proposals/{ref:str}/accept", name="proposal.accept", action=Action.ACCEPT_PROJECT)
async def accept(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    def verb(form: AcceptForm) -> Any:
        items = {name: name in (form.items.data or ()) or None for name in CHECKLIST}
        return actions.accept(request.user, ref, items=items, note=form.note.data, version=form.row_version)

    return await _do(request, ref, Action.ACCEPT_PROJECT, verb)


@post("/w/proposals/{ref:str}/return", name="proposal.return", action=Action.RETURN_FOR_CHANGES)
async def return_for_changes(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    def verb(form: ReturnForm) -> Any:
        return actions.return_for_changes(
            request.user,
            ref,
            fields=form.fields.data or [],
            explanation=form.explanation.data,
            days=form.days.data,
            head_reason=form.head_reason.data,
            version=form.row_version,
        )

    return await _do(request, ref, Action.RETURN_FOR_CHANGES, verb)


@post("/w/proposals/{ref:str}/refuse", name="proposal.refuse", action=Action.REFUSE_PROJECT)
async def refuse(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    def verb(form: RefuseForm) -> Any:
        return actions.refuse(request.user, ref, grounds=form.grounds.data, version=form.row_version)

    return await _do(request, ref, Action.REFUSE_PROJECT, verb)


@post("/w/proposals/{ref:str}/readmit", name="proposal.readmit", action=Action.READMIT_PROJECT)
async def readmit(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    def verb(form: ReadmitForm) -> Any:
        return actions.readmit(request.user, ref, reason=form.reason.data, version=form.row_version)

    return await _do(request, ref, Action.READMIT_PROJECT, verb)


@post("/w/proposals/{ref:str}/opinion", name="proposal.opinion", action=Action.GIVE_OPINION)
async def give_opinion(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    def verb(form: OpinionForm) -> Any:
        return actions.give_opinion(request.user, ref, view=form.view.data, text=form.text.data)

    return await _do(request, ref, Action.GIVE_OPINION, verb)


@post("/w/proposals/{ref:str}/budget", name="proposal.budget", action=Action.REVIEW_BUDGET)
async def review_budget(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    def verb(form: BudgetForm) -> Any:
        return actions.review_budget(request.user, ref, audited=form.audited.data, note=form.note.data, version=form.row_version)

    return await _do(request, ref, Action.REVIEW_BUDGET, verb)


routes = [listing, export, show, accept, return_for_changes, refuse, readmit, give_opinion, review_budget]
