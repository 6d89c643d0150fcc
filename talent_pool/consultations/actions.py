"""The verbs of a need: asking, asking again, and the office's three ways of not arranging it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from departments import catalogue
from departments.organisation import queries as units
from departments.organisation.queries import holders
from kernel import audit, clock, jobs, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.files import actions as files
from kernel.moves import move
from kernel.rows import Q
from talent_pool.consultations import reach, rules, words
from talent_pool.consultations.kinds import Mode, Urgency
from talent_pool.consultations.reckoning import reckon
from talent_pool.consultations.rules import Parties
from talent_pool.consultations.tables import Consultation, Invitation
from talent_pool.life import ConsultationState, InvitationState
from talent_pool.meaning import actions as meaning

OPEN = [InvitationState.INVITED.value, InvitationState.ACCEPTED.value]


class Asked(Struct, frozen=True):
    """What the form of a need says."""

    topic: str
    need: str
    area: str
    mode: Mode
    urgency: Urgency = Urgency.NORMAL
    fields: tuple[str, ...] = ()
    county: str = ""
    wished_on: date | None = None
    seats: int = 1


class About(Struct, frozen=True):
    """Where a need comes from: the unit that asks, and of a project what the pool may know."""

    unit: UUID
    parties: Parties
    project: UUID | None = None
    code: str = ""
    title: str = ""


def work_url(code: str) -> str:
    return f"/w/consultations/{code}"


async def asker_url(row: Consultation) -> str:
    """Where the asking side sees it: a team on its own pages, an official at work."""
    kind = await rows.value(Q("SELECT kind FROM unit WHERE id = {}", row.asking_unit))
    return f"/my/consultations/{row.code}" if kind == "organisation" else work_url(row.code)


@rows.verb
async def ask(actor: Actor, asked: Asked, about: About, papers: Sequence[files.Upload] = ()) -> str:
    """Enter a need. The caller has asked whether the actor may speak for `about`. Returns the code."""
    rules.check_wished(asked.wished_on, clock.today())
    row = await rows.insert(
        Consultation(
            code=await _next_code(),
            project=about.project,
            project_code=about.code,
            project_title=about.title,
            parties=msgspec.json.encode(about.parties).decode(),
            asked_by=actor.person,
            asking_unit=about.unit,
            asked_at=clock.now(),
            **await _columns(asked),
        )
    )
    await audit.record(actor, Action.ASK_CONSULTATION, row, code=row.code, project=about.code)
    for paper in papers:
        await files.receive(actor, paper, "consultation", row.id, "need")
    await _ask_office(row)
    return str(row.code)


async def _columns(asked: Asked) -> dict[str, Any]:
    """The area decides which department may read along."""
    lead = catalogue.load().area(asked.area).lead
    return {
        **msgspec.structs.asdict(asked),
        "fields": msgspec.json.encode(asked.fields).decode(),
        "department": (await units.find_unit("department", lead)).id,
        "due": rules.answer_due(clock.today(), asked.urgency, clock.calendar()),
    }


async def _next_code() -> str:
    """ZX2026-0001: what stands in addresses and is quoted on the telephone."""
    year = clock.today().year
    last = await rows.value(
        Q(
            "INSERT INTO counter (id, kind, year, last) VALUES ({}, 'consultation', {}, 1)"
            " ON CONFLICT (kind, year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            rows.new_id(),
            year,
        )
    )
    return f"ZX{year}-{last:04d}"


async def _ask_office(row: Consultation) -> None:
    title, url = words.TODO["arrange"].format(topic=row.topic), work_url(row.code)
    await todo.ask(Action.INVITE_CONSULTANT, row, title=title, url=url, role=Role.COORDINATOR, due=row.due)
    await letters.tell("consultation_asked", await holders(Role.COORDINATOR), url=url, topic=row.topic, due=row.due)
    await meaning.later((row.topic, row.need))
    await jobs.later(reckon, consultation=str(row.id), key=f"reckon:{row.id}:{row.version}")


async def find(actor: Actor, action: Action, code: str, version: int) -> Consultation:
    """The consultation locked for a verb, if `action` reaches it. Stale when somebody changed it since."""
    row = await rows.find(Consultation, Consultation.id == await reach.consultation_id(actor, action, code))
    rows.check_version(row, version)
    return row


@rows.verb
async def ask_again(actor: Actor, code: str, asked: Asked, papers: Sequence[files.Upload] = (), *, version: int) -> None:
    """The need with what the office missed. Its clock begins anew, its candidates are reckoned again."""
    row = await find(actor, Action.ASK_CONSULTATION, code, version)
    rules.check_wished(asked.wished_on, clock.today())
    Consultation.LIFE.target(ConsultationState(row.state), Action.ASK_CONSULTATION)
    changes = {getattr(Consultation, name): value for name, value in (await _columns(asked)).items()}
    await row.update_self({**changes, Consultation.ranked_at: None})
    for paper in papers:
        await files.receive(actor, paper, "consultation", row.id, "need")
    await move(actor, row, Action.ASK_CONSULTATION)
    await _ask_office(row)


async def _end(actor: Actor, action: Action, code: str, reason: str, version: int) -> Consultation:
    rules.check_reason(reason)
    row = await find(actor, action, code, version)
    await row.update_self({Consultation.reason: reason, Consultation.ended_at: clock.now()})
    await move(actor, row, action, reason=reason)
    await todo.settle(row, None, actor)
    return row


@rows.verb
async def return_for_detail(actor: Actor, code: str, *, reason: str, version: int) -> None:
    """Back to whoever asked, with what is missing."""
    row = await _end(actor, Action.RETURN_CONSULTATION, code, reason, version)
    await row.update_self({Consultation.ended_at: None})
    url = await asker_url(row)
    await todo.ask(
        Action.ASK_CONSULTATION, row, title=words.TODO["returned"].format(topic=row.topic), url=url, person=row.asked_by
    )
    await letters.tell("consultation_returned", [row.asked_by], url=url, topic=row.topic, reason=reason)


@rows.verb
async def decline(actor: Actor, code: str, *, reason: str, version: int) -> None:
    """Not arranged, and why."""
    row = await _end(actor, Action.DECLINE_CONSULTATION, code, reason, version)
    await letters.tell("consultation_declined", [row.asked_by], url=await asker_url(row), topic=row.topic, reason=reason)


@rows.verb
async def leave_unmet(actor: Actor, code: str, *, reason: str, version: int) -> None:
    """Nobody of the pool can help. The need stays on record: it says whom the city has to look for."""
    row = await _end(actor, Action.LEAVE_UNMET, code, reason, version)
    await withdraw_all(actor, row, reason)
    await letters.tell("consultation_unmet", [row.asked_by], url=await asker_url(row), topic=row.topic, reason=reason)


@rows.verb
async def cancel(actor: Actor, code: str, *, reason: str, version: int) -> None:
    """No longer needed. Whoever was invited is told."""
    row = await _end(actor, Action.CANCEL_CONSULTATION, code, reason, version)
    told = [*await withdraw_all(actor, row, reason), *await holders(Role.COORDINATOR)]
    to = [person for person in [*told, row.asked_by] if person != actor.person]
    await letters.tell("consultation_cancelled", to, topic=row.topic, reason=reason)


async def withdraw_all(actor: Actor | None, row: Consultation, reason: str) -> list[UUID]:
    """Every invitation of a consultation that will not take place, or needs nobody any more. Returns who was told."""
    open_ones = await (
        Invitation.objects()
        .where((Invitation.consultation == row.id) & Invitation.state.is_in(OPEN))
        .order_by(Invitation.number)
        .lock_rows("UPDATE")
    )
    for invitation in open_ones:
        await move(actor, invitation, Action.WITHDRAW_INVITATION, reason=reason)
        await todo.settle(invitation, None, actor)
    told = [invitation.person for invitation in open_ones]
    await letters.tell("consultation_withdrawn", told, url="/r/consultations", topic=row.topic, reason=reason)
    return told
