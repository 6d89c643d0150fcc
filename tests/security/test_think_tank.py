"""The think tank under attack: who acts on their own work, on what is over, with a link, or outside their own charge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from kernel.access import Role
from kernel.accounts import csrf, sessions, tokens
from kernel.rows import DB
from talent_pool.consultations.inviting import links as invitations
from tests.security import canaries, oracle, scenery
from tests.security.conftest import City

pytestmark = pytest.mark.anyio
REASON = {"reason": "理由写在这里，足够长。"}


async def post(city: City, name: str, url: str, **typed: Any) -> int:
    """As this person, with everything a form needs."""
    await city.enter(name)
    session = tokens.subject_of("session", city.browser.cookies[sessions.COOKIE])
    answer = await city.browser.post(url, data={**REASON, **typed, "csrf": csrf.token(session)})
    return answer.status_code


NOT_NOW = [
    # One's own work is for somebody else to approve.
    ("coordinator", "/w/matching/{run-done}/approve", "match_run"),
    ("coordinator", "/w/matching/{run-done}/return", "match_run"),
    ("coordinator", "/w/experts/{expert-waiting}/admit", "expert"),
    ("coordinator", "/w/experts/{expert-waiting}/refuse", "expert"),
    ("coordinator", "/w/experts/import/{batch-waiting}/admit", "expert_batch"),
    # What is over, or has not come so far.
    ("director", "/w/matching/{run-approved}/approve", "match_run"),
    ("director", "/w/matching/{run-approved}/return", "match_run"),
    ("director", "/w/matching/{run-returned}/approve", "match_run"),
    ("director", "/w/matching/{run-short}/approve", "match_run"),
    ("coordinator", "/w/matching/{run-done}/cancel", "match_run"),
    ("director", "/w/experts/{expert-invited}/admit", "expert"),
    ("director", "/w/experts/{expert-paused}/admit", "expert"),
    ("director", "/w/experts/{expert-merged}/admit", "expert"),
    ("coordinator", "/w/experts/{expert-merged}/resume", "expert"),
    ("coordinator", "/w/experts/{expert-refused}/remove", "expert"),
    ("coordinator", "/w/experts/import/{batch-in}/undo", "expert_batch"),
    ("coordinator", "/w/experts/import/{batch-undone}/undo", "expert_batch"),
    ("coordinator", "/w/experts/merges/{merge-apart}/undo", "expert_merge"),
    ("coordinator", "/w/experts/merge/{expert-kept}/{expert-applied}", ""),
    ("coordinator", "/w/experts/merge/{expert-kept}/{expert-kept}", ""),
    ("coordinator", "/w/experts/merge/{expert-paused}/{expert-merged}", ""),
    ("officer-scitech", "/w/experts/{expert-applied}/invite", "expert"),
    # Who has projects in hand stays until they are judged.
    ("coordinator", "/w/experts/{expert-listed}/remove", "expert"),
    ("expert-listed", "/r/profile/leave", ""),
]


@pytest.mark.parametrize(("name", "path", "table"), NOT_NOW, ids=[f"{n}:{p}" for n, p, _ in NOT_NOW])
async def test_ones_own_work_and_what_is_over_are_refused_and_nothing_changes(
    city: City, name: str, path: str, table: str
) -> None:
    ident = path.partition("{")[2].partition("}")[0]
    versions = await scenery.column(f"SELECT version FROM {table} WHERE id = '{city.world.things[ident]}'") if table else ["1"]  # noqa: S608 - our own names
    before = await scenery.state(city.owner)

    status = await post(city, name, path.format(**city.world.things), version=versions[0])

    assert status in {409, 422}
    assert await scenery.state(city.owner) == before


async def test_an_expert_of_a_matched_panel_writes_on_no_sheet_outside_their_charge(city: City) -> None:
    panel, world = city.world.things["panel-listed"], city.world
    sheets = [f"/r/{panel}/{world.codes[name]}" for name in ("matched", "matching", "scoring")]
    before = await scenery.state(city.owner)

    statuses = [await post(city, "expert-listed", url, comment="说明", version="0") for url in sheets]

    assert statuses == [404] * 3
    assert await post(city, "expert-seated", f"/r/{world.panel}/{world.codes['listed']}", version="0") == 404
    assert await scenery.state(city.owner) == before


async def test_a_department_asks_no_more_than_the_experts_agreed_to_show(city: City) -> None:
    """Searching for what is not shown finds nobody: not even that somebody is there."""
    hidden = {"speciality": "独特表述甲", "title": "独特头衔乙"}
    await city.owner.execute(
        "UPDATE expert SET speciality = $1, title = $2 WHERE person = $3", *hidden.values(), city.world.who["expert-outside"]
    )
    listed, name_of = {}, await _name_of(city, "expert-outside")
    browser = await city.enter("head-disabled")
    assert name_of in (await browser.get("/w/experts", params={"q": name_of})).text

    for name in ("coordinator", "head-disabled", "county-03"):
        browser = await city.enter(name)
        for word in hidden.values():
            answer = await browser.get("/w/experts", params={"q": word})
            listed[name, word] = name_of in answer.text

    assert {found for found, is_there in listed.items() if is_there} == {("coordinator", word) for word in hidden.values()}


async def _name_of(city: City, account: str) -> str:
    return str(await city.owner.fetchval("SELECT name FROM person WHERE id = $1", city.world.who[account]))


async def test_who_watches_asks_about_nobody_who_was_not_in_the_matching(city: City) -> None:
    """The pool is the host's and the auditor's; a supervisor is answered about those whom the run looked at, like by a draw's log."""
    run, code = city.world.things["run-approved"], city.world.codes["listed"]
    named = "SELECT p.name FROM expert e JOIN person p ON p.id = e.person JOIN match_record r ON r.run = $1::uuid WHERE e.state = 'admitted' AND "
    outside = await city.owner.fetchval(f"{named} NOT (e.id = ANY(r.experts)) ORDER BY e.id LIMIT 1", run)
    inside = await city.owner.fetchval(f"{named} e.id = ANY(r.experts) ORDER BY e.id LIMIT 1", run)
    assert outside
    assert inside

    async def answers(who: str, name: str) -> bool:
        browser = await city.enter(who)
        return f"<b>{name}</b>" in (await browser.get(f"/w/matching/{run}/projects/{code}", params={"q": name})).text

    heard = {who: (await answers(who, inside), await answers(who, outside)) for who in ("coordinator", "auditor", "supervisor")}

    assert heard == {"coordinator": (True, True), "auditor": (True, True), "supervisor": (True, False)}


