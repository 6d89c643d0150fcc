"""Chinese for experts and their ties. Data only."""

CATEGORY = {
    "industry": "产（企业与社会组织）",
    "academia": "学（高校）",
    "research": "研（科研院所）",
    "user": "用（基层与服务单位）",
}
TIE = {
    "employment": "任职",
    "board": "负责人、理事、监事",
    "kinship": "亲属",
    "mentoring": "督导、指导",
    "association": "协会会员",
}
FEE_CLASS = {"senior": "高级", "middle": "中级", "other": "其他"}

REASON = {
    "already-expert": "{name} 已在专家库中，请直接修改原有档案。",
    "no-employer": "请填写工作单位，回避关系要据此核对。",
    "tie-to-nobody": "请填写与哪个单位或哪位人员有关系。",
    "no-such-account": "没有登录名为“{username}”、姓名为“{name}”的账号，请核对；没有账号的可以不填登录名。",
    "dates": "结束日期不能早于开始日期。",
}
