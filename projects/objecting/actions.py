"""Lodging an objection, answering it, giving it more time, refusing what is none."""

from __future__ import annotations

from enum import StrEnum

from kernel import audit, clock, rows, secrets_box, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Refused
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.deciding.objections import Upheld, answer_due, check_answer, check_extension, check_lodging
from projects.life import PROJECT
from projects.objecting import queries, words
from projects.publicising import actions as publicising
from projects.publicising import opening
from projects.publicising import queries as notices
from projects.publicising.tables import Objection

OFFERED = (Upheld.DISMISSED, Upheld.CANCEL)


class Reason(StrEnum):
    NOT_LISTED = "not-listed"
    NOT_OFFERED = "not-offered"

    @property
    def label(self) -> str:
        return words.REASON[self]


@rows.verb
async def lodge(notice_code: str, project_code: str, *, name: str, contact: str, by_unit: bool, statement: str) -> str:
    """Anybody objects to one published project, by name. It freezes that project and no other. Returns the number to quote."""
    notice = await notices.notice(notice_code)
    check_lodging(clock.now(), start=notice.starts_on, end=notice.ends_on, name=name, contact=contact, facts=statement)
    item = next((item for item in await notices.items(notice.id) if item.code == project_code), None)
    if item is None:
        raise Refused(Reason.NOT_LISTED)
    pack = await calls.pack_of(notice.call)
    due = answer_due(clock.today(), pack.calendar, clock.calendar())
    code = await opening.next_code("YY")
    objection = await rows.insert(
        Objection(
            code=code,
            notice=notice.id,
            project=item.project,
            by_unit=by_unit,
            objector=secrets_box.seal(queries.SEALED, name),
            contact=secrets_box.seal(queries.SEALED, contact),
            statement=statement,
            lodged_at=clock.now(),
            due=due,
        )
    )
    await audit.record(None, Action.LODGE_OBJECTION, objection, code=code, project=project_code)
    await _ask(objection, notice)
    return code


async def _ask(objection: Objection, notice: notices.NoticeRow) -> None:
    """Whoever holds the duty on the call; without one, the host's coordinators."""
    people = await rows.column(
        Q("SELECT person FROM call_duty WHERE call = {} AND duty = 'objections' AND ended_at IS NULL", notice.call)
    )
    title, url = words.TODO.format(code=objection.code), f"/w/objections/{objection.code}"
    for person in people:
        await todo.ask(Action.ANSWER_OBJECTION, objection, title=title, url=url, person=person, due=objection.due)
    if not people:
        role, unit = Role.COORDINATOR, notice.host
        await todo.ask(Action.ANSWER_OBJECTION, objection, title=title, url=url, role=role, unit=unit, due=objection.due)


async def _find(actor: Actor, action: Action, code: str, version: int) -> tuple[Objection, queries.ObjectionRow]:
    seen = await queries.objection(actor, action, code)
    objection = await rows.find(Objection, Objection.id == seen.id)
    rows.check_version(objection, version)
    return objection, seen


@rows.verb
async def answer(actor: Actor, code: str, *, outcome: Upheld, text: str, version: int) -> None:
    """Close it with what was found. Upheld, the project loses its place and its money goes back.

    Refused: by someone who screened, scored or decided first.
    """
    objection, seen = await _find(actor, Action.ANSWER_OBJECTION, code, version)
    if outcome not in OFFERED:
        raise Refused(Reason.NOT_OFFERED)
    first = await queries.decided_first(seen.project, seen.call)
    check_answer(actor.person, first, text, outcome, determined=seen.amount, cut_to=None)
    await objection.update_self(
        {
            Objection.outcome: outcome,
            Objection.answer: text,
            Objection.answered_by: actor.person,
            Objection.answered_at: clock.now(),
        }
    )
    await move(actor, objection, Action.ANSWER_OBJECTION, outcome=outcome)
    await todo.settle(objection, None, actor)
    # Another objection, or the host, may have ended it before.
    if outcome is Upheld.CANCEL and PROJECT.allows(seen.project_state, Action.CANCEL_PROJECT):
        await publicising.end_award(actor, seen.project, reason=text)


@rows.verb
async def extend(actor: Actor, code: str, *, reason: str, version: int) -> None:
    """Once, while there is still time, with a reason."""
    objection, seen = await _find(actor, Action.EXTEND_OBJECTION, code, version)
    check_extension(clock.now(), seen.due, reason, extended=objection.extended_at is not None)
    pack = await calls.pack_of(seen.call)
    lodged = seen.lodged_at.astimezone(clock.SHANGHAI).date()
    due = answer_due(lodged, pack.calendar, clock.calendar(), extended=True)
    await objection.update_self({Objection.due: due, Objection.extended_reason: reason, Objection.extended_at: clock.now()})
    await move(actor, objection, Action.EXTEND_OBJECTION, reason=reason, due=due)
    await rows.execute(Q("UPDATE todo SET due = {} WHERE subject = {} AND done_at IS NULL", due, objection.id))


@rows.verb
async def refuse(actor: Actor, code: str, *, reason: str, version: int) -> None:
    """What names nobody, or speaks of no fact of the notice, is not an objection; it is registered and said why."""
    objection, seen = await _find(actor, Action.REFUSE_OBJECTION, code, version)
    first = await queries.decided_first(seen.project, seen.call)
    check_answer(actor.person, first, reason, Upheld.DISMISSED, determined=seen.amount, cut_to=None)
    await objection.update_self(
        {Objection.answer: reason, Objection.answered_by: actor.person, Objection.answered_at: clock.now()}
    )
    await move(actor, objection, Action.REFUSE_OBJECTION, reason=reason)
    await todo.settle(objection, None, actor)
