"""Chinese for consultations. Data only."""

MODE = {"on-site": "现场", "telephone": "电话", "online": "线上"}
URGENCY = {"normal": "一般", "urgent": "紧急"}
ADOPTED = {True: "采纳", False: "未采纳"}
HELP = {"helped": "有帮助", "partly": "部分有帮助", "not": "没有帮助"}

# Why somebody is on the list, and what to know before inviting.
WHY = {
    "fields": "专业领域相符：{terms}",
    "area": "服务的重点领域相符：{terms}",
    "words": "档案中提到：{terms}",
    "nearest": "最接近的成果：{terms}",
    "county": "服务区域包括{terms}",
    "done": "本领域已完成咨询 {terms} 次",
    "absent": "期望日期不便",
    "consent": "单位同意函已过期，邀请前请先更新",
    "association": "与需求方同属一个协会或业务主管单位",
}
SEPARATOR = "、"
PARTICLES = "的了在是和与及或等把将被为对这那其之也都就又再很只能可会要想请"
MARKS = ("（示例）", "（演示）")
"""What marks made-up texts. It says nothing about them, so it is no reason for anybody."""

REASON = {
    "no-reason": "请写明理由，对方会看到。",
    "wished-past": "期望日期不能早于今天（{today}）。",
    "nobody-chosen": "请先勾选要邀请的专家。",
    "too-many": "同时等待答复的邀请最多 {most} 份，现有 {waiting} 份。请减少勾选，或先撤回未答复的邀请。",
    "not-in-pool": "{name}目前不在库，不能邀请。",
    "hard-conflict": "{name}与需求方存在应当回避的关系（{conflict}），不能邀请。",
    "at-limit": "{name}{why}，不能再邀请。请邀请其他专家，或请本人调高上限。",
    "asked-already": "已经邀请过{name}，请看邀请情况。",
    "answered": "这份邀请已经答复、撤回或名额已满，不能再次答复。",
    "overdue": "答复期限（{due}）已过，请联系主办部门。",
    "meets-past": "咨询时间不能早于现在。",
    "held-later": "咨询日期不能晚于今天（{today}）。",
    "no-minutes": "请写明咨询记录。",
    "refused-without-reason": "第 {number} 条建议未采纳，请写明理由。",
    "nothing-answered": "请至少答复一条建议。",
    "feedback-open": "还有 {missing} 方没有反馈，{due} 以后可以直接办结。",
    "above-cap": "{minutes} 分钟属于{length}，咨询费不超过 {cap} 元。",
    "not-paid": "{why}，金额应为 0。",
    "same-person": "登记人与确认人不能是同一人，请由另一位同事确认。",
}

FULL = {
    "now": "在手任务已到本人上限（{now}／{most} 项，一次咨询计一项）",
    "year": "本年任务已到本人上限（{now}／{most} 项，一次咨询计一项）",
}

LENGTH = {"half-day": "半天", "day": "一天"}
HOURS = "{hours} 小时"
HOURS_AND = "{hours} 小时 {minutes} 分"
ONLY_MINUTES = "{minutes} 分钟"

TODO = {
    "arrange": "安排专家咨询：{topic}",
    "returned": "补充咨询需求：{topic}",
    "answer": "答复咨询邀请：{topic}",
    "next": "邀请下一位咨询专家：{topic}",
    "hold": "安排并记录咨询：{topic}",
    "advice": "答复咨询建议并反馈：{topic}",
    "feedback": "反馈咨询效果：{topic}",
    "fee": "登记咨询费：{topic}",
    "confirm-fee": "确认咨询费：{topic}",
}

LIST = "专家咨询"
COLUMNS = (
    ("code", "咨询编号", "text", 16),
    ("state", "状态", "text", 14),
    ("topic", "主题", "text", 36),
    ("unit_name", "提出单位", "text", 30),
    ("project_code", "项目编号", "id", 16),
    ("area_name", "重点领域", "text", 18),
    ("county_name", "县（市、区）", "text", 14),
    ("urgency", "紧急程度", "text", 10),
    ("asked_at", "提出时间", "moment", 18),
    ("due", "答复期限", "date", 14),
    ("meets_at", "咨询时间", "moment", 18),
)

FEES = "专家咨询费发放表"
FEE_HEADS = {
    "code": "咨询编号",
    "topic": "咨询主题",
    "held_on": "咨询日期",
    "name": "专家",
    "employer": "工作单位",
    "fee_class": "费用类别",
    "hours": "时长（小时）",
    "gross": "应发（元）",
    "tax": "代扣税款（元）",
    "net": "实发（元）",
    "why": "不发放原因",
    "note": "说明",
    "entered_by": "登记人",
    "confirmed_by": "确认人",
}

DEMAND = "专家咨询供需统计"
DEMAND_BY = {"area": "重点领域", "field": "专业领域", "county": "县（市、区）"}
DEMAND_HEADS = {
    "by": "统计口径",
    "name": "名称",
    "asked": "提出需求",
    "met": "已咨询",
    "open": "办理中",
    "unmet": "暂无合适专家",
    "supply": "在库专家",
}
NO_COUNTY = "未限定区域"
NO_FIELD = "未选专业领域"

RECORD = ("参加咨询（次）", "咨询时长", "手头咨询（件）", "最近一次咨询")
NONE = "—"
