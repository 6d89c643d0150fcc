"""Reads of panels: the list, one panel with its projects and its seats."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import GRANTS, Action, Actor, Reach, Role
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from kernel.sql import literal
from projects.panels.tables import Panel
from projects.queries import recused_from, visible_project
from projects.states import PanelState, SeatState, State

SITTING = [SeatState.INVITED, SeatState.ACCEPTED, SeatState.PROMISED, SeatState.SIGNED]
PAGE = 50


def visible_panel(actor: Actor, action: Action) -> Q:
    """The condition on panel (as pn) that `action` reaches it. Who has a hard conflict with one of its projects only looks on."""
    ways = [way for m in actor.memberships if (way := _way(actor, action, m.role)) is not None]
    if not ways:
        return Q("false")
    reached = Q("(" + " OR ".join("{}" for _ in ways) + ")", *ways)
    if action is Action.VIEW_PANELS or GRANTS[action].get(Role.EXPERT):
        return reached
    recused = Q("EXISTS (SELECT 1 FROM panel_project rp WHERE rp.panel = pn.id AND rp.project = ANY ({}))", recused_from(actor))
    return Q("{} AND NOT {}", reached, recused)


def _way(actor: Actor, action: Action, role: Role) -> Q | None:
    reach = GRANTS.get(action, {}).get(role)
    if reach is None:
        return None
    if reach is Reach.CITY:
        return Q("true")
    if role is Role.EXPERT:
        return Q(
            "EXISTS (SELECT 1 FROM seat vs WHERE vs.panel = pn.id AND vs.person = {} AND vs.state <> 'standby')", actor.person
        )
    return Q(
        "EXISTS (SELECT 1 FROM call_duty cd WHERE cd.call = pn.call AND cd.person = {} AND cd.ended_at IS NULL"
        " AND cd.duty IN ('secretary', 'chair'))",
        actor.person,
    )


async def find(actor: Actor, action: Action, panel: UUID) -> Panel:
    """The panel locked for a verb, if `action` reaches it, else Missing."""
    seen = await rows.value(Q("SELECT pn.id FROM panel pn WHERE pn.id = {} AND {}", panel, visible_panel(actor, action)))
    if seen is None:
        raise Missing
    return await rows.find(Panel, Panel.id == panel)


class CallLine(Struct, frozen=True):
    id: UUID
    code: str
    title: str
    pack_hash: str
    waiting: int


async def calls(actor: Actor, action: Action, code: str = "") -> list[CallLine]:
    """Calls with accepted proposals or panels, on which this person forms panels; `waiting` have no panel yet."""
    ways = [way for m in actor.memberships if (way := _way(actor, action, m.role)) is not None]
    reach = Q(" OR ".join("{}" for _ in ways), *ways) if ways else Q("false")
    return await rows.fetch(
        CallLine,
        Q(
            "SELECT c.id, c.code, c.title, c.pack_hash, (SELECT count(*) FROM project p WHERE p.call = c.id"
            " AND p.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM panel_project pp WHERE pp.project = p.id)) AS waiting"
            " FROM call c, LATERAL (SELECT c.id AS call, NULL::uuid AS id) pn WHERE c.published_at IS NOT NULL AND c.batch IS NULL AND ({})"
            " AND ({} = '' OR c.code = {}) ORDER BY c.created_at DESC LIMIT 50",
            reach,
            code,
            code,
        ),
    )


class Line(Struct, frozen=True):
    id: UUID
    name: str
    state: PanelState
    call: str
    call_title: str
    review_on: date
    seats: int
    way: str
    projects: int
    sitting: int
    signed: int


def panels(actor: Actor, call: str = "", page: int = 1, size: int = PAGE) -> rows.Many[Line]:
    """One page and the first of the next, latest first.

    The bounds are written into the statement and a call only when there is one: of parameters the planner knows nothing, and sorts all.
    """
    bounds = Q(f"LIMIT {size + 1} OFFSET {(page - 1) * size}")
    return rows.Many(
        Line,
        Q(
            "SELECT pn.id, pn.name, pn.state, c.code AS call, c.title AS call_title, pn.review_on, pn.seats, pn.way,"
            " (SELECT count(*) FROM panel_project pp WHERE pp.panel = pn.id) AS projects,"
            " (SELECT count(*) FROM seat st WHERE st.panel = pn.id AND st.project IS NULL AND st.state = ANY({})) AS sitting,"
            " (SELECT count(*) FROM seat st WHERE st.panel = pn.id AND st.state = 'signed') AS signed"
            " FROM panel pn JOIN call c ON c.id = pn.call WHERE {} AND {}"
            " ORDER BY pn.formed_at DESC, pn.id {}",
            SITTING,
            visible_panel(actor, Action.VIEW_PANELS),
            Q("c.code = {}", call) if call else Q("true"),
            bounds,
        ),
    )


class Shown(Struct, frozen=True):
    """The head of a panel's page."""

    id: UUID
    name: str
    state: PanelState
    call: UUID
    call_code: str
    call_title: str
    pack_hash: str
    review_on: date
    seats: int
    formed_by: str
    drawn_at: datetime | None
    drawn_by: str | None
    supervisor: str | None
    early_reason: str
    way: str
    run: str | None
    """The matching its seats come from."""
    hand_reason: str | None
    seed: str
    opened_at: datetime | None
    closed_at: datetime | None
    close_reason: str
    version: int
    projects: int
    seated: int
    """Who has a seat at all, standing by or gone, too."""
    sitting: int


