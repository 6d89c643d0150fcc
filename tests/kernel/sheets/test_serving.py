"""Any list can be downloaded, under a Chinese name, whole or not at all."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.response import Stream
from python_calamine import CalamineWorkbook

from kernel import sheets
from kernel.sheets import Column

pytestmark = pytest.mark.anyio
COLUMNS = [Column("title", "名称")]


async def good() -> AsyncIterator[dict[str, str]]:
    for number in range(1_200):
        yield {"title": f"项目{number}"}


async def failing() -> AsyncIterator[dict[str, str]]:
    yield {"title": "甲"}
    raise LookupError


@get("/list/{form:str}")
async def show(form: FromPath[str]) -> Stream:
    return await sheets.download("评审 汇总表", COLUMNS, good(), "csv" if form == "csv" else "xlsx")


@get("/broken")
async def broken() -> Stream:
    return await sheets.download("汇总表", COLUMNS, failing())


async def fetch(path: str) -> httpx.Response:
    app: Any = Litestar([show, broken], openapi_config=None, logging_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://x") as browser:
        return await browser.get(path)


async def test_a_list_is_downloaded_as_xlsx_under_its_chinese_name() -> None:
    answer = await fetch("/list/xlsx")

    assert len(CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()) == 1_201
    assert answer.headers["content-type"] == sheets.XLSX_TYPE
    assert answer.headers["content-disposition"].endswith(
        "filename*=UTF-8''%E8%AF%84%E5%AE%A1%20%E6%B1%87%E6%80%BB%E8%A1%A8.xlsx"
    )
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["cache-control"] == "private, no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_a_list_is_downloaded_as_csv() -> None:
    answer = await fetch("/list/csv")

    assert answer.content.decode("utf-8-sig").splitlines()[:2] == ["名称", "项目0"]
    assert len(answer.content.splitlines()) == 1_201
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_a_list_that_fails_half_way_is_an_error_and_not_half_a_file() -> None:
    answer = await fetch("/broken")

    assert answer.status_code == 500
    assert "content-disposition" not in answer.headers
