"""Chinese of the import: the sheet's columns, what is wrong in a cell, what is only worth a look."""

REASON = {
    "same-file": "这个文件已由 {who} 于 {at} 导入（批次 {code}，{rows} 个项目），不能重复导入。如需重新导入，请先撤销该批次。",
    "too-many": "一次最多导入 {limit} 个项目，表格有 {count} 行。请分成几份。",
    "not-allowed": "您没有导入已立项项目的权限，请由主办部门经办办理。",
    "touched": "项目“{title}”（{code}）导入后已有办理记录，不能整批撤销。请在该项目上单独办理。",
    "in-use": "该批次导入的内容已被其他业务引用，不能整批撤销。",
    "not-theirs": "该人员不是项目单位的申报人，请先由单位管理员添加。",
    # of a cell
    "example": "请删去模板中的示例行。",
    "unknown-area": "没有重点领域“{value}”。请填写目录中的领域名称或代码。",
    "unknown-department": "没有部门“{value}”。请填写部门全称、简称或代码。",
    "unknown-fund": "没有资金来源“{value}”。请填写资金来源代码，或“{owner}”名下的资金来源名称。",
    "fund-owner": "资金来源“{fund}”属于“{owner}”，与出资部门“{named}”不一致。",
    "not-positive": "金额应大于 0。",
    "negative": "金额不能小于 0。",
    "agreed-over": "协议金额 {agreed} 元大于审定金额 {determined} 元。",
    "paid-over": "已拨金额 {paid} 元大于协议金额 {agreed} 元。",
    "dates-turned": "结束日期应晚于开始日期。",
    "awarded-year": "立项日期应在 2020-01-01 至 {today} 之间。",
    "needs": "状态为“{state}”时必填。",
    "needs-empty": "状态为“{state}”时应留空。",
    "twice-in-file": "与第 {row} 行重复：同一单位的同名项目。",
    "twice": "平台上已有该单位的同名项目（{code}）。",
    "lottery": "{why}",
    "over-fund": "资金来源“{fund}”可用额度不足：本行之前剩余 {remaining} 元，本行需要 {amount} 元。",
    "no-code": "“{kind}”应填写统一社会信用代码；平台上没有名为“{name}”的单位。",
    "many-names": "平台上有多个名为“{name}”的单位，请填写统一社会信用代码。",
    "two-names": "同一代码在第 {row} 行写的是另一个单位名称“{name}”。",
    "account": "收款户名、开户银行、收款账号应一并填写。",
    "account-digits": "收款账号应为 6 至 34 位数字。",
    "goal": "主要指标与目标值应一并填写，目标值应大于 0。",
    # worth a look, does not hinder
    "code-look": "统一社会信用代码“{code}”校验不通过，请核对；不影响导入。",
    "name-look": "代码已登记的单位名称是“{name}”，将使用已登记的名称。",
    "fund-year": "资金来源属于 {year} 年度，与立项年度 {awarded} 不同。",
    "mode-look": "该资金来源的支持方式中没有“{mode}”。",
    "kind-look": "“{kind}”一般不适用“{mode}”。",
    "cap-look": "金额超过该资金来源单个项目上限 {cap} 元。",
    "no-account": "没有收款账户：导入后暂不能申请拨款。",
}

STATE = {
    "已立项(待签约)": "approved",
    "已立项（待签约）": "approved",
    "实施中": "running",
    "结项验收": "closing",
    "已结项": "closed",
}

GRADE = {"优秀": "excellent", "合格": "qualified", "基本合格": "basic", "不合格": "failed"}

MODE_ALIAS = {"后补助": "reward"}
KIND_ALIAS = {"社会服务机构": "service-agency", "民办非企业单位": "service-agency"}

# key, title, kind, width, required, limit, example, what the page says of it
COLUMNS = (
    ("title", "项目名称", "text", 34, True, 120, "（示例，请删去本行）社区食堂志愿服务", ""),
    ("organisation", "申报单位", "text", 30, True, 120, "示例社会工作服务中心", "登记证书上的全称"),
    ("uscc", "统一社会信用代码", "id", 22, False, 18, "", "志愿服务队伍、备案社区社会组织可不填"),
    ("kind", "单位类型", "choice", 26, True, 40, "社会服务机构", "社会团体、社会服务机构、基金会、高等院校等，同单位资料"),
    ("area", "重点领域", "text", 18, True, 60, "社区治理与应急", "领域名称或代码"),
    ("lead", "牵头部门", "text", 22, False, 60, "", "不填按重点领域的牵头部门"),
    ("state", "状态", "choice", 16, True, 20, "实施中", "已立项（待签约）、实施中、结项验收、已结项"),
    ("determined", "审定金额(元)", "money", 16, True, 30, "80000", ""),
    ("agreed", "协议金额(元)", "money", 16, False, 30, "80000", "已签协议的项目必填"),
    ("paid", "已拨金额(元)", "money", 16, False, 30, "40000", "不填视为尚未拨付；已结项的项目必填"),
    ("owner", "出资部门", "text", 22, True, 60, "市委社会工作部", "部门全称、简称或代码"),
    ("fund", "资金来源", "text", 30, True, 120, "society-2026", "资金来源代码，或该部门名下的资金来源名称"),
    ("mode", "支持方式", "choice", 18, True, 20, "项目资助", "政府购买服务、项目资助、后补助、慈善资助"),
    ("awarded_on", "立项日期", "date", 14, True, 30, "2026-03-20", ""),
    ("starts_on", "开始日期", "date", 14, False, 30, "2026-04-01", "已签协议的项目必填"),
    ("ends_on", "结束日期", "date", 14, False, 30, "2027-03-31", "已签协议的项目必填"),
    ("grade", "结项等级", "choice", 12, False, 10, "", "优秀、合格、基本合格、不合格；只有已结项的项目填写"),
    ("leader", "负责人", "text", 14, False, 60, "张某", "只作记录，不开通账号"),
    ("old_code", "原编号", "text", 18, False, 60, "2026-社-012", ""),
    ("goal", "主要指标", "text", 20, False, 80, "服务人次", "待签约的项目必填"),
    ("target", "目标值", "integer", 10, False, 12, "300", "待签约的项目必填"),
    ("unit", "指标单位", "text", 10, False, 12, "人次", ""),
    ("account_name", "收款户名", "text", 26, False, 120, "", "三项一并填写；账号加密保存"),
    ("bank", "开户银行", "text", 26, False, 120, "", ""),
    ("account", "收款账号", "id", 24, False, 34, "", ""),
)
EXAMPLE_MARK = "（示例"

CALL_TITLE = "往年立项项目导入 {code}"
BUDGET_ITEM = "导入项目，预算未分列"
BUDGET_BASIS = "按导入时的金额登记"
UNIT_CODE = "DR{call}-{row:04d}"
"""A team without a unified code gets one of ours: which import, which row."""
LEADER = "负责人"
MEMO = "导入 {code}"
MEMO_UNDO = "撤销导入 {code}：{reason}"
TEMPLATE = "往年立项项目导入模板"
GOAL_UNIT = "项"
