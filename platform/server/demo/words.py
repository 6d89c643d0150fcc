"""Chinese for the demo city. Every name here is made up; organisations and people say so themselves."""

EXAMPLE = "（示例）"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹柏水窦章云苏潘葛范彭"
GIVEN = "安平文华雪梅志强建国晓燕丽君海涛明远思雨子涵宇轩欣怡俊杰佳慧永康春兰秋实静怡立新"
KINDS = ("service-agency", "association", "foundation", "university")
UNIT_HEADS = (
    "春晖",
    "同心",
    "向阳",
    "和美",
    "仁爱",
    "绿叶",
    "晨曦",
    "阳光",
    "邻里",
    "青禾",
    "蜀道",
    "涪江",
    "芙蓉",
    "星火",
    "益行",
)
UNIT_TAILS = {
    "service-agency": "社会工作服务中心（示例）",
    "association": "志愿服务协会（示例）",
    "foundation": "公益基金会（示例）",
    "university": "学院（示例）",
}
EMPLOYERS = (
    "示例大学社会学院",
    "示例师范学院",
    "示例会计师事务所",
    "示例社会工作协会",
    "示例研究院",
    "示例医院社工部",
    "示例社区居民委员会",
    "示例企业公益部",
)
TITLES = ("教授", "副教授", "高级社会工作师", "注册会计师", "研究员", "社区书记", "社会工作师")
SUPPORTER = "演示"
TOPICS: dict[str, dict[str, tuple[str, ...]]] = {
    "new-employment": {
        "places": ("骑手驿站", "货运园区", "快递网点", "网约车服务点"),
        "works": ("暖新服务", "应急互助", "职业发展支持", "法律与心理支持"),
    },
    "micro-economy": {
        "places": ("临街商铺", "夜市", "菜市场", "小微园区"),
        "works": ("商户联服", "信用互助", "经营辅导志愿行动"),
    },
    "science": {
        "places": ("科技城新区", "实验室", "科普场馆", "创业园"),
        "works": ("青年科学家服务社区", "科普志愿行动", "人才社区融入"),
    },
    "school": {"places": ("乡村小学", "寄宿制学校", "职业学校"), "works": ("学校社工驻点", "家校协同支持", "心理健康促进")},
    "medical": {"places": ("县级医院", "社区卫生中心", "安宁病房"), "works": ("医务社工服务", "病友互助", "陪诊志愿服务")},
    "corrections": {"places": ("社区矫正中心", "禁毒工作站"), "works": ("回归支持", "家庭修复", "就业帮扶")},
    "elderly": {
        "places": ("山区村组", "老旧小区", "敬老院", "社区食堂"),
        "works": ("老人居家安全互助", "助餐志愿服务", "失智老人家庭支持"),
    },
    "children": {"places": ("易地搬迁社区", "留守儿童之家", "儿童友好社区"), "works": ("儿童保护行动", "假期陪伴", "监护支持")},
    "hardship": {"places": ("低保家庭", "残疾人之家", "零工市场"), "works": ("个案帮扶", "居家照料互助", "技能夜校")},
    "community": {"places": ("城厢社区", "安置小区", "沿江村社"), "works": ("应急互助队", "议事协商", "邻里微更新")},
}
CALLS = {"past": "{year}年“绵社有为”第{n}批项目征集（示例）"}
CALL_SUMMARY = "面向十个重点领域征集“专业社会工作＋志愿服务”项目。本批次为演示数据，单位、人员和金额均为虚构。"
CONTACT = "示例联系人 0816-0000001（示例，待确认）"
ANSWER = "本项目从入户走访和居民点单中梳理需求，由专业社工带领志愿者按月开展服务，建立需求、服务、反馈的闭环，过程记录完整，成效可以核验。以上内容为演示数据，人物与单位均为虚构。"
OVERALL = "需求真实，方案可行，建议进一步细化成效证明材料（演示评语）。"
COMMENT = "依据充分，分工清楚，成效可以核验（演示评语）。"

# What a proposal says. (category, item, percent, unit, own share in fen)
BUDGET = (
    ("service", "小组与社区活动", 40, "场", 500_000),
    ("supplies", "活动物资", 10, "批", 0),
    ("labour", "项目社工补贴", 25, "人月", 0),
    ("volunteer", "志愿者补贴与保险", 10, "人次", 0),
    ("supervision", "督导培训", 15, "次", 0),
)
BASIS = "按同类项目市场价测算（演示）"
INDICATORS = (
    ("case", "建立个案并结案", "个", 10, "个案记录"),
    ("group", "开展小组活动", "场", 6, "签到与照片"),
    ("visit", "入户探访", "次", 60, "探访记录"),
    ("satisfaction", "服务对象满意度", "%", 90, "满意度问卷"),
)
PARTS = (("项目负责人", "社会工作师", 30), ("执行社工", "助理社会工作师", 50), ("志愿者督导", "", 20))
PLAN = (("入户摸底，建立服务台账", "需求清单一份"), ("开展小组与社区活动", "活动记录"), ("总结评估", "总结报告一份"))
PHONE = "13800000000"
SHORT = "按计划落实，责任到人，过程留痕（演示）。"
LONG = ANSWER
KNOWN = {
    "unit.inspection": "pass",
    "unit.grade": "none",
    "budget.past_funding": "no",
    "budget.interest": "无",
    "plan.insurance": "bought",
    "basic.direct": 240,
    "basic.indirect": 900,
}
GROUND = "属于重复申报，同一内容已获其他财政性资金支持（演示）。"
EXPLANATION = "请按财务要求补充测算依据，并更新联系人电话（演示）。"
DECISION = "{call}审定方案"
PANEL = "评审{n}组"
AUDITED = "核减重复测算的活动物资（演示）。"
OUTCOME_REASON = "按名次和经费情况确定（演示）。"
WITHDRAWN = "单位内部安排调整，申请撤回（演示）。"

MATES = 400
"""Names for the people of the teams."""

# The story.
STORY = {
    "first": "{year}年“绵社有为”第一批项目征集（示例）",
    "second": "{year}年“绵社有为”第二批项目征集（示例）",
    "third": "{year}年“绵社有为”第三批项目征集（示例）",
    "fourth": "{year}年“绵社有为”第四批项目征集（示例）",
    "special": "{year}年“绵社有为”科技志愿服务专项征集（示例）",
    "abandoned": "团队主要成员变动，无法按期实施（演示）。",
    "suspended": "实施场地改造，暂停服务两个月（演示）。",
    "terminated": "服务对象搬迁，项目无法继续（演示）。",
}
PAPER = "示例材料-{number}.pdf"
OPINION = "选题符合本领域年度重点，建议支持（演示）。"
MINUTES = "绵社工纪〔{year}〕{code}号（示例）"
BODY = "示例专题会议"
VOTES = "应到 9 人，实到 9 人，同意 9 人（演示）"
OBJECTOR = "赵示例"
FACTS = "该项目与往年已获资助的项目内容相同，附两份资料为证（演示）。"
ANSWERED = "经核查，情况属实，取消拟立项资格（演示）。"
BANK = "示例银行绵阳分行"
PURPOSE = "首期项目实施经费（演示）"
EXPENSE = "按预算支出（演示）"
DONE = "按计划完成阶段工作，台账齐全（演示）。"
PROBLEMS = "无（演示）。"

ADDRESS = "示例路 1 号（示例）"
SCOPE = "社会工作服务、志愿服务组织与培训（示例）"
ABOUT = "虚构的示例单位，长期在社区开展专业社会工作和志愿服务。"
