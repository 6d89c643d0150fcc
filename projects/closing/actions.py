"""The verbs that end a project: final report, closing, sending back, suspending, terminating, settling."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from departments.organisation.queries import holders
from kernel import clock, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing
from kernel.money import Fen, total
from kernel.moves import move
from projects.paying import actions as paying
from projects.paying import settling
from projects.queries import find, pack_of, team_of
from projects.spending import queries as spending
from projects.spending import rules as spending_rules
from projects.states import State
from projects.tables import Project
from projects.tracking import actions as tracking
from projects.tracking import queries, rules, words
from projects.tracking.rules import Conclusion, Grade
from projects.tracking.schedule import ReportKind
from projects.tracking.tables import Closing, Report


async def _final(project: Project) -> Report:
    return await rows.find(Report, (Report.project == project.id) & (Report.kind == ReportKind.FINAL))


@rows.verb
async def submit_final(
    actor: Actor, ref: str, *, actuals: Mapping[UUID, int], texts: Mapping[str, str], satisfaction: int | None, version: int
) -> str:
    """The final report: the project waits for its closing. Reports of periods that are not over yet are no longer owed."""
    project = await find(actor, Action.SUBMIT_FINAL, ref)
    row = await _final(project)
    rows.check_version(row, version, **await tracking.saved(row))
    others = [r.state for r in await queries.reports(project.id) if r.kind is not ReportKind.FINAL and r.ends < clock.today()]
    rules.check_final(others, texts.get("done", ""))
    await move(actor, project, Action.SUBMIT_FINAL)
    await tracking.fill(actor, project, row, actuals, texts, satisfaction)
    await _end_todos(actor, project)
    await _ask_to_close(project)
    return f"/my/projects/{project.code}/closing"


async def _ask_to_close(project: Project) -> None:
    host = await tracking.host_of(project)
    title = words.TODO["close"].format(title=project.title)
    url = f"/w/projects/{project.code}/closing"
    await todo.ask(Action.CLOSE_PROJECT, project, title=title, url=url, role=Role.COORDINATOR, unit=host)
    to = await holders(Role.COORDINATOR, [host])
    await letters.tell("closing_submitted", to, url=url, title=project.title, code=project.code)


async def _decide(actor: Actor, action: Action, ref: str, version: int) -> Project:
    project = await find(actor, action, ref)
    rows.check_version(project, version)
    rules.check_impartial(actor.person, await queries.interested(project.id))
    return project


@rows.verb
async def close(
    actor: Actor,
    ref: str,
    *,
    performance: Conclusion | None,
    finance: Conclusion | None,
    grade: Grade,
    remarks: str,
    version: int,
) -> str:
    """结项: two conclusions, a grade the numbers carry, nothing owed, nothing under way."""
    project = await _decide(actor, Action.CLOSE_PROJECT, ref, version)
    Project.LIFE.target(State(project.state), Action.CLOSE_PROJECT)
    rules.check_conclusions(performance, finance)
    pack, final = await pack_of(project), await _final(project)
    actuals = await queries.reached(project.id)
    best = rules.best_grade(await queries.attained(project.id, actuals), final.satisfaction, pack.tracking)
    rules.check_grade(grade, best, finance)
    tally = await queries.unsettled(project.id)
    owed = total(line.owed for line in await spending.standings(project.id))
    rules.check_nothing_owed(owed=owed, open_payments=tally.open_payments, unvouched=tally.unvouched)
    await rows.insert(
        Closing(
            project=project.id,
            performance=performance,
            finance=finance,
            grade=grade,
            best=best,
            remarks=remarks,
            closed_by=actor.person,
            closed_at=clock.now(),
        )
    )
    await final.update_self({Report.reviewed_by: actor.person, Report.reviewed_at: clock.now()})
    await move(actor, final, Action.ACCEPT_REPORT)
    await project.update_self({Project.grade: grade, Project.closed_on: clock.today(), Project.changed_at: clock.now()})
    await move(actor, project, Action.CLOSE_PROJECT, grade=grade)
    await _end_todos(actor, project)
    await settling.fix_last(actor, project, grade, pack.money)
    await paying.ask_next(project)
    url = f"/my/projects/{project.code}/closing"
    await letters.tell("closing_closed", await team_of(project.id), url=url, title=project.title, grade=grade.label)
    return f"/w/projects/{project.code}/closing"


async def _end_todos(actor: Actor, project: Project) -> None:
    """Reports that are no longer owed wait for nobody."""
    for row in await queries.reports(project.id):
        await todo.settle(("report", row.id), None, actor)


@rows.verb
async def send_back(actor: Actor, ref: str, *, reason: str, version: int) -> str:
    """要求整改: the project runs again until the final report is handed in anew."""
    rules.check_reason(reason)
    project = await _decide(actor, Action.SEND_BACK_PROJECT, ref, version)
    await move(actor, project, Action.SEND_BACK_PROJECT, reason=reason)
    await todo.settle(project, Action.CLOSE_PROJECT, actor)
    url = f"/my/projects/{project.code}/closing"
    await tracking.send_to_team(actor, project, await _final(project), reason, Action.SUBMIT_FINAL, url)
    await tracking.ask_for_next(project)
    return f"/w/projects/{project.code}/closing"


@rows.verb
async def change_course(actor: Actor, ref: str, action: Action, *, reason: str, version: int) -> str:
    """暂停, 恢复实施, 终止: with a reason the team reads."""
    rules.check_reason(reason)
    if action not in {Action.SUSPEND_PROJECT, Action.RESUME_PROJECT, Action.TERMINATE_PROJECT}:
        raise Missing
    project = await _decide(actor, action, ref, version)
    await move(actor, project, action, reason=reason)
    if action is Action.TERMINATE_PROJECT:
        await todo.settle(project, None, actor)
        await _end_todos(actor, project)
        title = words.TODO["settle"].format(title=project.title)
        host = await tracking.host_of(project)
        await todo.ask(
            Action.SETTLE_PROJECT, project, title=title, url=f"/w/projects/{project.code}", role=Role.COORDINATOR, unit=host
        )
    url = f"/my/projects/{project.code}"
    await letters.tell(
        "project_course", await team_of(project.id), url=url, title=project.title, action=action.label, reason=reason
    )
    return f"/w/projects/{project.code}"


@rows.verb
async def settle(actor: Actor, ref: str, *, version: int) -> str:
    """清算完成: nothing is owed any more, what was promised and not paid is free again."""
    project = await _decide(actor, Action.SETTLE_PROJECT, ref, version)
    Project.LIFE.target(State(project.state), Action.SETTLE_PROJECT)
    spending_rules.check_settled(total(line.owed for line in await spending.standings(project.id)))
    tally = await queries.unsettled(project.id)
    rules.check_nothing_owed(owed=Fen(0), open_payments=tally.open_payments, unvouched=tally.unvouched)
    await move(actor, project, Action.SETTLE_PROJECT)
    await settling.release_rest(actor, project)
    await letters.tell("project_settled", await team_of(project.id), url=f"/my/projects/{project.code}", title=project.title)
    return f"/w/projects/{project.code}"
