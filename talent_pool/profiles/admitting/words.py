"""Chinese for admission and leaving. Data only."""

REASON = {
    "same-person": "邀请或登记 {name} 的人不能审核，请由另一位工作人员办理。",
    "oneself": "不能审核本人的入库申请。",
    "no-reason": "请写明理由，本人会收到。",
    "has-work": "{name} 手上还有 {count} 个项目的评审任务，请先在评审组中更换，再办理出库。",
    "no-fields": "还没有填写熟悉的重点领域，无法抽取和匹配，请先补齐档案。",
}
