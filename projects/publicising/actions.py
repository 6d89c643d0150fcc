"""Release: the one act that makes a decision public. Closing a notice, and issuing what nobody objects to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from departments.funds import actions as ledger
from departments.funds.rules import Event
from kernel import clock, jobs, letters, rows, todo
from kernel.access import Action, Actor, Reach, Role
from kernel.documents import actions as documents
from kernel.errors import Missing, Refused
from kernel.moves import move
from kernel.rows import Q
from kernel.tables import Signoff
from projects.calls import queries as calls
from projects.deciding import actions as deciding
from projects.deciding import queries as decisions
from projects.deciding import rules
from projects.deciding.rules import Outcome
from projects.deciding.tables import Decision, FundingLine
from projects.pledging import actions as pledging
from projects.pledging import queries as lines
from projects.publicising import facts, opening, papers, queries, words
from projects.publicising.tables import Award, Notice
from projects.queries import project_id
from projects.states import LineState, NoticeState, State
from projects.tables import Amount, Project

MOVES = {
    Outcome.APPROVE: Action.PUBLICISE_PROJECT,
    Outcome.RESERVE: Action.RESERVE_PROJECT,
    Outcome.DECLINE: Action.DECLINE_PROJECT,
}
LETTERS = {Outcome.APPROVE: "decision_publicised", Outcome.RESERVE: "decision_reserved", Outcome.DECLINE: "decision_declined"}


@rows.verb
async def release(actor: Actor, ident: UUID, version: int) -> str:
    """Publicise, reserve and decline a whole call at once, and open the notice. Returns where to see it.

    Refused: no confirmed minutes of the meeting that saw this text, or anything convening would refuse.
    """
    decision = await deciding.find(actor, Action.RELEASE_DECISION, ident)
    rows.check_version(decision, version)
    sheet = await decisions.all_items(ident)
    paper = await decisions.meeting(ident, decision.convened_at)
    rules.check_release([item.outcome for item in sheet], signoff_confirmed=paper is not None)
    call = await calls.by_id(decision.call)
    await deciding.check_ready(ident, call)
    await decision.update_self({Decision.released_by: actor.person, Decision.released_at: clock.now()})
    await move(actor, decision, Action.RELEASE_DECISION, projects=len(sheet), minutes=paper.number if paper else "")
    await todo.settle(decision, None, actor)
    for item in sheet:
        await _carry_out(actor, item, paper)
    await _settle_lines(actor, sheet)
    approved = [item for item in sheet if item.outcome is Outcome.APPROVE]
    code = await opening.open_notice(actor, decision, call, approved) if approved else ""
    await _tell(sheet, code)
    return f"/w/notices/{code}" if code else f"/w/decisions/{ident}"


async def _carry_out(actor: Actor, item: decisions.ItemRow, paper: Signoff | None) -> None:
    """Move one project. What stays in reserve stays as it is."""
    if item.outcome is None or (item.outcome is Outcome.RESERVE and item.state is State.RESERVED):
        return
    project = await rows.find(Project, Project.id == item.project)
    if item.outcome is Outcome.APPROVE:
        reason = words.REASON_DETERMINED.format(paper=paper.number if paper else "")
        await project.update_self({Project.determined: item.amount, Project.changed_at: clock.now()})
        await rows.insert(
            Amount(
                project=project.id, kind="determined", amount=item.amount, reason=reason, set_by=actor.person, set_at=clock.now()
            )
        )
    await move(actor, project, MOVES[item.outcome])


async def _settle_lines(actor: Actor, sheet: list[decisions.ItemRow]) -> None:
    """What was claimed for an award is determined now; lines of what is not awarded give their money back."""
    awarded = {item.project for item in sheet if item.outcome is Outcome.APPROVE}
    declined = {item.project for item in sheet if item.outcome is Outcome.DECLINE}
    live = await lines.live(list(awarded | declined))
    await ledger.lock([line.fund for line in live])
    for line in live:
        about = ledger.About(line.project, line.code, line.title)
        if line.project in awarded and line.state is LineState.CONSENTED:
            source = f"line:{line.id}:decide"
            await ledger.post(actor, Event.DECIDE, line.amount, fund=line.fund, source=source, about=about, line=line.id)
        elif line.project in declined:
            row = await rows.find(FundingLine, FundingLine.id == line.id)
            await pledging.end(actor, row, reason=words.REASON_ENDED["decline"])


async def _tell(sheet: list[decisions.ItemRow], notice: str) -> None:
    """One letter to each member of each team. It speaks of their own project and of nothing else."""
    teams = await facts.teams([item.project for item in sheet])
    for item in sheet:
        if item.outcome is None or (item.outcome is Outcome.RESERVE and item.state is State.RESERVED):
            continue
        await letters.tell(
            LETTERS[item.outcome],
            teams[item.project],
            url=f"/notices/{notice}" if item.outcome is Outcome.APPROVE else f"/my/proposals/{item.code}",
            project=item.title,
            code=item.code,
            amount=item.amount,
        )


@rows.verb
async def close(notice_id: UUID) -> bool:
    """The window is over: nothing more may be objected to, and what is free of objections can be issued. False when closed before."""
    notice = await rows.find(Notice, Notice.id == notice_id)
    if NoticeState(notice.state) is not NoticeState.PUBLISHED or clock.today() <= notice.ends_on:
        return False
    await move(None, notice, Action.CLOSE_NOTICE)
    host = await rows.value(Q("SELECT host FROM call WHERE id = {}", notice.call))
    title = words.TODO["issue"].format(title=notice.title)
    await todo.ask(Action.ISSUE_PROJECT, notice, title=title, url=f"/w/notices/{notice.code}", role=Role.COORDINATOR, unit=host)
    return True


@jobs.job
async def close_due_notices() -> None:
    """Close every notice whose window is over. Twice or at once changes nothing more."""
    for ident in await queries.due():
        await close(ident)


ROUTINES = ((60.0, close_due_notices),)


@rows.verb
async def issue(actor: Actor, notice_code: str, codes: Collection[str]) -> str:
    """印发立项通知 for the ticked projects: one paper with a number, a letter and a to-do for each team.

    Refused: the window is not over, or an objection to one of them is open. The others are not held up by it.
    """
    if actor.reach(Action.ISSUE_PROJECT) is not Reach.CITY:
        raise Missing
    notice = await queries.notice(notice_code)
    chosen = [row for row in await queries.desk(actor, notice.id) if row.code in codes and row.state is State.PUBLICISED]
    if not chosen:
        raise Missing
    for row in chosen:
        rules.check_issue(clock.now(), window_end=notice.ends_on, open_objections=row.open_objections, number=notice.number)
    title = words.AWARD_TITLE.format(call=notice.call_title)
    paper = await documents.issue(
        actor, ("notice", notice.id), papers.award_paper(notice, chosen), title, issuer=notice.issuer, public=True
    )
    teams = await facts.teams([row.project for row in chosen])
    for row in chosen:
        await _award(actor, notice, row, paper.number, paper.id, teams[row.project])
    await _settle_issuing(actor, chosen[0].project)
    return f"/w/notices/{notice.code}"


async def _award(
    actor: Actor, notice: queries.NoticeRow, row: queries.DeskRow, number: str, document: UUID, team: list[UUID]
) -> None:
    project = await rows.find(Project, Project.id == row.project)
    await rows.insert(
        Award(
            project=row.project,
            notice=notice.id,
            number=number,
            document=document,
            amount=project.determined,
            issued_on=clock.today(),
            issued_by=actor.person,
        )
    )
    await move(actor, project, Action.ISSUE_PROJECT, number=number)
    url = f"/my/projects/{row.code}/agreement"
    await letters.tell("award_issued", team, url=url, project=row.title, code=row.code, number=number, amount=row.amount)
    for person in team[:1]:
        await todo.ask(
            Action.REVISE_BUDGET,
            project,
            title=words.TODO["revise"].format(title=row.title),
            url=url,
            person=person,
            due=clock.add_working_days(clock.today(), papers.AGREEMENT_DAYS),
        )


@rows.verb
async def cancel(actor: Actor, code: str, *, reason: str) -> None:
    """取消拟立项资格 by the host, after what the city decided on paper."""
    if not reason.strip():
        raise Refused(rules.Reason.NO_REASON)
    await end_award(actor, await project_id(actor, Action.CANCEL_PROJECT, code), reason=reason)


@rows.verb
async def reconsider(actor: Actor, ident: UUID, code: str, *, reason: str) -> None:
    """Bring one project of a released decision back before the next one. Its money is free again; nobody is told."""
    if not reason.strip():
        raise Refused(rules.Reason.NO_REASON)
    await deciding.find(actor, Action.RECONSIDER_PROJECT, ident)
    item = await decisions.item(actor, Action.RECONSIDER_PROJECT, ident, code)
    project = await rows.find(Project, Project.id == item.project)
    await _end_lines(actor, project.id, words.REASON_ENDED["reconsider"])
    if project.determined is not None:
        await project.update_self({Project.determined: None, Project.changed_at: clock.now()})
        await rows.insert(
            Amount(project=project.id, kind="determined", amount=0, reason=reason, set_by=actor.person, set_at=clock.now())
        )
    await move(actor, project, Action.RECONSIDER_PROJECT, reason=reason)
    await _settle_issuing(actor, project.id)


async def _settle_issuing(actor: Actor, project: UUID) -> None:
    """Nobody is asked to issue a notice on which nothing waits any more."""
    for notice in await queries.finished_notices(project):
        await todo.settle(("notice", notice), Action.ISSUE_PROJECT, actor)


async def _end_lines(actor: Actor, project: UUID, reason: str) -> None:
    live = await lines.live([project])
    await ledger.lock([line.fund for line in live])
    for line in live:
        row = await rows.find(FundingLine, FundingLine.id == line.id)
        await pledging.end(actor, row, reason=reason)


@rows.verb
async def end_award(actor: Actor, ident: UUID, *, reason: str) -> None:
    """The project leaves, its lines give their money back, its team is told. The calling verb has asked whether it may."""
    project = await rows.find(Project, Project.id == ident)
    await _end_lines(actor, ident, words.REASON_ENDED["cancel"])
    await move(actor, project, Action.CANCEL_PROJECT, reason=reason)
    await todo.settle(project, None, actor)
    await _settle_issuing(actor, ident)
    team = (await facts.teams([ident]))[ident]
    url = f"/my/proposals/{project.code}"
    await letters.tell("award_cancelled", team, url=url, project=project.title, code=project.code, reason=reason)
