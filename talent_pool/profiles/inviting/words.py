"""Chinese for invitations. Data only."""

LIST = "专家邀请名单"
# attribute, head, kind, width — no telephone number: a sheet travels
COLUMNS = (
    ("name", "姓名", "text", 12),
    ("employer", "工作单位", "text", 30),
    ("unit", "邀请部门", "text", 24),
    ("inviter", "邀请人", "text", 12),
    ("invited_at", "邀请时间", "moment", 18),
    ("state", "状态", "text", 10),
    ("open_until", "链接有效期至", "moment", 18),
    ("reason", "未入库理由", "text", 40),
)

REASON = {
    "other-name": "这个手机号与姓名和平台上已有的登记不一致，请向本人核对后再邀请。",
    "already-in": "{name} 已在专家库中（{state}），不需要再邀请。",
    "already-asked": "{name} 已经受到邀请，链接尚未使用。请在邀请名单中重新发送链接。",
    "in-review": "{name} 的入库申请正在审核，不需要再邀请。",
    "no-unit": "您没有可以发出邀请的部门。",
    "no-mobile": "{name} 没有登记手机号，不能发送链接。请联系系统管理员补登。",
    "oneself": "不能邀请自己入库，请由其他工作人员邀请。",
}
