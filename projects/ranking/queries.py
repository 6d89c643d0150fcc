"""Reads of what experts gave: progress without numbers while a panel is open, everything once it has closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.access import GRANTS, Action, Actor, Reach
from kernel.money import Fen
from kernel.rows import Q
from projects.calls.rulepack import RankingRules, Rubric
from projects.panels.queries import SITTING
from projects.queries import JUDGED, visible_project
from projects.states import SeatState

LIMIT = 2000


class Progress(Struct, frozen=True):
    """One seat: how many sheets are done. Never what they say."""

    id: UUID
    number: int
    name: str
    only: str | None
    state: SeatState
    done: int
    projects: int
    signed_at: datetime | None


async def progress(panel: UUID) -> list[Progress]:
    return await rows.fetch(
        Progress,
        Q(
            "SELECT st.id, st.number, pe.name, op.code AS only, st.state,"  # noqa: S608 - our own text
            " count(sc.id) FILTER (WHERE sc.complete) AS done, count(p.id) AS projects, st.signed_at"
            " FROM seat st JOIN person pe ON pe.id = st.person LEFT JOIN project op ON op.id = st.project"
            f" LEFT JOIN {JUDGED} ON NOT EXISTS"
            "  (SELECT 1 FROM recusal rc WHERE rc.project = j.project AND rc.person = st.person AND rc.lifted_at IS NULL)"
            " LEFT JOIN project p ON p.id = j.project AND p.state <> 'withdrawn'"
            " LEFT JOIN score sc ON sc.seat = st.id AND sc.project = p.id"
            " WHERE st.panel = {} AND st.state = ANY({}) GROUP BY st.id, pe.name, op.code ORDER BY st.number, st.standby",
            panel,
            SITTING,
        ),
    )


class Sheets(Struct, frozen=True):
    """All signed sheets of one project."""

    project: UUID
    code: str
    title: str
    panel: UUID
    seats: list[int]
    points: list[dict[str, int]]

    @property
    def totals(self) -> list[int]:
        return [sum(sheet.values()) for sheet in self.points]


_SIGNED = Q(
    "JOIN panel_project pp ON pp.project = p.id JOIN score sc ON sc.project = p.id AND sc.complete"  # noqa: S608 - our own text
    f" JOIN seat st ON st.id = sc.seat AND st.panel = pp.panel AND st.state = 'signed' JOIN {JUDGED} ON j.project = p.id"
    " AND NOT EXISTS (SELECT 1 FROM recusal rc WHERE rc.project = p.id AND rc.person = st.person AND rc.lifted_at IS NULL)"
)
"""What counts: complete sheets of signed seats, without those of experts who recused."""


async def signed_sheets(condition: Q) -> list[Sheets]:
    """Signed sheets of the projects (as p) that meet the condition. For closing and for the secretary's private look."""
    return await rows.fetch(
        Sheets,
        Q(
            "SELECT p.id AS project, p.code, p.title, pp.panel, array_agg(j.place ORDER BY j.place, st.standby, st.id) AS seats,"
            " jsonb_agg(sc.points ORDER BY j.place, st.standby, st.id) AS points"
            " FROM project p {} WHERE {} GROUP BY p.id, pp.panel ORDER BY p.code",
            _SIGNED,
            condition,
        ),
    )


async def places_of(panel: UUID) -> dict[UUID, int]:
    """How many experts each project of a matched panel has places for."""

    class Places(Struct, frozen=True):
        project: UUID
        places: int

    counted = Q("SELECT project, count(*) AS places FROM charge WHERE panel = {} AND standby = 0 GROUP BY project", panel)
    return {line.project: line.places for line in await rows.fetch(Places, counted)}


async def discussed(panel: UUID) -> dict[UUID, str]:
    """Recorded re-discussions by project."""

    class Noted(Struct, frozen=True):
        project: UUID
        note: str

    found = await rows.fetch(Noted, Q("SELECT project, note FROM rediscussion WHERE panel = {} ORDER BY noted_at", panel))
    return {line.project: line.note for line in found}


class RankedCall(Struct, frozen=True):
    id: UUID
    code: str
    title: str
    budget: Fen
    host: UUID
    rubric: Rubric
    ranking: RankingRules
    unranked: int
    panels: int
    open_panels: int


def _reached(actor: Actor, action: Action) -> Q:
    """The condition on call (as c): the ranking is the host's; an officer needs the duty of secretary or chair."""
    reach = actor.reach(action)
    if reach is Reach.CITY:
        return Q("true")
    if reach is None or reach not in set(GRANTS[action].values()):
        return Q("false")
    return Q(
        "EXISTS (SELECT 1 FROM call_duty cd WHERE cd.call = c.id AND cd.person = {} AND cd.ended_at IS NULL"
        " AND cd.duty IN ('secretary', 'chair'))",
        actor.person,
    )


async def ranked_call(actor: Actor, action: Action, code: str) -> RankedCall:
    return await rows.the(
        RankedCall,
        Q(
            "SELECT c.id, c.code, c.title, c.budget, c.host, c.pack->'rubric' AS rubric, c.pack->'ranking' AS ranking,"
            " (SELECT count(*) FROM project p WHERE p.call = c.id AND p.state IN ('accepted', 'in-review')) AS unranked,"
            " (SELECT count(*) FROM panel pn WHERE pn.call = c.id) AS panels,"
            " (SELECT count(*) FROM panel pn WHERE pn.call = c.id AND pn.state <> 'closed') AS open_panels"
            " FROM call c WHERE c.code = {} AND c.published_at IS NOT NULL AND {}",
            code,
            _reached(actor, action),
        ),
    )


