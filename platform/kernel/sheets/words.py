"""Chinese of the sheets: why a file or a cell was not taken."""

REASON = {
    "not-xlsx": "这不是 XLSX 表格。请用 Excel 或 WPS 打开后另存为“Excel 工作簿（*.xlsx）”，再上传。",
    "too-big": "表格有 {size} MB，最多 {limit} MB。请删去图片或分成几份上传。",
    "too-many-rows": "表格有 {rows} 行，最多 {limit} 行。请分成几份。",
    "too-many-columns": "表格有 {columns} 列，最多 {limit} 列。请删去多余的列。",
    "no-rows": "表格里没有数据。请从第 2 行起填写，每行一项。",
    "header-missing": "第 1 行缺少列“{title}”。请用下载的模板填写，不要改动表头。",
    "header-twice": "第 1 行有两列都叫“{title}”。请只留一列。",
    "empty": "“{title}”必填，请填写。",
    "too-long": "“{title}”有 {length} 个字，最多 {limit} 个字。",
    "not-integer": "“{value}”不是整数。请只填数字，例如 12。",
    "not-number": "“{value}”不是数字。请只填数字，例如 12.5。",
    "not-money": "“{value}”不是金额。请按元填写，最多两位小数，例如 46800.00。",
    "not-date": "“{value}”不是日期。请写成 2026-03-01。",
    "id-as-number": "号码超过 15 位，已被 Excel 改成数字，末尾几位可能丢失。请把该列设为“文本”后重新填写。",
    "not-a-choice": "“{value}”不在可选项中。请填：{choices}。",
    "bad-character": "“{title}”里有看不见的控制字符。请删去后重新填写。",
    "formula-error": "单元格显示“{value}”，公式有错。请改成数值。",
    "cell": "第 {row} 行 {column} 列：{what}",
    "row": "第 {row} 行“{title}”：{what}",
    "more": "……另有 {count} 处",
    "cells": "表格有 {count} 处需要修改，全部改好后再导入；现在没有导入任何内容。\n{text}",
    "undone": "该批次已于 {at} 撤销。",
    "no-reason": "请写明撤销原因，将写入操作日志。",
}

YES_NO = {True: "是", False: "否"}

# A spreadsheet takes a cell that begins with one of these for a formula; the wide forms count in Chinese versions.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
MOMENT_PATTERN = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\Z"
HEADER_NOISE = r"[\s*＊]+"
BETWEEN = "、"
SEPARATOR = "、"
"""Between several values in one cell."""
