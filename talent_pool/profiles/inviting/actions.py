"""Inviting somebody by name and mobile number, sending the link again, and the application that comes back through it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import audit, clock, letters, rows, secrets_box
from kernel.access import Action, Actor
from kernel.accounts.mine.actions import write_contact
from kernel.accounts.tables import Person
from kernel.errors import Refused
from kernel.files.actions import Upload
from kernel.moves import move
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.profiles import actions, keeping, links, rules
from talent_pool.profiles.actions import Said
from talent_pool.profiles.inviting.rules import Reason, check_known
from talent_pool.profiles.keeping import Work
from talent_pool.profiles.kinds import Category, DocumentKind, LinkKind, Part, Source
from talent_pool.profiles.tables import Expert


class Invited(Struct, frozen=True):
    """What an officer knows of the person."""

    name: str
    mobile: str
    employer_name: str
    category: Category
    recommendation: str = ""


class Known(Struct, frozen=True):
    id: UUID
    name: str
    expert: UUID | None
    state: ExpertState | None


@rows.verb
async def invite_expert(actor: Actor, invited: Invited) -> UUID:
    """Ask somebody by SMS. The person need not be known here; who was refused or left may be asked once more.

    Refused: another name under this number, already in the pool, already asked.
    """
    unit = _unit_of(actor)
    known = await _known(invited)
    if known is not None and known.id == actor.person:
        raise Refused(Reason.ONESELF)
    if known is None:
        row = await _enter(actor, invited, unit, (await _person(invited)).id)
    elif known.expert is None:
        row = await _enter(actor, invited, unit, known.id)
    else:
        assert known.state is not None
        check_known(invited.name, known.state)
        row = await rows.find(Expert, Expert.id == known.expert)
        await _ask_again(actor, row, invited.recommendation, unit)
    await links.send(LinkKind.APPLY, row.id, row.person, actor.person)
    return UUID(str(row.id))


def _unit_of(actor: Actor) -> UUID:
    units = actor.units(Action.INVITE_EXPERT)
    if not units:
        raise Refused(Reason.NO_UNIT)
    return units[0]


async def _known(invited: Invited) -> Known | None:
    """The person of this number. Under another name the number is somebody else's, and nobody learns whose."""
    found = await rows.fetch(
        Known,
        Q(
            "SELECT p.id, p.name, e.id AS expert, e.state FROM person p LEFT JOIN expert e ON e.person = p.id"
            " WHERE p.mobile_key = ANY({}::text[]) AND (e.merged_into IS NULL) ORDER BY p.created_at LIMIT 10",
            secrets_box.hmac_keys(invited.mobile),
        ),
    )
    if not found:
        return None
    same = [known for known in found if known.name == invited.name]
    if not same:
        raise Refused(Reason.OTHER_NAME)
    return same[0]


async def _person(invited: Invited) -> Person:
    person = await rows.insert(
        Person(name=invited.name, sort_key=rules.sort_key(invited.name), created_at=clock.real_now()),
    )
    await write_contact(person, invited.mobile, "")
    return person


async def _enter(actor: Actor, invited: Invited, unit: UUID, person: UUID) -> Expert:
    said = Said(employer_name=invited.employer_name, category=invited.category)
    row = await rows.insert(
        Expert(
            person=person,
            state=ExpertState.INVITED,
            source=Source.DEPARTMENT,
            initials=rules.initials(invited.name),
            invited_by=actor.person,
            invited_unit=unit,
            invited_at=clock.now(),
            recommendation=invited.recommendation,
            added_by=actor.person,
            added_at=clock.now(),
            **await actions.columns_of(said),
        )
    )
    await audit.record(actor, Action.INVITE_EXPERT, row)
    return row


async def _ask_again(actor: Actor, row: Expert, recommendation: str, unit: UUID) -> None:
    await move(actor, row, Action.INVITE_EXPERT)
    await row.update_self(
        {
            Expert.invited_by: actor.person,
            Expert.invited_unit: unit,
            Expert.invited_at: clock.now(),
            Expert.recommendation: recommendation or row.recommendation,
            Expert.settled_by: None,
            Expert.settled_at: None,
            Expert.reason: "",
        }
    )


@rows.verb
async def send_again(actor: Actor, expert: UUID) -> None:
    """A new link for somebody who was invited, refused or has left; the older one stops working."""
    row = await actions.found(actor, Action.INVITE_EXPERT, expert)
    person = await rows.find(Person, Person.id == row.person, lock=False)
    if person.id == actor.person:
        raise Refused(Reason.ONESELF)
    if person.mobile is None:
        raise Refused(Reason.NO_MOBILE, name=person.name)
    await _ask_again(actor, row, "", row.invited_unit or _unit_of(actor))
    await links.send(LinkKind.APPLY, row.id, person.id, actor.person)


class Consent(Struct, frozen=True):
    """The employer's letter, when it is at hand already."""

    upload: Upload
    issued_on: date | None = None
    expires_on: date | None = None


@rows.verb
async def apply(
    token: str, said: Said, *, works: Sequence[Work] = (), shown: Sequence[Part] = (), consent: Consent | None = None
) -> None:
    """The application through the link, which is thereby used up; a second person at the host decides."""
    holder = await links.use(LinkKind.APPLY, token)
    row = await rows.find(Expert, Expert.id == holder.expert)
    rules.check_shown(shown)
    # What the inviter wrote was only meant to find the person; an employer left since an earlier admission is a tie.
    first = row.confirmed_on is None
    await actions.write(holder.actor, Action.APPLY_AS_EXPERT, row, said, row.version, renamed=first)
    await keeping.insert_works(row, works)
    if consent is not None:
        await keeping.take_document(
            holder.actor,
            row,
            DocumentKind.CONSENT,
            consent.upload,
            issued_on=consent.issued_on,
            expires_on=consent.expires_on,
        )
    now = clock.now()
    await row.update_self({Expert.shown: keeping.encoded(shown), Expert.shown_at: now, Expert.applied_at: now})
    await move(holder.actor, row, Action.APPLY_AS_EXPERT, shown=sorted(shown))
    await actions.know(row.id)
    await actions.ask_admission(row, holder.name)
    if row.invited_by is not None:
        await letters.tell("expert_applied", [row.invited_by], url="/w/experts/invitations", channels=(), name=holder.name)
