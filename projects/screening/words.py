"""Chinese for what screening may refuse. Data only."""

REASON = {
    "nothing-named": "请至少勾选一项需要补正的内容。",
    "unknown-field": "申报书中没有“{field}”，请重新勾选。",
    "core-field": "“{field}”属于核心内容，补正时不得修改；如不符合要求，请作不予受理处理。",
    "no-explanation": "请写明需要补正的问题和要求，申报人会看到这段话。",
    "days": "补正期限应为 1 到 {max} 个工作日。",
    "second-return": "该项目已经一次性告知补正。再次退回须由部门负责人写明理由。",
    "no-grounds": "不予受理须写明理由，并告知申报人可以申请复核。",
    "same-officer": "复核应由作出不予受理决定以外的另一位工作人员办理。",
    "readmit-closed": "申请复核的期限已于 {deadline} 24:00 届满。",
    "over-requested": "财务审核金额不能超过申请金额 {requested} 元。",
    "nothing-audited": "财务审核金额应大于零。",
    "no-cut-reason": "财务审核金额低于申请金额，请写明核减理由。",
    "open-items": "还有 {count} 项审查内容没有结论，请逐项勾选。",
    "failed-items": "有 {count} 项审查不符合要求，不能通过；请告知补正或不予受理。",
    "opinion-closed": "业务意见应在 {deadline} 24:00 前提出，逾期视为无意见。",
    "own-unit": "您与申报单位有利害关系，请由其他工作人员办理。",
}

CHECKLIST = {
    "kind": "申报主体类型符合本批次要求",
    "scope": "项目内容符合单位章程业务范围",
    "credit": "信用记录（1/2/3 年）已核对，无限制情形",
    "complete": "材料齐全、签章完整",
    "free": "无逾期未结项目，未重复获得财政资助",
}
STAGE = {"screening": "资格审查", "review": "评审", "notice": "审定与公示", "running": "实施", "ended": "已结束"}
VIEW = {"support": "同意推荐", "none": "无意见", "concern": "有不同意见"}
OUTCOME = {"accepted": "资格审查通过", "returned": "告知补正", "refused": "不予受理", "readmitted": "复核后受理"}
AMOUNT = {
    "requested": "申请金额",
    "audited": "财务审核金额",
    "advised": "专家建议金额",
    "determined": "审定金额",
    "agreed": "协议金额",
}
LIST = "申报项目清单"
COLUMNS = (
    ("code", "受理编号", "id", 16),
    ("title", "项目名称", "text", 40),
    ("state", "状态", "text", 16),
    ("organisation", "申报单位", "text", 30),
    ("area", "重点领域", "text", 18),
    ("lead", "牵头部门", "text", 20),
    ("call", "征集批次", "text", 26),
    ("requested", "申请金额（元）", "money", 16),
    ("audited", "财务审核金额（元）", "money", 18),
    ("submitted_at", "正式提交时间", "moment", 18),
)
