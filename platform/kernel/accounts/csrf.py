"""Session-bound CSRF: a masked HMAC of the session (or of the visitor's own cookie before sign-in)."""

from __future__ import annotations

import base64
import hmac
import secrets
from hashlib import sha256

from kernel import settings

FIELD = "csrf"
HEADER = "x-csrf-token"
VISITOR = "visitor"
_MASK = 16


def _mac(bound_to: str, key_version: int | None = None) -> bytes:
    return hmac.digest(settings.get().key(key_version).derive("csrf"), bound_to.encode(), sha256)[:_MASK]


def token(bound_to: str) -> str:
    """A token for forms of this session; masked afresh each time, so compression never leaks it."""
    mask = secrets.token_bytes(_MASK)
    masked = bytes(a ^ b for a, b in zip(mask, _mac(bound_to), strict=True))
    return base64.urlsafe_b64encode(mask + masked).decode()


def is_good(given: str, bound_to: str) -> bool:
    """Whether `given` was made for this session under any key still in force: a key change locks nobody out."""
    try:
        raw = base64.urlsafe_b64decode(given.encode())
    except (ValueError, UnicodeEncodeError):
        return False
    if len(raw) != 2 * _MASK:
        return False
    mac = bytes(a ^ b for a, b in zip(raw[:_MASK], raw[_MASK:], strict=True))
    return any(hmac.compare_digest(mac, _mac(bound_to, key.version)) for key in settings.get().secret_keys)
