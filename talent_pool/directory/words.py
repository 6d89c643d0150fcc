"""Chinese of the directory. Data only."""

SEAT = {"finance": "财务专家", "community": "落地社区代表", "host": "主办部门工作人员"}

LIST = "专家名单"
# attribute, head, kind, width — no telephone number, no address, no tie: a sheet travels
COLUMNS = (
    ("name", "姓名", "text", 12),
    ("employer", "工作单位", "text", 30),
    ("title", "职务或职称", "text", 16),
    ("category", "类别", "text", 22),
    ("areas", "熟悉的重点领域", "text", 40),
    ("fields", "专业领域", "text", 40),
    ("keywords", "关键词", "text", 30),
    ("county", "所在县（市、区）", "text", 16),
    ("seats", "专门席位", "text", 20),
    ("state", "状态", "text", 10),
    ("in_hand", "在手（项）", "integer", 10),
    ("max_load", "同时评审上限", "integer", 12),
    ("confirmed_on", "最近确认", "date", 14),
)
