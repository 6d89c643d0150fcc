"""Chinese for deciding: reasons and the badges derived from rows. Data only."""

BADGE = {
    "proposed": "建议立项",
    "decided": "已审定",
    "under-objection": "异议核查中",
    "funded": "出资已落实",
    "unfunded": "出资待落实",
}

REASON = {
    "audited-over-requested": "财务审核金额 {audited} 元不能超过申请金额 {requested} 元。",
    "advised-over-audited": "专家建议金额 {advised} 元不能超过财务审核金额 {audited} 元。",
    "determined-over-audited": "审定金额 {determined} 元不能超过财务审核金额 {audited} 元。",
    "agreed-over-determined": "协议金额 {agreed} 元不能超过审定金额 {determined} 元。",
    "nothing-determined": "审定金额应大于零。",
    "lines-not-equal": "出资明细中已同意的合计 {consented} 元，与审定金额 {amount} 元不一致，还差 {gap} 元。",
    "line-over-cap": "该资金来源单个项目最多支持 {cap} 元，本明细为 {amount} 元。",
    "line-over-remaining": "该资金来源可用额度仅剩 {remaining} 元。",
    "line-mode": "该资金来源不支持“{mode}”方式。",
    "below-line": "该项目平均分 {mean} 低于入围分数线 {line}，不能建议立项。",
    "out-of-order": "排名在前的项目 {project} 尚未安排，请先安排或写明理由。",
    "scorer-decides": "评审过本批次项目的人员不能参与审定。",
    "no-signoff": "请先登记会议纪要并由另一位同事确认，再发布审定结果。",
    "nothing-to-release": "审定方案中还没有项目。",
    "outcome-missing": "还有 {count} 个项目没有审定意见（立项、递补或不立项）。",
    "window-open": "公示期至 {end} 24:00 届满，届满后才能印发立项通知。",
    "objection-open": "该项目有 {count} 件异议尚未答复，暂不能印发立项通知。",
    "no-number": "请填写立项通知文号。",
    "notice-over": "公示期已于 {end} 24:00 届满，不再受理异议。",
    "notice-not-begun": "公示期自 {start} 开始。",
    "no-name": "异议须实名提出：个人写明真实姓名和联系方式，单位加盖公章。匿名反映请向机关纪委提出。",
    "no-evidence": "请写明事实和理由，并提供证据或线索。",
    "decider-answers": "异议应由未参与原审查、评审和审定的人员办理。",
    "extended-once": "答复期限只能延长一次。",
    "extension-late": "答复期限已于 {due} 届满，不能再延长。",
    "no-answer": "请写明核查情况和处理意见。",
    "no-reason": "请写明理由。",
    "cut-outcome": "异议成立后核减的，请填写核减后的金额，且应低于原审定金额 {amount} 元。",
    "not-preparing": "方案已提请会议审定或已发布，不能修改。需要修改的，请先撤回。",
    "not-convened": "请先提交会议审定，再登记会议纪要。",
    "decision-open": "本批次已有一份未发布的审定方案，请在原方案上修改。",
    "no-candidates": "本批次没有评审结束或递补的项目。",
    "amount-missing": "请填写审定金额。",
    "lines-elsewhere": "项目 {project} 未列为拟立项，但还有出资明细，请先撤销。",
    "problems": "项目 {project}：{problem}",
}

RECEIPT_KIND = {
    "invoice": "增值税发票",
    "settlement": "行政事业单位资金往来结算票据",
    "donation": "公益事业捐赠票据",
    "receipt": "收款收据",
}

TITLE = "{call}审定方案"
TODO = {
    "convene": "提交会议审定：{title}",
    "minutes": "登记会议纪要：{title}",
    "confirm": "确认会议纪要：{title}",
    "release": "发布审定结果：{title}",
}

OUTCOME = {"approve": "拟立项", "reserve": "递补", "decline": "不立项"}
UPHELD = {"cancel": "取消拟立项资格", "cut": "核减", "correct": "更正后重新公示", "dismissed": "异议不成立"}

FUND_CHOICE = "{owner} · {fund}（可用 {left} 万元）"

# Tones of states and outcomes on screen.
TONES = {
    "preparing": "warn",
    "convened": "info",
    "released": "good",
    "approve": "good",
    "reserve": "info",
    "decline": "plain",
    "proposed": "warn",
    "checked": "info",
    "consented": "good",
    "declined": "bad",
}

LIST = "审定方案清单"
COLUMNS = (
    ("title", "审定方案", "text", 34),
    ("state", "状态", "text", 14),
    ("call_title", "征集批次", "text", 30),
    ("preparer", "拟定人", "text", 12),
    ("prepared_at", "拟定时间", "moment", 18),
    ("released_at", "发布时间", "moment", 18),
)
