"""Chinese for funding lines: why one is refused. Data only."""

REASON = {
    "same-person": "财务核对与同意出资须由不同的人办理。",
    "drafter": "拟定出资明细的人不能核对或同意该明细。",
    "needs-head": "请由部门负责人同意；负责人不登录的，请先登记线下签批并由另一位同事确认。",
    "not-approved": "请先将该项目列为拟立项并填写审定金额，再拟定出资明细。",
    "over-award": "出资明细合计 {together} 元，超过审定金额 {amount} 元。",
    "line-exists": "该资金来源对本项目已有出资明细，请先撤销再重新拟定。",
    "no-such-fund": "请选择资金来源。",
    "forbidden-use": "该资金来源不允许列支“{category}”，本项目预算中可由其承担的只有 {allowed} 元。",
    "management-cap": "该资金来源规定管理费及税费不超过出资的 {percent}%（本笔 {most} 元），本项目预算的管理费及税费为 {amount} 元。请减少出资额，或由其他资金来源承担其余部分。",
    "labour-floor": "该资金来源规定人员劳务不低于出资的 {percent}%（本笔 {least} 元），本项目预算的人员劳务为 {amount} 元。请减少出资额，或换用其他资金来源。",
    "no-reason": "请写明理由。",
}

TODO = {
    "check": "核对出资：{title}",
    "consent": "同意出资：{title}",
    "signoff": "确认出资签批：{title}",
    "again": "出资被退回：{title}",
}
SEPARATOR = "、"

LIST = "出资认领清单"
COLUMNS = (
    ("code", "受理编号", "id", 16),
    ("title", "项目名称", "text", 36),
    ("organisation", "申报单位", "text", 30),
    ("owner_name", "出资部门", "text", 22),
    ("fund_name", "资金来源", "text", 26),
    ("fund_number", "指标文号", "text", 22),
    ("support_mode", "支持方式", "text", 14),
    ("amount", "金额（元）", "money", 16),
    ("state", "状态", "text", 14),
)