async def shown(actor: Actor, panel: UUID, action: Action = Action.VIEW_PANELS) -> Shown:
    return await rows.the(
        Shown,
        Q(
            "SELECT pn.id, pn.name, pn.state, pn.call, c.code AS call_code, c.title AS call_title, pn.pack_hash, pn.review_on,"
            " pn.seats, f.name AS formed_by, pn.drawn_at, d.name AS drawn_by, s.name AS supervisor, pn.early_reason, pn.way, pn.draw_log->>'run' AS run,"
            " CASE WHEN pn.way = 'hand' THEN pn.draw_log->>'reason' END AS hand_reason, pn.seed,"
            " pn.opened_at, pn.closed_at, pn.close_reason, pn.version,"
            " (SELECT count(*) FROM panel_project pp WHERE pp.panel = pn.id) AS projects, ss.seated, ss.sitting"
            " FROM panel pn CROSS JOIN LATERAL (SELECT count(*) AS seated, count(*) FILTER (WHERE st.project IS NULL AND st.state = ANY({}))"
            "  AS sitting FROM seat st WHERE st.panel = pn.id) ss JOIN call c ON c.id = pn.call JOIN person f ON f.id = pn.formed_by"
            " LEFT JOIN person d ON d.id = pn.drawn_by LEFT JOIN person s ON s.id = pn.supervisor WHERE pn.id = {} AND {}",
            SITTING,
            panel,
            visible_panel(actor, action),
        ),
    )


class Candidate(Struct, frozen=True):
    """A project that is in a panel or may be taken into one."""

    code: str
    title: str
    organisation: str
    area: str
    requested: Fen
    state: State


_PROJECT = Q(
    "SELECT p.code, p.title, u.name AS organisation, p.area, coalesce(p.requested, 0) AS requested, p.state"
    " FROM project p JOIN unit u ON u.id = p.organisation"
)


def projects(actor: Actor, panel: UUID, page: int = 1, size: int = PAGE + 1) -> rows.Many[Candidate]:
    """One page of what the panel judges and the first of the next; a project that is hidden from this person is hidden here."""
    seen = visible_project(actor, Action.VIEW_PROJECT) if actor.may(Action.VIEW_PROJECT) else Q("true")
    return rows.Many(
        Candidate,
        Q(
            "{} JOIN panel_project pp ON pp.project = p.id WHERE pp.panel = {} AND {} ORDER BY p.code LIMIT {} OFFSET {}",
            _PROJECT,
            panel,
            seen,
            size,
            (page - 1) * PAGE,
        ),
    )


async def free_projects(actor: Actor, call: UUID, text: str = "", area: str = "", limit: int = 300) -> list[Candidate]:
    """Accepted proposals of the call that no panel judges yet."""
    like = "%" + literal(text) + "%"
    return await rows.fetch(
        Candidate,
        Q(
            "{} WHERE p.call = {} AND p.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM panel_project pp WHERE pp.project = p.id)"
            " AND {} AND ({} = '' OR p.title LIKE {} OR p.code LIKE {} OR u.name LIKE {}) AND ({} = '' OR p.area = {})"
            " ORDER BY p.code LIMIT {}",
            _PROJECT,
            call,
            visible_project(actor, Action.LIST_PROJECTS),
            text,
            like,
            like,
            like,
            area,
            area,
            limit,
        ),
    )


class SeatLine(Struct, frozen=True):
    id: UUID
    number: int
    kind: str
    standby: int
    state: SeatState
    expert: UUID
    person: UUID
    name: str
    employer: str
    only: str | None
    listed: int
    """How many projects a seat of a matched panel has in its charge."""
    phone: str
    phone_note: str
    phone_at: datetime | None
    reason: str
    answered_at: datetime | None
    promised_at: datetime | None
    signed_at: datetime | None
    version: int

    @property
    def sits(self) -> bool:
        return self.state in SITTING


async def seats(panel: UUID, page: int | None = None) -> list[SeatLine]:
    """Seat by seat, who was drawn first, then the standbys in order; all of them, or a page and the first of the next.

    The caller has asked `visible_panel`.
    """
    return await rows.fetch(
        SeatLine,
        Q(
            "SELECT st.id, st.number, st.kind, st.standby, st.state, st.expert, st.person, pe.name,"
            " coalesce(u.name, e.employer_name) AS employer, p.code AS only,"
            " (SELECT count(*) FROM charge ch WHERE ch.seat = st.id AND ch.ended_at IS NULL) AS listed, st.phone, st.phone_note, st.phone_at, st.reason,"
            " st.answered_at, st.promised_at, st.signed_at, st.version"
            " FROM seat st JOIN expert e ON e.id = st.expert JOIN person pe ON pe.id = st.person"
            " LEFT JOIN unit u ON u.id = e.employer LEFT JOIN project p ON p.id = st.project"
            " WHERE st.panel = {} ORDER BY st.number, st.standby, st.id LIMIT {} OFFSET {}",
            panel,
            None if page is None else PAGE + 1,
            ((page or 1) - 1) * PAGE,
        ),
    )
