"""The verbs of signing: revise, present, sign by the unit, return, sign by the host; giving up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from departments.organisation.queries import holders
from kernel import clock, files, letters, rows, secrets_box, signoff, todo
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.files.actions import Upload, receive
from kernel.money import Fen, show
from kernel.moves import move
from kernel.rows import Q
from projects.deciding.tables import FundingLine
from projects.pledging import actions as pledging
from projects.queries import find, team_of
from projects.signing import beginning, queries, rules, words
from projects.signing.rules import Reason
from projects.signing.tables import Agreement
from projects.states import AgreementState, State
from projects.tables import BudgetLine, Indicator, Project

files.owner("agreement")(queries.check_visible)


def my_url(project: Project) -> str:
    return f"/my/projects/{project.code}/agreement"


def work_url(project: Project) -> str:
    return f"/w/projects/{project.code}/agreement"


async def _ensure(project: Project) -> Agreement:
    """The agreement of an approved project, locked; made when it is first worked on."""
    if State(project.state) is not State.APPROVED:
        raise Refused(Reason.NOT_APPROVED, state=State(project.state).label)
    if not project.determined:
        raise Refused(Reason.NOTHING_DETERMINED)
    await rows.execute(
        Q(
            "INSERT INTO agreement (id, project, state, amount, account_name, bank, account, account_tail, created_at, version)"
            " VALUES ({}, {}, {}, {}, '', '', '', '', {}, 1) ON CONFLICT (project) DO NOTHING",
            rows.new_id(),
            project.id,
            AgreementState.DRAFTING,
            project.determined,
            clock.now(),
        )
    )
    return await rows.find(Agreement, Agreement.project == project.id)


async def _find(actor: Actor, action: Action, ref: str, version: int) -> tuple[Project, Agreement]:
    project = await find(actor, action, ref)
    agreement = await _ensure(project)
    rows.check_version(agreement, version, **await _saved(project.id))
    return project, agreement


async def _saved(project: UUID) -> dict[str, object]:
    """What the other person saved, for the page that shows both."""
    lines: dict[str, object] = {f"line_{line.id.hex}": show(line.agreed or Fen(0)) for line in await queries.budget(project)}
    return lines | {f"goal_{i.id.hex}": i.agreed or i.target for i in await queries.indicators(project)}


@rows.verb
async def revise(
    actor: Actor,
    ref: str,
    *,
    budget: Mapping[UUID, Fen],
    goals: Mapping[UUID, int],
    starts_on: date,
    ends_on: date,
    version: int,
) -> str:
    """Save the revised budget, indicators and period. The sums need not be right yet; presenting asks for that."""
    project, agreement = await _find(actor, Action.REVISE_BUDGET, ref, version)
    rules.check_period(starts_on, ends_on)
    known = {line.id for line in await queries.budget(project.id)}, {i.id for i in await queries.indicators(project.id)}
    if (set(budget), set(goals)) != known:
        raise Missing
    for ident, amount in budget.items():
        await BudgetLine.update({BudgetLine.agreed: amount}).where(BudgetLine.id == ident)
    for ident, goal in goals.items():
        await Indicator.update({Indicator.agreed: goal}).where(Indicator.id == ident)
    await project.update_self({Project.starts_on: starts_on, Project.ends_on: ends_on, Project.changed_at: clock.now()})
    await move(actor, agreement, Action.REVISE_BUDGET, total=show(Fen(sum(budget.values()))))
    return my_url(project)


async def check_sums(project: Project, agreement: Agreement) -> None:
    """Revised budget and consented lines equal the agreed amount, indicators and period are there."""
    rules.check_period(project.starts_on, project.ends_on)
    rules.check_indicators(sum(i.agreed is not None for i in await queries.indicators(project.id)))
    budget = [line.agreed or Fen(0) for line in await queries.budget(project.id)]
    rules.check_equal_to_agreed(Fen(agreement.amount), budget, [line.amount for line in await queries.lines(project.id)])


@rows.verb
async def present(actor: Actor, ref: str, *, version: int) -> str:
    """The team hands the agreement to its unit's administrator. Refused until the sums are equal."""
    project, agreement = await _find(actor, Action.PRESENT_AGREEMENT, ref, version)
    await check_sums(project, agreement)
    await agreement.update_self({Agreement.presented_by: actor.person, Agreement.presented_at: clock.now()})
    await move(actor, agreement, Action.PRESENT_AGREEMENT, amount=show(Fen(agreement.amount)))
    await todo.settle(project, Action.REVISE_BUDGET, actor)
    await todo.settle(agreement, Action.REVISE_BUDGET, actor)
    unit = project.payee or project.organisation
    title = words.TODO["sign-team"].format(title=project.title)
    await todo.ask(
        Action.SIGN_AGREEMENT_TEAM, agreement, title=title, url=my_url(project), role=Role.ORGANISATION_ADMIN, unit=unit
    )
    to = await holders(Role.ORGANISATION_ADMIN, [unit])
    await letters.tell("agreement_presented", to, url=my_url(project), title=project.title, amount=Fen(agreement.amount))
    return my_url(project)


