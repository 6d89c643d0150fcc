"""Encrypted fields: what is sealed opens for its purpose only, and under every key still in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from kernel import secrets_box, settings
from kernel.accounts import csrf, tokens
from kernel.clock import real_now
from kernel.errors import Missing
from kernel.settings import SecretKey, Settings


@pytest.fixture(autouse=True)
def kept(servers: Any) -> Iterator[Settings]:
    before = settings.get()
    yield before
    settings.use(before)


def keys(*versions: int) -> None:
    secret = tuple(SecretKey(version, bytes([version]) * 32) for version in versions)
    settings.use(msgspec.structs.replace(settings.get(), secret_keys=secret))


def test_a_sealed_text_opens_and_never_looks_the_same_twice() -> None:
    first, second = (secrets_box.seal("mobile", "13812345678") for _ in range(2))

    assert first != second
    assert "13812345678" not in first
    assert secrets_box.open("mobile", first) == secrets_box.open("mobile", second) == "13812345678"


def test_it_opens_for_no_other_purpose_nor_changed() -> None:
    sealed = secrets_box.seal("mobile", "13812345678")
    version, _, body = sealed.partition(".")
    changed = body[:-6] + ("A" if body[-6] != "A" else "B") + body[-5:]

    for purpose, text in [("email", sealed), ("mobile", f"{version}.{changed}"), ("mobile", ""), ("mobile", "9.x")]:
        with pytest.raises(secrets_box.Unreadable):
            secrets_box.open(purpose, text)


def test_a_new_key_opens_what_the_old_one_sealed_until_the_old_one_is_gone() -> None:
    keys(1)
    sealed, found = secrets_box.seal("mobile", "13812345678"), secrets_box.hmac_key("13812345678")

    keys(2, 1)
    assert secrets_box.open("mobile", sealed) == "13812345678"
    assert secrets_box.seal("mobile", "1").startswith("2.")
    assert found in secrets_box.hmac_keys("13812345678")
    assert secrets_box.hmac_key("13812345678") != found

    keys(2)
    with pytest.raises(secrets_box.Unreadable):
        secrets_box.open("mobile", sealed)


def test_changing_the_key_locks_nobody_out_of_an_open_form_or_session() -> None:
    keys(1)
    form = csrf.token("session-1")
    token = tokens.sign("session", "session-1", real_now().replace(year=2099))

    keys(2, 1)

    assert csrf.is_good(form, "session-1")
    assert not csrf.is_good(form, "session-2")
    assert tokens.subject_of("session", token) == "session-1"
    keys(2)
    assert not csrf.is_good(form, "session-1")
    with pytest.raises(Missing):
        tokens.subject_of("session", token)


@pytest.mark.parametrize(("shown", "masked"), [("13812345678", "138****5678"), ("123", "****"), ("", "****")])
def test_a_mobile_number_is_shown_masked(shown: str, masked: str) -> None:
    assert secrets_box.masked_mobile(shown) == masked
