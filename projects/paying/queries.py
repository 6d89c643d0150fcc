"""Reads of payment requests: the department's list, one request, what a project may ask for now."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor, Reach
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.deciding.rules import ReceiptKind
from projects.paying import plan, rules
from projects.paying.plan import Timeliness
from projects.paying.rules import Attachment
from projects.queries import recused_from
from projects.signing.rules import Gate
from projects.states import PaymentState, State

PAGE = 50
APPROVE = "approve-payment"
WAITING = {
    Action.CHECK_PAYMENT: PaymentState.REQUESTED,
    Action.APPROVE_PAYMENT: PaymentState.CHECKED,
    Action.REGISTER_VOUCHER: PaymentState.APPROVED,
    Action.CONFIRM_VOUCHER: PaymentState.REGISTERED,
}
"""What each office does next, and in which state a request waits for it."""


class PaymentRow(Struct, frozen=True):
    id: UUID
    project: UUID
    code: str
    title: str
    organisation: str
    line: UUID
    owner: UUID
    owner_name: str
    fund: UUID
    fund_name: str
    line_amount: Fen
    instalment: UUID
    number: int
    gate: Gate
    due: date
    year: int
    amount: Fen
    state: PaymentState
    purpose: str
    made_by: UUID
    maker: str
    made_at: datetime
    checked_by: UUID | None
    checker: str | None
    checked_at: datetime | None
    approver: str | None
    approved_at: datetime | None
    voucher: str | None
    paid_on: date | None
    registered_by: UUID | None
    registrar: str | None
    registered_at: datetime | None
    confirmer: str | None
    confirmed_at: datetime | None
    version: int

    @property
    def url(self) -> str:
        return f"/w/payments/{self.id}"


class Step(Struct, frozen=True):
    """One instalment of one line as the project's pages show it."""

    id: UUID
    line: UUID
    owner_name: str
    fund_name: str
    receipt: str
    number: int
    gate: Gate
    percent: int
    amount: Fen
    payable: Fen | None
    by_grade: bool
    due: date
    year: int
    request: UUID | None
    state: PaymentState | None
    requested: Fen | None
    paid_on: date | None
    voucher: str | None

    @property
    def receipt_kind(self) -> ReceiptKind | None:
        return ReceiptKind(self.receipt) if self.receipt else None

    @property
    def to_pay(self) -> Fen:
        return self.amount if self.payable is None else self.payable


_PAYMENT = Q(
    "SELECT r.id, r.project, p.code, p.title, o.name AS organisation, r.line, r.owner, u.name AS owner_name, l.fund, f.name AS fund_name,"
    " l.amount AS line_amount, r.instalment, r.number, i.gate, i.due, i.year, r.amount, r.state, r.purpose, r.made_by, m.name AS maker,"
    " r.made_at, r.checked_by, k.name AS checker, r.checked_at, a.name AS approver, r.approved_at, r.voucher, r.paid_on,"
    " r.registered_by, g.name AS registrar, r.registered_at, c.name AS confirmer, r.confirmed_at, r.version"
    " FROM payment_request r JOIN project p ON p.id = r.project JOIN unit o ON o.id = coalesce(p.payee, p.organisation)"
    " JOIN unit u ON u.id = r.owner JOIN funding_line l ON l.id = r.line JOIN fund f ON f.id = l.fund"
    " JOIN instalment i ON i.id = r.instalment JOIN person m ON m.id = r.made_by LEFT JOIN person k ON k.id = r.checked_by"
    " LEFT JOIN person a ON a.id = r.approved_by LEFT JOIN person g ON g.id = r.registered_by"
    " LEFT JOIN person c ON c.id = r.confirmed_by"
)


def visible_payment(actor: Actor, action: Action) -> Q:
    """Condition on payment_request (as r): the departments whose money it is, or the whole city for those who only read."""
    free = Q("r.project <> ALL ({})", recused_from(actor))
    if action is Action.VIEW_FUNDS and actor.reach(action) is Reach.CITY:
        return free
    return Q("r.owner = ANY({}::uuid[]) AND {}", list(actor.units(action)), free)


async def payment(actor: Actor, action: Action, ident: UUID) -> PaymentRow:
    return await rows.the(PaymentRow, Q("{} WHERE r.id = {} AND {}", _PAYMENT, ident, visible_payment(actor, action)))


def _wanted(actor: Actor, state: str, mine: bool) -> Q:
    """Condition of the list: a state, and whether one's own next step is looked for."""
    parts = [visible_payment(actor, Action.VIEW_FUNDS), Q("({} = '' OR r.state = {})", state, state)]
    if mine:
        ways = [
            Q("(r.state = {} AND r.owner = ANY({}::uuid[]))", waits, list(actor.units(action)))
            for action, waits in WAITING.items()
            if actor.may(action)
        ]
        parts.append(Q("(" + " OR ".join("{}" for _ in ways) + ")", *ways) if ways else Q("false"))
    return Q(" AND ".join("{}" for _ in parts), *parts)