@rows.verb
async def sign_team(actor: Actor, ref: str, *, account_name: str, bank: str, account: str, version: int) -> str:
    """The unit signs and says to which account it is paid. The number is sealed; pages show its last digits."""
    project, agreement = await _find(actor, Action.SIGN_AGREEMENT_TEAM, ref, version)
    await check_sums(project, agreement)
    await agreement.update_self(
        {
            Agreement.account_name: account_name,
            Agreement.bank: bank,
            Agreement.account: secrets_box.seal("bank-account", account),
            Agreement.account_tail: account[-4:],
            Agreement.team_signed_by: actor.person,
            Agreement.team_signed_at: clock.now(),
        }
    )
    await move(actor, agreement, Action.SIGN_AGREEMENT_TEAM)
    title = words.TODO["sign-host"].format(title=project.title)
    host = await _host(project)
    await todo.ask(Action.SIGN_AGREEMENT_HOST, agreement, title=title, url=work_url(project), role=Role.DIRECTOR, unit=host)
    to = await holders(Role.DIRECTOR, [host])
    await letters.tell("agreement_team_signed", to, url=work_url(project), title=project.title, code=project.code)
    return my_url(project)


async def _host(project: Project) -> UUID:
    return UUID(str(await rows.value(Q("SELECT host FROM call WHERE id = {}", project.call))))


@rows.verb
async def return_to_team(actor: Actor, ref: str, *, reason: str, version: int) -> str:
    """The host asks for another text. Signatures given so far no longer count."""
    rules.check_reason(reason)
    project, agreement = await _find(actor, Action.RETURN_AGREEMENT, ref, version)
    await move(actor, agreement, Action.RETURN_AGREEMENT, reason=reason)
    await agreement.update_self(
        {Agreement.team_signed_by: None, Agreement.team_signed_at: None, Agreement.account: "", Agreement.account_tail: ""}
    )
    await todo.settle(agreement, None, actor)
    title = words.TODO["revise"].format(title=project.title)
    await todo.ask(Action.REVISE_BUDGET, agreement, title=title, url=my_url(project), person=project.author)
    team = await team_of(project.id)
    await letters.tell("agreement_returned", team, url=my_url(project), title=project.title, reason=reason)
    return work_url(project)


@rows.verb
async def sign_host(actor: Actor, ref: str, *, version: int) -> str:
    """The host signs; with the last signature the project begins."""
    project, agreement = await _find(actor, Action.SIGN_AGREEMENT_HOST, ref, version)
    await _sign_host(actor, project, agreement, None)
    return f"/w/projects/{project.code}"


async def _sign_host(actor: Actor, project: Project, agreement: Agreement, paper: UUID | None) -> None:
    rules.check_impartial(actor.person, await queries.interested(project.id))
    await check_sums(project, agreement)
    await agreement.update_self(
        {Agreement.host_signed_by: actor.person, Agreement.host_signed_at: clock.now(), Agreement.signoff: paper}
    )
    await move(actor, agreement, Action.SIGN_AGREEMENT_HOST, paper=str(paper or ""))
    await beginning.begin(actor, project, agreement)


@rows.verb
async def register_paper(
    actor: Actor,
    ref: str,
    paper: signoff.Paper,
    scan: Upload | None,
) -> str:
    """Enter the host's signature given on paper. Another person of the host confirms it, which signs the agreement."""
    queries.check_whole_city(actor, Action.REGISTER_SIGNOFF)
    project = await find(actor, Action.REGISTER_SIGNOFF, ref)
    agreement = await _ensure(project)
    if AgreementState(agreement.state) is not AgreementState.TEAM_SIGNED:
        raise Refused(Reason.NOT_WAITING, state=AgreementState(agreement.state).label)
    file = await receive(actor, scan, "agreement", agreement.id, slot=queries.SIGN) if scan else None
    await signoff.register(
        actor,
        agreement,
        paper,
        purpose=queries.SIGN,
        scan=file.id if file else None,
        ask=Role.DIRECTOR,
        ask_unit=await _host(project),
        title=words.TODO["confirm-paper"].format(title=project.title),
        url=work_url(project),
    )
    return work_url(project)


@rows.verb
async def confirm_paper(actor: Actor, ref: str, paper: UUID) -> str:
    """A second person has compared the entry with the paper: the host has signed."""
    queries.check_whole_city(actor, Action.CONFIRM_SIGNOFF)
    project = await find(actor, Action.CONFIRM_SIGNOFF, ref)
    agreement = await _ensure(project)
    entered = next((found for found in await signoff.papers(agreement) if found.id == paper), None)
    if entered is None:
        raise Missing
    rules.check_paper_is_of(agreement.team_signed_at, entered.registered_at)
    await signoff.confirm(actor, paper)
    await _sign_host(actor, project, agreement, paper)
    return f"/w/projects/{project.code}"


@rows.verb
async def abandon(actor: Actor, ref: str, *, reason: str, version: int) -> str:
    """放弃立项 before the agreement is signed. The lines give their money back; the host may call up a reserve."""
    rules.check_reason(reason)
    project = await find(actor, Action.ABANDON_PROJECT, ref)
    rows.check_version(project, version)
    await move(actor, project, Action.ABANDON_PROJECT, reason=reason)
    for line in (
        await FundingLine.objects()
        .where((FundingLine.project == project.id) & (FundingLine.state == "consented"))
        .order_by(FundingLine.fund)
        .lock_rows("UPDATE")
    ):
        await pledging.end(actor, line, reason=reason)
    await todo.settle(project, None, actor)
    agreement = await rows.value(Q("SELECT id FROM agreement WHERE project = {}", project.id))
    if agreement is not None:
        await todo.settle(("agreement", agreement), None, actor)
    to = await holders(Role.COORDINATOR, [await _host(project)])
    await letters.tell("agreement_abandoned", to, url=f"/w/proposals/{project.code}", title=project.title, reason=reason)
    return f"/my/projects/{project.code}"
