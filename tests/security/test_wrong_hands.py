"""Every form sent by hands it is not meant for, or at the wrong moment: nothing is there, and nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

from kernel import web
from kernel.access import EVERYONE, GRANTS, Action
from kernel.accounts import csrf, sessions, tokens
from tests.doors import DOORS as EVERY
from tests.projects.awarded import PDF
from tests.security import canaries, scenery
from tests.security.conftest import City
from tests.security.oracle import Viewer

pytestmark = pytest.mark.anyio
DOORS = [door for door in EVERY if door.method == "POST"]
STRANGERS = (
    *("officer-disabled", "head-disabled", "finance-disabled", "officer-labour", "county-03", "agency-01", "station-01"),
    *("team-stranger", "orgadmin-stranger", "expert-outside", "supervisor", "auditor", "member", "agent"),
)
"""Nothing of the story is theirs. Some of them may do every one of these things to things of their own."""
EXTRA = {
    **{"state": "closed", "organisation": "00000000-0000-0000-0000-000000000001", "determined": "99999999", "agreed": "99999999"},
    **{"author": "00000000-0000-0000-0000-000000000001", "rank": "1", "average": "9999", "owner": "x", "released_by": "x"},
}
"""What no form may take from its sender."""
TYPED = {
    **{"version": "1", "reason": "理由写在这里，足够长。", "note": "说明", "text": "说明", "amount": "100", "outcome": "approve"},
    **{"receipt": "invoice", "promise": "y", "comment": "说明", "answer": "说明", "statement": "说明", "view": "support"},
    **{
        "number": "示例1号",
        "signed_on": "2026-11-19",
        "body": "示例会议",
        "kind": "minutes",
        "fields": "budget",
        "explanation": "请补正。",
    },
    **{
        "days": "3",
        "grounds": "不符合申报条件。",
        "audited": "100",
        "performance": "passed",
        "finance": "passed",
        "grade": "qualified",
    },
}
PAPERS = ("scan", "file", "slip")


class Attack(Struct):
    viewers: dict[str, Viewer]
    pools: dict[str, list[str]]


@pytest.fixture(scope="module")
async def attack(city: City) -> Attack:
    """Addresses of every form with real ids, and two people of an organisation that has applied for nothing."""
    pools = await scenery.pools(city.world)
    some = {
        "instalment": "SELECT id FROM instalment ORDER BY id LIMIT 2",
        "expense": "SELECT id FROM expense ORDER BY id LIMIT 1",
        "paper": "SELECT id FROM signoff ORDER BY id LIMIT 1",
        "/papers/paper": "SELECT id FROM organisation_document ORDER BY id LIMIT 1",
        "line": "SELECT id FROM funding_line ORDER BY id LIMIT 1",
        "/papers/code": "SELECT 'community'",
        "/projects/code": "SELECT code FROM project WHERE code IS NOT NULL ORDER BY code LIMIT 2",
        "file": "SELECT id FROM file WHERE owner_kind = 'project' ORDER BY id LIMIT 1",
        "/documents/document": "SELECT d.id FROM expert_document d JOIN seat s ON s.expert = d.expert ORDER BY d.id LIMIT 2",
        "/duties/ident": "SELECT id FROM call_duty ORDER BY id LIMIT 1",
        "/time/absence": "SELECT gen_random_uuid()",
        "unit": "SELECT id FROM unit WHERE kind = 'organisation' ORDER BY code LIMIT 2",
        "membership": "SELECT id FROM membership ORDER BY id LIMIT 1",
        "letter": "SELECT id FROM letter ORDER BY id LIMIT 2",
        "job": "SELECT id FROM outbox ORDER BY id LIMIT 1",
        "project": "SELECT code FROM project WHERE code IS NOT NULL ORDER BY code LIMIT 1",
    }
    for name, sql in some.items():
        pools[name] = await scenery.column(sql)
    await sessions.open_session(city.world.who["coordinator"])
    pools["session"] = await scenery.column("SELECT id FROM session ORDER BY made_at LIMIT 1")
    return Attack(await scenery.viewers(city.world, STRANGERS), pools)


def forms(viewer: Viewer, attack: Attack) -> list[str]:
    """Every address this role has a form for. Where the guard lets nobody of the role in, that is another test's."""
    doors = [
        d
        for d in DOORS
        if "{" in d.path
        and "{token}" not in d.path
        and (d.action in EVERYONE or viewer.role in GRANTS[d.action or Action.PUBLIC])
    ]
    return [url for door in doors if door.path != "/calls/{code}/start" for url in canaries.each(attack.pools, door.path)]


