"""The directory over HTTP: the host's list, a department's, the public's; who sees what, in how many queries."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kernel import rows, sheets, strokes
from kernel.access import Role
from kernel.rows import Q
from kernel.sheets import Column
from talent_pool.directory.words import COLUMNS
from talent_pool.life import ExpertState
from talent_pool.profiles.kinds import Part
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.directory import pool

pytestmark = pytest.mark.anyio


async def queries_of(browser: httpx.AsyncClient, url: str) -> int:
    token = rows.DB.queries.set([])
    answer = await browser.get(url)
    asked = rows.DB.queries.get() or []
    rows.DB.queries.reset(token)
    assert answer.status_code == 200
    return len(asked)


async def test_the_host_finds_narrows_and_keeps_the_filters(db: None, as_: SignIn) -> None:
    await pool.expert("张三", areas=["elderly"], max_load=7)
    await pool.expert("李四", "别的单位")
    browser = await as_(await pool.host())

    every = (await browser.get("/w/experts")).text
    one = (await browser.get("/w/experts?q=zs&area=elderly&room=1&free=2026-12-01")).text
    none = (await browser.get("/w/experts?q=zs&area=science")).text

    assert all(name in every for name in ("张三", "李四", "别的单位", "0／7"))
    assert "张三" in one
    assert "李四" not in one
    assert "q=zs&amp;area=elderly&amp;free=2026-12-01&amp;room=1" in one
    assert "没有符合条件的专家" in none


@pytest.mark.parametrize(
    "query", ["page=0", "page=-5", "page=999999999", "free=32.13.2026", "area=nope", "state=%00", "q=%00%ff", "room=x"]
)
async def test_nonsense_in_the_address_is_a_page(db: None, as_: SignIn, query: str) -> None:
    await pool.expert("张三", shown=[Part.NAME])
    host = await as_(await pool.host())

    assert (await host.get(f"/w/experts?{query}")).status_code == 200
    host.cookies.clear()
    assert (await host.get(f"/experts?{query}")).status_code == 200


async def test_a_department_finds_who_agreed_and_nothing_else_of_them(db: None, as_: SignIn) -> None:
    await pool.expert("张三", "隐藏的单位", shown=[Part.NAME, Part.FIELDS], keywords="社区食堂", max_load=7)
    await pool.expert("李四", keywords="社区食堂")
    browser = await as_(await pool.officer())

    page = (await browser.get("/w/experts?q=社区食堂&state=left&category=user&county=510703")).text

    assert "张三" in page
    for hidden in ("李四", "隐藏的单位", "0／7", "/w/experts.xlsx", "/w/experts/new"):
        assert hidden not in page, hidden


async def test_who_may_open_the_list_and_take_it_along(db: None, as_: SignIn) -> None:
    await pool.expert()

    async def status(role: Role) -> tuple[int, int]:
        browser = await as_(await builders.actor(role, await builders.unit("scitech")))
        return (await browser.get("/w/experts")).status_code, (await browser.get("/w/experts.xlsx")).status_code

    for role in (Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR):
        assert await status(role) == (200, 200), role
    for role in (Role.OFFICER, Role.HEAD, Role.COUNTY_OFFICER):
        assert await status(role) == (200, 404), role
    for role in (Role.EXPERT, Role.SUPERVISOR, Role.APPLICANT, Role.FINANCE_OFFICER, Role.AGENCY_WORKER, Role.SYSTEM_ADMIN):
        assert await status(role) == (404, 404), role


async def test_the_sheet_holds_what_the_list_shows_and_no_way_to_reach_anybody(db: None, as_: SignIn) -> None:
    made = await pool.expert("张三", areas=["elderly"], fields=["science.data"], finance=True)
    await pool.expert("李四", areas=["science"])
    await rows.execute(Q("UPDATE person SET mobile = 'canary', email = 'canary' WHERE id = {}", await pool.person_of(made)))
    browser = await as_(await pool.host())

    answer = await browser.get("/w/experts.xlsx?area=elderly")
    sheet = await sheets.read(answer.content, [Column(key, title) for key, title, *_ in COLUMNS])

    assert [row["name"] for row in sheet.rows] == ["张三"]
    assert (sheet.rows[0]["areas"], sheet.rows[0]["fields"], sheet.rows[0]["seats"]) == (
        "养老服务",
        "数据治理与信息系统",
        "财务专家",
    )
    assert set(sheet.letters) == {key for key, *_ in COLUMNS}
    assert not {"mobile", "email", "person"} & set(sheet.letters)
    assert await rows.value(Q("SELECT count(*) FROM access_log WHERE action = 'expert.export'")) == 1


CANARIES = {
    Part.EMPLOYER: "金丝雀单位",
    Part.TITLE: "金丝雀职务",
    Part.FIELDS: "金丝雀关键词",
    Part.WORKS: "金丝雀成果",
}
NEVER = ("金丝雀手机", "金丝雀自述", "金丝雀摘要", "金丝雀推荐", "金丝雀理由", "金丝雀邮箱")


async def canary(*shown: Part, **columns: object) -> str:
    made = await pool.expert(
        "张三",
        CANARIES[Part.EMPLOYER],
        title=CANARIES[Part.TITLE],
        keywords=CANARIES[Part.FIELDS],
        speciality="金丝雀自述",
        recommendation="金丝雀推荐",
        reason="金丝雀理由",
        areas=["elderly"],
        fields=["science.data"],
        shown=shown,
        **columns,
    )
    await pool.work(made, CANARIES[Part.WORKS], text="金丝雀摘要")
    await rows.execute(
        Q("UPDATE person SET mobile = '金丝雀手机', email = '金丝雀邮箱' WHERE id = {}", await pool.person_of(made))
    )
    return str(made)


@pytest.mark.parametrize("part", [None, *CANARIES])
async def test_the_public_sees_the_agreed_part_and_no_other(db: None, client: httpx.AsyncClient, part: Part | None) -> None:
    made = await canary(Part.NAME, *([part] if part else []))

    pages = [(await client.get(url)).text for url in ("/experts", f"/experts/{made}", "/experts?q=张三")]

    whole = "".join(pages)
    assert all("张三" in page for page in pages)
    seen = {one for one, sign in CANARIES.items() if sign in whole}
    assert seen == ({part} if part else set())
    assert ("养老服务" in pages[1]) == (part is Part.FIELDS)
    for sign in NEVER:
        assert sign not in whole, sign


async def test_who_never_agreed_or_is_not_in_the_pool_has_no_public_page(db: None, client: httpx.AsyncClient) -> None:
    hidden = [
        await canary(),
        await canary(Part.EMPLOYER, Part.WORKS),
        *[await canary(*Part, state=state) for state in ExpertState if state is not ExpertState.ADMITTED],
    ]
    into = await pool.expert("李四", shown=[Part.NAME])
    merged = await canary(*Part, state=ExpertState.LEFT, merged_into=into)

    pages = [await client.get(f"/experts/{one}") for one in [*hidden, merged, str(uuid4()), "x"]]

    assert {page.status_code for page in pages} == {404}
    assert "张三" not in (await client.get("/experts")).text


async def test_the_public_list_stands_in_the_order_of_strokes_over_its_pages(db: None, client: httpx.AsyncClient) -> None:
    names = ["张三丰", "张三", "李四", "丁一", "王五", "欧阳修", "魏征", "张二", "龘某", "卜六", "司马光"]
    for name in names:
        await pool.expert(name, shown=[Part.NAME])

    page = (await client.get("/experts")).text

    places = [page.index(f">{name}</a>") for name in strokes.by_strokes(names)]
    assert places == sorted(places)


async def test_the_public_pages_are_marked_kept_and_carry_no_cookie(db: None, client: httpx.AsyncClient) -> None:
    made = await pool.expert("张三", shown=[Part.NAME], fictional=True)

    pages = [await client.get(url) for url in ("/experts", f"/experts/{made}")]

    assert all("示例" in page.text for page in pages)
    assert [page.headers["cache-control"] for page in pages] == ["public, max-age=60"] * 2
    assert not client.cookies
    assert all('name="csrf"' not in page.text for page in pages)
    assert 'href="/experts"' in (await client.get("/")).text


async def test_lists_take_the_same_queries_for_one_and_for_many(db: None, as_: SignIn) -> None:
    host = await pool.host()

    async def taken() -> list[int]:
        made = await pool.expert("张三", shown=[*Part])
        await pool.work(made, "成果")
        browser = await as_(host)
        first = await queries_of(browser, "/w/experts?q=张三")
        browser.cookies.clear()
        return [first, *[await queries_of(browser, url) for url in ("/experts", f"/experts/{made}", "/experts?page=2")]]

    one = await taken()
    for _ in range(3):
        many = await taken()

    assert many == one
    assert one[1:] == [1, 2, 2]


def test_every_surname_stands_in_the_order_once() -> None:
    listed = strokes.surnames()
    table = Path(strokes.__file__).with_name("surname_strokes.txt").read_text(encoding="utf8")

    assert len(listed) == len(set(listed))
    assert set(listed) <= set(table)
    assert listed.index("丁") < listed.index("王") < listed.index("张") < listed.index("魏")
