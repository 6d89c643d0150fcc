"""Chinese for reports, visits and closing. Data only."""

GRADE = {"excellent": "优秀", "qualified": "合格", "basic": "基本合格", "failed": "不合格"}

REPORT_KIND = {"monthly": "月度进度", "quarterly": "季度进度", "midterm": "中期报告", "final": "结项报告"}

CONCLUSION = {"passed": "通过", "passed-with-remarks": "通过（有整改事项）", "failed": "不通过"}

REASON = {
    "not-running": "项目处于“{state}”，现在不能填报。",
    "not-open": "这份报告处于“{state}”，不能修改。",
    "is-final": "结项报告请在“结项”页办理结项或要求整改。",
    "period-future": "{period}尚未结束，不能填报。",
    "already-reported": "{period}已经填报。",
    "negative": "“{indicator}”的完成数不能为负数。",
    "shrinks": "“{indicator}”累计完成数 {now} 少于上期累计 {before}，请核对。",
    "no-note": "完成率低于 {percent}%，请说明原因和改进措施。",
    "reports-open": "还有 {count} 份报告未填报或未审核通过，不能提交结项。",
    "no-summary": "请填写项目总结。",
    "grade-unsupported": "按完成情况最高可评“{best}”，不能评为“{grade}”。",
    "finance-failed": "财务结论为不通过，只能评为“不合格”。",
    "performance-missing": "请填写绩效评价结论。",
    "finance-missing": "请填写财务结论。",
    "refund-owed": "还有结余 {amount} 元没有缴回，不能结项。",
    "payment-open": "还有 {count} 笔用款申请在办，不能结项。",
    "vouchers-open": "还有 {count} 笔支出没有凭证，不能结项。",
    "reviewer-is-team": "项目团队成员不能评定本项目的等次。",
    "no-reason": "请写明原因，项目团队会看到。",
}

TODO = {
    "report": "填报{kind}：{title}",
    "review": "审核{kind}：{title}",
    "again": "修改{kind}：{title}",
    "close": "结项验收：{title}",
    "settle": "清算：{title}",
}

LIST = "项目报告清单"
COLUMNS = (
    ("code", "受理编号", "id", 16),
    ("title", "项目名称", "text", 36),
    ("organisation", "承接单位", "text", 30),
    ("name", "报告", "text", 22),
    ("starts", "期间起", "date", 14),
    ("ends", "期间止", "date", 14),
    ("due", "期限", "date", 14),
    ("state", "状态", "text", 14),
    ("submitted_at", "提交时间", "moment", 18),
    ("reviewed_at", "审核时间", "moment", 18),
)
