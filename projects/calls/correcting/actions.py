"""The verbs of a published call: correct, extend, withdraw. Each is public, and everybody with a proposal in hand is told."""

from __future__ import annotations

from datetime import date

from kernel import clock, letters, rows, todo
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.moves import move
from projects.calls import queries, rules, words
from projects.calls.actions import find, keep_version, pack_of, set_pack, url_of
from projects.calls.differences import check_correction
from projects.calls.editing import Changes, changed
from projects.calls.rules import Schedule
from projects.tables import Call


@rows.verb
async def correct(actor: Actor, code: str, reason: str, changes: Changes, version: int) -> str:
    """更正公告: a new version of the rules with its differences. Everybody with a draft is told."""
    call = await find(code, version)
    old = pack_of(call)
    new = changed(old, changes)
    found = check_correction(old, new, reason)
    for problem in rules.problems(new):
        raise problem
    await set_pack(call, new, pack_version=call.pack_version + 1)
    await keep_version(actor, call, found, reason)
    await move(actor, call, Action.CORRECT_CALL, reason=reason, pack=new.sha256, number=call.pack_version)
    people = await queries.drafters(call.id)
    await letters.tell("call_corrected", people, url=f"/calls/{call.code}", title=call.title, reason=reason, differences=found)
    return url_of(call)


@rows.verb
async def extend(actor: Actor, code: str, fill_until: date, endorse_until: date, reason: str, version: int) -> str:
    """The same new deadline for all, by notice."""
    call = await find(code, version)
    old = Schedule(call.opens_on, call.opens_on, call.fill_until, call.endorse_until)
    rules.check_extension(old, fill_until, reason)
    rules.check_schedule(Schedule(call.opens_on, call.opens_on, fill_until, endorse_until), clock.today())
    differences = [
        {"label": words.DATES["fill_until"], "before": call.fill_until, "after": fill_until},
        {"label": words.DATES["endorse_until"], "before": call.endorse_until, "after": endorse_until},
    ]
    await call.update_self(
        {Call.fill_until: fill_until, Call.endorse_until: endorse_until, Call.pack_version: call.pack_version + 1}
    )
    await keep_version(actor, call, differences, reason)
    await move(actor, call, Action.EXTEND_CALL, reason=reason, fill_until=fill_until, endorse_until=endorse_until)
    people = await queries.drafters(call.id)
    url = f"/calls/{call.code}"
    await letters.tell(
        "call_extended", people, url=url, title=call.title, reason=reason, fill_until=fill_until, endorse_until=endorse_until
    )
    return url_of(call)


@rows.verb
async def withdraw(actor: Actor, code: str, reason: str, version: int) -> str:
    """撤销征集, with a public reason. Everybody with a proposal in hand is told."""
    if not reason.strip():
        raise Refused(rules.Reason.NO_REASON)
    call = await find(code, version)
    people = await queries.drafters(call.id)
    await move(actor, call, Action.WITHDRAW_CALL, reason=reason)
    await todo.settle(call, None, actor)
    await letters.tell("call_withdrawn", people, url="/calls", title=call.title, reason=reason)
    return url_of(call)
