"""Chinese of objections. Data only."""

REASON = {
    "not-listed": "请从公示清单中选择有异议的项目。",
    "not-offered": "平台登记“异议不成立”和“取消拟立项资格”两种处理结果；核减或更正后重新公示的，请先按程序完成线下审批。",
}
OBJECTOR = {"person": "个人", "unit": "单位"}
TODO = "办理实名异议：{code}"

COLUMNS = (
    ("code", "异议编号", "text", 18),
    ("state", "状态", "text", 14),
    ("project_code", "受理编号", "id", 16),
    ("title", "项目名称", "text", 36),
    ("organisation", "申报单位", "text", 30),
    ("notice_title", "公示", "text", 30),
    ("lodged_at", "收到时间", "moment", 18),
    ("due", "答复期限", "date", 14),
    ("outcome", "处理结果", "text", 16),
    ("answered_at", "答复时间", "moment", 18),
)

LIST = "异议清单"
