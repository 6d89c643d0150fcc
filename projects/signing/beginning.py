"""What the last signature sets off: the agreed amount, instalments, the ledger, the paper, the project running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from departments.funds import actions as ledger
from departments.funds.rules import Event
from departments.organisation.queries import holders
from kernel import clock, letters, rows, secrets_box, todo
from kernel.access import Action, Actor, Role
from kernel.documents import actions as documents
from kernel.documents import papers
from kernel.money import Fen
from kernel.moves import move
from kernel.rows import Q
from projects.calls.rulepack import RulePack
from projects.queries import pack_of, team_of
from projects.signing import plan, queries, words
from projects.signing.rules import Gate
from projects.signing.tables import Agreement, Instalment
from projects.tables import Amount, Project

Follow = Callable[[Project, RulePack], Awaitable[None]]
FOLLOWERS: list[Follow] = []
"""What later phases do when a project begins: tracking plans its reports. An empty list is a mistake of the caller."""


async def begin(actor: Actor, project: Project, agreement: Agreement) -> None:
    """Both sides have signed: everything the agreement promises becomes rows, in this transaction."""
    if not FOLLOWERS:
        raise LookupError("nobody plans the reports of a project that begins")
    pack, funding = await pack_of(project), await queries.lines(project.id)
    await _agree(actor, project, Fen(agreement.amount))
    planned = plan.instalments({str(line.id): line.amount for line in funding}, pack.money)
    first = await _plan(project, pack, funding, planned)
    await _post(actor, project, agreement, funding)
    await _issue(actor, project, agreement, pack, funding, planned)
    await move(actor, project, Action.BEGIN_PROJECT, amount=agreement.amount)
    for follow in FOLLOWERS:
        await follow(project, pack)
    if first is not None:
        await _ask_for_first(project, first)
    await _tell(project, agreement, funding)


async def _agree(actor: Actor, project: Project, amount: Fen) -> None:
    await rows.insert(
        Amount(
            project=project.id,
            kind="agreed",
            amount=amount,
            reason=words.AGREED_REASON,
            set_by=actor.person,
            set_at=clock.now(),
        )
    )
    await project.update_self({Project.agreed: amount, Project.changed_at: clock.now()})


async def _plan(
    project: Project, pack: RulePack, funding: list[queries.LineRow], planned: list[plan.Planned]
) -> Instalment | None:
    """The instalments of every line. Returns the first that may be asked for at once."""
    found = [
        Instalment(
            project=project.id,
            line=line.id,
            number=part.number,
            gate=part.gate,
            percent=part.percent,
            amount=part.parts[str(line.id)],
            by_grade=part.by_grade,
            due=(due := _due(project, pack, part.gate)),
            # The first may be paid from the day of signing, whichever year its last day falls into.
            year=max(line.year, clock.today().year if part.gate == Gate.SIGNED else due.year),
        )
        for part in planned
        for line in funding
        if part.parts[str(line.id)] > 0
    ]
    await Instalment.insert(*found)
    return next((row for row in found if row.gate == Gate.SIGNED and row.year <= clock.today().year), None)


def _due(project: Project, pack: RulePack, gate: Gate) -> date:
    return plan.due(
        gate,
        signed_on=clock.today(),
        starts=project.starts_on,
        ends=project.ends_on,
        midterm_percent=pack.tracking.midterm_percent,
        rules=pack.money,
        calendar=clock.calendar(),
    )


async def _post(actor: Actor, project: Project, agreement: Agreement, funding: list[queries.LineRow]) -> None:
    """Determined money is signed for, line by line, funds locked in id order."""
    await ledger.lock([line.fund for line in funding])
    about = ledger.About(project.id, project.code, project.title)
    for leg, line in enumerate(sorted(funding, key=lambda line: line.id)):
        await ledger.post(
            actor, Event.SIGN, line.amount, fund=line.fund, source=f"agreement:{agreement.id}", leg=leg, about=about, line=line.id
        )


async def _issue(
    actor: Actor,
    project: Project,
    agreement: Agreement,
    pack: RulePack,
    funding: list[queries.LineRow],
    planned: list[plan.Planned],
) -> None:
    shown = await queries.head(actor, Action.VIEW_AGREEMENT, project.code)
    row = await queries.agreement(project.id)
    if row is None:
        raise LookupError("the agreement that was just signed is gone")
    paper = papers.Agreement(
        host=shown.host_name,
        organisation=shown.payee or shown.organisation,
        call=shown.call_title,
        project=project.title,
        code=project.code,
        amount=Fen(agreement.amount),
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        account=words.ACCOUNT.format(name=row.account_name, bank=row.bank, tail=row.account_tail),
        indicators=[
            papers.Indicator(i.name, f"{i.agreed or i.target} {i.unit}".strip(), i.evidence)
            for i in await queries.indicators(project.id)
        ],
        budget=_budget(await queries.budget(project.id), pack),
        lines=[papers.FundLine(line.owner_name, line.fund_name, line.amount) for line in funding],
        instalments=[_instalment(part) for part in planned],
        signatures=_signatures(shown, row),
    )
    title = words.PAPER_TITLE.format(title=project.title)
    document = await documents.issue(actor, agreement, paper, title, issuer=shown.host_name)
    await agreement.update_self({Agreement.document: document.id})


def _budget(lines: list[queries.BudgetRow], pack: RulePack) -> list[papers.BudgetLine]:
    names = {category.code: category.name for category in pack.budget.categories}
    return [papers.BudgetLine(f"{names.get(b.category, b.category)} / {b.item}", b.basis, b.agreed or Fen(0)) for b in lines]


def _instalment(part: plan.Planned) -> papers.Instalment:
    share = words.BY_GRADE if part.by_grade else f"{part.percent}%"
    return papers.Instalment(words.INSTALMENT.format(number=part.number), part.gate.label, share, part.amount)


def _signatures(shown: queries.Head, row: queries.AgreementRow) -> list[papers.Signature]:
    team = shown.payee or shown.organisation
    return [
        papers.Signature(f"{words.PARTY['host']} {shown.host_name}", row.host_signer or "", row.host_signed_at),
        papers.Signature(f"{words.PARTY['team']} {team}", row.team_signer or "", row.team_signed_at),
    ]


async def _ask_for_first(project: Project, first: Instalment) -> None:
    await todo.ask(
        Action.REQUEST_PAYMENT,
        first,
        title=words.TODO["first-payment"].format(title=project.title),
        url=f"/my/projects/{project.code}/payments",
        person=project.author,
        due=first.due,
    )


async def _tell(project: Project, agreement: Agreement, funding: list[queries.LineRow]) -> None:
    amount = Fen(agreement.amount)
    team: list[UUID] = await team_of(project.id)
    admins = await holders(Role.ORGANISATION_ADMIN, [project.payee or project.organisation])
    facts: dict[str, Any] = {"title": project.title, "code": project.code, "amount": amount}
    await letters.tell("agreement_signed", [*team, *admins], url=f"/my/projects/{project.code}", **facts)
    owners = await holders(Role.FINANCE_OFFICER, [line.owner for line in funding])
    await letters.tell("agreement_began", owners, url=f"/w/projects/{project.code}", **facts)


class _Account(Struct, frozen=True):
    account_name: str
    bank: str
    account: str


async def account_of(project: UUID) -> tuple[str, str, str]:
    """Name, bank and number of the account that is paid, opened for the payment paper only."""
    row = await rows.the(_Account, Q("SELECT account_name, bank, account FROM agreement WHERE project = {}", project))
    return row.account_name, row.bank, secrets_box.open("bank-account", row.account)
