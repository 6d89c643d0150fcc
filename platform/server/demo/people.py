"""Units, people, accounts, memberships and experts of the demo city, written with COPY."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from departments import catalogue
from departments.organisation.actions import ensure_city
from kernel import clock, rows
from kernel.access import Role
from kernel.accounts import passwords
from kernel.accounts.demo import ACCOUNTS, PASSWORD
from kernel.accounts.names import sort_key
from kernel.rows import Q
from server.demo.expertise import writing
from server.demo.names import Seed
from server.demo.words import ABOUT, ADDRESS, EMPLOYERS, EXAMPLE, KINDS, SCOPE, TITLES, UNIT_HEADS, UNIT_TAILS
from talent_pool.profiles.rules import initials

SINCE = date(2026, 1, 1)
MOST_AT_ONCE, MOST_A_YEAR = 20, 100
"""What an expert who names no limits gets, as in the pool itself."""
COLLEAGUES = 6
"""Organisations with a second applicant."""
ACCOUNT = ("person", "username", "password", "must_change", "failures", "lockouts", "second_factor", "factor_step", "version")
UNIT = ("id", "kind", "code", "name", "sort_key", "position", "confirmed", "version")


class Judge(NamedTuple):
    """An expert as seats need it."""

    expert: UUID
    person: UUID
    employer: str
    finance: bool
    community: bool


copy = partial(rows.copy, seconds=3600)
"""A province's worth of rows takes longer than any page may."""


async def units(seed: Seed) -> dict[str, UUID]:
    """Departments and counties by code, two stations, one agency; county-01 … by number."""
    await ensure_city()
    known = await rows.DB.run_querystring(Q("SELECT code, id FROM unit WHERE kind IN ('department', 'county')"))
    found = {record["code"]: UUID(str(record["id"])) for record in known}
    named = []
    for kind, count in (("station", 2), ("agency", 1)):
        for number in range(1, count + 1):
            ident = found[f"{kind}-{number:02}"] = seed.id(kind, number)
            township = catalogue.townships()[number]
            name = f"{township.name}{EXAMPLE}" if kind == "station" else f"{UNIT_HEADS[0]}{EXAMPLE}"
            code = township.code if kind == "station" else f"agency-{number:02}"
            named.append((ident, kind, code, name, sort_key(name), number, True, 1))
    for number, county in enumerate(catalogue.counties(), 1):
        found[f"county-{number:02}"] = found[county.code]
    await copy("unit", UNIT, named)
    return found


async def organisations(seed: Seed, numbers: range) -> dict[str, UUID]:
    """organisation-01 … by number, each with its record."""
    counties = [county.code for county in catalogue.counties()]
    found: dict[str, UUID] = {}
    named, records = [], []
    for number in numbers:
        kind, head = _named(number)
        ident = found[f"organisation-{number:02}"] = seed.id("organisation", number)
        named.append((ident, "organisation", _code(number), head + UNIT_TAILS[kind], sort_key(head), number, True, 1))
        registered = date(2015, 1, 1) + timedelta(days=90 * (number % 30))
        legal = seed.person("legal", number)
        facts = (ident, kind, registered, legal, counties[number % len(counties)], True, clock.now(), ADDRESS, SCOPE, ABOUT)
        records.append((*facts, 5 + number % 20, 3 + number % 4, "pass", "3a", 1))
    await copy("unit", UNIT, named)
    await copy(
        "organisation",
        (
            "unit", "kind", "registered_on", "legal_person", "county", "fictional", "confirmed_at", "address", "scope", "profile",
            "staff", "social_workers", "inspection", "grade", "version",
        ),
        records,
    )  # fmt: skip
    return found


