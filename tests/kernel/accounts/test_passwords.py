"""What makes a password good enough here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.accounts import demo, passwords
from kernel.accounts.rules import Reason
from kernel.errors import Refused

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", Reason.PASSWORD_SHORT),
        ("九个字的密码还不够", Reason.PASSWORD_SHORT),
        ("Mianyang@2026", Reason.PASSWORD_EASY),
        ("mianyang@@2025!!", Reason.PASSWORD_EASY),
        ("M1anyang#2024x", Reason.PASSWORD_EASY),
        ("shehuigongzuo2026", Reason.PASSWORD_EASY),
        ("Minzheng.2026", Reason.PASSWORD_EASY),
        ("password12345", Reason.PASSWORD_EASY),
        ("P@ssw0rd2026!", Reason.PASSWORD_EASY),
        ("1234567890", Reason.PASSWORD_EASY),
        ("qwertyuiop123", Reason.PASSWORD_EASY),
        ("1qaz2wsx3edc", Reason.PASSWORD_EASY),
        ("aaaaaaaaaaaaaa", Reason.PASSWORD_EASY),
        ("abcabcabcabc", Reason.PASSWORD_EASY),
        ("!!!!!!!!!!!!", Reason.PASSWORD_EASY),
        ("iloveyou2020!!", Reason.PASSWORD_EASY),
        (demo.PASSWORD, Reason.PASSWORD_EASY),
        ("zhang.san lantern 72", Reason.PASSWORD_PERSONAL),
        ("correct 13812345678 horse", Reason.PASSWORD_PERSONAL),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, reason: Reason) -> None:
    with pytest.raises(Refused) as no:
        passwords.check(password, ("zhang.san", "张三", "13812345678"))

    assert no.value.reason is reason


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", "kT7#vwq92Lm", "石榴灯笼七十二座桥和河", "    leading blanks 石    ", "x" + "ö9ü3ä7ß1" * 4],
)
def test_any_characters_are_welcome(password: str) -> None:
    passwords.check(password, ("zhang.san", "张三"))


@given(st.text(max_size=60))
def test_every_text_is_either_good_or_refused(password: str) -> None:
    try:
        passwords.check(password)
    except Refused:
        pass
    else:
        assert len(password) >= 10


async def test_a_hash_knows_its_password_exactly_as_typed() -> None:
    stored = await passwords.make(" 石榴 Lantern ")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.is_right(stored, " 石榴 Lantern ")
    for other in ("石榴 Lantern", " 石榴 lantern ", "", "\ud800", "x" * 100_000):
        assert not await passwords.is_right(stored, other)
    assert not await passwords.is_right("", "")
    assert not await passwords.is_right("not a hash", "anything")
