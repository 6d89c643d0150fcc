"""The single-use link of an invitation: signed when it is sent, kept nowhere, good until the invitation is answered."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, letters, rows
from kernel.access import Actor
from kernel.accounts import tokens
from kernel.errors import Missing, Refused
from kernel.rows import Q
from talent_pool.consultations.rules import Reason
from talent_pool.life import InvitationState

KIND = "consult"
GOOD_FOR = timedelta(days=14)
"""Longer than any invitation waits; the invitation itself says when it is too late."""


class Holder(Struct, frozen=True):
    """Whose link it is, and to what."""

    invitation: UUID
    person: UUID
    name: str
    state: InvitationState

    def actor(self) -> Actor:
        """The person, with no role: the link opens this one invitation and nothing else."""
        return Actor(self.person, self.name)


async def send(person: UUID, invitation: UUID) -> None:
    await letters.send_secret(KIND, person, invitation)


def path(invitation: UUID) -> str:
    """Where the link leads. Only for the eyes of its person."""
    return f"/consult/{tokens.sign(KIND, str(invitation), clock.real_now() + GOOD_FOR)}"


async def holder(token: str) -> Holder:
    """Missing when forged, expired or of another kind; Refused when the invitation is answered or withdrawn."""
    found = await rows.the(
        Holder,
        Q(
            "SELECT v.id AS invitation, v.person, pe.name, v.state FROM invitation v JOIN person pe ON pe.id = v.person"
            " WHERE v.id = {}",
            UUID(tokens.subject_of(KIND, token)),
        ),
    )
    if found.state is not InvitationState.INVITED:
        raise Refused(Reason.ANSWERED)
    return found


class _Facts(Struct, frozen=True):
    name: str
    topic: str
    state: InvitationState
    due: str


@letters.secret(KIND)
async def compose(invitation: UUID) -> letters.Text | None:
    """What the person gets, or nothing when the invitation no longer waits."""
    try:
        facts = await rows.the(
            _Facts,
            Q(
                "SELECT pe.name, c.topic, v.state, to_char(v.due, 'YYYY-MM-DD') AS due FROM invitation v"
                " JOIN consultation c ON c.id = v.consultation JOIN person pe ON pe.id = v.person WHERE v.id = {}",
                invitation,
            ),
        )
    except Missing:
        return None
    if facts.state is not InvitationState.INVITED:
        return None
    return letters.write("consultation_link", url=path(invitation), name=facts.name, topic=facts.topic, due=facts.due)
