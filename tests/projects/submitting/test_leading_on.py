"""Each page of a proposal leads on: to what was sent back, to what may be changed, to the very field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from kernel.access import Actor
from projects.submitting import actions, lines
from projects.submitting.endorsing import actions as endorsing
from tests import builders
from tests.projects.submitting import city
from tests.projects.submitting.test_from_draft_to_code import correct, row_of
from tests.projects.submitting.test_pages import form_of

pytestmark = pytest.mark.anyio
SignIn = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


def beside(page: str, field: str) -> str:
    """The sentence at a field."""
    found = re.search(rf'id="{field}-error">(.*?)</p>', page, re.S)
    return found[1] if found else ""


async def test_what_the_administrator_wants_changed_stands_above_the_sections(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    browser = await as_(world.admin)
    await builders.submit(browser, f"/my/proposals/{ref}", f"/my/proposals/{ref}/return", reason="请补全全年计划。")

    page = (await (await as_(world.applicant)).get(f"/my/proposals/{ref}")).text
    await actions.submit(world.applicant, ref, promised=True, version=await city.version(ref))
    later = (await (await as_(world.applicant)).get(f"/my/proposals/{ref}")).text

    assert page.index("单位管理员退回修改") < page.index("请补全全年计划。") < page.index('id="tasks"')
    assert "单位管理员退回修改" not in later


async def test_a_correction_says_what_may_change_and_passes_over_the_rest(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    code = (await endorsing.endorse(world.admin, ref, await city.version(ref))).split("/")[3]
    await correct(await row_of(code), ["need.analysis", "plan"])
    browser = await as_(world.applicant)
    url = f"/my/proposals/{code}"

    page = (await browser.get(url)).text
    after_need = await builders.submit(browser, f"{url}/s/need", **form_of("need"))
    after_plan = await builders.submit(browser, f"{url}/s/plan", **form_of("plan"))

    assert "可以修改：需求分析、实施计划。" in page
    assert after_need.headers["location"] == f"{url}/s/plan"
    assert after_plan.headers["location"] == f"{url}/check"


async def test_a_handed_in_correction_no_longer_asks_to_be_made(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    code = (await endorsing.endorse(world.admin, ref, await city.version(ref))).split("/")[3]
    await correct(await row_of(code), ["need.analysis"])
    before = (await (await as_(world.admin)).get(f"/my/proposals/{code}")).text
    await actions.submit(world.applicant, code, promised=True, version=await city.version(code))

    after = (await (await as_(world.admin)).get(f"/my/proposals/{code}")).text

    assert "24:00 前补正" in before
    assert "24:00 前补正" not in after
    assert "还差单位审核" in after


async def test_an_unread_promise_is_pointed_out_at_its_box(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.filled(world, upload)
    browser = await as_(world.applicant)

    answer = await builders.submit(browser, f"/my/proposals/{ref}/check", f"/my/proposals/{ref}/submit")

    assert answer.status_code == 422
    assert "请勾选此项。" in beside(answer.text, "promise")
    assert '<a href="#promise">我已阅读并承诺以上内容：请勾选此项。</a>' in answer.text


async def test_a_wrong_file_is_pointed_out_at_the_document_it_was_meant_for(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)
    shown = await browser.get(f"/my/proposals/{ref}/s/files")

    answer = await browser.post(
        f"/my/proposals/{ref}/papers/community",
        data={"csrf": builders.hidden(shown.text, "csrf")},
        files={"file": ("意见.exe", b"MZ\x90\x00", "application/octet-stream")},
    )

    assert answer.status_code == 422
    assert "不能上传“.exe”文件" in beside(answer.text, "file-community")


async def test_who_screens_finds_the_step_by_its_name_and_what_must_be_ticked(db: None, as_: SignIn, upload: Any) -> None:
    world = await city.build()
    ref = await city.submitted(world, upload)
    code = (await endorsing.endorse(world.admin, ref, await city.version(ref))).split("/")[3]
    browser = await as_(world.coordinator)

    home = (await browser.get("/w")).text
    first = (await browser.get(f"/w/proposals/{code}")).text
    await correct(await row_of(code), ["need.analysis"])

    assert "资格审查</span>" in home
    assert "资格审查通过" not in home
    assert [re.search(rf'{label}<span class="must">必填', first) is not None for label in ("审查内容", "需要补正的内容")] == [
        True,
        True,
    ]
    assert "部门负责人理由" not in first


async def test_a_saved_section_with_gaps_says_saved_and_not_done(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)

    saved = await builders.submit(browser, f"/my/proposals/{ref}/s/need", goal="一句")
    page = (await browser.get(saved.headers["location"])).text

    assert "<p>已保存</p>" in page
    assert "已完成：填写申报书" not in page


async def test_a_field_that_depends_on_another_says_on_which_answer(db: None, as_: SignIn) -> None:
    world = await city.build()
    ref = await city.start(world)
    browser = await as_(world.applicant)

    page = (await browser.get(f"/my/proposals/{ref}/s/budget")).text

    assert "“同类内容是否获得过财政性资金”选“是”时填写" in page


async def test_headings_and_sums_of_a_pasted_sheet_are_no_lines(db: None) -> None:
    world = await city.build()
    pack = await city.calls.pack(world.call.pack_hash)
    sheet = (
        "科目\t用途\t数量\t单位\t单价\t申请\t自筹\t测算依据\t\n"
        "服务活动费\t小组\t10\t场\t1500\t\t\t询价\n"
        "小计\t\t\t\t\t15000\n"
        "\t合计\t\t\t\t15000\t0\t"
    )

    found = lines.pasted("budget", sheet, pack)

    assert [(line["category"], line["item"]) for line in found] == [("service", "小组")]
