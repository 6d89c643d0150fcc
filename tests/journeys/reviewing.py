"""Second chapter: a panel is formed, five experts are drawn by lot, each scores and signs, and the ranking follows the published formula."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from kernel import rows
from kernel.access import Action
from kernel.rows import Q
from talent_pool.matching import verify_draw
from tests.journeys.city import City
from tests.journeys.visitor import Page

CRITERIA = ("party", "theory", "value", "scene", "team", "budget")
GOOD = (13.5, 13, 21, 17, 13, 8.5)
"""86 points."""
COMMENT = "需求调查扎实，服务方法清楚，预算合理，建议补充成效指标的测量办法。"


async def form(city: City, call: str, codes: list[str], review_on: date) -> str:
    """The page of a new panel with these projects in it."""
    coordinator = await city.visitor("coordinator")
    await coordinator.open("/w/panels")
    await coordinator.open(f"/w/panels/new?call={call}")
    await coordinator.press("建组并选择项目", call=call, seats="5", review_on=f"{review_on}")
    await coordinator.press("加入评审组", codes=codes)
    await city.left(Action.MANAGE_PANEL, "coordinator")
    return coordinator.page.url


async def draw(city: City, panel: str, folder: Path) -> list[str]:
    """Drawn once, watched by a supervisor, recorded with its seed; anybody can draw again from the log. Who sits, in order."""
    coordinator = await city.visitor("coordinator")
    await city.refused("secretary", panel)
    await coordinator.open(panel)
    assert await coordinator.attempt("随机抽取")
    await coordinator.press("随机抽取", supervisor=str(city.who["supervisor"]))
    seated = await rows.column(
        Q("SELECT person FROM seat WHERE panel::text = {} AND standby = 0 ORDER BY number", panel.split("/")[3])
    )
    experts = [city.name_of[person] for person in seated]
    await city.left(
        Action.DRAW_EXPERTS, "coordinator", told=tuple(experts), then={name: f"/r/{panel.split('/')[3]}" for name in experts}
    )
    assert len(experts) == 5

    supervisor = await city.visitor("supervisor")
    log = folder / "draw.json"
    log.write_bytes((await supervisor.open(f"{panel}/draw.json")).content)
    checked = subprocess.run([sys.executable, verify_draw.__file__, str(log)], capture_output=True, text=True, check=False)
    assert checked.stdout.strip() == "OK"
    await supervisor.open(f"{panel}/draw")
    return experts


async def promise(city: City, panel: str, experts: list[str]) -> None:
    """Each accepts and promises; before that nobody sees a project."""
    ident = panel.split("/")[3]
    for name in experts:
        expert = await city.visitor(name)
        await expert.open(f"/r/{ident}")
        await expert.press("确认参加")
        await city.left(Action.ACCEPT_SEAT, name)
        assert await expert.attempt("签署并进入评审")
        await expert.press("签署并进入评审", secrecy="y", integrity="y", relations="y")
        await city.left(Action.PROMISE, name)


async def open_scoring(city: City, panel: str, experts: list[str]) -> None:
    coordinator = await city.visitor("coordinator")
    await coordinator.open(panel)
    await coordinator.press("开放评分")
    ident = panel.split("/")[3]
    await city.left(Action.OPEN_PANEL, "coordinator", told=tuple(experts), then=dict.fromkeys(experts, f"/r/{ident}"))


async def score(city: City, panel: str, name: str, number: int, codes: list[str]) -> None:
    """Every sheet of one expert; the later project gets a little less. Then the signature."""
    ident = panel.split("/")[3]
    expert = await city.visitor(name)
    for place, code in enumerate(codes):
        await expert.open(f"/r/{ident}/{code}")
        assert "合计" in expert.page.words or "总分" in expert.page.words
        marks = dict(zip((f"s-{c}" for c in CRITERIA), map(str, points(number, place)), strict=True))
        await expert.press("保存并评下一项", **marks, comment=COMMENT)
    await city.left(Action.SCORE_PROJECT, name)
    await expert.open(f"/r/{ident}/sign")
    await expert.press("签字提交全部评分")
    await city.left(Action.SIGN_SCORES, name)
    assert await city.waits(name, f"/r/{ident}") == []


def points(number: int, place: int) -> list[float]:
    """Of expert `number` for the project at `place`."""
    return [GOOD[0] - place - number * 0.5, *GOOD[1:]]


def mean(place: int) -> str:
    totals = [sum(points(number, place)) for number in range(5)]
    return f"{sum(totals) / 5:.2f}"


async def close(city: City, panel: str, experts: list[str], call: str) -> None:
    coordinator = await city.visitor("coordinator")
    assert f"{panel}/progress" in await city.home("coordinator")
    await coordinator.open(f"{panel}/progress")
    await coordinator.press("结束评分")
    await city.left(Action.CLOSE_PANEL, "coordinator", told=tuple(experts), then={"coordinator": f"/w/ranking/{call}"})
    assert await city.waits("coordinator", f"{panel}/progress") == []


async def ranking(city: City, call: str, codes: list[str]) -> Page:
    """Means of five totals, nothing left out; who scored does not see it."""
    director = await city.visitor("director")
    page = await director.open(f"/w/ranking/{call}")
    places = [page.words.index(code) for code in codes]
    assert places == sorted(places)
    assert all(mean(place) in page.words for place in range(len(codes)))
    assert "算术平均分" in page.words
    await city.refused("team-01", f"/w/ranking/{call}")
    await city.refused("head-scitech", f"/w/ranking/{call}")
    return page
