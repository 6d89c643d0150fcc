"""Where the bytes of files lie. A folder first; anything that can keep bytes under a key will do."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Protocol

import anyio
import anyio.to_thread

from kernel import settings
from kernel.errors import Missing

CHUNK = 256 * 1024


class Storage(Protocol):
    """Keys are random and say nothing of the file. Keeping the same key twice keeps it once."""

    async def keep(self, draft: Path, key: str) -> None: ...

    def read(self, key: str) -> AsyncIterator[bytes]: ...

    async def discard(self, key: str) -> None: ...

    async def old_keys(self, age: timedelta) -> list[str]: ...


class Folder:
    """Files in two levels of folders, readable by our user alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise Missing
        return self.root / key[:2] / key

    async def keep(self, draft: Path, key: str) -> None:
        await anyio.to_thread.run_sync(self._keep, draft, self._path(key))

    def _keep(self, draft: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The row commits after this returns, so the bytes must outlive a power cut by then.
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(draft, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await anyio.open_file(self._path(key), "rb")
        except FileNotFoundError as error:
            raise Missing from error
        async with file:
            while chunk := await file.read(CHUNK):
                yield chunk

    async def discard(self, key: str) -> None:
        await anyio.Path(self._path(key)).unlink(missing_ok=True)

    async def old_keys(self, age: timedelta) -> list[str]:
        """Keys kept longer ago than `age`."""
        return await anyio.to_thread.run_sync(self._old_keys, time() - age.total_seconds())

    def _old_keys(self, before: float) -> list[str]:
        found = self.root.glob("[0-9a-f][0-9a-f]/*")
        return [path.name for path in found if path.is_file() and path.stat().st_mtime < before]


_storage: Storage | None = None


def current() -> Storage:
    return _storage or Folder(settings.get().files_dir)


def use(storage: Storage | None) -> None:
    """Keep bytes elsewhere from now on; None goes back to the folder of the settings."""
    global _storage
    _storage = storage


def new_key() -> str:
    return secrets.token_hex(16)


def incoming() -> Path:
    return settings.get().files_dir / "incoming"


@contextmanager
def draft() -> Iterator[Path]:
    """A place on the storage's own disk for bytes that are not accepted yet. Gone afterwards unless kept."""
    folder = incoming()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
