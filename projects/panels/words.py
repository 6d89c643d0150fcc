"""Chinese for forming panels. Data only."""

REASON = {
    "no-projects": "评审组还没有项目，请先加入资格审查通过的项目。",
    "not-ready": "项目 {code} 目前是“{state}”，只有资格审查通过的项目可以加入评审组。",
    "taken": "项目 {code} 已经在“{panel}”，一个项目只能由一个评审组评审。",
    "other-call": "项目 {code} 不属于本批次，不能加入。",
    "fixed": "评审组已经抽取专家，项目不能再增减。",
    "review-passed": "评审日期不能早于今天。",
    "name-taken": "本批次已经有“{name}”，请换一个名称。",
}

PANEL_NAME = "第{number}评审组"
CALL_CHOICE = "{title}（待分组 {waiting} 个）"

LIST = "评审组清单"
COLUMNS = (
    ("name", "评审组", "text", 20),
    ("state", "状态", "text", 14),
    ("call_title", "征集批次", "text", 30),
    ("review_on", "评审日期", "date", 14),
    ("seats", "席位", "integer", 8),
    ("sitting", "已到位专家", "integer", 12),
    ("projects", "项目数", "integer", 10),
    ("signed", "已签字", "integer", 10),
)