def payments(actor: Actor, state: str = "", mine: bool = False, page: int = 1, size: int = PAGE) -> rows.Many[PaymentRow]:
    """The department's requests, what waits longest first."""
    return rows.Many(
        PaymentRow,
        Q(
            "{} WHERE {} ORDER BY (r.state = 'paid'), r.made_at, r.id LIMIT {} OFFSET {}",
            _PAYMENT,
            _wanted(actor, state, mine),
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, state: str = "", mine: bool = False) -> int:
    return await rows.bounded_count(Q("SELECT 1 FROM payment_request r WHERE {}", _wanted(actor, state, mine)))


async def steps(project: UUID) -> list[Step]:
    """All instalments of a project with the requests made for them."""
    return await rows.fetch(
        Step,
        Q(
            "SELECT i.id, i.line, u.name AS owner_name, f.name AS fund_name, l.receipt, i.number, i.gate, i.percent, i.amount, i.payable,"
            " i.by_grade, i.due, i.year, r.id AS request, r.state, r.amount AS requested, r.paid_on, r.voucher"
            " FROM instalment i JOIN funding_line l ON l.id = i.line JOIN unit u ON u.id = l.owner JOIN fund f ON f.id = l.fund"
            " LEFT JOIN payment_request r ON r.instalment = i.id WHERE i.project = {} ORDER BY i.number, u.position, u.code, i.id",
            project,
        ),
    )


class _Passed(Struct, frozen=True):
    signed: bool
    midterm: bool
    state: State
    grade: str


async def passed(project: UUID) -> set[Gate]:
    """Which gates are open: signed agreement, accepted mid-term report, closed with a grade that pays."""
    row = await rows.the(
        _Passed,
        Q(
            "SELECT EXISTS (SELECT 1 FROM agreement a WHERE a.project = p.id AND a.state = 'signed') AS signed,"
            " EXISTS (SELECT 1 FROM report r WHERE r.project = p.id AND r.kind = 'midterm' AND r.state = 'accepted') AS midterm,"
            " p.state, p.grade FROM project p WHERE p.id = {}",
            project,
        ),
    )
    gates = {Gate.SIGNED} if row.signed else set()
    if row.midterm:
        gates.add(Gate.MIDTERM)
    if row.state is State.CLOSED:
        gates.add(Gate.ACCEPTED)
    return gates


def shown(step: Step, gates: set[Gate]) -> Timeliness:
    """Whose fault a late instalment is; the money's lateness is never the project's."""
    today = clock.today()
    return plan.timeliness(
        paid=step.state is PaymentState.PAID,
        gate_passed=step.gate in gates,
        due=step.due,
        today=today,
        budget_year=step.year,
    )


def earlier(step: Step, all_steps: list[Step]) -> list[PaymentState | None]:
    """Where the earlier instalments of the same line stand; one that pays nothing is no hindrance."""
    return [
        PaymentState.PAID if other.to_pay == 0 else other.state
        for other in all_steps
        if other.line == step.line and other.number < step.number
    ]


def check_may_request(step: Step, all_steps: list[Step], gates: set[Gate], state: State) -> None:
    rules.check_request(
        step.number,
        step.gate,
        passed=gates,
        earlier=earlier(step, all_steps),
        open_request=step.state is not None and step.state is not PaymentState.RETURNED,
        state=state,
        budget_year=step.year,
        this_year=clock.today().year,
    )
    rules.check_payable(step.number, step.to_pay)


class _Held(Struct, frozen=True):
    agreement: bool
    account: bool
    minutes: bool
    receipt: bool


async def held(project: UUID, line: UUID, request: UUID, *, milestone: bool) -> set[Attachment]:
    """Which parts of the 用款申请包 are there. A line that no decision of ours made (brought in by import) needs no minutes."""
    row = await rows.the(
        _Held,
        Q(
            "SELECT coalesce(a.document IS NOT NULL OR a.batch IS NOT NULL, false) AS agreement, coalesce(a.account <> '', false) AS account,"
            " (l.decision IS NULL OR EXISTS (SELECT 1 FROM signoff s WHERE s.subject = l.decision AND s.purpose = 'meeting'"
            " AND s.confirmed_by IS NOT NULL)) AS minutes,"
            " EXISTS (SELECT 1 FROM file WHERE owner_kind = 'payment_request' AND owner_id = {} AND slot = 'receipt'"
            " AND state <> 'removed') AS receipt"
            " FROM funding_line l LEFT JOIN agreement a ON a.project = l.project WHERE l.id = {} AND l.project = {}",
            request,
            line,
            project,
        ),
    )
    parts = {
        Attachment.AGREEMENT: row.agreement,
        Attachment.ACCOUNT: row.account,
        Attachment.MINUTES: row.minutes,
        Attachment.RECEIPT: row.receipt,
        Attachment.MILESTONE: milestone,
    }
    return {Attachment.REQUEST, *(part for part, there in parts.items() if there)}


async def used_vouchers(owner: UUID, request: UUID) -> list[str]:
    """Voucher numbers this department has registered for other requests."""
    return await rows.column(
        Q("SELECT voucher FROM payment_request WHERE owner = {} AND id <> {} AND voucher IS NOT NULL", owner, request)
    )


async def check_visible(actor: Actor | None, ident: UUID) -> None:
    """For the files and the paper of a request: its team, its department, and who reads the whole city."""
    if actor is None:
        raise Missing
    own = Q(
        "EXISTS (SELECT 1 FROM project_member pm WHERE pm.project = r.project AND pm.person = {})"
        " OR EXISTS (SELECT 1 FROM project p WHERE p.id = r.project AND (p.organisation = ANY({}::uuid[]) OR p.payee = ANY({}::uuid[])))",
        actor.person,
        list(actor.units(Action.SIGN_AGREEMENT_TEAM)),
        list(actor.units(Action.SIGN_AGREEMENT_TEAM)),
    )
    seen = Q(
        "SELECT 1 FROM payment_request r WHERE r.id = {} AND ({} OR ({}))", ident, own, visible_payment(actor, Action.VIEW_FUNDS)
    )
    if await rows.value(seen) is None:
        raise Missing
