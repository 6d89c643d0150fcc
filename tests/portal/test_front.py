"""The front door opens without signing in; what is private asks to sign in first."""

from __future__ import annotations

import httpx
import pytest

from kernel.access import Role
from tests import builders
from tests.conftest import SignIn

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/library", "/library?q=社工", "/help", "/accessibility", "/privacy"])
async def test_the_public_reads_along(db: None, client: httpx.AsyncClient, path: str) -> None:
    await builders.call()

    page = await client.get(path)

    assert page.status_code == 200
    assert "绵社有为" in page.text


@pytest.mark.parametrize("path", ["/w", "/w/todo", "/my", "/home", "/w/no-such-page", "/r/unknown", "/admin"])
async def test_private_addresses_ask_to_sign_in_whatever_they_are(db: None, client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path.replace('/', '%2F')}")


async def test_an_officer_has_a_work_page_and_no_applicant_page(db: None, as_: SignIn) -> None:
    browser = await as_(await builders.actor(Role.OFFICER, await builders.unit("scitech")))

    assert (await browser.get("/w")).status_code == 200
    assert (await browser.get("/my")).status_code == 404


async def test_what_is_not_there_and_what_is_not_theirs_look_the_same(db: None, as_: SignIn) -> None:
    browser = await as_(await builders.actor(Role.APPLICANT, await builders.unit("u1", kind="organisation")))

    theirs, nowhere = await browser.get("/w"), await browser.get("/w/nowhere")

    assert theirs.status_code == nowhere.status_code == 404
    assert "不存在或不在您的权限范围内" in theirs.text


async def test_head_answers_as_get(db: None, client: httpx.AsyncClient) -> None:
    head = await client.head("/")

    assert (head.status_code, head.content) == (200, b"")


async def test_every_answer_carries_the_security_headers(db: None, client: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", "/w", "/static/app.css"):
        answer = await client.get(path)

        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
