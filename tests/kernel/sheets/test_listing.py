"""A list as a sheet is all of the list, however long, read a batch at a time."""

from __future__ import annotations

import io
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, get
from litestar.response import Stream
from msgspec import Struct
from python_calamine import CalamineWorkbook

from kernel import rows, sheets
from kernel.errors import Refused
from kernel.rows import DB, Q
from kernel.sheets import Column, writing
from kernel.sheets.columns import Reason

pytestmark = pytest.mark.anyio
COLUMNS = (("title", "名称", "text", 20),)
MANY = 20_501
"""More than a sheet that is brought in may hold."""


class Numbered(Struct, frozen=True):
    title: str


def numbered(count: int, size: int = sheets.ALL) -> rows.Many[Numbered]:
    return rows.Many(Numbered, Q("SELECT n::text AS title FROM generate_series(1, {}::int) n ORDER BY n LIMIT {}", count, size))


@get("/many.xlsx")
async def many(request: Request[Any, Any, Any]) -> Stream:
    request.scope["user"] = None
    return await sheets.listing(request, "名单", COLUMNS, numbered(MANY))


async def test_a_list_longer_than_any_batch_is_whole_on_its_sheet_and_read_by_one_statement(db: None) -> None:
    app: Any = Litestar([many], openapi_config=None, logging_config=None)
    asked: list[str] = []
    mark = DB.queries.set(asked)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as browser:
        answer = await browser.get("/many.xlsx")
    DB.queries.reset(mark)

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()] == ["名称", *(str(n) for n in range(1, MANY + 1))]
    assert len(asked) == 1


async def test_a_page_of_the_same_rows_is_a_list(db: None) -> None:
    assert await numbered(5, size=2) == [Numbered("1"), Numbered("2")]


async def test_the_database_makes_no_more_rows_than_the_batch_that_was_asked_for(db: None) -> None:
    await rows.execute(Q("CREATE TEMPORARY SEQUENCE made"))
    found = rows.Many(Numbered, Q("SELECT nextval('made')::text AS title FROM generate_series(1, 5000)"))

    async with aclosing(aiter(found)) as each:
        first = await anext(each)
        made = await rows.value(Q("SELECT last_value FROM made"))

    assert (first, made) == (Numbered("1"), rows.Many.BATCH)


@pytest.mark.usefixtures("committed")
async def test_more_rows_than_a_sheet_can_hold_are_refused_aloud_and_the_connection_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "ROW_LIMIT", 1_200)

    with pytest.raises(Refused) as no:
        await sheets.write([Column("title", "名称")], numbered(5_000))

    assert (no.value.reason, no.value.facts["limit"]) == (Reason.TOO_MANY_ROWS, 1_200)
    assert DB.pool.get_idle_size() == DB.pool.get_size()
