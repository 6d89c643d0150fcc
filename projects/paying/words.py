"""Chinese for payment requests and their vouchers. Data only."""

TIMELINESS = {
    "not-due": "未到拨付时间",
    "funds-late": "资金未到位",
    "behind": "进度滞后",
    "next-year": "待下年度预算",
    "paid": "已拨付",
}

REASON = {
    "same-maker": "提交用款申请的人不能审核这笔申请。",
    "same-checker": "审核人不能批准同一笔用款申请，请由另一位负责人批准。",
    "same-confirmer": "支付凭证的登记人与确认人不能是同一人。",
    "gate-signed": "协议尚未由双方签署，不能申请第 {number} 期拨款。",
    "gate-midterm": "中期检查尚未通过，不能申请第 {number} 期拨款。",
    "gate-accepted": "项目尚未验收，不能申请第 {number} 期拨款。",
    "earlier-open": "第 {earlier} 期拨款尚未拨付，不能申请第 {number} 期。",
    "already-requested": "第 {number} 期拨款已有在办的用款申请。",
    "next-year": "第 {number} 期属于 {year} 年度，待下年度预算下达后才能申请。",
    "suspended": "项目处于“{state}”，暂停拨款。",
    "attachment-missing": "用款申请包缺少：{missing}。",
    "no-number": "请填写支付凭证号。",
    "no-date": "请填写支付日期。",
    "future-date": "支付日期不能晚于今天（{today}）。",
    "before-approval": "支付日期不能早于批准日期（{approved}）。",
    "no-file": "请上传银行回单。",
    "amount-differs": "实际支付 {paid} 元与批准金额 {approved} 元不一致，请退回核对。",
    "nothing-payable": "按验收等次和实际支出，第 {number} 期没有需要拨付的金额。",
    "no-reason": "请写明退回原因，对方会看到。",
    "not-waiting": "用款申请处于“{state}”，审核通过后才能登记签批。",
    "old-paper": "这份签批登记在本次审核之前，不能用于现在的申请。请重新登记。",
    "voucher-used": "支付凭证号 {number} 已登记过，请核对。",
}

ATTACHMENT = {
    "request": "用款申请表",
    "agreement": "项目协议",
    "receipt": "票据",
    "milestone": "节点证明",
    "minutes": "会议纪要",
    "account": "收款账户",
}
SEPARATOR = "、"

TODO = {
    "check": "审核第 {number} 期用款申请：{title}",
    "approve": "批准第 {number} 期用款申请：{title}",
    "register": "登记第 {number} 期支付凭证：{title}",
    "confirm": "确认第 {number} 期支付凭证：{title}",
    "again": "修改第 {number} 期用款申请：{title}",
    "next": "提交第 {number} 期用款申请：{title}",
    "paper": "核对用款签批件：{title}",
}

STEP = {"made": "提交申请", "checked": "审核", "approved": "批准", "paper": "批准（线下签批 {number}）"}
INSTALMENT = "第 {number} 期"
PAPER_TITLE = "“{title}”第 {number} 期用款申请表"
LINE_PURPOSE = "按项目协议拨付第 {number} 期资金"
MIDTERM = "中期报告已审核通过"
ACCEPTED = "项目已结项，等次：{grade}"

LIST = "用款申请清单"
COLUMNS = (
    ("code", "受理编号", "id", 16),
    ("title", "项目名称", "text", 36),
    ("organisation", "承接单位", "text", 30),
    ("owner_name", "出资部门", "text", 22),
    ("fund_name", "资金来源", "text", 26),
    ("number", "第几期", "integer", 8),
    ("amount", "金额（元）", "money", 16),
    ("due", "应拨日期", "date", 14),
    ("state", "状态", "text", 14),
    ("made_at", "申请时间", "moment", 18),
    ("checked_at", "审核时间", "moment", 18),
    ("approved_at", "批准时间", "moment", 18),
    ("voucher", "支付凭证号", "id", 20),
    ("paid_on", "支付日期", "date", 14),
)
