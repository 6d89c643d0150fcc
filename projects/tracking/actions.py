"""The verbs of tracking: reports planned, handed in, reviewed, reminded of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from departments.organisation.queries import holders
from kernel import clock, jobs, letters, rows, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing
from kernel.money import Fen
from kernel.moves import move
from kernel.rows import Q
from projects.calls.rulepack import RulePack
from projects.paying import actions as paying
from projects.queries import find, pack_of, team_of
from projects.signing import beginning
from projects.states import ReportState, State
from projects.tables import Project
from projects.tracking import queries, rules, schedule, words
from projects.tracking.schedule import ReportKind
from projects.tracking.tables import Report

REMIND_BEFORE = 5
"""Calendar days before a report is due, once its period is over."""


async def plan_reports(project: Project, pack: RulePack) -> None:
    """Every report the project owes, from its first day on. Runs inside the verb that begins the project."""
    due = schedule.reports(Fen(project.agreed), project.starts_on, project.ends_on, pack.tracking)
    planned = [Report(project=project.id, kind=r.kind, starts=r.starts, ends=r.ends, due=r.due) for r in due]
    await Report.insert(*planned)
    await ask_for_next(project)


async def ask_for_next(project: Project) -> None:
    """Only the next report stands on the team's home page; the one after it when this one is handed in."""
    waiting = next((row for row in await queries.reports(project.id) if row.state is ReportState.DUE), None)
    if waiting is None:
        return
    final = waiting.kind is ReportKind.FINAL
    await todo.ask(
        Action.SUBMIT_FINAL if final else Action.REPORT_PROGRESS,
        ("report", waiting.id),
        title=words.TODO["report"].format(kind=waiting.kind.label, title=project.title),
        url=f"/my/projects/{project.code}/" + ("closing" if final else f"reports/{waiting.id}"),
        person=project.author,
        due=waiting.due,
    )


if plan_reports not in beginning.FOLLOWERS:
    beginning.FOLLOWERS.append(plan_reports)


async def fill(
    actor: Actor,
    project: Project,
    report: Report,
    actuals: Mapping[UUID, int],
    texts: Mapping[str, str],
    satisfaction: int | None,
) -> None:
    """Check and write what the report says. Totals are cumulative and never shrink."""
    reached = await queries.reached(project.id)
    named = {str(ident): amount for ident, amount in actuals.items()}
    goals = await queries.goals(project.id)
    if set(named) != set(goals):
        raise Missing
    final = report.kind == ReportKind.FINAL
    rules.check_report(
        ReportKind(report.kind).label,
        ends=min(report.ends, clock.today()) if final else report.ends,
        today=clock.today(),
        reported=ReportState(report.state) in {ReportState.SUBMITTED, ReportState.ACCEPTED},
        actuals={goals[ident]: amount for ident, amount in named.items()},
        before={goals[ident]: amount for ident, amount in reached.items() if ident in goals},
    )
    expected = 100 if final else schedule.elapsed(project.starts_on, project.ends_on, report.ends)
    attained = rules.attainment(await queries.attained(project.id, named))
    rules.check_note(expected, attained, texts.get("problems", ""), (await pack_of(project)).tracking)
    await report.update_self(
        {
            Report.actuals: msgspec.json.encode(named).decode(),
            Report.done: texts.get("done", ""),
            Report.problems: texts.get("problems", ""),
            Report.plans: texts.get("plans", ""),
            Report.satisfaction: satisfaction,
            Report.submitted_by: actor.person,
            Report.submitted_at: clock.now(),
        }
    )
    await move(actor, report, Action.REPORT_PROGRESS, attained=attained)


@rows.verb
async def report(
    actor: Actor,
    ref: str,
    ident: UUID,
    *,
    actuals: Mapping[UUID, int],
    texts: Mapping[str, str],
    satisfaction: int | None = None,
    version: int,
) -> str:
    """Hand in a progress or mid-term report."""
    project = await find(actor, Action.REPORT_PROGRESS, ref)
    rules.check_running(State(project.state))
    row = await rows.find(Report, (Report.id == ident) & (Report.project == project.id) & (Report.kind != ReportKind.FINAL))
    rules.check_open(ReportState(row.state))
    rows.check_version(row, version, **await saved(row))
    await fill(actor, project, row, actuals, texts, satisfaction)
    await _ask_for_review(project, row)
    await ask_for_next(project)
    return f"/my/projects/{project.code}/reports"


