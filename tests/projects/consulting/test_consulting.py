"""A team asks from its running project; everybody does their part on the pages, from the need to the feedback."""

from __future__ import annotations

from typing import Any

import pytest

from kernel import rows
from kernel.access import Action, Role
from kernel.accounts import csrf, sessions, tokens
from kernel.errors import Missing, Refused
from kernel.letters.actions import SECRETS
from kernel.rows import Q
from projects.consulting import actions, queries
from projects.consulting.rules import Reason
from projects.tables import ProjectMember
from talent_pool.consultations import candidates, lists
from talent_pool.consultations import queries as pool
from tests import builders
from tests.conftest import SignIn
from tests.projects.awarded import PDF, City, approved
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio
TYPED = {
    **{"topic": "骑手驿站的冲突调解", "need": "驿站里骑手与商户常有争执，想请专家指导。", "area": "new-employment"},
    **{"mode": "on-site", "urgency": "normal", "seats": "1", "fields": ["new-employment.riders"]},
}


async def running() -> City:
    """A project under way; how it began is not this test's matter."""
    await scene.lead("new-employment")
    city = await approved()
    await rows.execute(Q("UPDATE project SET state = 'running', agreed = determined WHERE id = {}", city.project.id))
    return city


async def ask(city: City) -> str:
    return await actions.ask(city.team, city.code, scene.NEED)


async def test_from_the_need_to_the_feedback_on_the_pages(db: None, as_: SignIn) -> None:
    city = await running()
    one, person = await scene.expert("张三", mobile="13812345678", fields=("new-employment.riders",))
    at = f"/my/projects/{city.code}/consultations"
    browser = await as_(city.team)

    page = await browser.get(f"{at}/new")
    base = {name: builders.hidden(page.text, name) for name in ("csrf", "once")}
    asked = await browser.post(f"{at}/new", data={**TYPED, **base}, files={"paper": ("台账.pdf", PDF, "application/pdf")})
    mine = asked.headers["location"]
    code = mine.rpartition("/")[2]
    work = f"/w/consultations/{code}"
    assert (asked.status_code, (await browser.get(mine)).status_code) == (303, 200)
    assert code in (await browser.get(at)).text
    assert "台账.pdf" in (await browser.get(mine)).text

    browser = await as_(city.coordinator)
    shown = await browser.get(work)
    assert "专业领域相符：外卖骑手与快递员服务" in shown.text
    assert (await builders.submit(browser, work, f"{work}/invite", experts=[str(one)])).status_code == 303

    subject = await rows.value(Q("SELECT subject FROM delivery WHERE person = {} AND secret = 'consult'", person.person))
    letter = await SECRETS["consult"](subject)
    assert letter is not None
    browser = await as_(None)
    assert (await builders.submit(browser, letter.url, f"{letter.url}/accept", free="y")).status_code == 303

    browser = await as_(city.coordinator)
    when = {"day": "2026-11-20", "at": "14:30", "place": "骑手驿站", "agenda": "调解流程"}
    past = await builders.submit(browser, work, f"{work}/schedule", **{**when, "day": "2026-11-19"})
    assert (past.status_code, "骑手驿站" in past.text) == (422, True)
    assert (await builders.submit(browser, work, f"{work}/schedule", **when)).status_code == 303
    minutes: dict[str, Any] = {
        "held_on": "2026-11-20",
        "duration": "150",
        "minutes": "现场座谈。",
        "advice": "1. 先分流\n2. 再调解",
    }
    assert (await builders.submit(browser, work, f"{work}/minutes", **minutes)).status_code == 303

    browser = await as_(city.team)
    seen = await browser.get(mine)
    assert "2 小时 30 分" in seen.text
    answers = await builders.submit(browser, mine, f"{mine}/advice", yes_1="yes", yes_2="no", why_2="没有人手")
    said = await builders.submit(browser, mine, f"{mine}/feedback", helped="partly", text="思路清楚")
    assert (answers.status_code, said.status_code) == (303, 303)

    browser = await as_(person)
    url = f"/r/consultations/{subject}"
    back = await builders.submit(browser, url, f"{url}/feedback", helped="helped", text="")
    assert back.status_code == 303
    assert await scene.state(code) == "finished"
    history = await pool.history(one)
    assert (history.held, history.minutes) == (1, 150)


