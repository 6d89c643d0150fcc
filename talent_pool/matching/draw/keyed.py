"""The numbers everybody draws: HMAC-SHA256(seed, subject|expert), many at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))

LARGEST = 1 << 53
"""Every number is below."""


def digests(seed: bytes, subject: str, experts: Iterable[str]) -> Iterator[bytes]:
    """The same as hmac.digest(seed, f"{subject}|{expert}", "sha256"); seed and subject are hashed once, not each time."""
    block = (sha256(seed).digest() if len(seed) > 64 else seed).ljust(64, b"\0")
    inner = sha256(block.translate(_INNER) + f"{subject}|".encode())
    outer = sha256(block.translate(_OUTER))
    for expert in experts:
        first, second = inner.copy(), outer.copy()
        first.update(expert.encode())
        second.update(first.digest())
        yield second.digest()


def fraction(digest: bytes) -> int:
    """The first 53 bits: what a float holds exactly."""
    return int.from_bytes(digest[:7], "big") >> 3
