"""The verbs of the unit's administrator: endorse, return to the author; and the platform's own: lapse."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from departments import catalogue
from departments.organisation import queries as organisations
from kernel import clock, jobs, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.documents import actions as documents
from kernel.moves import move
from kernel.rows import Q
from projects.calls import queries as calls
from projects.life import PROJECT
from projects.queries import find, team_of
from projects.states import State
from projects.submitting import contacts, drafts, papers, queries, rules, saying, storing, words
from projects.submitting.actions import endorse_until, name_of, url_of
from projects.submitting.document import parts
from projects.submitting.drafts import Correcting
from projects.submitting.queries import Proposal
from projects.submitting.tables import Submission
from projects.tables import Amount, Correction, Project
from talent_pool.meaning import actions as meaning


@rows.verb
async def endorse(actor: Actor, ref: str, version: int) -> str:
    """审核通过并正式提交: the code, the lead department, everybody concerned, the coordinator's to-do. Refused: late, own work."""
    project = await find(actor, Action.ENDORSE_PROJECT, ref)
    rows.check_version(project, version)
    PROJECT.target(State(project.state), Action.ENDORSE_PROJECT)
    row = await queries.proposal(project.id)
    correction = await drafts.correcting(project.id)
    pack = await queries.pack_of(row)
    rules.check_open_for_endorsing(clock.now(), endorse_until(row, correction, pack.calendar.endorse_days))
    rules.check_endorser(actor.person, await team_of(project.id))
    first = project.code is None
    await project.update_self(await _submitted(project, row))
    await _concern(project, row)
    if first:
        await rows.insert(Amount(project=project.id, kind="requested", amount=row.total, set_by=actor.person, set_at=clock.now()))
    await _keep_submission(actor, row)
    await meaning.later(saying.texts(row.title, row.answers))
    if correction:
        await _answer(correction)
    await move(actor, project, Action.ENDORSE_PROJECT, requested=row.total)
    await todo.settle(project, None, actor)
    url = f"/w/proposals/{project.code}"
    title = words.ACCEPT.format(title=name_of(project))
    due = clock.add_working_days(clock.today(), pack.calendar.screening_days)
    await todo.ask(Action.ACCEPT_PROJECT, project, title=title, url=url, unit=row.host, role=Role.COORDINATOR, due=due)
    if first:
        await _ask_for_opinion(project, pack.calendar.opinion_days)
    people = await team_of(project.id)
    await letters.tell(
        "proposal_endorsed", people, url=f"/my/proposals/{project.code}", title=name_of(project), code=project.code
    )
    if first:
        await jobs.later(print_receipt, key=f"receipt:{project.id}", project=str(project.id))
    return f"/my/proposals/{project.code}/submitted"


@jobs.job
async def print_receipt(*, project: str) -> None:
    """受理回执, once."""
    await _print_receipt(UUID(project))


@rows.verb
async def _print_receipt(ident: UUID) -> None:
    project = await rows.find(Project, Project.id == ident)
    if await rows.value(Q("SELECT 1 FROM document WHERE subject_id = {} AND kind = 'receipt' LIMIT 1", ident)) is not None:
        return
    row = await queries.proposal(ident)
    shown = parts(await queries.pack_of(row), await queries.content(row))
    await documents.issue(None, project, papers.receipt(row, shown), words.PAPER["receipt"])


async def _submitted(project: Project, row: Proposal) -> dict[Any, Any]:
    """What formal submission writes: the code once, the lead department from the catalogue's area, what was asked for."""
    area = next((a for a in catalogue.load().areas if a.code == row.area), None)
    lead = (await organisations.find_unit("department", area.lead)).id if area else row.host
    call = await calls.by_id(row.call)
    columns: dict[Any, Any] = {
        Project.lead: lead,
        Project.requested: row.total,
        Project.payee: project.payee or project.organisation,
        Project.pack_version: call.pack_version if project.code is None else project.pack_version,
        Project.changed_at: clock.now(),
    }
    if project.code is None:
        number = await rows.value(Q(f"SELECT nextval('project_code_{row.year:d}')"))
        columns[Project.code] = f"{catalogue.load().documents.project_code}{row.year}-{number:04d}"
        columns[Project.submitted_at] = clock.now()
    return columns


async def _concern(project: Project, row: Proposal) -> None:
    """Lead, host, co-departments of the area and the counties of the places see it from now on."""
    area = next((a for a in catalogue.load().areas if a.code == row.area), None)
    departments = await organisations.units_by_code("department", list(area.co) if area else [])
    places = await rows.column(Q("SELECT DISTINCT left(township, 6) FROM place WHERE project = {}", project.id))
    counties = await organisations.units_by_code("county", [str(code) for code in places])
    concerned = [(project.lead, "lead"), (row.host, "host"), (project.payee, "payee")]
    concerned += [(unit, "co") for unit in departments.values()] + [(unit, "county") for unit in counties.values()]
    await storing.involve(project.id, concerned)


async def _ask_for_opinion(project: Project, days: int) -> None:
    """The lead department may speak; it is not waited for."""
    title, due = words.OPINION.format(title=name_of(project)), clock.add_working_days(clock.today(), days)
    url = f"/w/proposals/{project.code}"
    await todo.ask(Action.GIVE_OPINION, project, title=title, url=url, unit=project.lead, role=Role.OFFICER, due=due)


async def _keep_submission(actor: Actor, row: Proposal) -> None:
    """As it was handed in: a correction is compared with it, a seal page carries its digest."""
    number = await rows.value(Q("SELECT count(*) FROM submission WHERE project = {}", row.id))
    answers = contacts.sealed((await queries.pack_of(row)).form, row.answers, {})
    await rows.insert(
        Submission(
            project=row.id,
            number=number + 1,
            content=msgspec.json.encode({**papers.content_of(row), "answers": answers}).decode(),
            digest=papers.version_code(row),
            requested=row.total,
            endorsed_by=actor.person,
            submitted_at=clock.now(),
        )
    )


async def _answer(correction: Correcting) -> None:
    row = await rows.find(Correction, Correction.id == correction.id)
    await row.update_self({Correction.answered_at: clock.now()})


@rows.verb
async def return_to_author(actor: Actor, ref: str, reason: str, version: int) -> str:
    """退回申报人, with what should be changed."""
    project = await find(actor, Action.RETURN_TO_AUTHOR, ref)
    rows.check_version(project, version)
    await move(actor, project, Action.RETURN_TO_AUTHOR, reason=reason)
    await todo.settle(project, None, actor)
    row = await queries.proposal(project.id)
    correction = await drafts.correcting(project.id)
    title = words.RESUMED.format(title=name_of(project))
    due = correction.due if correction else row.fill_until
    await todo.ask(Action.SUBMIT_PROJECT, project, title=title, url=url_of(project), person=project.author, due=due)
    people = await team_of(project.id)
    await letters.tell("proposal_returned_to_author", people, url=url_of(project), title=name_of(project), reason=reason, due=due)
    return url_of(project)


@jobs.job
async def lapse_overdue() -> None:
    """逾期失效. Safe to run at any time and by several workers: each proposal is looked at again under its lock."""
    for ident in await drafts.overdue():
        await lapse(ident)


@rows.verb
async def lapse(ident: UUID) -> None:
    project = await rows.find(Project, Project.id == ident)
    if ident not in await drafts.overdue():
        return
    await move(None, project, Action.LAPSE_PROJECT)
    await todo.settle(project, None, None)
    people = await team_of(project.id)
    await letters.tell("proposal_lapsed", people, url=url_of(project), title=name_of(project))


ROUTINES = ((60.0, lapse_overdue),)
