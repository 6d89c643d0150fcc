"""One filled paper of every kind, with the awkward names and texts that real ones have."""

from __future__ import annotations

from datetime import date, datetime

from kernel import money
from kernel.clock import SHANGHAI
from kernel.documents.papers import (
    Agreement,
    AwardLetter,
    BudgetLine,
    Criterion,
    FundLine,
    Grid,
    Indicator,
    Instalment,
    Named,
    Notice,
    Paper,
    PaymentRequest,
    Proposal,
    Ranking,
    Receipt,
    ScoreSheet,
    SealPage,
    Section,
    Signature,
    Stamp,
    Step,
)

AT = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
CALL = "2026 年“社工＋志愿服务”项目征集（示例）"
PROJECT = "“微光”困境儿童陪伴 *计划* #[危险] $x$ \\ @引用 <标签>"
CODE = "MY2026-0037"
UNIT = "绵阳市示例社会工作服务中心"
LEADER = "喆堃·珺彧"
HOST = "绵阳市示例主办部门"
LINES = [FundLine("示例民政部门", "福彩公益金", money.yuan(30_000)), FundLine("示例卫健部门", "部门预算", money.yuan(16_800))]
STAMP = Stamp(
    "示例文书",
    "示例印发机关",
    date(2026, 11, 20),
    "绵社示〔2026〕12号",
    "7K3M-9QXA-2B4C-8D6E",
    "http://127.0.0.1/verify/7K3M9QXA2B4C8D6E",
)
DRAFT = Stamp("示例文书", "示例印发机关")

SAMPLES: list[Paper] = [
    Receipt(CALL, PROJECT, CODE, UNIT, LEADER, money.yuan(46_800), AT, [Named("申报书", "共 8 节"), Named("预算表.xlsx", "2 页")]),
    Proposal(
        CALL, PROJECT, CODE, UNIT, LEADER, HOST, "涪城区", money.yuan(46_800), AT,
        [
            Section("一、项目背景", [Named("需求依据", "第一段。\n第二段：" + "服务对象需要陪伴。" * 30), Named("未答的题", "")]),
            Section("二、预算", [], [Grid(["科目", "金额（元）"], [["志愿者补贴", "12,000.00"]] * 40, "预算明细", [3, 1], [1])]),
        ],
    ),
    Notice("各县（市、区）社会工作部", ["为做好有关工作，现将事项通知如下。", "请于 11 月 30 日前报送。"], [Grid(["序号", "名称"], [["1", "甲"]])], ["立项清单", "汇总表"]),
    AwardLetter(UNIT, CALL, PROJECT, CODE, HOST, money.yuan(46_800), date(2026, 12, 1), date(2027, 11, 30), 10, LINES, ["注明资助来源。"]),
    Agreement(
        HOST, UNIT, CALL, PROJECT, CODE, money.yuan(46_800), date(2026, 12, 1), date(2027, 11, 30), "尾号 1234",
        [Indicator("服务人次", "≥ 600", "签到表")],
        [BudgetLine("志愿者补贴", "50 元 × 240 人次", money.yuan(12_000)), BudgetLine("物资", "按清单", money.yuan(34_800))],
        LINES,
        [Instalment("首款", "协议生效", "50%", money.yuan(23_400)), Instalment("中期款", "中期通过", "40%", money.yuan(18_720))],
        [Signature("甲方", "示例负责人", AT), Signature("乙方")],
    ),
    PaymentRequest(
        UNIT, PROJECT, CODE, "首款", money.yuan(46_800), money.ZERO, money.yuan(23_400), "用于首期服务", UNIT, "尾号 1234", "示例银行",
        LINES, [Named("协议.pdf", "双方已签署")], [Step("审核", "示例经办", AT, "同意"), Step("批准", "", None)],
    ),
    Ranking(
        CALL, "第一组", "去掉一个最高分和一个最低分后取平均，满分 100 分",
        Grid(["名次", "项目", "得分"], [[str(n), f"项目{n}", "88.50"] for n in range(1, 60)], "", [1, 6, 2], [2]),
        ["入围线 70 分。"], [Signature("评审秘书", "示例秘书", AT), Signature("监督人员")],
    ),
    SealPage(CALL, PROJECT, CODE, UNIT, LEADER, money.yuan(46_800), "3f2a" * 16, ["不重复申报。", "经费专款专用。"]),
    ScoreSheet(CALL, "第一组", PROJECT, CODE, "专家 03", [Criterion("需求与对象", "20", "17.5", "依据充分"), Criterion("预算", "20", "15", "")], "32.5", "总体可行。\n建议压缩物资费。", AT),
]  # fmt: skip
