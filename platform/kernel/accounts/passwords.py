"""Password hashes: argon2id, in a few threads of their own, and the same time for names that do not exist."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kernel.accounts import rules

# 19 MiB and about 30 ms of a processor each: two at once leave room for pages on a small machine.
AT_ONCE = 2
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")


@cache
def blocked() -> frozenset[str]:
    """Words a guesser tries first, here: the city, its departments, the platform, and the common ones."""
    return frozenset((Path(__file__).parent / "blocked_words.txt").read_text(encoding="ascii").split())


def check(password: str, about: Collection[str] = ()) -> None:
    """Refused when `password` is too short or too easy. `about`: what others know of the person."""
    rules.check_password(password, blocked(), about)


async def make(password: str) -> str:
    """The hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(stored: str, password: str) -> bool:
    """Whether `password` made the hash. With nothing stored the same work is done for nothing."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored, password)


def is_outdated(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobodys(), password) and bool(stored)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(24))
