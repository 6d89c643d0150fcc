"""The verbs of the import: look a sheet over, bring it in as a whole, take it back as a whole, name who leads a project now."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

import msgspec

from departments.funds import actions as ledger
from departments.funds import queries as funds
from departments.funds.rules import Account, Event
from kernel import audit, clock, rows
from kernel.access import Action, Actor
from kernel.errors import Refused
from kernel.files.rules import clean_name
from kernel.rows import Q
from kernel.sheets.importing import batches
from projects.calls.rulepack import default_pack
from projects.importing import loading, queries, words
from projects.importing.looking import look
from projects.importing.rowsets import Context
from projects.importing.rules import Reason
from projects.importing.tables import ImportBatch
from projects.queries import find
from projects.tables import Project

CHUNK = 250
"""Projects whose deferred constraints are asked at once, well inside the statement's time-out."""
_BACK = {
    Account.DECIDED: Event.DROP_DECIDED,
    Account.SIGNED: Event.DROP_SIGNED,
    Account.DUE: Event.DROP_DUE,
    Account.PAID: Event.DROP_PAID,
}


async def load(actor: Actor, filename: str, data: bytes) -> int:
    """Bring in every project of the sheet, or none. Returns how many."""
    ident = await bring_in(actor, filename, data)
    return (await queries.batch(ident)).rows


@rows.verb
async def bring_in(actor: Actor, filename: str, data: bytes) -> UUID:
    """The whole sheet in one transaction: organisations, projects, funding lines, ledger, agreements, instalments, reports.

    Refused: the same file is in already; BadCells.
    """
    if not actor.may(Action.IMPORT_PROJECTS):
        raise Refused(Reason.NOT_ALLOWED)
    digest = await queries.BATCHES.begin(data, Reason.SAME_FILE)
    looked = await look(data)
    batch = rows.new_id()
    call = await loading.open_call(actor, batch)
    opened = await loading.open_units(actor, looked, call.code)
    await rows.insert(
        ImportBatch(
            id=batch,
            filename=clean_name(filename),
            sha256=digest,
            rows=len(looked.rows),
            amount=looked.amount,
            code=call.code,
            call=call.id,
            units=msgspec.json.encode(list(opened.values())).decode(),
            warnings=batches.told(looked.warnings),
            loaded_by=actor.person,
            loaded_at=clock.now(),
        )
    )
    await audit.record(
        actor, Action.IMPORT_PROJECTS, ("import_batch", batch), sha256=digest, rows=len(looked.rows), call=call.code
    )
    context = Context(
        batch=batch,
        call=call.id,
        host=call.host,
        pack=default_pack(),
        importer=actor.person,
        departments=looked.ids.departments,
        funds=looked.ids.funds,
        now=clock.now(),
        today=clock.today(),
    )
    made = await loading.number(looked, {**looked.ids.organisations, **opened})
    for start in range(0, len(made), CHUNK):
        await loading.write(actor, made[start : start + CHUNK], context, call.code)
    return batch


@rows.verb
async def undo(actor: Actor, ident: UUID, *, reason: str, version: int) -> str:
    """撤销整批, while nothing was done to any of its projects. Rows go, their money returns to the funds, the log stays."""
    await queries.BATCHES.hold()
    batch = await batches.undoable(ImportBatch, ident, reason=reason, version=version)
    await rows.execute(Q("SELECT id FROM project WHERE batch = {} ORDER BY id FOR UPDATE", ident))
    changed = await queries.touched(ident)
    if changed is not None:
        raise Refused(Reason.TOUCHED, code=changed.code, title=changed.title)
    await _give_back(actor, ident, words.MEMO_UNDO.format(code=batch.code, reason=reason))
    async with batches.whole(Reason.IN_USE):
        await _delete(ident, batch.call)
    await _close_units(msgspec.json.decode(batch.units))
    await batches.mark_undone(actor, Action.UNDO_IMPORT, batch, reason, call=None)
    return f"/w/import/{ident}"


