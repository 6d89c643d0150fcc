"""Chinese for the ranking sheet. Data only."""

TODO = "拟定审定方案：{title}"
EXPERT = "专家{number}"
SHEET = "评审汇总表"
HEADS = ("名次", "受理编号", "项目名称", "申报单位", "申请金额（元）")
MEAN = "平均分"
TOTAL = "{expert} 总分"
POINT = "{expert} {criterion}"
TIE = "{criterion} 平均分"
FILE = "评审汇总表-{call}.xlsx"
FEES = "评审费发放表"
FEE_FILE = "评审费发放表-{panel}.xlsx"
FEE_HEADS = {
    "number": "席位",
    "name": "姓名",
    "employer": "单位",
    "sheets": "评审项目数",
    "gross": "应发（元）",
    "tax": "代扣个人所得税（元）",
    "net": "实发（元）",
    "why": "不发放原因",
}
