"""Chinese for the agreement and its instalments. Data only."""

GATE = {"signed": "协议签订后", "midterm": "中期检查通过后", "accepted": "验收合格后"}

REASON = {
    "budget-differs": "调整后预算合计 {budget} 元，与协议金额 {agreed} 元不一致。",
    "lines-differ": "出资明细合计 {lines} 元，与协议金额 {agreed} 元不一致。",
    "indicators-missing": "请先在“调整预算与指标”中核对并保存。",
    "not-approved": "项目处于“{state}”，现在不能签订协议。",
    "nothing-determined": "项目还没有审定金额，不能签订协议。",
    "no-period": "请填写实施起止日期。",
    "period-turned": "结束日期应晚于开始日期。",
    "no-reason": "请写明原因，对方会看到。",
    "own-unit": "您是项目团队或承接单位的人员，不能代表主办部门签署。",
    "not-waiting": "协议处于“{state}”，承接单位签署后才能登记主办部门的签批。",
    "old-paper": "这份签批登记在协议重新提交之前，不能用于现在的协议。请重新登记。",
}

TODO = {
    "revise": "调整预算与指标、提交协议：{title}",
    "sign-team": "签署项目协议：{title}",
    "sign-host": "签署项目协议：{title}",
    "confirm-paper": "核对协议签批件：{title}",
    "first-payment": "提交第 1 期用款申请：{title}",
}

INSTALMENT = "第 {number} 期"
BY_GRADE = "按验收等次"
ACCOUNT = "户名：{name}，开户行：{bank}，账号尾号：{tail}"
PAPER_TITLE = "“{title}”项目实施协议书"
PARTY = {"host": "甲方", "team": "乙方"}
AGREED_REASON = "协议签订"
