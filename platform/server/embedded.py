"""PostgreSQL and Valkey as children of this process, for machines that have neither: `start`, `stop`, `reach`.

Call from the main thread: the kernel ends the servers when the thread that started them is gone.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from server import cluster
from server.binaries import Identity, Programs, StartError, command, environment, find_programs
from server.place import Place, find_place, hold

PATIENCE = 30.0
# How long a command waits for its turn, and what the lock says while one has it.
TURN, BRIEFLY = 120.0, "briefly"

POSTGRES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    # Two cores: a parallel plan takes from other people, and small containers have no /dev/shm for it.
    "max_parallel_workers_per_gather": "0",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Values of rows and parameters are personal data; a log holds none.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "max_logical_replication_workers": "0",
}
# Tests throw their data away, so they need not wait for a disk, nor for somebody who tidies up in a database they want to drop.
POSTGRES_IN_A_HURRY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "io_method": "sync",
    "autovacuum": "off",
}


class Child(NamedTuple):
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ending: signal.Signals


class Servers:
    """The two running servers and how to reach them."""

    def __init__(self, place: Place, programs: Programs, lock: IO[str]) -> None:
        self.database_url, self.owner_url, self.valkey_url = place.urls()
        self.bin = programs.postgres
        self._sockets = place.sockets
        self.children: list[Child] = []
        self._lock = lock

    def stop(self, patience: float = 8.0) -> None:
        """End both, each within `patience` seconds; a second call does nothing."""
        for child in self.children:
            if child.process.poll() is None:
                child.process.send_signal(child.ending)
        for child in self.children:
            end(child.process, child.ending, patience)
        self.children.clear()
        if not self._lock.closed:
            # Under another identity at the next start they would be a stranger's.
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._lock.close()


def is_running(data_dir: Path) -> bool:
    """Whether some process holds the servers of this data folder."""
    try:
        hold(data_dir).close()
    except StartError:
        return True
    return False


def start(data_dir: Path, durable: bool = True, note: str = "") -> Servers:
    """Both servers, answering. StartError says in one sentence why not."""
    place = find_place(data_dir)
    lock = hold(place.data_dir, note)
    servers = None
    try:
        programs = find_programs(place.data_dir)
        servers = Servers(place, programs, lock)
        cluster.prepare(place, programs, durable)
        servers.children.append(_postgres(place, programs, durable))
        servers.children.append(_valkey(place, programs, durable))
        _wait(servers, place)
    except BaseException:
        if servers:
            servers.stop()
        lock.close()
        raise
    return servers


@asynccontextmanager
async def servers(data_dir: Path, durable: bool = True) -> AsyncIterator[Servers]:
    """start() and stop() around a block of async code."""
    running = start(data_dir, durable)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def reach(data_dir: Path) -> Iterator[tuple[str, str, str]]:
    """The urls (app, owner, Valkey) of the servers of this folder, started for the block when none are running.

    Servers that another command started for its own block will go away with it, so commands take turns.
    """
    place = find_place(data_dir)
    deadline = time.monotonic() + TURN
    while True:
        try:
            running = start(place.data_dir, note=BRIEFLY)
            break
        except StartError as error:
            if error.reason != "in-use" or time.monotonic() > deadline:
                raise
            if (place.data_dir / "lock").read_text() != BRIEFLY and _postgres_ready(place) and _valkey_ready(place):
                yield place.urls()
                return
        time.sleep(0.1)
    try:
        yield running.database_url, running.owner_url, running.valkey_url
    finally:
        running.stop()


def end(process: subprocess.Popen[bytes], ending: signal.Signals, patience: float) -> None:
    """Ask, wait, insist."""
    if process.poll() is None:
        process.send_signal(ending)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _spawn(name: str, place: Place, identity: Identity, ending: signal.Signals, *program: str | Path) -> Child:
    log = place.log(name)
    with open(log, "ab") as out:
        process = subprocess.Popen(
            command(identity, ending, *program),
            env=environment(), cwd="/", stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    return Child(name, process, log, ending)


def _postgres(place: Place, programs: Programs, durable: bool) -> Child:
    options = POSTGRES | ({} if durable else POSTGRES_IN_A_HURRY)
    settled = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    program = (programs.postgres / "postgres", "-D", place.data_dir / "pg", "-k", place.sockets)
    return _spawn("postgres", place, programs.identity, signal.SIGINT, *program, *settled)


def _valkey(place: Place, programs: Programs, durable: bool) -> Child:
    folder = place.data_dir / "valkey"
    config = folder / "valkey.conf"
    lines = (
        "port 0",
        f"unixsocket {place.sockets}/valkey.sock",
        "unixsocketperm 700",
        f"requirepass {place.secrets.valkey_password}",
        f'dir "{folder}"',
        f"appendonly {'yes' if durable else 'no'}",
        'save ""',
        "maxmemory 256mb",
        "maxmemory-policy noeviction",
    )
    config.unlink(missing_ok=True)
    with open(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    os.chown(config, programs.identity.uid, programs.identity.gid)
    return _spawn("valkey", place, programs.identity, signal.SIGTERM, programs.valkey, config)


def _wait(servers: Servers, place: Place) -> None:
    deadline = time.monotonic() + PATIENCE
    for child, is_ready in zip(servers.children, (_postgres_ready, _valkey_ready), strict=True):
        while not is_ready(place):
            if child.process.poll() is not None:
                raise StartError("server-ended", name=child.name, error=last_line(child.log), log=child.log)
            if time.monotonic() > deadline:
                raise StartError("server-slow", name=child.name, seconds=int(PATIENCE), log=child.log)
            time.sleep(0.01)


def _postgres_ready(place: Place) -> bool:
    """The eighth line of its note says so; asking over the socket would need a client."""
    try:
        return (place.data_dir / "pg" / "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _valkey_ready(place: Place) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(2)
            wire.connect(str(place.sockets / "valkey.sock"))
            wire.sendall(f"AUTH {place.secrets.valkey_password}\r\nPING\r\n".encode())
            answer = b""
            while len(answer) < len(b"+OK\r\n+PONG\r\n") and (more := wire.recv(200)):
                answer += more
            return answer.endswith(b"+PONG\r\n")
    except OSError:
        return False


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else ""
