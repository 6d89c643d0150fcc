"""Chinese of merging: what can be chosen, why two records look alike, why a merge is refused."""

FIELD = {
    "employer": "工作单位",
    "title": "职务或职称",
    "category": "类别",
    "county": "所在县（市、区）",
    "areas": "重点领域",
    "fields": "专业领域",
    "methods": "专业方法",
    "counties": "可服务的县（市、区）",
    "keywords": "关键词",
    "speciality": "专长说明",
    "finance": "财务专家",
    "community": "落地社区代表",
    "fee_class": "评审费档次",
    "max_load": "每轮上限",
    "max_year": "全年上限",
}
PICK = {"keep": "取保留的", "drop": "取并入的", "both": "两份合在一起"}
SIGN = {"employer": "同一单位", "mobile": "同一手机号", "works": "{count} 项成果相同", "namesake": "仅同名"}
YES_NO = {True: "是", False: "否"}
EMPTY = "—"
BETWEEN = "、"
FORMER = "合并档案时另一份登记的工作单位"

REASON = {
    "same": "请选择两份不同的档案。",
    "state": "“{name}”的档案状态是“{state}”，不能合并。请先办完入库审核，或将其移出。",
    "keep-ended": "保留的档案已出库。请把在库的那份作为保留的档案。",
    "already": "“{name}”的档案已经合并过。",
    "one-panel": "两份档案在同一个未结束的评审组里都有席位或候补，不能合并。请先更换其中一席，或等评审组结束。",
    "recused": "其中一份档案正在评审（或候补）另一份档案已回避的项目，不能合并。请先更换该席位，或等评审组结束。",
    "held": "同一批次的匹配中，一份档案被锁定、另一份被排除，不能合并。请先在匹配页面解除其中一项。",
    "oneself": "不能合并自己的档案，请由另一位主办部门人员办理。",
    "no-reason": "请写明理由，将写入操作日志。",
    "undone": "这次合并已于 {at} 撤销。",
    "touched": "合并后档案又有办理记录，不能撤销合并。请由本人或主办部门在档案上更正。",
}

LIST = "可能重复的专家档案"
COLUMNS = (
    ("name", "姓名", "text", 12),
    ("one_employer", "先登记的单位", "text", 30),
    ("one_state", "先登记的状态", "text", 12),
    ("other_employer", "后登记的单位", "text", 30),
    ("other_state", "后登记的状态", "text", 12),
    ("signs", "相同之处", "text", 30),
)
