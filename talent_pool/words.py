"""Chinese for the states of everything in the talent pool. Data only; each phase keeps its own reasons."""

EXPERT_STATE = {
    "invited": "已邀请",
    "applied": "待审核",
    "admitted": "在库",
    "paused": "暂停",
    "left": "已出库",
    "refused": "未入库",
}

CONSULTATION_STATE = {
    "asked": "待安排",
    "returned": "退回补充",
    "declined": "不予安排",
    "cancelled": "已取消",
    "inviting": "邀请专家中",
    "unmet": "暂无合适专家",
    "agreed": "专家已确认",
    "held": "待反馈",
    "finished": "已办结",
}

INVITATION_STATE = {
    "invited": "待答复",
    "accepted": "已接受",
    "declined": "已谢绝",
    "lapsed": "逾期未答复",
    "withdrawn": "已撤回",
}

FEE_STATE = {"entered": "待确认", "confirmed": "已确认"}

# Why an expert is paid nothing, on the fee sheet.
UNPAID = {"host-staff": "主办部门工作人员，不发放", "civil-servant": "公务员，未经批准不发放", "no-work": "未完成评审，不发放"}
