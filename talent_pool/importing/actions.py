"""The verbs of the import: bring a sheet in as a whole, admit its experts, take it back as a whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel import audit, clock, rows, todo
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.files.rules import clean_name
from kernel.rows import Q
from kernel.sheets.importing import batches
from talent_pool.importing import loading, queries, words
from talent_pool.importing.looking import look
from talent_pool.importing.rules import Reason, Twins
from talent_pool.importing.tables import ExpertBatch
from talent_pool.profiles.actions import who_admits
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.tables import Expert

AT_ONCE = 100
"""Experts admitted by one press: each gets a role, an account and a letter."""


@rows.verb
async def bring_in(actor: Actor, filename: str, data: bytes, twins: Twins = Twins.REFUSE) -> UUID:
    """The whole sheet in one transaction. Its new experts wait for a second person; changed ones keep their state.

    Refused: the same file is in already; BadCells.
    """
    digest = await queries.BATCHES.begin(data, Reason.SAME_FILE)
    looked = await look(data, twins)
    batch = await rows.insert(
        ExpertBatch(
            filename=clean_name(filename),
            sha256=digest,
            rows=len(looked.rows),
            warnings=batches.told(looked.warnings),
            loaded_by=actor.person,
            loaded_at=clock.now(),
        )
    )
    await audit.record(actor, Action.IMPORT_EXPERTS, batch, sha256=digest, rows=len(looked.rows), made=looked.new)
    named = [item.row.employer or "" for item in looked.rows]
    named += [tie.unit for item in looked.rows for tie in (*item.former, *item.board)]
    await loading.write(loading.Context(batch.id, actor, await loading.units_named(named)), looked.rows)
    await batch.update_self({ExpertBatch.audited: await rows.value(Q("SELECT max(id) FROM audit_line"))})
    if looked.new:
        title = words.TODO.format(who=actor.name, count=looked.new)
        url, asked = f"/w/experts/import/{batch.id}", await who_admits(actor.person)
        await todo.ask(Action.ADMIT_EXPERT, batch, title=title, url=url, role=asked)
    return UUID(str(batch.id))


@rows.verb
async def admit(actor: Actor, ident: UUID) -> None:
    """Admit the next experts of the batch. Refused to whoever brought it in, as for every expert."""
    batch = await rows.find(ExpertBatch, ExpertBatch.id == ident)
    waiting = await queries.waiting(ident, AT_ONCE)
    if not waiting:
        raise Refused(Reason.NOBODY_WAITS)
    for expert in waiting:
        await admitting.admit_expert(actor, expert)
    if not await queries.waiting(ident, 1):
        await todo.settle(batch, Action.ADMIT_EXPERT, actor)


@rows.verb
async def undo(actor: Actor, ident: UUID, *, reason: str, version: int) -> None:
    """Take the whole batch back while nothing was done to any of its experts. Rows go, the log and the lines stay."""
    await queries.BATCHES.hold()
    batch = await batches.undoable(ExpertBatch, ident, reason=reason, version=version)
    lines = await queries.lines(ident)
    locked = Q("SELECT id FROM expert WHERE id = ANY({}::uuid[]) ORDER BY id FOR UPDATE", [line.expert for line in lines])
    await rows.execute(locked)
    changed = await queries.touched(ident, batch.audited)
    if changed is not None:
        raise Refused(Reason.TOUCHED, name=changed)
    async with batches.whole(Reason.IN_USE):
        await _take_back(lines)
    opened = [line.person for line in lines if line.opened]
    await batches.delete_unused(Q("DELETE FROM person WHERE id = ANY({}::uuid[]) AND version = 1", opened))
    await todo.settle(batch, Action.ADMIT_EXPERT, actor)
    await batches.mark_undone(actor, Action.UNDO_EXPERT_IMPORT, batch, reason)


async def _take_back(lines: list[queries.Line]) -> None:
    ties, works = [i for line in lines for i in line.ties], [i for line in lines for i in line.works]
    await rows.execute(Q("DELETE FROM expert_tie WHERE id = ANY({}::uuid[])", ties))
    await rows.execute(Q("DELETE FROM expert_work WHERE id = ANY({}::uuid[])", works))
    for line in lines:
        if not line.made:
            await _restore(line)
    await rows.execute(Q("DELETE FROM expert WHERE id = ANY({}::uuid[])", [line.expert for line in lines if line.made]))


async def _restore(line: queries.Line) -> None:
    expert = await rows.find(Expert, Expert.id == line.expert)
    before: dict[Any, Any] = {getattr(Expert, name): value for name, value in (line.before or {}).items()}
    await expert.update_self({**before, Expert.version: expert.version + 1})
