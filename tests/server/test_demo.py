"""The demo city: sound by its own check, the same for the same seed, alive in every state."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import Any

import httpx
import pytest
from msgspec import structs

from kernel import rows
from kernel.access import Role
from kernel.accounts import queries as accounts
from kernel.accounts import sessions
from kernel.accounts.demo import ACCOUNTS
from kernel.rows import Q
from projects.states import State
from server import check, demo
from server.demo.names import Seed
from server.demo.rounds import LARGEST, SCORED, Stage, call_title, rounds, seating
from server.demo.sheets import Stock
from server.demo.walk import story
from server.words import BROKEN
from tests.conftest import clone, drop

pytestmark = pytest.mark.anyio
build_small = partial(demo.build, proposals=60, experts=40, scores=150, seed=7)


@asynccontextmanager
async def opened(servers: Any, template: str, name: str) -> AsyncIterator[str]:
    """A database of its own, open as the program's."""
    url = await clone(servers, template, name)
    pools = rows.DB.pool, rows.DB.read_pool
    await rows.DB.open(url)
    try:
        yield url
    finally:
        await rows.DB.close()
        rows.DB.pool, rows.DB.read_pool = pools
        await drop(servers, name)


@pytest.fixture(scope="module")
async def city(servers: Any, template: str, shared_database: str) -> AsyncIterator[str]:
    """A small city built once, that the tests only spoil inside a rolled-back transaction."""
    async with opened(servers, template, "demo_city") as url:
        await build_small()
        yield url


async def test_a_new_city_breaks_no_invariant(city: str) -> None:
    assert await check.run() == []


async def test_every_invariant_has_its_words() -> None:
    asked = {*check.questions(), "place", "todo"}

    assert asked == set(BROKEN)


async def test_a_project_stands_in_every_state_of_its_life(city: str) -> None:
    found = await rows.column(Q("SELECT DISTINCT state FROM project"))

    assert set(found) == {str(state) for state in State}


async def test_every_demo_account_may_sign_in_and_holds_one_role(city: str) -> None:
    found = await rows.column(
        Q("SELECT a.username FROM account a JOIN membership m ON m.person = a.person WHERE NOT a.must_change")
    )

    drawn = {f"expert-{number:02}" for number in range(1, 41)}
    assert sorted(found) == sorted({account.username for account in ACCOUNTS} | drawn), "whoever is drawn by lot has to score"
    assert drawn < {row.username for row in await accounts.demo_accounts()}


async def test_every_role_has_an_account_to_try_it_with() -> None:
    assert {account.role for account in ACCOUNTS} == set(Role)


async def test_the_first_team_has_a_draft_a_returned_and_a_running_project(city: str) -> None:
    mine = Q(
        "SELECT DISTINCT p.state FROM project p JOIN project_member m ON m.project = p.id JOIN account a ON a.person = m.person"
        " WHERE a.username = 'team-01'"
    )

    found = await rows.column(mine)

    assert {"draft", "returned", "running"} <= set(found)


@pytest.mark.parametrize(
    ("username", "action"),
    [
        ("orgadmin-01", "project.endorse"),
        ("coordinator", "project.accept"),
        ("expert-01", "seat.sign"),
        ("expert-01", "seat.accept"),
        ("director", "match.approve"),
        ("officer-scitech", "payment.check"),
        ("head-scitech", "payment.approve"),
        ("finance-scitech", "payment.register-voucher"),
        ("finance-scitech", "line.check"),
        ("head-scitech", "line.consent"),
        ("coordinator", "project.close"),
        ("director", "agreement.sign-host"),
        ("team-01", "project.resubmit"),
    ],
)
async def test_who_signs_in_finds_something_to_do(city: str, username: str, action: str) -> None:
    waiting = Q(
        "SELECT count(*) FROM todo t JOIN account a ON a.username = {} JOIN membership m ON m.person = a.person"
        " WHERE t.done_at IS NULL AND t.action = {} AND (t.person = a.person OR (t.role = m.role AND (t.unit IS NULL OR t.unit = m.unit)))",
        username,
        action,
    )

    assert await rows.value(waiting) > 0


async def test_one_matching_is_approved_by_another_person_and_one_waits(city: str) -> None:
    found = await rows.DB.run(
        "SELECT r.state, r.asked_by IS DISTINCT FROM r.approved_by AS two, count(m.id) FILTER (WHERE m.locked) AS locked,"
        " count(x.id) > 0 AS explained FROM match_run r JOIN match_pair m ON m.run = r.id LEFT JOIN match_extra x ON x.run = r.id"
        " GROUP BY r.id ORDER BY r.number"
    )

    assert [tuple(line) for line in found] == [("approved", True, 1, True), ("done", True, 0, True)]


async def test_no_two_calls_of_a_year_differ_only_in_how_they_write_a_number(city: str) -> None:
    titles = await rows.column(Q("SELECT title FROM call"))

    assert not [title for title in titles if re.search(r"第\d+批", title)]
    assert len(set(titles)) == len(titles)


def test_batches_are_numbered_in_numerals_however_large_the_city() -> None:
    year = rounds(Seed(7), 60, date(2026, 11, 22))[0]

    said = [re.search("第(.+)批", call_title(structs.replace(year, number=n)))[1] for n in (1, 10, 11, 20, 99, 450)]  # type: ignore[index]

    assert said == ["一", "十", "十一", "二十", "九十九", "四百五十"]


async def test_experts_say_the_limits_a_person_would_and_advice_is_asked_all_over_the_city(city: str) -> None:
    limits = await rows.column(Q("SELECT DISTINCT max_load || '/' || max_year FROM expert"))
    counties = await rows.column(Q("SELECT DISTINCT county FROM consultation"))

    assert limits == ["20/100"]
    assert len(counties) >= 5


