"""The verbs of drafting: start, save a section, add and remove papers, share, submit to the unit, withdraw, restore."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from departments.kinds import NO_CODE
from departments.organisation import queries as organisations
from kernel import audit, clock, letters, rows, todo
from kernel.access import Action, Actor, Reach, Role
from kernel.errors import Missing, Refused
from kernel.files import actions as files
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.calls.form import Section
from projects.queries import find, ref_of
from projects.states import CallState, State
from projects.submitting import contacts, drafts, eligibility, papers, queries, report, rules, storing, words
from projects.submitting.drafts import Correcting
from projects.submitting.queries import Proposal
from projects.submitting.rules import Reason
from projects.submitting.tables import ReusedPaper, SealPage, SectionState
from projects.tables import Project, ProjectMember

EDITABLE = {State.DRAFT, State.RETURNED}


def url_of(project: Project) -> str:
    return f"/my/proposals/{ref_of(project)}"


@rows.verb
async def start(actor: Actor, code: str, unit: UUID, payee_code: str = "") -> str:
    """A draft for one of the person's units. Starting again leads to the draft that is there."""
    call = await calls.public_call(code)
    if unit not in actor.units(Action.DRAFT_PROJECT, Reach.OWN):
        raise Refused(Reason.NO_UNIT)
    if call.state is not CallState.PUBLISHED:
        raise Refused(Reason.FILL_CLOSED, deadline=call.fill_until)
    rules.check_open_for_filling(clock.now(), call.opens_on, call.fill_until)
    record = await organisations.record(unit)
    there = await rows.value(
        Q(
            "SELECT p.id FROM project p JOIN project_member m ON m.project = p.id WHERE p.call = {} AND p.organisation = {}"
            " AND m.person = {} AND p.state = 'draft' LIMIT 1",
            call.id,
            unit,
            actor.person,
        )
    )
    if there is not None:
        return f"/my/proposals/{there}"
    payee = await _payee(payee_code) if record.kind in NO_CODE and payee_code.strip() else None
    for refusal in await eligibility.problems(record, call, has_payee=payee is not None):
        raise refusal
    project = await rows.insert(
        Project(
            call=call.id,
            title="",
            organisation=unit,
            payee=payee,
            author=actor.person,
            county=record.county,
            answers="{}",
            pack_version=call.pack_version,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    )
    await rows.insert(ProjectMember(project=project.id, person=actor.person, leader=True))
    await storing.involve(project.id, [(unit, "team"), *([(payee, "payee")] if payee else [])])
    await audit.record(actor, Action.DRAFT_PROJECT, project, call=call.code)
    return url_of(project)


async def _payee(code: str) -> UUID:
    try:
        return (await organisations.find_unit("organisation", code.strip().upper())).id
    except Missing:
        raise Refused(Reason.UNKNOWN_PAYEE, code=code[:40]) from None


def check_may_edit(row: Proposal, correction: Correcting | None) -> None:
    """A draft until the published deadline, a returned proposal until the day it was given."""
    if row.state not in EDITABLE:
        raise Refused(Reason.NOT_EDITABLE, state=row.state.label)
    rules.check_open_for_filling(clock.now(), row.opens_on, correction.due if correction else row.fill_until)


async def _section(actor: Actor, ref: str, code: str) -> tuple[Project, Proposal, Section, Correcting | None]:
    project = await find(actor, Action.EDIT_PROJECT, ref)
    row = await queries.proposal(project.id)
    pack = await queries.pack_of(row)
    section = next((s for s in pack.form.sections if s.code == code), None)
    if section is None:
        raise Missing
    correction = await drafts.correcting(project.id)
    check_may_edit(row, correction)
    return project, row, section, correction


@rows.verb
async def save(actor: Actor, ref: str, code: str, version: int, values: dict[str, Any], typed: list[dict[str, str]]) -> int:
    """Keep a section as far as it was typed. The answer is the section's new version. Stale: somebody else saved it since."""
    project, row, section, correction = await _section(actor, ref, code)
    state = await SectionState.objects().where((SectionState.project == project.id) & (SectionState.section == code)).first()
    state = state or SectionState(project=project.id, section=code, saved_by=actor.person, saved_at=clock.now(), version=0)
    rows.check_version(state, version)
    fields, lines_too = report.may_change(section, correction.named if correction else None)
    given = {name: value for name, value in values.items() if name in fields}
    answers = report.kept(row.answers, code, given)
    waiting = await storing.save_lines(project, section, typed, await queries.pack_of(row)) if lines_too else None
    await storing.save_state(actor, state, waiting)
    stored = contacts.sealed((await queries.pack_of(row)).form, answers, msgspec.json.decode(project.answers))
    changed: dict[Any, Any] = {
        Project.answers: msgspec.json.encode(stored).decode(),
        Project.changed_at: clock.now(),
        Project.version: project.version + 1,
    }
    if code == "basic":
        changed |= storing.columns_of(answers["basic"])
        await storing.save_places(project.id, answers["basic"].get("places") or [])
    await project.update_self(changed)
    if actor.person != row.author:
        await audit.record(actor, Action.EDIT_PROJECT, project, section=code)
    return version + 1


@rows.verb
async def add_paper(actor: Actor, ref: str, code: str, upload: files.Upload | None) -> str:
    """A file for one of the asked-for documents."""
    project, row, section, correction = await _section(actor, ref, "files")
    pack = await queries.pack_of(row)
    if code not in {document.code for document in pack.files.documents}:
        raise Missing
    _check_files_open(section, correction)
    file = await files.receive(actor, upload, "project", project.id, slot=code)
    if code == papers.SEAL:
        digest = papers.version_code(row)
        await rows.insert(SealPage(project=project.id, file=file.id, digest=digest, added_at=clock.now()))
    await project.update_self({Project.changed_at: clock.now(), Project.version: project.version + 1})
    return f"{url_of(project)}/s/files"


@rows.verb
async def remove_paper(actor: Actor, ref: str, file: UUID) -> str:
    project, _, section, correction = await _section(actor, ref, "files")
    _check_files_open(section, correction)
    await files.remove(actor, file, "project", project.id)
    await project.update_self({Project.changed_at: clock.now(), Project.version: project.version + 1})
    return f"{url_of(project)}/s/files"


def _check_files_open(section: Section, correction: Correcting | None) -> None:
    if correction is not None and not report.may_change(section, correction.named)[1]:
        raise Refused(Reason.NOT_EDITABLE, state=words.STATUS["fixed"])


@rows.verb
async def share(actor: Actor, ref: str, person: UUID) -> str:
    """A colleague of the same unit may fill in, too."""
    project = await find(actor, Action.SHARE_PROJECT, ref)
    if person not in await organisations.holders(Role.APPLICANT, [project.organisation]):
        raise Missing
    already = await ProjectMember.exists().where((ProjectMember.project == project.id) & (ProjectMember.person == person))
    if not already:
        await rows.insert(ProjectMember(project=project.id, person=person))
        await audit.record(actor, Action.SHARE_PROJECT, project, person=person)
        await letters.tell("proposal_shared", [person], url=url_of(project), title=name_of(project), by=actor.name)
    return url_of(project)


def name_of(project: Project) -> str:
    return project.title or words.UNTITLED


@rows.verb
async def submit(actor: Actor, ref: str, *, promised: bool, version: int) -> str:
    """To the unit's administrator, for the first time or after a correction. Refused: late, incomplete, not eligible, not promised."""
    project = await find(actor, Action.SUBMIT_PROJECT, ref)
    rows.check_version(project, version)
    row = await queries.proposal(project.id)
    correction = await drafts.correcting(project.id)
    check_may_edit(row, correction)
    rules.check_promised(promised)
    facts = await drafts.facts(row, await drafts.saved(project.id), with_elsewhere=True)
    if found := report.all_problems(facts):
        raise Refused(Reason.NOT_COMPLETE, count=len(found))
    if correction:
        rules.check_total_kept(correction.total_before, row.total)
    else:
        call = await calls.by_id(project.call)
        for refusal in await eligibility.problems(await organisations.record(project.organisation), call, row=row):
            raise refusal
    await _fix_papers(row)
    await move(actor, project, Action.RESUBMIT_PROJECT if row.state is State.RETURNED else Action.SUBMIT_PROJECT)
    await todo.settle(project, None, actor)
    due = endorse_until(row, correction, facts.pack.calendar.endorse_days)
    title = words.ENDORSE.format(title=name_of(project))
    admins = await organisations.holders(Role.ORGANISATION_ADMIN, [project.organisation])
    await todo.ask(
        Action.ENDORSE_PROJECT,
        project,
        title=title,
        url=url_of(project),
        unit=project.organisation,
        role=Role.ORGANISATION_ADMIN,
        due=due,
    )
    await letters.tell("proposal_submitted", admins, url=url_of(project), title=name_of(project), by=actor.name, due=due)
    return f"{url_of(project)}/submitted"


def endorse_until(row: Proposal, correction: Correcting | None, days: int) -> date:
    """The published day; after a correction the call's own number of working days from the day given."""
    return clock.add_working_days(correction.due, days) if correction else row.endorse_until


async def _fix_papers(row: Proposal) -> None:
    """From here on the proposal rests on these papers of the record, whatever is added to the record later."""
    if row.state is not State.DRAFT:
        return
    own = {file.code for file in await queries.attached(row) if not file.from_record}
    await ReusedPaper.delete().where(ReusedPaper.project == row.id)
    newest: dict[str, UUID] = {}
    for paper in await organisations.papers(row.organisation):
        newest.setdefault(paper.code, paper.id)
    used = [ReusedPaper(project=row.id, code=code, paper=paper) for code, paper in newest.items() if code not in own]
    if used:
        await ReusedPaper.insert(*used)


@rows.verb
async def withdraw(actor: Actor, ref: str, reason: str, version: int) -> str:
    """撤回申报, any time before the decision."""
    project = await find(actor, Action.WITHDRAW_PROJECT, ref)
    rows.check_version(project, version)
    before = State(project.state)
    await move(actor, project, Action.WITHDRAW_PROJECT, reason=reason)
    await todo.settle(project, None, actor)
    if before is not State.DRAFT:
        people = await organisations.holders(Role.ORGANISATION_ADMIN, [project.organisation])
        await letters.tell("proposal_withdrawn", people, url=url_of(project), title=name_of(project), reason=reason)
    return url_of(project)


@rows.verb
async def restore(actor: Actor, ref: str, version: int) -> str:
    """Take a withdrawal back, while the call is still open for filling in."""
    project = await find(actor, Action.RESTORE_PROJECT, ref)
    rows.check_version(project, version)
    row = await queries.proposal(project.id)
    rules.check_open_for_filling(clock.now(), row.opens_on, row.fill_until)
    await move(actor, project, Action.RESTORE_PROJECT)
    return url_of(project)
