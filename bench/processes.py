"""CPU of processes as the kernel counts it."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of one process, 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def children(pid: int) -> list[int]:
    """Direct children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def backends(postmaster: int) -> list[int]:
    """PostgreSQL's processes that serve the application, as their titles say: not the checkpointer, not autovacuum."""
    return [pid for pid in children(postmaster) if b"mianshe_app" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def total(pids: list[int]) -> float:
    return sum(cpu_seconds(pid) for pid in pids)


def peak_memory(pid: int) -> int:
    """Peak resident set of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0
