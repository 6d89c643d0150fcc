"""Chinese for conflicts and the draw. Data only."""

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
    "roles-clash": "有资格担任专门席位的专家都来自同一单位，无法同时满足席位要求和同一单位人数限制。请经批准扩大抽取范围。",
    "double": "专家 {expert} 在名单中出现了两次，请先核对名单。",
}

ROLE = {"general": "一般", "finance": "财务", "community": "落地社区"}
