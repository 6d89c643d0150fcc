"""Chinese of notices and of the papers issued after them. Data only."""

KIND = {"award": "拟立项公示", "reserve": "递补立项公示"}
TITLE = {
    "award": "关于{call}拟立项项目的公示",
    "reserve": "关于{call}递补立项项目的公示",
}
BODY = (
    "根据{plan}及本批次征集公告公布的规则，{call}经资格审查、专家评审、会议审定，拟对下列 {count} 个项目予以立项，"
    "资助资金合计 {amount} 元，现予公示。公示期为{starts}至{ends}，共 {days} 个工作日（公示当日不计入）。\n"
    "公示期内，任何单位或个人对公示内容有异议的，可以书面或在本页面实名提出，写明事实和理由并提供证据或线索；"
    "受理机关对异议人身份予以保密。匿名反映问题的，请按信访举报渠道向机关纪委提出。"
)
ITEM_HEADS = ("序号", "项目编号", "项目名称", "承接单位", "拟资助（元）")
EXPERTS = "评审专家（按姓氏笔画为序）：{names}"
PHONES = "咨询电话：{consult}　监督电话：{supervision}"
LIST_TITLE = "拟立项项目名单"
LOTTERY = "{title}（彩票公益金资助）"
SHEET = "公示清单"
SEPARATOR = "、"

AWARD_TITLE = "关于下达{call}立项项目的通知"
AWARD_TO = "各项目申报单位"
AWARD_BODY = (
    "{call}拟立项项目已于{starts}至{ends}公示，公示期满。经研究，同意下列 {count} 个项目立项，资助资金合计 {amount} 元。",
    "请各项目单位自本通知印发之日起 {days} 个工作日内，按审定金额调整预算和绩效指标，提交项目协议。审定金额不得突破，"
    "未按期签订协议且无正当理由的，视为放弃立项。",
    "资助资金应当专款专用，使用彩票公益金的项目须在活动现场、宣传材料和设施设备显著位置标明“彩票公益金资助”。",
)
AWARD_LIST = "立项项目名单"
AWARD_HEADS = ("序号", "项目编号", "项目名称", "承接单位", "资助金额（元）")

TODO = {"issue": "公示期满，印发立项通知：{title}", "revise": "按审定金额调整预算并提交协议：{title}"}
REASON_DETERMINED = "会议审定：{paper}"
REASON_ENDED = {"decline": "未入选，出资解除", "cancel": "取消拟立项资格，出资解除", "reconsider": "重新审定，出资解除"}

SHEET_COLUMNS = (
    ("position", "序号", "integer", 6),
    ("code", "项目编号", "text", 16),
    ("title", "项目名称", "text", 36),
    ("organisation", "申报单位", "text", 30),
    ("payee", "承接（收款）单位", "text", 30),
    ("area", "重点领域", "text", 20),
    ("amount", "拟资助金额（元）", "money", 18),
)
