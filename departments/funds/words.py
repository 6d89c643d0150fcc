"""Chinese for funds and the ledger (备查台账). Data only."""

ACCOUNT = {
    "available": "可用额度",
    "intended": "意向",
    "claimed": "认领",
    "decided": "审定",
    "signed": "签约",
    "due": "应拨",
    "paid": "已拨",
    "spent": "已支出",
    "refunded": "已缴回",
    "budget": "年度预算",
}

EVENT = {
    "budget": "下达预算",
    "cut-budget": "调减预算",
    "intend": "提出意向",
    "claim": "认领出资",
    "decide": "会议审定",
    "sign": "签订协议",
    "fall-due": "达到拨付条件",
    "pay": "登记拨付",
    "spend": "登记支出",
    "refund": "结余缴回",
    "drop-intended": "解除意向",
    "drop-claimed": "解除认领",
    "drop-decided": "核减审定",
    "drop-signed": "核减协议",
    "drop-due": "取消应拨",
    "drop-paid": "撤销导入的已拨",
}

REASON = {
    "not-positive": "金额应大于零。",
    "over-account": "“{account}”余额仅 {balance} 元，不足 {amount} 元。",
    "over-budget": "该资金来源可用额度仅剩 {remaining} 元，不足 {amount} 元。",
    "lottery-purpose": "彩票公益金只用于{allowed}等用途，“{area}”领域不在此列，不能使用该资金来源。",
    "below-committed": "预算不能调减到已安排金额 {committed} 元以下。",
}

SEPARATOR = "、"

# What funds forbid, by the codes of the catalogue.
USE = {
    "management": "管理费及税费",
    "fixed-assets": "固定资产",
    "construction": "基本建设",
    "cash-gifts": "现金慰问和礼品",
    "reception": "公务接待",
    "abroad": "因公出国（境）",
    "vehicles": "公务用车",
    "allowances": "津贴补贴",
    "profit": "营利性支出",
}

SHEET = (
    ("at", "登记时间", 18),
    ("fund_name", "资金来源", 34),
    ("owner_name", "出资部门", 24),
    ("code", "项目编号", 14),
    ("title", "项目名称", 30),
    ("event", "事项", 14),
    ("taken_from", "转出", 10),
    ("given_to", "转入", 10),
    ("amount", "金额（元）", 16),
    ("memo", "摘要", 30),
    ("by_name", "经办人", 12),
)

FUND_LIST = "资金来源清单"
FUND_COLUMNS = (
    ("code", "编号", "text", 16),
    ("name", "资金来源", "text", 30),
    ("owner_name", "归口部门", "text", 22),
    ("year", "年度", "integer", 8),
    ("budget_type", "预算类型", "text", 18),
    ("index_number", "指标文号", "text", 22),
    ("subject", "科目", "text", 22),
    ("total", "总额（元）", "money", 18),
    ("work_expense", "其中工作经费（元）", "money", 20),
    ("modes", "支持方式", "text", 26),
)
