"""The servers we bring: who may enter, what language they speak, how they start after a crash, whose they are."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from server import binaries, embedded
from server.binaries import Identity, StartError
from server.place import find_place

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    servers = embedded.start(tmp_path_factory.mktemp("servers"), durable=False)
    yield servers
    servers.stop()


async def asked(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_chinese_letters_are_letters(running: embedded.Servers) -> None:
    await asked(running.owner_url, "CREATE EXTENSION IF NOT EXISTS pg_trgm")

    assert await asked(running.database_url, "SELECT '数' ~ '^[[:alpha:]]$'") is True
    assert await asked(running.database_url, "SELECT cardinality(show_trgm('数据库'))") == 4


async def test_the_application_owns_nothing(running: embedded.Servers) -> None:
    assert (
        await asked(running.owner_url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'mianshe'")
        == "mianshe_owner"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asked(running.database_url, "CREATE TABLE mine (a int)")


@pytest.mark.parametrize("change", [("mianshe_app:", "postgres:"), ("mianshe_app:", "mianshe_app:x")])
async def test_neither_the_superuser_nor_a_wrong_password_gets_in(running: embedded.Servers, change: tuple[str, str]) -> None:
    assert await asked(running.database_url, "SELECT 1") == 1
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await asked(running.database_url.replace(*change), "SELECT 1")


@pytest.mark.parametrize(("spoken", "answer"), [("PING", b"-NOAUTH"), ("AUTH wrong", b"-WRONGPASS")])
def test_valkey_wants_its_password(running: embedded.Servers, spoken: str, answer: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(running.valkey_url.rsplit("@")[1])
        wire.sendall(f"{spoken}\r\n".encode())

        assert wire.recv(100).startswith(answer)


def test_the_second_start_finds_no_room(running: embedded.Servers, tmp_path: Path) -> None:
    data_dir = running.children[0].log.parents[1]

    with pytest.raises(StartError) as no:
        embedded.start(data_dir)

    assert no.value.reason == "in-use"
    assert embedded.is_running(data_dir)
    assert not embedded.is_running(tmp_path)


def test_a_note_left_by_a_crash_is_dropped_when_its_number_is_another_program(tmp_path: Path) -> None:
    embedded.start(tmp_path, durable=False).stop()
    (tmp_path / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}/pg\n")

    again = embedded.start(tmp_path, durable=False)

    assert [child.process.poll() for child in again.children] == [None, None]
    again.stop()


def test_data_of_another_major_version_is_refused(tmp_path: Path) -> None:
    embedded.start(tmp_path, durable=False).stop()
    (tmp_path / "pg" / "PG_VERSION").write_text("17\n")

    with pytest.raises(StartError) as no:
        embedded.start(tmp_path, durable=False)

    assert no.value.reason == "major"
    assert not embedded.is_running(tmp_path), "and the folder is free again"


def test_a_cut_off_creation_leaves_nothing_that_looks_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIANSHE_PG_BIN", str(tmp_path / "broken"))
    (tmp_path / "broken").mkdir()
    for name in ("postgres", "initdb"):
        (tmp_path / "broken" / name).write_text(f"#!/bin/sh\n[ {name} = postgres ] || {{ echo no room >&2; exit 1; }}\n")
        (tmp_path / "broken" / name).chmod(0o755)
    data_dir = tmp_path / "data"

    with pytest.raises(StartError, match="no room"):
        embedded.start(data_dir, durable=False)
    assert not (data_dir / "pg").exists()

    monkeypatch.delenv("MIANSHE_PG_BIN")
    embedded.start(data_dir, durable=False).stop()


def test_a_long_data_folder_gets_its_sockets_in_a_short_private_one(tmp_path: Path) -> None:
    place = find_place(tmp_path / ("x" * 90))
    again = find_place(tmp_path / ("x" * 90))

    servers = embedded.start(place.data_dir, durable=False)

    assert place == again
    assert len(str(place.sockets)) < 80
    assert stat.S_IMODE(place.sockets.stat().st_mode) == 0o700
    servers.stop()
    assert not place.sockets.exists()


def _brought(to: Path) -> Path:
    """PostgreSQL's programs once more, with the libraries they find beside them."""
    programs = binaries.postgres_folder()
    package = programs.parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, to / source.name, symlinks=True)
    return to / programs.relative_to(package.parent)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else to be")
@pytest.mark.parametrize("works", ["user", "passing"])
def test_root_without_user_namespaces_runs_them_as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: str) -> None:
    # tmp_path lies in folders of root's alone, where nobody cannot go.
    data_dir = Path(f"/tmp/mianshe-nobody-{os.getpid()}") if works == "user" else tmp_path / ("x" * 90)
    data_dir.mkdir()
    if works == "passing":
        monkeypatch.setenv("MIANSHE_PG_BIN", str(_brought(tmp_path)))
    really = binaries._try

    def refusing(program: Path, identity: Identity) -> str:
        return "refused by this machine" if identity.kind == "namespace" else really(program, identity)

    monkeypatch.setattr(binaries, "_try", refusing)
    servers = embedded.start(data_dir, durable=False)
    of = {child.name: Path(f"/proc/{child.process.pid}") for child in servers.children}
    owners = {name: process.stat().st_uid for name, process in of.items()}
    rights = {
        line for process in of.values() for line in (process / "status").read_text().splitlines() if line.startswith("CapEff")
    }
    servers.stop()
    monkeypatch.undo()

    assert owners == {"postgres": 65534, "valkey": 65534}
    is_needed = works == "passing" or not binaries.is_open(binaries.postgres_folder())
    assert rights == {f"CapEff:\t{2 if is_needed else 0:016x}"}, "no right of root's but to pass, and that only where needed"

    embedded.start(data_dir, durable=False).stop()
    has_namespaces = binaries.find_programs(data_dir).identity.kind == "namespace"
    assert (data_dir / "pg").stat().st_uid == (0 if has_namespaces else 65534), "with namespaces back, the files are ours again"
    shutil.rmtree(data_dir)
