"""Chinese for experts, their ties, works and documents. Data only."""

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
WORK = {"paper": "论文、论著", "patent": "专利、标准", "project": "主持的项目", "practice": "实务案例"}
DOCUMENT = {"consent": "单位同意函", "appointment": "聘书", "qualification": "资格证书", "other": "其他材料"}
PART = {"name": "姓名", "employer": "工作单位", "title": "职务或职称", "fields": "专业领域", "works": "成果和主持的项目"}
SOURCE = {"department": "部门邀请", "self": "本人申请", "import": "名单导入"}
FEE_CLASS = {"senior": "高级", "middle": "中级", "other": "其他"}
FORMER = "原工作单位（变更单位时自动登记）"

# Why an expert of the pool cannot be asked for certain days.
UNAVAILABLE = {
    "paused": "暂停参加评审",
    "not-admitted": "不在库",
    "unconfirmed": "年度确认超过60天未答复（待确认）",
    "absent": "评审当天请假",
}
STATE_TONE = {
    "invited": "info",
    "applied": "warn",
    "admitted": "good",
    "paused": "plain",
    "left": "plain",
    "refused": "bad",
}
ADMIT = "审核入库：{name}"
HOST = "主办部门"
UNCONFIRMED = "待确认"
DUE = "请确认专家档案仍然准确"
RUNS_OUT = "{name}的{kind}将于 {day} 到期"

CONSENT_RUNS_OUT = "{name}的{kind}将于 {day} 到期，到期后不再抽取和匹配"

REASON = {
    "already-expert": "{name} 已在专家库中，请直接修改原有档案。",
    "no-employer": "请填写工作单位，回避关系要据此核对。",
    "tie-to-nobody": "请填写与哪个单位或哪位人员有关系。",
    "no-such-account": "没有登录名为“{username}”、姓名为“{name}”的账号，请核对；没有账号的可以不填登录名。",
    "dates": "结束日期不能早于开始日期。",
    "too-many-fields": "专业领域最多选 {most} 项，现在选了 {now} 项，请留下最熟悉的。",
    "year-below-round": "全年上限（{year} 项）不能小于每轮上限（{round} 项）。",
    "too-many-works": "成果最多登记 {most} 项，请先删去较早的。",
    "too-many-absences": "请假时段最多登记 {most} 段，请先删去已经过去的。",
    "absence-long": "一段请假最长一年；更长时间不能参加评审的，请联系主办部门暂停。",
    "absence-past": "这段时间已经过去，不需要登记。",
    "expired": "这份{kind}已经过期，请上传在有效期内的。",
    "name-first": "公开其他内容时须同时同意公开姓名；不愿公开的，请全部不勾选。",
    "link-used": "这个链接已经用过、已被新的链接替代，或已过期。需要时请联系邀请您的部门重新发送。",
}

# What an audit line about a profile says besides its action.
WHAT = {
    "added": "登记",
    "edited": "修改资料",
    "tie": "登记关系",
    "work": "登记成果",
    "work-removed": "删去成果",
    "document": "上传材料",
    "document-withdrawn": "撤下材料",
    "absence": "登记请假",
    "absence-removed": "取消请假",
    "shown": "改变公开范围",
    "asked": "发出年度确认",
}