async def test_only_a_running_project_asks(db: None) -> None:
    city = await approved()

    with pytest.raises(Refused) as no:
        await ask(city)

    assert no.value.reason is Reason.NOT_RUNNING


async def test_the_need_carries_the_project_and_everybody_behind_it_is_masked(db: None) -> None:
    city = await running()
    inside, _ = await scene.expert("李四", employer="示例社会工作服务中心")
    mate, person = await scene.expert("王五")
    await rows.insert(ProjectMember(project=city.project.id, person=person.person))
    free, _ = await scene.expert("张三")

    code = await ask(city)

    row = await pool.show(city.team, Action.LIST_OWN_CONSULTATIONS, code)
    listed = await candidates.listed(row)
    assert (row.project, row.project_code, row.asking_unit) == (city.project.id, city.code, city.project.organisation)
    assert [line.expert for line in listed.ranked] == [free]
    assert {line.expert for line in listed.masked} == {inside, mate}


async def test_an_official_asks_for_the_department_that_leads(db: None) -> None:
    city = await running()
    officer = await builders.actor(Role.OFFICER, await builders.unit("society"))

    code = await actions.ask(officer, city.code, scene.NEED)

    row = await pool.show(officer, Action.LIST_CONSULTATIONS, code)
    assert row.asking_unit == await builders.unit("society")
    assert await queries.may_ask(city.foreign_officer, city.project.id) is False


async def test_a_team_mate_and_the_units_administrator_see_it_and_other_teams_do_not(db: None, as_: SignIn) -> None:
    city = await running()
    code = await ask(city)
    mate = await builders.actor(Role.APPLICANT, city.project.organisation)
    await rows.insert(ProjectMember(project=city.project.id, person=mate.person))
    pages = (f"/my/consultations/{code}", f"/my/projects/{city.code}/consultations")

    for actor, status in ((mate, 200), (city.admin, 200), (city.stranger, 404)):
        browser = await as_(actor)
        assert [(await browser.get(page)).status_code for page in pages] == [status, status]
    assert await lists.count(city.stranger, Action.LIST_OWN_CONSULTATIONS, lists.Sought()) == 0


async def test_an_official_who_reads_the_project_but_not_its_consultations_sees_an_empty_list(db: None, as_: SignIn) -> None:
    city = await running()
    code = await ask(city)
    browser = await as_(city.finance)

    page = await browser.get(f"/w/projects/{city.code}/consultations")

    assert page.status_code == 200
    assert code not in page.text
    assert (await browser.get(f"/w/consultations/{code}")).status_code == 404


async def test_wrong_hands_find_nothing_and_change_nothing(db: None, as_: SignIn) -> None:
    city = await running()
    code = await ask(city)
    at = f"/my/projects/{city.code}/consultations/new"
    before = await rows.value(Q("SELECT count(*) FROM audit_line"))
    browser = await as_(city.stranger)
    session = tokens.subject_of("session", browser.cookies[sessions.COOKIE])
    form = {"csrf": csrf.token(session), "version": "1", "reason": "理由", "helped": "helped"}

    sent = [
        await browser.post(f"/my/consultations/{code}{tail}", data=form) for tail in ("/cancel", "/feedback", "/advice", "/edit")
    ]
    sent.append(await browser.post(at, data={**form, **TYPED}))

    assert [answer.status_code for answer in sent] == [404] * 5
    assert await rows.value(Q("SELECT count(*) FROM audit_line")) == before
    with pytest.raises(Missing):
        await actions.ask(city.stranger, city.code, scene.NEED)


async def test_what_the_team_typed_stays_when_the_day_is_past(db: None, as_: SignIn) -> None:
    city = await running()
    browser = await as_(city.team)
    at = f"/my/projects/{city.code}/consultations/new"

    no = await builders.submit(browser, at, **TYPED, wished_on="2026-11-01")

    assert no.status_code == 422
    assert "期望日期不能早于今天" in no.text
    assert "驿站里骑手与商户常有争执" in no.text
    assert await rows.value(Q("SELECT count(*) FROM consultation")) == 0
