"""The database cluster of a data folder: made once, checked at every start, cleared after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from server.binaries import MAJOR, Identity, Programs, StartError, command, environment
from server.place import APP, DATABASE, OWNER, Place, hand_over, make_private

PATIENCE = 30.0


def prepare(place: Place, programs: Programs, durable: bool) -> None:
    (place.data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
    identity = programs.identity
    if identity.kind == "user":
        # Its folders lie inside ours: nobody may pass through, but list nothing.
        place.data_dir.chmod(0o711)
    make_private(place.sockets, identity, is_public=place.sockets.parent != place.data_dir)
    pg, valkey = place.data_dir / "pg", place.data_dir / "valkey"
    if not pg.exists():
        _create_cluster(place, programs, durable)
    valkey.mkdir(mode=0o700, exist_ok=True)
    hand_over(pg, identity)
    hand_over(valkey, identity)
    have = (pg / "PG_VERSION").read_text().strip()
    if have != str(MAJOR):
        raise StartError("major", have=have, want=MAJOR)
    _await_predecessor(pg)


def _create_cluster(place: Place, programs: Programs, durable: bool) -> None:
    """Made beside its place and renamed into it: a start that was cut off leaves nothing half-made behind."""
    draft = place.data_dir / "pg.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    hand_over(draft, programs.identity)
    # The builtin C.UTF-8: under plain C, trigrams of Chinese are empty; ICU is not in the wheel.
    locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    initdb = (programs.postgres / "initdb", "-D", draft, "-U", "postgres", "--auth=reject", *locale)
    _once(programs.identity, *initdb, *(() if durable else ("--no-sync",)))
    # Nobody can log in as the superuser; only these two roles exist for us.
    hba = draft / "pg_hba.conf"
    hba.write_text(f"local all {OWNER},{APP} scram-sha-256\n")
    commands = (
        f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{place.secrets.owner_password}'",
        f"CREATE ROLE {APP} LOGIN PASSWORD '{place.secrets.app_password}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}",
    )
    single = (programs.postgres / "postgres", "--single", "-D", draft, "-c", "exit_on_error=on", "postgres")
    _once(programs.identity, *single, told="\n".join(commands) + "\n")
    draft.rename(place.data_dir / "pg")


def _once(identity: Identity, *program: str | Path, told: str = "") -> None:
    """Run one of PostgreSQL's tools to its end. What it is told goes through a pipe, for `ps` shows arguments."""
    argv = command(identity, signal.SIGKILL, *program)
    run = subprocess.run(argv, input=told, env=environment(), cwd="/", capture_output=True, text=True)
    if run.returncode:
        raise StartError("initdb", error=(run.stderr.strip().splitlines() or [str(run.returncode)])[-1])


def _await_predecessor(pg: Path) -> None:
    """After a crash: wait for the old server to finish dying, or drop its note when the pid is another program's by now."""
    note = pg / "postmaster.pid"
    deadline = time.monotonic() + PATIENCE
    while note.exists():
        try:
            lines = note.read_text().split("\n")
            if not os.path.samefile(f"/proc/{int(lines[0])}/cwd", pg) or time.monotonic() > deadline:
                note.unlink(missing_ok=True)
        except (OSError, ValueError):
            note.unlink(missing_ok=True)
        time.sleep(0.02)
