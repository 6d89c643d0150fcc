"""A wrong setting is one sentence that says what to do; secrets are made once and belong to their owner."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kernel import settings
from kernel.settings import SettingError
from tests.server.running import mianshe

KEY = "ab" * 32


def read(folder: Path, **environ: str) -> settings.Settings:
    return settings.read({"DATA_DIR": str(folder), **environ})


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"PORT": "0"}, "number"),
        ({"PORT": "70000"}, "number"),
        ({"PORT": "八千"}, "number"),
        ({"HOST": "example.invalid"}, "host"),
        ({"HOST": "0.0.0.0"}, "demo-exposed"),  # noqa: S104
        ({"ENV": "prod"}, "one-of"),
        ({"DEMO": "maybe"}, "one-of"),
        ({"ENV": "production", "DEMO": "1"}, "demo-in-production"),
        ({"ENV": "production", "DATABASE_URL": "postgresql://u@h/d"}, "missing"),
        ({"DATABASE_URL": "mysql://u:secret-word@h/d"}, "url"),
        ({"VALKEY_URL": "http://[broken"}, "url"),
        ({"SECRET_KEYS": "1:zz"}, "keys"),
        ({"SECRET_KEYS": "1:abcd"}, "keys"),
        ({"SECRET_KEYS": f"1:{KEY},1:{KEY}"}, "keys"),
        ({"SECRET_KEYS": ","}, "keys"),
    ],
)
def test_a_wrong_setting_is_refused_for_its_own_reason(tmp_path: Path, environ: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingError) as no:
        read(tmp_path, **environ)

    assert no.value.reason == reason
    assert "secret-word" not in str(no.value)


def test_at_the_terminal_it_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    answer = mianshe(tmp_path, "up", PORT="many")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "设置 PORT=many 不对：应是 1 到 65535 之间的整数。\n"


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    answer = mianshe(tmp_path, "migrate", DATABASE_URL="postgresql://u:p@127.0.0.1:1/d")

    assert answer.returncode == 2
    assert answer.stderr == "缺少设置 DATABASE_OWNER_URL：请在环境变量里给出它再启动。\n"


def test_a_database_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    url = "postgresql://u:p@127.0.0.1:1/d"

    answer = mianshe(tmp_path, "migrate", DATABASE_URL=url, DATABASE_OWNER_URL=url)

    assert answer.returncode == 2
    assert answer.stderr == "连不上数据库：请检查 DATABASE_URL 和数据库是否在运行。\n"


def test_demo_is_on_only_with_servers_of_our_own(tmp_path: Path) -> None:
    assert read(tmp_path).demo
    assert not read(tmp_path, DATABASE_URL="postgresql://u@h/d").demo
    assert not read(tmp_path, ENV="production").demo
    assert read(tmp_path, HOST="0.0.0.0", EXPOSE="1").demo  # noqa: S104
    assert read(tmp_path, HOST="::1").demo


def test_the_secrets_are_made_once_however_many_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: settings.load_secrets(tmp_path), range(32)))

    assert len(found) == 1
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    settings.load_secrets(tmp_path)
    (tmp_path / "secrets.json").chmod(0o644)

    with pytest.raises(SettingError, match="chmod 600"):
        settings.load_secrets(tmp_path)


def test_no_text_of_settings_or_keys_shows_a_secret(tmp_path: Path) -> None:
    known = read(tmp_path, SECRET_KEYS=f"1:{KEY}", DATABASE_URL="postgresql://u:secret-word@h/d")

    shown = f"{known!r} {known} {known.secret_keys!r} {settings.load_secrets(tmp_path)!r}"

    assert known.secret_keys[0].value.hex() == KEY, "it is there to be shown"
    assert KEY not in shown
    assert "secret-word" not in shown


def test_the_first_key_signs_and_the_older_ones_are_still_found(tmp_path: Path) -> None:
    known = read(tmp_path, SECRET_KEYS=f"2:{'cd' * 32},1:{KEY}")

    assert known.key().version == 2
    assert known.key(1).value.hex() == KEY
    assert known.key().derive("a") != known.key().derive("b") != known.key(1).derive("b")
    with pytest.raises(KeyError):
        known.key(3)
