"""The verbs around a run: asking for it, the job that answers it, cancelling, sending it back; locks and exclusions."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from msgspec import structs

from kernel import audit, clock, jobs, letters, rows
from kernel.access import Action, Actor
from kernel.errors import Missing, Refused
from kernel.money import Fen
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.matching import keeping, loading, queries, rules, running, words
from projects.matching.puzzle import Puzzle
from projects.matching.rules import Reason
from projects.matching.tables import MatchHold, MatchProject, MatchRun
from projects.panels import queries as panels
from projects.queries import visible_project
from projects.states import RunState
from talent_pool.meaning import queries as meaning


def url_of(run: UUID) -> str:
    return f"/w/matching/{run}"


@rows.verb
async def ask_run(
    actor: Actor,
    call: str,
    *,
    objective: str,
    review_on: date,
    codes: Sequence[str] = (),
    threshold: int = 85,
    load: int = 0,
    district: int = 0,
) -> str:
    """Match experts to accepted proposals that no panel judges yet: those named, or all. The seed is drawn now, before any answer."""
    found = await panels.calls(actor, Action.RUN_MATCHING, call)
    if not found or not call:
        raise Missing
    line = found[0]
    await rows.execute(Q("SELECT id FROM call WHERE id = {} FOR UPDATE", line.id))
    if await MatchRun.exists().where((MatchRun.call == line.id) & MatchRun.state.is_in([*queries.UNDER_WAY])):
        raise Refused(Reason.UNDER_WAY)
    chosen = await _chosen(actor, line.id, codes)
    rules.check_asking(len(chosen), review_on, clock.today())
    pack = (await calls.pack(line.pack_hash)).panel
    wanted = rules.parameters(pack, review_on=review_on, threshold=threshold, load=load, district=district)
    number = await rows.value(Q("SELECT coalesce(max(number), 0) + 1 FROM match_run WHERE call = {}", line.id))
    run = await rows.insert(
        MatchRun(
            call=line.id,
            number=number,
            objective=objective,
            parameters=keeping.as_json(wanted),
            pack_hash=line.pack_hash,
            seed=secrets.token_hex(16) if objective == "lottery" else "",
            asked_by=actor.person,
            asked_at=clock.now(),
        )
    )
    await rows.copy(
        MatchProject,
        ("id", "run", "project", "place", "seats"),
        [(rows.new_id(), run.id, ident, place, pack.seats_for(requested)) for place, (ident, requested) in enumerate(chosen)],
    )
    await audit.record(actor, Action.RUN_MATCHING, run, projects=len(chosen), objective=objective)
    await jobs.later(match, run=run.id, key=f"match:{run.id}")
    return url_of(run.id)


async def _chosen(actor: Actor, call: UUID, codes: Sequence[str]) -> list[tuple[UUID, Fen]]:
    """(id, requested) of the projects to match, in the order of ids; one that is out of reach or not free is Missing."""
    wanted = sorted(set(codes))
    found = await rows.DB.run_querystring(
        Q(
            "SELECT p.id, coalesce(p.requested, 0) FROM project p WHERE p.call = {} AND p.state = 'accepted'"
            " AND NOT EXISTS (SELECT 1 FROM panel_project pp WHERE pp.project = p.id) AND {} AND ({} = 0 OR p.code = ANY({}::text[]))"
            " ORDER BY p.id::text",
            call,
            visible_project(actor, Action.RUN_MATCHING),
            len(wanted),
            wanted,
        )
    )
    if wanted and len(found) < len(wanted):
        raise Missing
    return [(UUID(str(ident)), Fen(requested)) for ident, requested in found]


@jobs.job
async def match(*, run: str) -> None:
    """Read, answer elsewhere, keep. Whoever comes first keeps the answer; identical input gives an identical one."""
    ident = UUID(run)
    state = await keeping.begin(ident)
    if state is None:
        return
    async with running.current().ready() as runner:
        await _match(ident, state, runner)


async def _match(ident: UUID, state: RunState, runner: running.Runner) -> None:
    puzzle = await loading.puzzle(ident)
    with tempfile.TemporaryDirectory(prefix="meaning-") as folder:
        vectors = Path(folder) / "vectors.npz"
        if await meaning.archive(loading.texts(puzzle), vectors):
            puzzle = structs.replace(puzzle, vectors=str(vectors))
        await _answer(ident, puzzle, state, runner)


async def _answer(ident: UUID, puzzle: Puzzle, state: RunState, runner: running.Runner) -> None:
    async def heard(share: float, what: str) -> bool:
        return state is not RunState.RUNNING or await keeping.note_progress(ident, share, what)

    async def kept(result: running.Result) -> bool:
        return await keeping.keep(ident, puzzle, result)

    extras = await runner.answer(puzzle, heard, kept)
    if extras is not None:
        await keeping.explain(ident, puzzle, extras)


@rows.verb
async def cancel_run(actor: Actor, run_id: UUID, version: int) -> str:
    """Its process sees this within a second and is ended."""
    run = await queries.find(actor, Action.CANCEL_MATCHING, run_id)
    if run.state not in queries.UNDER_WAY:
        rows.check_version(run, version)  # it has ended since the page was shown
    await run.update_self({MatchRun.ended_at: clock.now(), MatchRun.doing: ""})
    await move(actor, run, Action.CANCEL_MATCHING)
    return url_of(run.id)


@rows.verb
async def return_run(actor: Actor, run_id: UUID, *, reason: str, version: int) -> str:
    """Not approved: with the reason, to whoever ran it. The answer is kept as it is."""
    run = await queries.find(actor, Action.RETURN_MATCHING, run_id)
    rows.check_version(run, version)
    rules.check_reason(reason)
    rules.check_two_people(run.asked_by, actor.person)
    await run.update_self({MatchRun.returned_reason: reason})
    await move(actor, run, Action.RETURN_MATCHING, reason=reason)
    await letters.tell("match_returned", [run.asked_by], url=url_of(run.id), number=run.number, reason=reason)
    return url_of(run.id)


@rows.verb
async def hold(actor: Actor, call: str, *, kind: str, expert: str, code: str, why: str) -> str:
    """Lock an expert to a project, or exclude one from a project or from the whole round. It counts from the next run on."""
    found = await panels.calls(actor, Action.HOLD_MATCH, call)
    if not found or not call:
        raise Missing
    rules.check_reason(why)
    project = await _of_call(actor, found[0].id, code) if code else None
    if kind == "lock" and project is None:
        raise Refused(Reason.LOCK_NEEDS_PROJECT)
    who, name = await expert_named(expert)
    if kind == "lock" and project is not None:
        await _check_lock(found[0].id, found[0].pack_hash, project, code, who, name)
    live = (MatchHold.call == found[0].id) & (MatchHold.expert == who) & MatchHold.lifted_at.is_null()
    live &= (MatchHold.project == project) if project else MatchHold.project.is_null()
    if await MatchHold.exists().where(live):
        raise Refused(Reason.HELD_ALREADY)
    row = MatchHold(call=found[0].id, project=project, expert=who, kind=kind, why=why, made_by=actor.person, made_at=clock.now())
    await rows.insert(row)
    await audit.record(actor, Action.HOLD_MATCH, row, kind=kind, code=code)
    return f"/w/matching/holds?call={call}"


async def _of_call(actor: Actor, call: UUID, code: str) -> UUID:
    condition = Q("p.call = {} AND p.code = {} AND {}", call, code.strip(), visible_project(actor, Action.HOLD_MATCH))
    found = await rows.value(Q("SELECT p.id FROM project p WHERE {}", condition))
    if found is None:
        raise Refused(Reason.NO_PROJECT, code=code)
    return UUID(str(found))


async def expert_named(text: str) -> tuple[UUID, str]:
    """The one admitted expert of that name (or name and employer with a space between), or a refusal that helps."""
    name, _, employer = text.strip().partition(" ")
    found = await rows.DB.run_querystring(
        Q(
            "SELECT e.id, pe.name, coalesce(u.name, e.employer_name) FROM expert e JOIN person pe ON pe.id = e.person"
            " LEFT JOIN unit u ON u.id = e.employer WHERE pe.name = {} AND e.state = 'admitted'"
            " AND ({} = '' OR coalesce(u.name, e.employer_name) = {}) ORDER BY 3, 1 LIMIT 10",
            name,
            employer.strip(),
            employer.strip(),
        )
    )
    if not found:
        raise Refused(Reason.NO_EXPERT, text=text)
    if len(found) > 1:
        names = words.AND.join(f"{name} {unit}" for _, name, unit in found)
        raise Refused(Reason.SEVERAL_EXPERTS, text=text, count=len(found), names=names)
    return UUID(str(found[0][0])), str(found[0][1])


async def _check_lock(call: UUID, pack_hash: str, project: UUID, code: str, expert: UUID, name: str) -> None:
    """A lock never beats a conflict, and a project has only so many places."""
    pack = (await calls.pack(pack_hash)).panel
    kind = await loading.hard_conflict(project, expert, pack)
    if kind:
        raise Refused(Reason.LOCK_CONFLICT, name=name, code=code, conflict=kind)
    requested = await rows.value(Q("SELECT coalesce(requested, 0) FROM project WHERE id = {}", project))
    locked = await MatchHold.count().where(
        (MatchHold.call == call) & (MatchHold.project == project) & (MatchHold.kind == "lock") & MatchHold.lifted_at.is_null()
    )
    seats = pack.seats_for(requested)
    if locked >= seats:
        raise Refused(Reason.LOCKS_FULL, code=code, seats=seats)


@rows.verb
async def lift(actor: Actor, hold_id: UUID) -> str:
    """The lock or exclusion counts no more from the next run on; its line stays."""
    row = await rows.find(MatchHold, (MatchHold.id == hold_id) & MatchHold.lifted_at.is_null())
    code = await rows.value(Q("SELECT code FROM call WHERE id = {}", row.call))
    if not await panels.calls(actor, Action.HOLD_MATCH, code):
        raise Missing
    await row.update_self(
        {MatchHold.lifted_by: actor.person, MatchHold.lifted_at: clock.now(), MatchHold.version: row.version + 1}
    )
    await audit.record(actor, Action.HOLD_MATCH, row, what="lifted")
    return f"/w/matching/holds?call={code}"
