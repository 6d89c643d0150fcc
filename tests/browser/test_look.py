"""The look holds in every mode: nothing for axe to find, nothing sideways, no script needed, nothing from elsewhere."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest

from kernel.templating import TEMPLATES
from tests.browser.conftest import OpenPage, axe, overflow, small_targets

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PUBLIC = ("/", "/library", "/help", "/accessibility", "/privacy", "/login", "/styleguide")
MODES = ({"theme": "light", "size": "normal"}, {"theme": "dark", "size": "normal"}, {"theme": "light", "size": "xlarge"})


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: "-".join(mode.values()))
async def test_the_styleguide_is_accessible_in_every_mode(
    site: str, open_page: OpenPage, mode: dict[str, str], width: int
) -> None:
    page = await open_page(width=width, bypass_csp=True, address=site, cookies=mode)

    await page.goto("/styleguide")

    assert await page.evaluate("[document.documentElement.dataset.theme, document.documentElement.dataset.size]") == list(
        mode.values()
    )
    assert await axe(page) == []


@pytest.mark.parametrize("path", PUBLIC)
async def test_a_public_page_is_accessible_and_never_scrolls_sideways(site: str, open_page: OpenPage, path: str) -> None:
    page = await open_page(bypass_csp=True, address=site)

    await page.goto(path)

    assert await axe(page) == []
    assert {width: await overflow(page, width) for width in (320, 390, 1440)} == {320: [], 390: [], 1440: []}
    assert await page.locator("h1").count() == 1


@pytest.mark.parametrize("size", ["normal", "large", "xlarge"])
async def test_the_styleguide_fits_the_smallest_screen_in_any_letter_size(site: str, open_page: OpenPage, size: str) -> None:
    page = await open_page(address=site, cookies={"size": size})

    await page.goto("/styleguide")

    assert await overflow(page, 320) == []
    assert await overflow(page, 1024) == []


@pytest.mark.parametrize("width", [1440, 390])
async def test_everything_to_press_is_large_enough(site: str, open_page: OpenPage, width: int) -> None:
    page = await open_page(width=width, address=site)

    await page.goto("/styleguide")

    assert await small_targets(page) == []


async def test_a_page_obeys_the_strict_content_policy_and_loads_nothing_from_elsewhere(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)

    answer = await page.goto("/styleguide")
    await page.wait_for_load_state("networkidle")

    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_the_error_summary_takes_the_focus_and_leads_to_the_field(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/styleguide")

    focused = await page.evaluate("document.activeElement.id")
    await page.get_by_role("link", name="服务人数：").click()

    assert focused == "err-sum"
    assert await page.evaluate("document.activeElement.name") == "people"


async def test_letter_size_and_dark_mode_change_in_place_and_are_remembered(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/styleguide")

    await page.get_by_role("link", name="大字版").first.click()
    await page.get_by_role("link", name="深色").first.click()
    await page.reload()

    assert await page.evaluate("[document.documentElement.dataset.size, document.documentElement.dataset.theme]") == [
        "large",
        "dark",
    ]
    assert await page.get_by_role("link", name="特大字").count() > 0


async def test_lines_are_added_cleared_and_summed(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/styleguide")

    await page.get_by_role("button", name="添加一行").click()
    await page.get_by_label("第 4 行 金额（元）").fill("1,000")
    added = await page.locator("[data-sum]").inner_text()
    await page.get_by_role("button", name="删除第 1 行").click()

    assert added == "125,000.00"
    assert await page.locator("[data-sum]").inner_text() == "1,000.00"
    assert await page.get_by_label("第 4 行 金额（元）").get_attribute("name") == "lines-3-amount"


async def test_ten_thousand_is_caught_when_yuan_were_meant(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/styleguide")

    await page.get_by_label("申请金额").fill("500001")

    assert "大于上限 500,000 元" in await page.locator("#asked-guard").inner_text()


async def test_scores_are_given_by_keys_and_keys_can_be_switched_off(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/styleguide")
    await page.locator("#review h2").scroll_into_view_if_needed()
    scores = page.locator("[data-score]")

    await page.locator("body").press("1")
    first = await scores.first.input_value()
    await page.keyboard.press("j")
    await page.keyboard.press("2")
    second, total = await scores.nth(1).input_value(), await page.locator("[data-total]").inner_text()
    await page.get_by_text("快捷键").first.click()
    await page.get_by_role("button", name="关闭快捷键").click()
    await page.keyboard.press("5")

    assert (first, second, total) == ("18", "20", "38")
    assert await scores.nth(1).input_value() == "20"


async def test_typing_a_digit_into_a_field_is_not_a_shortcut(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/styleguide")

    await page.get_by_label("需求与问题：评语").type("12 分")

    assert await page.locator("[data-score]").first.input_value() == ""
    assert await page.get_by_label("需求与问题：评语").input_value() == "12 分"


async def test_the_focus_is_visible_and_never_hidden_under_a_bar(site: str, open_page: OpenPage) -> None:
    page = await open_page(address=site)
    await page.goto("/help")
    hidden = []

    for _ in range(40):
        await page.keyboard.press("Tab")
        hidden += await page.evaluate(
            """() => {
                const e = document.activeElement, box = e.getBoundingClientRect();
                if (e === document.body || !box.width) return [];
                const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                const ring = getComputedStyle(e).outlineStyle !== 'none' || e.matches('main');
                return ring && top && (e.contains(top) || top.contains(e)) ? [] : [e.outerHTML.slice(0, 120)];
            }"""
        )

    assert hidden == []


async def test_without_script_menus_confirmations_and_navigation_still_open(site: str, open_page: OpenPage) -> None:
    page = await open_page(width=390, js=False, address=site)
    await page.goto("/styleguide")

    await page.get_by_text("不予受理", exact=True).first.click()
    await page.get_by_role("link", name="打开菜单").click()

    assert await page.get_by_role("button", name="确定不予受理").count() == 1
    assert await page.get_by_role("navigation", name="主导航").is_visible()


async def test_without_script_the_looks_are_links_that_work(site: str, open_page: OpenPage) -> None:
    page = await open_page(js=False, address=site)
    await page.goto("/help")

    await page.get_by_role("link", name="大字版").first.click()
    await page.locator("html[data-size=large]").wait_for(state="attached")

    assert page.url == f"{site}/help"


async def test_a_cold_page_is_light(client: httpx.AsyncClient, db: Any) -> None:
    answer = await client.get("/")
    files = [TEMPLATES / "static" / name for name in ("app.css", "app.js", "icons.svg")]

    weight = len(gzip.compress(answer.content)) + sum(len(gzip.compress(Path(f).read_bytes())) for f in files)

    assert answer.status_code == 200
    assert weight < 30_000
