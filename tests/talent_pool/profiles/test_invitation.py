"""From an officer's invitation over the link in the SMS to admission by a second person; the number is never shown."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest

from kernel import clock, rows, secrets_box
from kernel.access import Action, Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.profiles import links, parts, queries
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.inviting import actions
from talent_pool.profiles.inviting import queries as invitations
from talent_pool.profiles.inviting.rules import Reason
from talent_pool.profiles.kinds import LinkKind, Part
from talent_pool.profiles.rules import Reason as ProfileReason
from tests import builders
from tests.conftest import SignIn
from tests.kernel.files.samples import pdf
from tests.talent_pool.profiles import pool

pytestmark = pytest.mark.anyio

FORM = {
    "employer_name": "示例大学社会学院",
    "category": "academia",
    "areas": "new-employment",
    "max_load": "12",
    "max_year": "40",
    "promise": "y",
}


async def test_from_the_invitation_to_a_sign_in_by_code(db: None, as_: SignIn) -> None:
    officer = await pool.officer()
    browser = await as_(officer)
    asked = await builders.submit(
        browser, "/w/experts/invite", name="钱七", mobile="139-0000 1234", employer_name="示例大学", category="academia",
        recommendation="熟悉骑手服务",
    )  # fmt: skip
    url = await pool.sent_link("apply")

    visitor = await as_(None)
    opened = await visitor.get(url)
    handed_in = await builders.submit(visitor, url, **{**FORM, "works-0-title": "骑手职业伤害保障研究", "works-0-year": "2024"})
    again = await visitor.get(url)

    assert (asked.status_code, opened.status_code, handed_in.status_code, again.status_code) == (303, 200, 303, 422)
    assert "钱七" in opened.text
    assert "链接不能使用" in again.text
    made = UUID(str(await rows.value(Q("SELECT id FROM expert"))))
    assert await pool.state(made) == "applied"
    await admitting.admit_expert(await pool.keeper(), made)
    found = await queries.profile(await pool.keeper(), made)
    assert (found.employer, found.max_load, found.inviter) == ("示例大学社会学院", 12, officer.name)
    assert [work.title for work in await parts.works(made)] == ["骑手职业伤害保障研究"]
    code = await builders.submit(visitor, "/login/code", username=pool.MOBILE)
    assert code.status_code == 303
    assert await rows.value(Q("SELECT count(*) FROM one_time_code WHERE person = {}", found.person)) == 1


async def test_everything_wrong_with_an_application_is_said_at_once_and_typing_is_kept(db: None, as_: SignIn) -> None:
    await actions.invite_expert(await pool.officer(), pool.invited())
    url = await pool.sent_link("apply")
    visitor = await as_(None)

    bad = await builders.submit(
        visitor, url, employer_name="", category="xx", keywords="骑手法律援助", max_load="9999", max_year="十", **{"works-0-year": "88"}
    )  # fmt: skip

    assert bad.status_code == 422
    assert "有 7 处需要修改" in bad.text
    assert "骑手法律援助" in bad.text
    assert (await visitor.get(url)).status_code == 200


async def test_one_more_line_for_works_needs_no_script(db: None, as_: SignIn) -> None:
    await actions.invite_expert(await pool.officer(), pool.invited())
    url = await pool.sent_link("apply")
    visitor = await as_(None)

    more = await builders.submit(visitor, url, add="works", **{**FORM, "works-0-title": "一", "works-1-title": "三"})

    assert (more.status_code, 'name="works-2-title"' in more.text, 'value="三"' in more.text) == (200, True, True)


async def test_the_employers_letter_may_come_with_the_application(db: None, as_: SignIn) -> None:
    made = await actions.invite_expert(await pool.officer(), pool.invited())
    url = await pool.sent_link("apply")
    visitor = await as_(None)
    shown = (await visitor.get(url)).text
    hidden = {name: builders.hidden(shown, name) for name in ("csrf", "once")}

    answer = await visitor.post(
        url,
        data={**FORM, **hidden, "consent_until": "2027-11-01"},
        files={"consent": ("同意函.pdf", BytesIO(pdf()), "application/pdf")},
    )

    assert answer.status_code == 303
    (paper,) = await parts.documents(made)
    assert (paper.kind.value, paper.file_name, str(paper.expires_on)) == ("consent", "同意函.pdf", "2027-11-01")
    host, stranger = await pool.keeper(), await builders.actor(Role.EXPERT)
    assert (await (await as_(host)).get(paper.url)).status_code == 200
    for other in (stranger, await pool.officer(), None):
        assert (await (await as_(other)).get(paper.url)).status_code in {303, 404}


async def test_of_two_who_use_a_link_at_the_same_time_one_applies(committed: str) -> None:
    made = await actions.invite_expert(await pool.officer(), pool.invited())
    token = pool.token_of(await pool.sent_link("apply"))

    ends = await asyncio.gather(
        actions.apply(token, pool.said(employer_name="甲大学")),
        actions.apply(token, pool.said(employer_name="乙大学")),
        return_exceptions=True,
    )

    refused = [end for end in ends if isinstance(end, Refused)]
    assert [no.reason for no in refused] == [ProfileReason.LINK_USED]
    assert ends.count(None) == 1
    assert await pool.todos(made) == [("expert.admit", "director")]


async def test_a_newer_link_ends_the_older_and_forged_ones_are_not_there(db: None) -> None:
    officer = await pool.officer()
    made = await actions.invite_expert(officer, pool.invited())
    older = pool.token_of(await pool.sent_link("apply"))
    await actions.send_again(officer, made)

    with pytest.raises(Refused):
        await links.holder(LinkKind.APPLY, older)
    with pytest.raises(Missing):
        await links.holder(LinkKind.CONFIRM, older)
    with pytest.raises(Missing):
        await links.holder(LinkKind.APPLY, older[:-2])


async def test_an_old_link_is_over(db: None) -> None:
    await actions.invite_expert(await pool.officer(), pool.invited())
    token = pool.token_of(await pool.sent_link("apply"))
    await rows.execute(Q("UPDATE expert_link SET expires_at = {}", clock.real_now() - timedelta(seconds=1)))

    with pytest.raises(Refused) as no:
        await actions.apply(token, pool.said())

    assert no.value.reason is ProfileReason.LINK_USED


async def test_who_is_in_or_on_the_way_is_not_invited_again(db: None) -> None:
    officer = await pool.officer()
    made = await actions.invite_expert(officer, pool.invited())
    token = pool.token_of(await pool.sent_link("apply"))

    async def reason(**facts: Any) -> object:
        with pytest.raises(Refused) as no:
            await actions.invite_expert(officer, pool.invited(**facts))
        return no.value.reason

    assert await reason() is Reason.ALREADY_ASKED
    await actions.apply(token, pool.said())
    assert await reason() is Reason.IN_REVIEW
    await admitting.admit_expert(await pool.keeper(), made)
    assert await reason() is Reason.ALREADY_IN
    assert await reason(name="别人") is Reason.OTHER_NAME


async def test_after_a_refusal_the_department_may_ask_again(db: None) -> None:
    officer, host = await pool.officer(), await pool.keeper()
    made = await actions.invite_expert(officer, pool.invited())
    await actions.apply(pool.token_of(await pool.sent_link("apply")), pool.said())
    await admitting.refuse_expert(host, made, "请补充专业领域")
    (line,) = await invitations.invitations(officer)
    assert (line.state, line.reason, line.may_send_again) == (ExpertState.REFUSED, "请补充专业领域", True)
    assert "expert_refused" in await pool.letters(officer.person)

    assert await actions.invite_expert(officer, pool.invited()) == made

    assert await pool.state(made) == "invited"
    await actions.apply(pool.token_of(await pool.sent_link("apply")), pool.said(fields=("new-employment.riders",)))
    await admitting.admit_expert(host, made)
    assert await pool.state(made) == "admitted"


async def test_a_person_known_to_the_platform_is_invited_as_that_person(db: None) -> None:
    person = await builders.person("钱七")
    await rows.execute(Q("UPDATE person SET mobile_key = {} WHERE id = {}", secrets_box.hmac_key(pool.MOBILE), person))

    made = await actions.invite_expert(await pool.officer(), pool.invited())

    assert await pool.person_of(made) == person


async def test_nobody_invites_oneself(db: None) -> None:
    officer = await pool.officer()
    made = await actions.invite_expert(officer, pool.invited(name=officer.name))
    oneself = await builders.actor(Role.OFFICER, await builders.unit("scitech"), person_id=await pool.person_of(made))

    for verb in (actions.invite_expert(oneself, pool.invited(name=officer.name)), actions.send_again(oneself, made)):
        with pytest.raises(Refused) as no:
            await verb
        assert no.value.reason is Reason.ONESELF


async def test_a_department_sees_whom_it_invited_and_nobody_else_does(db: None, as_: SignIn) -> None:
    mine, other, host = await pool.officer(), await pool.officer("civil"), await pool.keeper()
    made = await actions.invite_expert(mine, pool.invited())

    assert [len(await invitations.invitations(actor)) for actor in (mine, other, host)] == [1, 0, 1]
    with pytest.raises(Missing):
        await actions.send_again(other, made)
    assert not (await builders.actor(Role.APPLICANT)).may(Action.INVITE_EXPERT)
    for role in (Role.EXPERT, Role.SUPERVISOR, Role.APPLICANT, Role.AUDITOR):
        browser = await as_(await builders.actor(role, None))
        assert (await browser.get("/w/experts/invitations")).status_code == 404


async def test_the_number_is_sealed_and_on_no_page(db: None, as_: SignIn) -> None:
    officer, host = await pool.officer(), await pool.keeper()
    made = await actions.invite_expert(officer, pool.invited())
    url = await pool.sent_link("apply")

    async def pages(browser: httpx.AsyncClient, *urls: str) -> str:
        return "".join([(await browser.get(url)).text for url in urls])

    seen = await pages(await as_(officer), "/w/experts/invitations")
    at_host = await pages(await as_(host), "/w/experts", f"/w/experts/{made}", f"/w/experts/{made}/log", "/w/experts/invitations")
    seen += at_host + await pages(await as_(None), url)
    assert "139****1234" in at_host
    assert pool.MOBILE not in seen
    stored = await rows.value(Q("SELECT mobile || mobile_key FROM person WHERE id = {}", await pool.person_of(made)))
    assert pool.MOBILE not in str(stored)
    audited = await rows.value(Q("SELECT string_agg(facts::text, ' ') FROM audit_line WHERE subject = {}", made))
    assert pool.MOBILE not in str(audited)


async def test_what_was_agreed_to_be_published_is_kept_and_needs_the_name(db: None) -> None:
    made = await actions.invite_expert(await pool.officer(), pool.invited())
    token = pool.token_of(await pool.sent_link("apply"))
    with pytest.raises(Refused) as no:
        await actions.apply(token, pool.said(), shown=[Part.WORKS])
    assert no.value.reason is ProfileReason.NAME_FIRST

    await actions.apply(token, pool.said(), shown=[Part.WORKS, Part.NAME])

    assert (await queries.by_id(made)).shown == [Part.NAME, Part.WORKS]


async def test_numbers_of_people_who_never_came_in_are_forgotten(db: None) -> None:
    made = await actions.invite_expert(await pool.officer(), pool.invited())
    await pool.sent_link("apply")
    stored = Q("SELECT mobile FROM person WHERE id = {}", await pool.person_of(made))
    await links.sweep()
    assert await rows.value(stored) is not None

    await rows.execute(Q("UPDATE expert SET invited_at = {}", clock.real_now() - timedelta(days=91)))
    await links.sweep()
    await links.sweep()

    assert await rows.value(stored) is None


@pytest.mark.parametrize("count", [1, 4])
async def test_the_list_of_invitations_takes_the_same_queries_for_one_and_for_four(db: None, as_: SignIn, count: int) -> None:
    officer = await pool.officer()
    for n in range(count):
        await actions.invite_expert(officer, pool.invited(f"受邀{n}", f"1390000000{n}"))
    browser = await as_(officer)

    token = rows.DB.queries.set([])
    await browser.get("/w/experts/invitations")
    asked = rows.DB.queries.get() or []
    rows.DB.queries.reset(token)

    assert len(asked) == 3
