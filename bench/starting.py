"""`mianshe up` from nothing, with migrations and a small demo city, and again with the data there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

LONGEST = 300.0


def measure(folder: Path, port: int) -> Iterator[dict[str, Any]]:
    for name in ("first-start", "warm-start"):
        yield {"bench": name, "seconds": _start(folder, port)}


def _start(folder: Path, port: int) -> float:
    """Seconds from the command to the first page, then Ctrl-C."""
    # As on anybody's machine: Python keeps what it has compiled.
    own = {key: text for key, text in os.environ.items() if not key.endswith("_URL") and key != "PYTHONDONTWRITEBYTECODE"}
    environment = {**own, "DATA_DIR": str(folder / "data"), "PORT": str(port), "DEMO": "1"}
    begun = time.perf_counter()
    with (folder / "up.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "server.cli", "up"], env=environment, stdout=log, stderr=log)
        try:
            return _first_page(process, port, begun)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _first_page(process: subprocess.Popen[bytes], port: int, begun: float) -> float:
    while process.poll() is None and time.perf_counter() - begun < LONGEST:
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return round(time.perf_counter() - begun, 2)
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("mianshe up did not come up")