async def post(city: City, url: str, **typed: Any) -> Any:
    session = tokens.subject_of("session", city.browser.cookies[sessions.COOKIE])
    papers = dict.fromkeys(PAPERS, ("签报.pdf", PDF, "application/pdf"))
    return await city.browser.post(url, data={**TYPED, **EXTRA, **typed, "csrf": csrf.token(session)}, files=papers)


@pytest.mark.parametrize("name", STRANGERS)
async def test_what_is_not_theirs_is_not_there_and_stays_as_it_is(city: City, attack: Attack, name: str) -> None:
    await city.enter(name)
    before = await scenery.state(city.owner)

    answers = {url: (await post(city, url)).status_code for url in forms(attack.viewers[name], attack)}

    assert {url: status for url, status in answers.items() if status != 404} == {}
    assert await scenery.state(city.owner) == before


WRONG_MOMENT = [
    ("coordinator", "/w/proposals/{running}/accept", {"items": ["kind", "scope", "credit", "complete", "free"]}),
    ("coordinator", "/w/proposals/{declined}/return", {"fields": ["budget"]}),
    ("coordinator", "/w/proposals/{scoring}/refuse", {}),
    ("coordinator", "/w/proposals/{submitted}/readmit", {}),
    ("coordinator", "/w/projects/{closed}/close", {}),
    ("coordinator", "/w/projects/{agreeing}/suspend", {}),
    ("coordinator", "/w/projects/{running}/resume", {}),
    ("coordinator", "/w/projects/{closed}/terminate", {}),
    ("coordinator", "/w/projects/{running}/settle", {}),
    ("coordinator", "/w/projects/{running}/send-back", {}),
    ("director", "/w/projects/{agreeing}/agreement/sign", {}),
    ("team-01", "/my/proposals/{running}/submit", {"promise": "y"}),
    ("team-01", "/my/proposals/{running}/withdraw", {}),
    ("team-01", "/my/proposals/{running}/restore", {}),
    ("orgadmin-01", "/my/proposals/{scoring}/endorse", {}),
    (
        "orgadmin-01",
        "/my/projects/{running}/agreement/sign",
        {"account_name": "某中心", "bank": "某银行", "account": "6222020012345678"},
    ),
    ("team-01", "/my/projects/{running}/agreement/present", {}),
    ("team-01", "/my/projects/{running}/abandon", {}),
]


@pytest.mark.parametrize(("name", "path", "typed"), WRONG_MOMENT, ids=[f"{n}:{p}" for n, p, _ in WRONG_MOMENT])
async def test_at_the_wrong_moment_a_verb_is_refused_and_leaves_no_trace(
    city: City, attack: Attack, name: str, path: str, typed: dict[str, Any]
) -> None:
    project = path.split("{")[1].split("}")[0]
    version = await scenery.column(f"SELECT version FROM project WHERE id = '{city.world.projects[project]}'")  # noqa: S608 - an id
    if "/agreement/" in path:
        version = await scenery.column(f"SELECT version FROM agreement WHERE project = '{city.world.projects[project]}'")  # noqa: S608
    await city.enter(name)
    before = await scenery.state(city.owner)

    answer = await post(city, path.format(**city.world.codes), version=version[0], **typed)

    assert answer.status_code in {409, 422}, answer.text[:500]
    assert await scenery.state(city.owner) == before


def test_no_form_has_a_field_for_what_only_a_verb_may_set() -> None:
    """Whatever else is sent with a form is not read: a form takes its own fields only."""
    known: list[type[web.Form]] = [web.Form]
    for form in known:
        known += form.__subclasses__()
    names = {
        (form.__name__, name) for form in known for name in dir(form) if name in {*EXTRA, "code", "requested", "confirmed_at"}
    }

    assert len(known) > 40
    assert {(form, name) for form, name in names if name not in {"code", "state"}} == set()