def _named(number: int) -> tuple[str, str]:
    """Kind and name without its tail: county and word together differ for 540 of them, then a number does."""
    counties = catalogue.counties()
    heads = len(UNIT_HEADS)
    period = len(counties) * heads
    kind = KINDS[0] if number <= 12 else KINDS[(number // period + number % period) % len(KINDS)]
    place = counties[number % len(counties)].name[:2]
    again = number // (period * len(KINDS))
    return kind, f"{place}{UNIT_HEADS[number // len(counties) % heads]}{again or ''}"


def _code(number: int) -> str:
    """A code of the right length that no register has issued: its area is not one of ours."""
    return f"52990000{number:010d}"


async def people(seed: Seed, unit_of: dict[str, UUID]) -> dict[str, UUID]:
    """The demo accounts: one person, one account, one membership each; all share one hash."""
    now = clock.real_now()
    password = await passwords.make(PASSWORD)
    who = {account.username: seed.id("account", account.username) for account in ACCOUNTS}
    name = {account.username: seed.person("account", number) for number, account in enumerate(ACCOUNTS)}
    await copy(
        "person",
        ("id", "name", "sort_key", "created_at", "version"),
        [(who[u], name[u], sort_key(name[u]), now, 1) for u in who],
    )
    await copy(
        "account",
        ACCOUNT,
        [_account(who[username], username, password) for username in who],
    )
    await copy(
        "membership",
        ("id", "person", "role", "unit", "starts_on", "version"),
        [
            (seed.id("membership", a.username), who[a.username], str(a.role), unit_of[a.unit] if a.unit else None, SINCE, 1)
            for a in ACCOUNTS
        ],
    )
    return who


def _account(person: UUID, username: str, password: str) -> tuple[Any, ...]:
    return (person, username, password, False, 0, 0, "", 0, 1)


async def applicants(seed: Seed, unit_of: dict[str, UUID], who: dict[str, UUID], numbers: range) -> list[tuple[UUID, UUID, str]]:
    """One applicant and one administrator an organisation: the demo accounts first, then people without accounts."""
    now = clock.real_now()
    found: list[tuple[UUID, UUID, str]] = []
    new: list[tuple[UUID, str, Role, UUID]] = []
    posts = ((Role.APPLICANT, "team"), (Role.ORGANISATION_ADMIN, "orgadmin"), (Role.APPLICANT, "colleague"))
    for number in numbers:
        unit = unit_of[f"organisation-{number:02}"]
        for role, account in posts[: 3 if number <= COLLEAGUES else 2]:
            person = who.get(f"{account}-{number:02}")
            name = seed.person(account, number)
            if person is None:
                person = seed.id(account, number)
                new.append((person, name, role, unit))
            if account == "team":
                found.append((unit, person, name))
    await copy("person", ("id", "name", "sort_key", "created_at", "version"), [(p, n, sort_key(n), now, 1) for p, n, _, _ in new])
    await copy(
        "membership",
        ("id", "person", "role", "unit", "starts_on", "version"),
        [(UUID(int=person.int ^ 1), person, str(role), unit, SINCE, 1) for person, _, role, unit in new],
    )
    return found


async def experts(seed: Seed, who: dict[str, UUID], numbers: range) -> list[Judge]:
    """Experts by number, the demo accounts first. All have one: whoever is drawn by lot has to score."""
    known = [who[a.username] for a in ACCOUNTS if a.role is Role.EXPERT]
    now = clock.real_now()
    new = [(seed.id("expert-person", n), seed.person("expert", n)) for n in numbers if n >= len(known)]
    await copy(
        "person", ("id", "name", "sort_key", "created_at", "version"), [(p, name, sort_key(name), now, 1) for p, name in new]
    )
    await copy(
        "membership",
        ("id", "person", "role", "starts_on", "version"),
        [(UUID(int=person.int ^ 1), person, str(Role.EXPERT), SINCE, 1) for person, _ in new],
    )
    hashed = await rows.value(Q("SELECT password FROM account WHERE person = {}", known[0]))
    await copy(
        "account",
        ACCOUNT,
        [_account(seed.id("expert-person", n), f"expert-{n + 1:02}", hashed) for n in numbers if n >= len(known)],
    )
    person_of = [known[n] if n < len(known) else seed.id("expert-person", n) for n in numbers]
    who_is = dict(new) | dict(await _names(known))
    taught = [writing.knowledge(seed, n, n % 4 == 0, n % 4 == 1) for n in numbers]
    await copy(
        "expert",
        (
            "id", "person", "state", "employer_name", "category", "areas", "fields", "methods", "counties", "keywords", "speciality",
            "title", "county", "initials", "finance", "community", "fee_class", "max_load", "max_year", "shown", "source",
            "confirmed_on", "asked_on", "fictional", "added_at", "version",
        ),
        [
            _expert(seed, number, person, who_is[person], known_for, now)
            for number, person, known_for in zip(numbers, person_of, taught, strict=True)
        ],
    )  # fmt: skip
    await writing.write(
        seed,
        [
            writing.Known(seed.id("expert", n), n, n % 4 == 0, known_for.areas)
            for n, known_for in zip(numbers, taught, strict=True)
        ],
    )
    return [
        Judge(seed.id("expert", number), person, _employer(seed, number), number % 4 == 0, number % 4 == 1)
        for number, person in zip(numbers, person_of, strict=True)
    ]


async def _names(persons: list[UUID]) -> list[tuple[UUID, str]]:
    found = await rows.DB.run_querystring(Q("SELECT id, name FROM person WHERE id = ANY({}::uuid[])", persons))
    return [(UUID(str(record["id"])), record["name"]) for record in found]


def _employer(seed: Seed, number: int) -> str:
    dice = seed.random("employer", number)
    kind = EMPLOYERS[2] if number % 4 == 0 else EMPLOYERS[6] if number % 4 == 1 else dice.choice(EMPLOYERS)
    return f"{kind}{number // 2 + 1}"


def _expert(seed: Seed, number: int, person: UUID, name: str, known: writing.Knowledge, now: Any) -> tuple[Any, ...]:
    dice = seed.random("expert", number)
    listed = writing.listed
    shown = ("name", "employer", "title", "fields", "works") if dice.random() < 0.7 else ()
    confirmed, asked = writing.confirmed_on(seed, number, clock.today())
    category = dice.choice(("industry", "academia", "research", "user"))
    fee = dice.choice(("senior", "middle", "other"))
    return (
        seed.id("expert", number), person, "admitted", _employer(seed, number), category, listed(known.areas), listed(known.fields),
        listed(known.methods), listed(known.counties), known.keywords, known.speciality, dice.choice(TITLES),
        dice.choice(known.counties), initials(name), number % 4 == 0, number % 4 == 1, fee, MOST_AT_ONCE, MOST_A_YEAR, listed(shown),
        "import", confirmed, asked, True, now, 1,
    )  # fmt: skip
