"""The second factor: a time-based code of an authenticator, each usable once."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

from kernel import secrets_box

STEP = 30
PURPOSE = "second-factor"


def offer() -> str:
    """A new secret, not yet anybody's."""
    return pyotp.random_base32()


def address(secret: str, username: str, issuer: str) -> str:
    """What the QR code says to the authenticator."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer))


def seal(secret: str) -> str:
    return secrets_box.seal(PURPOSE, secret)


def step_of(sealed: str, typed: str, now: datetime, after: int) -> int | None:
    """The time step whose code was typed, or None. Steps up to `after` were used already; clocks may differ by one."""
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return None
    totp = pyotp.TOTP(secrets_box.open(PURPOSE, sealed))
    current = int(now.timestamp()) // STEP
    for step in (current - 1, current, current + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), typed):
            return step
    return None
