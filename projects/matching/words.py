"""Chinese for matching. Data only."""

REASON = {
    "no-projects": "没有可匹配的项目：请至少选择一个资格审查通过且未编入评审组的项目。",
    "too-many": "一次最多匹配 {most} 个项目，现在选了 {count} 个，请分批运行。",
    "under-way": "本批次已有一次匹配正在进行，请等它完成或先取消。",
    "same-person": "运行匹配的人不能批准或退回自己的结果，请由另一位同事办理。",
    "review-passed": "评审日期不能早于今天。",
    "changed": "项目 {code} 等 {count} 个项目在匹配之后已撤回或编入其他评审组，请重新运行匹配。",
    "gone": "{name} 等 {count} 位专家在匹配之后已暂停、出库，或档案已并入另一份，请重新运行匹配。",
    "conflicted": "复核发现 {name} 与项目 {code} 存在应当回避的关系（{conflict}），请重新运行匹配。",
    "no-reason": "请写明理由。",
    "no-expert": "没有找到专家“{text}”，请填写完整姓名。",
    "no-project": "本批次没有受理编号为“{code}”的项目，请核对。",
    "several-experts": "有 {count} 位专家叫“{text}”，请照下面的一种写法填写：{names}。",
    "lock-needs-project": "锁定专家时请填写项目编号。",
    "lock-conflict": "{name} 与项目 {code} 存在应当回避的关系（{conflict}），不能锁定。",
    "held-already": "这位专家与该项目已有锁定或排除，请先解除再设置。",
    "locks-full": "项目 {code} 只有 {seats} 个席位，不能锁定更多专家。",
    "pick-count": "本组 {seats} 个席位，现在选了 {count} 位专家。",
    "pick-barred": "{name} 不能参加本组评审：{why}。",
    "pick-consent": "{name} 的单位同意函在评审日已过期。请先请本人更新，或在“单位同意函说明”中写明单位已同意的依据。",
}

APPROVE = "批准匹配结果：{call}"

FAILURE = {
    "time": "在规定时间内没有算完。请减少项目或放宽条件后再运行。",
    "crashed": "计算进程中断，结果没有保存。请再运行一次；仍不成功的请联系系统管理员。",
    "violated": "结果没有通过规则复核，未予采用。请联系系统管理员并保留本次记录。",
    "no-experts": "专家库中没有可以参加的专家。",
}

OBJECTIVE = {
    "lottery": "从符合条件的专家中随机抽取",
    "fair": "各项目均衡",
    "total": "总体最匹配",
}
OBJECTIVE_NOTE = {
    "lottery": "正式评审推荐：达到匹配度门槛的专家机会均等，种子记录在案，任何人可以复算",
    "fair": "先保证匹配最差的项目，再顾及全体；结果固定",
    "total": "全部匹配度之和最大；结果固定，适合咨询",
}

KIND = {"general": "一般", "finance": "财务", "community": "落地社区"}
HOLD = {"lock": "锁定", "exclude": "排除"}
HOLD_TONE = {"lock": "info", "exclude": "warn"}
WHOLE_ROUND = "本轮全部项目"

DOING = {
    "": "等待开始",
    "reading": "读取项目和专家",
    "weighing": "比较项目与专家的专长",
    "masking": "核对回避关系",
    "solving": "分配专家",
    "checking": "逐条复核规则",
    "standing-by": "排定候补",
    "explaining": "写明理由",
    "storing": "保存结果",
}

# Why an expert is not with a project; conflicts say their own kind, profiles and drawing theirs.
WHY_NOT = {
    "out": "未参加本次匹配：{why}",
    "conflict": "应当回避：{why}",
    "excluded": "已由人工排除",
    "load": "评审任务已满：上限 {most} 个，原有 {before} 个，本次分配 {given} 个",
    "employer": "同一单位已有专家在本组：{name}（{employer}）",
    "district": "同一县（市、区）最多 {most} 名，已有专家在本组：{name}",
    "below": "未入围：匹配度 {mine}，本项目的抽取门槛是 {cut}",
    "not-drawn": "已入围，但随机序号在后：{key}，入选者最后一位 {cut}",
    "reserved": "已入围，序号 {key}；轮到时余下的席位须留给财务或落地社区专家，或为满足全部规则另作安排",
    "cost": "可以参加；若只换下 {name}、其余不动，匹配度由 {theirs} 变为 {mine}，相差 {cost}",
    "no-place": "符合条件，但空出的席位需要财务或落地社区资格",
    "forced": "如改选，全批匹配度合计降低 {cost}（其余评审组重新安排到最好）",
    "forced-about": "如改选，全批匹配度合计至少降低 {least}（其余评审组重新安排后降低 {cost}）",
    "forced-even": "如改选，全批匹配度合计不变：两种安排并列最好，本次按固定编号取舍",
    "forced-none": "如改选，找不到满足全部规则的安排",
    "standby": "已列为第 {place} 席候补 {standby}",
    "seated": "已在本项目第 {place} 席",
    "unknown": "匹配时还不在专家库中（此后才入库或恢复）",
}

WITH_CONSENT = "{reason}（单位同意函：{consent}）"
HELD = "人工排除"
PANEL_NAME = "第{number}评审组（按项目匹配）"
CALL_CHOICE = "{title}（待分组 {waiting} 个）"
TERM = "{term}（{share}%）"
BRIEF_RANK = "在 {eligible} 位符合条件的专家中排第 {rank}"
AND = "、"
ALSO = "；"
CAN = "可以参加"

LIST = "专家匹配清单"
COLUMNS = (
    ("call_title", "征集批次", "text", 34),
    ("number", "第几次", "integer", 8),
    ("state", "状态", "text", 12),
    ("objective", "方式", "text", 24),
    ("projects", "项目数", "integer", 10),
    ("asked_by", "运行人", "text", 12),
    ("asked_at", "运行时间", "moment", 18),
)
RESULT = "匹配结果"
RESULT_COLUMNS = (
    ("code", "受理编号", "id", 16),
    ("title", "项目名称", "text", 36),
    ("organisation", "申报单位", "text", 30),
    ("kind", "席位", "text", 12),
    ("name", "专家", "text", 12),
    ("rank", "在可参加专家中排第", "integer", 18),
    ("locked", "锁定", "yes-no", 8),
    ("terms", "共同关键词", "text", 40),
)
