"""The think tank of the attacked city: people on every step into the pool, sheets and merges, matchings in every state."""

from __future__ import annotations

from uuid import UUID

from kernel import clock, rows
from kernel.access import Action
from kernel.rows import Q
from projects.drawing import actions as drawing
from projects.matching import actions as matching
from projects.matching import running, seating
from projects.scoring import actions as scoring
from projects.scoring import queries as scored
from server.demo.walk import reviewing
from server.demo.walk.cast import Cast, Paper, version
from talent_pool.importing import actions as importing
from talent_pool.importing.rules import Twins
from talent_pool.meaning.tables import TextWaiting
from talent_pool.merging import actions as merging
from talent_pool.profiles import actions as profiles
from talent_pool.profiles import keeping, links
from talent_pool.profiles.actions import Said
from talent_pool.profiles.admitting import actions as admitting
from talent_pool.profiles.inviting import actions as inviting
from talent_pool.profiles.inviting.actions import Consent, Invited
from talent_pool.profiles.kinds import Category, DocumentKind, LinkKind, Part, TieKind, WorkKind
from talent_pool.profiles.tables import ExpertLink
from tests.talent_pool.importing import sheet

Things = dict[str, str]
"""Ids of what the attackers go for, by the name the story gives it."""
SPECIALITY, RECOMMENDATION = "近年研究养老服务与社区治理。", "熟悉本领域，建议邀请。"


async def match(cast: Cast, call: str, listed: str, matched: str, alone: str) -> Things:
    """Of one call: two projects matched and being judged; for the third a run sent back, one that waits, one that finds nobody."""
    running.use(running.Here())
    first = await _run(cast, call, [listed, matched], "lottery")
    with clock.at(cast.morning(-1, 9)):
        panel = await _approve(cast, first)
    await _judge(cast, panel)
    returned = await _run(cast, call, [alone], "total")
    with clock.at(cast.morning(-1, 10)):
        director, held = await cast.actor("director"), await version("match_run", returned)
        await matching.return_run(director, returned, reason="请补充本地专家后再匹配。", version=held)
    waiting = await _run(cast, call, [alone], "total")
    await _hold(cast, call, alone, waiting)
    short = await _run(cast, call, [alone], "total")
    running.use(None)
    hold = await rows.value(Q("SELECT id FROM match_hold ORDER BY id LIMIT 1"))
    runs = {"run-approved": first, "run-returned": returned, "run-done": waiting, "run-short": short}
    return {name: str(ident) for name, ident in {**runs, "hold": hold, "panel-listed": panel}.items()}


async def _run(cast: Cast, call: str, codes: list[str], objective: str) -> UUID:
    with clock.at(cast.morning(-1, 8)):
        url = await matching.ask_run(
            await cast.actor("coordinator"), call, objective=objective, review_on=cast.day(0), codes=codes
        )
        ident = UUID(url.split("/")[3])
        await matching.match(run=str(ident))
    return ident


async def _approve(cast: Cast, run: UUID) -> UUID:
    url = await seating.approve_run(await cast.actor("director"), run, version=await version("match_run", run))
    return UUID(url.split("/")[3])


async def _judge(cast: Cast, panel: UUID) -> None:
    """Everybody is there; the first saves a sheet for whatever is in their charge."""
    people = await rows.column(Q("SELECT person FROM seat WHERE panel = {} ORDER BY number", panel))
    experts = [await cast.actor(person) for person in people]
    with clock.at(cast.morning(-1, 11)):
        for expert in experts:
            await scoring.accept_seat(expert, panel)
    with clock.at(cast.morning(0, 7)):
        for expert in experts:
            await scoring.promise(expert, panel)
        await drawing.open_panel(await cast.actor("coordinator"), panel, await version("panel", panel))
    codes = [item.code for item in await scored.items(experts[0], panel)]
    await reviewing.score(cast, panel, codes, 0, 80, seats=1)


async def _hold(cast: Cast, call: str, code: str, run: UUID) -> None:
    """One is locked to the project, and everybody who could sit for finance is excluded from the round."""
    coordinator = await cast.actor("coordinator")
    seated = (
        "SELECT pe.name FROM match_pair m JOIN expert e ON e.id = m.expert JOIN person pe ON pe.id = e.person WHERE m.run = {}"
    )
    lock = str(await rows.value(Q(f"{seated} AND m.standby = 0 AND NOT e.finance ORDER BY m.place LIMIT 1", run)))
    finance = await rows.column(
        Q("SELECT pe.name FROM expert e JOIN person pe ON pe.id = e.person WHERE e.finance ORDER BY pe.sort_key, e.id")
    )
    with clock.at(cast.morning(-1, 12)):
        await matching.hold(coordinator, call, kind="lock", expert=lock, code=code, why="熟悉该项目领域。")
        for name in finance:
            await matching.hold(coordinator, call, kind="exclude", expert=name, code="", why="本轮另有安排。")


async def fill(cast: Cast) -> Things:
    """People asked, applying, refused, brought in by a sheet, merged, separated again, pausing."""
    found = await _invitations(cast)
    found |= await _sheets(cast)
    await _merges(cast, found)
    await _tell(cast)
    with clock.at(cast.morning(-1)):
        paused = UUID(found["expert-paused"])
        await admitting.pause_expert(await cast.actor("coordinator"), paused, "本人在外访学。")
        await keeping.decide_shown(await cast.actor("expert-outside"), [Part.NAME, Part.EMPLOYER, Part.FIELDS, Part.WORKS])
    # With the extra `meaning` whatever was saved waits here, too, until it is read.
    await rows.insert(TextWaiting(digest="0" * 64, text=SPECIALITY, asked_at=clock.real_now()))
    return found


