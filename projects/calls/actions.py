"""The verbs of a call: draft, edit, send, return, publish, correct, extend, close, discard, withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from departments import catalogue
from departments.organisation import queries as units
from kernel import audit, clock, jobs, letters, rows, signoff, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.files import actions as files
from kernel.life import LifeReason
from kernel.moves import move
from kernel.rows import Q
from projects.calls import rules, words
from projects.calls.editing import Changes, changed
from projects.calls.rulepack import RulePack, default_pack, from_json
from projects.calls.rules import Schedule
from projects.calls.tables import CallVersion
from projects.states import CallState
from projects.tables import Call

PUBLISH = "publish-call"
"""The purpose of a paper approval that lets a call be published."""


def url_of(call: Call) -> str:
    return f"/w/calls/{call.code}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


async def find(code: str, version: int | None = None) -> Call:
    call = await rows.find(Call, (Call.code == code) & Call.batch.is_null())
    if version is not None:
        rows.check_version(call, version)
    return call


@rows.verb
async def draft(actor: Actor) -> str:
    """A new call from the default rule pack, dated from today."""
    pack, year = default_pack(), clock.today().year
    number = await rows.value(Q(f"SELECT nextval('call_code_{year:d}')"))
    footer = catalogue.load().footer
    schedule = rules.default_schedule(clock.today(), pack, clock.calendar())
    call = await rows.insert(
        Call(
            code=f"{year}-{number:02d}",
            year=year,
            title=words.TITLE.format(year=year, number=await _numeral(year)),
            host=(await units.find_unit("department", footer.host)).id,
            areas=_json([area.code for area in catalogue.load().areas]),
            pack=pack.to_json(),
            pack_hash=pack.sha256,
            opens_on=schedule.opens,
            fill_until=schedule.fill_by,
            endorse_until=schedule.endorse_by,
            contact=footer.consult_phone,
            supervision=footer.supervision_phone,
            drafted_by=actor.person,
            created_at=clock.now(),
        )
    )
    await audit.record(actor, Action.DRAFT_CALL, call, code=call.code)
    return f"{url_of(call)}/edit/basic"


async def _numeral(year: int) -> str:
    """Which call of the city's year a new one is. Not its code's number: imports take codes, too, and what is discarded keeps its own."""
    from cn2an import an2cn  # here, because it costs 0.1 s to import and few processes draft a call

    before = Q("SELECT count(*) + 1 FROM call WHERE year = {} AND batch IS NULL AND state <> {}", year, CallState.DISCARDED)
    return str(an2cn(await rows.value(before)))


@rows.verb
async def edit(actor: Actor, code: str, version: int, columns: dict[str, Any]) -> None:
    """Change title, areas, dates, budget or telephones of a draft."""
    call = await find(code)
    _check_draft(call)
    rows.check_version(call, version)
    given = {**columns, **({"areas": _json(columns["areas"])} if "areas" in columns else {})}
    if "fill_until" in columns:
        opens, fill_by, endorse_by = (columns[name] for name in ("opens_on", "fill_until", "endorse_until"))
        rules.check_schedule(Schedule(min(opens, clock.today()), opens, fill_by, endorse_by), clock.today())
    await call.update_self({**{getattr(Call, name): value for name, value in given.items()}, Call.version: version + 1})
    await audit.record(actor, Action.EDIT_CALL, call, changed=sorted(columns))


@rows.verb
async def edit_rules(actor: Actor, code: str, version: int, changes: Changes) -> None:
    """Change the numbers of a draft's rule pack. What does not fit together is shown on the preview, not refused here."""
    call = await find(code)
    _check_draft(call)
    rows.check_version(call, version)
    await set_pack(call, changed(pack_of(call), changes))
    await audit.record(actor, Action.EDIT_CALL, call, changed=["pack"], pack=call.pack_hash)


def pack_of(call: Call) -> RulePack:
    return from_json(call.pack)


async def set_pack(call: Call, pack: RulePack, **columns: Any) -> None:
    given = {"pack": pack.to_json(), "pack_hash": pack.sha256, "version": call.version + 1, **columns}
    await call.update_self({getattr(Call, name): value for name, value in given.items()})


def _check_draft(call: Call) -> None:
    if call.state != CallState.DRAFT:
        raise Refused(LifeReason.WRONG_STATE, state=CallState(call.state).label, action=Action.EDIT_CALL.label)


@rows.verb
async def send(actor: Actor, code: str, version: int) -> str:
    """To the director for approval. Refused: something of the call does not hold."""
    call = await find(code, version)
    _check_ready(call, approver=UUID(int=0))
    await move(actor, call, Action.SEND_CALL)
    title = words.APPROVE.format(title=call.title)
    await todo.ask(Action.PUBLISH_CALL, call, title=title, url=url_of(call), unit=call.host, role=Role.DIRECTOR)
    return url_of(call)


