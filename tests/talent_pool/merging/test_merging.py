"""Two records become one person and, untouched, two again; nothing that keeps either from a project is lost."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kernel import clock, rows, secrets_box
from kernel.access import Role
from kernel.errors import Missing, Refused, Stale
from kernel.rows import Q
from projects.calls.rulepack import default_pack
from projects.drawing import queries as drawing
from projects.drawing.rules import sift
from projects.panels import queries as panels
from projects.panels.tables import Seat
from projects.states import PanelState, State
from projects.tables import Project, ProjectMember, Recusal, TeamMember
from talent_pool.directory import queries as directory
from talent_pool.directory.rules import Sought
from talent_pool.life import ExpertState
from talent_pool.merging import actions, queries, rules
from talent_pool.merging.rules import Pick, Reason
from talent_pool.profiles import actions as profiles
from talent_pool.profiles import load
from talent_pool.profiles.kinds import FeeClass, Part, TieKind
from talent_pool.profiles.queries import roster
from talent_pool.profiles.tables import Expert, ExpertAbsence
from tests import builders
from tests.projects import reviewing
from tests.talent_pool.directory import pool

pytestmark = pytest.mark.anyio
RULES = default_pack().panel


async def merged(winner: UUID, loser: UUID, **picks: Pick) -> UUID:
    return await actions.merge(await pool.host(), winner, loser, picks, reason="同一人")


async def row(expert: UUID) -> Expert:
    return await rows.find(Expert, Expert.id == expert)


async def refused(call: Any) -> object:
    with pytest.raises(Refused) as no:
        await call
    return no.value.reason


async def test_what_is_chosen_wins_and_lists_are_joined(db: None) -> None:
    keep = await pool.expert("张三", "旧大学", title="", areas=["elderly"], max_load=5, fee_class=FeeClass.OTHER, keywords="甲")
    drop = await pool.expert(
        "张三", "新大学", title="教授", areas=["science", "elderly"], max_load=9, host_staff=True, keywords="乙"
    )

    await merged(keep, drop, employer=Pick.DROP, max_load=Pick.DROP, keywords=Pick.KEEP)

    found = await row(keep)
    assert (found.employer_name, found.title, found.areas, found.max_load) == ("新大学", "教授", '["elderly", "science"]', 9)
    assert (found.keywords, found.host_staff, found.version) == ("甲", True, 2)
    gone = await row(drop)
    assert (gone.state, gone.merged_into) == (ExpertState.LEFT, keep)


async def test_history_goes_on_under_the_one_that_stays(db: None) -> None:
    keep, drop = await pool.expert("张三"), await pool.expert("张三", "别的大学")
    await pool.work(keep, "共同成果")
    await pool.work(drop, "共同成果", position=1)
    await pool.work(drop, "独有成果", position=2)
    await profiles.add_tie(await pool.host(), drop, TieKind.BOARD, unit_name="某协会")
    await rows.insert(ExpertAbsence(expert=drop, since=date(2026, 12, 1), until=date(2026, 12, 2), added_at=clock.now()))

    record = await queries.merge(await pool.host(), await merged(keep, drop))

    titles = await rows.column(Q("SELECT title FROM expert_work WHERE expert = {} ORDER BY position", keep))
    ties = await rows.column(Q("SELECT unit_name FROM expert_tie WHERE expert = {} ORDER BY unit_name", keep))
    assert titles == ["共同成果", "独有成果"]
    assert ties == ["别的大学", "某协会"]
    assert {name: len(ids) for name, ids in record.moved.items()} == {"ties": 1, "works": 1, "documents": 0, "absences": 1}
    host = await pool.host()
    assert [line.id for line in await directory.experts(host, Sought("独有成果"))] == [keep]
    assert [line.id for line in await directory.experts(host, Sought("张三"))] == [keep]


async def close_to(project: Project, way: str, expert: UUID) -> None:
    """Bring an expert too close to the project, in one of the ways that tie, person or name make."""
    unit_name = await rows.value(Q("SELECT name FROM unit WHERE id = {}", project.organisation))
    person, keeper = await pool.person_of(expert), await pool.host()
    if way == "employer":
        await rows.execute(Q("UPDATE expert SET employer_name = {} WHERE id = {}", unit_name, expert))
    elif way == "former":
        await profiles.add_tie(keeper, expert, TieKind.EMPLOYMENT, unit_name=unit_name, until=date(2025, 1, 1))
    elif way in ("board", "mentoring"):
        await profiles.add_tie(keeper, expert, TieKind(way), unit_name=unit_name)
    elif way == "kinship":
        await profiles.add_tie(keeper, expert, TieKind.KINSHIP, other_name="团队成员甲")
        await rows.insert(TeamMember(project=project.id, position=1, name="团队成员甲"))
    elif way == "post":
        await builders.actor(Role.ORGANISATION_ADMIN, project.organisation, person_id=person)
    elif way == "member":
        await rows.insert(ProjectMember(project=project.id, person=person))
    elif way == "team":
        name = await rows.value(Q("SELECT name FROM person WHERE id = {}", person))
        await rows.insert(TeamMember(project=project.id, position=1, name=name))
    else:
        await rows.insert(Recusal(project=project.id, person=person, reason="亲属", declared_at=clock.now()))


WAYS = ("employer", "former", "board", "mentoring", "kinship", "post", "member", "team", "declared")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("of_loser", [True, False])
async def test_every_conflict_of_either_holds_for_the_merged_person(db: None, way: str, of_loser: bool) -> None:
    project = await builders.project(State.ACCEPTED)
    keep, drop = await pool.expert("张叁", "甲大学"), await pool.expert("张三", "乙大学")
    panel = await reviewing.panel(PanelState.FORMING, [project])
    await close_to(project, way, drop if of_loser else keep)
    picks = dict.fromkeys(rules.SCALARS, Pick.KEEP if of_loser else Pick.DROP)

    await merged(keep, drop, **picks)

    entries = [entry for entry in await roster() if entry.expert == keep]
    judged, declared = await drawing.judged(panel.id), await drawing.declared(panel.id)
    free, out = sift(entries, judged, RULES, on=clock.today(), held={}, declared=declared, fit=False)
    assert free == []
    assert out[0].reason.startswith("conflict:")
    assert not [entry for entry in await roster() if entry.expert == drop]
    for expert in (keep, drop):  # a seat of either, also one from before the merge
        seat = await rows.insert(
            Seat(panel=panel.id, expert=expert, person=await pool.person_of(expert), number=1, kind="general")
        )
        _, found = await drawing.conflicted(panel.id, clock.today(), RULES.conflict_years)
        assert {line.seat for line in found} == {seat.id}, expert
        await Seat.delete().where(Seat.id == seat.id)


async def test_nobody_is_in_conflict_because_of_a_merge_alone(db: None) -> None:
    project = await builders.project(State.ACCEPTED)
    keep, drop = await pool.expert("张三", "甲大学"), await pool.expert("张三", "乙大学")
    panel = await reviewing.panel(PanelState.FORMING, [project])

    await merged(keep, drop)

    entries = [entry for entry in await roster() if entry.expert == keep]
    free, _ = sift(entries, await drawing.judged(panel.id), RULES, on=clock.today(), held={}, declared={}, fit=False)
    assert [one.expert for one in free] == [str(keep)]


async def test_what_either_has_in_hand_counts_for_both(db: None) -> None:
    panel = await reviewing.panel(PanelState.OPEN)
    seat = (await panels.seats(panel.id))[0]
    other = await pool.expert("另一份", "别的单位")
    person = await pool.person_of(other)
    assert (await load.of([person], 2026))[person] == load.Load(0, 0)

    await merged(other, seat.expert)

    held = await load.of([person, seat.person], 2026)
    assert held == {person: load.Load(1, 1), seat.person: load.Load(1, 1)}


async def test_two_on_one_open_panel_are_not_merged(db: None) -> None:
    panel = await reviewing.panel(PanelState.OPEN)
    first, second = (await panels.seats(panel.id))[:2]

    reason = await refused(merged(first.expert, second.expert))

    assert reason is Reason.ONE_PANEL
    assert (await row(second.expert)).merged_into is None
    await rows.execute(Q("UPDATE panel SET state = 'closed' WHERE id = {}", panel.id))
    await merged(first.expert, second.expert)


async def test_who_was_merged_earlier_follows(db: None) -> None:
    first, second, third = [await pool.expert("张三", f"单位{n}") for n in range(3)]
    await merged(second, third)

    last = await merged(first, second)

    assert (await row(third)).merged_into == first
    assert await refused(merged(first, third)) is Reason.ALREADY
    await actions.undo(await pool.host(), last, reason="x", version=1)
    assert [(await row(one)).merged_into for one in (first, second, third)] == [None, None, second]


async def test_an_untouched_merge_is_taken_back_as_it_was(db: None) -> None:
    keep = await pool.expert("张三", "甲大学", areas=["elderly"], shown=[Part.NAME, Part.EMPLOYER], shown_at=clock.now())
    drop = await pool.expert(
        "张三", "乙大学", areas=["science"], asked_on=date(2026, 11, 1), shown=[Part.NAME], shown_at=clock.now()
    )
    for expert in (keep, drop):
        await pool.work(expert, f"成果{expert}")
        await profiles.add_tie(await pool.host(), expert, TieKind.BOARD, unit_name=f"协会{expert}")

    async def picture() -> list[Any]:
        found = []
        for table, order in (("expert", "id"), ("expert_tie", "id"), ("expert_work", "id"), ("expert_index", "expert")):
            lines = await rows.DB.run_querystring(Q(f"SELECT to_jsonb(t) - 'version' AS line FROM {table} t ORDER BY {order}"))  # noqa: S608 - our own names
            found.append([line["line"] for line in lines])
        return found

    before = await picture()
    merge = await merged(keep, drop, employer=Pick.DROP)
    assert (await row(keep)).shown == '["name"]'

    await actions.undo(await pool.host(), merge, reason="不是同一人", version=1)

    assert await picture() == before
    assert await refused(actions.undo(await pool.host(), merge, reason="再次", version=2)) is Reason.UNDONE
    assert await merged(keep, drop)


@pytest.mark.parametrize("which", ["keep", "drop"])
async def test_a_merge_is_final_once_something_was_done_to_either(db: None, which: str) -> None:
    both = {"keep": await pool.expert("张三"), "drop": await pool.expert("张三", "别的大学")}
    merge = await merged(both["keep"], both["drop"])
    await profiles.add_tie(await pool.host(), both[which], TieKind.BOARD, unit_name="某协会")

    assert await refused(actions.undo(await pool.host(), merge, reason="x", version=1)) is Reason.TOUCHED
    assert (await row(both["drop"])).merged_into == both["keep"]


@pytest.mark.parametrize("state", [ExpertState.ADMITTED, ExpertState.PAUSED, ExpertState.LEFT])
async def test_the_state_comes_back_with_the_separation(db: None, state: ExpertState) -> None:
    keep, drop = await pool.expert("张三"), await pool.expert("张三", "别的大学", state=state)

    await actions.undo(await pool.host(), await merged(keep, drop), reason="x", version=1)

    assert (await row(drop)).state == state


async def test_who_may_not_be_merged(db: None) -> None:
    host = await pool.host()
    keep, other = await pool.expert("张三"), await pool.expert("张三", "别的大学")
    own = await pool.expert("张三", person=host.person)
    waiting = await pool.expert("张三", state=ExpertState.APPLIED)
    left = await pool.expert("张三", state=ExpertState.LEFT)

    async def reason(winner: UUID, loser: UUID, why: str = "同一人") -> object:
        return await refused(actions.merge(host, winner, loser, {}, reason=why))

    assert await reason(keep, keep) is Reason.SAME
    assert await reason(keep, own) is Reason.ONESELF
    assert await reason(keep, waiting) is Reason.STATE
    assert await reason(left, keep) is Reason.KEEP_ENDED
    assert await reason(keep, other, " ") is Reason.NO_REASON
    with pytest.raises(Missing):
        await actions.merge(await pool.officer(), keep, other, {}, reason="x")
    with pytest.raises(Stale):
        await actions.merge(host, keep, other, {}, reason="x", versions=(1, 7))


async def test_only_what_both_agreed_to_is_shown_afterwards(db: None) -> None:
    now, full = clock.now(), [Part.NAME, Part.EMPLOYER, Part.WORKS]

    async def shown(*, decided: bool, of_drop: list[Part]) -> str:
        keep = await pool.expert("张三", shown=full, shown_at=now)
        drop = await pool.expert("张三", shown=of_drop, shown_at=now if decided else None)
        await pool.work(drop, "没有同意公开的成果")
        await merged(keep, drop)
        return str((await row(keep)).shown)

    assert await shown(decided=True, of_drop=[Part.NAME, Part.WORKS]) == '["name", "works"]'
    assert await shown(decided=True, of_drop=[]) == "[]"
    assert await shown(decided=False, of_drop=[]) == '["employer", "name"]'


async def test_pairs_are_found_by_employer_number_and_works(db: None) -> None:
    async def listed(namesakes: bool = False) -> list[list[str]]:
        return [pair.signs for pair in await queries.pairs(await pool.host(), namesakes)]

    first = await pool.expert("张三", "甲大学")
    second = await pool.expert("张 三", "乙大学")
    assert await listed() == []
    assert await listed(namesakes=True) == [["仅同名"]]

    for expert in (first, second):
        await pool.work(expert, "同一篇论文")
        key = secrets_box.hmac_key("13812345678")
        await rows.execute(Q("UPDATE person SET mobile_key = {} WHERE id = {}", key, await pool.person_of(expert)))
    await rows.execute(Q("UPDATE expert SET employer_name = '甲 大学' WHERE id = {}", second))
    await pool.expert("李四", "甲大学")

    assert await listed() == [["同一单位", "同一手机号", "1 项成果相同"]]
    await actions.tell_apart(await pool.host(), second, first)
    await actions.tell_apart(await pool.host(), first, second)
    assert await listed() == await listed(namesakes=True) == []


async def test_accounts_and_memberships_of_both_stay(db: None) -> None:
    keep, drop = await pool.expert("张三"), await pool.expert("张三", "别的大学")
    for expert in (keep, drop):
        await builders.actor(Role.EXPERT, None, person_id=await pool.person_of(expert))
    before = await rows.column(Q("SELECT person FROM membership WHERE role = 'expert' AND ends_on IS NULL ORDER BY person"))

    await merged(keep, drop)

    after = await rows.column(Q("SELECT person FROM membership WHERE role = 'expert' AND ends_on IS NULL ORDER BY person"))
    assert (after, len(after)) == (before, 2)
    assert await rows.value(Q("SELECT count(*) FROM audit_line WHERE action = 'expert.merge'")) == 2
