"""Chinese for the duties on a call. Data only."""

DUTY = {"secretary": "评审秘书", "budget-review": "财务审核", "objections": "异议处理", "screening": "受理（第三方机构）"}
REASON = {
    "not-a-holder": "{name} 目前没有可以承担“{duty}”的岗位，请先由系统管理员授予相应角色，或另选一人。",
    "held-already": "{name} 已经承担“{duty}”，不必重复指定。",
}
