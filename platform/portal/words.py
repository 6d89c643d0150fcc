"""Chinese for navigation and for what looks across packages."""

NAV = {
    "work": "工作",
    "projects": "项目",
    "money": "资金",
    "bring": "导入",
    "mine": "申报",
    "review": "评审",
    "system": "系统",
    "self": "我的",
    "start": "首页",
    "home": "工作台",
    "todo": "待办事项",
    "calls": "征集批次",
    "proposals": "申报项目",
    "panels": "评审组",
    "matching": "专家匹配",
    "ranking": "评审排名",
    "decisions": "审定与公示",
    "objections": "异议",
    "reports": "项目报告",
    "experts": "专家库",
    "invitations": "专家邀请",
    "profile": "专家档案",
    "lines": "出资认领",
    "funds": "资金来源",
    "payments": "用款申请",
    "ledger": "资金台账",
    "import": "导入已立项项目",
    "my": "我的申报",
    "open_calls": "征集通知",
    "organisation": "单位资料",
    "organisations": "单位确认",
    "endorse": "单位审核",
    "seats": "我的评审",
    "consultations": "专家咨询",
    "my_consultations": "专家咨询",
    "consulting": "我的咨询",
    "people": "人员与角色",
    "units": "部门与单位",
    "audit": "审计日志",
    "jobs": "后台任务",
    "messages": "消息",
    "account": "账号与安全",
}

ABOUT = {
    "calls": "已发布的征集批次、规则和日程",
    "panels": "评审组的组成、抽取过程和种子；到场监督的抽取记录",
    "matching": "已批准的专家匹配及其参数、指纹和结果",
    "ranking": "评审结束后的排名和公布的计算方式",
    "objections": "实名异议的办理情况",
    "consultations": "提出咨询需求，查看专家答复和咨询记录",
    "messages": "与您有关的办理进展",
    "account": "手机号码、密码、二次验证和已登录的设备",
}
"""One line on each page that a role without a home page of its own may open."""

TODAY = {
    "member": "您可以查看公开的征集、公示、专家和往期项目，核验文书，接收消息，管理自己的账号和登录设备。",
    "agent": "座席员的班次、工单和转介还没有开放。答复来电时，可以查看下面的公开信息。",
}
"""What a role that has no business page yet can do today, said on its first page."""

FOOTER = {
    "technical_support": "承办单位：{}",
    "address": "地址：{}",
    "consult_phone": "咨询电话：{}",
    "hotline": "政务服务热线：{}",
    "record_number": "{}",
}

LIBRARY_LIST = "往期公开项目"
LIBRARY_COLUMNS = (
    ("project_title", "项目名称", "text", 40),
    ("organisation", "单位", "text", 30),
    ("programme", "公开来源项目", "text", 30),
    ("city", "城市", "text", 12),
    ("year", "年度", "text", 8),
    ("area_or_track", "领域或赛道", "text", 20),
    ("award_or_status", "公布结果", "text", 16),
    ("amount_wan", "公布金额（万元）", "text", 16),
    ("source", "出处", "text", 60),
)