async def _give_back(actor: Actor, ident: UUID, memo: str) -> None:
    """Reversing entries: the ledger is never touched, it is answered."""
    lines = await queries.lines(ident)
    for fund, ones in groupby(lines, lambda line: line.fund):
        own = list(ones)
        for start in range(0, len(own), CHUNK):
            part = own[start : start + CHUNK]
            held = await funds.balances_of([line.id for line in part])
            steps = [
                ledger.Step(event, held[line.id][account], f"import:{line.id}:{event}", line.id, about)
                for line in part
                for about in [ledger.About(line.project, line.code, line.title)]
                for account, event in _BACK.items()
                if held[line.id][account] > 0
            ]
            await ledger.post_all(actor, fund, steps, memo)
            await rows.settle_constraints()


_OF_PROJECT = (
    "report", "instalment", "agreement", "funding_line", "team_member", "indicator", "budget_line", "involvement", "project_member",
)  # fmt: skip


async def _delete(ident: UUID, call: UUID | None) -> None:
    await rows.execute(
        Q(
            "UPDATE todo SET done_at = {} WHERE done_at IS NULL AND subject IN (SELECT id FROM project WHERE batch = {}"
            " UNION ALL SELECT r.id FROM report r JOIN project p ON p.id = r.project WHERE p.batch = {})",
            clock.now(),
            ident,
            ident,
        )
    )
    for table in _OF_PROJECT:
        await rows.execute(Q(f"DELETE FROM {table} x USING project p WHERE p.id = x.project AND p.batch = {{}}", ident))  # noqa: S608 - our own names
    await rows.execute(Q("DELETE FROM project WHERE batch = {}", ident))
    await rows.execute(Q("DELETE FROM call WHERE id = {}", call))


async def _close_units(opened: list[UUID]) -> None:
    """Organisations that only this import needed. One that somebody has taken up since stays."""
    free = await rows.column(
        Q(
            "SELECT o.unit FROM organisation o JOIN unit u ON u.id = o.unit WHERE o.unit = ANY({}::uuid[]) AND o.version = 1 AND u.version = 1"
            " AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.unit = o.unit)"
            " AND NOT EXISTS (SELECT 1 FROM organisation_document d WHERE d.unit = o.unit)"
            " AND NOT EXISTS (SELECT 1 FROM project p WHERE o.unit IN (p.organisation, p.payee))",
            opened,
        )
    )
    await batches.delete_unused(
        Q("DELETE FROM organisation WHERE unit = ANY({}::uuid[])", free), Q("DELETE FROM unit WHERE id = ANY({}::uuid[])", free)
    )


@rows.verb
async def appoint(actor: Actor, ident: UUID, code: str, person: UUID) -> str:
    """Name an applicant of the unit as the leader of an imported project: from now on it is theirs to report and to request."""
    project = await find(actor, Action.IMPORT_PROJECTS, code)
    if project.batch != ident or person not in {row.person for row in await queries.applicants([project.organisation])}:
        raise Refused(Reason.NOT_THEIRS)
    await rows.execute(Q("UPDATE project_member SET leader = false WHERE project = {} AND person <> {}", project.id, person))
    await rows.execute(
        Q(
            "INSERT INTO project_member (id, project, person, leader) VALUES ({}, {}, {}, true)"
            " ON CONFLICT (project, person) DO UPDATE SET leader = true",
            rows.new_id(),
            project.id,
            person,
        )
    )
    await project.update_self({Project.author: person, Project.changed_at: clock.now(), Project.version: project.version + 1})
    await audit.record(actor, Action.SHARE_PROJECT, project, person=person, leader=True)
    await rows.execute(
        Q(
            "UPDATE todo SET done_at = {} WHERE done_at IS NULL AND subject IN (SELECT id FROM report WHERE project = {})",
            clock.now(),
            project.id,
        )
    )
    await loading.ask_reports([project.id])
    return f"/w/import/{ident}"
