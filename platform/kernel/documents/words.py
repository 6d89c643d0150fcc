"""Chinese of issued papers: their kinds, the series of their numbers, why one is not issued."""

KIND = {
    "receipt": "受理回执",
    "proposal": "项目申报书",
    "notice": "通知",
    "award_letter": "立项通知书",
    "agreement": "项目实施协议书",
    "payment_request": "用款申请表",
    "ranking": "评审汇总表",
    "seal_page": "单位盖章页",
    "score_sheet": "专家评分表",
}

# 示例字头，待确认: the city sets its own in its catalogue.
PREFIX = {
    "receipt": "绵社受",
    "proposal": "绵社申",
    "notice": "绵社通",
    "award_letter": "绵社立",
    "agreement": "绵社协",
    "payment_request": "绵社款",
    "ranking": "绵社评",
    "seal_page": "绵社章",
    "score_sheet": "绵社分",
}
NUMBER = "{prefix}〔{year}〕{number}号"
EXAMPLE = "{issuer}（示例）"

ISSUER = "中共绵阳市委社会工作部（示例）"
DRAFT = "草稿，未编号"
CODE_LABEL = "系统校验码"
VERIFY_HINT = "扫码或访问 {url} 核验真伪"
QR_LABEL = "核验二维码"
TABLE_LABELS = {
    "lines": ("出资明细", ("出资部门", "资金", "金额（元）")),
    "indicators": ("绩效指标", ("指标", "目标值", "佐证材料")),
    "budget": ("经费预算", ("科目", "测算依据", "金额（元）")),
    "instalments": ("拨付安排", ("期次", "拨付条件", "比例", "金额（元）")),
}
REASON = {
    "not-typeset": "文书没有生成（{why}）。请稍候再试；仍不成功请联系系统管理员。",
    "too-slow": "文书内容太多，{seconds} 秒内没有生成。请减少附表后再试。",
    "revoked-already": "这份文书已经撤销。",
    "needs-reason": "请写明撤销原因。",
    "no-word-version": "这种文书没有 Word 版本。",
}

# Fonts that Word finds on office computers.
BODY_FONT = "仿宋"
HEAD_FONT = "黑体"
ATTACHMENT = "附件：{number}. {name}"
TO = "{to}："
SIGNER = "代表：{person}    线上签署：{at}"
TO_SIGN = "代表签字：            日期：    年  月  日"
PARTY = "{party}（盖章）："
CODE_LINE = "系统校验码：{code}"
