"""What the job of a run writes: that it began, how far it is, and the answer, once, by whoever comes first."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from kernel import clock, letters, rows, todo
from kernel.access import Action, Role
from kernel.moves import move
from kernel.rows import Q
from projects.matching import words
from projects.matching.puzzle import Failed, Lacking, Pair, Puzzle, Solved, groups, special
from projects.matching.running import Extras, Result
from projects.matching.tables import MatchExtra, MatchPair, MatchReason, MatchRecord, MatchRun
from projects.states import RunState

PAIR = (
    "id", "run", "project", "expert", "place", "kind", "standby", "affinity", "rank", "eligible", "locked",
    "load_before", "load_after",
)  # fmt: skip


def as_json(value: Any) -> str:
    """Sorted keys: what is hashed later must not depend on who wrote it."""
    return msgspec.json.encode(value, order="sorted").decode()


@rows.verb
async def begin(run_id: UUID) -> RunState | None:
    """The state of a run for which there is something to do. One that was cut off is begun again, one without reasons explained."""
    run = await MatchRun.objects().where(MatchRun.id == run_id).first().lock_rows("UPDATE")
    if run is None:
        return None
    if run.state == RunState.QUEUED:
        await run.update_self({MatchRun.begun_at: clock.now()})
        await move(None, run, Action.BEGIN_MATCHING)
    state = RunState(run.state)
    if state is RunState.RUNNING:
        return state
    explained = not run.result_hash or await MatchExtra.exists().where(MatchExtra.run == run_id)
    return None if explained else state


async def note_progress(run_id: UUID, share: float, what: str) -> bool:
    """Write how far it is; False when it is not wanted any more. The row's version stays: nobody edits this."""
    found = await rows.value(
        Q(
            "UPDATE match_run SET share = {}, doing = {} WHERE id = {} AND state = 'running' RETURNING true",
            int(share * 100),
            what[:20],
            run_id,
        )
    )
    return bool(found)


@rows.verb
async def keep(run_id: UUID, puzzle: Puzzle, result: Result) -> bool:
    """The answer, whatever it is; whether its reasons are wanted. Nothing is written when somebody cancelled or was faster."""
    run = await rows.find(MatchRun, MatchRun.id == run_id)
    if run.state != RunState.RUNNING:
        return isinstance(result.answer, Solved) and bool(run.input_hash == result.answer.input_hash)
    ended: dict[Any, Any] = {MatchRun.ended_at: clock.now(), MatchRun.doing: ""}
    match result.answer:
        case Failed(why=why):
            await run.update_self({**ended, MatchRun.failure: why})
            await move(None, run, Action.FAIL_MATCHING, why=why)
        case Lacking() as lacking:
            await run.update_self({**ended, **_said(lacking), MatchRun.shortages: as_json(lacking.shortages)})
            await _record(run, puzzle, lacking, result.affinity)
            await move(None, run, Action.REPORT_SHORTAGE, rules=sorted({short.rule for short in lacking.shortages}))
        case Solved() as solved:
            await run.update_self({**ended, **_said(solved), MatchRun.share: 100, MatchRun.result_hash: digest(puzzle, solved)})
            await _record(run, puzzle, solved, result.affinity)
            await _pairs(run, puzzle, solved)
            await move(None, run, Action.FINISH_MATCHING, total=solved.figures["total"], seats=solved.figures["seats"])
            await _ask(run)
    await letters.tell("match_ended", [run.asked_by], url=f"/w/matching/{run.id}", number=run.number, state=run.state)
    return isinstance(result.answer, Solved)


@rows.verb
async def explain(run_id: UUID, puzzle: Puzzle, extras: Extras) -> None:
    """What speaks for each pair, and the log: once."""
    await rows.find(MatchRun, MatchRun.id == run_id)
    if await MatchExtra.exists().where(MatchExtra.run == run_id):
        return
    await rows.copy(
        MatchReason,
        ("id", "run", "project", "expert", "reasons"),
        [
            (
                rows.new_id(),
                run_id,
                UUID(puzzle.projects[one.project].id),
                UUID(puzzle.experts[one.expert].id),
                as_json(one.reasons),
            )
            for one in extras.reasons
        ],
    )
    await rows.insert(MatchExtra(run=run_id, log=extras.log or None, at=clock.now()))


def _said(answer: Solved | Lacking) -> dict[Any, Any]:
    return {
        MatchRun.input_hash: answer.input_hash,
        MatchRun.algorithm: answer.algorithm,
        MatchRun.code_version: answer.code_version,
        MatchRun.figures: as_json(answer.figures),
    }


def digest(puzzle: Puzzle, solved: Solved) -> str:
    """SHA-256 over who sits where and who follows, by ids: the result hash of a run."""
    lines = sorted(
        f"{puzzle.projects[p.project].id}|{p.place}|{p.standby}|{puzzle.experts[p.expert].id}|{p.kind}" for p in solved.pairs
    )
    return sha256("\n".join(lines).encode()).hexdigest()


async def _record(run: MatchRun, puzzle: Puzzle, answer: Solved | Lacking, affinity: bytes) -> None:
    given = answer.given if isinstance(answer, Solved) else (0,) * len(puzzle.experts)
    loads = [(expert.load, expert.before, n) for expert, n in zip(puzzle.experts, given, strict=True)]
    kinds = [special(expert) for expert in puzzle.experts]
    floors = answer.floors if isinstance(answer, Solved) else ()
    experts = [UUID(expert.id) for expert in puzzle.experts]
    await rows.copy(
        MatchRecord,
        ("id", "run", "experts", "loads", "kinds", "masked", "groups", "floors", "affinity", "at"),
        [
            (
                rows.new_id(),
                run.id,
                experts,
                *map(as_json, (loads, kinds, answer.masked, groups(puzzle), floors)),
                affinity,
                clock.now(),
            )
        ],
    )


async def _pairs(run: MatchRun, puzzle: Puzzle, solved: Solved) -> None:
    seated = Counter(pair.expert for pair in solved.pairs if not pair.standby)

    def line(pair: Pair) -> tuple[Any, ...]:
        expert = puzzle.experts[pair.expert]
        return (
            rows.new_id(), run.id, UUID(puzzle.projects[pair.project].id), UUID(expert.id), pair.place, pair.kind, pair.standby,
            pair.affinity, pair.rank, pair.eligible, pair.locked, expert.before, expert.before + seated[pair.expert],
        )  # fmt: skip

    await rows.copy(MatchPair, PAIR, map(line, solved.pairs))


async def _ask(run: MatchRun) -> None:
    """Somebody else of the host approves."""
    title, host = (await rows.DB.run_querystring(Q("SELECT title, host FROM call WHERE id = {}", run.call)))[0]
    url = f"/w/matching/{run.id}"
    await todo.ask(Action.APPROVE_MATCHING, run, title=words.APPROVE.format(call=title), url=url, role=Role.DIRECTOR, unit=host)
