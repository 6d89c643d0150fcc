"""Reads for home pages and the public front: small, bounded, each over what the reader may see."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.rows import Q
from projects.queries import visible_project
from projects.states import CallState, State


class OpenCall(Struct, frozen=True):
    code: str
    title: str
    state: CallState
    opens_on: date
    fill_until: date
    endorse_until: date

    @property
    def working_days_left(self) -> int:
        return max(clock.calendar().between(clock.today(), self.fill_until), 0)


class Tally(Struct, frozen=True):
    """How many projects are where, counted to a thousand each."""

    screening: int
    review: int
    notice: int
    running: int


class CountyTally(Struct, frozen=True):
    county: str
    projects: int


class Mine(Struct, frozen=True):
    ref: str
    title: str
    state: State
    call_title: str
    call_code: str
    fill_until: date
    endorse_until: date
    correct_until: date | None

    @property
    def coded(self) -> bool:
        return self.ref.startswith("MY")

    @property
    def url(self) -> str:
        """Proposals until they are awarded, projects from then on."""
        return f"/my/{'projects' if self.state in AWARDED else 'proposals'}/{self.ref}"


class CurrentNotice(Struct, frozen=True):
    code: str
    title: str
    ends_on: date

    @property
    def until(self) -> str:
        return f"— {self.ends_on:%Y-%m-%d}"


AWARDED = {State.APPROVED, State.RUNNING, State.SUSPENDED, State.CLOSING, State.CLOSED, State.TERMINATED, State.SETTLED}


async def current_notices(limit: int = 5) -> list[CurrentNotice]:
    return await rows.fetch(
        CurrentNotice,
        Q("SELECT code, title, ends_on FROM notice WHERE state = 'published' ORDER BY published_at DESC LIMIT {}", limit),
    )


async def open_calls(limit: int = 6) -> list[OpenCall]:
    """Published calls that can still be submitted to or endorsed, the nearest deadline first."""
    return await rows.fetch(
        OpenCall,
        Q(
            "SELECT code, title, state, opens_on, fill_until, endorse_until FROM call WHERE state = 'published'"
            " AND endorse_until >= {} ORDER BY fill_until LIMIT {}",
            clock.today(),
            limit,
        ),
    )


async def tally(actor: Actor) -> Tally:
    """One query; each stage is counted to 1,001 and no further."""
    visible = visible_project(actor, Action.LIST_PROJECTS)
    counts = [
        Q(
            "(SELECT count(*) FROM (SELECT 1 FROM project p WHERE p.stage = {} AND p.code IS NOT NULL AND {} LIMIT 1001) c)::int",
            stage,
            visible,
        )
        for stage in Tally.__struct_fields__
    ]
    names = ", ".join(f"{{}} AS {name}" for name in Tally.__struct_fields__)
    return await rows.the(Tally, Q(f"SELECT {names}", *counts))


async def by_county(actor: Actor) -> list[CountyTally]:
    """Projects per county of what this officer sees in the calls of this year.

    The year's projects come first, by themselves: what concerns a unit in all the years is not gathered for it.
    """
    return await rows.fetch(
        CountyTally,
        Q(
            "SELECT p.county, count(*)::int AS projects FROM (SELECT p.* FROM call c JOIN project p ON p.call = c.id"
            " WHERE c.year = {} AND p.county <> '' AND p.code IS NOT NULL OFFSET 0) p"
            " WHERE {} GROUP BY p.county ORDER BY p.county",
            clock.today().year,
            visible_project(actor, Action.LIST_PROJECTS),
        ),
    )


async def mine(actor: Actor, limit: int = 50) -> list[Mine]:
    """The team's own proposals and those of the unit one administers, latest first."""
    return await rows.fetch(
        Mine,
        Q(
            "SELECT coalesce(p.code, p.id::text) AS ref, p.title, p.state, c.title AS call_title, c.code AS call_code,"
            " c.fill_until, c.endorse_until, k.due AS correct_until FROM project p JOIN call c ON c.id = p.call"
            " LEFT JOIN correction k ON k.project = p.id AND k.answered_at IS NULL AND p.state IN ('draft', 'endorsing', 'returned')"
            " WHERE {} ORDER BY p.changed_at DESC LIMIT {}",
            visible_project(actor, Action.LIST_OWN_PROJECTS),
            limit,
        ),
    )
