"""Experts keep their own profile: what they may change, what stays the host's, papers, absences, what is published."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
import pytest

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused, Stale
from kernel.rows import Q
from talent_pool.matching.conflicts import ProjectFacts, find_conflicts
from talent_pool.profiles import actions, fields, keeping, parts, queries, rules, saying
from talent_pool.profiles.kinds import DocumentKind, Part, WorkKind
from talent_pool.profiles.rules import Reason, TieKind
from tests import builders
from tests.conftest import SignIn
from tests.kernel.files import samples
from tests.talent_pool.profiles import pool

pytestmark = pytest.mark.anyio

OWN = Action.EDIT_OWN_EXPERT
FORM = {
    "employer_name": "示例大学",
    "category": "academia",
    "areas": "new-employment",
    "max_load": "20",
    "max_year": "100",
}


def test_the_controlled_list_is_whole() -> None:
    from departments import catalogue

    areas = {area.code for area in catalogue.load().areas}
    listed = [code for group in fields.load().groups for code, _ in group.fields]

    assert len(listed) == len(set(listed)) == len(fields.names())
    assert {group.area for group in fields.load().groups} == areas | {""}
    assert all(code.startswith(f"{group.code}.") for group in fields.load().groups if group.area for code, _ in group.fields)
    assert fields.words_of(["elderly.meals", "survey", "gone"]) == ["老年助餐", "问卷调查", "gone"]


async def test_own_changes_leave_what_the_host_decided(db: None) -> None:
    made = await pool.expert(finance=True, host_staff=True)
    me = await pool.myself(made)

    said = pool.said(fields=("general.finance",), max_load=3, keywords="预算评审")
    await actions.edit_own(me, said, (await queries.own(me)).version)

    found = await queries.own(me)
    assert (found.finance, found.host_staff, found.max_load, found.fields) == (True, True, 3, ["general.finance"])
    with pytest.raises(Stale):
        await actions.edit_own(me, pool.said(), 1)


async def test_who_changes_employer_is_still_kept_from_the_former_one(db: None) -> None:
    left = await builders.unit("525100001", "绵阳市示例服务中心", kind="organisation")
    made = await pool.expert(employer="绵阳市示例服务中心")
    me = await pool.myself(made)

    await actions.edit_own(me, pool.said(employer_name="另一大学"), (await queries.own(me)).version)
    await actions.edit_own(me, pool.said(employer_name="另一 大学"), (await queries.own(me)).version)

    (tie,) = await parts.ties(made)
    assert (tie.kind, tie.unit, tie.until) == (TieKind.EMPLOYMENT, "绵阳市示例服务中心", date(2026, 11, 20))
    (entry,) = await queries.roster()
    project = ProjectFacts("p", frozenset({str(left)}), frozenset())
    assert [str(c.kind) for c in find_conflicts(rules.facts(entry), project, date(2028, 11, 20))] == ["employment"]
    assert find_conflicts(rules.facts(entry), project, date(2030, 1, 1)) == []


async def test_the_host_may_correct_a_name_without_making_a_tie(db: None) -> None:
    made = await pool.expert(employer="示例大雪")
    host = await pool.keeper()
    found = await queries.profile(host, made)

    details = actions.Details(employer_name="示例大学", category=found.category)
    await actions.edit_expert(host, made, details, found.version, renamed=True)

    assert await parts.ties(made) == []


async def test_what_no_profile_may_say_is_refused_with_the_numbers(db: None) -> None:
    me = await pool.myself(await pool.expert())

    async def reason(**facts: Any) -> str:
        with pytest.raises(Refused) as no:
            await actions.edit_own(me, pool.said(**facts), (await queries.own(me)).version)
        return str(no.value)

    assert "现在选了 13 项" in await reason(fields=tuple(list(fields.names())[:13]))
    assert "（5 项）不能小于每轮上限（6 项）" in await reason(max_load=6, max_year=5)
    assert "请填写工作单位" in await reason(employer_name=" ")


async def test_a_strangers_profile_is_not_there(db: None) -> None:
    made, other = await pool.expert(), await pool.expert("李四")
    me = await pool.myself(other)
    work = keeping.Work(WorkKind.PAPER, "题目")
    await keeping.save_work(await pool.myself(made), OWN, made, work)
    (kept,) = await parts.works(made)

    for verb in (
        keeping.save_work(me, OWN, made, work),
        keeping.save_work(me, OWN, other, work, kept.id),
        keeping.remove_work(me, OWN, other, kept.id),
        keeping.add_absence(me, OWN, made, date(2026, 12, 1), date(2026, 12, 2)),
        actions.add_tie(me, made, TieKind.BOARD, unit_name="示例", action=OWN),
    ):
        with pytest.raises(Missing):
            await verb
    assert len(await parts.works(made)) == 1
    assert await parts.works(other) == []


async def test_only_experts_decide_what_is_published_and_take_it_back(db: None) -> None:
    made = await pool.expert()
    me = await pool.myself(made)

    await keeping.decide_shown(me, [Part.NAME, Part.FIELDS])
    with pytest.raises(Refused) as no:
        await keeping.decide_shown(me, [Part.EMPLOYER])
    with pytest.raises(Missing):
        await keeping.decide_shown(await pool.keeper(), [])

    assert no.value.reason is Reason.NAME_FIRST
    assert (await queries.own(me)).shown == [Part.FIELDS, Part.NAME]
    await keeping.decide_shown(me, [])
    found = await queries.own(me)
    assert (found.shown, found.shown_at is not None) == ([], True)


@pytest.mark.parametrize(
    ("since", "until", "reason"),
    [
        (date(2026, 12, 2), date(2026, 12, 1), Reason.DATES),
        (date(2026, 11, 1), date(2026, 11, 19), Reason.ABSENCE_PAST),
        (date(2026, 12, 1), date(2027, 12, 3), Reason.ABSENCE_LONG),
    ],
)
async def test_absences_that_make_no_sense_are_refused(db: None, since: date, until: date, reason: Reason) -> None:
    made = await pool.expert()

    with pytest.raises(Refused) as no:
        await keeping.add_absence(await pool.myself(made), OWN, made, since, until)

    assert no.value.reason is reason


async def test_papers_that_run_out_are_marked_and_expired_ones_not_taken(db: None, as_: SignIn) -> None:
    made = await pool.expert()
    browser = await as_(await pool.myself(made))

    async def send(**data: str) -> int:
        shown = (await browser.get("/r/profile/documents")).text
        hidden = {name: builders.hidden(shown, name) for name in ("csrf", "once")}
        file = {"file": ("函.pdf", BytesIO(samples.pdf()), "application/pdf")}
        return (await browser.post("/r/profile/documents", data={**hidden, **data}, files=file)).status_code

    codes = [
        await send(kind="consent", expires_on="2026-12-20"),
        await send(kind="qualification", expires_on="2026-12-21"),
        await send(kind="other", expires_on="2026-11-19"),
        await send(kind="other", issued_on="2027-01-01", expires_on="2026-12-01"),
    ]

    assert codes == [303, 303, 422, 422]
    assert [(paper.kind, paper.expiry) for paper in await parts.documents(made)] == [
        (DocumentKind.CONSENT, "soon"),
        (DocumentKind.QUALIFICATION, ""),
    ]
    assert (await browser.get("/r/profile/documents")).text.count("即将到期") == 1
    assert rules.expiry_of(date(2026, 11, 20), date(2026, 11, 20)) == "soon"
    assert rules.expiry_of(date(2026, 11, 19), date(2026, 11, 20)) == "expired"


async def test_a_withdrawn_paper_is_no_longer_listed_and_comes_off_once(db: None) -> None:
    made = await pool.expert()
    me = await pool.myself(made)
    await keeping.add_document(me, OWN, made, DocumentKind.CONSENT, samples.upload("函.pdf", samples.pdf()))
    (paper,) = await parts.documents(made)

    await keeping.withdraw_document(me, OWN, made, paper.id)

    assert await parts.documents(made) == []
    with pytest.raises(Missing):
        await keeping.withdraw_document(me, OWN, made, paper.id)


async def test_all_errors_of_the_own_form_at_once_and_typing_kept(db: None, as_: SignIn) -> None:
    browser = await as_(await pool.myself(await pool.expert()))

    bad = await builders.submit(
        browser, "/r/profile/edit", employer_name="", category="", keywords="骑手法律援助", max_load="9999", max_year="千", fields_elderly="elderly.nothing"
    )  # fmt: skip
    good = await builders.submit(browser, "/r/profile/edit", **FORM, fields_elderly="elderly.meals")
    page = (await browser.get("/r/profile")).text

    assert (bad.status_code, "有 6 处需要修改" in bad.text, "骑手法律援助" in bad.text) == (422, True, True)
    assert (good.status_code, "老年助餐" in page) == (303, True)


async def test_works_absences_ties_and_consent_in_the_browser(db: None, as_: SignIn) -> None:
    made = await pool.expert()
    browser = await as_(await pool.myself(made))
    base = "/r/profile"

    answers = [
        await builders.submit(
            browser, f"{base}/works", kind="paper", title="社区食堂可持续运营研究", year="2025", text="对十个社区的调查"
        ),
        await builders.submit(browser, f"{base}/time", since="2026-12-01", until="2026-12-05", note="开会"),
        await builders.submit(browser, f"{base}/ties", kind="board", unit_name="示例基金会"),
        await builders.submit(browser, f"{base}/shown", parts=["name", "works"]),
        await builders.submit(browser, f"{base}/works", kind="paper", title="", year="19"),
    ]
    pages = "".join([(await browser.get(f"{base}/{tab}")).text for tab in ("works", "time", "ties", "shown", "documents")])
    (work,) = await parts.works(made)
    (absence,) = await parts.absences(made)
    edited = await builders.submit(browser, f"{base}/works/{work.id}", kind="project", title="社区食堂项目", year="", text="")
    gone = await builders.submit(browser, f"{base}/time", f"{base}/time/{absence.id}/remove")
    removed = await builders.submit(browser, f"{base}/works/{work.id}", f"{base}/works/{work.id}/remove")

    assert [answer.status_code for answer in answers] == [303, 303, 303, 303, 422]
    assert all(word in pages for word in ("社区食堂可持续运营研究", "开会", "示例基金会", "成果和主持的项目"))
    assert [edited.status_code, gone.status_code, removed.status_code] == [303, 303, 303]
    assert (await parts.works(made), await parts.absences(made)) == ([], [])


async def test_people_who_are_no_experts_have_no_profile_page(db: None, as_: SignIn) -> None:
    bare = await builders.actor(Role.EXPERT)
    for actor, code in ((bare, 200), (await pool.keeper(), 404), (await builders.actor(Role.APPLICANT), 404), (None, 303)):
        browser = await as_(actor)
        assert (await browser.get("/r/profile")).status_code == code
    browser = await as_(bare)
    assert "还没有专家档案" in (await browser.get("/r/profile")).text
    assert (await browser.get("/r/profile/edit")).status_code == 404


async def test_the_host_reads_every_section_and_an_auditor_changes_nothing(db: None, as_: SignIn) -> None:
    made = await pool.expert()
    await keeping.save_work(await pool.myself(made), OWN, made, keeping.Work(WorkKind.PRACTICE, "案例"))
    tabs = ("", "/works", "/documents", "/time", "/ties", "/log")

    async def codes(actor: Actor) -> list[int]:
        browser = await as_(actor)
        return [(await browser.get(f"/w/experts/{made}{tab}")).status_code for tab in tabs]

    auditor = await builders.actor(Role.AUDITOR, None)
    assert await codes(await pool.keeper()) == await codes(auditor) == [200] * 6
    page = (await (await as_(auditor)).get(f"/w/experts/{made}/works")).text
    assert ("案例" in page, "登记一项成果" in page) == (True, False)
    answer = await (await as_(auditor)).post(f"/w/experts/{made}/works", data={"kind": "paper", "title": "x"})
    assert answer.status_code == 404
    log = (await (await as_(await pool.keeper())).get(f"/w/experts/{made}/log")).text
    assert "批准入库" in log
    assert "登记成果" in log


@pytest.mark.parametrize("count", [1, 5])
async def test_every_section_takes_the_same_queries_for_one_line_and_for_five(db: None, as_: SignIn, count: int) -> None:
    made = await pool.expert()
    me = await pool.myself(made)
    for n in range(count):
        await keeping.save_work(me, OWN, made, keeping.Work(WorkKind.PAPER, f"论文{n}"))
        await keeping.add_document(me, OWN, made, DocumentKind.OTHER, samples.upload("函.pdf", samples.pdf()))
        await actions.add_tie(me, made, TieKind.BOARD, unit_name=f"单位{n}", action=OWN)
        await keeping.add_absence(me, OWN, made, date(2026, 12, n + 1), date(2026, 12, n + 1))
    browser = await as_(me)

    asked = {}
    for tab in ("", "/works", "/documents", "/ties", "/shown"):
        token = rows.DB.queries.set([])
        await browser.get(f"/r/profile{tab}")
        asked[tab] = len(rows.DB.queries.get() or [])
        rows.DB.queries.reset(token)

    assert asked == {"": 2, "/works": 3, "/documents": 3, "/ties": 3, "/shown": 3}


async def test_the_texts_of_a_profile_say_what_matching_reads(db: None) -> None:
    made = await pool.expert()
    me = await pool.myself(made)
    said = pool.said(speciality="研究骑手", keywords="骑手法律援助", fields=("new-employment.riders",))
    await actions.edit_own(me, said, (await queries.own(me)).version)
    await keeping.save_work(me, OWN, made, keeping.Work(WorkKind.PAPER, "题目", 2024, "期刊", "摘要"))

    (found,) = await saying.said([made])

    assert found.texts == ["骑手法律援助\n研究骑手", "题目\n摘要"]


async def test_columns_hold_lists_and_not_text(db: None) -> None:
    made: UUID = await pool.expert(fields=("general.law",), counties=("510703",))

    kinds = await rows.column(Q("SELECT jsonb_typeof(x) FROM expert e, LATERAL (VALUES (e.fields), (e.counties), (e.shown), (e.methods)) v(x)"
                                " WHERE e.id = {}", made))  # fmt: skip

    assert kinds == ["array"] * 4
    assert msgspec.json.decode(str(await rows.value(Q("SELECT fields::text FROM expert WHERE id = {}", made)))) == ["general.law"]


async def test_a_profile_saved_in_another_window_shows_both_texts(db: None, as_: SignIn) -> None:
    made = await pool.expert()
    me = await pool.myself(made)
    browser = await as_(me)
    before = (await queries.own(me)).version
    await actions.edit_own(me, pool.said(keywords="另一窗口的关键词"), before)

    sent = {**FORM, "keywords": "这一窗口的关键词", "version": str(before)}
    answer = await builders.submit(browser, "/r/profile/edit", "/r/profile/edit", **sent)

    compared = answer.text.partition('class="conflict"')[2].partition("</section>")[0]
    assert answer.status_code == 409
    assert "这一窗口的关键词" in compared
    assert "另一窗口的关键词" in compared
