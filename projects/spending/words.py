"""Chinese for expenses and refunds. Data only."""

REASON = {
    "over-line": "该科目剩余 {remaining} 元，不足 {amount} 元；可先申请调剂。",
    "refund-over": "缴回金额 {amount} 元超过应缴结余 {owed} 元。",
    "not-positive": "金额应大于零。",
    "not-running": "项目处于“{state}”，不能登记。",
    "future-date": "日期不能晚于今天（{today}）。",
    "invoice-used": "发票号 {number} 已在项目 {project} 登记过，不能重复列支。",
    "no-voucher": "请填写凭证号。",
    "not-settled": "清算尚未完成：还有 {amount} 元没有缴回。",
    "refund-entered": "缴回凭证号 {voucher} 已经登记过。",
    "vouched": "这笔支出已经有凭证号。",
}
