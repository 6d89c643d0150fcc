"""单位同意函: an employer who consented once and no longer does keeps an expert out, on every way to a panel."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from msgspec import structs

from kernel import clock, rows
from kernel.access import Role
from kernel.errors import Refused
from kernel.rows import Q
from projects.calls.rulepack import default_pack
from projects.drawing import queries, rules
from projects.matching import loading
from projects.matching.choosing import actions as choosing
from projects.matching.rules import Reason
from projects.panels import queries as panels
from projects.states import PanelState
from talent_pool.profiles.kinds import DocumentKind
from talent_pool.profiles.queries import roster
from talent_pool.profiles.tables import ExpertDocument
from tests import builders
from tests.projects import reviewing
from tests.projects.matching import pool

pytestmark = pytest.mark.anyio
RULES = default_pack().panel
TODAY = date(2026, 11, 20)
REVIEW = reviewing.REVIEW_ON


async def consent(expert: UUID, until: date | None, kind: DocumentKind = DocumentKind.CONSENT, **columns: object) -> None:
    await rows.insert(ExpertDocument(expert=expert, kind=kind, expires_on=until, added_at=clock.now(), **columns))


async def why(expert: UUID, panel: rules.PanelRules = RULES) -> str:
    (entry,) = [one for one in await roster() if one.expert == expert]
    return rules.why_unfit(entry, panel, TODAY, [REVIEW])


async def test_only_a_consent_that_ran_out_keeps_out(db: None) -> None:
    none, lasting, ending, over, renewed, other, wrong = [await reviewing.expert(f"专家{n}") for n in range(7)]
    await consent(lasting, None)
    await consent(ending, REVIEW)
    await consent(over, date(REVIEW.year, REVIEW.month, REVIEW.day - 1))
    await consent(renewed, date(2026, 1, 1))
    await consent(renewed, date(2027, 1, 1))
    await consent(other, date(2026, 1, 1), DocumentKind.QUALIFICATION)
    await consent(wrong, date(2026, 1, 1), withdrawn_at=clock.now())

    found = [await why(expert) for expert in (none, lasting, ending, over, renewed, other, wrong)]

    assert found == ["", "", "", "consent", "", "", ""]


async def test_a_call_may_do_without(db: None) -> None:
    over = await reviewing.expert("张三")
    await consent(over, date(2026, 1, 1))

    assert (await why(over), await why(over, structs.replace(RULES, consent_required=False))) == ("consent", "")


async def test_the_draw_leaves_out_whose_consent_is_over_and_says_so(db: None) -> None:
    experts = await reviewing.pool(15)
    over = await reviewing.expert("过期者")
    await consent(over, date(2026, 11, 1))
    panel = await reviewing.panel(PanelState.DRAWN)

    log = await queries.draw_log(await reviewing.host(), panel.id)

    assert [(ident, rules.excluded_label(reason)) for ident, reason in log["excluded"]] == [
        (str(over), "单位同意函已过期（或在评审日前到期）")
    ]
    assert {line[0] for line in log["candidates"]} == {str(expert) for expert in experts}


async def test_a_matching_leaves_out_whose_consent_is_over(db: None) -> None:
    call = await builders.call()
    await pool.project(call)
    free, over = await pool.expert("张三"), await pool.expert("李四")
    await consent(over, date(2026, 11, 1))
    run = await pool.asked(call)

    puzzle = await loading.puzzle(run)

    assert {one.id: one.out for one in puzzle.experts} == {str(free): "", str(over): "consent"}


async def test_who_is_chosen_by_hand_needs_a_consent_or_a_word_about_it_on_record(db: None) -> None:
    experts = await reviewing.pool(9)
    panel = await reviewing.panel()
    await consent(experts[0], date(2026, 11, 1))
    watcher = await builders.actor(Role.SUPERVISOR, None)
    host = await reviewing.host()

    async def choose(consent_reason: str) -> None:
        await choosing.choose_experts(
            host,
            panel.id,
            names=[f"专家{n:02d}" for n in range(7)],
            reason="应急项目",
            supervisor=watcher.person,
            consent_reason=consent_reason,
            version=panel.version,
        )

    with pytest.raises(Refused) as no:
        await choose(" ")
    await choose("单位已电话同意，函件后补")

    assert (no.value.reason, no.value.facts["name"]) == (Reason.PICK_CONSENT, "专家00")
    shown = await panels.shown(host, panel.id)
    assert shown.hand_reason == "应急项目（单位同意函：单位已电话同意，函件后补）"
    assert await rows.value(Q("SELECT count(*) FROM seat WHERE panel = {} AND expert = {}", panel.id, experts[0])) == 1
