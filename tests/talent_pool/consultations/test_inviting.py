"""Invitations: conflicts masked and refused, the first who answers comes, no and silence lead to the next, links once."""

from __future__ import annotations

import asyncio
import re
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from kernel import clock, jobs, rows
from kernel.access import Actor
from kernel.errors import Missing, Refused
from kernel.letters.actions import SECRETS
from kernel.rows import Q
from talent_pool.consultations import candidates, queries
from talent_pool.consultations.inviting import actions, links
from talent_pool.consultations.ranking import Why
from talent_pool.consultations.reckoning import reckon
from talent_pool.consultations.rules import Reason
from talent_pool.profiles.tables import ExpertWork
from tests import builders
from tests.conftest import SignIn
from tests.talent_pool.consultations import scene

pytestmark = pytest.mark.anyio


async def whole(code: str) -> queries.Consulted:
    return await queries.consulted(Q("c.code = {}", code))


async def refused(verb: object) -> object:
    with pytest.raises(Refused) as no:
        await verb  # type: ignore[misc]
    return no.value.reason


async def next_todos(code: str) -> int:
    return int(
        await rows.value(
            Q(
                "SELECT count(*) FROM todo t JOIN consultation c ON c.id = t.subject WHERE c.code = {}"
                " AND t.action = 'consultation.invite' AND t.done_at IS NULL",
                code,
            )
        )
    )


async def test_who_works_for_the_asking_unit_is_masked_with_the_reason_and_cannot_be_invited(db: None) -> None:
    own, _ = await scene.expert("李四", employer="示例labour")
    free, _ = await scene.expert("张三")
    _, code = await scene.asked()
    office = await scene.coordinator()

    listed = await candidates.listed(await whole(code))
    no = await refused(actions.invite(office, code, [own], version=1))

    assert [line.name for line in listed.ranked] == ["张三"]
    assert [(line.name, line.kinds) for line in listed.masked] == [("李四", ["三年内任职"])]
    assert no is Reason.HARD_CONFLICT
    assert await scene.state(code) == "asked"
    assert free


async def test_the_job_stores_the_same_reasons_in_the_order_of_the_texts(db: None) -> None:
    near, _ = await scene.expert("张三", speciality="骑手驿站的冲突调解与商户沟通")
    far, _ = await scene.expert("王五", speciality="水稻病虫害防治")
    masked, _ = await scene.expert("李四", employer="示例labour")
    _, code = await scene.asked()
    row = await whole(code)

    await reckon(consultation=str(row.id))
    first = await candidates.listed(await whole(code))
    await reckon(consultation=str(row.id))
    second = await candidates.listed(await whole(code))

    assert first.reckoned
    assert [line.expert for line in first.ranked] == [near, far]
    assert [line.expert for line in first.masked] == [masked]
    assert first == second
    assert not (await candidates.listed(row)).reckoned


async def test_the_stored_reasons_name_the_terms_and_the_nearest_work(db: None) -> None:
    one, _ = await scene.expert("张三")
    await scene.expert("王五", speciality="水稻病虫害防治")
    for position, title in enumerate(("社区食堂运营研究", "骑手与商户冲突调解案例集")):
        await rows.insert(ExpertWork(expert=one, position=position, kind="practice", title=title, changed_at=clock.now()))
    _, code = await scene.asked()

    await reckon(consultation=str((await whole(code)).id))

    best = (await candidates.listed(await whole(code))).ranked[0]
    said = {reason.why: reason.terms for reason in best.reasons}
    assert best.expert == one
    assert any("冲突调解" in term for term in said[Why.WORDS])
    assert "骑手与商户冲突调解案例集" in said[Why.NEAREST][0]


async def test_a_pool_of_nobody_gives_a_list_of_nobody(db: None) -> None:
    _, code = await scene.asked()

    await reckon(consultation=str((await whole(code)).id))

    assert await candidates.listed(await whole(code)) == candidates.Listed([], [], reckoned=True)


async def test_a_paused_expert_is_not_on_the_list_and_cannot_be_invited(db: None) -> None:
    paused, _ = await scene.expert(state="paused")
    _, code = await scene.asked()

    assert (await candidates.listed(await whole(code))).ranked == []
    assert await refused(actions.invite(await scene.coordinator(), code, [paused], version=1)) is Reason.NOT_IN_POOL


async def test_nobody_is_asked_in_vain_by_the_dozen(db: None) -> None:
    experts = [(await scene.expert(f"专家{n}"))[0] for n in range(4)]
    _, code = await scene.asked()
    office = await scene.coordinator()

    assert await refused(actions.invite(office, code, experts, version=1)) is Reason.TOO_MANY
    assert await refused(actions.invite(office, code, [], version=1)) is Reason.NOBODY_CHOSEN
    await scene.invite(office, code, *experts[:3])
    assert await refused(actions.invite(office, code, experts[:1], version=2)) is Reason.TOO_MANY


