"""The main job, through the pages alone and without JavaScript: from a drafted call to a closed project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kernel import seals
from kernel.access import Action
from server import check
from tests.journeys import applying, carrying_out, deciding, reviewing
from tests.journeys.city import City
from tests.journeys.proposal import NEIGHBOURS, RIDERS

pytestmark = pytest.mark.anyio


async def test_a_project_is_carried_from_a_call_to_its_closing(city: City, tmp_path: Path) -> None:
    call = await applying.publish_a_call(city)
    await applying.keep_record(city, 1)
    await applying.keep_record(city, 2)
    riders = await applying.fill_in(city, call, 1, RIDERS)
    neighbours = await applying.fill_in(city, call, 2, NEIGHBOURS)
    await applying.submit(city, riders, 1)
    await applying.submit(city, neighbours, 2)
    riders = await applying.endorse(city, riders, 1)
    neighbours = await applying.endorse(city, neighbours, 2)
    await applying.give_opinion(city, riders, "society")

    await city.day(date(2026, 12, 2))
    await applying.accept(city, riders, 1)
    await applying.return_once(city, neighbours, 2)
    await applying.endorse(city, neighbours, 2)
    await applying.accept(city, neighbours, 2)
    await applying.audit_amount(city, riders, "48000")
    await applying.close_call(city, call)

    await city.day(date(2026, 12, 3))
    both = [riders, neighbours]
    panel = await reviewing.form(city, call, both, review_on=date(2026, 12, 4))
    experts = await reviewing.draw(city, panel, tmp_path)
    await reviewing.promise(city, panel, experts)
    await city.day(date(2026, 12, 4))
    await reviewing.open_scoring(city, panel, experts)
    for number, name in enumerate(experts):
        await reviewing.score(city, panel, name, number, both)
    await reviewing.close(city, panel, experts, call)
    await reviewing.ranking(city, call, both)

    decision = await deciding.prepare(city, call)
    teams = ("team-01", "team-02")
    lines = [
        await deciding.award(city, decision, riders, "47000", "scitech-2026", "scitech"),
        await deciding.award(city, decision, neighbours, "49000", "society-2026", "society"),
    ]
    await deciding.check(city, lines[0], "scitech")
    await deciding.consent(city, lines[0], "scitech")
    await deciding.check(city, lines[1], "society")
    await deciding.consent_on_paper(city, lines[1], "society")
    await deciding.convene(city, decision)
    await city.day(date(2026, 12, 7))
    await deciding.meet(city, decision)
    notice = await deciding.release(city, decision, teams)
    page = await deciding.public_notice(city, notice)
    assert "2026-12-08 至 2026-12-14" in page.words
    await city.day(date(2026, 12, 14))
    assert (await (await city.visitor("coordinator")).open(f"/w/notices/{notice}")).is_blocked("印发立项通知")
    await city.day(date(2026, 12, 15))
    await deciding.issue(city, notice, both, teams)

    await city.day(date(2026, 12, 16))
    await carrying_out.revise_and_present(city, riders, date(2026, 12, 16))
    await carrying_out.sign(city, riders)
    await city.day(date(2026, 12, 18))
    paid = await carrying_out.pay(city, riders, "scitech")
    await carrying_out.ledger(city, riders, paid, "scitech")
    await city.day(date(2026, 12, 21))
    await carrying_out.spend(city, riders, paid)
    await carrying_out.report(city, riders)
    await carrying_out.close(city, riders)

    assert await city.open_todos() == {
        (Action.REVISE_BUDGET, f"/my/projects/{neighbours}/agreement"),
        (Action.REQUEST_PAYMENT, f"/my/projects/{riders}/payments"),
    }
    assert city.dead_links == []
    await seals.seal(everything=True)
    assert (await seals.verify()).good
    assert await check.run() == []
