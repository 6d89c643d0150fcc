"""The verbs of merging: make two records one, take that back, say that two are two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from kernel import audit, clock, rows, todo
from kernel.access import Action, Actor
from kernel.errors import Refused, Stale
from kernel.moves import move
from kernel.rows import Q, RowsReason
from talent_pool.life import ExpertState
from talent_pool.merging import queries, rules, words
from talent_pool.merging.rules import Pick, Reason, Record
from talent_pool.merging.tables import ExpertApart, ExpertMerge
from talent_pool.profiles.actions import found, know
from talent_pool.profiles.kinds import TieKind
from talent_pool.profiles.tables import Expert, ExpertTie

MOVED = {"ties": "expert_tie", "works": "expert_work", "documents": "expert_document", "absences": "expert_absence"}
GUARDS = {"expert_merge_one_panel": Reason.ONE_PANEL, "expert_merge_recused": Reason.RECUSED, "expert_merge_held": Reason.HELD}
_KEPT_OF_LOSER = ("state", "shown", "asked_on")


@rows.verb
async def merge(
    actor: Actor, winner: UUID, loser: UUID, picks: Mapping[str, Pick], *, reason: str, versions: tuple[int, int] | None = None
) -> UUID:
    """Make `loser` a part of `winner`. Both people keep their accounts; every conflict of either holds from now on.

    Refused: the two sit on one panel that is not closed, one judges what the other has recused from, one is locked into a
    matching and the other excluded; one of them is oneself, merged already or still on the way in.
    """
    rules.check_reason(reason)
    for one in sorted((winner, loser)):
        await found(actor, Action.MERGE_EXPERTS, one)
    keep, drop = await queries.record(actor, winner), await queries.record(actor, loser)
    rules.check_pair(keep, drop, actor.person)
    if versions not in (None, (keep.version, drop.version)):
        raise Stale(RowsReason.STALE)
    values = rules.chosen(keep, drop, picks)
    kept, left = await rows.find(Expert, Expert.id == winner), await rows.find(Expert, Expert.id == loser)
    made = [
        await _tied(actor, winner, one) for one in rules.left_employers(keep, drop, values["employer"], values["employer_name"])
    ]
    moved, shifted = await _move_over(loser, winner)
    record = await rows.insert(
        ExpertMerge(
            winner=winner,
            loser=loser,
            loser_before=_json({name: getattr(left, name) for name in _KEPT_OF_LOSER}),
            before=_json({name: getattr(kept, name) for name in values}),
            moved=_json(moved),
            made=_json(made),
            followed=_json(await rows.column(Q("SELECT id FROM expert WHERE merged_into = {} ORDER BY id", loser))),
            shifted=shifted,
            reason=reason,
            merged_by=actor.person,
            merged_at=clock.now(),
        )
    )
    await _leave(actor, left, winner, reason)
    columns = {getattr(Expert, name): _json(value) if isinstance(value, list) else value for name, value in values.items()}
    await kept.update_self({**columns, Expert.version: kept.version + 1})
    await audit.record(actor, Action.MERGE_EXPERTS, kept, reason=reason, loser=loser, moved={k: len(v) for k, v in moved.items()})
    await know(winner)
    await record.update_self({ExpertMerge.audited: await rows.value(Q("SELECT max(id) FROM audit_line"))})
    return UUID(str(record.id))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def _tied(actor: Actor, winner: UUID, one: Record) -> UUID:
    """The employer that was not chosen, as one that is left today: it keeps the expert from its projects for the years of the rules."""
    tie = await rows.insert(
        ExpertTie(
            expert=winner,
            kind=TieKind.EMPLOYMENT,
            unit=one.employer_id,
            unit_name=one.employer,
            until=clock.today(),
            note=words.FORMER,
            added_by=actor.person,
            added_at=clock.now(),
        )
    )
    return UUID(str(tie.id))


async def _move_over(loser: UUID, winner: UUID) -> tuple[dict[str, list[UUID]], int]:
    """Ties, works, documents and absences go on under the one that stays; a work that both have stays behind."""
    shifted = int(await rows.value(Q("SELECT coalesce(max(position), 0) FROM expert_work WHERE expert = {}", winner)))
    moved: dict[str, list[UUID]] = {}
    for name, table in MOVED.items():
        extra = Q(", position = position + {}", shifted) if name == "works" else Q("")
        new = "AND lower(title) NOT IN (SELECT lower(title) FROM expert_work WHERE expert = {})"
        only = Q(new, winner) if name == "works" else Q("")
        moved[name] = await rows.column(
            Q(f"UPDATE {table} SET expert = {{}} {{}} WHERE expert = {{}} {{}} RETURNING id", winner, extra, loser, only)  # noqa: S608 - our own names
        )
    return moved, shifted


async def _leave(actor: Actor, left: Expert, winner: UUID, reason: str) -> None:
    await rows.execute(
        Q("UPDATE expert_link SET expires_at = {} WHERE expert = {} AND used_at IS NULL", clock.real_now(), left.id)
    )
    await todo.settle(left, None, actor)
    await move(actor, left, Action.MERGE_EXPERTS, reason=reason, winner=winner)
    try:
        async with rows.transaction():
            await left.update_self({Expert.merged_into: winner, Expert.shown: "[]", Expert.asked_on: None})
            await rows.execute(Q("UPDATE expert SET merged_into = {} WHERE merged_into = {}", winner, left.id))
    except asyncpg.CheckViolationError as no:
        # projects/schema.sql: panels belong to a later package, which guards them itself.
        why = GUARDS.get(no.constraint_name)
        if why is None:
            raise
        raise Refused(why) from no


@rows.verb
async def undo(actor: Actor, ident: UUID, *, reason: str, version: int) -> None:
    """Two records again, each as it was, while nothing has been done to either since."""
    rules.check_reason(reason)
    row = await rows.find(ExpertMerge, ExpertMerge.id == ident)
    rows.check_version(row, version)
    if row.undone_at is not None:
        raise Refused(Reason.UNDONE, at=f"{row.undone_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}")
    for one in sorted((row.winner, row.loser)):
        await found(actor, Action.UNMERGE_EXPERTS, one)
    if await queries.touched(ident):
        raise Refused(Reason.TOUCHED)
    merged = await queries.merge(actor, ident, Action.UNMERGE_EXPERTS)
    kept, left = await rows.find(Expert, Expert.id == row.winner), await rows.find(Expert, Expert.id == row.loser)
    before: dict[Any, Any] = {getattr(Expert, name): value for name, value in merged.before.items()}
    await kept.update_self({**before, Expert.version: kept.version + 1})
    await rows.execute(Q("DELETE FROM expert_tie WHERE id = ANY({}::uuid[])", merged.made))
    await _move_back(merged)
    await _return(actor, left, merged, reason)
    await row.update_self(
        {
            ExpertMerge.undone_by: actor.person,
            ExpertMerge.undone_at: clock.now(),
            ExpertMerge.undone_reason: reason,
            ExpertMerge.version: row.version + 1,
        }
    )
    await audit.record(actor, Action.UNMERGE_EXPERTS, kept, reason=reason, loser=left.id)


async def _move_back(merged: queries.Merge) -> None:
    for name, table in MOVED.items():
        extra = Q(", position = position - {}", merged.shifted) if name == "works" else Q("")
        await rows.execute(
            Q(
                f"UPDATE {table} SET expert = {{}} {{}} WHERE id = ANY({{}}::uuid[])",  # noqa: S608 - our own names
                merged.loser,
                extra,
                merged.moved[name],
            )
        )


async def _return(actor: Actor, left: Expert, merged: queries.Merge, reason: str) -> None:
    """Out of the merge, then by the moves of its life to the state it had."""
    was = ExpertState(merged.loser_before["state"])
    kept = {name: merged.loser_before[name] for name in _KEPT_OF_LOSER if name != "state"}
    await left.update_self({Expert.merged_into: None})
    await rows.execute(Q("UPDATE expert SET merged_into = {} WHERE id = ANY({}::uuid[])", left.id, merged.followed))
    if was is ExpertState.LEFT:
        await audit.record(actor, Action.UNMERGE_EXPERTS, left, reason=reason)
    else:
        await move(actor, left, Action.UNMERGE_EXPERTS, reason=reason)
    if was is ExpertState.ADMITTED:
        await move(actor, left, Action.RESUME_EXPERT, reason=reason)
    asked = kept["asked_on"]
    await left.update_self({Expert.shown: kept["shown"], Expert.asked_on: date.fromisoformat(asked) if asked else None})


@rows.verb
async def tell_apart(actor: Actor, one: UUID, other: UUID) -> None:
    """Two people: the pair is not listed again."""
    first, second = sorted((one, other))
    if first == second:
        raise Refused(Reason.SAME)
    for expert in (first, second):
        row = await found(actor, Action.MERGE_EXPERTS, expert)
        await audit.record(actor, Action.MANAGE_EXPERTS, row, what="apart", other=second if expert == first else first)
    if not await ExpertApart.exists().where((ExpertApart.one == first) & (ExpertApart.other == second)):
        await rows.insert(ExpertApart(one=first, other=second, said_by=actor.person, said_at=clock.now()))
