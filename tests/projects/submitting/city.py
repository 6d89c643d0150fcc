"""A published call, an organisation with its papers, a team and its administrator: what the tests of drafting start from."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from departments.kinds import OrganisationKind
from departments.organisation import actions as organisations
from kernel import rows
from kernel.access import Actor, Role
from kernel.rows import Q
from projects.calls import queries as calls
from projects.submitting import actions
from projects.tables import Call
from tests import builders

CODE = "52510700MJX0000017"
ANSWERS: dict[str, dict[str, Any]] = {
    "basic": {
        "title": "骑手驿站社工服务（示例）",
        "area": "new-employment",
        "template": "activity",
        "start": "2027-01",
        "end": "2027-12",
        "places": ["510703001", "510703003"],
        "target": ["new-employment"],
        "direct": 200,
        "summary": "面向外卖骑手和快递员，依托街道驿站开展个案、小组和社区活动，缓解工作压力，链接保险与就业资源，形成可复制的服务办法，并为政府决策提供参考。",
    },
    "unit": {
        "inspection": "pass",
        "grade": "none",
        "profile": "本单位成立于二〇一八年，专注社区社会工作服务与志愿者培育。",
        "leader": "示例负责人",
        "leader_phone": "13800001234",
        "contact": "示例联系人",
        "contact_phone": "0816-2345678",
    },
    "need": {
        "analysis": "二〇二六年九月入户走访三百名骑手，七成反映缺少休息场所，四成反映与家人沟通困难，两成有工伤理赔方面的困惑，需要专业支持与资源链接服务。",
        "source": ["survey"],
        "goal": "一年内服务骑手二百人，建立三支互助队伍，满意度不低于九成。",
    },
    "party": {
        "linkage": "街道党工委牵头，成立由社区党组织、平台企业党支部和社会组织组成的联席会议，每月会商一次，明确任务清单和责任人，及时解决骑手反映的困难和问题。",
        "partners": "街道提供场地，平台企业提供名单与宣传，社区负责日常管理。",
    },
    "theory": {
        "model": "以优势视角和增能理论为依据，采用驿站加外展加线上三位一体的服务模式，先建立信任关系，再发展互助小组，最后培育骨干参与社区治理，过程可记录、可评估、可推广。"
    },
    "value": {
        "methods": ["case", "group"],
        "evidence": "以前后测量表、服务记录、第三方满意度调查三类材料证明成效，每季度由督导核对一次，年末委托高校团队评估并公开结果，评估报告提交主办部门备查存档。",
    },
    "scene": {
        "scenes": "工作日午间在街道驿站提供休息、简餐和心理支持；周末在社区广场开展家庭日；夜间开展外展服务，由持证社工带领志愿者完成，全部活动均有记录。",
        "volunteers": "招募志愿者三十名，完成十二学时培训后上岗，统一投保。",
    },
    "plan": {
        "risk": "极端天气时改为线上服务，突发事件按预案上报并及时处置。",
        "insurance": "planned",
        "privacy": "只收集姓名和电话，由项目社工保管，结项后三年内销毁。",
    },
    "budget": {"past_funding": "no", "interest": "无"},
}
LINES: dict[str, list[dict[str, str]]] = {
    "plan": [{"month": "2027-01", "work": "调研与动员", "result": "调研报告"}],
    "indicators": [
        {"kind": "case", "name": "建档个案", "target": "30", "unit": "例", "evidence": "个案记录"},
        {"kind": "group", "name": "互助小组", "target": "6", "unit": "个", "evidence": "小组记录"},
        {"kind": "community", "name": "社区活动", "target": "12", "unit": "场", "evidence": "签到与照片"},
    ],
    "team": [
        {"name": "示例甲", "part": "项目主管", "qualification": "社会工作师", "percent": "60"},
        {"name": "示例乙", "part": "社工", "qualification": "助理社会工作师", "percent": "80"},
    ],
    "budget": [
        {"category": "service", "item": "小组与社区活动", "quantity": "18", "unit": "场", "unit_price": "1500", "requested": "", "own": "", "basis": "市场询价"},
        {"category": "labour", "item": "社工劳务", "quantity": "100", "unit": "天", "unit_price": "200", "requested": "20000", "own": "", "basis": "当地标准"},
        {"category": "supervision", "item": "督导", "quantity": "6", "unit": "次", "unit_price": "500", "requested": "2000", "own": "1000", "basis": "协会标准"},
    ],
}  # fmt: skip
TOTAL = 4_900_000


class World(Struct):
    call: Call
    unit: UUID
    applicant: Actor
    admin: Actor
    coordinator: Actor


async def build(kind: OrganisationKind = OrganisationKind.SERVICE_AGENCY, **call: Any) -> World:
    await organisations.ensure_city()
    unit = await organisations.create(
        None, kind=kind, code=CODE, name="绵阳示例社会工作服务中心", confirmed=True, county="510703"
    )
    applicant = await builders.actor(Role.APPLICANT, unit, "示例申报人")
    admin = await builders.actor(Role.ORGANISATION_ADMIN, unit, "示例管理员")
    coordinator = await builders.actor(Role.COORDINATOR, await builders.unit("society"), "示例经办")
    return World(await builders.call(code="2026-90", **call), unit, applicant, admin, coordinator)


async def start(world: World) -> str:
    """A fresh draft; what stands in its URL."""
    url = await actions.start(world.applicant, world.call.code, world.unit)
    return url.rsplit("/", 1)[1]


async def papers(world: World, upload: Any) -> None:
    """The organisation's record holds everything that may be reused."""
    for code in ("registration", "inspection", "audit", "credit", "account"):
        await organisations.add_paper(world.admin, world.unit, code, date(2026, 3, 1), upload(f"{code}.pdf"))


async def version(ref: str) -> int:
    return int(await rows.value(Q("SELECT version FROM project WHERE id::text = {} OR code = {}", ref, ref)))


async def filled(world: World, upload: Any) -> str:
    """A draft with nothing left to mend."""
    ref = await start(world)
    await papers(world, upload)
    pack = await calls.pack(world.call.pack_hash)
    for section in pack.form.sections:
        if section.kind != "files":
            await actions.save(world.applicant, ref, section.code, 0, ANSWERS.get(section.code, {}), LINES.get(section.code, []))
    await actions.add_paper(world.applicant, ref, "community", upload("社区意见.pdf"))
    return ref


async def submitted(world: World, upload: Any) -> str:
    ref = await filled(world, upload)
    await actions.submit(world.applicant, ref, promised=True, version=await version(ref))
    return ref
