"""Chinese for what stands between a draft and its submission. Data only."""

REASON = {
    # one field
    "required": "请填写“{field}”。",
    "no-choice": "请选择“{field}”。",
    "too-short": "“{field}”至少 {min} 字，现为 {length} 字。",
    "too-long": "“{field}”最多 {max} 字，现为 {length} 字，请删去 {over} 字。",
    "too-small": "“{field}”不能小于 {min}{unit}。",
    "too-large": "“{field}”不能大于 {max}{unit}。",
    "too-few-choices": "“{field}”请至少选择 {min} 项。",
    "not-a-choice": "“{field}”的选项已不在可选范围内，请重新选择。",
    "not-a-number": "“{field}”请填写整数。",
    "not-a-month": "“{field}”请按“年-月”填写，例如 2026-12。",
    "not-a-phone": "“{field}”请填写 11 位手机号码或带区号的固定电话。",
    "not-an-email": "“{field}”请填写正确的电子邮箱，例如 name@example.cn。",
    "period": "结束月份不能早于开始月份。",
    # sections of rows
    "too-few-rows": "“{section}”至少填写 {min} 行，现为 {rows} 行。",
    "too-many-rows": "“{section}”最多 {max} 行，现为 {rows} 行。",
    "no-file": "请上传“{document}”。",
    # budget
    "line-sum": "第 {line} 行：数量 × 单价 = {product} 元，与申请 {requested} 元加自筹 {own} 元之和不一致。",
    "line-empty": "第 {line} 行：数量和单价应大于零。",
    "line-negative": "第 {line} 行：申请金额和自筹金额不能为负数。",
    "line-category": "第 {line} 行：预算科目不在本批次范围内，请重新选择。",
    "line-basis": "第 {line} 行：请填写测算依据。",
    "forbidden-category": "“{category}”不得列支，请删除第 {line} 行或改由自筹资金承担。",
    "category-cap": "“{category}”申请 {amount} 元，超过申请总额的 {percent}%（{limit} 元）。",
    "share-over": "{categories}合计 {amount} 元，超过申请总额的 {percent}%（{limit} 元）。",
    "share-under": "{categories}合计 {amount} 元，不足申请总额的 {percent}%（{limit} 元）。",
    "over-cap": "申请总额 {amount} 元超过上限 {cap} 元。",
    "under-minimum": "申请总额 {amount} 元低于本批次最低申请额 {minimum} 元。",
    "looks-like-wan": "申请总额只有 {amount} 元。金额单位是元不是万元，请核对。",
    "looks-too-large": "申请总额达到 {amount} 元，是上限的百倍以上。金额单位是元，请核对是否多写了零。",
    "over-committed": "{person}在各项目中的投入合计 {percent}%，超过 100%。",
    # who may apply
    "kind": "本批次不接受“{kind}”申报。",
    "mode": "“{kind}”不能承接“{mode}”项目。",
    "no-payee": "没有统一社会信用代码的队伍须选择一家承接（收款）单位。",
    "not-confirmed": "单位信息尚未确认，请先完善单位资料并等待确认。",
    "abnormal": "单位在 {until} 前 {years} 年内曾列入活动异常名录（{on}），不符合申报条件。",
    "dishonest": "单位在 {until} 前 {years} 年内曾列入严重违法失信名单（{on}），不符合申报条件。",
    "violation": "单位在 {until} 前 {years} 年内有重大违法记录（{on}），不符合申报条件。",
    "overdue": "单位有 {count} 个项目逾期未结项，请先完成结项。",
    "banned": "单位在 {until} 前不得申报。",
    "enough": "本批次每个单位（院系）限报 {limit} 项，贵单位已报 {count} 项。",
    # when and who
    "not-open": "本批次于 {opens} 开始申报。",
    "fill-closed": "填报已于 {deadline} 24:00 截止。",
    "endorse-closed": "单位审核已于 {deadline} 24:00 截止。",
    "own-work": "填报人不能审核自己填报的申报书，请由单位管理员中的另一位审核。",
    "not-promised": "请先阅读并勾选承诺。",
    "not-complete": "还有 {count} 处需要填写或修改，请按下方清单逐项办理后再提交。",
    "not-editable": "当前状态是“{state}”，不能修改申报书。",
    "total-kept": "补正不得改变申请总额：原为 {before} 元，现为 {after} 元。",
    "no-unit": "请选择以哪个单位的名义申报。",
    "unknown-payee": "没有找到代码为“{code}”的单位，请核对承接（收款）单位的统一社会信用代码。",
    "seal-stale": "盖章页（版本 {sealed}）之后申报书有改动（现为 {current}），盖章页已失效，请重新打印盖章后上传。",
    # warnings about a code, never obstacles
    "code-length": "统一社会信用代码应为 18 位，请核对。",
    "code-check": "统一社会信用代码未通过校验，个别老代码会有这种情况；请对照登记证书核对，无误可以继续。",
}

