"""Reads of decisions: who may see which, the sheet, the people who may not decide."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from msgspec import Struct

from kernel import rows, signoff
from kernel.access import Action, Actor, Reach
from kernel.errors import Missing, Refused
from kernel.money import Fen
from kernel.rows import Q
from kernel.tables import Signoff
from projects.calls.rulepack import Rubric
from projects.deciding.rules import Amounts, Outcome, approval_problems
from projects.queries import visible_project
from projects.states import DecisionState, LineState, State

MEETING = "meeting"


class DecisionRow(Struct, frozen=True):
    id: UUID
    title: str
    state: DecisionState
    money_line: Fen | None
    call: UUID
    call_code: str
    call_title: str
    host: UUID
    pack_hash: str
    preparer: str
    prepared_at: datetime
    convened_at: datetime | None
    released_at: datetime | None
    version: int

    @property
    def url(self) -> str:
        return f"/w/decisions/{self.id}"


class Listed(Struct, frozen=True):
    id: UUID
    title: str
    state: DecisionState
    call_title: str
    preparer: str
    prepared_at: datetime
    released_at: datetime | None


class Candidates(Struct, frozen=True):
    """A call that waits for a decision."""

    code: str
    title: str
    scored: int
    reserved: int


class LineBrief(Struct, frozen=True):
    id: UUID
    owner: str
    fund: str
    amount: Fen
    state: LineState


class ItemRow(Struct, frozen=True):
    id: UUID
    project: UUID
    code: str
    title: str
    organisation: str
    area: str
    state: State
    support_mode: str
    position: int
    average: int | None
    requested: Fen
    audited: Fen | None
    advised: Fen | None
    outcome: Outcome | None
    amount: Fen | None
    reason: str
    version: int
    lines: list[LineBrief]

    @property
    def suggested(self) -> Fen:
        """Where the officer starts from: what was audited, else what was asked for."""
        return self.requested if self.audited is None else self.audited

    @property
    def mean(self) -> Fraction | None:
        """In half points, as the rules count."""
        return None if self.average is None else Fraction(self.average, 50)

    @property
    def live(self) -> list[LineBrief]:
        return [line for line in self.lines if line.state not in {LineState.DECLINED, LineState.RELEASED}]

    @property
    def consented(self) -> list[Fen]:
        return [line.amount for line in self.lines if line.state is LineState.CONSENTED]

    def problems(self, rubric: Rubric) -> list[Refused]:
        """What would stop this item at the meeting's door; nothing for items that award no money."""
        if self.outcome is not Outcome.APPROVE:
            return []
        return approval_problems(
            Amounts(self.requested, self.audited, self.advised, self.amount), self.mean, rubric, self.consented
        )


_LINES = Q(
    "coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'owner', u.name, 'fund', f.name, 'amount', l.amount, 'state', l.state)"
    " ORDER BY l.proposed_at, l.id) FROM funding_line l JOIN fund f ON f.id = l.fund JOIN unit u ON u.id = l.owner"
    " WHERE l.project = p.id), '[]') AS lines"
)
_ITEM = Q(
    "SELECT i.id, p.id AS project, p.code, p.title, o.name AS organisation, p.area, p.state, p.support_mode, i.position,"
    " p.average, p.requested, p.audited, p.advised, i.outcome, i.amount, i.reason, i.version, {}"
    " FROM decision_item i JOIN project p ON p.id = i.project JOIN unit o ON o.id = p.organisation",
    _LINES,
)
_DECISION = Q(
    "SELECT d.id, d.title, d.state, d.money_line, d.call, c.code AS call_code, c.title AS call_title, c.host, c.pack_hash,"
    " pe.name AS preparer, d.prepared_at, d.convened_at, d.released_at, d.version"
    " FROM decision d JOIN call c ON c.id = d.call JOIN person pe ON pe.id = d.prepared_by"
)


def _own_line(actor: Actor, action: Action) -> Q:
    """Condition on decision_item (as i) that a line of one's own department pays for it."""
    units = list(actor.units(action))
    return Q("EXISTS (SELECT 1 FROM funding_line l WHERE l.project = i.project AND l.owner = ANY({}))", units)


def visible_item(actor: Actor, action: Action) -> Q:
    """Condition on decision_item (as i) and project (as p): the city, or what one's own department pays for."""
    seen = visible_project(actor, action)
    return seen if actor.reach(action) is Reach.CITY else Q("{} AND {}", seen, _own_line(actor, action))


