"""线下签批登记. Leaders do not sign in: one person enters what was signed on paper, another confirms it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from kernel import audit, clock, rows, todo
from kernel.access import Action, Actor, Role
from kernel.audit import Subject, subject_of
from kernel.errors import Refused
from kernel.tables import Signoff
from kernel.words import SIGNOFF_REASON


class SignoffReason(StrEnum):
    SAME_PERSON = "same-person"
    ALREADY_CONFIRMED = "already-confirmed"
    NEEDS_PAPER = "needs-paper"
    FUTURE = "future"

    @property
    def label(self) -> str:
        return SIGNOFF_REASON[self]


class Paper(Struct, frozen=True):
    """What was signed: `kind` minutes, memo or countersign; `body` the meeting or leader."""

    kind: str
    number: str
    signed_on: date
    body: str
    votes: str = ""
    summary: str = ""


@rows.verb
async def register(
    actor: Actor,
    subject: Subject,
    given: Paper,
    *,
    purpose: str,
    scan: UUID | None,
    ask: Role,
    ask_unit: UUID | None,
    title: str,
    url: str,
) -> Signoff:
    """Enter a paper approval; `scan` is a file's id.

    Asks whoever holds `ask` in `ask_unit` to confirm. Refused: no scan, a date in the future.
    """
    if scan is None:
        raise Refused(SignoffReason.NEEDS_PAPER)
    if given.signed_on > clock.today():
        raise Refused(SignoffReason.FUTURE, today=clock.today().isoformat())
    subject_kind, ident = subject_of(subject)
    paper = await rows.insert(
        Signoff(
            subject_kind=subject_kind,
            subject=ident,
            purpose=purpose,
            scan=scan,
            **asdict(given),
            registered_by=actor.person,
            registered_at=clock.now(),
        )
    )
    await audit.record(actor, Action.REGISTER_SIGNOFF, paper, of=f"{subject_kind}:{ident}", purpose=purpose, number=given.number)
    await todo.ask(Action.CONFIRM_SIGNOFF, paper, title=title, url=url, role=ask, unit=ask_unit)
    return paper


@rows.verb
async def confirm(actor: Actor, signoff: UUID) -> Signoff:
    """A second person has compared the entry with the paper. Refused: the same person, or confirmed already."""
    paper = await rows.find(Signoff, Signoff.id == signoff)
    if paper.confirmed_by is not None:
        raise Refused(SignoffReason.ALREADY_CONFIRMED)
    if paper.registered_by == actor.person:
        raise Refused(SignoffReason.SAME_PERSON)
    await paper.update_self({Signoff.confirmed_by: actor.person, Signoff.confirmed_at: clock.now()})
    await audit.record(actor, Action.CONFIRM_SIGNOFF, paper, number=paper.number)
    await todo.settle(paper, Action.CONFIRM_SIGNOFF, actor)
    return paper


async def confirmed(subject: Subject, purpose: str) -> Signoff | None:
    """The confirmed paper approval of `subject` for `purpose`, or None."""
    _, ident = subject_of(subject)
    return await (
        Signoff.objects()
        .where((Signoff.subject == ident) & (Signoff.purpose == purpose) & Signoff.confirmed_by.is_not_null())
        .order_by(Signoff.registered_at, ascending=False)
        .first()
    )


async def papers(subject: Subject) -> list[Signoff]:
    """All paper approvals entered for `subject`, latest first."""
    _, ident = subject_of(subject)
    return await Signoff.objects().where(Signoff.subject == ident).order_by(Signoff.registered_at, ascending=False)
