"""Encrypted fields: AES-GCM under a key of their purpose, and an HMAC for finding equal values without opening any."""

from __future__ import annotations

import base64
import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel import settings

_NONCE = 12


class Unreadable(Exception):  # noqa: N818 - as Missing
    """The value was sealed with a key we do not have, for another purpose, or was changed."""


def seal(purpose: str, text: str) -> str:
    """`text` under the newest key. The purpose is bound in: a sealed mobile number opens as nothing else."""
    key = settings.get().key()
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key.derive(f"box:{purpose}")).encrypt(nonce, text.encode(), purpose.encode())
    return f"{key.version}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def open(purpose: str, sealed: str) -> str:  # noqa: A001 - seal and open are the pair of words
    """What was sealed, under whichever key still in force did it."""
    version, _, body = sealed.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body.encode())
        key = settings.get().key(int(version))
        return AESGCM(key.derive(f"box:{purpose}")).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise Unreadable from error


def hmac_key(text: str) -> str:
    """What to store beside a sealed value, so that an equal one can be found."""
    return hmac_keys(text)[0]


def hmac_keys(text: str) -> list[str]:
    """What to look for: the value may have been stored under any key still in force."""
    return [hmac.digest(key.derive("equality"), text.encode(), sha256).hex() for key in settings.get().secret_keys]


def masked_mobile(number: str) -> str:
    """138****5678"""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "****"


def masked_email(address: str) -> str:
    """z***@example.cn"""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
