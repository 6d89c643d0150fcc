"""Reads of notices and awards. The public ones read only what was published."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor, Reach
from kernel.errors import Missing
from kernel.money import Fen
from kernel.rows import Q
from projects.queries import visible_project
from projects.states import NoticeState, State


class NoticeRow(Struct, frozen=True):
    id: UUID
    code: str
    kind: str
    call: UUID
    call_code: str
    call_title: str
    host: UUID
    decision: UUID
    title: str
    body: str
    issuer: str
    experts: list[str]
    consult_phone: str
    supervision_phone: str
    number: str
    document: UUID | None
    published_at: datetime
    starts_on: date
    ends_on: date
    state: NoticeState
    version: int

    @property
    def is_open(self) -> bool:
        """By the business clock: the job that closes a notice may come a minute later."""
        return self.state is NoticeState.PUBLISHED and clock.today() <= self.ends_on

    @property
    def takes_objections(self) -> bool:
        """Open, and begun: people read it from the day of publication, the window begins later."""
        return self.is_open and clock.today() >= self.starts_on

    @property
    def days_left(self) -> int:
        """Working days of the window that are not over yet, today included."""
        if not self.is_open:
            return 0
        begun = max(clock.today(), self.starts_on)
        return clock.calendar().between(begun, self.ends_on) + (1 if clock.is_working_day(begun) else 0)

    @property
    def days(self) -> int:
        return clock.calendar().between(self.starts_on, self.ends_on) + 1

    @property
    def paragraphs(self) -> list[str]:
        return self.body.split("\n")


class ItemRow(Struct, frozen=True):
    position: int
    project: UUID
    code: str
    title: str
    organisation: str
    payee: str
    area: str
    amount: Fen
    lottery: bool
    cancelled: bool
    withdrawn: bool


class Listed(Struct, frozen=True):
    code: str
    kind: str
    title: str
    issuer: str
    published_at: datetime
    starts_on: date
    ends_on: date
    state: NoticeState
    projects: int

    @property
    def is_open(self) -> bool:
        return self.state is NoticeState.PUBLISHED and clock.today() <= self.ends_on


class DeskRow(Struct, frozen=True):
    """One published project as the host sees it after the window."""

    project: UUID
    code: str
    title: str
    organisation: str
    amount: Fen
    state: State
    open_objections: int
    number: str | None
    issued_on: date | None


class Awarded(Struct, frozen=True):
    code: str
    title: str
    organisation: str
    area: str
    amount: Fen
    number: str
    issued_on: date
    lottery: bool


_NOTICE = Q(
    "SELECT n.id, n.code, n.kind, n.call, c.code AS call_code, c.title AS call_title, c.host, n.decision, n.title, n.body, n.issuer,"
    " n.experts, n.consult_phone, n.supervision_phone, n.number, n.document, n.published_at, n.starts_on, n.ends_on, n.state, n.version"
    " FROM notice n JOIN call c ON c.id = n.call"
)


async def notice(code: str) -> NoticeRow:
    """For everybody: published ones only."""
    return await rows.the(NoticeRow, Q("{} WHERE n.code = {} AND n.state <> 'draft'", _NOTICE, code))


async def items(notice_id: UUID) -> list[ItemRow]:
    return await rows.fetch(
        ItemRow,
        Q(
            "SELECT i.position, i.project, i.code, i.title, i.organisation, i.payee, i.area, i.amount, i.lottery,"
            " p.state = 'cancelled' AS cancelled, p.state IN ('scored', 'reserved', 'declined') AS withdrawn FROM notice_item i JOIN project p ON p.id = i.project"
            " WHERE i.notice = {} ORDER BY i.position",
            notice_id,
        ),
    )


async def listed(limit: int = 50, *, open_only: bool = False) -> list[Listed]:
    """Published notices, the latest first."""
    return await rows.fetch(
        Listed,
        Q(
            "SELECT n.code, n.kind, n.title, n.issuer, n.published_at, n.starts_on, n.ends_on, n.state,"
            " (SELECT count(*)::int FROM notice_item i WHERE i.notice = n.id) AS projects FROM notice n"
            " WHERE n.state <> 'draft' AND (NOT {} OR (n.state = 'published' AND n.ends_on >= {}))"
            " ORDER BY n.published_at DESC, n.code DESC LIMIT {}",
            open_only,
            clock.today(),
            limit,
        ),
    )


async def desk(actor: Actor, notice_id: UUID) -> list[DeskRow]:
    """What became of each published project, objections counted for those who may see them."""
    if actor.reach(Action.VIEW_DECISIONS) is not Reach.CITY:
        raise Missing
    return await rows.fetch(
        DeskRow,
        Q(
            "SELECT i.project, i.code, i.title, i.organisation, i.amount, p.state,"
            " (SELECT count(*)::int FROM objection ob WHERE ob.project = i.project AND ob.state = 'lodged') AS open_objections,"
            " a.number, a.issued_on FROM notice_item i JOIN project p ON p.id = i.project LEFT JOIN award a ON a.project = i.project"
            " WHERE i.notice = {} AND {} ORDER BY i.position",
            notice_id,
            visible_project(actor, Action.VIEW_DECISIONS),
        ),
    )


async def open_objections(project: UUID) -> int:
    return int(await rows.value(Q("SELECT count(*) FROM objection WHERE project = {} AND state = 'lodged'", project)))


async def finished_notices(project: UUID) -> list[UUID]:
    """The notices of a project on which nothing is publicised any more."""
    return await rows.column(
        Q(
            "SELECT i.notice FROM notice_item i WHERE i.project = {} AND NOT EXISTS (SELECT 1 FROM notice_item j"
            " JOIN project p ON p.id = j.project WHERE j.notice = i.notice AND p.state = 'publicised')",
            project,
        )
    )


class PaperRow(Struct, frozen=True):
    """An issued paper of a notice."""

    id: UUID
    number: str
    title: str
    issued_at: datetime


async def papers(notice_id: UUID) -> list[PaperRow]:
    return await rows.fetch(
        PaperRow,
        Q(
            "SELECT id, number, title, issued_at FROM document WHERE subject_kind = 'notice' AND subject_id = {} ORDER BY issued_at",
            notice_id,
        ),
    )


async def code_of(document: UUID | None) -> str | None:
    """The verification code of an issued paper."""
    return None if document is None else await rows.value(Q("SELECT code FROM document WHERE id = {}", document))


async def due(limit: int = 50) -> list[UUID]:
    """Notices whose window is over by the business clock and that nobody closed yet."""
    return await rows.column(
        Q("SELECT id FROM notice WHERE state = 'published' AND ends_on < {} ORDER BY ends_on LIMIT {}", clock.today(), limit)
    )


async def awarded(year: int) -> list[Awarded]:
    """Everything issued in a year, for everybody."""
    return await rows.fetch(
        Awarded,
        Q(
            "SELECT i.code, i.title, i.organisation, i.area, a.amount, a.number, a.issued_on, i.lottery FROM award a"
            " JOIN notice_item i ON i.notice = a.notice AND i.project = a.project JOIN project p ON p.id = a.project"
            " WHERE extract(year FROM a.issued_on) = {} AND p.state <> 'cancelled' ORDER BY a.issued_on DESC, i.code LIMIT 2000",
            year,
        ),
    )
