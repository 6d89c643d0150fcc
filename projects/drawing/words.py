"""Chinese for the draw and the seats. Data only."""

REASON = {
    "no-projects": "评审组还没有项目，请先加入资格审查通过的项目。",
    "not-ready": "项目 {code} 目前是“{state}”，只有资格审查通过的项目可以加入评审组。",
    "seats-few": "组内项目申请金额最高 {amount} 元，按规则包至少需要 {needed} 名专家，目前设定 {seats} 名。",
    "too-many": "本组 {count} 个项目，按每名专家每天最多 {most} 个，请拆成几个评审组。",
    "too-early-draw": "按规则最早在评审前 {days} 个工作日（{earliest}）抽取专家；确需提前的，请写明理由，理由记入抽取记录。",
    "no-supervisor": "请选定现场监督人员。",
    "supervisor-draws": "抽取人与监督人不能是同一人。",
    "not-supervisor": "所选人员目前不是监督人员。",
    "hard-conflict": "复核发现 {name} 与项目 {code} 存在应当回避的关系（{conflict}），请先更换该席位。",
    "seats-empty": "{seats} 个席位中只有 {sitting} 个有专家，补齐后才能开放评分。",
    "no-standby": "第 {number} 席的候补专家已经用完。请经批准扩大抽取范围，另组评审组。",
    "place-empty": "项目 {code} 还有席位没有专家（共 {count} 个项目缺人），补齐后才能开放评分。",
    "no-reason": "请写明理由。",
}

KIND = {"general": "一般", "finance": "财务", "community": "落地社区"}

# Why somebody of the pool was not in the draw; conflicts say their own kind.
EXCLUDED = {
    "host-staff": "主办部门人员名额为零",
    "consent": "单位同意函已过期（或在评审日前到期）",
    "area": "不熟悉本组项目的领域",
    "load": "在手评审任务已满",
    "year": "本年度评审任务已满",
}

PHONE = {"coming": "能参加", "declined": "不能参加", "unreachable": "未接通"}

PROJECTS = "评审组项目清单"
PROJECT_COLUMNS = (
    ("code", "受理编号", "text", 16),
    ("title", "项目", "text", 40),
    ("organisation", "申报单位", "text", 30),
    ("state", "状态", "text", 14),
    ("requested", "申请金额（元）", "money", 16),
)
SEATS = "席位与候补清单"
SEAT_COLUMNS = (
    ("number", "席位", "integer", 8),
    ("standby", "候补顺序", "integer", 10),
    ("name", "专家", "text", 14),
    ("employer", "工作单位", "text", 30),
    ("state", "状态", "text", 12),
    ("only", "仅评项目", "text", 16),
    ("listed", "负责项目数", "integer", 12),
    ("phone_at", "电话时间", "moment", 20),
    ("reason", "说明", "text", 30),
)
