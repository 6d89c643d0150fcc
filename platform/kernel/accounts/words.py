"""Chinese for signing in and for the administration of accounts. Data only."""

REASON = {
    "wrong": "账号或密码不正确，或账号暂时不能登录。连续输错 5 次会锁定 15 分钟；忘记密码可用短信验证码登录或重置密码。",
    "wrong-code": "验证码不正确或已过期，请核对后重新输入，或重新获取。",
    "wrong-factor": "动态验证码不正确。请打开验证器查看当前的 6 位数字；每个数字只能用一次。",
    "wrong-current": "当前密码不正确，请重新输入。",
    "password-short": "密码至少 {least} 个字符，现在是 {now} 个。可以用几个词连成一句话。",
    "password-easy": "这个密码容易被猜到（常见词、城市或部门名称、年份、连续或重复的字符）。请换一个，例如几个互不相关的词。",
    "password-personal": "密码里不要包含自己的登录名、姓名或手机号码。",
    "password-same": "新密码不能与当前密码相同。",
    "password-differs": "两次输入的新密码不一致，请重新输入。",
    "link-used": "这个链接已经用过或已过期。请到登录页重新获取。",
    "self-grant": "不能给自己授予角色，请由另一位安全管理员办理。",
    "self-close": "不能停用自己的账号，请由另一位系统管理员办理。",
    "separated": "{name}已是{held}。系统、安全、审计三种管理员必须由不同的人担任。",
    "unit-needed": "角色“{role}”要在一个{kinds}里，请选择单位。",
    "unit-unwanted": "角色“{role}”不属于任何单位，请不要选择单位。",
    "unit-closed": "这个单位已停用，不能再授予角色。",
    "already-held": "{name}已有这个角色。",
    "already-ended": "这个角色已经收回。",
    "username-taken": "登录名“{username}”已有人使用，请换一个。",
    "username-shape": "登录名用 3 到 40 个小写字母、数字、点或连字符，以字母开头。",
    "mobile-taken": "这个手机号码已用于另一个账号。",
    "no-contact": "没有手机号码也没有电子邮箱，无法把链接发给本人。请先补充一项。",
    "code-taken": "代码“{code}”已用于另一个{kind}。",
    "closed": "账号已停用。",
    "administrators-exist": "已经有管理员，不能再次建立最初的管理员。",
    "three-people": "三位管理员必须是三个不同的人，登录名也不能相同。",
    "factor-on": "二次验证已经开启。",
    "factor-offer": "这个二维码已失效，请重新扫描新的二维码。",
}

UNIT_KIND = {"department": "部门", "organisation": "单位", "county": "县（市、区）", "station": "站点", "agency": "第三方机构"}
ACCOUNT_STATE = {"open": "正常", "invited": "待启用", "locked": "已锁定", "closed": "已停用"}
DEVICE = {"wechat": "微信", "other": "浏览器", "phone": "手机", "computer": "电脑"}

AUDIT_COLUMN = {
    "id": "序号",
    "at": "时间",
    "actor_name": "办理人",
    "role_label": "角色",
    "action_label": "事项",
    "subject_kind": "对象",
    "subject": "对象编号",
    "facts": "内容",
}
AUDIT_SHEET = "审计日志"

PEOPLE_LIST = "人员清单"
PEOPLE_COLUMNS = (
    ("name", "姓名", "text", 14),
    ("username", "用户名", "text", 20),
    ("state_label", "状态", "text", 12),
    ("held_label", "角色", "text", 50),
    ("last_in_at", "最近登录", "moment", 18),
)
UNIT_LIST = "部门与单位清单"
UNIT_COLUMNS = (
    ("kind_label", "类别", "text", 14),
    ("code", "代码", "id", 22),
    ("name", "名称", "text", 34),
    ("members", "在册人数", "integer", 10),
    ("closed_on", "停用日期", "date", 14),
)

# Surnames that sound otherwise than the character does in most words.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge", "覃": "qin",
    "翟": "zhai", "乐": "yue", "洗": "xian", "冼": "xian", "缪": "miao", "员": "yun", "召": "shao", "秘": "bi", "祭": "zhai",
    "繁": "po", "种": "chong", "折": "she", "黑": "he", "能": "nai", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun",
}  # fmt: skip

AUDIT_FACT = {
    "after": "办理后",
    "before": "办理前",
    "reason": "理由",
    "result": "结果",
    "amount": "金额",
    "number": "文号",
    "voucher": "支付凭证号",
    "code": "编号",
    "project": "项目",
    "projects": "项目",
    "call": "批次",
    "panel": "评审组",
    "batch": "导入批次",
    "row": "行",
    "rows": "行数",
    "of": "所属",
    "size": "大小",
    "sha256": "指纹",
    "role": "角色",
    "person": "人员",
    "kind": "种类",
    "outcome": "意见",
    "grade": "等次",
    "purpose": "用途",
    "total": "合计",
}
"""What a log line's facts are called; those that are not here keep the name they have in the log."""

AUDIT_VALUE = {
    "in": "已登录",
    "unknown": "没有这个账号",
    "shut": "暂停登录期间",
    "wrong": "密码不对",
    "locked": "多次失败，已锁定",
}
"""How signing in ended; values that are not here are said as they were written."""

AUDIT_KIND = {
    "account": "账号", "agreement": "项目协议", "call": "征集批次", "call_duty": "批次分工", "consultation": "专家咨询",
    "consultation_fee": "咨询费", "decision": "审定方案", "demo_clock": "业务时间", "document": "文书", "expense": "支出", "expert": "专家",
    "file": "附件", "fund": "资金来源", "funding_line": "出资明细", "invitation": "咨询邀请", "match_hold": "匹配锁定", "match_run": "专家匹配",
    "membership": "角色", "notice": "公示", "objection": "异议", "organisation": "单位", "outbox": "后台任务", "panel": "评审组",
    "payment_request": "用款申请", "project": "项目", "report": "项目报告", "seat": "评审席位", "signoff": "线下签批", "unit": "部门与单位",
}  # fmt: skip
"""What a line is about; what is not here is called as its table is."""
