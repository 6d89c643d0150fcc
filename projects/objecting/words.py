"""Chinese of objections. Data only."""

REASON = {
    "not-listed": "请从公示清单中选择有异议的项目。",
    "not-offered": "平台登记“异议不成立”和“取消拟立项资格”两种处理结果；核减或更正后重新公示的，请先按程序完成线下审批。",
}
OBJECTOR = {"person": "个人", "unit": "单位"}
TODO = "办理实名异议：{code}"
