"""Chinese for the terms the departments package shares. Data only."""

ORGANISATION_KIND = {
    "association": "社会团体",
    "service-agency": "社会服务机构（民办非企业单位）",
    "foundation": "基金会",
    "university": "高等院校",
    "institution-one": "公益一类事业单位",
    "institution-two": "公益二类事业单位",
    "mass-organisation": "群团组织",
    "committee": "村（居）民委员会",
    "enterprise": "企业",
    "filed-group": "备案社区社会组织",
    "team": "志愿服务队伍",
}

SUPPORT_MODE = {"purchase": "政府购买服务", "grant": "项目资助", "reward": "后补助（以奖代补）", "charity": "慈善资助"}

BUDGET_TYPE = {
    "general": "一般公共预算",
    "government-fund": "政府性基金预算",
    "lottery": "彩票公益金",
    "party-fee": "党费",
    "social": "社会资金",
}

PURPOSE = {"elderly": "扶老", "disability": "助残", "orphans": "救孤", "hardship": "济困"}
