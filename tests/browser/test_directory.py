"""The directory with people in it: lists, public pages, import and merging; nothing for axe, nothing sideways, by hand and by phone."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.access import Actor
from kernel.accounts import sessions
from talent_pool.importing import actions as importing
from talent_pool.merging import actions as merging
from talent_pool.profiles.kinds import Part
from tests.browser.conftest import OpenPage, axe, overflow, serve, small_targets
from tests.talent_pool.directory import pool
from tests.talent_pool.importing.sheet import row, workbook

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
NAMES = ("王建国", "李秀英", "张伟", "刘洋", "陈静", "欧阳修远", "丁一", "曾国强")


async def people() -> dict[str, Any]:
    """A small pool with a duplicate, an import that waits, a merge that was made."""
    for n, name in enumerate(NAMES):
        made = await pool.expert(
            name, "绵阳示例大学社会工作系" if n % 2 else "涪城区示例社会工作服务中心", title="副教授", fictional=True,
            areas=["elderly", "community"][: 1 + n % 2], fields=["science.data"], keywords="社区食堂、老年助餐、长期照护",
            finance=n % 3 == 0, community=n % 3 == 1, county="510703", shown=Part if n % 4 else [Part.NAME],
        )  # fmt: skip
        await pool.work(made, "城乡社区助餐服务的三种组织模式比较研究", venue="社会工作研究")
    twins = [await pool.expert("赵敏", "绵阳示例医院", title=title) for title in ("主任医师", "医务社工")]
    old, new = await pool.expert("孙丽", "示例一"), await pool.expert("孙丽", "示例二")
    host = await pool.host()
    merged = await merging.merge(host, old, new, {}, reason="同一手机号，本人电话确认")
    batch = await importing.bring_in(await pool.host(), "2026年专家名单.xlsx", workbook(row(name="周涛"), row(name="吴芳")))
    return {"host": host, "officer": await pool.officer(), "one": made, "twins": twins, "merged": merged, "batch": batch}


def pages(there: dict[str, Any]) -> list[tuple[str, Actor | None, str]]:
    keep, drop = there["twins"]
    host = there["host"]
    return [
        ("list", host, "/w/experts"),
        ("find", there["officer"], "/w/experts?q=助餐"),
        ("public_list", None, "/experts"),
        ("public", None, f"/experts/{there['one']}"),
        ("imports", host, "/w/experts/import"),
        ("batch", host, f"/w/experts/import/{there['batch']}"),
        ("duplicates", host, "/w/experts/duplicates"),
        ("compare", host, f"/w/experts/merge/{keep}/{drop}"),
        ("choose", host, "/w/experts/merge?q=zhao"),
        ("merged", host, f"/w/experts/merges/{there['merged']}"),
    ]


async def test_every_page_of_the_directory_is_fit_to_be_used(app: Any, committed: str, open_page: OpenPage) -> None:
    there = await people()
    found: list[str] = []
    async with serve(app) as address:
        for name, actor, url in pages(there):
            cookies = {sessions.COOKIE: await sessions.open_session(actor.person)} if actor else None
            tab = await open_page(address=address, cookies=cookies, bypass_csp=True)
            answer = await tab.goto(f"{address}{url}")
            assert answer is not None
            assert answer.status == 200, name
            found += [f"{name}: {what}" for what in await axe(tab)]
            for width in (390, 1440):
                found += [f"{name} {width}: {what}" for what in [*await overflow(tab, width), *await small_targets(tab)]]
    assert found == []
