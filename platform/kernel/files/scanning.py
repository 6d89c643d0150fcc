"""An optional virus scanner behind a protocol, and ClamAV's daemon as the first one. Away means wait, never let through."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Protocol

import anyio

CHUNK = 64 * 1024


class ScannerAwayError(Exception):
    """The scanner did not answer: the file stays pending and is tried again."""


class Scanner(Protocol):
    async def is_clean(self, path: Path) -> bool:
        """Raises ScannerAwayError when there is no verdict."""
        ...


class Clamd:
    """clamd over TCP: INSTREAM, then length-prefixed chunks, then its one-line verdict."""

    def __init__(self, host: str, port: int = 3310, timeout: float = 30) -> None:
        self.host, self.port, self.timeout = host, port, timeout

    async def is_clean(self, path: Path) -> bool:
        try:
            with anyio.fail_after(self.timeout):
                verdict = await self._ask(path)
        except (OSError, TimeoutError, anyio.EndOfStream, anyio.BrokenResourceError) as error:
            raise ScannerAwayError from error
        if verdict.endswith(b"OK"):
            return True
        if verdict.endswith(b"FOUND"):
            return False
        raise ScannerAwayError(verdict.decode(errors="replace"))

    async def _ask(self, path: Path) -> bytes:
        async with await anyio.connect_tcp(self.host, self.port) as clamd, await anyio.open_file(path, "rb") as file:
            await clamd.send(b"zINSTREAM\0")
            while chunk := await file.read(CHUNK):
                await clamd.send(struct.pack("!I", len(chunk)) + chunk)
            await clamd.send(struct.pack("!I", 0))
            return (await clamd.receive(4_096)).rstrip(b"\0\n")


_scanner: Scanner | None = None


def current() -> Scanner | None:
    return _scanner


def use(scanner: Scanner | None) -> None:
    """Ask this scanner about every file from now on; None trusts our own checks."""
    global _scanner
    _scanner = scanner
