"""One-time codes: six digits for five minutes and five tries, sent to the person's own mobile or mailbox."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from kernel import clock, letters, rows, settings
from kernel.accounts.tables import OneTimeCode
from kernel.rows import Q
from kernel.settings import SecretKey

GOOD_FOR = timedelta(minutes=5)
TRIES = 5


def digits(ident: UUID, key: SecretKey | None = None) -> str:
    """The code of a row. It follows from a key that is not in the database, so reading the table tells nobody a code."""
    drawn = hmac.digest((key or settings.get().key()).derive("one-time-code"), ident.bytes, sha256)
    return f"{int.from_bytes(drawn[:8]) % 1_000_000:06}"


async def send(person: UUID) -> UUID:
    """A new code on its way; older ones stop working."""
    now = clock.real_now()
    await rows.execute(Q("UPDATE one_time_code SET used_at = {} WHERE person = {} AND used_at IS NULL", now, person))
    code = await rows.insert(OneTimeCode(person=person, made_at=now, expires_at=now + GOOD_FOR))
    await letters.send_secret("code", person, code.id)
    return code.id


@rows.verb
async def spend_try(ident: UUID, typed: str) -> UUID | None:
    """The person when `typed` is right; one try less when it is not. A verb of its own: a wrong try must stay counted."""
    now = clock.real_now()
    person = await rows.value(
        Q(
            "UPDATE one_time_code SET tries = tries + 1 WHERE id = {} AND used_at IS NULL AND expires_at > {} AND tries < {}"
            " RETURNING person",
            ident,
            now,
            TRIES,
        )
    )
    if person is None or not any(hmac.compare_digest(digits(ident, key), typed) for key in settings.get().secret_keys):
        return None
    await rows.execute(Q("UPDATE one_time_code SET used_at = {} WHERE id = {}", now, ident))
    return UUID(str(person))


@letters.secret("code")
async def compose(ident: UUID) -> letters.Text | None:
    """What the person gets, or nothing when it would come too late."""
    good = Q("SELECT 1 FROM one_time_code WHERE id = {} AND used_at IS NULL AND expires_at > {}", ident, clock.real_now())
    if await rows.value(good) is None:
        return None
    return letters.write("account_code", code=digits(ident), minutes=int(GOOD_FOR.total_seconds() // 60))