async def test_no_number_is_given_twice_after_the_bulk(city: str) -> None:
    year = await rows.value(Q("SELECT max(year) FROM call"))
    used = await rows.value(Q("SELECT max(split_part(code, '-', 2)::int) FROM project WHERE code LIKE {}", f"MY{year}-%"))

    coming = await rows.value(Q("SELECT last_value + 1 FROM pg_sequences WHERE sequencename = {}", f"project_code_{year}"))

    assert coming == used + 1


SPOILED = {
    "requested": "UPDATE budget_line SET requested = requested - 100, own = own + 100 WHERE project = (SELECT id FROM project WHERE state = 'accepted' LIMIT 1) AND position = 1",
    "average": "UPDATE project SET average = average + 1 WHERE id = (SELECT id FROM project WHERE state = 'scored' LIMIT 1)",
    "place": "UPDATE standing SET place = place + 1 WHERE project = (SELECT project FROM standing ORDER BY project LIMIT 1)",
    "score-total": "UPDATE score SET total = total - 1 WHERE id = (SELECT id FROM score WHERE complete LIMIT 1)",
    "lines": "UPDATE funding_line SET amount = amount - 1 WHERE id = (SELECT l.id FROM funding_line l JOIN project p ON p.id = l.project WHERE p.state = 'publicised' LIMIT 1)",
    "involvement": "DELETE FROM involvement WHERE why = 'lead' AND project = (SELECT id FROM project WHERE state = 'running' LIMIT 1)",
    "units": "UPDATE project SET units = ARRAY[]::uuid[] WHERE id = (SELECT id FROM project WHERE state = 'scored' LIMIT 1)",
    "outbox": "UPDATE outbox SET state = 'dead' WHERE id = (SELECT id FROM outbox LIMIT 1)",
    "audit": "UPDATE project SET state = 'accepted' WHERE id = (SELECT id FROM project WHERE state = 'ineligible' AND EXISTS (SELECT 1 FROM audit_line WHERE subject = project.id) LIMIT 1)",
    "todo": "UPDATE todo SET subject = gen_random_uuid() WHERE id = (SELECT id FROM todo WHERE done_at IS NULL LIMIT 1)",
}


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """Whatever happens inside did not."""
    try:
        async with rows.transaction():
            yield
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):  # noqa: N818 - it ends the transaction, nothing went wrong
    pass


@pytest.mark.parametrize("key", sorted(SPOILED))
async def test_the_check_names_what_was_spoiled(city: str, key: str) -> None:
    async with undone():
        await rows.execute(Q(SPOILED[key]))

        found = await check.run()

    assert [line for line in found if line.startswith(BROKEN[key])]


async def test_the_same_seed_gives_the_same_city(servers: Any, template: str, shared_database: str) -> None:
    """Panels are drawn by lot and papers get random codes; what the city says is the same all the same."""
    acts = (story.Act.NOTICE, story.Act.REVIEW, story.Act.OPEN)
    prints = []
    for name in ("demo_one", "demo_twin"):
        async with opened(servers, template, name):
            await build_small(acts=acts)
            prints.append(await demo.fingerprint())

    assert prints[0] == prints[1]


async def test_the_fingerprint_sees_a_changed_title(city: str) -> None:
    before = await demo.fingerprint()

    async with undone():
        await rows.execute(Q("UPDATE project SET title = title || '！' WHERE id = (SELECT id FROM project LIMIT 1)"))
        after = await demo.fingerprint()

    assert after != before


@pytest.mark.parametrize(("proposals", "scores"), [(60, 150), (2_000, 10_000), (200_000, 1_000_000)])
async def test_calls_are_of_a_size_people_can_read_and_sheets_come_to_what_was_asked(proposals: int, scores: int) -> None:
    found = rounds(Seed(7), proposals, date(2026, 11, 20))

    assert sum(round_.size for round_ in found) == proposals
    assert max(round_.size for round_ in found) <= LARGEST
    assert [round_.stage for round_ in found[-2:]] == [Stage.REVIEW, Stage.SCREENING]
    scored = sum(round_.scored for round_ in found if round_.stage is not Stage.REVIEW)
    seats = list(seating(found, scores))
    assert abs(sum(seats) / len(seats) - scores / scored) < 1


async def test_bulk_sheets_keep_to_the_rubric_and_never_ask_for_a_second_discussion() -> None:
    stock = Stock(Seed(7))
    full = {c.code: c.max * 2 for c in stock.pack.rubric.criteria}

    for sheets in stock.by_merit.values():
        assert all(0 <= sheet.points[code] <= full[code] for sheet in sheets for code in full)
        assert max(sheet.total for sheet in sheets) - min(sheet.total for sheet in sheets) < stock.pack.ranking.wide_range * 2
    assert State.SCORED in SCORED
    assert len([account for account in ACCOUNTS if account.username.startswith("team")]) < story.LAST


async def test_every_open_todo_leads_to_a_page_its_owner_may_open(city: str, client: httpx.AsyncClient) -> None:
    waiting = await rows.DB.run(
        "SELECT DISTINCT a.username, a.person, t.url FROM todo t, account a JOIN membership m ON m.person = a.person"
        " WHERE t.done_at IS NULL AND (t.person = a.person OR (t.person IS NULL AND t.role = m.role"
        " AND (t.unit IS NULL OR t.unit = m.unit))) ORDER BY a.username, t.url"
    )
    shut = []

    for username, person, url in waiting:
        client.cookies.set(sessions.COOKIE, await sessions.open_session(person))
        answer = await client.get(url)
        if answer.status_code != 200:
            shut.append((username, url, answer.status_code))

    assert len(waiting) > 20
    assert shut == []
