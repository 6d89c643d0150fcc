"""The commands: each has help, each says plainly what it cannot do, and some are tried on a real city."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from kernel import audit, rows, seals, settings
from kernel.access import Action
from kernel.rows import Q
from server import cli, commands
from server.embedded import Servers
from server.words import COMMAND
from tests.server.running import mianshe

pytestmark = pytest.mark.anyio
ASKED = "up web worker migrate demo import routes check audit backup restore admin bench"


def test_the_commands_are_those_people_were_told() -> None:
    assert list(COMMAND) == ASKED.split()


@pytest.mark.parametrize("name", ASKED.split())
def test_each_command_has_help_that_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])

    assert end.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: mianshe {name}")
    assert COMMAND[name][:12] in said


@pytest.mark.parametrize(
    "typed", [[], ["nonsense"], ["audit"], ["import", "people", "x.xlsx"], ["bench", "many"], ["admin", "create", "a=b"]]
)
def test_wrong_arguments_end_with_usage_and_a_sentence(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(typed)

    assert end.value.code == 2
    assert "参数不对：" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["restore", "import projects"])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, name: str) -> None:
    answer = mianshe(tmp_path, *name.split(), "no.file", DATABASE_URL="", DATABASE_OWNER_URL="")

    assert answer.returncode == 2
    assert answer.stderr == f"找不到文件 {tmp_path}/no.file。\n"


def test_web_and_worker_need_something_to_work_with(tmp_path: Path) -> None:
    for name in ("web", "worker"):
        answer = mianshe(tmp_path, name)

        assert answer.returncode == 2
        assert answer.stderr.startswith(f"数据目录 {tmp_path} 里没有正在运行的实例")


def own_url(committed: str, servers: Servers) -> str:
    """The owner's address of this test's database."""
    return servers.owner_url.replace("/mianshe?", f"/{committed.rsplit('@/', 1)[1].split('?')[0]}?")


async def on_city(committed: str, servers: Servers, tmp_path: Path, *typed: str) -> Any:
    keys = ",".join(f"{key.version}:{key.value.hex()}" for key in settings.get().secret_keys)
    urls = {
        "DATABASE_URL": committed,
        "DATABASE_OWNER_URL": own_url(committed, servers),
        "VALKEY_URL": servers.valkey_url,
        "SECRET_KEYS": keys,
    }
    return mianshe(tmp_path, *typed, **urls)


async def test_the_first_three_administrators_are_made_once(committed: str, servers: Servers, tmp_path: Path) -> None:
    three = ("xitong=示例甲", "anquan=示例乙", "shenji=示例丙")

    first = await on_city(committed, servers, tmp_path, "admin", "create", *three)
    second = await on_city(committed, servers, tmp_path, "admin", "create", *three)

    assert first.returncode == 0, first.stderr
    assert re.findall(r"^(\S+)  (\S+)", first.stdout, re.M) == [
        ("系统管理员", "xitong"), ("安全管理员", "anquan"), ("审计管理员", "shenji"),
    ]  # fmt: skip
    assert first.stdout.count("http://127.0.0.1:8000/") == 3
    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (2, "", 1)
    assert await rows.column(Q("SELECT role FROM membership ORDER BY role")) == ["audit_admin", "security_admin", "system_admin"]


async def test_audit_verify_names_the_first_line_that_was_changed(committed: str, servers: Servers, tmp_path: Path) -> None:
    @rows.verb
    async def three_lines() -> None:
        for number in range(3):
            await audit.record(None, Action.PUBLIC, ("test", None), number=number)

    await three_lines()
    await seals.seal()
    good = await on_city(committed, servers, tmp_path, "audit", "verify")
    line = await rows.value(Q("SELECT line FROM seal WHERE seq = 2"))
    owner = await asyncpg.connect(own_url(committed, servers))
    await owner.execute("ALTER TABLE audit_line DISABLE TRIGGER USER")
    await owner.execute("UPDATE audit_line SET actor_name = 'x' WHERE id = $1", line)
    await owner.close()
    bad = await on_city(committed, servers, tmp_path, "audit", "verify")

    assert (good.returncode, good.stdout) == (0, "审计日志完好：核验 3 行。\n")
    assert bad.returncode == 1
    assert bad.stdout.startswith(f"审计日志在第 {line} 行不符：")


def test_every_command_has_its_function() -> None:
    assert [name for name in COMMAND if not hasattr(commands, name) and name != "import"] == []
