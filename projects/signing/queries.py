"""Reads of awarded projects: the head every later page begins with, the agreement, its lines and instalments."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from departments.kinds import SupportMode
from kernel import rows, signoff
from kernel.access import Action, Actor, Reach
from kernel.errors import Missing, Refused
from kernel.money import Fen, split
from kernel.rows import Q
from kernel.tables import Signoff
from projects.deciding.rules import ReceiptKind
from projects.queries import by_ref, visible_project
from projects.signing import rules
from projects.signing.rules import Gate
from projects.states import AgreementState, State

SIGN = "sign-agreement"
AWARDED = (
    State.APPROVED,
    State.ABANDONED,
    State.RUNNING,
    State.SUSPENDED,
    State.CLOSING,
    State.CLOSED,
    State.TERMINATED,
    State.SETTLED,
)


class Head(Struct, frozen=True):
    """What every page about an awarded project says first."""

    id: UUID
    code: str
    title: str
    state: State
    version: int
    area: str
    organisation: str
    payee: str | None
    lead: str | None
    call: UUID
    call_code: str
    call_title: str
    host: UUID
    host_name: str
    author: UUID
    starts_on: date | None
    ends_on: date | None
    requested: Fen | None
    audited: Fen | None
    advised: Fen | None
    determined: Fen | None
    agreed: Fen | None
    grade: str
    agreement: UUID | None
    agreement_state: AgreementState | None

    @property
    def amount(self) -> Fen:
        """What the agreement is about: agreed, or determined before that."""
        return Fen(self.agreed if self.agreed is not None else self.determined or 0)


class AgreementRow(Struct, frozen=True):
    id: UUID
    state: AgreementState
    amount: Fen
    account_name: str
    bank: str
    account_tail: str
    presented_at: datetime | None
    presenter: str | None
    team_signed_at: datetime | None
    team_signer: str | None
    host_signed_at: datetime | None
    host_signer: str | None
    document: UUID | None
    version: int


class LineRow(Struct, frozen=True):
    """A consented funding line."""

    id: UUID
    fund: UUID
    fund_name: str
    owner: UUID
    owner_name: str
    year: int
    lottery: bool
    support_mode: SupportMode
    receipt: str
    amount: Fen

    @property
    def receipt_label(self) -> str:
        return ReceiptKind(self.receipt).label if self.receipt else ""


class BudgetRow(Struct, frozen=True):
    id: UUID
    category: str
    item: str
    basis: str
    requested: Fen
    agreed: Fen | None


class IndicatorRow(Struct, frozen=True):
    id: UUID
    name: str
    unit: str
    target: int
    agreed: int | None
    evidence: str


class InstalmentRow(Struct, frozen=True):
    id: UUID
    line: UUID
    number: int
    gate: Gate
    percent: int
    amount: Fen
    payable: Fen | None
    by_grade: bool
    due: date
    year: int


async def head(actor: Actor, action: Action, ref: str) -> Head:
    """The awarded project, if `action` reaches it, or Missing."""
    return await rows.the(
        Head,
        Q(
            "SELECT p.id, p.code, p.title, p.state, p.version, p.area, o.name AS organisation, y.name AS payee, l.name AS lead,"
            " c.id AS call, c.code AS call_code, c.title AS call_title, c.host, h.name AS host_name, p.author, p.starts_on, p.ends_on,"
            " p.requested, p.audited, p.advised, p.determined, p.agreed, p.grade, a.id AS agreement, a.state AS agreement_state"
            " FROM project p JOIN unit o ON o.id = p.organisation JOIN call c ON c.id = p.call JOIN unit h ON h.id = c.host"
            " LEFT JOIN unit y ON y.id = p.payee LEFT JOIN unit l ON l.id = p.lead LEFT JOIN agreement a ON a.project = p.id"
            " WHERE {} AND p.state = ANY({}) AND {}",
            by_ref(ref),
            [str(state) for state in AWARDED],
            visible_project(actor, action),
        ),
    )


async def agreement(project: UUID) -> AgreementRow | None:
    return await rows.one(
        AgreementRow,
        Q(
            "SELECT a.id, a.state, a.amount, a.account_name, a.bank, a.account_tail, a.presented_at, p.name AS presenter,"
            " a.team_signed_at, t.name AS team_signer, a.host_signed_at, h.name AS host_signer, a.document, a.version"
            " FROM agreement a LEFT JOIN person p ON p.id = a.presented_by LEFT JOIN person t ON t.id = a.team_signed_by"
            " LEFT JOIN person h ON h.id = a.host_signed_by WHERE a.project = {}",
            project,
        ),
    )


async def lines(project: UUID) -> list[LineRow]:
    """Consented lines, owners in the order of establishment."""
    return await rows.fetch(
        LineRow,
        Q(
            "SELECT l.id, l.fund, f.name AS fund_name, l.owner, u.name AS owner_name, f.year, f.lottery, l.support_mode, l.receipt,"
            " l.amount FROM funding_line l JOIN fund f ON f.id = l.fund JOIN unit u ON u.id = l.owner"
            " WHERE l.project = {} AND l.state = 'consented' ORDER BY u.position, u.code, l.id",
            project,
        ),
    )


async def budget(project: UUID) -> list[BudgetRow]:
    return await rows.fetch(
        BudgetRow,
        Q("SELECT id, category, item, basis, requested, agreed FROM budget_line WHERE project = {} ORDER BY position", project),
    )


async def indicators(project: UUID) -> list[IndicatorRow]:
    return await rows.fetch(
        IndicatorRow,
        Q("SELECT id, name, unit, target, agreed, evidence FROM indicator WHERE project = {} ORDER BY position", project),
    )


async def instalments(project: UUID) -> list[InstalmentRow]:
    return await rows.fetch(
        InstalmentRow,
        Q(
            "SELECT id, line, number, gate, percent, amount, payable, by_grade, due, year FROM instalment WHERE project = {}"
            " ORDER BY number, line",
            project,
        ),
    )


def suggested(budget_lines: list[BudgetRow], amount: Fen) -> dict[UUID, Fen]:
    """Where the revision starts: what was saved, or what was asked for scaled to the amount, to the fen."""
    weights = [line.requested for line in budget_lines]
    scaled = split(amount, weights) if sum(weights) else [Fen(0) for _ in weights]
    saved = any(line.agreed is not None for line in budget_lines)
    return {line.id: (line.agreed or Fen(0)) if saved else part for line, part in zip(budget_lines, scaled, strict=True)}


def obstacle(
    shown: Head, row: AgreementRow | None, budget_lines: list[BudgetRow], found: list[IndicatorRow], funding: list[LineRow]
) -> str:
    """Why the agreement cannot go on yet, in a sentence; empty when it can."""
    try:
        rules.check_period(shown.starts_on, shown.ends_on)
        rules.check_indicators(sum(i.agreed is not None for i in found))
        rules.check_equal_to_agreed(
            row.amount if row else shown.amount,
            [line.agreed or Fen(0) for line in budget_lines],
            [line.amount for line in funding],
        )
    except Refused as no:
        return str(no)
    return ""


async def interested(project: UUID) -> list[UUID]:
    """The team and everybody of its units: they do not act for the other side."""
    return await rows.column(
        Q(
            "SELECT m.person FROM membership m JOIN project p ON m.unit IN (p.organisation, p.payee) WHERE p.id = {}"
            " UNION SELECT pm.person FROM project_member pm WHERE pm.project = {}",
            project,
            project,
        )
    )


async def papers(ident: UUID) -> list[Signoff]:
    return await signoff.papers(("agreement", ident))


async def check_visible(actor: Actor | None, ident: UUID) -> None:
    """For the files and the paper of an agreement: whoever may see the agreement."""
    if actor is None:
        raise Missing
    found = await rows.value(
        Q(
            "SELECT 1 FROM agreement a JOIN project p ON p.id = a.project WHERE a.id = {} AND {}",
            ident,
            visible_project(actor, Action.VIEW_AGREEMENT),
        )
    )
    if found is None:
        raise Missing


def check_whole_city(actor: Actor, action: Action) -> None:
    """The host's paper signature is entered and confirmed by those who act for the whole city."""
    if actor.reach(action) is not Reach.CITY:
        raise Missing
