"""Chinese for conflicts, the draw and the texts that are compared. Data only."""

CONFLICT = {
    "employment": "三年内任职",
    "office": "担任负责人或董事、监事、理事",
    "kinship": "亲属关系",
    "joint": "共同申报或参与该项目",
    "mentoring": "督导或指导过该项目",
    "declared": "本人申请回避",
    "supervising-body": "同一业务主管单位",
    "association": "同一协会会员",
}

REASON = {
    "pool-too-small": "符合条件的专家只有 {found} 名，需要 {needed} 名。请经批准扩大抽取范围后再抽取。",
    "role-missing": "符合条件的“{role}”专家只有 {found} 名，需要 {needed} 名。请经批准扩大抽取范围后再抽取。",
    "employers": "符合条件的专家集中在少数单位：同一单位最多 {most} 名时只能选出 {found} 名，需要 {needed} 名。请经批准扩大抽取范围。",
    "districts": "符合条件的专家集中在少数区县：同一区县最多 {most} 名时只能选出 {found} 名，需要 {needed} 名。请经批准扩大抽取范围。",
    "quotas": "按各类别的人数上限，符合条件的专家不能坐满 {needed} 个席位。请核对类别人数要求，或经批准扩大抽取范围。",
    "roles-clash": "有资格担任专门席位的专家都来自同一单位，无法同时满足席位要求和同一单位人数限制。请经批准扩大抽取范围。",
    "tangled": "单位与区县的限制互相交错，没有在规定步数内找到满足全部规则的人选。请经批准放宽其中一条规则或扩大抽取范围。",
    "double": "专家 {expert} 在名单中出现了两次，请先核对名单。",
}

ROLE = {"general": "一般", "finance": "财务", "community": "落地社区"}

PARTICLES = "的了和与及或等在为对将以并中于是之其所把被从到向由该各本此者也而且"
"""Cut from both ends of a shared phrase: they join words and say nothing."""

_GENERAL = """
单位 建立 记录 行动 开展 服务 项目 工作 组织 活动 实施 提供 推动 加强 进行 通过 形成 完善 提升 参与 问题 方法 机制 体系 研究 实践 经验 路径
模式 探索 建设 计划 目标 成效 情况 人员 团队 示例 内容 过程 完整 按月 定期
"""
GENERAL = frozenset(_GENERAL.split())
"""Said of any project: named as a reason only where nothing else is shared."""

NUMBERING = r"^(?: *(?:第?[一二三四五六七八九十百\d]{1,4}[章节条、.:]|[((][一二三四五六七八九十\d]{1,3}[))]|[①-⑳●■◆*·-]))+ *"
"""Numbers at the head of a line, after full width has become half width. A regular expression."""

BOILERPLATE = (
    "请在此处填写",
    "此处填写",
    "不超过500字",
    "不超过800字",
    "不超过1000字",
    "限500字以内",
    "限800字以内",
    "限1000字以内",
    "详见附件",
    "见附件",
    "项目名称:",
    "项目背景:",
    "项目目标:",
    "服务对象:",
    "项目内容:",
    "预期成效:",
    "示例数据",
    "(示例)",
    "(演示)",
    "(演示数据)",
    "(演示数据,虚构)",
    "(演示人物,虚构)",
)
"""What the forms print or ask for: it stands in every text and tells none from another."""

SHORTAGE = {
    "nobody": "项目“{project}”没有任何可以参加评审的专家，需要 {needed} 名。请扩大专家范围，或核对专家的类别和承担上限。",
    "all-conflict": "项目“{project}”与全部 {found} 名专家都须回避或已被排除，需要 {needed} 名。请从其他地区或单位增补专家。",
    "seats": "项目“{project}”还缺 {missing} 名可以参加评审的专家。请扩大抽取范围，或经批准减少该项目的评审席位。",
    "role": "“{role}”专家还缺 {missing} 个席位，涉及 {count} 个项目。请增补该类专家，或提高该类专家的承担上限。",
    "least": "{role}类别席位的下限比能够满足的多 {missing} 个，涉及 {count} 个项目。请调低类别席位的下限，或增加评审席位和该类专家。",
    "most": "{role}类别席位的上限还差 {missing} 个，涉及 {count} 个项目。请调高类别席位的上限，或减少评审席位。",
    "load": "专家的承担上限还差 {missing} 个席位。请给列出的 {people} 名专家共增加 {missing} 个承担名额，或增补专家。",
    "load-least": "至少承担数不能满足，共差 {missing} 个。请调低列出的 {people} 名专家的至少承担数，或减少他们的回避项目。",
    "load-least-all": "各位专家的至少承担数合计 {needed} 个，多于全部评审席位 {found} 个。请调低 {people} 名专家的至少承担数。",
    "employer": "同一单位人数限制使 {count} 个项目还缺 {missing} 名专家。请增补其他单位的专家，或经批准放宽这一限制。",
    "district": "同一区县人数限制使 {count} 个项目还缺 {missing} 名专家。请增补其他区县的专家，或经批准放宽这一限制。",
    "locked": "有 {people} 名已锁定的专家不能同时保留，至少要解除 {missing} 处锁定，涉及 {count} 个项目。请解除后重新匹配。",
    "whole": "各条规则互相交错，没有在限定步数内找到完整的评审组。请经批准放宽其中一条规则，或增加专家的承担上限。",
}
"""Why a matching has no answer; each says what is missing and what would help."""