async def test_a_link_opens_what_its_own_person_may_read_and_nothing_else(city: City, app: Any) -> None:
    facts = await scenery.facts(city.world)
    open_invitation = (await scenery.column("SELECT id FROM invitation WHERE state = 'invited' ORDER BY id LIMIT 1"))[0]
    asked = str((await DB.run("SELECT person FROM invitation WHERE id = $1", [open_invitation]))[0][0])
    invited = await _person(city, city.world.things["expert-invited"])
    holders = {city.world.things["link-apply"]: invited, invitations.path(UUID(open_invitation)): asked}
    painted = await canaries.Painter(city.owner, oracle.PLAIN, set(facts.experts.values())).paint()
    before = await scenery.state(city.owner)

    # An address of its own: how often links may be tried is counted by address, and the crawl has tried.
    transport = httpx.ASGITransport(app=app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        for url, person in holders.items():
            answer = await browser.get(url)
            holder = oracle.Viewer("link", person, Role.EXPERT, "")
            heard = {song: painted[song] for song in canaries.heard(answer) & painted.keys()}

            assert answer.status_code == 200
            assert heard
            assert [one.field for one in heard.values() if not oracle.may(holder, one.field, one.row, facts, one.path)] == []
            assert (await browser.get(url[:-3] + "abc")).status_code == 404
    assert await scenery.state(city.owner) == before


async def _person(city: City, expert: str) -> str:
    return str(await city.owner.fetchval("SELECT person FROM expert WHERE id = $1::uuid", expert))