async def saved(row: Report) -> dict[str, object]:
    return {"done": row.done, "problems": row.problems, "plans": row.plans}


async def _ask_for_review(project: Project, row: Report) -> None:
    """The lead department reviews; where there is none, the host."""
    title = words.TODO["review"].format(kind=ReportKind(row.kind).label, title=project.title)
    role, unit = (Role.OFFICER, project.lead) if project.lead else (Role.COORDINATOR, await host_of(project))
    await todo.ask(Action.ACCEPT_REPORT, row, title=title, url=f"/w/reports/{row.id}", role=role, unit=unit)
    kind = ReportKind(row.kind).label
    await letters.tell(
        "report_submitted", await holders(role, [unit]), url=f"/w/reports/{row.id}", title=project.title, report=kind
    )


async def host_of(project: Project) -> UUID:
    return UUID(str(await rows.value(Q("SELECT host FROM call WHERE id = {}", project.call))))


async def _review(actor: Actor, action: Action, ident: UUID, version: int) -> tuple[Report, Project]:
    seen = await queries.report(actor, action, ident)
    project = await rows.find(Project, Project.id == seen.project)
    row = await rows.find(Report, Report.id == ident)
    rows.check_version(row, version)
    rules.check_impartial(actor.person, await queries.interested(project.id))
    return row, project


@rows.verb
async def accept(actor: Actor, ident: UUID, *, version: int) -> str:
    """The report stands. An accepted mid-term report opens the gate of its instalment."""
    row, project = await _review(actor, Action.ACCEPT_REPORT, ident, version)
    rules.check_not_final(ReportKind(row.kind) is ReportKind.FINAL)
    await row.update_self({Report.reviewed_by: actor.person, Report.reviewed_at: clock.now(), Report.reason: ""})
    await move(actor, row, Action.ACCEPT_REPORT)
    await todo.settle(row, None, actor)
    kind = ReportKind(row.kind)
    url = f"/my/projects/{project.code}/reports"
    await letters.tell("report_accepted", await team_of(project.id), url=url, title=project.title, report=kind.label)
    if kind is ReportKind.MIDTERM:
        await paying.ask_next(project)
    return "/w/reports"


@rows.verb
async def return_report(actor: Actor, ident: UUID, *, reason: str, version: int) -> str:
    """Back to the team with what is missing."""
    rules.check_reason(reason)
    row, project = await _review(actor, Action.RETURN_REPORT, ident, version)
    rules.check_not_final(ReportKind(row.kind) is ReportKind.FINAL)
    await send_to_team(actor, project, row, reason, Action.REPORT_PROGRESS, f"/my/projects/{project.code}/reports/{row.id}")
    return "/w/reports"


async def send_to_team(actor: Actor, project: Project, row: Report, reason: str, again: Action, url: str) -> None:
    await row.update_self({Report.reviewed_by: actor.person, Report.reviewed_at: clock.now(), Report.reason: reason})
    await move(actor, row, Action.RETURN_REPORT, reason=reason)
    await todo.settle(row, None, actor)
    kind = ReportKind(row.kind).label
    text = words.TODO["again"].format(kind=kind, title=project.title)
    await todo.ask(again, row, title=text, url=url, person=project.author)
    await letters.tell("report_returned", await team_of(project.id), url=url, title=project.title, report=kind, reason=reason)


@rows.verb
async def remind(ident: UUID) -> bool:
    """One letter about a report that is due soon or late. False when it was sent before."""
    row = await rows.find(Report, Report.id == ident)
    if row.reminded_on is not None or ReportState(row.state) not in {ReportState.DUE, ReportState.RETURNED}:
        return False
    project = await rows.find(Project, Project.id == row.project, lock=False)
    await row.update_self({Report.reminded_on: clock.today()})
    url = f"/my/projects/{project.code}/reports"
    kind = ReportKind(row.kind).label
    await letters.tell("report_due", await team_of(project.id), url=url, title=project.title, report=kind, due=row.due)
    return True


@jobs.job
async def remind_due_reports() -> None:
    """Tell teams of reports whose period is over. Twice or at once sends nothing more."""
    today = clock.today()
    for report_due in await queries.due_soon(today + timedelta(days=REMIND_BEFORE), today):
        await remind(report_due.id)


ROUTINES = ((3600.0, remind_due_reports),)
