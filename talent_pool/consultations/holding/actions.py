"""From agreed to finished: time and place, minutes and advice, the asking side's answer, feedback of both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.files import actions as files
from kernel.life import LifeReason
from kernel.moves import move
from kernel.rows import Q
from talent_pool.consultations import actions as asking
from talent_pool.consultations import queries, rules, words
from talent_pool.consultations.kinds import Help
from talent_pool.consultations.tables import Advice, Consultation, Invitation
from talent_pool.life import ConsultationState, InvitationState


@rows.verb
async def schedule(actor: Actor, code: str, *, meets_at: datetime, place: str, agenda: str, version: int) -> None:
    """When, where and about what. Everybody who comes is told, again when it changes."""
    row = await asking.find(actor, Action.SCHEDULE_CONSULTATION, code, version)
    rules.check_meeting(meets_at, clock.now())
    await row.update_self({Consultation.meets_at: meets_at, Consultation.place: place, Consultation.agenda: agenda})
    await move(actor, row, Action.SCHEDULE_CONSULTATION, meets_at=meets_at, place=place)
    facts = {"topic": row.topic, "meets_at": meets_at, "place": place}
    for one in await _coming(row.id):
        await letters.tell("consultation_scheduled", [one.person], url=f"/r/consultations/{one.id}", **facts)
    await letters.tell("consultation_scheduled", [row.asked_by], url=await asking.asker_url(row), **facts)


async def _coming(consultation: UUID) -> list[queries.Invited]:
    return [one for one in await queries.invited(consultation) if one.state is InvitationState.ACCEPTED]


@rows.verb
async def draft_minutes(actor: Actor, invitation: UUID, text: str, *, version: int) -> None:
    """What the expert writes towards the minutes; the office takes it over or not."""
    found = await rows.find(Invitation, (Invitation.id == invitation) & (Invitation.person == actor.person))
    rows.check_version(found, version)
    row = await rows.find(Consultation, Consultation.id == found.consultation, lock=False)
    if found.state != InvitationState.ACCEPTED or row.state not in {ConsultationState.AGREED, ConsultationState.HELD}:
        state = ConsultationState(row.state)
        raise Refused(LifeReason.WRONG_STATE, state=state.label, action=Action.DRAFT_MINUTES.label)
    await found.update_self({Invitation.draft: text, Invitation.version: found.version + 1})
    await audit.record(actor, Action.DRAFT_MINUTES, found)


@rows.verb
async def record(
    actor: Actor,
    code: str,
    *,
    held_on: date,
    duration: int,
    minutes: str,
    advice: Sequence[str],
    papers: Sequence[files.Upload] = (),
    version: int,
) -> None:
    """What was said and advised. Written again, advice that was answered already stays as it is."""
    row = await asking.find(actor, Action.RECORD_MINUTES, code, version)
    rules.check_record(held_on, minutes, clock.today())
    again = row.state == ConsultationState.HELD
    await row.update_self(
        {
            Consultation.held_on: held_on,
            Consultation.duration: duration,
            Consultation.minutes: minutes,
            Consultation.recorded_by: actor.person,
            Consultation.recorded_at: clock.now(),
        }
    )
    await _write_advice(row, advice)
    for paper in papers:
        await files.receive(actor, paper, "consultation", row.id, "minutes")
    await move(actor, row, Action.RECORD_MINUTES, held_on=held_on, duration=duration)
    if not again:
        await _ask_both_sides(row)


async def _write_advice(row: Consultation, advice: Sequence[str]) -> None:
    held = await queries.advice(row.id)
    answered = {line.text for line in held if line.adopted is not None}
    await rows.execute(Q("DELETE FROM advice WHERE consultation = {} AND adopted IS NULL", row.id))
    last = max((line.position for line in held if line.adopted is not None), default=0)
    fresh = [text for text in dict.fromkeys(advice) if text not in answered]
    if fresh:
        await Advice.insert(
            *(Advice(consultation=row.id, position=number, text=text) for number, text in enumerate(fresh, last + 1))
        )


async def _ask_both_sides(row: Consultation) -> None:
    due = rules.feedback_due(clock.today(), clock.calendar())
    url = await asking.asker_url(row)
    title = words.TODO["advice"].format(topic=row.topic)
    await todo.ask(Action.GIVE_FEEDBACK, row, title=title, url=url, person=row.asked_by, due=due)
    await letters.tell("consultation_held", [row.asked_by], url=url, topic=row.topic, due=due)
    for one in await _coming(row.id):
        at, title = f"/r/consultations/{one.id}", words.TODO["feedback"].format(topic=row.topic)
        await todo.ask(Action.GIVE_EXPERT_FEEDBACK, ("invitation", one.id), title=title, url=at, person=one.person, due=due)
        await letters.tell("consultation_held", [one.person], url=at, topic=row.topic, due=due)
    title, at = words.TODO["fee"].format(topic=row.topic), f"/w/consultations/{row.code}/fees"
    await todo.ask(Action.ENTER_FEE, row, title=title, url=at, role=Role.COORDINATOR)


@rows.verb
async def decide_advice(actor: Actor, code: str, answers: Mapping[UUID, tuple[bool, str]], *, version: int) -> None:
    """Adopted, or not and why. May be answered again until the consultation is finished."""
    row = await asking.find(actor, Action.DECIDE_ADVICE, code, version)
    _check_held(row, Action.DECIDE_ADVICE)
    numbers = {line.id: line.position for line in await queries.advice(row.id)}
    if not set(answers) <= set(numbers):
        raise Missing
    rules.check_answers(answers, numbers)
    for ident, (adopted, reason) in answers.items():
        await Advice.update(
            {
                Advice.adopted: adopted,
                Advice.reason: reason,
                Advice.decided_by: actor.person,
                Advice.decided_at: clock.now(),
            }
        ).where(Advice.id == ident)
    await row.update_self({Consultation.version: row.version + 1})
    taken = sum(yes for yes, _ in answers.values())
    await audit.record(actor, Action.DECIDE_ADVICE, row, adopted=taken, refused=len(answers) - taken)
    await _finish_when_complete(actor, row)


def _check_held(row: Consultation, action: Action) -> None:
    state = ConsultationState(row.state)
    if state is not ConsultationState.HELD:
        raise Refused(LifeReason.WRONG_STATE, state=state.label, action=action.label)


@rows.verb
async def give_feedback(actor: Actor, code: str, helped: Help, text: str, *, version: int) -> None:
    """The asking side says whether it helped."""
    row = await asking.find(actor, Action.GIVE_FEEDBACK, code, version)
    _check_held(row, Action.GIVE_FEEDBACK)
    await row.update_self(
        {
            Consultation.helped: helped,
            Consultation.feedback: text,
            Consultation.feedback_by: actor.person,
            Consultation.feedback_at: clock.now(),
            Consultation.version: row.version + 1,
        }
    )
    await audit.record(actor, Action.GIVE_FEEDBACK, row, helped=helped)
    await todo.settle(row, Action.GIVE_FEEDBACK, actor)
    await _finish_when_complete(actor, row)


@rows.verb
async def give_expert_feedback(actor: Actor, invitation: UUID, helped: Help, text: str, *, version: int) -> None:
    """The expert says whether coming was of use, and what should be better."""
    seen = await rows.find(Invitation, (Invitation.id == invitation) & (Invitation.person == actor.person), lock=False)
    row = await rows.find(Consultation, Consultation.id == seen.consultation)
    found = await rows.find(Invitation, Invitation.id == seen.id)
    rows.check_version(found, version)
    _check_held(row, Action.GIVE_EXPERT_FEEDBACK)
    if found.state != InvitationState.ACCEPTED:
        raise Missing
    await found.update_self(
        {
            Invitation.helped: helped,
            Invitation.feedback: text,
            Invitation.feedback_at: clock.now(),
            Invitation.version: found.version + 1,
        }
    )
    await audit.record(actor, Action.GIVE_EXPERT_FEEDBACK, found, helped=helped)
    await todo.settle(found, Action.GIVE_EXPERT_FEEDBACK, actor)
    await _finish_when_complete(actor, row)


async def missing_feedback(row: Consultation) -> int:
    """How many of the two sides have said nothing yet; every expert who came counts."""
    return (not row.helped) + sum(one.helped is None for one in await _coming(row.id))


async def _finish_when_complete(actor: Actor, row: Consultation) -> None:
    """Everybody has spoken and every piece of advice has its answer."""
    open_advice = any(line.adopted is None for line in await queries.advice(row.id))
    if not open_advice and not await missing_feedback(row):
        await _finish(actor, row)


async def _finish(actor: Actor, row: Consultation) -> None:
    await move(actor, row, Action.FINISH_CONSULTATION)
    await row.update_self({Consultation.ended_at: clock.now()})
    await todo.settle(row, Action.GIVE_FEEDBACK, actor)
    for one in await _coming(row.id):
        await todo.settle(("invitation", one.id), Action.GIVE_EXPERT_FEEDBACK, actor)


@rows.verb
async def finish(actor: Actor, code: str, *, version: int) -> None:
    """The office ends it when somebody stays silent. Refused before the feedback was due."""
    row = await asking.find(actor, Action.FINISH_CONSULTATION, code, version)
    _check_held(row, Action.FINISH_CONSULTATION)
    recorded = row.recorded_at.astimezone(clock.SHANGHAI).date()
    due = rules.feedback_due(recorded, clock.calendar())
    rules.check_finish(await missing_feedback(row), due, clock.today())
    await _finish(actor, row)
