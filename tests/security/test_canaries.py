"""Every text of the city carries a word of its own; whoever opens whatever there is hears only the words that are theirs to hear."""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import quote
from uuid import UUID

import pytest
from msgspec import Struct

from kernel.access import EVERYONE, GRANTS, Action
from server import law
from tests.asking import Answer
from tests.doors import DOORS as EVERY
from tests.security import canaries, oracle, scenery
from tests.security.canaries import Canary
from tests.security.conftest import City
from tests.security.oracle import Facts, Viewer
from tests.security.world import World

pytestmark = pytest.mark.anyio
DOORS = [door for door in EVERY if door.method == "GET"]
NAMES = (
    *("nobody", "coordinator", "director", "secretary", "supervisor", "auditor", "sysadmin", "secadmin", "auditadmin"),
    *("officer-scitech", "head-scitech", "finance-scitech", "officer-civil"),
    *("head-union", "finance-union", "officer-education", "officer-disabled", "head-disabled"),
    *(
        "team-01",
        "orgadmin-01",
        "orgadmin-02",
        "team-04",
        "team-06",
        "county-01",
        "county-02",
        "agency-01",
        "station-01",
    ),
    *("expert-seated", "expert-recused", "expert-standby", "expert-listed", "expert-outside", "member", "agent"),
)

QUERIES = {
    "/w/proposals/{ref}": ("tab=amounts", "tab=log"),
    "/w/proposals": ("q=示例", "state=in-review"),
    "/w/panels/{panel}/projects": ("q=示例",),
    "/w/lines": ("state=declined", "state=consented"),
    "/w/payments": ("state=paid", "mine=1"),
    "/w/reports": ("state=accepted", "state=returned"),
    "/w/objections": ("state=answered",),
    "/w/todo": ("done=true",),
    "/w/organisations": ("q=示例&all_=true",),
    "/account/messages": ("page=2",),
    "/w/experts": ("q=示例", "state=invited", "state=left", "state=paused"),
    "/w/experts.xlsx": ("state=invited", "state=left"),
    "/experts": ("q=示例",),
    "/w/experts/duplicates": ("namesakes=1",),
    "/w/experts/merge": ("q=示例",),
    "/w/matching/{run}/projects/{code}": ("q=示例", "q=ZQ"),
}
"""Views of a page that only a query opens."""


class Attacked(Struct):
    world: World
    canaries: dict[str, Canary]
    facts: Facts
    viewers: dict[str, Viewer]
    pools: dict[str, list[str]]
    unknown: set[str]
    heard: defaultdict[str, set[str]]


@pytest.fixture(scope="module")
async def attacked(city: City) -> Attacked:
    facts = await scenery.facts(city.world)
    pools, viewers = await scenery.pools(city.world), await scenery.viewers(city.world, NAMES[1:])
    painter = canaries.Painter(city.owner, oracle.PLAIN, set(facts.experts.values()))
    return Attacked(
        city.world, await painter.paint(), facts, viewers, pools, painter.fields - set(oracle.ORACLE), defaultdict(set)
    )


def nowhere(path: str) -> str:
    """The same route with an id that exists nowhere."""
    return re.sub(r"\{[^}]+\}", lambda found: "2026" if "year" in found[0] else str(UUID(int=7)), path)


def without_address(answer: Answer) -> tuple[int, str, str]:
    """An answer but for the address it repeats and the keys of its forms: what somebody could learn from it."""
    path = answer.path
    text = answer.text.replace(path, "").replace(quote(path, safe=""), "") if answer.status_code == 404 else ""
    return answer.status_code, answer.headers.get("location", "").partition("?")[0], re.sub(r"[\w-]{24,}={0,2}", "", text)


def granted(viewer: Viewer, door: law.Door) -> bool:
    return door.action in EVERYONE or (viewer.role is not None and viewer.role in GRANTS[door.action or Action.PUBLIC])


def addresses(viewer: Viewer, door: law.Door, pools: dict[str, list[str]]) -> list[str]:
    """Everywhere this viewer may try; one address is enough where the guard refuses the role."""
    found = list(canaries.each(pools, door.path))
    assert found, f"no address for {door.path}"
    if not granted(viewer, door):
        return found[:1]
    if door.path.endswith(("/pdf", "/seal")):
        return found[:3]  # Typesetting takes its time: one of each of three organisations tells near from foreign.
    return found + [
        f"{url}?{query}" for url in found for query in QUERIES.get(door.path, ()) + tuple(pools.get(f"?{door.path}", ()))
    ]


def test_somebody_has_decided_for_every_text(attacked: Attacked) -> None:
    assert attacked.unknown == set()


@pytest.mark.parametrize("name", NAMES)
async def test_nobody_hears_what_is_not_theirs(attacked: Attacked, city: City, name: str) -> None:
    viewer = attacked.viewers[name]
    browser = await city.asking(name)

    before = await scenery.state(city.owner)
    leaks: dict[tuple[str, str, str], str] = {}
    for door in DOORS:
        absent = without_address(await browser.get(nowhere(door.path))) if "{" in door.path else None
        for url in addresses(viewer, door, attacked.pools):
            answer = await browser.get(url)
            assert answer.status_code < 500 or url == "/readyz", (url, answer.text[:300])
            if answer.status_code in {303, 404} and "{" in door.path:
                assert without_address(answer) == absent or (answer.status_code == 303 and viewer.role), url
            for song in canaries.heard(answer) & attacked.canaries.keys():
                one = attacked.canaries[song]
                attacked.heard[one.field].add(name)
                if not oracle.may(viewer, one.field, one.row, attacked.facts, one.path):
                    leaks[(door.path, one.field, one.path)] = url
    assert leaks == {}
    assert await scenery.state(city.owner) == before


def test_every_word_can_be_heard_by_somebody(attacked: Attacked) -> None:
    """After everybody has looked: a field that no page shows proves nothing by being silent."""
    written = {one.field for one in attacked.canaries.values()}

    assert {field for field in written if attacked.heard[field] == set()} == oracle.UNSHOWN
