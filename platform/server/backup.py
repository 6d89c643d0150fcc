"""One file out of a running platform, and a platform out of that file. The keys travel apart from it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
import msgspec
from msgspec import Struct

from kernel.settings import SecretKey, SettingError, Settings
from server.binaries import postgres_folder
from server.words import ANSWER

FORMAT = 1


class BackupError(SettingError):
    """A backup cannot be made or restored; one sentence."""

    def __init__(self, reason: str, **facts: object) -> None:
        Exception.__init__(self, ANSWER[reason].format(**facts))
        self.reason = reason


class Manifest(Struct, frozen=True):
    """The first member of the archive: enough to refuse before anything is touched."""

    format: int
    made: str
    dump_sha256: str
    files: int
    keys: list[str]


def backup(current: Settings, path: Path, force: bool = False) -> int:
    """Dump and files into `path`, which appears only when it is whole. Returns its size in bytes."""
    if path.exists() and not force:
        raise BackupError("file-exists", path=path)
    draft = path.with_name(f".{path.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=current.data_dir) as folder, _create(draft) as out:
            dump = Path(folder) / "dump"
            # The dump first: every file that it names exists by then, and files are never changed.
            _tool("pg_dump", current.database_owner_url, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
            files = sorted(_files(current.files_dir))
            made = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(FORMAT, made, _sha256(dump), len(files), [fingerprint(key) for key in current.secret_keys])
            with tarfile.open(fileobj=out, mode="w") as archive:
                _add(archive, "manifest.json", msgspec.json.encode(manifest))
                archive.add(dump, "dump")
                for file in files:
                    archive.add(file, f"files/{file.relative_to(current.files_dir)}", recursive=False)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        raise BackupError("cannot-write", path=path, error=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)
    return path.stat().st_size


def restore(current: Settings, path: Path, force: bool = False) -> Manifest:
    """Empty database and files, or `force`, then what the archive holds. Rights come back with the next migrate."""
    if not path.is_file():
        raise BackupError("no-file", path=path)
    with tempfile.TemporaryDirectory(dir=current.data_dir) as folder:
        unpacked = Path(folder)
        manifest = _unpack(path, unpacked)
        if not force and not set(manifest.keys) & {fingerprint(key) for key in current.secret_keys}:
            raise BackupError("other-keys", secrets=current.data_dir / "secrets.json")
        asyncio.run(_clear(current.database_owner_url, force))
        options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        _tool("pg_restore", current.database_owner_url, *options, str(unpacked / "dump"), database="--dbname")
        shutil.rmtree(current.files_dir, ignore_errors=True)
        if (unpacked / "files").exists():
            shutil.move(unpacked / "files", current.files_dir)
        else:
            current.files_dir.mkdir(mode=0o700)
    return manifest


def fingerprint(key: SecretKey) -> str:
    """Tells whether two machines hold the same key without telling the key."""
    return f"{key.version}:{key.derive('fingerprint').hex()[:16]}"


def _create(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "incoming" not in path.relative_to(folder).parts)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


def _unpack(path: Path, to: Path) -> Manifest:
    try:
        with tarfile.open(path) as archive:
            manifest: Manifest | None = None
            for member in archive:
                body = archive.extractfile(member) if member.isfile() else None
                if body is None or not _is_expected(member.name):
                    raise BackupError("not-a-backup", path=path)
                if manifest is None:
                    manifest = msgspec.json.decode(body.read(), type=Manifest)
                    continue
                place = to / member.name
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with _create(place) as out:
                    shutil.copyfileobj(body, out)
    except (tarfile.TarError, EOFError, msgspec.MsgspecError) as error:
        raise BackupError("not-a-backup", path=path) from error
    dump = to / "dump"
    if manifest is None or manifest.format != FORMAT or not dump.exists() or _sha256(dump) != manifest.dump_sha256:
        raise BackupError("not-a-backup", path=path)
    if sum(place.is_file() for place in (to / "files").rglob("*")) != manifest.files:
        # A tar cut off between two members looks whole to tarfile.
        raise BackupError("not-a-backup", path=path)
    return manifest


def _is_expected(name: str) -> bool:
    """An archive may come from anywhere: none of its names leads out of the folder it is unpacked into."""
    parts = name.split("/")
    return name in {"manifest.json", "dump"} or (parts[0] == "files" and len(parts) > 1 and not {"", ".", ".."} & set(parts))


async def _clear(owner_url: str, force: bool) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        has_people = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname = 'person'"
        ) and await connection.fetchval("SELECT EXISTS (SELECT FROM person)")
        if has_people and not force:
            raise BackupError("database-not-empty")
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tool(name: str, url: str, *arguments: str, database: str = "") -> None:
    """One of PostgreSQL's clients. The password goes through the environment, for `ps` shows arguments."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    told = {
        "PGHOST": query.get("host") or parts.hostname or "",
        "PGPORT": str(parts.port or query.get("port") or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": query.get("sslmode") or query.get("ssl") or "prefer",
    }
    more = (f"{database}={told['PGDATABASE']}",) if database else ()
    environment = {**os.environ, **told, "LC_ALL": "C.UTF-8"}
    run = subprocess.run([str(postgres_folder() / name), *more, *arguments], env=environment, capture_output=True, text=True)
    if run.returncode:
        raise BackupError("tool-failed", tool=name, error=(run.stderr.strip().splitlines() or [str(run.returncode)])[-1])
