"""The host gives the duties of a call; a duty opens its call to its holder, and closes it again when it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from kernel import rows
from kernel.access import Action, Actor, Role
from kernel.errors import Missing, Refused
from kernel.rows import Q
from projects.calls.duties import actions, queries
from projects.calls.duties.rules import HOLDERS, Reason
from projects.queries import project_id
from projects.states import State
from projects.tables import DUTIES
from tests import builders

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]
SignIn = Callable[[Actor], Awaitable[httpx.AsyncClient]]


def test_every_duty_given_here_is_one_the_database_knows() -> None:
    assert set(HOLDERS) <= set(DUTIES)


async def test_a_duty_opens_the_call_and_its_end_closes_it() -> None:
    call = await builders.call()
    host = await builders.actor(Role.COORDINATOR, await builders.unit())
    secretary = await builders.actor(Role.OFFICER, await builders.unit(), "示例秘书")
    project = await builders.project(State.ACCEPTED, of=call)
    with pytest.raises(Missing):
        await project_id(secretary, Action.OPEN_REVIEW, project.code)

    await actions.assign(host, call.code, "secretary", secretary.person)
    opened = await project_id(secretary, Action.OPEN_REVIEW, project.code)
    held = await queries.duties(call.id)
    await actions.end(host, call.code, held[0].id)

    assert opened == project.id
    assert [(duty.duty, duty.name) for duty in held] == [("secretary", "示例秘书")]
    with pytest.raises(Missing):
        await project_id(secretary, Action.OPEN_REVIEW, project.code)
    assert await rows.column(Q("SELECT kind FROM letter WHERE person = {}", secretary.person)) == ["call_duty"]


async def test_a_duty_may_be_given_again_but_not_twice_at_once() -> None:
    call = await builders.call()
    host = await builders.actor(Role.COORDINATOR, await builders.unit())
    officer = await builders.actor(Role.OFFICER, await builders.unit())
    await actions.assign(host, call.code, "objections", officer.person)

    with pytest.raises(Refused) as twice:
        await actions.assign(host, call.code, "objections", officer.person)
    await actions.end(host, call.code, (await queries.duties(call.id))[0].id)
    await actions.assign(host, call.code, "objections", officer.person)

    assert twice.value.reason is Reason.HELD_ALREADY
    assert len(await queries.duties(call.id)) == 1


async def test_a_duty_needs_a_role_that_it_widens() -> None:
    call = await builders.call()
    host = await builders.actor(Role.COORDINATOR, await builders.unit())
    treasurer = await builders.actor(Role.FINANCE_OFFICER, await builders.unit())

    with pytest.raises(Refused) as refused:
        await actions.assign(host, call.code, "secretary", treasurer.person)
    with pytest.raises(Missing):
        await actions.assign(host, call.code, "secretary", rows.new_id())

    assert refused.value.reason is Reason.NOT_A_HOLDER


async def test_the_page_gives_and_ends_a_duty(as_: SignIn) -> None:
    call = await builders.call()
    officer = await builders.actor(Role.OFFICER, await builders.unit(), "示例秘书")
    browser = await as_(await builders.actor(Role.DIRECTOR, await builders.unit()))
    url = f"/w/calls/{call.code}/duties"

    refused = await builders.submit(browser, url, url, duty="secretary", person="")
    given = await builders.submit(browser, url, url, duty="secretary", person=str(officer.person))
    shown = await browser.get(url)

    assert (refused.status_code, given.status_code) == (422, 303)
    assert "示例秘书" in shown.text
    assert "评审秘书" in shown.text
