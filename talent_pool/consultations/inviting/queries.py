"""One invitation with what its expert may know of the consultation: the need at once, the rest after accepting."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q
from talent_pool.consultations.kinds import Help, Mode, Urgency
from talent_pool.life import ConsultationState, InvitationState


class Opened(Struct, frozen=True):
    id: UUID
    state: InvitationState
    due: date
    reason: str
    draft: str
    helped: Help | None
    feedback: str
    version: int
    consultation: UUID
    consultation_state: ConsultationState
    topic: str
    need: str
    area: str
    fields: list[str]
    county: str
    mode: Mode
    urgency: Urgency
    wished_on: date | None
    unit_name: str
    project_title: str
    asker: str
    agenda: str
    meets_at: datetime | None
    place: str
    minutes: str
    held_on: date | None
    length: int | None

    @property
    def has_come(self) -> bool:
        """Whether what happens after the invitation is this expert's, too."""
        return self.state is InvitationState.ACCEPTED

    @property
    def writes(self) -> bool:
        return self.has_come and self.consultation_state in {ConsultationState.AGREED, ConsultationState.HELD}


async def opened(invitation: UUID, person: UUID) -> Opened:
    """Missing when it is somebody else's. Time, place and minutes are blank for whoever has not accepted."""
    return await rows.the(
        Opened,
        Q(
            "SELECT v.id, v.state, v.due, v.reason, v.draft, nullif(v.helped, '') AS helped, v.feedback, v.version,"
            " c.id AS consultation, c.state AS consultation_state, c.topic, c.need, c.area, c.fields, c.county, c.mode, c.urgency,"
            " c.wished_on, u.name AS unit_name, c.project_title, k.name AS asker,"
            " CASE WHEN come THEN c.agenda ELSE '' END AS agenda, CASE WHEN come THEN c.meets_at END AS meets_at,"
            " CASE WHEN come THEN c.place ELSE '' END AS place, CASE WHEN come THEN c.minutes ELSE '' END AS minutes,"
            " CASE WHEN come THEN c.held_on END AS held_on, CASE WHEN come THEN c.duration END AS length"
            " FROM invitation v JOIN consultation c ON c.id = v.consultation JOIN unit u ON u.id = c.asking_unit"
            " JOIN person k ON k.id = c.asked_by CROSS JOIN LATERAL (SELECT v.state = 'accepted') AS answered (come)"
            " WHERE v.id = {} AND v.person = {}",
            invitation,
            person,
        ),
    )