async def _invitations(cast: Cast) -> Things:
    """By one department: one has not answered, one waits for admission, one was refused."""
    officer, director = await cast.actor("officer-scitech"), await cast.actor("director")
    found = {}
    with clock.at(cast.morning(-9)):
        for number, name in enumerate(("invited", "applied", "refused"), 1):
            asked = Invited(f"示例{name}", f"1390000710{number}", "示例研究院", Category.ACADEMIA, RECOMMENDATION)
            found[f"expert-{name}"] = str(await inviting.invite_expert(officer, asked))
        await _apply(found["expert-applied"])
        await _apply(found["expert-refused"])
        await admitting.refuse_expert(director, UUID(found["expert-refused"]), "专业方向与本库不符。")
    found["link-apply"] = await _link(found["expert-invited"], LinkKind.APPLY)
    return found


async def _apply(expert: str) -> None:
    said = Said(
        employer_name="示例研究院",
        category=Category.ACADEMIA,
        areas=("elderly",),
        keywords="养老",
        speciality=SPECIALITY,
        title="研究员",
    )
    token = (await _link(expert, LinkKind.APPLY)).rpartition("/")[2]
    works = [keeping.Work(WorkKind.PAPER, "养老服务质量研究", 2024, "示例学刊", SPECIALITY)]
    await inviting.apply(token, said, works=works, shown=[Part.NAME, Part.WORKS], consent=Consent(Paper("同意函.pdf")))


async def _link(expert: str, kind: LinkKind) -> str:
    where = (ExpertLink.expert == UUID(expert)) & (ExpertLink.kind == kind.value) & ExpertLink.used_at.is_null()
    return links.path(await rows.find(ExpertLink, where, lock=False))


async def _sheets(cast: Cast) -> Things:
    """One sheet that is in, one that changed an expert who was there, one that was taken back."""
    coordinator, director = await cast.actor("coordinator"), await cast.actor("director")
    people = [sheet.row(name=f"示例{sign}", employer=f"示例大学{sign}", keywords="助餐") for sign in "甲乙丙丁戊"]
    alike = [sheet.row(name="示例相似", employer=f"示例单位{sign}", works="论文：同一篇论文（2024）") for sign in "甲乙"]
    with clock.at(cast.morning(-8)):
        batch = await importing.bring_in(coordinator, "专家名单.xlsx", sheet.workbook(*people, *alike))
        await importing.admit(director, batch)
        changed = sheet.row(name="示例戊", employer="示例大学戊", keywords="助餐、助浴", title="教授")
        late = sheet.row(name="示例庚", employer="示例大学庚")
        waiting = await importing.bring_in(coordinator, "更新.xlsx", sheet.workbook(changed, late), Twins.UPDATE)
        wrong = await importing.bring_in(
            coordinator, "误传.xlsx", sheet.workbook(sheet.row(name="示例己", employer="示例大学己"))
        )
        await importing.undo(coordinator, wrong, reason="表格发错。", version=1)
    made = await rows.column(Q("SELECT expert FROM expert_batch_line WHERE batch = {} ORDER BY row", batch))
    names = ("kept", "merged", "whole", "apart", "paused")
    found = {f"expert-{name}": str(ident) for name, ident in zip(names, made, strict=False)}
    found["expert-waiting"] = str(await rows.value(Q("SELECT expert FROM expert_batch_line WHERE batch = {} AND made", waiting)))
    return found | {"batch-in": str(batch), "batch-waiting": str(waiting), "batch-undone": str(wrong)}


async def _merges(cast: Cast, found: Things) -> None:
    """Two became one; two others were, and are two again."""
    coordinator = await cast.actor("coordinator")
    with clock.at(cast.morning(-7)):
        for kept, gone in (("kept", "merged"), ("whole", "apart")):
            winner, loser = UUID(found[f"expert-{kept}"]), UUID(found[f"expert-{gone}"])
            found[f"merge-{gone}"] = str(await merging.merge(coordinator, winner, loser, {}, reason="经核实为同一人。"))
    with clock.at(cast.morning(-6)):
        await merging.undo(coordinator, UUID(found["merge-apart"]), reason="系同名两人。", version=1)


async def _tell(cast: Cast) -> None:
    """Two experts say whom they are related to, when they are away, what their employer wrote."""
    for name in ("expert-seated", "expert-recused"):
        me = await cast.actor(cast.who[name])
        expert = UUID(str(await rows.value(Q("SELECT id FROM expert WHERE person = {}", me.person))))
        with clock.at(cast.morning(-1)):
            await profiles.add_tie(me, expert, TieKind.KINSHIP, other_name="示例亲属", note="配偶", action=Action.EDIT_OWN_EXPERT)
            await keeping.add_absence(me, Action.EDIT_OWN_EXPERT, expert, cast.day(30), cast.day(32), "外地会议")
            kind, paper = DocumentKind.OTHER, Paper("聘书.pdf")
            await keeping.add_document(me, Action.EDIT_OWN_EXPERT, expert, kind, paper, title="示例聘书")
