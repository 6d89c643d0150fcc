"""Units, people, accounts, memberships and experts of the demo city, written with COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from departments import catalogue
from departments.organisation.actions import ensure_city
from kernel import clock, rows
from kernel.access import Role
from kernel.accounts import passwords
from kernel.accounts.demo import ACCOUNTS, PASSWORD
from kernel.accounts.names import sort_key
from kernel.rows import Q
from server.demo.names import Seed
from server.demo.words import EMPLOYERS, EXAMPLE, KINDS, TITLES, TOPICS, UNIT_HEADS, UNIT_TAILS

SINCE = date(2026, 1, 1)
ORGANISATIONS = 46


class Judge(NamedTuple):
    """An expert as seats need it."""

    expert: UUID
    person: UUID
    employer: str
    finance: bool
    community: bool


async def copy(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """Many rows at once, inside the caller's transaction."""
    tx = rows.DB.current()
    if tx is None:
        raise RuntimeError("copy belongs into a transaction")
    await tx.connection.copy_records_to_table(table, columns=list(columns), records=records, timeout=3600)


async def units(seed: Seed, many: int) -> dict[str, UUID]:
    """Departments and counties by code; organisation-01 … by number. Fictional codes start with 52510799."""
    await ensure_city()
    found = {
        code: UUID(str(ident))
        for code, ident in [
            (record["code"], record["id"])
            for record in await rows.DB.run_querystring(Q("SELECT code, id FROM unit WHERE kind IN ('department', 'county')"))
        ]
    }
    counties = [county.code for county in catalogue.counties()]
    named = []
    records = []
    for number in range(1, many + 1):
        kind, head = _named(number)
        county = counties[number % len(counties)]
        ident = seed.id("organisation", number)
        found[f"organisation-{number:02}"] = ident
        named.append((ident, "organisation", _code(number), head + UNIT_TAILS[kind], sort_key(head), number, True, 1))
        records.append(
            (ident, kind, date(2015, 1, 1) + timedelta(days=90 * (number % 30)), seed.person("legal", number), county, True)
        )
    for kind, count in (("station", 2), ("agency", 1)):
        for number in range(1, count + 1):
            ident = found[f"{kind}-{number:02}"] = seed.id(kind, number)
            township = catalogue.townships()[number]
            name = f"{township.name}{EXAMPLE}" if kind == "station" else f"{UNIT_HEADS[0]}{EXAMPLE}"
            code = township.code if kind == "station" else f"agency-{number:02}"
            named.append((ident, kind, code, name, sort_key(name), number, True, 1))
    for number, county in enumerate(counties, 1):
        found[f"county-{number:02}"] = found[county]
    await copy("unit", ("id", "kind", "code", "name", "sort_key", "position", "confirmed", "version"), named)
    ready = [(*record, clock.now(), "", "", "", 5, 3, "pass", "3a", 1) for record in records]
    await copy(
        "organisation",
        (
            "unit", "kind", "registered_on", "legal_person", "county", "fictional", "confirmed_at", "address", "scope", "profile",
            "staff", "social_workers", "inspection", "grade", "version",
        ),
        ready,
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
        ("person", "username", "password", "must_change", "failures", "lockouts", "second_factor", "factor_step", "version"),
        [(who[u], u, password, False, 0, 0, "", 0, 1) for u in who],
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


async def applicants(seed: Seed, unit_of: dict[str, UUID], who: dict[str, UUID], many: int) -> list[tuple[UUID, UUID, str]]:
    """One applicant and one administrator an organisation: the demo accounts first, then people without accounts."""
    now = clock.real_now()
    found: list[tuple[UUID, UUID, str]] = []
    new: list[tuple[UUID, str, Role, UUID]] = []
    for number in range(1, many + 1):
        unit = unit_of[f"organisation-{number:02}"]
        for role, account in ((Role.APPLICANT, "team"), (Role.ORGANISATION_ADMIN, "orgadmin")):
            person = who.get(f"{account}-{number:02}")
            name = seed.person(account, number)
            if person is None:
                person = seed.id(account, number)
                new.append((person, name, role, unit))
            if role is Role.APPLICANT:
                found.append((unit, person, name))
    await copy("person", ("id", "name", "sort_key", "created_at", "version"), [(p, n, sort_key(n), now, 1) for p, n, _, _ in new])
    await copy(
        "membership",
        ("id", "person", "role", "unit", "starts_on", "version"),
        [(UUID(int=person.int ^ 1), person, str(role), unit, SINCE, 1) for person, _, role, unit in new],
    )
    return found


async def experts(seed: Seed, who: dict[str, UUID], many: int) -> list[Judge]:
    """Experts: the demo accounts first, then fictional people without accounts."""
    known = [who[a.username] for a in ACCOUNTS if a.role is Role.EXPERT]
    now = clock.real_now()
    new = [seed.id("expert-person", number) for number in range(max(many - len(known), 0))]
    names = [seed.person("expert", number) for number in range(len(new))]
    await copy(
        "person",
        ("id", "name", "sort_key", "created_at", "version"),
        [(ident, name, sort_key(name), now, 1) for ident, name in zip(new, names, strict=True)],
    )
    await copy(
        "membership",
        ("id", "person", "role", "starts_on", "version"),
        [(seed.id("expert-membership", n), ident, str(Role.EXPERT), SINCE, 1) for n, ident in enumerate(new)],
    )
    everyone = [*known, *new]
    await copy(
        "expert",
        (
            "id", "person", "employer_name", "category", "areas", "speciality", "title", "county", "initials", "finance", "community",
            "host_staff", "civil_servant", "fee_approved", "fee_class", "max_load", "active", "fictional", "added_at", "version",
        ),
        [_expert(seed, number, person, now) for number, person in enumerate(everyone)],
    )  # fmt: skip
    return [
        Judge(seed.id("expert", number), person, _employer(seed, number), number % 4 == 0, number % 4 == 1)
        for number, person in enumerate(everyone)
    ]


def _employer(seed: Seed, number: int) -> str:
    dice = seed.random("employer", number)
    kind = EMPLOYERS[2] if number % 4 == 0 else EMPLOYERS[6] if number % 4 == 1 else dice.choice(EMPLOYERS)
    return f"{kind}{number // 2 + 1}"


def _expert(seed: Seed, number: int, person: UUID, now: Any) -> tuple[Any, ...]:
    dice = seed.random("expert", number)
    finance, community = number % 4 == 0, number % 4 == 1
    employer = _employer(seed, number)
    areas = msgspec.json.encode(sorted(dice.sample(sorted(TOPICS), 3))).decode()
    category = dice.choice(("industry", "academia", "research", "user"))
    fee = dice.choice(("senior", "middle", "other"))
    return (
        seed.id("expert", number), person, employer, category, areas, "", dice.choice(TITLES), "", "", finance, community,
        False, False, False, fee, 200, True, True, now, 1,
    )  # fmt: skip
