"""Accounts for tests of accounts: people who can sign in."""

from __future__ import annotations

from uuid import UUID

import httpx

from kernel import clock, rows, secrets_box
from kernel.access import Role
from kernel.accounts import passwords
from kernel.accounts.tables import Account, Person
from tests import builders

PASSWORD = "石榴 lantern 七十二 bridge"
_hashes: dict[str, str] = {}


async def account(
    username: str = "zhang.san",
    *,
    password: str = PASSWORD,
    name: str = "张三",
    mobile: str = "",
    email: str = "",
    role: Role | None = None,
    must_change: bool = False,
) -> UUID:
    """A person with an account, ready to sign in."""
    if password and password not in _hashes:
        _hashes[password] = await passwords.make(password)
    person = await rows.insert(
        Person(
            name=name,
            sort_key=name,
            created_at=clock.real_now(),
            mobile=secrets_box.seal("mobile", mobile) if mobile else None,
            mobile_key=secrets_box.hmac_key(mobile) if mobile else None,
            email=secrets_box.seal("email", email) if email else None,
        )
    )
    hashed = _hashes[password] if password else ""
    await rows.insert(Account(person=person.id, username=username, password=hashed, must_change=must_change))
    if role is not None:
        await builders.actor(role, person_id=person.id)
    return UUID(str(person.id))


async def enter(
    browser: httpx.AsyncClient, username: str = "zhang.san", password: str = PASSWORD, url: str = "/login"
) -> httpx.Response:
    """Through the sign-in page."""
    return await builders.submit(browser, url, "/login", username=username, password=password)