SEPARATOR = "、"

# Reading a proposal.
UNIT_SECTION = "unit"
YUAN = "元"
PLACES = "{county}：{townships}"
PLACES_END = "；"
BUDGET_TOTAL = "申请合计 {requested} 元，自筹合计 {own} 元"
HEADS = {
    "budget": ("科目", "用途", "数量", "单价（元）", "申请（元）", "自筹（元）", "测算依据"),
    "indicators": ("类别", "指标与口径", "目标值", "证明材料"),
    "team": ("姓名", "分工", "资质", "投入"),
    "plan": ("月份", "工作内容", "产出"),
}
INDICATOR = {
    "case": "个案",
    "group": "小组",
    "community": "社区活动",
    "visit": "探访",
    "training": "培训",
    "volunteer": "志愿者",
    "resource": "资源链接",
    "publicity": "宣传",
    "satisfaction": "满意度",
    "other": "其他",
}
RECORD = {
    "name": "单位名称",
    "code": "统一社会信用代码",
    "kind": "单位类型",
    "registered_on": "成立（登记）日期",
    "legal_person": "法定代表人（负责人）",
    "supervisor": "业务主管单位",
    "address": "住所",
    "staff": "专职人员",
    "social_workers": "持证社工",
    "payee": "承接（收款）单位",
}
PEOPLE = "{count} 人"
CELL = "第 {line} 行 {head}"
STATUS = {"new": "尚未开始", "open": "填写中", "done": "已完成", "fixed": "不在补正范围"}
LEFT = "还差 {count} 项"
ENDORSE = "审核申报书：{title}"
ACCEPT = "资格审查：{title}"
OPINION = "业务意见：{title}"
RESUMED = "修改申报书：{title}"
UNTITLED = "未命名项目"
COLUMNS = {
    "budget": {
        "category": "科目",
        "item": "用途",
        "quantity": "数量",
        "unit": "单位",
        "unit_price": "单价（元）",
        "requested": "申请（元）",
        "own": "自筹（元）",
        "basis": "测算依据",
    },
    "indicators": {"kind": "类别", "name": "指标与口径", "target": "目标值", "unit": "单位", "evidence": "证明材料"},
    "team": {"name": "姓名", "part": "分工", "qualification": "资质", "percent": "投入（%）"},
    "plan": {"month": "月份", "work": "工作内容", "result": "产出"},
}
STEPS = ["填写", "核对提交", "单位审核", "资格审查"]
AUTOSAVE = {
    "saved": "已自动保存 {at}",
    "invalid": "有内容无法保存，请点“保存”查看原因",
    "stale": "同一部分已被他人修改，点“保存”可对照两份内容",
}
CLAUSE = "；"
NO_CODE = "（提交后给出）"
TOTAL = "合计"
SUMS = ("合计", "总计", "小计", "申请合计")
COPIES = "{count} 份"
PAPER = {"seal": "单位盖章承诺页", "receipt": "受理回执"}
