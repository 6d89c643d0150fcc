"""Reads of the directory: the host's list, what anybody may see, what the pool can offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows, strokes
from kernel.access import Action, Actor, Reach
from kernel.rows import Q
from talent_pool.directory.finding import found
from talent_pool.directory.rules import Side, Sought
from talent_pool.profiles import load
from talent_pool.profiles.kinds import Category, WorkKind
from talent_pool.profiles.queries import Standing, visible_expert

PAGE = 50


def side(actor: Actor) -> Side:
    """Who keeps the pool reads everything; whoever else may search reads what the experts agreed to show."""
    return Side.WHOLE if actor.reach(Action.SEARCH_EXPERTS) is Reach.CITY else Side.AGREED


_JOINED = Q("JOIN expert e ON e.id = x.expert JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer")


class Line(Standing, frozen=True):
    """One expert as the host lists them."""

    id: UUID
    person: UUID
    name: str
    employer: str
    title: str
    category: Category
    areas: list[str]
    fields: list[str]
    keywords: str
    county: str
    finance: bool
    community: bool
    host_staff: bool
    max_load: int
    confirmed_on: date | None
    fictional: bool


async def experts(actor: Actor, sought: Sought, page: int = 1, size: int = PAGE, full: Sequence[UUID] = ()) -> list[Line]:
    """One page for the host: names that begin with what is sought first, then in dictionary order."""
    order = Q("strpos(lower(x.name), {}) <> 1, x.sort_key, x.expert", sought.words[0] if sought.words else "")
    order = order if sought.words else Q("x.sort_key, x.expert")
    return await rows.fetch(
        Line,
        Q(
            "SELECT e.state, e.asked_on, e.id, e.person, pe.name, coalesce(u.name, e.employer_name) AS employer, e.title, e.category,"
            " e.areas, e.fields, e.keywords, e.county, e.finance, e.community, e.host_staff, e.max_load, e.confirmed_on, e.fictional"
            " FROM ({} LIMIT {} OFFSET {}) x {} WHERE {} ORDER BY {}",
            found(sought, Side.WHOLE, order, full),
            size,
            (page - 1) * size,
            _JOINED,
            visible_expert(actor, Action.VIEW_EXPERTS),
            order,
        ),
    )


async def count(sought: Sought, full: Sequence[UUID] = ()) -> int:
    """Exact to a thousand."""
    return await rows.bounded_count(Q("SELECT 1 FROM ({}) x", found(sought, Side.WHOLE, full=full)))


class _Room(Struct, frozen=True):
    person: UUID
    max_load: int


async def full() -> list[UUID]:
    """Persons in the pool who have as much in hand as they may."""
    pool = await rows.fetch(_Room, Q("SELECT person, max_load FROM expert WHERE state = 'admitted' ORDER BY id"))
    held = await load.of([one.person for one in pool], clock.today().year)
    return [one.person for one in pool if held[one.person].now >= one.max_load]


class Published(Struct, frozen=True):
    """An expert as the public meets one: the name, and what else was agreed to. What was not is not in here."""

    id: UUID
    name: str
    employer: str
    title: str
    areas: list[str]
    fields: list[str]
    methods: list[str]
    keywords: str
    fictional: bool


_PUBLISHED = Q(
    "SELECT e.id, pe.name, CASE WHEN e.shown ? 'employer' THEN coalesce(u.name, e.employer_name) ELSE '' END AS employer,"
    " CASE WHEN e.shown ? 'title' THEN e.title ELSE '' END AS title,"
    " CASE WHEN e.shown ? 'fields' THEN e.areas ELSE '[]' END AS areas,"
    " CASE WHEN e.shown ? 'fields' THEN e.fields ELSE '[]' END AS fields,"
    " CASE WHEN e.shown ? 'fields' THEN e.methods ELSE '[]' END AS methods,"
    " CASE WHEN e.shown ? 'fields' THEN e.keywords ELSE '' END AS keywords, e.fictional"
)


async def published(sought: Sought, page: int = 1, size: int = PAGE) -> list[Published]:
    """One page of those who agreed to be shown, by the strokes of their surnames (as kernel.strokes sorts)."""
    order = Q(
        "coalesce(nullif(strpos({}, left(x.name, 1)), 0), 100000), left(x.name, 1), length(x.name), x.name, x.expert",
        strokes.surnames(),
    )
    return await rows.fetch(
        Published,
        Q(
            "{} FROM ({} LIMIT {} OFFSET {}) x {} ORDER BY {}",
            _PUBLISHED,
            found(sought, Side.AGREED, order),
            size,
            (page - 1) * size,
            _JOINED,
            order,
        ),
    )


async def count_published(sought: Sought) -> int:
    """Exact to ten thousand: the public list says how many there are."""
    return await rows.bounded_count(Q("SELECT 1 FROM ({}) x", found(sought, Side.AGREED)), 10_000)


async def published_one(expert: UUID) -> Published:
    """The public page of one expert, or Missing, which also says who never agreed."""
    return await rows.the(Published, Q("{} FROM expert_index x {} WHERE x.published AND e.id = {}", _PUBLISHED, _JOINED, expert))


class PublishedWork(Struct, frozen=True):
    kind: WorkKind
    title: str
    year: int | None
    venue: str


async def published_works(expert: UUID) -> list[PublishedWork]:
    """Titles alone: what an expert wrote about a work was written for reviewers of the pool."""
    return await rows.fetch(
        PublishedWork,
        Q(
            "SELECT w.kind, w.title, w.year, w.venue FROM expert_work w JOIN expert e ON e.id = w.expert"
            " JOIN expert_index x ON x.expert = e.id WHERE e.id = {} AND x.published AND e.shown ? 'works'"
            " ORDER BY w.position, w.id LIMIT 100",
            expert,
        ),
    )


class Supply(Struct, frozen=True):
    """How many experts in the pool can be asked, by code of area, of field and of the county they live in."""

    total: int
    areas: dict[str, int]
    fields: dict[str, int]
    counties: dict[str, int]


async def supply() -> Supply:
    """Everybody admitted, each counted once for every area and field they name. One query."""
    return await rows.the(
        Supply,
        Q(
            "WITH pool AS MATERIALIZED (SELECT areas, fields, county FROM expert WHERE state = 'admitted'),"
            " area AS (SELECT code, count(*) AS n FROM pool, jsonb_array_elements_text(areas) AS code GROUP BY code),"
            " field AS (SELECT code, count(*) AS n FROM pool, jsonb_array_elements_text(fields) AS code GROUP BY code),"
            " home AS (SELECT county AS code, count(*) AS n FROM pool WHERE county <> '' GROUP BY county)"
            " SELECT (SELECT count(*) FROM pool) AS total,"
            " (SELECT coalesce(jsonb_object_agg(code, n), jsonb_build_object()) FROM area) AS areas,"
            " (SELECT coalesce(jsonb_object_agg(code, n), jsonb_build_object()) FROM field) AS fields,"
            " (SELECT coalesce(jsonb_object_agg(code, n), jsonb_build_object()) FROM home) AS counties"
        ),
    )
