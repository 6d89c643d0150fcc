"""Runs the real `mianshe` in processes of its own, as a person at a terminal would."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "VALKEY_", "DEMO", "ENV"))}
    path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT / "platform"), str(ROOT)])
    return {**kept, "PYTHONPATH": path, "DATA_DIR": str(data_dir), "DEMO": "0", **more}


def mianshe(data_dir: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    argv = [sys.executable, "-m", "server.cli", *arguments]
    return subprocess.run(argv, env=environment(data_dir, **more), cwd=data_dir, capture_output=True, text=True, timeout=120)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Platform:
    """`mianshe up`, started and answering."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "up"],
            env=environment(data_dir, PORT=str(self.port)),
            cwd=data_dir,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if self.url in line:
                break
        assert self.url in self.said, self.said

    def get(self, path: str) -> str:
        return httpx.get(self.url + path, timeout=10).text

    def end(self, how: signal.Signals) -> tuple[int, str, float]:
        """Its exit code, what it said last, and how long it took."""
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(how)
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out, time.monotonic() - begun

    def wait(self) -> tuple[int, str]:
        """Until it ends by itself."""
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out

    def children(self) -> dict[str, int]:
        return {name: pid for name, pid in named_processes(self.data_dir).items() if pid != self.process.pid}


def named_processes(data_dir: Path) -> dict[str, int]:
    """Every live process of this data folder: web and worker know it from their environment, the servers from their arguments."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = re.search(r"\) (.)", (process / "stat").read_text())
            arguments = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            told = (process / "environ").read_bytes() + arguments.encode()
        except OSError:
            continue
        if state and state[1] != "Z" and str(data_dir).encode() in told:
            found[arguments] = int(process.name)
    return found


def gone(data_dir: Path, within: float) -> dict[str, int]:
    """What is still there of this data folder after at most `within` seconds: nothing, one hopes."""
    deadline = time.monotonic() + within
    while (left := named_processes(data_dir)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
