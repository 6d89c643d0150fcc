"""Inviting, answering, letting an invitation lapse, withdrawing it. Whoever answers first, while there is a seat, comes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from departments.organisation.queries import holders
from kernel import clock, jobs, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.moves import move
from kernel.rows import Q
from talent_pool.consultations import actions as asking
from talent_pool.consultations import candidates, queries, room, rules, words
from talent_pool.consultations.inviting import links
from talent_pool.consultations.kinds import Urgency
from talent_pool.consultations.rules import Reason
from talent_pool.consultations.tables import Consultation, Invitation
from talent_pool.life import ConsultationState, ExpertState, InvitationState
from talent_pool.profiles.tables import Expert


@rows.verb
async def invite(actor: Actor, code: str, experts: Sequence[UUID], *, version: int) -> None:
    """Ask these experts, in this order. Refused: nobody, too many at once, not in the pool, in hard conflict, asked before."""
    row = await asking.find(actor, Action.INVITE_CONSULTANT, code, version)
    chosen = list(dict.fromkeys(experts))
    asked = await queries.invited(row.id)
    agreed = sum(one.state is InvitationState.ACCEPTED for one in asked)
    waiting = sum(one.state is InvitationState.INVITED for one in asked)
    rules.check_invited(chosen, seats=row.seats, agreed=agreed, waiting=waiting)
    found = await _checked(row, chosen, asked)
    await move(actor, row, Action.INVITE_CONSULTANT, experts=[str(ident) for ident in chosen])
    if row.ended_at is not None:
        await row.update_self({Consultation.ended_at: None, Consultation.reason: ""})
    for number, expert in enumerate(found, max((one.number for one in asked), default=0) + 1):
        await _invite(actor, row, expert, number)


async def _checked(row: Consultation, chosen: Sequence[UUID], asked: Sequence[queries.Invited]) -> list[Expert]:
    """The experts as rows, in the order chosen."""
    by_id = {expert.id: expert for expert in await Expert.objects().where(Expert.id.is_in(list(chosen)))}
    if set(by_id) != set(chosen):
        raise Missing
    names = dict(await rows.DB.run("SELECT id, name FROM person WHERE id = ANY($1)", [[e.person for e in by_id.values()]]))
    closed = {
        one.expert for one in asked if one.state in {InvitationState.INVITED, InvitationState.ACCEPTED, InvitationState.DECLINED}
    }
    shown = await queries.consulted(Q("c.id = {}", row.id))
    found = await candidates.conflicts(shown.parties, [expert.person for expert in by_id.values()], clock.today())
    limits = [room.Limits(expert.id, expert.person, expert.max_load, expert.max_year) for expert in by_id.values()]
    full = await room.full(limits, row.wished_on or clock.today())
    for ident in chosen:
        expert = by_id[ident]
        rules.check_free(
            names[expert.person],
            admitted=expert.state == ExpertState.ADMITTED,
            asked=ident in closed,
            full=full.get(ident, ""),
            conflicts=found.get(ident, ()),
        )
    return [by_id[ident] for ident in chosen]


async def _invite(actor: Actor, row: Consultation, expert: Expert, number: int) -> None:
    due = rules.silence_due(clock.today(), Urgency(row.urgency), clock.calendar())
    invitation = await rows.insert(
        Invitation(
            consultation=row.id,
            expert=expert.id,
            person=expert.person,
            number=number,
            invited_by=actor.person,
            invited_at=clock.now(),
            due=due,
        )
    )
    url, title = f"/r/consultations/{invitation.id}", words.TODO["answer"].format(topic=row.topic)
    await todo.ask(Action.ACCEPT_INVITATION, invitation, title=title, url=url, person=expert.person, due=due)
    # The link goes outside by itself; inside, the letter leads to the page that asks for the sign-in.
    await letters.tell("consultation_invitation", [expert.person], url=url, channels=(), topic=row.topic, due=due)
    await links.send(expert.person, invitation.id)


async def _both(invitation: UUID, person: UUID | None) -> tuple[Consultation, Invitation]:
    """Consultation first, so that two experts who answer at once wait for each other and not for ever."""
    consultation = await rows.value(
        Q(
            "SELECT v.consultation FROM invitation v WHERE v.id = {} AND ({}::uuid IS NULL OR v.person = {})",
            invitation,
            person,
            person,
        )
    )
    if consultation is None:
        raise Missing
    row = await rows.find(Consultation, Consultation.id == consultation)
    return row, await rows.find(Invitation, Invitation.id == invitation)


@rows.verb
async def accept(actor: Actor, invitation: UUID, *, by_link: bool = False) -> str:
    """The expert comes. With the last seat filled, nobody else needs to answer any more."""
    row, found = await _both(invitation, actor.person)
    rules.check_open(found.state == InvitationState.INVITED, found.due, clock.today())
    await found.update_self({Invitation.answered_at: clock.now(), Invitation.by_link: by_link})
    await move(actor, found, Action.ACCEPT_INVITATION, by_link=by_link)
    await todo.settle(found, None, actor)
    agreed = await rows.value(Q("SELECT count(*) FROM invitation WHERE consultation = {} AND state = 'accepted'", row.id))
    if agreed >= row.seats:
        await _fill(actor, row)
    return f"/r/consultations/{found.id}"


async def _fill(actor: Actor, row: Consultation) -> None:
    await move(actor, row, Action.FILL_CONSULTATION)
    await _withdraw_waiting(row)
    await todo.settle(row, None, actor)
    url = asking.work_url(row.code)
    await todo.ask(Action.RECORD_MINUTES, row, title=words.TODO["hold"].format(topic=row.topic), url=url, role=Role.COORDINATOR)
    await letters.tell("consultation_agreed", await holders(Role.COORDINATOR), url=url, topic=row.topic)
    await letters.tell("consultation_agreed", [row.asked_by], url=await asking.asker_url(row), topic=row.topic)


async def _withdraw_waiting(row: Consultation) -> None:
    """Those who had not answered yet: the seats are filled."""
    waiting = await (
        Invitation.objects()
        .where((Invitation.consultation == row.id) & (Invitation.state == InvitationState.INVITED))
        .order_by(Invitation.number)
    )
    for invitation in waiting:
        await move(None, invitation, Action.WITHDRAW_INVITATION)
        await todo.settle(invitation, None, None)
    url = "/r/consultations"
    await letters.tell("consultation_filled", [one.person for one in waiting], url=url, topic=row.topic)


@rows.verb
async def decline(actor: Actor, invitation: UUID, reason: str = "", *, by_link: bool = False) -> str:
    """The expert cannot come, with a reason or without. The office is asked to invite the next one."""
    row, found = await _both(invitation, actor.person)
    rules.check_open(found.state == InvitationState.INVITED, found.due, clock.today())
    await found.update_self({Invitation.answered_at: clock.now(), Invitation.by_link: by_link, Invitation.reason: reason})
    await move(actor, found, Action.DECLINE_INVITATION, reason=reason, by_link=by_link)
    await todo.settle(found, None, actor)
    await _next(row)
    return "/r/consultations"


async def _next(row: Consultation) -> None:
    """Enough others may still answer; otherwise the office is told who would be next."""
    still = await rows.value(
        Q("SELECT count(*) FROM invitation WHERE consultation = {} AND state IN ('invited', 'accepted')", row.id)
    )
    if row.state != ConsultationState.INVITING or still >= row.seats:
        return
    url, today = asking.work_url(row.code), clock.today()
    due = rules.answer_due(today, Urgency(row.urgency), clock.calendar())
    title = words.TODO["next"].format(topic=row.topic)
    await todo.ask(Action.INVITE_CONSULTANT, row, title=title, url=url, role=Role.COORDINATOR, due=due)
    listed = await candidates.listed(await queries.consulted(Q("c.id = {}", row.id)))
    name = listed.ranked[0].name if listed.ranked else ""
    await letters.tell("consultation_next", await holders(Role.COORDINATOR), url=url, topic=row.topic, name=name)


@rows.verb
async def withdraw(actor: Actor, code: str, invitation: UUID, *, reason: str, version: int) -> None:
    """The office takes an invitation back; when it was accepted, a seat is free again."""
    rules.check_reason(reason)
    row = await asking.find(actor, Action.WITHDRAW_INVITATION, code, version)
    found = await rows.find(Invitation, (Invitation.id == invitation) & (Invitation.consultation == row.id))
    if row.state not in {ConsultationState.INVITING, ConsultationState.AGREED}:
        raise Refused(Reason.ANSWERED)
    await move(actor, found, Action.WITHDRAW_INVITATION, reason=reason)
    await found.update_self({Invitation.reason: reason})
    await todo.settle(found, None, actor)
    await letters.tell("consultation_withdrawn", [found.person], url="/r/consultations", topic=row.topic, reason=reason)
    if row.state == ConsultationState.AGREED:
        await move(actor, row, Action.REOPEN_CONSULTATION, reason=reason)
        await todo.settle(row, None, actor)
    await _next(row)


@rows.verb
async def lapse(invitation: UUID) -> bool:
    """Silence until after the due day counts as no. False when it was answered or lapsed before."""
    row, found = await _both(invitation, None)
    if found.state != InvitationState.INVITED or found.due >= clock.today():
        return False
    await move(None, found, Action.LAPSE_INVITATION)
    await todo.settle(found, None, None)
    await _next(row)
    return True


@jobs.job
async def lapse_silent() -> None:
    """Invitations whose day is over. Twice or at once lapses nothing more."""
    for ident in await rows.column(
        Q("SELECT id FROM invitation WHERE state = 'invited' AND due < {} ORDER BY due, id", clock.today())
    ):
        await lapse(ident)


ROUTINES = ((3600.0, lapse_silent),)
