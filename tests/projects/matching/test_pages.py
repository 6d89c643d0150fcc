"""Matching over HTTP and without JavaScript: from the button to the panel, who may see it, what it costs to show."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from kernel import clock, rows
from kernel.access import Role
from kernel.rows import Q
from projects.calls.rulepack import default_pack
from projects.matching import actions, details, seating
from projects.states import RunState
from projects.tables import Recusal
from talent_pool.matching import verify_draw
from tests import builders
from tests.conftest import SignIn
from tests.projects import reviewing
from tests.projects.matching import pool

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[3]


async def test_a_coordinator_runs_reads_and_a_director_approves(db: None, as_: SignIn) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    await pool.pool(10)
    coordinator = await reviewing.host()
    browser = await as_(coordinator)

    asked = await builders.submit(
        browser, f"/w/matching/new?call={call.code}", "/w/matching/new", call=call.code, review_on="2026-11-23",
        objective="lottery", threshold="85", load="", district="", codes="",
    )  # fmt: skip
    url = asked.headers["location"]
    waiting = (await browser.get(url)).text
    with pool.here():
        await actions.match(run=url.rsplit("/", 1)[1])
    done = (await browser.get(url)).text
    detail = (await browser.get(f"{url}/projects/{project.code}")).text
    own = await builders.submit(browser, url, f"{url}/cancel")
    record = (await browser.get(f"{url}/record")).text
    log = (await browser.get(f"{url}/record.json")).json()
    sheet = CalamineWorkbook.from_filelike(BytesIO((await browser.get(f"{url}/result.xlsx")).content)).get_sheet_by_index(0)
    director = await as_(await pool.director())
    approved = await builders.submit(director, url, f"{url}/approve", early_reason="")
    twice = await director.post(f"{url}/approve", data={})

    assert asked.status_code == 303
    assert 'hx-get="' in waiting
    assert "刷新进度" in waiting
    assert "项目与专家" in done
    assert "请另一位同事批准" in done
    assert "共同关键词" in detail
    assert [row[0] for row in sheet.to_python()[1:]] == [project.code] * 5
    assert "无应当回避的关系" in detail
    assert own.status_code in {409, 422}
    assert log["about"]["input_sha256"] in record
    assert (log["algorithm"], sum(not line["standby"] for line in log["result"])) == ("keyed-lottery/1", 5)
    assert approved.status_code == 303
    assert twice.status_code in {403, 422, 409}
    assert await rows.value(Q("SELECT count(*) FROM panel WHERE way = 'match'")) == 1
    panel = approved.headers["location"]
    assert "匹配记录" in (await director.get(panel)).text


async def test_the_downloaded_log_of_a_lottery_replays(db: None, as_: SignIn, tmp_path: Path) -> None:
    call = await builders.call()
    for subject in (0, 1):
        await pool.project(call, subject)
    await pool.pool(12)
    coordinator = await reviewing.host()
    run = await pool.answered(call, coordinator, "lottery")
    file = tmp_path / "match.json"

    file.write_bytes((await (await as_(coordinator)).get(f"/w/matching/{run.id}/record.json")).content)
    script = Path(verify_draw.__file__)
    checked = subprocess.run([sys.executable, str(script), str(file)], capture_output=True, text=True, check=False)
    changed = json.loads(file.read_text(encoding="utf8"))
    changed["seats"][0][1] = (changed["seats"][0][1] + 1) % 12
    file.write_text(json.dumps(changed), encoding="utf8")
    caught = subprocess.run([sys.executable, str(script), str(file)], capture_output=True, text=True, check=False)

    assert checked.stdout == "OK\n", checked.stdout + checked.stderr
    assert caught.returncode == 1


async def test_a_double_click_runs_once(db: None, as_: SignIn) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    browser = await as_(await reviewing.host())
    page = (await browser.get("/w/matching/new")).text
    data = {name: builders.hidden(page, name) for name in ("csrf", "once")}
    data |= {"call": call.code, "review_on": "2026-11-23", "objective": "total", "threshold": "85"}

    answers = [await browser.post("/w/matching/new", data=data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await rows.value(Q("SELECT count(*) FROM match_run")) == 1


async def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(db: None, as_: SignIn) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    browser = await as_(await reviewing.host())

    past = await builders.submit(
        browser, "/w/matching/new", call=call.code, review_on="2026-11-01", objective="total", threshold="85", load="7"
    )
    typed = await builders.submit(
        browser, "/w/matching/new", call=call.code, review_on="", objective="total", threshold="85", load="很多"
    )

    assert past.status_code == typed.status_code == 422
    assert "评审日期不能早于今天" in past.text
    assert 'value="7"' in past.text
    assert "请填写整数" in typed.text


async def test_who_watches_sees_a_matching_once_it_is_approved(db: None, as_: SignIn) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    await pool.pool(8)
    run = await pool.answered(call)
    url = f"/w/matching/{run.id}"
    tails = ("", "/progress", "/record", "/record.json", f"/projects/{project.code}")

    async def statuses(role: Role, unit: str = "") -> set[int]:
        browser = await as_(await builders.actor(role, await builders.unit(unit) if unit else None))
        return {(await browser.get(url + tail)).status_code for tail in tails}

    before = [await statuses(role) for role in (Role.SUPERVISOR, Role.AUDITOR)]
    await seating.approve_run(await pool.director(), run.id, version=run.version)
    after = [await statuses(role) for role in (Role.SUPERVISOR, Role.AUDITOR)]

    assert before == [{404}, {404}]
    assert after == [{200}, {200}]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.FINANCE_OFFICER, Role.EXPERT, Role.APPLICANT])
async def test_nobody_else_finds_matching(db: None, as_: SignIn, role: Role) -> None:
    call = await builders.call()
    project = await pool.project(call, 0)
    await pool.pool(8)
    run = await pool.answered(call)
    browser = await as_(await builders.actor(role, await builders.unit("scitech")))

    tails = (
        "",
        "/new",
        "/holds",
        f"/{run.id}",
        f"/{run.id}/record",
        f"/{run.id}/record.json",
        f"/{run.id}/projects/{project.code}",
    )

    assert {(await browser.get(f"/w/matching{tail}")).status_code for tail in tails} == {404}
    assert (await browser.post(f"/w/matching/{run.id}/approve", data={})).status_code in {403, 404}


async def test_an_official_with_a_conflict_sees_neither_the_project_nor_may_settle(db: None, as_: SignIn) -> None:
    call = await builders.call()
    project, other = await pool.project(call, 0), await pool.project(call, 1)
    await pool.pool(10)
    run = await pool.answered(call)
    director = await pool.director()
    await rows.insert(Recusal(project=project.id, person=director.person, reason="亲属", declared_at=clock.now()))
    browser = await as_(director)

    page = (await browser.get(f"/w/matching/{run.id}")).text
    posted = await builders.submit(browser, f"/w/matching/{run.id}", f"/w/matching/{run.id}/approve")

    assert project.code not in page
    assert other.code in page
    assert (await browser.get(f"/w/matching/{run.id}/projects/{project.code}")).status_code == 404
    assert posted.status_code == 404
    assert (await pool.found(run.id)).state == RunState.DONE


async def test_why_not_names_what_stands_in_the_way(db: None, as_: SignIn) -> None:
    pack = default_pack()
    call = await builders.call(pack=replace(pack, panel=replace(pack.panel, standbys=0)))  # nobody may follow who may not sit
    project = await pool.project(call, 0)
    await pool.pool(10)
    tied = await pool.expert("亲属专家", 0)
    person = await rows.value(Q("SELECT person FROM expert WHERE id = {}", tied))
    await rows.insert(Recusal(project=project.id, person=person, reason="亲属", declared_at=clock.now()))
    mate = await rows.value(
        Q("SELECT pe.name FROM expert e JOIN person pe ON pe.id = e.person WHERE e.employer_name = '专家00的单位'")
    )
    await pool.expert("同事", 0, "专家00的单位")
    coordinator = await reviewing.host()
    await actions.hold(coordinator, call.code, kind="lock", expert=mate, code=project.code, why="熟悉情况")
    await actions.hold(coordinator, call.code, kind="exclude", expert="专家01", code="", why="出差")
    run = await pool.answered(call, coordinator)
    browser = await as_(coordinator)

    async def why(name: str) -> str:
        return (await browser.get(f"/w/matching/{run.id}/projects/{project.code}", params={"q": name})).text

    assert "本人申请回避" in await why("亲属专家")
    assert "同一单位已有专家在本组：专家00" in await why("同事")
    assert "已由人工排除" in await why("专家01")
    assert "已在本项目第" in await why("专家00")
    assert "专家库中没有这个姓名" in await why("无此人")


async def test_why_not_says_what_choosing_somebody_else_would_cost_the_whole(db: None, as_: SignIn) -> None:
    call = await builders.call()
    project, other = await pool.project(call, 0), await pool.project(call, 1)
    for n in range(12):
        await pool.expert(f"专家{n:02d}", n % 2, finance=n % 3 == 0, community=n % 3 == 1)
    coordinator = await reviewing.host()
    run = await pool.answered(call, coordinator, load=1)
    browser = await as_(coordinator)
    name = next(line.name for line in await details.pairs(run.id, other.id) if not line.standby)

    said = (await browser.get(f"/w/matching/{run.id}/projects/{project.code}", params={"q": name})).text

    assert run.state == RunState.DONE
    assert "评审任务已满：上限 1 个，原有 0 个，本次分配 1 个；如改选，全批匹配度合计" in said


@pytest.mark.parametrize("count", [1, 3])
async def test_pages_of_a_run_take_the_same_queries_for_one_and_for_three(db: None, as_: SignIn, count: int) -> None:
    call = await builders.call()
    made = [await pool.project(call, n % 3) for n in range(count)]
    await pool.pool(12)
    run = await pool.answered(call)
    browser = await as_(await reviewing.host())
    await browser.get(f"/w/matching/{run.id}")

    async def asked(url: str) -> int:
        token = rows.DB.queries.set([])
        answer = await browser.get(url)
        found = len(rows.DB.queries.get() or [])
        rows.DB.queries.reset(token)
        assert answer.status_code == 200
        return found

    urls = ["", f"/{run.id}", f"/{run.id}/record", f"/{run.id}/projects/{made[0].code}", f"/holds?call={call.code}"]
    assert [await asked(f"/w/matching{url}") for url in urls] == [3, 4, 3, 4, 3]


def test_the_web_process_knows_no_arrays() -> None:
    code = "import sys; import server.app; print(sorted({'numpy', 'scipy', 'sklearn', 'ortools', 'highspy'} & set(sys.modules)))"
    environment = {"PYTHONPATH": f"{ROOT}/platform:{ROOT}", "PATH": "/usr/bin:/bin"}

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)

    assert found.stdout == "[]\n"


async def test_the_record_of_another_objective_has_its_result_and_no_draw(db: None, as_: SignIn) -> None:
    call = await builders.call()
    await pool.project(call, 0)
    await pool.pool(8)
    coordinator = await reviewing.host()
    run = await pool.answered(call, coordinator)
    packed = await rows.value(Q("SELECT affinity FROM match_record WHERE run = {}", run.id))

    browser = await as_(coordinator)
    found = (await browser.get(f"/w/matching/{run.id}/record.json")).json()

    assert "最好的安排只有这一种" in (await browser.get(f"/w/matching/{run.id}/record")).text
    assert "seats" not in found
    assert found["about"]["result_sha256"] == run.result_hash
    assert {line["place"] for line in found["result"]} == {1, 2, 3, 4, 5}
    assert len(zlib.decompress(packed)) == 8 * 4
