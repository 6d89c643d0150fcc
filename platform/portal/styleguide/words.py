"""Chinese of the sample form on the styleguide."""

AREAS = (("elderly", "为老服务"), ("youth", "未成年人关爱"))
MODES = (("grant", "项目资助"), ("buy", "政府购买服务"))
PLACES = tuple(
    (name, name) for name in ("涪城区", "游仙区", "安州区", "江油市", "三台县", "盐亭县", "梓潼县", "北川羌族自治县", "平武县")
)
CATEGORIES = (("staff", "人员补贴"), ("goods", "物资材料"))
WRONG = {
    "title": ["山区留守老人居家安全监测"],
    "asked": ["468000000"],
    "people": ["六百"],
    "begin": ["2027-01-04"],
    "mode": ["grant"],
    "places": ["平武县", "北川羌族自治县"],
    "plan": ["每村设一个汇聚节点、两名响应员。"],
    "lines-0-category": ["staff"],
    "lines-0-use": ["响应员 36 人 × 18 月"],
    "lines-0-amount": ["124000"],
    "lines-1-category": ["goods"],
    "lines-1-amount": ["三千"],
    "lines-2-use": [""],
    "score": ["17"],
}