async def test_the_first_who_accepts_comes_and_the_others_are_told(db: None) -> None:
    (one, first), (two, second) = await scene.expert("张三"), await scene.expert("王五")
    who, code = await scene.asked()
    invited = await scene.invite(await scene.coordinator(), code, one, two)

    await actions.accept(second, invited[1])

    assert await scene.state(code) == "agreed"
    assert [await scene.invitation_state(ident) for ident in invited] == ["withdrawn", "accepted"]
    assert await refused(actions.accept(first, invited[0])) is Reason.ANSWERED
    told = await rows.DB.run("SELECT kind, person FROM letter WHERE kind IN ('consultation_filled', 'consultation_agreed')")
    assert ("consultation_filled", first.person) in [tuple(row) for row in told]
    assert ("consultation_agreed", who.person) in [tuple(row) for row in told]


async def test_with_two_seats_two_must_accept(db: None) -> None:
    (one, first), (two, second) = await scene.expert("张三"), await scene.expert("王五")
    _, code = await scene.asked(need=replace(scene.NEED, seats=2))
    invited = await scene.invite(await scene.coordinator(), code, one, two)

    await actions.accept(first, invited[0])
    between = await scene.state(code)
    await actions.accept(second, invited[1])

    assert (between, await scene.state(code)) == ("inviting", "agreed")


async def test_a_no_leads_to_the_next_whom_the_office_then_invites(db: None) -> None:
    (one, first), (two, second) = await scene.expert("张三"), await scene.expert("王五")
    _, code = await scene.asked()
    office = await scene.coordinator()
    (ident,) = await scene.invite(office, code, one)
    assert await next_todos(code) == 0

    await actions.decline(first, ident, "那几天出差")

    assert await next_todos(code) == 1
    letter = await rows.value(Q("SELECT body FROM letter WHERE kind = 'consultation_next' AND person = {}", office.person))
    assert "王五" in letter
    (again,) = await scene.invite(office, code, two)
    await actions.accept(second, again)
    assert await scene.state(code) == "agreed"


async def test_who_declined_is_not_suggested_again(db: None) -> None:
    one, first = await scene.expert()
    _, code = await scene.asked()
    office = await scene.coordinator()
    (ident,) = await scene.invite(office, code, one)
    await actions.decline(first, ident)

    assert (await candidates.listed(await whole(code))).ranked == []
    assert await refused(actions.invite(office, code, [one], version=await scene.version(code))) is Reason.ASKED_ALREADY


async def test_silence_counts_as_no_once_and_after_the_last_day(db: None) -> None:
    one, first = await scene.expert()
    _, code = await scene.asked()
    (ident,) = await scene.invite(await scene.coordinator(), code, one)
    scene.morning(24, 23)
    await actions.lapse_silent()
    in_time = await scene.invitation_state(ident)
    scene.morning(25)

    late = await refused(actions.accept(first, ident))
    await actions.lapse_silent()
    await actions.lapse_silent()

    assert (in_time, late) == ("invited", Reason.OVERDUE)
    assert await scene.invitation_state(ident) == "lapsed"
    lines = Q("SELECT count(*) FROM audit_line WHERE subject = {} AND action = 'invitation.lapse'", ident)
    assert await rows.value(lines) == 1
    assert await next_todos(code) == 1
    letters = Q("SELECT count(*) FROM letter WHERE kind = 'consultation_next'")
    assert await rows.value(letters) == 1


async def test_an_accepted_invitation_taken_back_frees_the_seat(db: None) -> None:
    _, office, person, code, ident = await scene.agreed()

    await actions.withdraw(office, code, ident, reason="专家临时住院。", version=await scene.version(code))

    assert (await scene.state(code), await scene.invitation_state(ident)) == ("inviting", "withdrawn")
    assert await next_todos(code) == 1
    assert (await candidates.listed(await whole(code))).ranked != []
    assert person


async def test_nobody_answers_for_somebody_else(db: None) -> None:
    one, _ = await scene.expert()
    _, other = await scene.expert("王五")
    _, code = await scene.asked()
    (ident,) = await scene.invite(await scene.coordinator(), code, one)

    for verb in (actions.accept(other, ident), actions.decline(other, ident)):
        with pytest.raises(Missing):
            await verb
    assert await scene.invitation_state(ident) == "invited"


# by link, without signing in


async def link_of(person: UUID) -> str:
    """The address in the message that leaves for this person."""
    subject = await rows.value(Q("SELECT subject FROM delivery WHERE person = {} AND secret = 'consult'", person))
    text = await SECRETS["consult"](subject)
    assert text is not None
    return text.url


