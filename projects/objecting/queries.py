"""Reads of objections. Who objects is opened only on the page of the one who handles it, and each reading is logged."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import audit, rows, secrets_box
from kernel.access import GRANTS, Action, Actor, Reach
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.deciding.objections import Upheld
from projects.queries import visible_project
from projects.states import ObjectionState, State

SEALED = "objector"
PAGE = 50


class ObjectionRow(Struct, frozen=True):
    id: UUID
    code: str
    state: ObjectionState
    statement: str
    by_unit: bool
    lodged_at: datetime
    due: date
    extended_reason: str
    outcome: Upheld | None
    answer: str
    answered_at: datetime | None
    answerer: str
    version: int
    notice_code: str
    notice_title: str
    ends_on: date
    call: UUID
    project: UUID
    project_code: str
    title: str
    organisation: str
    project_state: State
    amount: Fen

    @property
    def url(self) -> str:
        return f"/w/objections/{self.code}"


class Objector(Struct, frozen=True):
    """In clear, for the page of the one who handles it only."""

    name: str
    contact: str


_OBJECTION = Q(
    "SELECT ob.id, ob.code, ob.state, ob.statement, ob.by_unit, ob.lodged_at, ob.due, ob.extended_reason, ob.outcome, ob.answer,"
    " ob.answered_at, coalesce(pe.name, '') AS answerer, ob.version, n.code AS notice_code, n.title AS notice_title, n.ends_on,"
    " n.call, ob.project, i.code AS project_code, i.title, i.organisation, p.state AS project_state, i.amount"
    " FROM objection ob JOIN notice n ON n.id = ob.notice JOIN notice_item i ON i.notice = ob.notice AND i.project = ob.project"
    " JOIN project p ON p.id = ob.project LEFT JOIN person pe ON pe.id = ob.answered_by"
)


async def objection(actor: Actor, action: Action, code: str) -> ObjectionRow:
    return await rows.the(ObjectionRow, Q("{} WHERE ob.code = {} AND {}", _OBJECTION, code, _visible(actor, action)))


def _visible(actor: Actor, action: Action) -> Q:
    """The city, or the calls on which this person holds the duty 异议处理. Other duties on a call do not open objections."""
    if actor.reach(action) is Reach.CITY:
        return visible_project(actor, action)
    if not any(GRANTS[action].get(m.role) is Reach.ASSIGNED for m in actor.memberships):
        return Q("false")
    return Q(
        "{} AND EXISTS (SELECT 1 FROM call_duty cd WHERE cd.call = n.call AND cd.person = {} AND cd.duty = 'objections'"
        " AND cd.ended_at IS NULL)",
        visible_project(actor, action),
        actor.person,
    )


def objections(actor: Actor, *, state: str = "", page: int = 1, size: int = PAGE) -> rows.Many[ObjectionRow]:
    """Open ones first, the nearest deadline on top."""
    return rows.Many(
        ObjectionRow,
        Q(
            "{} WHERE {} AND ({} = '' OR ob.state = {}) ORDER BY (ob.state = 'lodged') DESC, ob.due, ob.code LIMIT {} OFFSET {}",
            _OBJECTION,
            _visible(actor, Action.VIEW_OBJECTIONS),
            state,
            state,
            size,
            (page - 1) * size,
        ),
    )


async def count(actor: Actor, *, state: str = "") -> int:
    return await rows.bounded_count(
        Q(
            "SELECT 1 FROM ({} WHERE {} AND ({} = '' OR ob.state = {})) AS found",
            _OBJECTION,
            _visible(actor, Action.VIEW_OBJECTIONS),
            state,
            state,
        )
    )


async def objector(actor: Actor, code: str) -> Objector:
    """Who objects. For those who may answer, never for readers; every look is written down before it is shown."""
    found = await objection(actor, Action.ANSWER_OBJECTION, code)
    sealed = await rows.one(_Sealed, Q("SELECT objector, contact FROM objection WHERE id = {}", found.id))
    if sealed is None:
        raise Missing
    await audit.record_read(actor, Action.VIEW_OBJECTIONS, ("objection", found.id), code=code)
    return Objector(secrets_box.open(SEALED, sealed.objector), secrets_box.open(SEALED, sealed.contact))


class _Sealed(Struct, frozen=True):
    objector: str
    contact: str


async def decided_first(project: UUID, call: UUID) -> list[UUID]:
    """Who screened, scored, prepared, released or registered the meeting for this project: they do not answer objections to it."""
    return await rows.column(
        Q(
            "SELECT d.prepared_by FROM decision d JOIN decision_item i ON i.decision = d.id WHERE i.project = {}"
            " UNION SELECT d.released_by FROM decision d JOIN decision_item i ON i.decision = d.id WHERE i.project = {}"
            " UNION SELECT s.registered_by FROM signoff s JOIN decision_item i ON i.decision = s.subject WHERE i.project = {}"
            " UNION SELECT s.confirmed_by FROM signoff s JOIN decision_item i ON i.decision = s.subject WHERE i.project = {}"
            " UNION SELECT a.actor FROM audit_line a WHERE a.subject = {} AND a.action = ANY({})"
            " UNION SELECT st.person FROM seat st JOIN panel pn ON pn.id = st.panel WHERE pn.call = {} AND st.state = 'signed'",
            project,
            project,
            project,
            project,
            project,
            [str(Action.ACCEPT_PROJECT), str(Action.REVIEW_BUDGET)],
            call,
        )
    )
