"""Chinese for the states of everything in a project's life. Data only; each phase keeps its own reasons."""

STATE = {
    "draft": "草稿",
    "endorsing": "单位审核中",
    "submitted": "待受理",
    "returned": "待补正",
    "ineligible": "不予受理",
    "accepted": "资格审查通过",
    "in-review": "评审中",
    "scored": "评审结束",
    "publicised": "公示中",
    "reserved": "递补",
    "declined": "未入选",
    "cancelled": "取消拟立项资格",
    "approved": "已立项（待签约）",
    "abandoned": "已放弃",
    "running": "实施中",
    "suspended": "暂停",
    "closing": "结项验收",
    "closed": "已结项",
    "terminated": "已终止（清算中）",
    "settled": "已终止（已清算）",
    "withdrawn": "已撤回",
    "lapsed": "逾期未提交",
}

CALL_STATE = {
    "draft": "拟稿中",
    "in-approval": "送审中",
    "published": "征集中",
    "closed": "已截止",
    "discarded": "已作废",
    "withdrawn": "已撤销",
}

PANEL_STATE = {"forming": "组建中", "drawn": "专家已定", "open": "评审中", "closed": "已结束"}

SEAT_STATE = {
    "standby": "候补",
    "invited": "待确认",
    "accepted": "已确认",
    "promised": "评分中",
    "signed": "已签字提交",
    "declined": "已谢绝",
    "recused": "已回避",
    "replaced": "已更换",
}

RUN_STATE = {
    "queued": "排队中",
    "running": "计算中",
    "done": "待批准",
    "short": "专家不足",
    "failed": "未完成",
    "cancelled": "已取消",
    "returned": "已退回",
    "approved": "已批准",
}

DECISION_STATE = {"preparing": "拟定中", "convened": "已提请会议", "released": "已发布"}

LINE_STATE = {
    "proposed": "待认领",
    "checked": "财务已核",
    "consented": "已同意出资",
    "declined": "不同意出资",
    "released": "已解除",
}

NOTICE_STATE = {"draft": "待发布", "published": "公示中", "closed": "公示期满"}

OBJECTION_STATE = {"lodged": "异议核查中", "answered": "已答复", "refused": "不予受理"}

AGREEMENT_STATE = {"drafting": "拟定中", "presented": "待单位签署", "team-signed": "待主办部门签署", "signed": "已签署"}

PAYMENT_STATE = {
    "requested": "待审核",
    "returned": "已退回",
    "checked": "待批准",
    "approved": "待拨付",
    "registered": "拨付待确认",
    "paid": "已拨付",
}

REPORT_STATE = {"due": "待填报", "submitted": "待审核", "returned": "退回修改", "accepted": "已通过"}