def _check_ready(call: Call, approver: UUID) -> None:
    opens = max(call.opens_on, clock.today())
    rules.check_publishable(
        pack_of(call),
        Schedule(clock.today(), opens, call.fill_until, call.endorse_until),
        today=clock.today(),
        areas=len(msgspec.json.decode(call.areas)),
        phones=bool(call.contact.strip() and call.supervision.strip()),
        drafter=call.drafted_by,
        approver=approver,
    )


@rows.verb
async def send_back(actor: Actor, code: str, reason: str, version: int) -> str:
    """Back to the drafter, with the reason."""
    call = await find(code, version)
    await move(actor, call, Action.RETURN_CALL, reason=reason)
    await todo.settle(call, None, actor)
    title = words.RETURNED.format(title=call.title)
    await todo.ask(Action.SEND_CALL, call, title=title, url=url_of(call), person=call.drafted_by)
    await letters.tell("call_returned", [call.drafted_by], url=url_of(call), title=call.title, reason=reason, by=actor.name)
    return url_of(call)


@rows.verb
async def publish(actor: Actor, code: str, version: int) -> str:
    """Freeze the rules and open the call. Refused: the drafter, a coordinator without a confirmed paper, unsound rules."""
    call = await find(code, version)
    paper = await signoff.confirmed(call, PUBLISH)
    rules.check_approved(actor.holds(Role.DIRECTOR), paper is not None)
    _check_ready(call, approver=actor.person)
    opens = max(call.opens_on, clock.today())
    await call.update_self({Call.published_at: clock.now(), Call.published_by: actor.person, Call.opens_on: opens})
    await keep_version(actor, call, [], "")
    await move(actor, call, Action.PUBLISH_CALL, pack=call.pack_hash, paper=paper.number if paper else "")
    await todo.settle(call, None, actor)
    title = words.CLOSE.format(title=call.title)
    due = clock.add_working_days(call.endorse_until, 1)
    await todo.ask(Action.CLOSE_CALL, call, title=title, url=url_of(call), role=Role.COORDINATOR, unit=call.host, due=due)
    await jobs.later(announce, key=f"announce:{call.id}", call=str(call.id))
    return url_of(call)


async def keep_version(actor: Actor, call: Call, differences: list[Any], reason: str) -> None:
    await rows.insert(
        CallVersion(
            call=call.id,
            number=call.pack_version,
            pack=call.pack,
            pack_hash=call.pack_hash,
            differences=_json(differences),
            reason=reason,
            published_by=actor.person,
            published_at=clock.now(),
        )
    )


@jobs.job
async def announce(*, call: str) -> None:
    """Tell those who apply for organisations, and the departments, that a call has opened. Nobody is told twice."""
    await _announce(UUID(call))


@rows.verb
async def _announce(ident: UUID) -> None:
    call = await rows.find(Call, Call.id == ident)
    url = f"/calls/{call.code}"
    told = set(await rows.column(Q("SELECT person FROM letter WHERE kind = 'call_published' AND url = {}", url)))
    people = [call.drafted_by]
    for role in (Role.ORGANISATION_ADMIN, Role.APPLICANT, Role.OFFICER, Role.HEAD):
        people += await units.holders(role)
    await letters.tell(
        "call_published",
        [person for person in people if person not in told],
        url=url,
        title=call.title,
        opens=call.opens_on,
        fill_until=call.fill_until,
        endorse_until=call.endorse_until,
    )


@rows.verb
async def close(actor: Actor, code: str, version: int) -> str:
    """After the unit's deadline has passed for everybody."""
    call = await find(code, version)
    rules.check_over(call.endorse_until, clock.today())
    await move(actor, call, Action.CLOSE_CALL)
    return url_of(call)


@rows.verb
async def discard(actor: Actor, code: str, version: int) -> str:
    call = await find(code, version)
    await move(actor, call, Action.DISCARD_CALL)
    await todo.settle(call, None, actor)
    return "/w/calls"


@rows.verb
async def register_approval(actor: Actor, code: str, paper: signoff.Paper, upload: Any) -> str:
    """The director's approval on paper: entered by one person of the host, confirmed by another."""
    call = await find(code)
    rules.check_of_host(actor, Action.REGISTER_SIGNOFF, call.host)
    scan = await files.receive(actor, upload, "call", call.id, slot=PUBLISH)
    title = words.CONFIRM.format(title=call.title)
    await signoff.register(
        actor,
        call,
        paper,
        purpose=PUBLISH,
        scan=scan.id,
        ask=Role.COORDINATOR,
        ask_unit=call.host,
        title=title,
        url=url_of(call),
    )
    return url_of(call)


@rows.verb
async def confirm_approval(actor: Actor, code: str, paper: UUID) -> str:
    call = await find(code)
    rules.check_of_host(actor, Action.CONFIRM_SIGNOFF, call.host)
    if paper not in {p.id for p in await signoff.papers(call)}:
        raise Missing
    await signoff.confirm(actor, paper)
    return url_of(call)
