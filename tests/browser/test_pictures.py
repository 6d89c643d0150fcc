"""The README's pictures: each role's main screen in the demo city. Taken only when PICTURES=1 asks for it."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from kernel import rows
from kernel.rows import Q
from server.app import create_app
from server.demo.build import build
from tests.browser.conftest import OpenPage, serve
from tests.browser.world import World
from tests.journeys import city

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("PICTURES") != "1", reason="PICTURES=1 takes the README's pictures"),
]

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 150_000


async def first(query: str, *values: object) -> str:
    return str(await rows.value(Q(query, *values)))


async def screens() -> dict[str, tuple[str, str]]:
    """Whose screen, and where, by the picture's name."""
    panel = await first(
        "SELECT p.id FROM panel p JOIN seat s ON s.panel = p.id JOIN account a ON a.person = s.person"
        " WHERE p.state = 'open' AND a.username = 'expert-01' AND s.state = 'promised'"
    )
    of_panel = "SELECT p.code FROM panel_project x JOIN project p ON p.id = x.project WHERE x.panel::text = {} ORDER BY p.code"
    code = await first(of_panel, panel)
    call = await first(
        "SELECT c.code FROM call c JOIN standing s ON s.call = c.id GROUP BY c.id ORDER BY c.year DESC, count(*) DESC LIMIT 1"
    )
    decision = await first("SELECT id FROM decision ORDER BY prepared_at DESC LIMIT 1")
    notice = await first("SELECT code FROM notice ORDER BY published_at DESC LIMIT 1")
    run = await first("SELECT id FROM match_run WHERE state = 'approved' ORDER BY number DESC LIMIT 1")
    return {
        "matching": ("director", f"/w/matching/{run}"),
        "organisation": ("orgadmin-01", "/my"),
        "county": ("county-01", "/w"),
        "supervisor": ("supervisor", "/home"),
        "admin": ("sysadmin", "/admin/people"),
        "work": ("coordinator", "/w"),
        "team": ("team-01", "/my"),
        "review": ("expert-01", f"/r/{panel}/{code}"),
        "ranking": ("director", f"/w/ranking/{call}"),
        "decision": ("coordinator", f"/w/decisions/{decision}"),
        "notice": ("", f"/notices/{notice}"),
        "funds": ("finance-scitech", "/w/funds"),
    }


async def test_every_role_has_its_picture(committed: str, open_page: OpenPage) -> None:
    async with city.demo_mode():
        await build(proposals=300, experts=60, scores=1500, seed=7)
        app = create_app(open_pools=False)
        async with serve(app) as address:
            world = World(app, {}, address, open_page)
            for name, (who, url) in (await screens()).items():
                window = await (world.visitor(who) if who else world.stranger())
                await window.open(url)
                await window.tab.set_viewport_size({"width": 1280, "height": 800})
                keep(name, await window.tab.screenshot())

    assert all(path.stat().st_size <= LARGEST for path in FOLDER.glob("*.png"))


def keep(name: str, picture: bytes) -> None:
    """With a palette: a screen has few colours."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(192, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)
