"""Chinese of the import of experts: the sheet's columns, what is wrong in a cell, what is only worth a look."""

REASON = {
    "same-file": "这个文件已由 {who} 于 {at} 导入（{rows} 名专家），不能重复导入。如需重新导入，请先撤销该批次。",
    "too-many": "一次最多导入 {limit} 名专家，表格有 {count} 行。请分成几份。",
    "touched": "{name} 的档案导入后已有办理记录，不能整批撤销。请在该档案上单独办理。",
    "in-use": "该批次的专家已被其他业务引用（如已进入评审组），不能整批撤销。",
    "nobody-waits": "这一批没有等待入库审核的专家。",
    # of a cell
    "example": "请删去模板中的示例行。",
    "unknown-area": "没有重点领域“{value}”。请填写目录中的领域名称或代码，多个用顿号隔开。",
    "unknown-field": "没有专业领域“{value}”。请填写专业领域词表中的名称，多个用顿号隔开；词表里没有的写在“关键词”列。",
    "unknown-county": "没有县（市、区）“{value}”。请填写全称，如“涪城区”。",
    "too-many-fields": "专业领域最多 {most} 项，填了 {count} 项。",
    "not-mobile": "“{value}”不是手机号。请填写 11 位号码。",
    "load-range": "应在 0 至 {most} 之间。",
    "year-below-round": "全年上限（{year} 项）不能小于每轮上限（{round} 项）。",
    "not-a-work": "“{value}”看不出是哪类成果。每行一项，写成“论文：题名（2024）”；类型有：{kinds}。",
    "work-long": "成果题名最多 200 个字。",
    "too-many-works": "成果最多 {most} 项，填了 {count} 项。",
    "unit-long": "单位名称最多 120 个字。",
    "not-a-date": "“{value}”里的日期看不明白。请写成“单位名称（至2025-03-01）”。",
    "twice-in-file": "与第 {row} 行重复：同一单位的同名专家。",
    "mobile-in-file": "与第 {row} 行的手机号相同。",
    "twice": "库中已有同一单位的“{name}”（{state}）。如要更新其档案，请选择“更新库中已有的专家”。",
    "twice-mobile": "库中“{name}”（{employer}，{state}）已使用这个手机号。如要更新其档案，请选择“更新库中已有的专家”。",
    "ended": "“{name}”在库中的状态是“{state}”，不能通过表格更新。请在其档案上办理，或重新邀请。",
    "many": "库中有多份同一单位的“{name}”。请先在“查重合并”里合并，再导入。",
    "other-name": "这个手机号已登记在另一个姓名之下。请核对姓名和号码。",
    # worth a look, does not hinder
    "namesake": "库中有同名专家：{others}。如是同一人，请导入后在“查重合并”里合并。",
    "renamed-employer": "库中登记的工作单位是“{employer}”，更新后原单位自动记为三年内任职。",
    "no-mobile": "没有手机号：入库后无法用短信登录和接收通知。",
}

CATEGORY_ALIAS = {"产": "industry", "学": "academia", "研": "research", "用": "user"}
WORK_ALIAS = {
    "论文": "paper",
    "论著": "paper",
    "著作": "paper",
    "专利": "patent",
    "标准": "patent",
    "项目": "project",
    "课题": "project",
    "案例": "practice",
}
WORK_PATTERN = r"(?P<kind>[^：:]{1,12})[：:]\s*(?P<title>.+?)\s*(?:[（(](?P<year>(?:19|20)\d{2})年?[）)])?\Z"
ENDED_PATTERN = r"(?P<unit>.+?)\s*(?:[（(]至\s*(?P<until>[^）)]+)[）)])?\Z"

# key, title, kind, width, required, limit, example, what the page says of it
COLUMNS = (
    ("name", "姓名", "text", 12, True, 60, "（示例，请删去本行）张某", ""),
    ("employer", "工作单位", "text", 30, True, 120, "示例大学", "全称；回避关系据此核对"),
    ("category", "类别", "choice", 22, True, 40, "学", "产、学、研、用之一"),
    ("title", "职务或职称", "text", 16, False, 60, "副教授", ""),
    ("areas", "重点领域", "text", 30, True, 300, "养老服务、社区治理与应急", "领域名称或代码，用顿号隔开"),
    ("fields", "专业领域", "text", 40, False, 600, "数据治理与信息系统", "专业领域词表中的名称，用顿号隔开，最多 12 项"),
    ("keywords", "关键词", "text", 30, False, 300, "社区食堂、老年助餐", "词表以外的专长"),
    ("speciality", "专长说明", "text", 40, False, 2000, "", "几句话"),
    ("county", "所在县（市、区）", "text", 16, False, 20, "涪城区", ""),
    ("counties", "可服务的县（市、区）", "text", 30, False, 200, "涪城区、游仙区", "用顿号隔开"),
    ("mobile", "手机号", "id", 16, False, 20, "", "加密保存，不公开；用于短信登录和通知。更新已有专家时只用来查找，不改号码"),
    ("finance", "财务专家", "yes-no", 10, False, 4, "否", ""),
    ("community", "落地社区代表", "yes-no", 14, False, 4, "否", ""),
    ("host_staff", "主办部门工作人员", "yes-no", 16, False, 4, "否", ""),
    ("civil_servant", "公务员", "yes-no", 10, False, 4, "否", ""),
    ("fee_class", "评审费档次", "choice", 12, False, 10, "其他", "不填按“其他”"),
    ("max_load", "每轮上限", "integer", 10, False, 6, "20", "不填按 20 项"),
    ("max_year", "全年上限", "integer", 10, False, 6, "100", "不填按 100 项"),
    ("former", "曾任职单位", "text", 34, False, 600, "示例服务中心（至2025-03-01）", "近三年的；每行一个，写明到何时"),
    ("board", "兼任负责人、理事、监事的单位", "text", 34, False, 600, "", "每行一个"),
    (
        "works",
        "成果",
        "text",
        44,
        False,
        4000,
        "论文：社区助餐的三种模式（2024）",
        "每行一项，写成“类型：题名（年份）”；类型：论文、专利、标准、项目、案例",
    ),
)
EXAMPLE_MARK = "（示例"
SEPARATORS = r"[、，,;；\s]+"
LINES = r"[\n;；]+"
OTHER = "{name}（{employer}）"
BETWEEN = "、"
TEMPLATE = "专家导入模板"
TODO = "审核入库：{who} 导入的 {count} 名专家"
UPDATE = "更新库中已有的专家"
