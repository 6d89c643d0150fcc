"""A backup brings a city back whole, or says why not before it touches anything."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from kernel import settings
from kernel.settings import Settings
from server import backup, embedded
from server.backup import BackupError

COUNT = "SELECT count(*) FROM person"


@pytest.fixture(scope="module")
def servers_of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    running = embedded.start(tmp_path_factory.mktemp("backup"), durable=False)
    yield running
    running.stop()


def run(url: str, sql: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql) if sql.startswith("SELECT") else await connection.execute(sql)
        finally:
            await connection.close()

    return asyncio.run(asked())


def city(servers: embedded.Servers, folder: Path, name: str) -> Settings:
    """A database of its own with files beside it, all under the same keys."""
    run(servers.owner_url, f"CREATE DATABASE {name}")
    folder.mkdir()
    url = servers.owner_url.replace("/mianshe?", f"/{name}?")
    return settings.read({"DATA_DIR": str(folder), "DATABASE_OWNER_URL": url, "SECRET_KEYS": f"1:{'ab' * 32}", "DEMO": "0"})


@pytest.fixture
def made(servers_of_two: embedded.Servers, tmp_path: Path) -> Iterator[tuple[Settings, Settings]]:
    """A city with one person and one file, and an empty one."""
    names = [f"{kind}_{os.urandom(4).hex()}" for kind in ("full", "empty")]
    full, empty = (city(servers_of_two, tmp_path / name, name) for name in names)
    run(full.database_owner_url, "CREATE TABLE person (name text); INSERT INTO person VALUES ('示例人员')")
    full.files_dir.mkdir()
    (full.files_dir / "ab").mkdir()
    (full.files_dir / "ab" / "申报书.pdf").write_bytes(b"%PDF")
    (full.files_dir / "incoming").mkdir()
    (full.files_dir / "incoming" / "half").write_bytes(b"cut off")
    yield full, empty
    for name in names:
        run(servers_of_two.owner_url, f"DROP DATABASE {name} WITH (FORCE)")


def test_what_was_saved_comes_back(made: tuple[Settings, Settings], tmp_path: Path) -> None:
    full, empty = made
    archive = tmp_path / "city.tar"

    size = backup.backup(full, archive)
    manifest = backup.restore(empty, archive)

    assert size == archive.stat().st_size
    assert archive.stat().st_mode & 0o777 == 0o600
    assert manifest.files == 1
    assert run(empty.database_owner_url, "SELECT name FROM person") == "示例人员"
    assert [path.read_bytes() for path in empty.files_dir.rglob("*") if path.is_file()] == [b"%PDF"]


def test_a_city_with_people_is_not_overwritten_unasked(made: tuple[Settings, Settings], tmp_path: Path) -> None:
    full, _ = made
    backup.backup(full, tmp_path / "city.tar")
    run(full.database_owner_url, "INSERT INTO person VALUES ('后来的人')")

    with pytest.raises(BackupError) as no:
        backup.restore(full, tmp_path / "city.tar")
    assert no.value.reason == "database-not-empty"
    assert run(full.database_owner_url, COUNT) == 2

    backup.restore(full, tmp_path / "city.tar", force=True)
    assert run(full.database_owner_url, COUNT) == 1


def test_under_other_keys_it_would_be_unreadable_and_is_refused(made: tuple[Settings, Settings], tmp_path: Path) -> None:
    full, empty = made
    backup.backup(full, tmp_path / "city.tar")
    stranger = msgspec.structs.replace(empty, secret_keys=settings.parse_keys(f"1:{'cd' * 32}"))

    with pytest.raises(BackupError) as no:
        backup.restore(stranger, tmp_path / "city.tar")

    assert no.value.reason == "other-keys"
    assert run(empty.database_owner_url, "SELECT to_regclass('person') IS NULL") is True


def test_an_existing_file_is_kept(made: tuple[Settings, Settings], tmp_path: Path) -> None:
    (tmp_path / "city.tar").write_text("precious")

    with pytest.raises(BackupError) as no:
        backup.backup(made[0], tmp_path / "city.tar")

    assert no.value.reason == "file-exists"
    assert (tmp_path / "city.tar").read_text() == "precious"


@pytest.mark.parametrize("name", ["../out", "files/../../out", "/out", "files//x", "surprise"])
def test_an_archive_cannot_reach_out_of_its_folder(made: tuple[Settings, Settings], tmp_path: Path, name: str) -> None:
    full, empty = made
    backup.backup(full, tmp_path / "city.tar")
    with tarfile.open(tmp_path / "city.tar", "a") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))

    with pytest.raises(BackupError) as no:
        backup.restore(empty, tmp_path / "city.tar")

    assert no.value.reason == "not-a-backup"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("up_to", ["manifest.json", "dump", "files"])
@pytest.mark.parametrize("more", [0, 100, 600])
def test_half_a_file_is_not_a_backup(made: tuple[Settings, Settings], tmp_path: Path, up_to: str, more: int) -> None:
    full, empty = made
    backup.backup(full, tmp_path / "city.tar")
    with tarfile.open(tmp_path / "city.tar") as archive:
        cut = next(member.offset for member in archive if member.name.startswith(up_to)) + more
    shutil.copy(tmp_path / "city.tar", tmp_path / "half.tar")
    os.truncate(tmp_path / "half.tar", cut)

    with pytest.raises(BackupError) as no:
        backup.restore(empty, tmp_path / "half.tar")

    assert no.value.reason == "not-a-backup"
