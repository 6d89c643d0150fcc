"""`mianshe up` as a person lives it: start, look, a second one, a crash, Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from server.place import find_place
from tests.server.running import Platform, environment, free_port, gone, mianshe


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("city")
    yield folder
    assert not gone(folder, within=5)


def in_database(data_dir: Path, sql: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(find_place(data_dir).urls()[0])
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_it_starts_refuses_a_second_one_and_loses_nothing_to_kill_9(data_dir: Path) -> None:
    platform = Platform(data_dir)
    assert platform.get("/healthz") == "ok\n"
    assert platform.get("/readyz") == '{"ready":true,"missing":[]}'
    assert "mianshe_outbox_jobs" in platform.get("/metrics")
    in_database(data_dir, "INSERT INTO counter (id, kind, year, last) VALUES (uuidv7(), 'kill-9', 2026, 41)")

    second = mianshe(data_dir, "up", PORT=str(free_port()))

    assert second.returncode == 2
    assert second.stderr == f"数据目录 {data_dir} 已有一个实例在运行：请先停止它，或换一个 DATA_DIR。\n"
    assert len(platform.children()) >= 4, "postgres, valkey, web and worker"

    platform.end(signal.SIGKILL)

    assert not gone(data_dir, within=5)

    again = Platform(data_dir)
    assert in_database(data_dir, "SELECT last FROM counter WHERE kind = 'kill-9'") == 41
    code, said, seconds = again.end(signal.SIGINT)

    assert code == 0
    assert said.endswith("已停止。\n")
    assert seconds < 10
    assert not gone(data_dir, within=0)


@pytest.mark.parametrize("victim", ["server.cli worker", "valkey-server"])
def test_when_one_part_dies_all_end_with_a_sentence(data_dir: Path, victim: str) -> None:
    platform = Platform(data_dir)
    pid = next(pid for arguments, pid in platform.children().items() if victim in arguments)

    os.kill(pid, signal.SIGKILL)
    code, said = platform.wait()

    assert code == 2
    assert "意外退出（代码 -9），其余服务已一并停止。日志：" in said
    assert "Traceback" not in said
    assert not gone(data_dir, within=0)


def test_a_taken_port_is_named_before_anything_starts(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = mianshe(data_dir, "up", PORT=str(port))

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"端口 127.0.0.1:{port} 已被占用")


def test_several_migrations_at_once_wait_for_each_other(tmp_path: Path) -> None:
    async def run() -> list[tuple[int | None, bytes]]:
        started = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server.cli", "migrate", env=environment(tmp_path), stdout=asyncio.subprocess.PIPE
            )
            for _ in range(3)
        ]
        outs = [(await process.communicate())[0] for process in started]
        return [(process.returncode, out) for process, out in zip(started, outs, strict=True)]

    answers = asyncio.run(run())

    assert [code for code, _ in answers] == [0, 0, 0]
    assert sum("本次更新 0 项" in out.decode() for _, out in answers) == 2, "one of them did the work"