async def test_more_fields_than_the_form_has_change_nothing_more(city: City, attack: Attack) -> None:
    """A section of a draft, saved with everything an attacker might add."""
    ref, ident = city.world.codes["draft"], city.world.projects["draft"]
    columns = "state, organisation, determined, agreed, author, rank, average, code, requested, lead"
    before = await scenery.column(f"SELECT ({columns})::text FROM project WHERE id = '{ident}'")  # noqa: S608 - an id
    await city.enter("team-01")
    saved = await scenery.column(f"SELECT version FROM section_state WHERE project = '{ident}' AND section = 'need'")  # noqa: S608

    answer = await post(city, f"/my/proposals/{ref}/s/need", version=saved[0], code="MY2026-7777", requested="1")

    assert answer.status_code in {303, 422}
    after = await scenery.column(f"SELECT ({columns})::text FROM project WHERE id = '{ident}'")  # noqa: S608 - an id
    assert after == before


async def test_a_membership_that_ended_opens_nothing_from_the_next_request_on(city: City) -> None:
    browser = await city.enter("officer-scitech")
    url = f"/w/proposals/{city.world.codes['running']}"
    assert (await browser.get(url)).status_code == 200

    await city.owner.execute("UPDATE membership SET ends_on = '2026-11-19' WHERE person = $1", city.world.who["officer-scitech"])

    assert (await browser.get(url)).status_code == 404


async def test_a_session_that_was_ended_leads_to_the_sign_in_page(city: City) -> None:
    browser = await city.enter("director")
    assert (await browser.get("/w/calls")).status_code == 200

    await sessions.end_all(city.world.who["director"])

    answer = await browser.get("/w/calls")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fw%2Fcalls")


async def test_the_key_of_another_session_opens_no_form(city: City) -> None:
    """Neither another person's, nor one's own of another browser, nor a visitor's."""
    browser = await city.enter("coordinator")
    mine = tokens.subject_of("session", browser.cookies[sessions.COOKIE])
    other = tokens.subject_of("session", await sessions.open_session(city.world.who["coordinator"]))
    theirs = tokens.subject_of("session", await sessions.open_session(city.world.who["auditor"]))
    before = await scenery.state(city.owner)

    keys = (csrf.token(other), csrf.token(theirs), csrf.token("nobody"), "", "x" * 44)
    statuses = [(await browser.post("/account/messages/read", data={"csrf": key})).status_code for key in keys]

    assert statuses == [403] * 5
    assert await scenery.state(city.owner) == before
    assert (await browser.post("/account/messages/read", data={"csrf": csrf.token(mine)})).status_code == 303


async def test_in_a_blind_round_an_expert_opens_no_file_whatever_else_they_are(city: City) -> None:
    """Neither the proposal's own nor the papers of its organisation, which carry the name."""
    project, person = city.world.projects["scoring"], city.world.who["expert-seated"]
    files = await scenery.column(
        f"(SELECT id FROM file WHERE owner_kind = 'project' AND owner_id = '{project}' AND state = 'clean' LIMIT 1) UNION ALL"  # noqa: S608
        f" (SELECT d.file FROM reused_paper r JOIN organisation_document d ON d.id = r.paper WHERE r.project = '{project}' LIMIT 1)"
    )
    browser = await city.enter("expert-seated")
    assert [(await browser.get(f"/files/{file}")).status_code for file in files] == [200, 200]

    await city.owner.execute(
        """UPDATE call SET pack = jsonb_set(pack, '{panel,blind}', 'true') WHERE id = (SELECT call FROM project WHERE id = $1)""",
        project,
    )
    await city.owner.execute(
        "INSERT INTO membership (id, person, role, unit, starts_on, version)"
        " SELECT gen_random_uuid(), $1, 'officer', id, '2026-01-01', 1 FROM unit WHERE code = 'disabled'",
        person,
    )

    assert [(await browser.get(f"/files/{file}")).status_code for file in files] == [404, 404]
