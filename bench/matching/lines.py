"""One line of the bench: which row, on what, how much of what against which target, at what cost."""

from __future__ import annotations

import resource
from typing import Any

Line = dict[str, Any]


def line(row: str, instance: str, quantity: str, value: object, target: object, cpu: float | None = None) -> Line:
    cpu_s = None if cpu is None else round(cpu, 4)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {
        "row": row, "instance": instance, "quantity": quantity, "value": value, "target": target, "cpu_s": cpu_s, "peak_mb": peak,
    }  # fmt: skip