async def invited_by_link() -> tuple[Actor, str, UUID, str]:
    one, person = await scene.expert("张三", mobile="13812345678")
    _, code = await scene.asked()
    (ident,) = await scene.invite(await scene.coordinator(), code, one)
    return person, code, ident, await link_of(person.person)


async def answer(browser: httpx.AsyncClient, url: str, what: str, **typed: str) -> httpx.Response:
    page = await browser.get(url)
    base = {name: builders.hidden(page.text, name) for name in ("csrf", "once")}
    return await browser.post(f"{url}/{what}", data={**base, **typed})


async def test_an_expert_accepts_by_link_without_signing_in_and_only_once(db: None, client: httpx.AsyncClient) -> None:
    _, code, ident, url = await invited_by_link()
    page = await client.get(url)
    base = {name: builders.hidden(page.text, name) for name in ("csrf", "once")}

    unticked = await client.post(f"{url}/accept", data=base)
    done = await client.post(f"{url}/accept", data={**base, "free": "y"})
    double = await client.post(f"{url}/accept", data={**base, "free": "y"})
    later = await client.get(url)
    again = await client.post(f"{url}/accept", data={**base, "once": "another-key-of-a-form", "free": "y"})

    assert (unticked.status_code, done.status_code, double.status_code) == (422, 303, 303)
    assert (later.status_code, again.status_code) == (422, 422)
    assert "已经答复" in later.text
    assert "骑手驿站" not in later.text
    assert (await scene.state(code), await scene.invitation_state(ident)) == ("agreed", "accepted")
    assert (await client.get(done.headers["location"])).status_code == 200
    line = await rows.DB.run(
        "SELECT actor_name, role FROM audit_line WHERE subject = $1 AND action = 'invitation.accept'", [ident]
    )
    assert [tuple(row) for row in line] == [("张三", "")]


async def test_an_expert_declines_by_link_with_a_reason(db: None, client: httpx.AsyncClient) -> None:
    _, code, ident, url = await invited_by_link()

    done = await answer(client, url, "decline", reason="与该单位有合作")

    assert done.status_code == 303
    assert await scene.invitation_state(ident) == "declined"
    assert await next_todos(code) == 1


async def test_looking_at_the_link_answers_nothing_and_a_forged_one_is_not_there(db: None, client: httpx.AsyncClient) -> None:
    _, _, ident, url = await invited_by_link()

    assert (await client.get(url)).status_code == 200
    assert (await client.get(url[:-4] + "aaaa")).status_code == 404
    assert (await client.get("/consult/x")).status_code == 404
    assert await scene.invitation_state(ident) == "invited"


async def test_a_withdrawn_invitation_sends_no_link_any_more(db: None) -> None:
    person, code, ident, _ = await invited_by_link()
    office = await scene.coordinator()
    await actions.withdraw(office, code, ident, reason="另有安排。", version=await scene.version(code))

    assert await links.compose(ident) is None
    assert person


async def test_the_link_goes_out_and_no_letter_with_the_topic_doubles_it(db: None) -> None:
    person, _, _, _ = await invited_by_link()

    sent = await rows.DB.run("SELECT channel, secret, letter FROM delivery WHERE person = $1", [person.person])
    inside = await rows.value(Q("SELECT count(*) FROM letter WHERE person = {}", person.person))

    assert [tuple(row) for row in sent] == [("sms", "consult", None)]
    assert inside == 1
    assert jobs.REGISTRY["talent_pool.consultations.inviting.actions.lapse_silent"]


async def test_the_office_invites_on_the_page_and_the_expert_answers_in_the_portal(db: None, as_: SignIn) -> None:
    one, person = await scene.expert()
    _, code = await scene.asked()
    browser = await as_(await scene.coordinator())

    sent = await builders.submit(browser, f"/w/consultations/{code}", f"/w/consultations/{code}/invite", experts=[str(one)])
    browser = await as_(person)
    listed = await browser.get("/r/consultations")
    (url,) = set(re.findall(r'href="(/r/consultations/[0-9a-f-]{36})"', listed.text))
    done = await builders.submit(browser, url, f"{url}/accept", free="y")

    assert (sent.status_code, done.status_code) == (303, 303)
    assert await scene.state(code) == "agreed"
    assert "主办部门正在安排" in (await browser.get(url)).text


async def test_two_who_answer_at_the_same_moment_fill_one_seat(committed: str) -> None:
    (one, first), (two, second) = await scene.expert("张三"), await scene.expert("王五")
    _, code = await scene.asked()
    invited = await scene.invite(await scene.coordinator(), code, one, two)

    answers = await asyncio.gather(actions.accept(first, invited[0]), actions.accept(second, invited[1]), return_exceptions=True)

    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    states = [await scene.invitation_state(ident) for ident in invited]
    assert sorted(states) == ["accepted", "withdrawn"]
    assert await scene.state(code) == "agreed"