def _visible_decision(actor: Actor, action: Action) -> Q:
    if actor.reach(action) is Reach.CITY:
        return Q("true")
    return Q(
        "EXISTS (SELECT 1 FROM decision_item i JOIN project p ON p.id = i.project WHERE i.decision = d.id AND {})",
        visible_item(actor, action),
    )


async def decision(actor: Actor, action: Action, ident: UUID) -> DecisionRow:
    return await rows.the(DecisionRow, Q("{} WHERE d.id = {} AND {}", _DECISION, ident, _visible_decision(actor, action)))


def listed(actor: Actor, limit: int = 100) -> rows.Many[Listed]:
    return rows.Many(
        Listed,
        Q(
            "SELECT d.id, d.title, d.state, c.title AS call_title, pe.name AS preparer, d.prepared_at, d.released_at"
            " FROM decision d JOIN call c ON c.id = d.call JOIN person pe ON pe.id = d.prepared_by"
            " WHERE {} ORDER BY d.prepared_at DESC, d.id DESC LIMIT {}",
            _visible_decision(actor, Action.VIEW_DECISIONS),
            limit,
        ),
    )


async def waiting_calls(call: str = "") -> list[Candidates]:
    """Calls with projects to decide on and no decision open."""
    return await rows.fetch(
        Candidates,
        Q(
            "SELECT c.code, c.title, (SELECT count(*) FROM project p WHERE p.call = c.id AND p.state = 'scored')::int AS scored,"
            " (SELECT count(*) FROM project p WHERE p.call = c.id AND p.state = 'reserved')::int AS reserved FROM call c"
            " WHERE EXISTS (SELECT 1 FROM project p WHERE p.call = c.id AND p.state IN ('scored', 'reserved') OFFSET 0)"
            " AND ({} = '' OR c.code = {})"
            " AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.call = c.id AND d.state <> 'released')"
            " ORDER BY c.code DESC LIMIT 20",
            call,
            call,
        ),
    )


async def items(actor: Actor, action: Action, ident: UUID) -> list[ItemRow]:
    """The sheet in the order of the published ranking."""
    return await rows.fetch(
        ItemRow,
        Q("{} WHERE i.decision = {} AND {} ORDER BY i.position, p.code", _ITEM, ident, visible_item(actor, action)),
    )


async def item(actor: Actor, action: Action, ident: UUID, code: str) -> ItemRow:
    return await rows.the(
        ItemRow, Q("{} WHERE i.decision = {} AND p.code = {} AND {}", _ITEM, ident, code, visible_item(actor, action))
    )


async def all_items(ident: UUID) -> list[ItemRow]:
    """For verbs: everything the decision says, whoever asks."""
    return await rows.fetch(ItemRow, Q("{} WHERE i.decision = {} ORDER BY i.position, p.code", _ITEM, ident))


async def scorers(call: UUID) -> list[UUID]:
    """Who signed scores in this call: they do not decide on it."""
    return await rows.column(
        Q(
            "SELECT DISTINCT st.person FROM seat st JOIN panel pn ON pn.id = st.panel WHERE pn.call = {} AND st.state = 'signed'",
            call,
        )
    )


async def meeting(ident: UUID, convened_at: datetime | None) -> Signoff | None:
    """The confirmed minutes of the meeting that saw this very version, or None."""
    paper = await signoff.confirmed(("decision", ident), MEETING)
    return paper if paper is not None and convened_at is not None and paper.registered_at >= convened_at else None


async def minutes_behind(line: UUID) -> Signoff | None:
    """The minutes to quote where a funding line is paid; an imported one has none. Never their scan: it names every project."""
    ident = await rows.value(Q("SELECT decision FROM funding_line WHERE id = {}", line))
    return None if ident is None else await signoff.confirmed(("decision", ident), MEETING)


async def letters_of(ident: UUID) -> int:
    """How many letters a release sends: one to each member of each team."""
    return int(
        await rows.value(
            Q(
                "SELECT count(*) FROM decision_item i JOIN project_member pm ON pm.project = i.project JOIN project p ON p.id = i.project"
                " WHERE i.decision = {} AND NOT (p.state = 'reserved' AND i.outcome = 'reserve')",
                ident,
            )
        )
    )


async def notice_of(ident: UUID) -> str | None:
    """The notice that a released decision opened."""
    found = await rows.value(Q("SELECT code FROM notice WHERE decision = {}", ident))
    return None if found is None else str(found)


async def check_visible(actor: Actor | None, ident: UUID) -> None:
    """For the files of a decision: the minutes are shown to those with the whole of it."""
    if actor is None or actor.reach(Action.VIEW_DECISIONS) is not Reach.CITY:
        raise Missing
    await decision(actor, Action.VIEW_DECISIONS, ident)
