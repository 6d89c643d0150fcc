"""The closing page asks each question once, however much it shows."""

from __future__ import annotations

import pytest

from kernel import rows
from tests.conftest import SignIn
from tests.projects.awarded import running
from tests.projects.closing.test_closing import finish

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("finished", [False, True])
async def test_the_closing_page_of_a_running_project_takes_nine_queries(db: None, as_: SignIn, *, finished: bool) -> None:
    city = await running()
    if finished:
        await finish(city, satisfaction=95)
    browser = await as_(city.coordinator)
    await browser.get(f"/w/projects/{city.code}/closing")
    token = rows.DB.queries.set([])

    answer = await browser.get(f"/w/projects/{city.code}/closing")

    asked = rows.DB.queries.get() or []
    rows.DB.queries.reset(token)
    assert (answer.status_code, len(asked)) == (200, 8 if finished else 9), (
        "numbers reached are asked until a final report says them"
    )