class Round(Struct, frozen=True):
    """A call on the list of rankings."""

    code: str
    title: str
    panels: int
    closed: int
    ranked: int


async def rounds(actor: Actor) -> list[Round]:
    """Calls that have panels, latest first."""
    return await rows.fetch(
        Round,
        Q(
            "SELECT c.code, c.title, (SELECT count(*) FROM panel pn WHERE pn.call = c.id) AS panels,"
            " (SELECT count(*) FROM panel pn WHERE pn.call = c.id AND pn.state = 'closed') AS closed,"
            " (SELECT count(*) FROM standing sd WHERE sd.call = c.id) AS ranked FROM call c"
            " WHERE c.published_at IS NOT NULL AND EXISTS (SELECT 1 FROM panel pn WHERE pn.call = c.id) AND {}"
            " ORDER BY c.created_at DESC, c.code DESC LIMIT 50",
            _reached(actor, Action.VIEW_RANKING),
        ),
    )


class Place(Struct, frozen=True):
    """One line of the ranking: totals in half points by seat number."""

    place: int
    code: str
    title: str
    organisation: str
    area: str
    panel: str
    requested: Fen
    average: int
    tied: bool
    decided_by: str
    passes: bool
    seats: list[int]
    totals: list[int]

    def cells(self, numbers: list[int]) -> list[str]:
        """Totals as points under their seat's number; an empty cell where somebody recused."""
        given = dict(zip(self.seats, self.totals, strict=True))
        return [f"{given[n] / 2:g}" if n in given else "" for n in numbers]


async def places(actor: Actor, call: UUID) -> list[Place]:
    """The whole ranking of a call with every expert's total, as closing fixed it, in one query."""
    return await rows.fetch(
        Place,
        Q(
            "SELECT sd.place, p.code, p.title, u.name AS organisation, p.area, pn.name AS panel, coalesce(p.requested, 0) AS requested,"
            " p.average, sd.tied, sd.decided_by, sd.passes, sd.seats, sd.totals"
            " FROM standing sd JOIN project p ON p.id = sd.project JOIN panel pn ON pn.id = sd.panel JOIN unit u ON u.id = p.organisation"
            " WHERE sd.call = {} AND p.average IS NOT NULL AND {} ORDER BY sd.place, p.code LIMIT {}",
            call,
            visible_project(actor, Action.VIEW_RANKING),
            LIMIT,
        ),
    )


class Detail(Struct, frozen=True):
    """One line of the exported sheet: every criterion of every expert."""

    place: int
    code: str
    title: str
    organisation: str
    requested: Fen
    sheets: list[dict[str, int]]


async def details(actor: Actor, call: UUID) -> list[Detail]:
    return await rows.fetch(
        Detail,
        Q(
            "SELECT sd.place, p.code, p.title, u.name AS organisation, coalesce(p.requested, 0) AS requested,"
            " jsonb_agg(sc.points ORDER BY j.place, st.standby, st.id) AS sheets"
            " FROM standing sd JOIN project p ON p.id = sd.project JOIN unit u ON u.id = p.organisation {}"
            " WHERE sd.call = {} AND p.average IS NOT NULL AND {} GROUP BY sd.project, p.id, u.name ORDER BY sd.place, p.code",
            _SIGNED,
            call,
            visible_project(actor, Action.EXPORT_RANKING),
        ),
    )


class Judge(Struct, frozen=True):
    """Who sat where: for the host alone."""

    panel: str
    number: int
    name: str
    employer: str


async def judges(call: UUID) -> list[Judge]:
    return await rows.fetch(
        Judge,
        Q(
            "SELECT pn.name AS panel, st.number, pe.name, coalesce(u.name, e.employer_name) AS employer FROM seat st"
            " JOIN panel pn ON pn.id = st.panel JOIN person pe ON pe.id = st.person JOIN expert e ON e.id = st.expert"
            " LEFT JOIN unit u ON u.id = e.employer WHERE pn.call = {} AND pn.state = 'closed' AND st.state = 'signed' AND NOT st.listed"
            " ORDER BY pn.name, st.number, st.standby",
            call,
        ),
    )


class Paid(Struct, frozen=True):
    """A seat as the fee sheet sees it."""

    number: int
    name: str
    employer: str
    host_staff: bool
    civil_servant: bool
    fee_approved: bool
    signed: bool
    sheets: int


async def paid(panel: UUID) -> list[Paid]:
    return await rows.fetch(
        Paid,
        Q(
            "SELECT st.number, pe.name, coalesce(u.name, e.employer_name) AS employer, e.host_staff, e.civil_servant, e.fee_approved,"
            " (st.state = 'signed') AS signed, (SELECT count(DISTINCT s.project) FROM signed_sheet s WHERE s.seat = st.id) AS sheets"
            " FROM seat st JOIN person pe ON pe.id = st.person JOIN expert e ON e.id = st.expert LEFT JOIN unit u ON u.id = e.employer"
            " WHERE st.panel = {} AND st.state = ANY({}) ORDER BY st.number, st.standby",
            panel,
            SITTING,
        ),
    )
