"""Chinese of organisations: reasons, papers of the record, choices."""

REASON = {
    "future-date": "“{what}”的日期不能晚于今天（{today}）。",
    "unknown-document": "没有这一类材料，请从列表中选择。",
    "code-taken": "代码“{code}”已有单位使用：{name}。",
    "no-record": "单位管理员还没有填写登记信息，暂不能确认。",
    "not-coded": "请填写 18 位统一社会信用代码；没有代码的志愿服务队伍请填写登记编号。",
}

DOCUMENT = {
    "registration": "登记证书",
    "inspection": "上年度年检（年报）结论",
    "audit": "上年度审计报告或财务报表",
    "credit": "信用查询截图",
    "account": "基本账户信息",
    "certificates": "持证社工证书",
}

FIELD = {
    "name": "单位名称",
    "kind": "单位类型",
    "registered_on": "成立（登记）日期",
    "legal_person": "法定代表人（负责人）",
    "supervisor": "业务主管单位",
    "county": "所在县（市、区）",
    "address": "住所",
    "scope": "业务范围",
    "profile": "单位简介",
    "staff": "专职人员",
    "social_workers": "持证社工",
    "abnormal_on": "最近一次列入活动异常名录的日期",
    "dishonest_on": "最近一次列入严重违法失信名单的日期",
    "violation_on": "最近一次重大违法记录的日期",
}

CONFIRM = "确认单位：{name}"

LIST = "单位清单"
COLUMNS = (
    ("name", "单位名称", "text", 34),
    ("code", "统一社会信用代码", "id", 22),
    ("kind", "类型", "text", 16),
    ("registered_on", "登记日期", "date", 14),
    ("supervisor", "业务主管单位", "text", 26),
    ("staff", "专职人员", "integer", 10),
    ("social_workers", "持证社工", "integer", 10),
    ("grade", "评估等级", "text", 12),
    ("inspection", "年检结论", "text", 14),
    ("confirmed_at", "确认时间", "moment", 18),
)
