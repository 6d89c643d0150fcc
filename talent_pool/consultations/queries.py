"""Reads of consultations: lists, one with all that belongs to it, what an expert has of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import Action, Actor
from kernel.rows import Q
from talent_pool.consultations import words
from talent_pool.consultations.kinds import Help, Mode, Urgency, duration_label
from talent_pool.consultations.reach import visible_consultation
from talent_pool.consultations.rules import Parties
from talent_pool.life import ConsultationState, InvitationState
from talent_pool.profiles import record


class Consulted(Struct, frozen=True):
    """One consultation whole, without its invitations, advice and fees."""

    id: UUID
    code: str
    state: ConsultationState
    topic: str
    need: str
    area: str
    fields: list[str]
    county: str
    mode: Mode
    urgency: Urgency
    wished_on: date | None
    seats: int
    project: UUID | None
    project_code: str
    project_title: str
    parties: Parties
    asked_by: UUID
    asker: str
    asking_unit: UUID
    unit_name: str
    department: UUID | None
    asked_at: datetime
    due: date
    reason: str
    agenda: str
    meets_at: datetime | None
    place: str
    minutes: str
    held_on: date | None
    duration: int | None
    recorder: str
    recorded_at: datetime | None
    helped: Help | None
    feedback: str
    feedback_at: datetime | None
    ranked_at: datetime | None
    version: int


class Invited(Struct, frozen=True):
    """One invitation as the asking side and the office see it."""

    id: UUID
    number: int
    expert: UUID
    person: UUID
    name: str
    employer: str
    title: str
    state: InvitationState
    invited_at: datetime
    due: date
    answered_at: datetime | None
    by_link: bool
    reason: str
    draft: str
    helped: Help | None
    feedback: str
    version: int


class AdviceRow(Struct, frozen=True):
    id: UUID
    position: int
    text: str
    adopted: bool | None
    reason: str


async def consulted(condition: Q) -> Consulted:
    """The one consultation (as c) of which `condition` holds, or Missing."""
    return await rows.the(
        Consulted,
        Q(
            "SELECT c.id, c.code, c.state, c.topic, c.need, c.area, c.fields, c.county, c.mode, c.urgency, c.wished_on, c.seats,"
            " c.project, c.project_code, c.project_title, c.parties, c.asked_by, pe.name AS asker, c.asking_unit,"
            " u.name AS unit_name, c.department, c.asked_at, c.due, c.reason, c.agenda, c.meets_at, c.place, c.minutes, c.held_on,"
            " c.duration, coalesce(rp.name, '') AS recorder, c.recorded_at, nullif(c.helped, '') AS helped, c.feedback,"
            " c.feedback_at, c.ranked_at, c.version FROM consultation c JOIN unit u ON u.id = c.asking_unit"
            " JOIN person pe ON pe.id = c.asked_by LEFT JOIN person rp ON rp.id = c.recorded_by WHERE {}",
            condition,
        ),
    )


async def show(actor: Actor, action: Action, code: str) -> Consulted:
    return await consulted(Q("c.code = {} AND {}", code, visible_consultation(actor, action)))


async def invited(consultation: UUID) -> list[Invited]:
    """Everybody asked, in order. The caller has asked `visible_consultation`."""
    return await rows.fetch(
        Invited,
        Q(
            "SELECT v.id, v.number, v.expert, v.person, pe.name, coalesce(u.name, e.employer_name) AS employer, e.title, v.state,"
            " v.invited_at, v.due, v.answered_at, v.by_link, v.reason, v.draft, nullif(v.helped, '') AS helped, v.feedback,"
            " v.version FROM invitation v JOIN expert e ON e.id = v.expert JOIN person pe ON pe.id = v.person"
            " LEFT JOIN unit u ON u.id = e.employer WHERE v.consultation = {} ORDER BY v.number",
            consultation,
        ),
    )


async def advice(consultation: UUID) -> list[AdviceRow]:
    return await rows.fetch(
        AdviceRow,
        Q("SELECT id, position, text, adopted, reason FROM advice WHERE consultation = {} ORDER BY position", consultation),
    )


class Mine(Struct, frozen=True):
    """One invitation as its expert sees it. `duration` is what was recorded."""

    id: UUID
    code: str
    topic: str
    unit_name: str
    state: InvitationState
    consultation_state: ConsultationState
    mode: Mode
    urgency: Urgency
    invited_at: datetime
    due: date
    meets_at: datetime | None
    place: str
    held_on: date | None
    duration: int | None
    waits_for_feedback: bool

    @property
    def is_open(self) -> bool:
        """Whether it is still ahead of this expert."""
        ahead = {ConsultationState.INVITING, ConsultationState.AGREED}
        return self.state is InvitationState.ACCEPTED and self.consultation_state in ahead


_MINE = Q(
    "SELECT v.id, c.code, c.topic, u.name AS unit_name, v.state, c.state AS consultation_state, c.mode, c.urgency, v.invited_at,"
    " v.due, c.meets_at, c.place, c.held_on, CASE WHEN v.state = 'accepted' THEN c.duration END AS duration,"
    " v.state = 'accepted' AND c.state = 'held' AND v.helped = '' AS waits_for_feedback"
    " FROM invitation v JOIN consultation c ON c.id = v.consultation JOIN unit u ON u.id = c.asking_unit"
)


async def of_expert(person: UUID, limit: int = 100) -> list[Mine]:
    """What this person was asked to: what waits for an answer first, then the latest."""
    return await rows.fetch(
        Mine,
        Q(
            "{} WHERE v.person = {} ORDER BY v.state = 'invited' DESC, v.invited_at DESC, v.id DESC LIMIT {}",
            _MINE,
            person,
            limit,
        ),
    )


class History(Struct, frozen=True):
    """What an expert's profile says of consultations: no grades, no places."""

    held: int
    minutes: int
    open: int
    last_on: date | None


async def history(expert: UUID) -> History:
    """Of this expert and of every duplicate merged into it. The caller has asked whether the profile may be seen."""
    return await rows.the(
        History,
        Q(
            "SELECT count(*) FILTER (WHERE c.state IN ('held', 'finished')) AS held,"
            " coalesce(sum(c.duration) FILTER (WHERE c.state IN ('held', 'finished')), 0) AS minutes,"
            " count(*) FILTER (WHERE c.state IN ('inviting', 'agreed')) AS open, max(c.held_on) AS last_on"
            " FROM invitation v JOIN consultation c ON c.id = v.consultation JOIN expert e ON e.id = v.expert"
            " WHERE v.state = 'accepted' AND (e.id = {} OR e.merged_into = {})",
            expert,
            expert,
        ),
    )


@record.teller
async def told(expert: UUID) -> record.Told:
    """Consultations as the profile shows them; nothing where there was none."""
    found = await history(expert)
    if not (found.held or found.open):
        return []
    last = f"{found.last_on:%Y-%m-%d}" if found.last_on else words.NONE
    numbers = (str(found.held), duration_label(found.minutes), str(found.open), last)
    return list(zip(words.RECORD, numbers, strict=True))
