"""HTTP from agreed to finished: the office's forms, the asking side's answers, the expert's draft and feedback."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Response

from kernel import web
from kernel.access import Action
from talent_pool.consultations import queries, rules
from talent_pool.consultations.forms import DraftForm, FeedbackForm, MeetingForm, MinutesForm, Nothing, advice_form, answers
from talent_pool.consultations.holding import actions
from talent_pool.consultations.inviting.pages import show_invitation
from talent_pool.consultations.inviting.queries import opened
from talent_pool.consultations.kinds import Help
from talent_pool.consultations.showing import both, show, side_of

AnyRequest = Request[Any, Any, Any]


@post("/w/consultations/{code:str}/schedule", name="consultations.schedule", action=Action.SCHEDULE_CONSULTATION)
async def schedule(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    await queries.show(request.user, Action.SCHEDULE_CONSULTATION, code)
    form = await web.read(request, MeetingForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.schedule(
            request.user,
            code,
            meets_at=form.meets_at(),
            place=form.place.data,
            agenda=form.agenda.data or "",
            version=form.row_version,
        ),
        again=lambda: show(request, code, form, "meeting"),
        done=f"/w/consultations/{code}",
    )


@post("/w/consultations/{code:str}/minutes", name="consultations.record", action=Action.RECORD_MINUTES)
async def record(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    await queries.show(request.user, Action.RECORD_MINUTES, code)
    form = await web.read(request, MinutesForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.record(
            request.user,
            code,
            held_on=form.held_on.data,
            duration=int(form.duration.data),
            minutes=form.minutes.data,
            advice=rules.advice_lines(form.advice.data or ""),
            papers=form.papers(),
            version=form.row_version,
        ),
        again=lambda: show(request, code, form, "minutes"),
        done=f"/w/consultations/{code}",
    )


@post(both("/advice"), name="consultations.advice", action=Action.DECIDE_ADVICE)
async def advice(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    row = await queries.show(request.user, Action.DECIDE_ADVICE, code)
    lines = await queries.advice(row.id)
    form = await web.read(request, advice_form(lines))

    async def verb() -> None:
        await actions.decide_advice(request.user, code, answers(form, lines), version=form.row_version)

    return await web.act(
        request, form, verb=verb, again=lambda: show(request, code, form, "advice"), done=side_of(request).url(code)
    )


@post(both("/feedback"), name="consultations.feedback", action=Action.GIVE_FEEDBACK)
async def feedback(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    await queries.show(request.user, Action.GIVE_FEEDBACK, code)
    form = await web.read(request, FeedbackForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.give_feedback(
            request.user, code, Help(form.helped.data), form.text.data or "", version=form.row_version
        ),
        again=lambda: show(request, code, form, "feedback"),
        done=side_of(request).url(code),
    )


@post("/w/consultations/{code:str}/finish", name="consultations.finish", action=Action.FINISH_CONSULTATION)
async def finish(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    await queries.show(request.user, Action.FINISH_CONSULTATION, code)
    form = await web.read(request, Nothing)
    return await web.act(
        request,
        form,
        verb=lambda: actions.finish(request.user, code, version=form.row_version),
        again=lambda: show(request, code, form, "finish"),
        done=f"/w/consultations/{code}",
    )


@post("/r/consultations/{invitation:str}/draft", name="invitations.draft", action=Action.DRAFT_MINUTES)
async def draft(request: AnyRequest, invitation: FromPath[str]) -> Response[Any]:
    row = await opened(web.uuid_or_missing(invitation), request.user.person)
    form = await web.read(request, DraftForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.draft_minutes(request.user, row.id, form.draft.data, version=form.row_version),
        again=lambda: show_invitation(request, row.id, form, "draft"),
        done=f"/r/consultations/{row.id}",
    )


@post("/r/consultations/{invitation:str}/feedback", name="invitations.feedback", action=Action.GIVE_EXPERT_FEEDBACK)
async def expert_feedback(request: AnyRequest, invitation: FromPath[str]) -> Response[Any]:
    row = await opened(web.uuid_or_missing(invitation), request.user.person)
    form = await web.read(request, FeedbackForm)
    return await web.act(
        request,
        form,
        verb=lambda: actions.give_expert_feedback(
            request.user, row.id, Help(form.helped.data), form.text.data or "", version=form.row_version
        ),
        again=lambda: show_invitation(request, row.id, form, "feedback"),
        done=f"/r/consultations/{row.id}",
    )


routes = [schedule, record, advice, feedback, finish, draft, expert_feedback]
