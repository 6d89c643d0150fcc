"""Entering a fee line and confirming it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel import audit, clock, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.life import LifeReason
from kernel.money import Fen
from kernel.moves import move
from talent_pool.consultations import reach, words
from talent_pool.consultations.fees import queries, rules
from talent_pool.consultations.tables import Consultation, ConsultationFee
from talent_pool.life import ConsultationState


async def _held(actor: Actor, action: Action, code: str) -> Consultation:
    row = await rows.find(Consultation, Consultation.id == await reach.consultation_id(actor, action, code))
    state = ConsultationState(row.state)
    if state not in {ConsultationState.HELD, ConsultationState.FINISHED}:
        raise Refused(LifeReason.WRONG_STATE, state=state.label, action=action.label)
    return row


@rows.verb
async def enter(actor: Actor, code: str, invitation: UUID, gross: Fen, note: str = "", *, version: int) -> None:
    """One expert's line, entered anew until it is confirmed. Refused above the cap, or where nothing may be paid."""
    row = await _held(actor, Action.ENTER_FEE, code)
    payable = await queries.payable(row.id)
    expert = next((one for one in payable if one.invitation == invitation), None)
    if expert is None:
        raise Missing
    found = rules.assess(
        gross,
        row.duration,
        host_staff=expert.host_staff,
        civil_servant=expert.civil_servant,
        approved=expert.fee_approved,
    )
    columns: dict[str, Any] = {
        "fee_class": expert.fee_class,
        "duration": row.duration,
        "gross": found.gross,
        "tax": found.tax,
        "net": found.net,
        "unpaid": found.unpaid or "",
        "note": note,
        "entered_by": actor.person,
        "entered_at": clock.now(),
    }
    if expert.fee is None:
        fee = await rows.insert(ConsultationFee(invitation=invitation, **columns))
        await audit.record(actor, Action.ENTER_FEE, fee, gross=found.gross, unpaid=found.unpaid)
    else:
        fee = await rows.find(ConsultationFee, ConsultationFee.id == expert.fee)
        rows.check_version(fee, version)
        await move(actor, fee, Action.ENTER_FEE, gross=found.gross, unpaid=found.unpaid)
        await fee.update_self({getattr(ConsultationFee, name): value for name, value in columns.items()})
    await _ask_second(actor, row, fee, waiting=sum(one.fee is None and one.invitation != invitation for one in payable))


async def _ask_second(actor: Actor, row: Consultation, fee: ConsultationFee, *, waiting: int) -> None:
    title, url = words.TODO["confirm-fee"].format(topic=row.topic), f"/w/consultations/{row.code}/fees"
    await todo.ask(Action.CONFIRM_FEE, fee, title=title, url=url, role=Role.DIRECTOR)
    if not waiting:
        await todo.settle(row, Action.ENTER_FEE, actor)


@rows.verb
async def confirm(actor: Actor, code: str, fee: UUID, *, version: int) -> None:
    """A second person has looked: from now on it counts. Refused: the person who entered it."""
    row = await _held(actor, Action.CONFIRM_FEE, code)
    if fee not in {one.fee for one in await queries.payable(row.id)}:
        raise Missing
    found = await rows.find(ConsultationFee, ConsultationFee.id == fee)
    rows.check_version(found, version)
    rules.check_second(actor.person, found.entered_by)
    ConsultationFee.LIFE.target(ConsultationFee.LIFE.states(found.state), Action.CONFIRM_FEE)
    await found.update_self({ConsultationFee.confirmed_by: actor.person, ConsultationFee.confirmed_at: clock.now()})
    await move(actor, found, Action.CONFIRM_FEE, gross=found.gross)
