"""Reads of funding lines: my department's list, one line, what funds a project could draw on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from departments.kinds import BudgetType, SupportMode
from kernel import rows
from kernel.access import Action, Actor, Reach
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.deciding.rules import ReceiptKind
from projects.queries import recused_from
from projects.states import LineState

PAGE = 50
CONSENT = "consent-line"


class LineRow(Struct, frozen=True):
    id: UUID
    state: LineState
    amount: Fen
    support_mode: SupportMode
    receipt: str
    reason: str
    version: int
    owner: UUID
    owner_name: str
    fund: UUID
    fund_code: str
    fund_name: str
    fund_type: BudgetType
    fund_number: str
    lottery: bool
    decision: UUID | None
    project: UUID
    code: str
    title: str
    organisation: str
    area: str
    award: Fen | None
    proposer: str
    proposed_by: UUID
    proposed_at: datetime
    checked_by: UUID | None
    checker: str
    checked_at: datetime | None
    consenter: str
    consented_at: datetime | None

    @property
    def url(self) -> str:
        return f"/w/lines/{self.id}"

    @property
    def receipt_kind(self) -> ReceiptKind | None:
        return ReceiptKind(self.receipt) if self.receipt else None


_LINE = Q(
    "SELECT l.id, l.state, l.amount, l.support_mode, l.receipt, l.reason, l.version, l.owner, u.name AS owner_name, l.fund,"
    " f.code AS fund_code, f.name AS fund_name, f.budget_type AS fund_type, f.index_number AS fund_number, f.lottery, l.decision,"
    " l.project, p.code, p.title, o.name AS organisation, p.area, i.amount AS award,"
    " coalesce(pp.name, '') AS proposer, l.proposed_by, l.proposed_at, l.checked_by, coalesce(pc.name, '') AS checker, l.checked_at,"
    " coalesce(pd.name, '') AS consenter, l.consented_at"
    " FROM funding_line l JOIN fund f ON f.id = l.fund JOIN unit u ON u.id = l.owner JOIN project p ON p.id = l.project"
    " JOIN unit o ON o.id = p.organisation LEFT JOIN decision_item i ON i.decision = l.decision AND i.project = l.project"
    " LEFT JOIN person pp ON pp.id = l.proposed_by LEFT JOIN person pc ON pc.id = l.checked_by"
    " LEFT JOIN person pd ON pd.id = l.consented_by"
)


def visible_line(actor: Actor, action: Action) -> Q:
    """Condition on funding_line (as l): the city, or the lines of one's own department. A hard conflict hides its project."""
    mine = Q("true") if actor.reach(action) is Reach.CITY else Q("l.owner = ANY({})", list(actor.units(action)))
    return Q("{} AND l.project <> ALL ({})", mine, recused_from(actor))


async def line(actor: Actor, action: Action, ident: UUID) -> LineRow:
    return await rows.the(LineRow, Q("{} WHERE l.id = {} AND {}", _LINE, ident, visible_line(actor, action)))


def lines(actor: Actor, *, state: str = "", page: int = 1, size: int = PAGE) -> rows.Many[LineRow]:
    """My department's lines, the latest first; those that wait for us on top."""
    return rows.Many(
        LineRow,
        Q(
            "{} WHERE {} AND ({} = '' OR l.state = {})"
            " ORDER BY (l.state IN ('proposed', 'checked')) DESC, l.proposed_at DESC, l.id LIMIT {} OFFSET {}",
            _LINE,
            visible_line(actor, Action.CONSENT_LINE),
            state,
            state,
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, *, state: str = "") -> int:
    return await rows.bounded_count(
        Q(
            "SELECT 1 FROM funding_line l WHERE {} AND ({} = '' OR l.state = {})",
            visible_line(actor, Action.CONSENT_LINE),
            state,
            state,
        )
    )


class Live(Struct, frozen=True):
    """A line that still binds money, for verbs that move many."""

    id: UUID
    project: UUID
    fund: UUID
    amount: Fen
    state: LineState
    code: str
    title: str


async def live(projects: list[UUID]) -> list[Live]:
    return await rows.fetch(
        Live,
        Q(
            "SELECT l.id, l.project, l.fund, l.amount, l.state, p.code, p.title FROM funding_line l JOIN project p ON p.id = l.project"
            " WHERE l.project = ANY({}) AND l.state NOT IN ('declined', 'released') ORDER BY l.fund, l.id",
            projects,
        ),
    )


async def by_category(project: UUID) -> dict[str, Fen]:
    """What the budget asks for, by category."""
    found = await rows.fetch(
        _Wanted,
        Q("SELECT category, sum(requested)::bigint AS amount FROM budget_line WHERE project = {} GROUP BY category", project),
    )
    return {row.category: row.amount for row in found}


class _Wanted(Struct, frozen=True):
    category: str
    amount: Fen


async def check_visible(actor: Actor | None, ident: UUID) -> None:
    """For the scans of a line: its own department and the host."""
    if actor is None:
        raise Missing
    await line(actor, Action.CONFIRM_SIGNOFF, ident)
