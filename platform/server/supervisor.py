"""`mianshe up`: the servers, then the schema, then web and worker, all as children; when one ends, all end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from kernel.settings import Settings
from server import embedded
from server.binaries import StartError, command, me
from server.embedded import Child, Servers, end, last_line
from server.words import NAME, UP

READY_IN = 60.0
# All of it is over within ten seconds of a Ctrl-C.
WEB_GRACE, SERVER_GRACE = 6.0, 3.0
LARGEST_LOG = 20_000_000


class Stop(BaseException):
    """Somebody asked us to end."""


def up(current: Settings) -> int:
    """Run until Ctrl-C (0) or until a child ends by itself (1)."""
    begun = time.monotonic()
    is_first = current.embedded and not (current.data_dir / "pg").exists()
    if current.embedded and embedded.is_running(current.data_dir):
        raise StartError("in-use", path=current.data_dir)
    check_port(current)
    servers: Servers | None = None
    children: list[Child] = []
    with _signals():
        try:
            if current.embedded:
                say("servers")
                servers = embedded.start(current.data_dir)
            current = _with(current, servers)
            say("prepare-first" if is_first and current.demo else "prepare")
            # Importing the pages takes as long as preparing the data: on two cores both are done at once.
            children.append(_child(current, "web", "--wait"))
            done = _prepare(current)
            _tell(children[0])
            _wait_for_web(current, children, servers)
            # Only now: the two would take each other's time, and people wait for the page.
            children.append(_child(current, "worker"))
            _greet(current, done, time.monotonic() - begun)
            _watch(children, servers)
        except Stop:
            say("stopping")
        finally:
            _end(children, servers)
    say("stopped")
    return 0


def say(what: str, **facts: object) -> None:
    print(UP[what].format(**facts), flush=True)


def check_port(current: Settings) -> None:
    """Now, and not after the database has started: web would only die of it later."""
    family = socket.AF_INET6 if ":" in current.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((current.host, current.port))
        except OSError as error:
            other = current.port % 65535 + 1
            raise StartError("port-taken", host=current.host, port=current.port, other=other) from error


@contextmanager
def _signals() -> Iterator[None]:
    """The first signal raises Stop wherever we are; while we end, more of them change nothing."""

    def stop(_: int, __: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Stop

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _with(current: Settings, servers: Servers | None) -> Settings:
    if servers is None:
        return current.need("database_url", "database_owner_url", "valkey_url")
    urls = {"database_url": servers.database_url, "database_owner_url": servers.owner_url, "valkey_url": servers.valkey_url}
    return msgspec.structs.replace(current, **urls)


def environment(current: Settings, *, owner: bool = False) -> dict[str, str]:
    """What a child reads its settings from. Only the preparation may act as the owner of the database."""
    keys = ",".join(f"{key.version}:{key.value.hex()}" for key in current.secret_keys)
    ours = {
        "HOST": current.host,
        "PORT": str(current.port),
        "DATA_DIR": str(current.data_dir),
        "DATABASE_URL": current.database_url,
        "DATABASE_OWNER_URL": current.database_owner_url if owner else "",
        "VALKEY_URL": current.valkey_url,
        "SECRET_KEYS": keys,
        "ENV": "production" if current.production else "development",
        "DEMO": "1" if current.demo else "0",
        "EXPOSE": "1" if current.expose else "0",
        "LETTERS_DIR": str(current.letters_dir),
        "FILES_DIR": str(current.files_dir),
    }
    return {**os.environ, **ours}


def _python(*arguments: str) -> tuple[str, ...]:
    # -P: the folder we happen to stand in must not lend its modules to the platform.
    return (sys.executable, "-P", *arguments)


def _prepare(current: Settings) -> dict[str, Any]:
    argv = command(me(), signal.SIGKILL, *_python("-m", "server.prepare"))
    run = subprocess.Popen(
        argv, env=environment(current, owner=True), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, text=True,
    )  # fmt: skip
    try:
        out, err = run.communicate()
    except BaseException:
        run.kill()
        raise
    if run.returncode:
        log = _log(current, "prepare")
        log.write_text(err, encoding="utf-8")
        sentence = err.strip().splitlines()
        if len(sentence) == 1:
            raise StartError("said", sentence=sentence[0])
        raise StartError("prepare", log=log, error=sentence[-1] if sentence else run.returncode)
    done: dict[str, Any] = json.loads(out.splitlines()[-1])
    if done["migrated"]:
        say("migrated", number=done["migrated"])
    return done


def _log(current: Settings, name: str) -> Path:
    """The log file of a child; one that has grown large is put aside once."""
    log = current.data_dir / "logs" / f"{name}.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    return log


def _child(current: Settings, name: str, *options: str) -> Child:
    log = _log(current, name)
    argv = command(me(), signal.SIGKILL, *_python("-m", "server.cli", name, *options))
    given = subprocess.PIPE if options else subprocess.DEVNULL
    with open(log, "ab") as out:
        process = subprocess.Popen(argv, env=environment(current), stdin=given, stdout=out, stderr=out, start_new_session=True)
    return Child(name, process, log, signal.SIGTERM)


def _tell(waiting: Child) -> None:
    """The data is there: open the port. A child that has died meanwhile is found by whoever waits for its page."""
    if waiting.process.stdin:
        with suppress(BrokenPipeError), waiting.process.stdin as line:
            line.write(b"\n")


def _wait_for_web(current: Settings, children: list[Child], servers: Servers | None) -> None:
    deadline = time.monotonic() + READY_IN
    while not _answers(current):
        _check_alive(children, servers)
        if time.monotonic() > deadline:
            raise StartError("server-slow", name=NAME["web"], seconds=int(READY_IN), log=children[0].log)
        time.sleep(0.03)


def _answers(current: Settings) -> bool:
    unspecified = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for, not listened on
    host = unspecified.get(current.host, current.host)
    with closing(http.client.HTTPConnection(host, current.port, timeout=2)) as wire:
        try:
            wire.request("GET", "/healthz")
            return wire.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _greet(current: Settings, done: dict[str, Any], seconds: float) -> None:
    host = f"[{current.host}]" if ":" in current.host else current.host
    if done.get("accounts"):
        say("accounts", password=done["password"])
        for name, role in done["accounts"]:
            print(f"  {name:<16} {role}")
    say("how-to-stop", data_dir=current.data_dir)
    say("ready", url=current.public_url or f"http://{host}:{current.port}", seconds=f"{seconds:.1f}")


def _watch(children: list[Child], servers: Servers | None) -> None:
    while True:
        _check_alive(children, servers)
        time.sleep(0.2)


def _check_alive(children: list[Child], servers: Servers | None) -> None:
    """A half-running platform is worse than none: whoever started us can start us again."""
    for child in (*children, *(servers.children if servers else ())):
        code = child.process.poll()
        if code is not None:
            raise StartError("child-ended", name=NAME[child.name], code=code, log=child.log, error=last_line(child.log))


def _end(children: list[Child], servers: Servers | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(child.ending)
    deadline = time.monotonic() + WEB_GRACE
    for child in children:
        end(child.process, child.ending, max(deadline - time.monotonic(), 0.1))
    if servers:
        servers.stop(SERVER_GRACE)
