"""Chinese for what scoring may refuse. Data only."""

REASON = {
    "missing": "请给“{criterion}”打分。",
    "unknown": "评分项“{criterion}”不在本批次评分标准内。",
    "not-a-score": "“{text}”不是有效的分数，请填写数字，例如 17.5。",
    "range": "“{criterion}”应在 0 到 {max} 分之间。",
    "step": "“{criterion}”应为 {step} 分的整数倍。",
    "comment-missing": "总分 {total} 属于“{band}”，请写总体评审意见（至少 {min} 字）。",
    "unscored": "还有 {count} 个项目没有评完，不能签字提交。",
    "no-promise": "请先签署保密与廉洁承诺。",
    "signed": "您已签字提交，分数不能再修改；如确有错误，请联系评审秘书退回。",
    "not-enough-sheets": "评审组 {needed} 人，目前只有 {signed} 人签字提交，不能结束评分。",
    "trim-too-few": "不足 {needed} 份评分，不能去掉最高分和最低分。",
    "no-return-reason": "请写明退回评分的理由，专家会看到。",
    "rediscussion-open": "“{project}”分歧较大，请先登记复议情况再结束评分。",
    "same-person": "纸质评分表的录入人与核对人不能是同一人。",
    "panel-shut": "评审组没有在评分中，不能退回评分。",
    "no-sheets": "项目 {code} 没有任何签字提交的评分，不能结束评分。请启用候补专家或另组评审组。",
    "fewer-need-reason": "应有 {needed} 名专家签字提交，目前只有 {signed} 名。确需结束的，请写明理由，理由记入日志。",
    "still-sitting": "已经有项目进入审定，评审组不能重新开放。",
}

SIGN_HEADS = ("项目", ("总分", "num"), "总体评审意见")
