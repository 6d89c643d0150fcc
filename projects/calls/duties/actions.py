"""Giving a duty on a call, and ending it. Both stay on record; who has it is told."""

from __future__ import annotations

from uuid import UUID

from kernel import audit, clock, letters, rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused
from projects.calls import queries as calls
from projects.calls.duties import queries
from projects.calls.duties.rules import HOLDERS, Reason
from projects.calls.duties.words import DUTY
from projects.tables import CallDuty


@rows.verb
async def assign(actor: Actor, code: str, duty: str, person: UUID) -> None:
    """`person` does `duty` on this call from now on. Somebody who had it before may have it again."""
    call = await calls.call(code)
    if duty not in HOLDERS:
        raise Missing
    could = [holder for holder in await queries.holders() if holder.person == person]
    if not could:
        raise Missing
    if not any(holder.role in HOLDERS[duty] for holder in could):
        raise Refused(Reason.NOT_A_HOLDER, name=could[0].name, duty=DUTY[duty])
    held = (
        await CallDuty.objects().where((CallDuty.call == call.id) & (CallDuty.person == person) & (CallDuty.duty == duty)).first()
    )
    if held is None:
        held = await rows.insert(CallDuty(call=call.id, person=person, duty=duty, assigned_at=clock.now()))
    elif held.ended_at is None:
        raise Refused(Reason.HELD_ALREADY, name=could[0].name, duty=DUTY[duty])
    else:
        await held.update_self({CallDuty.assigned_at: clock.now(), CallDuty.ended_at: None})
    await audit.record(actor, Action.ASSIGN_DUTY, held, call=code, duty=duty, person=person)
    await letters.tell("call_duty", to=[person], url=f"/w/calls/{code}", duty=DUTY[duty], title=call.title)


@rows.verb
async def end(actor: Actor, code: str, ident: UUID) -> None:
    """The duty is over; what was done under it stays."""
    call = await calls.call(code)
    held = await rows.find(CallDuty, (CallDuty.id == ident) & (CallDuty.call == call.id) & CallDuty.ended_at.is_null())
    await held.update_self({CallDuty.ended_at: clock.now()})
    await audit.record(actor, Action.ASSIGN_DUTY, held, call=code, duty=held.duty, person=held.person, ended=True)
